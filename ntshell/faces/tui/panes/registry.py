"""What the driver leaves in the registry: DeviceMap, ResourceMap, its service key."""

from __future__ import annotations

from typing import ClassVar

from ntshell.faces.tui.pane import ReportPane
from ntshell.shell.report import Line, Report, lines_of

ROOMY = 26  # rows from which on the keys that any PC has are shown too


class RegistryPane(ReportPane):
    """The report of `!reg`; what any PC has (its notes) is left out where there is little room."""

    TITLE: ClassVar[str] = "Registry"
    HELP_TEXT: ClassVar[str] = (
        "What the driver has in the registry: values under DeviceMap and ResourceMap, and its service key;"
        " a high pane also shows, muted, what any PC has there."
    )
    views = ("!reg",)

    def laid_out(self, report: Report, room: int) -> list[Line]:
        """The keys with their values."""
        lines = [_ending(line, room) for line in super().laid_out(report, room)]
        return lines if self.view.size.height >= ROOMY else without_notes(lines)

    def nothing_in(self, report: Report) -> bool:
        """Whether nothing is there but what any PC has."""
        return not _values(report)

    def note(self, report: Report) -> str:
        """How many values are there that not any PC has."""
        count = _values(report)
        return f"{count} value{'' if count == 1 else 's'}" if count else "nothing of a driver's"


def without_notes(lines: list[Line]) -> list[Line]:
    """The lines without notes, but for those below which something else stands."""
    found: list[Line] = []
    for line in reversed(lines):
        below = found[-1] if found else None
        if line.kind != "note" or (below is not None and below.kind != "head" and _indent(below) > _indent(line)):
            found.append(line)
    return found[::-1]


def _ending(line: Line, room: int) -> Line:
    """A path that is too long, by its end."""
    if line.kind != "head" or len(line.text) <= room:
        return line
    cut = line.text.find("\\", len(line.text) - room + 1)
    return Line(f"…{line.text[cut:]}", line.kind, line.link) if cut > 0 else line


def _values(report: Report) -> int:
    return sum(line.kind == "plain" and " = " in line.text for line in lines_of(report))


def _indent(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip())
