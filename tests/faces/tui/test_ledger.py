"""The ledger pane: what a step took and gave back, by line; the verdict after Unload."""

from __future__ import annotations

from pathlib import Path

from ntshell.debugger.session import Session
from ntshell.faces.tui.lines import LinesView
from ntshell.faces.tui.panes.ledger import LedgerPane
from ntshell.shell.shell import Shell
from tests.faces.tui.conftest import Hand, Opened

LEAKY = """
#include <ntddk.h>
static VOID NTAPI Unload(PDRIVER_OBJECT Driver) { UNREFERENCED_PARAMETER(Driver); }
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNREFERENCED_PARAMETER(Path);
    Driver->DriverUnload = Unload;
    return ExAllocatePoolWithTag(NonPagedPool, 64, 'kaeL') ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}
"""


def marked(hand: Hand) -> list[str]:
    return [line for line in hand.text("ledger").splitlines() if line[0] != " "]


def title(hand: Hand) -> str:
    return str(hand.app.workspace.panes["ledger"].border_title)


async def test_what_is_taken_comes_and_what_is_given_back_goes(opened: Opened) -> None:
    async with opened("lab") as hand:
        pane = hand.app.workspace.panes["ledger"]
        assert pane.folded and "nothing owed" in title(hand)
        await hand.do("stage", "stage", "stage")
        assert marked(hand) == ["+ config.c:111  tag 'Lab ', 52 bytes paged"]
        assert not pane.folded and "1 owed" in title(hand)
        await hand.do("stage")  # another thing is taken where one was given back: neither became the other
        assert [line[:14] for line in marked(hand)] == ["- config.c:111", "+ config.c:144"]
        await hand.do("p", "p")
        assert not marked(hand)


async def test_unload_gives_back_and_the_verdict_is_in_sight(opened: Opened) -> None:
    async with opened("lab", size=(100, 30)) as hand:
        await hand.do("g", "unload", "stage", "stage")
        given = [" ".join(line.split()) for line in marked(hand)]
        assert given == [
            "- ISR lab!LabIsr on IRQ 5 (vector 0x35) init.c:222",
            "+ Given back since lab's Unload began:",
            "+ ISR lab!LabIsr on IRQ 5 (vector 0x35) unload.c:37",
        ]
        await hand.do("g")
        assert "nothing leaked" in title(hand)
        assert "lab is gone and has given back" in hand.screen()


async def test_a_leak_is_told(opened: Opened, tmp_path: Path) -> None:
    source = tmp_path / "leaky.c"
    source.write_text(LEAKY)
    async with opened(str(source)) as hand:
        await hand.do("g", "unload", "g")
        assert "1 leaked" in title(hand)
        assert "leaky is gone and has leaked 1 thing:" in hand.text("ledger")
        assert "ExFreePool" in hand.text("ledger")
        kinds = {row.line.text: row.line.kind for row in hand.app.workspace.panes["ledger"].query_one(LinesView).rows}
        assert kinds["leaky is gone and has leaked 1 thing:"] == "bad"


def test_what_stays_readable_in_a_narrow_pane() -> None:
    shell = Shell(Session())
    shell.run("load lab; g")
    report = shell.view("!ledger")
    pane = LedgerPane("ledger")
    narrow, medium, wide = ([line.text for line in pane.laid_out(report, room)] for room in (38, 70, 120))
    assert "\\Device\\Lab0  init.c:176" in narrow
    assert any(line.split()[:3] == ["init.c:176", "device", "\\Device\\Lab0"] for line in medium)
    assert any("\\Device\\Lab0" in line and line.endswith("LabCreateUnit") for line in wide)
    assert len(narrow) == len(medium) == len(wide) == 19
    assert pane.laid_out(report, 38)[0].link is not None
