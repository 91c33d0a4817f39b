"""What the app remembers: layout, boundaries and theme come back; a bad file costs nothing but the memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ntshell.faces.tui import settings
from tests.faces.tui.conftest import Opened


async def test_nothing_is_written_before_a_choice(opened: Opened, home: Path) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "f10", "z", "z")
    assert not settings.file().exists()


async def test_layout_boundaries_and_theme_come_back(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "l", "plus", "plus")
        source = hand.app.workspace.panes["source"].size
        hand.app.action_theme("nord")
        await hand.idle()
    async with opened("lab") as hand:
        assert hand.app.workspace.layout_name == "source"
        assert hand.app.workspace.panes["source"].size == source
        assert hand.app.theme == "nord"
        assert "damaged" not in hand.text("shell")


async def test_a_dragged_boundary_comes_back(opened: Opened) -> None:
    async with opened("lab") as hand:
        pane = hand.app.workspace.panes["shell"]
        height = pane.size.height
        await hand.pilot.mouse_down(pane, offset=(20, 0))
        await hand.pilot.hover(pane, offset=(20, -4))
        await hand.pilot.mouse_up(pane, offset=(20, -4))
        await hand.idle()
        assert pane.size.height > height
        height = pane.size.height
    async with opened("lab") as hand:
        assert hand.app.workspace.panes["shell"].size.height == height


@pytest.mark.parametrize("text", ["{", "[]", "7", '{"layout": 3}', '{"layout": "learn", "theme": "nord", "shares": 1}'])
async def test_a_damaged_file_is_told_and_replaced(opened: Opened, text: str) -> None:
    settings.file().parent.mkdir(parents=True)
    settings.file().write_text(text)
    async with opened("lab") as hand:
        assert hand.text("shell").count("is damaged, or not ntshell's") == 1
        assert hand.app.workspace.layout_name == "learn"
        assert settings.file().read_text() == text
        await hand.press("escape", "l")
    assert settings.read() == (settings.Settings(layout="source"), None)


def test_what_another_version_meant_is_left_out(home: Path) -> None:
    shares = {
        "learn/1": {"": [50, 70], "0": [9, 9, 9], "0.5": [1, 2], "1": [-1, 2, 3, 4]},
        "gone/0": {"": [1, 2]},
        "learn/99": {"": [1]},
    }
    settings.file().parent.mkdir(parents=True)
    settings.file().write_text(json.dumps({"layout": "gone", "theme": "nord", "shares": shares}))

    found, wrong = settings.read()

    assert wrong is None
    assert found == settings.Settings("learn", "nord", {"learn/1": {(): (50, 70)}})


async def test_a_folder_that_cannot_be_written_costs_the_memory_only(opened: Opened, home: Path) -> None:
    settings.file().parent.parent.mkdir(parents=True, exist_ok=True)
    settings.file().parent.write_text("a file where the folder should be")
    async with opened("lab") as hand:
        await hand.press("escape", "l")
        assert hand.app.workspace.layout_name == "source"


async def test_the_environments_theme_wins_and_is_not_remembered(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", "textual-light")
    async with opened("lab") as hand:
        assert hand.app.theme == "textual-light"
        await hand.press("escape", "l")
    assert settings.read()[0].theme == settings.THEME


async def test_an_unknown_theme_is_told(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", "nrod")
    async with opened("lab") as hand:
        assert "there is no theme nrod" in hand.text("shell") and "nord" in hand.text("shell")
        assert hand.app.theme == settings.THEME
