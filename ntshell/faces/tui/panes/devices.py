"""The driver object, its chain of device objects, and what hangs on each."""

from __future__ import annotations

from typing import ClassVar

from ntshell.faces.tui.pane import ReportPane, owner
from ntshell.shell.report import Line, Report


class DevicesPane(ReportPane):
    """The report of `!devchain`."""

    TITLE: ClassVar[str] = "Devices"
    HELP_TEXT: ClassVar[str] = (
        "The driver object and its chain of device objects down to NULL, with each its flags, extension, references,"
        " IRPs, attached devices (^) and the symbolic links that lead there (<-)."
    )
    views = ("!devchain",)

    def laid_out(self, report: Report, room: int) -> list[Line]:
        """The chain; nothing while there is no driver."""
        return [] if self.nothing_in(report) else super().laid_out(report, room)

    def nothing_in(self, report: Report) -> bool:
        """Whether there is no driver that could have a chain."""
        return "count" not in dict(report.data)

    def note(self, report: Report) -> str:
        """How many there are."""
        count = dict(report.data).get("count")
        return "no driver" if count is None else f"{owner(report, 'name')}{count or 'none'}"
