"""The timeline: its picture at every size, and going where a click, a drag or a key points."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from ntshell.faces.tui.panes.skyline import GUTTER, Column, History, Picture
from ntshell.faces.tui.panes.timeline import Graph, TimelinePane
from ntshell.shell.report import Report
from tests.faces.tui.conftest import Hand, Opened

LEVELS = {0: "PASSIVE_LEVEL", 2: "DISPATCH_LEVEL", 22: "DIRQL 22"}


def history(irqls: list[int], here: int, marks: str = "") -> History:
    """One position a column."""
    columns = tuple(
        Column(n, n, irql, marks[n : n + 1].strip(), n == here, "what happened") for n, irql in enumerate(irqls)
    )
    return History(columns, LEVELS, here, len(irqls) - 1)


def drawn(picture: Picture) -> list[str]:
    return ["".join(text for text, _ in row) for row in picture.rows()]


# --- the picture -------------------------------------------------------------------------------------------------------
def test_levels_are_heights_and_the_present_has_a_sign() -> None:
    rows = drawn(Picture(history([0, 2, 22, 0], 3, " ci"), 4, 6))
    assert rows == ["  █│", "  █│", " ██│", "▁██▁", " ci ", "   ▲"]


def test_two_rows_are_enough() -> None:
    assert drawn(Picture(history([0, 2, 22, 0], 3, " ci"), 4, 2)) == ["▁▄█▁", " ci▲"]
    assert drawn(Picture(history([0, 2, 22, 0], 2, " ci"), 4, 2)) == ["▁▄█▁", " ci "]
    assert drawn(Picture(history([0, 2, 22, 0], 3), 4, 1)) == ["▁▄█▁"]


def test_a_bar_under_the_present_keeps_its_height() -> None:
    picture = Picture(history([0, 2, 22], 1, " d"), 3, 2)
    assert picture.rows()[0][1:] == [("▁", "passive"), ("▄", "here"), ("█", "device-later")]
    assert picture.rows()[1][1:] == [(" ", ""), ("d", "dpc-here"), (" ", "")]


def test_the_recorded_future_has_styles_of_its_own() -> None:
    styles = [style for _, style in Picture(history([0, 2, 22, 0, 2, 22], 2, "sssssi"), 6, 2).rows()[0][1:]]
    assert styles == ["passive", "dispatch", "here", "passive-later", "dispatch-later", "device-later"]


def test_levels_are_named_where_there_is_room() -> None:
    rows = drawn(Picture(history([0, 2, 22, 0], 3), 60, 6))
    assert [row[:GUTTER].strip() for row in rows] == ["DIRQL 22", "", "DISPATCH", "PASSIVE", "", ""]
    one = drawn(Picture(history([0, 2, 22, 0], 2), 60, 2))
    assert one[0][:GUTTER].strip() == "DIRQL 22"  # with one row, the level of the present


def test_the_axis_tells_positions_that_do_not_overlap() -> None:
    axis = drawn(Picture(history([0] * 40, 20), 40, 6, chosen=18))[-1]
    assert axis == "0000" + "0012 △".rjust(15) + " ▲ 0014" + "0027".rjust(14)
    assert drawn(Picture(history([0] * 40, 39), 40, 6))[-1] == "0000" + "0027 ▲".rjust(36)


def test_few_columns_are_wider() -> None:
    picture = Picture(history([0, 2, 22], 2), 30, 2)
    assert drawn(picture)[0] == "▁▁▁▄▄▄███"
    assert [picture.column_at(x) for x in (-1, 0, 3, 8, 29)] == [0, 0, 1, 2, 2]


def test_a_report_of_something_else_is_no_history() -> None:
    assert History.of(Report()).columns == ()
    assert drawn(Picture(History(), 20, 3)) == ["", "", ""]


# --- the pane ----------------------------------------------------------------------------------------------------------
async def until(hand: Hand, holds: Callable[[], bool]) -> None:
    """Wait until something holds; the pane's timers may still have something to send."""
    for _ in range(200):
        await hand.idle()
        if holds():
            return
        await hand.pilot.pause(0.02)
    raise AssertionError("it never came to hold")


