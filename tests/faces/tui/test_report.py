"""Reports over the panes: Enter opens what a line is about, deeper and back again."""

from __future__ import annotations

import pytest

from ntshell.faces.tui.lines import LinesView
from ntshell.faces.tui.screens.report import ReportScreen, ReportView
from ntshell.shell.report import Look
from tests.faces.tui.conftest import Hand, Opened


def view(hand: Hand) -> ReportView:
    return hand.app.screen.query_one(ReportView)


def text(hand: Hand) -> str:
    return "\n".join(row.line.text for row in view(hand).rows)


def title(hand: Hand) -> str:
    return str(hand.app.screen.query_one("#report").border_title)


async def open_look(hand: Hand, command: str) -> None:
    """What a line that leads to a command does when it is opened."""
    hand.app.workspace.query_one(LinesView).post_message(LinesView.Opened(Look(command)))
    await hand.idle()


async def open_device(hand: Hand) -> None:
    """The report of a device, from what `!drvobj` has said in the shell."""
    await hand.do("g", "!drvobj lab")
    output = hand.app.shell_pane.query_one(LinesView)
    output.focus()
    assert output.search(r"\Device\Lab0")
    await hand.press("enter")


async def test_enter_opens_the_report_of_an_object(opened: Opened) -> None:
    async with opened("lab") as hand:
        await open_device(hand)
        assert isinstance(hand.app.screen, ReportScreen)
        assert title(hand).startswith("!devobj ")
        assert "Device object" in text(hand)
        assert title(hand) in hand.screen()


@pytest.mark.parametrize("back", ["escape", "backspace"])
async def test_deeper_and_back(opened: Opened, back: str) -> None:
    async with opened("lab") as hand:
        await hand.do("g")
        await hand.press("escape")
        focused = hand.app.focused
        await open_look(hand, "!drvobj lab")
        first = text(hand)
        assert view(hand).search("Lab0")
        at = view(hand).cursor
        await hand.press("enter")
        assert title(hand).startswith("!drvobj lab > !devobj ") and text(hand).startswith("Device object")
        assert view(hand).cursor == 0
        await hand.press("enter")  # the first line leads to the report itself
        assert title(hand).count(">") == 1
        await hand.press(back)
        assert text(hand) == first and view(hand).cursor == at
        await hand.press(back)
        assert len(hand.app.screen_stack) == 1
        assert hand.app.focused is focused


async def test_looking_leaves_no_trace_but_run_does(opened: Opened) -> None:
    async with opened("lab") as hand:
        await open_device(hand)
        command = title(hand)
        assert f"kd> {command}" not in hand.text("shell")
        await hand.press("r")
        assert f"kd> {command}" in hand.text("shell")
        assert isinstance(hand.app.screen, ReportScreen)


async def test_copy(opened: Opened) -> None:
    async with opened("lab") as hand:
        await open_device(hand)
        await hand.press("y")
        assert hand.app.clipboard == view(hand).rows[0].line.text.strip()
        await hand.press("Y")
        assert hand.app.clipboard == text(hand)


async def test_a_registry_key_opens(opened: Opened) -> None:
    async with opened("lab") as hand:
        await open_look(hand, r"!reg \Registry\Machine\System")
        assert title(hand).startswith("!reg") and "CurrentControlSet" in text(hand)


async def test_a_mistake_is_a_report_too(opened: Opened) -> None:
    async with opened("lab") as hand:
        await open_look(hand, "!devobj nonsense")
        assert isinstance(hand.app.screen, ReportScreen) and "nonsense" in text(hand)


async def test_a_click_beside_it_closes(opened: Opened) -> None:
    async with opened("lab") as hand:
        await open_device(hand)
        await hand.pilot.click(offset=(2, 2))
        await hand.idle()
        assert len(hand.app.screen_stack) == 1


async def test_a_small_terminal_gives_all_of_itself(opened: Opened) -> None:
    async with opened("lab", size=(80, 24)) as hand:
        await open_device(hand)
        region = hand.app.screen.query_one("#report").region
        assert (region.x, region.y, region.width, region.height) == (0, 0, 80, 23)
    async with opened("lab", size=(120, 40)) as hand:
        await open_device(hand)
        assert hand.app.screen.query_one("#report").region.width == 96


async def test_lines_are_laid_out_for_the_room(opened: Opened) -> None:
    async with opened("lab", size=(120, 40)) as hand:
        await open_look(hand, "!irql")
        await hand.pilot.resize_terminal(40, 20)
        await hand.idle()
        assert all(len(row.line.text) <= 40 for row in view(hand).rows)
        assert len(view(hand).rows) == 2
