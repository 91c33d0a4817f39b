"""The history that every face shares, as prompt_toolkit wants it."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit.history import History as Base

from ntshell.faces import history


class History(Base):
    """Reads and writes the history file."""

    def load_history_strings(self) -> Iterable[str]:
        """What is on file, the latest first."""
        return reversed(history.read())

    def append_string(self, string: str) -> None:
        """Remember a line that is worth it."""
        if history.worth_keeping(string, self.get_strings()):
            super().append_string(string)

    def store_string(self, string: str) -> None:
        """Write a line to the file."""
        history.append(string)
