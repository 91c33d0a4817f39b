"""Lines on a screen: what leads nowhere says so, and a line that is cut shows that it goes on."""

from __future__ import annotations

from ntshell.faces.tui.lines import MORE, LinesView
from ntshell.shell.changes import Marked
from ntshell.shell.report import Line
from tests.faces.tui.conftest import Hand, Opened


def notes(hand: Hand) -> list[str]:
    return [note.message for note in hand.app._notifications]


async def test_enter_on_a_line_that_leads_nowhere_says_so(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "1", "enter")
        assert notes(hand) == ["nothing more to show here"]


async def test_in_the_help_enter_is_no_key(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("f1", "enter")
        assert not notes(hand) and len(hand.app.screen_stack) == 2


async def test_a_line_that_is_cut_shows_it_and_is_copied_whole(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "4")
        pane = hand.app.workspace.panes["irql"]
        view = pane.query_one(LinesView)
        width, long = view.scrollable_content_region.width, "x" * view.scrollable_content_region.width
        fits = long[view.indent :]
        view.show([Marked("", Line(long)), Marked("", Line(fits))])
        assert view.render_line(0).text == (" " * view.indent + long)[: width - 1] + MORE
        assert view.render_line(1).text.endswith("x") and view.render_line(0).cell_length == width
        await hand.press("home", "y")
        assert hand.app.clipboard == long
        await hand.press("right")
        assert MORE not in view.render_line(0).text
