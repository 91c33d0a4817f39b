"""The app as a whole: keys run commands, panes follow, what changed is marked."""

from __future__ import annotations

from tests.faces.tui.conftest import Opened


async def test_opens_at_driver_entry(opened: Opened) -> None:
    async with opened("lab") as hand:
        assert "lab!DriverEntry is about to run" in hand.screen()
        assert "find the hardware and its configuration" in hand.text("stages")


async def test_keys_run_commands(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("f10")
        assert "kd> p" in hand.text("shell")
        position = hand.app.target.shell.session.k.journal.position
        await hand.press("escape", "p", "P")
        assert hand.app.target.shell.session.k.journal.position == position


async def test_a_typed_line_is_done(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.type("? 1 + 1")
        assert "kd> ? 1 + 1" in hand.text("shell")
        assert "= 00000002" in hand.text("shell")


async def test_what_a_step_changed_is_marked(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("g `init.c:176`")
        await hand.press("f10")
        assert any(line.startswith("+") and "Device\\Lab" in line for line in hand.text("ledger").splitlines())
        await hand.press("f10")
        assert not any(line.startswith("+") for line in hand.text("ledger").splitlines())
