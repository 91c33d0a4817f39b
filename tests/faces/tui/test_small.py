"""Every size and every theme: a terminal that is too small is told so, and each built-in theme can be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from tests.faces.tui.conftest import Hand, Opened

FAINT = 2.2  # contrast below which nobody reads what is not meant to step back


@pytest.mark.parametrize("size", [(59, 40), (120, 15), (20, 5), (3, 2)])
async def test_too_small_says_so_and_loses_nothing(opened: Opened, size: tuple[int, int]) -> None:
    async with opened("lab", size=size) as hand:
        seen = " ".join(hand.screen().split())
        assert "DriverEntry" not in seen
        if size[0] > 50:
            assert f"ntshell needs 60x16, this terminal has {size[0]}x{size[1]}" in seen
        await hand.press("f10", "ctrl+c", "q")  # nobody sees what they would do
        await hand.pilot.resize_terminal(120, 40)
        await hand.idle()
        assert "ntshell needs" not in hand.screen() and "kd> load lab" in hand.text("shell")
        assert "kd> p" not in hand.text("shell") and not hand.app.shell_pane.line.value
        await hand.pilot.resize_terminal(40, 10)
        await hand.idle()
        assert "40x10" in hand.screen()
        await hand.pilot.resize_terminal(41, 10)
        await hand.idle()
        assert "41x10" in hand.screen()


async def test_too_small_can_be_left(opened: Opened) -> None:
    async with opened("lab", size=(20, 5)) as hand:
        await hand.pilot.press("ctrl+q")
        assert hand.app.return_code == 0


async def test_the_least_size_is_enough(opened: Opened) -> None:
    async with opened("lab", size=(60, 16)) as hand:
        assert "ntshell needs" not in hand.screen() and "kd>" in hand.screen()


def light(colour: Color) -> float:
    """Relative luminance, as WCAG has it."""
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrasts(hand: Hand) -> Iterator[tuple[float, str]]:
    """Of each text on the screen how it stands out from what is behind it (1 is not at all), and its words.

    Without the footer, whose colours a theme gives itself.
    """
    for strip in hand.app.screen._compositor.render_strips()[:-1]:
        for text, style, _ in strip:
            colours = (style.color, style.bgcolor) if style is not None else ()
            if any(char.isalnum() for char in text) and all(each is not None and each.triplet for each in colours):
                one, other = sorted(light(Color.from_rich_color(each)) for each in colours)
                yield (other + 0.05) / (one + 0.05), text.strip()


async def test_every_theme_can_be_read(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await hand.do("g", "unload", "fire lab0")
        await hand.press("escape", "1", "l", "l")
        for name in BUILTIN_THEMES:
            hand.app.action_theme(name)
            await hand.idle()
            assert "IRQL" in hand.screen(), name
            assert not [each for each in contrasts(hand) if each[0] < FAINT], name
