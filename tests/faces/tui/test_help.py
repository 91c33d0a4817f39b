"""The help: the focused pane's sentence, the keys that work there, and all keys with their ids as they are now."""

from __future__ import annotations

from textual.css.query import NoMatches

from ntshell.faces.tui import keymap
from ntshell.faces.tui.lines import LinesView
from ntshell.faces.tui.screens.help import HelpScreen
from tests.faces.tui.conftest import Hand, Opened


def told(hand: Hand) -> str:
    try:
        return "\n".join(row.line.text for row in hand.app.screen.query_one(LinesView).rows)
    except NoMatches:
        return ""


async def test_the_focused_pane_and_its_keys(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "1", "question_mark")
        pane = hand.app.workspace.panes["source"]
        assert isinstance(hand.app.screen, HelpScreen)
        text = told(hand)
        assert text.startswith(pane.TITLE) and pane.HELP_TEXT.split(":")[0] in text
        here = text.partition("Keys in Source")[2].partition("\n\n")[0]
        assert "lines.search" in here and "command.p" not in here
        await hand.press("escape")
        assert not isinstance(hand.app.screen, HelpScreen)
        assert hand.app.pane_in_focus() is pane


async def test_f1_works_in_the_input_and_every_id_is_there(opened: Opened) -> None:
    async with opened("lab", size=(200, 60)) as hand:
        await hand.press("f1")
        words = set(told(hand).split())
        assert "typing.complete" in words
        assert words >= {name for name, each in keymap.bound(hand.app).items() if each.keys}
        assert {"F10", "S-F11", "^c", "]", "IRQL"} <= words


async def test_the_users_keys_are_told(opened: Opened) -> None:
    keymap.file().parent.mkdir(parents=True)
    keymap.file().write_text('"command.p" = "f12"\n')
    async with opened("lab") as hand:
        await hand.press("f1")
        line = next(line for line in told(hand).splitlines() if "command.p " in f"{line} ")
        assert line.startswith("F12") and "F10" not in line


async def test_it_fits_a_small_terminal(opened: Opened) -> None:
    async with opened("lab", size=(80, 24)) as hand:
        await hand.press("f1")
        assert "Help" in hand.screen() and "Shell" in hand.screen()
        assert all(len(line) <= 80 for line in told(hand).splitlines() if "keymap.toml" not in line)
