"""Source lines: the text around a place, from the programs that are or were loaded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from ntshell.base.place import Place
from ntshell.shell.report import Line

BEFORE, AFTER = 2, 4
_CONTROLS = dict.fromkeys((*range(32), 127), " ")  # form feeds and their like take one blank


def text_of(session: Any, file: str) -> str | None:
    """A source file's text; None when no loaded program has it."""
    images = [*reversed(session.k.images), *reversed(session.k.unloaded)]
    programs = [image.program for image in images if image.program is not None]
    for program in [*programs, *session.programs.values()]:
        found = program.sources.get(file)
        if found is not None:
            return str(found)
    return None


def file_named(session: Any, name: str) -> str | None:
    """The path of the source file that a name means; the current driver's comes first."""
    wanted = name.strip("`").lower()
    for file in _files(session):
        if file.lower() == wanted or Place(file, 1).name.lower() == wanted:
            return file
    return None


def short_name(session: Any, file: str) -> str:
    """What to call a source file in a command: its name, or its path when another file has the name too."""
    name = Place(file, 1).name
    same = {each for each in _files(session) if Place(each, 1).name.lower() == name.lower()}
    return name if same <= {file} else file


def _files(session: Any) -> Iterator[str]:
    """The source files of all programs, those of the current driver first."""
    for _, program in sorted(session.programs.items(), key=lambda item: item[0] != session.current):
        yield from program.sources


def around(session: Any, place: Place | None, before: int = BEFORE, after: int = AFTER) -> list[Line]:
    """The lines around a place, the place itself marked `>   42:`."""
    if place is None:
        return []
    return lines(session, place.file, place.line - before, before + after + 1, place.line)


def lines(session: Any, file: str, first: int, count: int | None = None, current: int = 0) -> list[Line]:
    """Some lines of a file, the current one marked; all from the first when there is no count."""
    text = text_of(session, file)
    found = numbered(file, text) if text is not None else ()
    first = max(first, 1)
    shown = list(found[first - 1 : first - 1 + count if count is not None else None])
    if first <= current < first + len(shown):
        line = shown[current - first]
        shown[current - first] = Line(f">{line.text[1:]}", "current", line.link)
    return shown


def on_disk(file: str) -> tuple[Line, ...]:
    """All lines of a file that did not become a driver; none when it cannot be read."""
    try:
        return numbered(file, Path(file).read_text("utf-8", "replace"))
    except OSError:
        return ()


@lru_cache(maxsize=32)
def numbered(file: str, text: str) -> tuple[Line, ...]:
    """All lines of a file, as `ls` shows them; made once for each text, so that unchanged lines are the same objects."""
    return tuple(
        Line(f" {number:5}: {line.expandtabs(4).translate(_CONTROLS).rstrip()}", "source", Place(file, number))
        for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1)
    )


def statement(session: Any, place: Place | None) -> str:
    """The text of one line, without its indent."""
    found = lines(session, place.file, place.line, 1) if place is not None else []
    return code_of(found[0]).strip() if found else ""


def code_of(line: Line) -> str:
    """The C of a line of source, without its number."""
    return line.text.partition(": ")[2]
