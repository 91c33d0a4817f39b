"""Searching a pane: found while it is typed, kept or given up, next and before, and what is not found."""

from __future__ import annotations

from ntshell.faces.tui.lines import LinesView
from ntshell.faces.tui.search import SearchLine
from tests.faces.tui.conftest import Hand, Opened


def view(hand: Hand, pane: str) -> LinesView:
    return hand.app.workspace.panes[pane].query_one(LinesView)


def line(hand: Hand, pane: str) -> str:
    found = view(hand, pane).line
    return found.text if found is not None else ""


async def test_finds_while_it_is_typed_and_enter_keeps(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "1", "slash", *"iocreated")
        assert "IoCreateDevice" in line(hand, "source")
        assert "1 of " in hand.screen()
        await hand.press("enter")
        assert not hand.app.query(SearchLine)
        assert hand.app.focused is view(hand, "source")
        assert "IoCreateDevice" in line(hand, "source")


async def test_escape_goes_back_to_where_one_was(opened: Opened) -> None:
    async with opened("lab", size=(80, 24)) as hand:
        source = view(hand, "source")
        await hand.press("escape", "1", "down")
        before = (source.cursor, source.scroll_offset)
        await hand.press("slash", *"iocreated")
        assert source.scroll_offset != before[1]
        await hand.press("escape")
        assert (source.cursor, source.scroll_offset) == before
        assert source.found == ""
        assert hand.app.focused is source


async def test_next_and_before_go_round(opened: Opened) -> None:
    async with opened("lab") as hand:
        source = view(hand, "source")
        await hand.press("escape", "1", "slash", *"status", "enter")
        first = source.cursor
        count = sum("status" in row.line.text.lower() for row in source.rows)
        await hand.press("n")
        assert source.cursor > first
        await hand.press("N")
        assert source.cursor == first
        await hand.press(*["n"] * count)
        assert source.cursor == first


async def test_says_when_nothing_is_found(opened: Opened) -> None:
    async with opened("lab") as hand:
        source = view(hand, "source")
        before = source.cursor
        await hand.press("escape", "1", "slash", *"zzzz")
        assert "not found" in hand.screen()
        assert source.cursor == before
        await hand.press("enter")
        await hand.press("n")
        assert any("not found" in note.message for note in hand.app._notifications)


async def test_every_pane_can_be_searched(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "5", "slash", *"names")
        assert "names" in line(hand, "stages")
        await hand.press("enter")
        assert hand.app.focused is view(hand, "stages")


async def test_lines_are_scrolled_sideways(opened: Opened) -> None:
    async with opened("lab", size=(80, 24)) as hand:
        source = view(hand, "source")
        await hand.press("escape", "1", "right")
        assert source.scroll_offset.x == 8
        await hand.press("left")
        assert source.scroll_offset.x == 0


async def test_what_is_found_beyond_the_edge_comes_into_sight(opened: Opened) -> None:
    async with opened("lab", size=(80, 24)) as hand:
        source = view(hand, "source")
        await hand.press("escape", "1", "slash", *"registrypath)", "enter")
        assert source.scroll_offset.x > 0
        assert "RegistryPath)" in hand.screen()
        await hand.press("f11")  # another file begins at its left edge
        assert source.scroll_offset.x == 0
