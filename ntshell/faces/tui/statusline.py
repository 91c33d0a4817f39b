"""The line on top: why the target stands first, then how: IRQL, position, DPCs, what is owed.

Where there is little room the IRQL and the place are always seen, and the reason is cut before them.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.widget import Widget

from ntshell.debugger.stop import Stop
from ntshell.shell.report import Cell, Fields, Report
from ntshell.shell.stops import BAD

LEAST_REASON = 48  # cells that the reason keeps before facts on the right give way


class StatusLine(Widget):
    """One line, in words; its colour says the same: `-bad`, `-raised`, `-busy`."""

    def __init__(self) -> None:
        super().__init__(id="status")
        self.reason = self.place = ""
        self.facts: list[str] = []  # the most important one last
        self.running = ""  # what is told while the target runs

    def stand(self, stop: Stop, status: Report) -> None:
        """The target stands."""
        at = next(dict(block.items) for block in status.blocks if isinstance(block, Fields))
        bad = stop.kind in BAD
        self.reason, self.place = f"{'!' if bad else '>'} {_reason(stop)}", _place(stop)
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
        """Reason and place on the left, as many facts on the right as there is room for."""
        width = self.size.width - 2
        reason, place, facts = (self.running, "", []) if self.running else (self.reason, self.place, list(self.facts))
        wanted = min(cell_len(reason), LEAST_REASON) + cell_len(place)
        while len(facts) > 1 and wanted + sum(cell_len(each) + 2 for each in facts) > width:
            facts.pop(0)
        right = "".join(f"  {each}" for each in facts)
        room = max(width - cell_len(right), 0)
        left = cut(reason, max(room - cell_len(place), 0)) + place
        return Text(f" {set_cell_size(left, room)}{right} ", no_wrap=True, end="")


def cut(text: str, room: int) -> str:
    """A text in so many cells, with a sign where its end is left out."""
    return text if cell_len(text) <= room else set_cell_size(text, max(room - 1, 0)) + "…"[:room]


def _reason(stop: Stop) -> str:
    if stop.reason or not stop.symbol:
        return stop.reason or stop.kind
    return stop.symbol


def _place(stop: Stop) -> str:
    """Where in the source, and in which routine if the reason does not say it."""
    if stop.kind == "idle" or not stop.symbol:
        return ""
    symbol = f": {stop.symbol}" if stop.symbol not in _reason(stop) else ""
    return symbol + (f" [{stop.place}]" if stop.place is not None else "")


def _facts(at: Mapping[str, Cell]) -> list[str]:
    ahead = f"/{at['last'].text}" if at["last"].value > at["position"].value else ""
    return [
        at["driver"].text,
        f"owed {at['owed'].text}",
        f"DPCs {at['dpcs'].text}",
        f"position {at['position'].text}{ahead}",
        f"IRQL {at['irql'].text} {at['level'].text.removesuffix('_LEVEL')}",
    ]
