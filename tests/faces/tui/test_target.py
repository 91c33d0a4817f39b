"""The target off the app's turn: a long run shows progress, is broken into, and never holds up the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faces.conftest import DRIVERS
from tests.faces.tui.conftest import Hand, Opened


@pytest.fixture
def endless(tmp_path: Path) -> str:
    file = tmp_path / "endless.c"
    file.write_text(DRIVERS["endless"], encoding="utf-8")
    return str(file)


async def run_on(hand: Hand) -> None:
    """Let the target run until the status line says so."""
    await hand.pilot.press("f5")
    await running(hand)


async def running(hand: Hand) -> None:
    """Wait until the status line tells of a run."""
    for _ in range(200):
        await hand.pilot.pause(0.05)
        if "running" in hand.screen():
            return
    raise AssertionError(hand.screen())


async def test_a_long_run_is_shown_and_broken_into(opened: Opened, endless: str) -> None:
    async with opened(endless) as hand:
        await run_on(hand)
        await hand.pilot.press("ctrl+c")
        await hand.idle()
        assert "stopped by Ctrl+C" in hand.screen()
        assert "endless!DriverEntry" in hand.screen()
        await hand.press("f10")
        assert "kd> p" in hand.text("shell")


async def test_breaking_in_ends_the_line(opened: Opened, endless: str) -> None:
    async with opened(endless) as hand:
        hand.app.do("g; ? 1 + 1")
        await running(hand)
        await hand.pilot.press("ctrl+c")
        await hand.idle()
        assert "stopped by Ctrl+C" in hand.screen()
        assert "= 00000002" not in hand.text("shell")
        await hand.do("? 1 + 1")
        assert "= 00000002" in hand.text("shell")


async def test_breaking_in_ends_the_command_file(opened: Opened, endless: str, tmp_path: Path) -> None:
    file = tmp_path / "long.nts"
    file.write_text("g\n? 1 + 1\n", encoding="utf-8")
    async with opened(endless) as hand:
        hand.app.do_file(file)
        await running(hand)
        await hand.pilot.press("ctrl+c")
        await hand.idle()
        assert "= 00000002" not in hand.text("shell")
        assert "the rest of long.nts is not done" in hand.text("shell")


async def test_what_waits_is_dropped_and_told(opened: Opened, endless: str) -> None:
    async with opened(endless) as hand:
        await run_on(hand)
        hand.app.action_focus_shell()
        await hand.pilot.press(*"bl", "enter", "shift+f10")
        await hand.pilot.press("ctrl+c")
        await hand.idle()
        assert "stopped by Ctrl+C" in hand.screen()
        said = " ".join(hand.text("shell").split())
        assert "2 commands that waited are dropped: bl; p-" in said
        assert "kd> p-" not in said and "no breakpoints" not in said
        await hand.press("up")
        assert hand.app.shell_pane.line.value == "bl"


async def test_breaking_in_comes_before_keys_that_wait(opened: Opened, endless: str) -> None:
    async with opened(endless) as hand:
        await run_on(hand)
        await hand.pilot.press("f6", "f2", "ctrl+c")
        await hand.idle()
        said = " ".join(hand.text("shell").split())
        assert "1 command that waited is dropped, and the keys behind it: fire" in said
        assert hand.app.workspace.layout_name == "learn" and len(hand.app.screen_stack) == 1


async def test_the_screen_answers_while_the_target_runs(opened: Opened, endless: str) -> None:
    async with opened(endless) as hand:
        await run_on(hand)
        await hand.pilot.press("f2")
        await hand.pilot.pause()
        assert hand.app.workspace.layout_name == "source"
        assert hand.app.running
        await hand.pilot.press("ctrl+c")
        await hand.idle()
        assert not hand.app.running


async def test_leaving_while_it_runs(opened: Opened, endless: str) -> None:
    async with opened(endless) as hand:
        await run_on(hand)
        await hand.pilot.press("ctrl+q")
        for _ in range(200):
            await hand.pilot.pause(0.02)
            if not hand.app.is_running:
                break
        assert hand.app.return_code == 0


async def test_a_mistake_is_told_in_the_shell(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("nonsense")
        assert "there is no command nonsense" in hand.text("shell")
        await hand.do("? 2 + 2")
        assert "= 00000004" in hand.text("shell")


async def test_a_fault_of_ours_is_told_and_the_session_goes_on(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened("lab") as hand:
        monkeypatch.setattr(type(hand.app.target.shell.session), "over", lambda *_: 1 // 0)
        await hand.press("f10")
        assert "ZeroDivisionError" in hand.text("shell")
        assert "a bug of ntshell's" in hand.text("shell")
        await hand.press("f11")
        assert "kd> t" in hand.text("shell")


async def test_a_command_file_ends_where_the_driver_cannot_go_on(opened: Opened, tmp_path: Path) -> None:
    driver = tmp_path / "missing.c"
    driver.write_text(DRIVERS["missing"], encoding="utf-8")
    file = tmp_path / "on.nts"
    file.write_text(f"load {driver}\ng\n.echo after\n", encoding="utf-8")
    async with opened("lab") as hand:
        hand.app.do_file(file)
        await hand.idle()
        assert "ExFlyToTheMoon is not in ntshell" in hand.text("shell")
        assert "after" not in hand.text("shell")
