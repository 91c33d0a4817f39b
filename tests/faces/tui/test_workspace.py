"""The workspace under the hand: layouts, zoom, resizing with keys and mouse."""

from __future__ import annotations

import pytest
from textual.geometry import Offset

from tests.faces.tui.conftest import Hand, Opened


def seen(hand: Hand) -> list[str]:
    return [pane.id or "" for pane in hand.app.workspace.seen]


async def test_layouts_by_key(opened: Opened) -> None:
    async with opened("lab") as hand:
        learn = seen(hand)
        await hand.press("f2")
        assert hand.app.workspace.layout_name == "source"
        await hand.press("f2")
        assert "timeline" in seen(hand)
        assert hand.text("registry") != ""
        await hand.press("f2")
        assert seen(hand) == learn


async def test_a_pane_that_the_layout_lacks_is_zoomed(opened: Opened) -> None:
    async with opened("lab", size=(80, 24)) as hand:
        assert "registry" not in seen(hand)
        await hand.press("escape", "3")
        assert seen(hand) == ["registry"]
        assert "DeviceMap" in hand.text("registry")
        await hand.press("escape")
        assert "source" in seen(hand)


async def test_zoom(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "5", "z")
        assert seen(hand) == ["stages"]
        assert hand.app.workspace.panes["stages"].size.width > 110
        await hand.press("z")
        assert "shell" in seen(hand)


async def test_two_clicks_on_a_title_zoom(opened: Opened) -> None:
    async with opened("lab") as hand:
        before = seen(hand)
        title = hand.app.workspace.panes["stages"].region.offset + (5, 0)
        await hand.pilot.click(offset=title, times=2)
        await hand.idle()
        assert seen(hand) == ["stages"]
        await hand.pilot.click(offset=hand.app.workspace.panes["stages"].region.offset + (5, 0), times=2)
        await hand.idle()
        assert seen(hand) == before


async def test_marks_outlast_a_zoom_but_no_step_that_was_not_seen(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("g `init.c:176`")
        await hand.press("escape", "1", "f10")
        marked = [line for line in hand.text("ledger").splitlines() if line[0] != " "]
        assert marked
        await hand.press("z", "z")
        assert [line for line in hand.text("ledger").splitlines() if line[0] != " "] == marked
        await hand.press("z", "f10", "z")
        assert {line[0] for line in hand.text("ledger").splitlines()} == {" "}


async def test_zooming_typed_ahead_loses_no_marks(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("g `init.c:176`")
        await hand.press("escape", "1")
        hand.app.action_zoom()
        hand.app.action_zoom()
        await hand.idle()
        await hand.press("f10")
        assert any(line.startswith("+") for line in hand.text("ledger").splitlines())


async def test_resizing_by_keys(opened: Opened) -> None:
    async with opened("lab") as hand:
        pane = hand.app.workspace.panes["source"]
        await hand.press("escape", "1")
        before = pane.size
        await hand.press("plus", "greater_than_sign")
        assert (pane.size.width, pane.size.height) == (before.width + 2, before.height + 1)
        await hand.press("minus", "less_than_sign")
        assert pane.size == before


async def test_resizing_by_mouse(opened: Opened) -> None:
    async with opened("lab") as hand:
        source, shell = (hand.app.workspace.panes[name] for name in ("source", "shell"))
        start = Offset(30, shell.region.y)
        height = source.region.height
        await hand.pilot.mouse_down(offset=start)
        await hand.pilot.hover(offset=start + (0, -4))
        await hand.pilot.mouse_up(offset=start + (0, -4))
        await hand.idle()
        assert source.region.height == height - 4
        left = hand.app.workspace.panes["irql"].region
        await hand.pilot.mouse_down(offset=(left.x, left.y + 3))
        await hand.pilot.hover(offset=(left.x - 10, left.y + 3))
        await hand.pilot.mouse_up(offset=(left.x - 10, left.y + 3))
        await hand.idle()
        assert hand.app.workspace.panes["irql"].region.x == left.x - 10


async def test_another_size_takes_another_variant(opened: Opened) -> None:
    async with opened("lab", size=(80, 24)) as hand:
        await hand.press("f5")
        assert "ledger" not in seen(hand)
        await hand.pilot.resize_terminal(120, 40)
        await hand.idle()
        assert "ledger" in seen(hand)
        assert "\\Device\\Lab0" in hand.text("ledger")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_a_pane_that_goes_leaves_the_focus_to_one_that_is_seen(opened: Opened, size: tuple[int, int]) -> None:
    async with opened("lab", size=size) as hand:
        for pane in "12345678":
            await hand.press("escape", pane)
            for _ in range(3):
                before = hand.app.pane_in_focus()
                await hand.press("f2")
                focused = hand.app.pane_in_focus()
                assert focused in hand.app.workspace.seen
                assert focused is before or before not in hand.app.workspace.seen
            await hand.press("escape")
