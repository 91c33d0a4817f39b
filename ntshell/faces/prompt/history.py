"""What was typed, kept from one session to the next in `$XDG_STATE_HOME/ntshell/history`.

Nothing is written before something is typed; a folder that cannot be written costs the history, never the session.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from prompt_toolkit.history import FileHistory


def history_file() -> Path:
    """Where the history is kept."""
    home = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return Path(home) / "ntshell" / "history"


class History(FileHistory):
    """A history that survives a missing folder, and does not note the same line twice in a row."""

    def load_history_strings(self) -> Iterable[str]:
        """What is on file, the latest first."""
        try:
            return list(super().load_history_strings())
        except OSError:
            return []

    def append_string(self, string: str) -> None:
        """Remember a line; blank ones and repetitions are not worth it."""
        lines = self.get_strings()
        if string.strip() and (not lines or lines[-1] != string):
            super().append_string(string)

    def store_string(self, string: str) -> None:
        """Write a line to the file."""
        try:
            Path(os.fsdecode(self.filename)).parent.mkdir(parents=True, exist_ok=True)
            super().store_string(string)
        except OSError:
            pass
