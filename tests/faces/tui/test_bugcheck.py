"""A bug check over the panes: the race of `lab_late` played by keys alone, the analysis, the way back, and broken rules."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Static

from ntshell.faces.tui.screens.bugcheck import AnalysisScreen, BugcheckScreen
from ntshell.faces.tui.screens.choose import Chooser
from ntshell.faces.tui.screens.report import ReportView
from tests.faces.tui.conftest import Hand, Opened

RACE = "g; unload; g `unload.c:80`; fire lab0; g"


def crash(hand: Hand) -> object:
    return hand.app.target.shell.session.k.crash


async def test_the_race_by_keys_alone(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await hand.press("escape", "f5", "u", "f8", "f8", "f8", "i")  # the rings are freed, the ISR is connected
        assert isinstance(hand.app.screen, Chooser)
        await hand.press("1", "f5")
        assert isinstance(hand.app.screen, BugcheckScreen)
        screen = hand.screen()
        assert "*** STOP: 0x000000D1 (" in screen
        assert "DRIVER_IRQL_NOT_LESS_OR_EQUAL" in screen
        assert " - lab_late.sys" in screen
        await hand.press("enter")
        assert isinstance(hand.app.screen, AnalysisScreen)
        told = "\n".join(row.line.text for row in hand.app.screen.query_one(ReportView).rows)
        assert "Freed: [unload.c:76]" in told
        assert "Unload first disables and disconnects the interrupt" in " ".join(told.split())
        await hand.press("b")
        assert len(hand.app.screen_stack) == 1
        assert crash(hand) is None
        assert "lab_late!LabEmptyFifo" in hand.screen()


async def test_back_from_the_blue_screen_and_into_the_fault_again(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await hand.do(RACE)
        for key in ("b", "left_square_bracket"):
            await hand.press(key)
            assert len(hand.app.screen_stack) == 1 and crash(hand) is None
            await hand.do("g")
            assert isinstance(hand.app.screen, BugcheckScreen)


async def test_who_looks_around_is_left_in_peace(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await hand.do(RACE)
        await hand.press("escape", "escape", "f5")
        assert len(hand.app.screen_stack) == 1
        assert "the machine has stopped with DRIVER_IRQL_NOT_LESS_OR_EQUAL" in hand.text("shell")
        await hand.press("a")
        assert isinstance(hand.app.screen, AnalysisScreen)
        await hand.press("escape")
        assert len(hand.app.screen_stack) == 1


async def test_keys_typed_ahead_bring_no_screen_twice(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        for line in (RACE, "p-", "g"):
            hand.app.do(line)
        await hand.idle()
        assert [type(screen) for screen in hand.app.screen_stack[1:]] == [BugcheckScreen]
        await hand.press("escape")
        hand.app.action_analyze()
        hand.app.action_analyze()
        await hand.idle()
        assert [type(screen) for screen in hand.app.screen_stack[1:]] == [AnalysisScreen]


async def test_travelling_into_the_fault_shows_it(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await hand.do(RACE)
        position = hand.app.target.shell.session.k.journal.position
        await hand.press("b")
        await hand.do(f"!tt {position - 4:x}")
        assert len(hand.app.screen_stack) == 1
        await hand.do(f"!tt {position:x}")
        assert isinstance(hand.app.screen, BugcheckScreen)


async def test_begin_again(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await hand.do(RACE)
        await hand.press("R")
        assert len(hand.app.screen_stack) == 1
        assert "lab_late!DriverEntry is about to run" in hand.screen()


async def test_a_place_in_the_analysis_leads_to_the_source(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await hand.do(RACE)
        await hand.press("a")
        view = hand.app.screen.query_one(ReportView)
        assert view.search("Freed:")
        await hand.press("enter")
        assert len(hand.app.screen_stack) == 1
        assert hand.app.focused is hand.app.workspace.panes["source"].body
        assert "ExFreePool(Extension->Ring);" in hand.screen()


async def test_fits_a_small_terminal(opened: Opened) -> None:
    async with opened("lab_late", size=(80, 24)) as hand:
        await hand.do(RACE)
        lines = hand.screen().splitlines()
        whole = hand.app.screen.query_one(Static).content
        assert all(line.strip() in "\n".join(lines) for line in str(whole).splitlines())
        assert all(word in lines[-1] for word in ("Analysis", "Before the fault", "Look around", "Begin again"))
        await hand.press("enter")
        assert hand.screen().splitlines()[1] == "DRIVER_IRQL_NOT_LESS_OR_EQUAL (d1)"
        await hand.press("home")
        assert "*" * 79 in hand.screen()


async def test_the_frames_keys_work_above_it(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await hand.do(RACE)
        await hand.press("ctrl+p")
        assert type(hand.app.screen).__name__ == "CommandPalette"
        await hand.press("escape")
        assert isinstance(hand.app.screen, BugcheckScreen)
        await hand.press("ctrl+c")
        assert isinstance(hand.app.screen, BugcheckScreen)
        await hand.press("ctrl+q")
        assert hand.app.return_code == 0 and not hand.app._running


LEAKY = """
#include <ntddk.h>
VOID LeakUnload(PDRIVER_OBJECT DriverObject) { }
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    DriverObject->DriverUnload = LeakUnload;
    ExAllocatePoolWithTag(NonPagedPool, 64, 'kaeL');
    return STATUS_SUCCESS;
}
"""


async def test_a_broken_rule_is_told_and_led_to(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "leaky.c"
    path.write_text(LEAKY)
    async with opened(str(path)) as hand:
        await hand.do("g; unload; g")
        await hand.press("escape")
        assert len(hand.app.screen_stack) == 1
        told = [each for each in hand.app._notifications if each.severity == "warning"]
        assert len(told) == 1 and "(Esc a)" in told[0].message
        await hand.press("a")
        assert isinstance(hand.app.screen, AnalysisScreen)
        assert "Finding" in hand.screen() and "leaky.c:7" in hand.screen()
        before = hand.app.target.shell.session.k.journal.position
        await hand.press("b")
        assert hand.app.target.shell.session.k.journal.position == before
        assert "Before the fault" not in hand.screen()
