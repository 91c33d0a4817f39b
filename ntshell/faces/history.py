"""What was typed, kept from one session to the next in `$XDG_STATE_HOME/ntshell/history`, the same for every face.

The file is one that prompt_toolkit's FileHistory reads and writes: an entry is a comment line, then its lines, each after a
`+`.  Nothing is written before something is typed; a folder that cannot be written costs the history, never the session.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from ntshell.base import folders

LATEST = 1 << 16  # bytes at the end of the file, among which the latest entry is
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)


def history_file() -> Path:
    """Where the history is kept."""
    return folders.state() / "history"


def read(most: int = -1) -> list[str]:
    """What was typed, the oldest first, from at most so many bytes at the end; nothing when no file can be read."""
    try:
        with history_file().open("rb") as file:
            if most >= 0:
                file.seek(-min(most, file.seek(0, os.SEEK_END)), os.SEEK_END)
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    entries: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.startswith("+"):
            entries[-1].append(line[1:])
        elif entries[-1]:
            entries.append([])
    return ["\n".join(entry) for entry in entries if entry]


def worth_keeping(line: str, before: Sequence[str]) -> bool:
    """Whether a line is one to remember: no blank one, and not the latest once more."""
    return bool(line.strip()) and (not before or before[-1] != line)


def append(line: str) -> None:
    """Remember a line; in one write, so that what several sessions write does not mix."""
    if not worth_keeping(line, read(LATEST)):
        return
    entry = f"\n# {time.strftime('%Y-%m-%d %H:%M:%S')}\n" + "".join(f"+{part}\n" for part in line.split("\n"))
    file = history_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, _FLAGS, 0o600)
        try:
            os.write(handle, entry.encode("utf-8", "replace"))
        finally:
            os.close(handle)
    except OSError:
        pass
