"""Source lines: the text around a place, from the programs that are or were loaded."""

from __future__ import annotations

from typing import Any

from ntshell.base.place import Place
from ntshell.shell.report import Line

BEFORE, AFTER = 2, 4


def text_of(session: Any, file: str) -> list[str] | None:
    """A source file's lines; None when no loaded program has it."""
    images = [*reversed(session.k.images), *reversed(session.k.unloaded)]
    programs = [image.program for image in images if image.program is not None]
    for program in [*programs, *session.programs.values()]:
        found = program.sources.get(file)
        if found is not None:
            return str(found).split("\n")
    return None


def file_named(session: Any, name: str) -> str | None:
    """The path of the source file that a name means; the current driver's comes first."""
    wanted = name.strip("`").lower()
    programs = sorted(session.programs.items(), key=lambda item: item[0] != session.current)
    for _, program in programs:
        for file in program.sources:
            if file.lower() == wanted or Place(file, 1).name.lower() == wanted:
                return str(file)
    return None


def around(session: Any, place: Place | None, before: int = BEFORE, after: int = AFTER) -> list[Line]:
    """The lines around a place, the place itself marked `>   42:`."""
    if place is None:
        return []
    return lines(session, place.file, place.line - before, before + after + 1, place.line)


def lines(session: Any, file: str, first: int, count: int, current: int = 0) -> list[Line]:
    """Some lines of a file."""
    found = text_of(session, file)
    if found is None:
        return []
    shown = []
    for number in range(max(first, 1), min(first + count, len(found) + 1)):
        here = number == current
        text = found[number - 1].expandtabs(4).rstrip()
        shown.append(
            Line(f"{'>' if here else ' '}{number:5}: {text}", "current" if here else "source", Place(file, number))
        )
    return shown


def statement(session: Any, place: Place | None) -> str:
    """The text of one line, without its indent."""
    found = text_of(session, place.file) if place is not None else None
    return found[place.line - 1].strip() if found and place is not None and place.line <= len(found) else ""
