"""The app under Textual's pilot: opened on a driver, keys pressed, and what every pane then shows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import attrs
import pytest
from textual.pilot import Pilot

from ntshell.debugger.session import Session, SessionOptions
from ntshell.faces.tui.app import NtshellApp
from ntshell.faces.tui.lines import LinesView
from ntshell.shell.shell import Shell


@attrs.define
class Hand:
    """A user's hand on the app; every act waits until the target stands and the screen is painted."""

    app: NtshellApp
    pilot: Pilot[int]

    async def idle(self) -> None:
        """Wait until nothing runs and nothing is to be painted."""
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            await self.pilot.press(key)
            await self.idle()

    async def type(self, line: str) -> None:
        """Type a line of commands into the shell and press Enter."""
        self.app.action_focus_shell()
        await self.idle()
        await self.pilot.press(*("space" if char == " " else char for char in line))
        await self.press("enter")

    async def do(self, *lines: str) -> None:
        """Have commands done without typing them."""
        for line in lines:
            self.app.do(line)
            await self.idle()

    def text(self, pane: str) -> str:
        """What a pane shows, sign and text of each line."""
        view = self.app.workspace.panes[pane].query_one(LinesView)
        return "\n".join(f"{row.sign or ' '} {row.line.text}" for row in view.rows)

    def screen(self) -> str:
        """The whole screen as plain text."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)


Opened = Callable[..., AbstractAsyncContextManager[Hand]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own: nothing of the user's is read or written."""
    for name in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path


@pytest.fixture
def opened(home: Path) -> Opened:
    """Opens the app: `async with opened("lab_late", size=(80, 24)) as hand`."""

    @asynccontextmanager
    async def opening(
        *sources: str, size: tuple[int, int] = (120, 40), options: SessionOptions | None = None
    ) -> AsyncIterator[Hand]:
        shell = Shell(Session(options or SessionOptions()))
        app = NtshellApp(shell, [f"load {source}" for source in sources or ("lab",)])
        async with app.run_test(size=size) as pilot:
            hand = Hand(app, pilot)
            await hand.idle()
            yield hand

    return opening
