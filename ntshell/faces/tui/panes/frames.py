"""What the source pane reads out of reports: frames of the stack, breakpoints by line, the compiler's problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ntshell.base.place import Place
from ntshell.shell.report import Line, Report, Table, lines_of


@attrs.frozen
class Shown:
    """A frame of a driver's code: its number as `kn` counts, how `kn` shows it, where it stands."""

    number: int
    symbol: str
    place: Place
    interrupted: bool


def facts_of(report: Report | None) -> dict[str, Any]:
    """The facts beside a report's lines; none for a mistake's report."""
    return dict(report.data) if report is not None else {}


def frames(stack: Report | None) -> list[Shown]:
    """The frames of `kn` that have source, the newest first."""
    interrupted = facts_of(stack).get("interrupted", ())
    return [
        Shown(row[0].value, str(row[-1].value).partition("+")[0], row[-1].link, row[0].value in interrupted)
        for row in _rows(stack)
        if isinstance(row[-1].link, Place)
    ]


def breakpoints(listed: Report | None) -> dict[int, tuple[bool, list[Place]]]:
    """Of each breakpoint of `bl`: whether it is enabled, and where it is."""
    places = facts_of(listed).get("places", {})
    return {row[0].value: (str(row[1].value).startswith("e"), places[row[0].value]) for row in _rows(listed)}


def points(listed: Report | None, file: str) -> dict[int, str]:
    """The lines of a file that have breakpoints, with the names of their signs."""
    found: dict[int, str] = {}
    for enabled, places in breakpoints(listed).values():
        for place in places:
            if place.file == file and found.get(place.line) != "on":
                found[place.line] = "on" if enabled else "off"
    return found


def waiting(stack: Report | None, chosen: int, file: str) -> dict[int, str]:
    """The lines of a file where frames below the newest one wait, with the names of their signs; newer ones prevail."""
    found: dict[int, str] = {}
    for frame in reversed(frames(stack)):
        if frame.place.file == file:
            usual = "interrupted" if frame.interrupted else "caller"
            found[frame.place.line] = "frame" if frame.number == chosen else usual
    return found


def problems(*reports: Report | None) -> tuple[Line, ...]:
    """The complaints of a compiler in reports: each leads to its place and says what is wrong there."""
    return tuple(
        Line(line.text.removeprefix(f"{line.link}: "), line.kind, line.link)
        for report in reports
        if report is not None
        for line in lines_of(report)
        if line.kind in ("bad", "note") and isinstance(line.link, Place)
    )


def below(found: tuple[Line, ...], file: str) -> Mapping[int, list[Line]]:
    """The problems of a file by line."""
    lines: dict[int, list[Line]] = {}
    for each in found:
        if isinstance(each.link, Place) and each.link.file == file:
            lines.setdefault(each.link.line, []).append(each)
    return lines


def _rows(report: Report | None) -> Any:
    return [row for block in report.blocks if isinstance(block, Table) for row in block.rows] if report else []
