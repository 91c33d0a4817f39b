"""The IRQL as a ladder: what runs at which level, what it interrupted; then lines, the DPC queue and timers.

The rungs are made from the data of `!levels`, so that a rung is the same line whether the processor is there or not; what
follows them is the report's own.  A low pane shows only the levels that matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from ntshell.faces.tui.pane import ReportPane
from ntshell.shell.report import Line, Report, lines_of

SIGNS = {"runs": "▶", "stopped": "■", "interrupted": "‖", "waits": "…", "ready": "○"}
WORD = 2 + max(map(len, SIGNS))
ALL, SOME = 22, 9  # rows from which on all levels are shown, and the ends of the ladder
APC_LEVEL, DISPATCH_LEVEL = 1, 2
_MODULE = re.compile(r"\b\w+!(?=\w)")


class IrqlPane(ReportPane):
    """The report of `!levels`."""

    TITLE: ClassVar[str] = "IRQL and DPCs"
    HELP_TEXT: ClassVar[str] = (
        "The IRQL as a ladder: ▶ what runs (■ was stopped by a bug check), ‖ what it interrupted, … what waits,"
        " ○ what is ready; below it the lines, DPCs and timers that are waiting."
    )
    views = ("!levels",)

    def laid_out(self, report: Report, room: int) -> list[Line]:
        """The ladder, and what waits below it."""
        height = self.view.size.height
        waiting = [short(line, room) for line in _below(report)]
        return [
            *ladder(dict(report.data), height, room),
            *(line for line in waiting if line.text or height >= ALL),
        ]

    def nothing_in(self, report: Report) -> bool:
        """Whether the report is no ladder."""
        return not dict(report.data).get("levels")

    def note(self, report: Report) -> str:
        """The level, and how many DPCs wait."""
        facts = dict(report.data)
        here = next((each["name"] for each in facts.get("levels", ()) if each["here"]), "")
        queued = len(facts.get("dpcs", ()))
        waiting = f"{queued} DPC{'s' if queued != 1 else ''}" if queued else ""
        return ", ".join(filter(None, (here, waiting)))


def ladder(facts: Mapping[str, Any], height: int, room: int) -> Iterator[Line]:
    """The rungs that matter in so many rows, the highest first, and what is at each."""
    rungs = [level for level in facts.get("levels", ()) if _matters(facts, level, height)]
    for level in rungs:
        last = level is rungs[-1]
        rung = f"{'└' if last else '├'}─ {level['level']:2} {level['name']}"
        yield Line(rung, "current" if level["here"] else "plain")
        for each in level["routines"]:
            state, kind = each["state"], "head" if each["state"] == "runs" else "plain"
            yield Line(f"{' ' if last else '│'}  {SIGNS[state]} {_routine(each, room - 5)}", kind, each["place"])


def _routine(routine: Mapping[str, Any], room: int) -> str:
    """A routine, where it is, and if there is room in words what it does; the name of its module must leave room for that."""
    name, place = routine["name"], f"  {routine['place']}" if routine["place"] is not None else ""
    if len(name) + len(place) + WORD > room:
        name = _MODULE.sub("", name)
    words = f"{name}{place}  {routine['state']}"
    return words if len(words) <= room else f"{name}{place}"


def _matters(facts: Mapping[str, Any], level: Mapping[str, Any], height: int) -> bool:
    """Whether a level is shown: the lowest, DISPATCH_LEVEL and those of devices always, others as there is room."""
    number, names = level["level"], [each["level"] for each in facts["levels"]]
    always = level["here"] or level["routines"] or "IRQ " in level["name"] or number in (0, DISPATCH_LEVEL)
    return bool(always or height >= ALL or (height >= SOME and number in (APC_LEVEL, max(names))))


def _below(report: Report) -> list[Line]:
    """The report's lines after the ladder."""
    lines = lines_of(report)
    first = next((n for n, line in enumerate(lines) if not line.text), len(lines))
    return lines[first:]


def short(line: Line, room: int) -> Line:
    """A line without the names of modules if it is too long with them."""
    return line if len(line.text) <= room else Line(_MODULE.sub("", line.text), line.kind, line.link)
