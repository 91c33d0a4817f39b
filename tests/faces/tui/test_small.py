"""Every size and every theme: a terminal that is too small is told so, and each built-in theme paints everything."""

from __future__ import annotations

import pytest
from textual.theme import BUILTIN_THEMES

from tests.faces.tui.conftest import Opened


@pytest.mark.parametrize("size", [(59, 40), (120, 15), (20, 5), (3, 2)])
async def test_too_small_says_so_and_loses_nothing(opened: Opened, size: tuple[int, int]) -> None:
    async with opened("lab", size=size) as hand:
        seen = " ".join(hand.screen().split())
        assert "DriverEntry" not in seen
        if size[0] > 50:
            assert f"ntshell needs 60x16, this terminal has {size[0]}x{size[1]}" in seen
        await hand.press("f10")
        await hand.pilot.resize_terminal(120, 40)
        await hand.idle()
        assert "ntshell needs" not in hand.screen() and "kd> p" in hand.text("shell")
        await hand.pilot.resize_terminal(40, 10)
        await hand.idle()
        assert "40x10" in hand.screen()
        await hand.pilot.resize_terminal(41, 10)
        await hand.idle()
        assert "41x10" in hand.screen()


async def test_the_least_size_is_enough(opened: Opened) -> None:
    async with opened("lab", size=(60, 16)) as hand:
        assert "ntshell needs" not in hand.screen() and "kd>" in hand.screen()


async def test_every_theme_paints_everything(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await hand.do("g", "unload", "fire lab0")
        await hand.press("escape", "l", "l")
        for name in BUILTIN_THEMES:
            hand.app.action_theme(name)
            await hand.idle()
            assert "IRQL" in hand.screen(), name
            assert hand.app.export_screenshot().startswith("<svg"), name
