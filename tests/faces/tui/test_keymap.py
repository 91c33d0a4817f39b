"""The user's keymap: bindings get other keys; what is wrong is told with its line, and the rest applies."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.faces.tui import keymap
from tests.faces.tui.conftest import Hand, Opened


def write(text: str) -> None:
    keymap.file().parent.mkdir(parents=True, exist_ok=True)
    keymap.file().write_text(text)


def position(hand: Hand) -> int:
    return hand.app.target.shell.session.k.journal.position


async def test_a_command_and_an_action_get_other_keys(opened: Opened, home: Path) -> None:
    write('"command.p" = "f12,0"\n[app]\nzoom = "ctrl+z"\n')
    async with opened("lab") as hand:
        start = position(hand)
        await hand.press("f10", "escape", "p")
        assert position(hand) == start  # its old keys do nothing
        await hand.press("0")
        once = position(hand)
        assert once > start
        await hand.press("f12")
        assert position(hand) > once
        await hand.press("1", "ctrl+z")
        assert hand.app.workspace.zoomed == "source"
        assert "keymap.toml" not in hand.text("shell")


async def test_a_letters_command_gets_a_key_that_works_in_the_input(opened: Opened, home: Path) -> None:
    write('"app.zoom" = "f12"\n')
    async with opened("lab") as hand:
        await hand.press("f12")
        assert hand.app.workspace.zoomed == "shell"


async def test_a_widgets_binding_gets_other_keys(opened: Opened, home: Path) -> None:
    write('"lines.down" = "d"\n')
    async with opened("lab") as hand:
        await hand.do("g")
        await hand.press("escape", "6", "home", "d")
        view = hand.app.focused
        assert getattr(view, "cursor", None) == 1


async def test_an_input_keeps_its_letters(opened: Opened, home: Path) -> None:
    write('"command.p" = "0"\n')
    async with opened("lab") as hand:
        start = position(hand)
        await hand.press("0")
        assert position(hand) == start


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('\n"command.pp" = "n"\n', ":2: there is no binding command.pp"),
        ('"command.p" = ""\n', ":1: command.p needs keys in quotes"),
        ('"command.p" = 3\n', ":1: command.p needs keys in quotes"),
        ('"command.p" = "f10,hyper+blah"\n', ":1: command.p: there is no key hyper+blah"),
        ('"command.p" = "z"\n', ":1: z is command.p's now, app.zoom has it no more"),
        ('"command.p" = "0"\n"app.zoom" = "0"\n', ":2: app.zoom: 0 is command.p's already"),
        ('"command.p" = "y"\n', ":1: y is lines.copy-line's where that has the focus, command.p's elsewhere"),
        ("command.p = [\n", "is not TOML"),
        ("command = 1\n", "there is no binding command"),
        ("\udcff", "is not TOML"),
    ],
)
async def test_what_is_wrong_is_one_line(opened: Opened, home: Path, text: str, told: str) -> None:
    write('"command.gu" = "ctrl+g"\n')
    keymap.file().write_bytes(text.encode("utf-8", "surrogateescape") + b'"command.gu" = "ctrl+y"\n')
    async with opened("lab") as hand:
        said = [line for line in hand.text("shell").splitlines() if "keymap.toml" in line]
        assert len(said) == 1
        assert told in " ".join(hand.text("shell").split())
        good = "TOML" not in told
        assert (keymap.bound(hand.app)["command.gu"].keys == ("ctrl+y",)) is good
        await hand.press("f5")
        assert "kd> g" in hand.text("shell")
