"""Where in a driver's source something is."""

from __future__ import annotations

import attrs


@attrs.frozen
class Place:
    """A line of a source file; `file` is the path as the user named it, lines count from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.name}:{self.line}"

    @property
    def name(self) -> str:
        """The file's name without its folders, as WinDbg shows it."""
        return self.file.replace("\\", "/").rsplit("/", 1)[-1]
