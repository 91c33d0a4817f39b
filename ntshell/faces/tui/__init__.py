"""The Textual app: the target's panes, the shell, time travel by hand.  One module a pane; Textual is known only here.

Rule: however the app ends, the terminal is as it was; a bug of ours is raised to the command line, which tells it.
"""

from __future__ import annotations

import gc
import os
import signal
from typing import TYPE_CHECKING

from ntshell.debugger.session import Session, SessionOptions
from ntshell.shell.shell import Shell

if TYPE_CHECKING:
    from ntshell.faces.tui.app import NtshellApp

ENDINGS = ("SIGTERM", "SIGHUP", "SIGINT")  # what others end the app with; Ctrl+C is a key


def open_app(options: SessionOptions, sources: list[str], commands: list[str]) -> int:
    """Open the app with drivers loaded and commands done; returns the exit code."""
    import asyncio

    from textual.worker import WorkerFailed

    from ntshell.faces.tui.app import NtshellApp

    shell = Shell(Session(options))
    loads = [f'load "{source}"' if " " in source else f"load {source}" for source in sources]
    app = NtshellApp(shell, [*loads, *commands])
    code = asyncio.run(_running(app))
    bug = app._exception  # Textual keeps it; told here it would be a screenful of our variables
    if bug is not None:
        raise bug.error if isinstance(bug, WorkerFailed) else bug
    return code


async def _running(app: NtshellApp) -> int:
    import asyncio

    if os.name == "posix":
        for name in ENDINGS:
            number = getattr(signal, name)
            asyncio.get_running_loop().add_signal_handler(number, app.exit, 128 + number)
    app.call_later(gc.enable)
    return await app.run_async() or 0
