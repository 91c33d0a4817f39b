"""The key of `fire`: which device, asked where there are several; what became of it is told."""

from __future__ import annotations

import pytest
from textual.widgets import OptionList

from ntshell.faces.tui.screens.choose import Chooser
from tests.faces.tui.conftest import Hand, Opened


def shown(hand: Hand) -> list[str]:
    options = hand.app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(n).prompt) for n in range(options.option_count)]


async def test_the_devices_with_what_they_say_now(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "f6")
        assert isinstance(hand.app.screen, Chooser)
        first, _, stray, _ = shown(hand)
        assert "lab0" in first and "IRQ 5" in first and "disabled" in first and "nobody" in first
        assert "lab0 --force" in stray and "stray" in stray
        await hand.press("escape")
        await hand.do("g")
        await hand.press("i")
        assert "IRQ 5, enabled; line quiet; lab!LabIsr" in shown(hand)[0]


@pytest.mark.parametrize("keys", [("2",), ("down", "enter")])
async def test_a_choice_is_a_command(opened: Opened, keys: tuple[str, ...]) -> None:
    async with opened("lab") as hand:
        await hand.do("g")
        await hand.press("escape", "i", *keys)
        assert "fire lab1" in hand.text("shell")
        assert "IRQ 5: taken" in hand.text("shell")
        assert "IRQ 5: taken" in hand.screen().splitlines()[0]


async def test_it_begins_at_the_last_choice_and_digits_stay(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("g")
        await hand.press("escape", "i", "4")
        assert "fire lab1 --force" in hand.text("shell")
        await hand.press("i")
        assert [line.split()[:2] for line in shown(hand)][:3] == [["1", "lab0"], ["2", "lab1"], ["3", "lab0"]]
        before = hand.text("shell").count("fire lab1 --force")
        await hand.press("enter")
        assert hand.text("shell").count("fire lab1 --force") > before


async def test_no_choice_fires_nothing(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("g")
        await hand.press("escape")
        before, focused = hand.text("shell"), hand.app.focused
        await hand.press("i", "9", "escape")
        assert hand.text("shell") == before
        assert hand.app.focused is focused


async def test_a_click_chooses(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("g")
        await hand.press("escape", "i")
        await hand.pilot.click(OptionList, offset=(3, 0))
        await hand.idle()
        assert "fire lab0" in hand.text("shell")
