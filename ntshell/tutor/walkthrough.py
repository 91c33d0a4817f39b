"""Walkthroughs: Markdown to read, with commands to run on the way.

Commands are the lines of ```` ```kd ```` blocks.  What the text promises stands behind them as a comment that a reader does not
see, `<!-- .expect ... -->` and its kin; the tests hold the text to it.
"""

from __future__ import annotations

import re
from pathlib import Path

import attrs

from ntshell.base.errors import FileUnreadable
from ntshell.base.shipped import folder

_PART = re.compile(r"^```kd\n(.*?)^```|^<!-- (\..*?) -->", re.S | re.M)


@attrs.frozen
class Part:
    """A part of a walkthrough: text (Markdown), then commands to run, then promises to hold; any of them may be missing."""

    text: str = ""
    commands: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()


@attrs.frozen
class Walkthrough:
    """A walkthrough, in parts."""

    title: str
    parts: tuple[Part, ...]

    @property
    def commands(self) -> list[str]:
        """What a reader runs, in order."""
        return [line for part in self.parts for line in part.commands]

    @property
    def script(self) -> list[str]:
        """Commands and promises, in order: what a test runs."""
        return [line for part in self.parts for line in (*part.commands, *part.promises)]


def shipped() -> list[Path]:
    """The walkthroughs that ship, the first steps first."""
    return sorted(folder("sessions").glob("*.md"), key=lambda path: (path.stem != "first-steps", path.stem))


def title(path: Path) -> str:
    """A walkthrough's title: its first heading."""
    first = _read(path).partition("\n")[0]
    return first.lstrip("# ") or path.stem


def read(path: Path) -> Walkthrough:
    """Read a walkthrough; raises FileUnreadable."""
    text = _read(path)
    parts, end = [], text.find("\n") + 1 if text.startswith("# ") else 0  # the title stands by itself
    for found in _PART.finditer(text):
        before, end = text[end : found.start()].strip(), found.end()
        lines = tuple((found[1] or found[2]).strip().splitlines())
        parts.append(Part(before, lines, ()) if found[1] else Part(before, (), lines))
    parts.append(Part(text[end:].strip()))
    return Walkthrough(title(path), tuple(parts))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise FileUnreadable(f"{path} is no text file (UTF-8)") from None
    except OSError as error:
        raise FileUnreadable(f"cannot read {path}: {error.strerror}") from None
