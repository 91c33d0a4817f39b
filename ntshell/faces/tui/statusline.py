"""The line on top: why the target stands first, then how: IRQL, DPCs, what is owed, position.

Where there is little room the reason keeps it longest but for the IRQL, which is always seen.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.widget import Widget

from ntshell.debugger.stop import Stop
from ntshell.shell.report import Cell, Fields, Report
from ntshell.shell.stops import BAD

LEAST_REASON = 24  # cells that the reason keeps before facts on the right give way


class StatusLine(Widget):
    """One line, in words; its colour says the same: `-bad`, `-raised`, `-busy`."""

    def __init__(self) -> None:
        super().__init__(id="status")
        self.reason = ""
        self.facts: list[str] = []  # the most important one last
        self.running = ""  # what is told while the target runs

    def stand(self, stop: Stop, status: Report) -> None:
        """The target stands."""
        at = next(dict(block.items) for block in status.blocks if isinstance(block, Fields))
        bad = stop.kind in BAD
        self.reason = f"{'!' if bad else '>'} {_reason(stop)}"
        self.facts = _facts(at)
        self.set_class(bad, "-bad")
        self.set_class(bool(at["irql"].value), "-raised")
        self.refresh()

    def run(self, position: int | None) -> None:
        """The target runs: how far it is, and how to stop it; None when it stands again."""
        self.running = "" if position is None else f"... running, Ctrl+C breaks in   position {position:x}"
        self.set_class(bool(self.running), "-busy")
        self.refresh()

    def render(self) -> Text:
        """Reason on the left, as many facts on the right as there is room for."""
        width = self.size.width
        reason, facts = (self.running, []) if self.running else (self.reason, list(self.facts))
        wanted = min(cell_len(reason) + 2, max(LEAST_REASON, width - cell_len(facts[-1]) - 4 if facts else width))
        while len(facts) > 1 and wanted + sum(cell_len(each) + 2 for each in facts) > width:
            facts.pop(0)
        right = "  ".join(facts)
        left = set_cell_size(f" {reason}", max(width - cell_len(right) - 2, 0))
        return Text(f"{left} {right} ", no_wrap=True, end="")


def _reason(stop: Stop) -> str:
    """Why it stands, and where in the source."""
    place = f" [{stop.place}]" if stop.place is not None else ""
    if stop.kind == "idle" or not stop.symbol:
        return stop.reason or stop.kind
    if not stop.reason:
        return f"{stop.symbol}{place}"
    return f"{stop.reason}{place}" if stop.symbol in stop.reason else f"{stop.reason}: {stop.symbol}{place}"


def _facts(at: Mapping[str, Cell]) -> list[str]:
    ahead = f"/{at['last'].text}" if at["last"].value > at["position"].value else ""
    return [
        at["driver"].text,
        f"position {at['position'].text}{ahead}",
        f"owed {at['owed'].text}",
        f"DPCs {at['dpcs'].text}",
        f"IRQL {at['irql'].text} {at['level'].text}",
    ]
