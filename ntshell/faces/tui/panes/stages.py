"""The rungs of DriverEntry or Unload: done, current, and still owed."""

from __future__ import annotations

from typing import ClassVar

from ntshell.faces.tui.pane import ReportPane, owner
from ntshell.faces.tui.panes.irql import short
from ntshell.shell.report import Line, Report


class StagesPane(ReportPane):
    """The report of `!stages`; the current rung is always in sight."""

    TITLE: ClassVar[str] = "Stages"
    THINGS: ClassVar[bool] = True
    HELP_TEXT: ClassVar[str] = (
        "The rungs of DriverEntry or Unload: [x] done, [>] current, [ ] still to come, with the lines of code that did them;"
        " [!] was passed over, although the driver still holds what it gives back there."
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
        """The ladder, and how many of its rungs are done."""
        facts = dict(report.data)
        if "ladder" not in facts or self.nothing_in(report):
            return ""
        return f"{owner(report)}{facts['ladder']} {len(facts['done'])}/{facts['stages']}"


def _ladder(report: Report) -> str:
    return str(dict(report.data).get("ladder", ""))
