"""The palette: everything that the app can do is found by a few letters and done by Enter."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.command import CommandList, CommandPalette
from textual.widgets import Input

from ntshell.debugger.source import bundled_names
from ntshell.faces.tui import palette
from ntshell.shell.command import TABLE
from tests.faces.tui.conftest import Hand, Opened


async def offered(hand: Hand, query: str = "") -> list[str]:
    """Open the palette, type, and wait for what it offers."""
    await hand.press("ctrl+p")
    await hand.pilot.press(*("space" if char == " " else char for char in query))
    await hand.idle()
    assert isinstance(hand.app.screen, CommandPalette)
    listed = hand.app.screen.query_one(CommandList)
    while not listed.option_count:
        await asyncio.sleep(0.01)
    await hand.idle()
    return [str(option.prompt).split("\n")[0] for option in listed.options]


async def choose(hand: Hand, query: str) -> None:
    """Take the first of what is offered."""
    await offered(hand, query)
    await hand.press("enter")


async def test_what_is_offered_first_is_short_and_steps(opened: Opened) -> None:
    async with opened("lab") as hand:
        names = await offered(hand)
        assert names[0].startswith("p [count]") and "F10" in names[0]
        assert len(names) < 20
        assert any(name.startswith("Walkthrough: First steps") for name in names)


async def test_it_knows_everything(opened: Opened, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "mine.nts").write_text("* what mine shows\nload lab\n")
    (home / "binary.nts").write_bytes(b"\xff\xfe")
    monkeypatch.chdir(home)
    async with opened("lab") as hand:
        found = {entry.name: entry for entry in palette.entries(hand.app)}
        assert set(found) >= {command.name for command in TABLE.values()}
        assert set(found) >= {f"Load {name}" for name in bundled_names()}
        assert set(found) >= {f"Layout: {name}" for name in ("learn", "source", "full")}
        assert set(found) >= {f"Pane: {pane.TITLE}" for pane in hand.app.workspace.panes.values()}
        assert set(found) >= {f"Theme: {name}" for name in hand.app.available_themes}
        assert set(found) >= {"Run unload-race.nts", "Zoom", "Wider", "Save: session", "Save: screen as a picture"}
        assert found["Run mine.nts"].about == "what mine shows"
        assert "Run binary.nts" not in found
        assert all(entry.about for entry in found.values())


async def test_a_command_runs(opened: Opened) -> None:
    async with opened("lab") as hand:
        await choose(hand, "!stages")
        assert "kd> !stages" in hand.text("shell")


async def test_a_command_that_needs_words_waits_in_the_input(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape")
        await choose(hand, "!error")
        assert isinstance(hand.app.focused, Input)
        assert hand.app.focused.value == "!error "
        await hand.pilot.press(*"c0000005")
        await hand.press("enter")
        assert "STATUS_ACCESS_VIOLATION" in hand.text("shell")


async def test_words_of_the_summary_find_a_command(opened: Opened) -> None:
    async with opened("lab") as hand:
        assert any(name.startswith("!pool") for name in await offered(hand, "blocks of drivers"))


async def test_layout_pane_theme_and_file(opened: Opened) -> None:
    async with opened("lab") as hand:
        await choose(hand, "layout: full")
        assert hand.app.workspace.layout_name == "full"
        await choose(hand, "pane: registry")
        assert hand.app.pane_in_focus() is hand.app.workspace.panes["registry"]
        await choose(hand, "theme: nord")
        assert hand.app.theme == "nord" and hand.app.settings.theme == "nord"
        await choose(hand, "run unload-clean")
        assert "lab.sys unloaded" in hand.text("shell")


async def test_themes_are_listed_in_order_the_one_in_use_marked(opened: Opened) -> None:
    async with opened("lab") as hand:
        hand.app.action_theme("nord")
        names = [name for name in await offered(hand, "theme") if name.startswith("Theme: ")]
        themes = hand.app.available_themes
        kinds = [themes[name.split()[1]].dark for name in names]
        assert kinds == sorted(kinds, reverse=True) and len(names) == len(themes)
        assert [name.split()[1] for name in names if "in use" in name] == ["nord"]
        assert [name.split()[1] for name in names if "the default" in name] == ["textual-dark"]


async def test_a_command_file_says_that_it_begins_anew(opened: Opened) -> None:
    async with opened("lab") as hand:
        await choose(hand, "run unload-clean")
        said = " ".join(hand.text("shell").split())
        assert said.index("unload-clean.nts goes back to the beginning (!tt 0)") < said.index("kd> !tt 0")


async def test_an_action_of_the_app(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "1")
        await choose(hand, "zoom")
        assert hand.app.workspace.zoomed == "source"
