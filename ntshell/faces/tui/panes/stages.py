"""The rungs of DriverEntry or Unload: done, current, and still owed."""

from __future__ import annotations

import re
from typing import ClassVar

from ntshell.faces.tui.pane import ReportPane
from ntshell.faces.tui.panes.irql import short
from ntshell.shell.report import Line, Report

_RUNG = re.compile(r"\[[x> ]\]")


class StagesPane(ReportPane):
    """The report of `!stages`; the current rung is always in sight."""

    TITLE: ClassVar[str] = "Stages"
    THINGS: ClassVar[bool] = True
    HELP_TEXT: ClassVar[str] = (
        "The rungs of DriverEntry or Unload: [x] done, [>] current, [ ] still owed, with the lines of code that did them."
    )
    views = ("!stages",)

    def laid_out(self, report: Report, room: int) -> list[Line]:
        """The rungs; the title has said which ladder it is."""
        return [short(line, room) for line in super().laid_out(report, room) if line.kind != "head"]

    def draw(self) -> None:
        """Show them, and scroll to the current one.  Another ladder is new as a whole: the one before has not gone."""
        if self.before is not None and _ladder(self.before) != _ladder(self.report):
            self.before = Report()
        super().draw()
        rows = self.view.rows
        current = next((n for n, row in enumerate(rows) if row.line.kind == "current" and row.sign != "-"), None)
        if current is not None:
            self.view.bring(current)

    def nothing_in(self, report: Report) -> bool:
        """Whether neither routine has begun."""
        return not dict(report.data).get("begun")

    def note(self, report: Report) -> str:
        """The ladder, and how far it has been climbed."""
        facts = dict(report.data)
        if "ladder" not in facts or self.nothing_in(report):
            return ""
        count = sum(bool(_RUNG.match(line.text)) for line in super().laid_out(report, 0))
        return f"{facts['ladder']} {facts['stage'] or len(facts['done'])}/{count}"


def _ladder(report: Report) -> str:
    return str(dict(report.data).get("ladder", ""))
