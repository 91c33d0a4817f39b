"""The Textual app: the target's panes, the shell, time travel by hand.  One module a pane; Textual is known only here."""

from __future__ import annotations

from ntshell.debugger.session import Session, SessionOptions
from ntshell.shell.shell import Shell


def open_app(options: SessionOptions, sources: list[str], commands: list[str]) -> int:
    """Open the app with drivers loaded and commands done; returns the exit code."""
    from ntshell.faces.tui.app import NtshellApp

    shell = Shell(Session(options))
    loads = [f'load "{source}"' if " " in source else f"load {source}" for source in sources]
    return NtshellApp(shell, [*loads, *commands]).run() or 0