async def raced(hand: Hand) -> tuple[TimelinePane, Graph]:
    """The timeline of lab_late's race, drawn."""
    await hand.press("escape")
    hand.app.workspace.layout_name = "full"
    await hand.do("g; unload; stage; stage; stage; fire lab0; g")
    await hand.press("escape")  # away from the bug check
    pane = hand.app.workspace.panes["timeline"]
    assert isinstance(pane, TimelinePane)
    if pane not in hand.app.workspace.seen:
        await hand.press("7")
    await until(hand, lambda: bool(pane.views) and len(pane.graph.history.columns) == asked(pane))
    return pane, pane.graph


def asked(pane: TimelinePane) -> int:
    return int(pane.views[0].rpartition("0n")[2])


def position(hand: Hand) -> int:
    return hand.app.target.shell.session.k.journal.position


def travels(hand: Hand) -> int:
    return hand.text("shell").count("!tt ")


async def test_it_asks_for_as_many_columns_as_it_is_wide(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        pane, graph = await raced(hand)
        assert asked(pane) == graph.size.width - GUTTER
        await hand.pilot.resize_terminal(160, 40)
        await until(hand, lambda: len(graph.history.columns) == 160 - 1 - GUTTER)
        await hand.press("7", "z")
        assert graph.size.height > 30
        assert "DIRQL 22" in hand.screen() and "DISPATCH" in hand.screen()


async def test_a_click_goes_there(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        _, graph = await raced(hand)
        end = position(hand)
        wanted = graph.history.target(40)
        await hand.pilot.click(Graph, offset=(GUTTER + 40, 1))
        await until(hand, lambda: position(hand) == wanted)
        assert f"!tt {wanted:x}" in hand.text("shell")
        assert graph.history.here == 40
        assert graph.history.last == end
        await hand.pilot.click(Graph, offset=(graph.size.width - 1, 1))
        await until(hand, lambda: position(hand) == end)


async def test_a_drag_ends_where_the_mouse_does(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        _, graph = await raced(hand)
        await hand.pilot.mouse_down(Graph, offset=(GUTTER + 60, 1))
        for column in range(60, 19, -4):
            await hand.pilot.hover(Graph, offset=(GUTTER + column, 1))
            assert hand.app.running <= 1
        await hand.pilot.mouse_up(Graph, offset=(GUTTER + 20, 1))
        wanted = graph.history.target(20)
        await until(hand, lambda: position(hand) == wanted)
        assert travels(hand) <= 11
        moved = travels(hand)
        await hand.pilot.hover(Graph, offset=(GUTTER + 30, 1))
        await hand.idle()
        assert (position(hand), travels(hand)) == (wanted, moved)  # the button is up: only looked at


async def test_keys_look_and_enter_goes(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        pane, graph = await raced(hand)
        end = position(hand)
        await hand.press("7", "left", "left")
        assert position(hand) == end
        column = graph.history.columns[-3]
        assert f"{column.position:04x}" in str(pane.border_title)
        await hand.press("enter")
        assert position(hand) == column.position
        await hand.press("home", "enter")
        assert position(hand) == 0
        await hand.press("right", "left", "end", "enter")
        assert position(hand) == end


async def test_the_title_tells_what_is_there(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        pane, graph = await raced(hand)
        await hand.press("7")
        last = graph.history.columns[-1]
        assert "!" in last.marks
        await hand.press("end")
        title = str(pane.border_title)
        assert "DIRQL 22" in title and "finding" in title and last.text.split("\n")[0][:20] in title
        await hand.do("!tt 20")
        assert f"0020 of {graph.history.last:04x}" in str(pane.border_title)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_the_present_is_on_the_screen(opened: Opened, size: tuple[int, int]) -> None:
    async with opened("lab_late", size=size) as hand:
        await raced(hand)
        await hand.press("7")
        assert "▲" in hand.screen()


def test_what_is_at_a_column_is_kept_apart_from_where_it_leads() -> None:
    told = history([0] * 8, 3)
    columns = [attrs.evolve(each, position=2 * each.position, until=2 * each.position + 1) for each in told.columns]
    wide = attrs.evolve(told, columns=tuple(columns), last=15)
    assert [wide.target(n) for n in (0, 3, 7)] == [0, 6, 15]
