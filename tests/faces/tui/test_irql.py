"""The IRQL pane: rungs that stay the same lines, what runs and what was interrupted, little room."""

from __future__ import annotations

from ntshell.debugger.session import Session
from ntshell.faces.tui.panes.irql import ALL, SOME, ladder
from ntshell.shell.shell import Shell
from tests.faces.tui.conftest import Opened


def rungs(commands: str, height: int, room: int = 40) -> list[str]:
    shell = Shell(Session())
    shell.run(commands)
    return [line.text for line in ladder(dict(shell.view("!levels").data), height, room)]


async def test_the_race_by_keys_alone(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await hand.press("escape", "g", "u", "s", "s", "s", "p", "i", "1")
        lines = hand.text("irql").splitlines()
        isr = next(n for n, line in enumerate(lines) if "▶" in line and "LabIsr  isr.c:67  runs" in line)
        unload = next(n for n, line in enumerate(lines) if "‖ LabUnload  unload.c:83  interrupted" in line)
        assert "22 DIRQL 22 (IRQ 5)" in lines[isr - 1] and "0 PASSIVE_LEVEL" in lines[unload - 1]
        assert isr < unload
        assert [lines[n][0] for n in (isr - 1, isr, unload - 1, unload)] == ["*", "+", "*", "*"]
        assert "DIRQL 22" in str(hand.app.workspace.panes["irql"].border_title)
        await hand.press("g", "escape")
        text = hand.text("irql")
        assert "■" in text and "LabEmptyFifo" in text and "‖ LabUnload  unload.c:83  interrupted" in text
        assert "DRIVER_IRQL_NOT_LESS_OR_EQUAL" in hand.text("shell")


async def test_dpcs_in_the_title_and_below(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("g; fire lab0; g LabDpcForIsr")
        text = hand.text("irql")
        assert "▶ lab!LabDpcForIsr" in text
        assert "DISPATCH_LEVEL" in str(hand.app.workspace.panes["irql"].border_title)
        await hand.do("p-")
        await hand.do("g- LabIsr; gu")
        title = str(hand.app.workspace.panes["irql"].border_title)
        assert ("DPC queue" in hand.text("irql")) == ("DPC" in title)


def test_a_low_pane_shows_the_levels_that_matter() -> None:
    low, some, every = (rungs("load lab; g; fire lab0", height) for height in (SOME - 1, SOME, ALL))
    assert [line.split()[1] for line in low if "─" in line] == ["22", "2", "0"]
    assert [line.split()[1] for line in some if "─" in line] == ["31", "22", "2", "1", "0"]
    assert len([line for line in every if "─" in line]) == 9


def test_words_give_way_to_the_place() -> None:
    assert "│  ▶ lab!LabIsr  isr.c:67  runs" in rungs("load lab; g; fire lab0", 9)
    assert "│  ▶ LabIsr  isr.c:67  runs" in rungs("load lab; g; fire lab0", 9, 30)
    assert "│  ▶ LabIsr  isr.c:67" in rungs("load lab; g; fire lab0", 9, 24)


def test_nothing_is_short() -> None:
    assert rungs("load lab", 8) == [
        "├─  2 DISPATCH_LEVEL",
        "└─  0 PASSIVE_LEVEL",
        "   ▶ DriverEntry  init.c:28  runs",
    ]
