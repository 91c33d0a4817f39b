"""Keys typed ahead: a key that opens something has opened it before the next one comes."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from tests.faces.terminal import POSIX, terminal
from tests.faces.tui.conftest import Hand, Opened

NAMED = {"\r": "enter", "/": "slash", ":": "colon", " ": "space", "!": "exclamation_mark"}


def at_once(hand: Hand, *keys: str) -> None:
    """Give the app all keys in one go, as a terminal does with what was typed ahead."""
    for key in keys:
        event = events.Key(NAMED.get(key, key), key if len(key) == 1 else None)
        event.set_sender(hand.app)
        hand.app.post_message(event)


async def typed(hand: Hand, *keys: str) -> None:
    """All keys in one go, and what they do."""
    at_once(hand, *keys)
    await hand.pilot.pause()
    await hand.idle()


async def test_letters_behind_the_slash_are_searched_for(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await hand.press("escape")
        await typed(hand, *"/LabIsr")
        assert isinstance(hand.app.focused, Input) and hand.app.focused.value == "LabIsr"
        assert "no breakpoints" in hand.app.target.report("bl").text
        await typed(hand, "\r", *"nn1")
        assert hand.app.pane_in_focus() is hand.app.workspace.panes["source"]


@pytest.mark.parametrize("key", [":", "c"])
async def test_a_command_typed_with_the_key_that_leads_to_the_shell(opened: Opened, key: str) -> None:
    async with opened("lab_late") as hand:
        await hand.press("escape")
        await typed(hand, key, *"bl\r")
        assert "> bl" in hand.text("shell")
        await typed(hand, *"? 1", "\r", "escape", "2")
        assert hand.app.pane_in_focus() is hand.app.workspace.panes["devices"]


async def test_the_digit_behind_fire_chooses(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("g")
        await hand.press("escape")
        await typed(hand, *"i23")
        assert "fire lab1" in hand.text("shell")
        assert hand.app.pane_in_focus() is hand.app.workspace.panes["registry"]


async def test_the_palette_takes_what_follows_its_key(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await typed(hand, "ctrl+p", *"layout: full", "\r")
        await typed(hand, "\r")
        assert hand.app.workspace.layout_name == "full"


async def test_what_closes_gives_the_keys_back_to_the_panes(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await hand.press("escape")
        await typed(hand, "f1", "escape", "2", "ctrl+s", "escape", "z")
        assert hand.app.workspace.zoomed == "devices"


@pytest.mark.skipif(not POSIX, reason="needs a pseudo-terminal")
def test_one_write_to_a_real_terminal(home: object) -> None:
    with terminal("lab_late") as there:
        there.shows("Stages")
        there.press("\x1b")
        there.shows("┏━ Source")
        there.press("/LabIsr\r:bl\r")
        assert "no breakpoints" in there.shows("> bl", "no breakpoints")
