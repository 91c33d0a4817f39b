"""Saving: the session as a command file, reports and screens; nothing is overwritten unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from ntshell.debugger.session import Session
from ntshell.faces.tui.screens.save import SaveScreen
from ntshell.shell.script import run_file
from ntshell.shell.shell import Shell
from tests.faces.tui.conftest import Hand, Opened


@pytest.fixture(autouse=True)
def here(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = home / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def name(hand: Hand) -> str:
    return hand.app.screen.query_one(Input).value


async def test_the_session(opened: Opened, here: Path) -> None:
    async with opened("lab") as hand:
        await hand.press("f10", "f10", "ctrl+s")
        assert isinstance(hand.app.screen, SaveScreen) and name(hand) == "lab.nts"
        await hand.press("enter")
        assert "ntshell" in hand.text("shell") and "does it again" in hand.text("shell")
        position = hand.app.target.shell.session.k.journal.position
    shell = Shell(Session())
    for _ in run_file(shell, here / "lab.nts"):
        pass
    assert shell.session.k.journal.position == position


async def test_report_pane_and_screens(opened: Opened, here: Path) -> None:
    async with opened("lab") as hand:
        await hand.do("!stages")
        await hand.press("escape", "5")
        for downs, file in ((1, "lab-report.txt"), (2, "lab-stages.txt"), (3, "lab.svg"), (4, "lab-screen.txt")):
            await hand.press("ctrl+s", *["down"] * downs)
            assert name(hand) == file
            await hand.press("enter")
        assert "find the hardware" in (here / "lab-report.txt").read_text()
        assert "find the hardware" in (here / "lab-stages.txt").read_text()
        picture = (here / "lab.svg").read_text()
        assert picture.startswith("<svg") and "DriverEntry" in picture and "Enter:" not in picture
        screen = (here / "lab-screen.txt").read_text()
        assert "DriverEntry" in screen and "kd>" in screen and "Esc: nothing" not in screen


async def test_choice_and_name_are_never_out_of_step(opened: Opened, here: Path) -> None:
    async with opened("lab") as hand:
        await hand.do("!stages")
        await hand.press("escape", "5", "ctrl+s")
        screen = hand.app.screen
        assert isinstance(screen, SaveScreen)
        for _ in range(3):  # all in one go: what the choices tell the name comes later
            screen.action_kind(1)
        await screen.query_one(Input).action_submit()
        await hand.idle()
        assert [file.name for file in here.iterdir()] == ["lab.svg"]


async def test_what_is_there_is_not_overwritten_unasked(opened: Opened, here: Path) -> None:
    (here / "lab.nts").write_text("mine")
    async with opened("lab") as hand:
        await hand.press("ctrl+s")
        assert name(hand) == "lab-2.nts"
        hand.app.screen.query_one(Input).value = "lab"
        await hand.press("enter")
        told = str(hand.app.screen.query_one("#told", Static).render())
        assert "lab.nts is there already" in told and (here / "lab.nts").read_text() == "mine"
        await hand.press("x", "backspace", "enter")  # another name in between asks anew
        assert (here / "lab.nts").read_text() == "mine"
        await hand.press("enter")
        assert (here / "lab.nts").read_text().startswith("* saved by ntshell")


@pytest.mark.parametrize(("typed", "told"), [("", "name is needed"), ("none/it", "no folder none"), ("..", "a folder")])
async def test_a_bad_name_is_told(opened: Opened, typed: str, told: str) -> None:
    async with opened("lab") as hand:
        await hand.press("ctrl+s")
        hand.app.screen.query_one(Input).value = typed
        await hand.press("enter", "enter")
        assert told in str(hand.app.screen.query_one("#told", Static).render())
        await hand.press("escape")
        assert not isinstance(hand.app.screen, SaveScreen)


async def test_in_a_browser_the_file_goes_there(opened: Opened, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened("lab") as hand:
        sent = []
        monkeypatch.setattr(type(hand.app), "is_web", property(lambda app: True))
        monkeypatch.setattr(
            hand.app, "deliver_text", lambda file, save_filename: sent.append((save_filename, file.read()))
        )
        await hand.press("ctrl+s", "enter")
        assert [file for file, _ in sent] == ["lab.nts"] and "load lab" in sent[0][1]
        assert not list(here.iterdir())
