"""The stages pane: rungs by sign, the current one in sight, a ladder that follows another."""

from __future__ import annotations

from ntshell.faces.tui.pane import Pane
from ntshell.faces.tui.panes.stages import StagesPane
from tests.faces.tui.conftest import Hand, Opened


def marked(hand: Hand) -> list[str]:
    return [line for line in hand.text("stages").splitlines() if line[0] != " "]


def title(pane: Pane) -> str:
    return str(pane.border_title)


async def test_a_stage_marks_its_rung_and_the_one_before(opened: Opened) -> None:
    async with opened("lab") as hand:
        pane = hand.app.workspace.panes["stages"]
        assert "DriverEntry 0/6" in title(pane)
        await hand.do("stage", "stage", "stage")
        assert [line[:7] for line in marked(hand)] == ["* [x] 1", "* [>] 2", "+     i", "+     c"]
        assert "DriverEntry 1/6" in title(pane)
        await hand.do("stage-")
        assert [line[:7] for line in marked(hand)] == ["* [>] 1", "* [ ] 2", "-     i", "-     c"]
        assert "DriverEntry 0/6" in title(pane)


async def test_a_stage_that_was_passed_over_is_told(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await hand.do("g", "unload", "stage", "stage")
        lines = hand.text("stages").splitlines()
        at = next(n for n, line in enumerate(lines) if "[!]" in line)
        assert lines[at].startswith("* [!] 1") and lines[at + 1] == "+     not yet, though 2 has begun"
        assert "Unload 0/7" in title(hand.app.workspace.panes["stages"])
        await hand.do("g")
        assert "[!]" not in hand.text("stages")


async def test_the_titles_name_their_driver_among_several(opened: Opened) -> None:
    async with opened("lab") as hand:
        panes = hand.app.workspace.panes
        await hand.do("g")
        assert "lab" not in title(panes["stages"]) + title(panes["ledger"]) + title(panes["devices"])
        await hand.do("load hello", "g")
        assert "hello DriverEntry" in title(panes["stages"])
        assert "hello 2 owed, lab 19" in title(panes["ledger"])
        assert "hello 1" in title(panes["devices"])
        await hand.do("unload lab")
        assert "lab Unload 0/7" in title(panes["stages"])
        assert "lab 19 owed, hello 2" in title(panes["ledger"])
        assert "lab 2" in title(panes["devices"])


async def test_the_ladder_of_unload_takes_the_place_of_the_other(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("g", "unload")
        assert [line[:7] for line in marked(hand)] == [f"+ [ ] {n}" for n in range(1, 8)]
        assert "Unload 0/7" in title(hand.app.workspace.panes["stages"])
        await hand.do("g")
        assert "Unload 7/7" in title(hand.app.workspace.panes["stages"])


async def test_the_current_rung_is_in_sight_of_a_low_pane(opened: Opened) -> None:
    async with opened("lab", size=(80, 24)) as hand:
        pane = hand.app.workspace.panes["stages"]
        assert isinstance(pane, StagesPane)
        await hand.do("g", "unload")
        for _ in range(6):
            await hand.do("stage")
            view = pane.view
            current = next((n for n, row in enumerate(view.rows) if row.line.text.startswith("[>]")), None)
            if current is not None:
                assert view.scroll_y <= current < view.scroll_y + view.size.height
        assert "[>] 5" in hand.screen()
