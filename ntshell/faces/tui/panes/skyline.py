"""The timeline's picture: IRQL as height over recorded time, as rows of characters with the names of their styles.

Everything here is arithmetic on the data of `!timeline COLUMNS`; nothing knows a widget.  From the top: the graph, a row of
marks, and where there is room an axis with positions.  The present is a line with a sign on its foot, so that it is seen
without colour; what lies to the right of it is the recorded future.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import attrs

from ntshell.debugger.timeline import SIGNS, Column
from ntshell.shell.report import Report

Piece = tuple[str, str]  # text, and the name of its style ("" for none)
BLOCKS = " ▁▂▃▄▅▆▇█"
NAMED = 50  # cells from which on the levels are named at the left
GUTTER = 10  # cells that the names take
WIDEST = 3  # cells that one column may have while there are few
DISPATCH = 2


@attrs.frozen
class History:
    """What `!timeline COLUMNS` tells: columns of recorded time, and the levels by number."""

    columns: tuple[Column, ...] = ()
    levels: Mapping[int, str] = attrs.Factory(dict)
    position: int = 0
    last: int = 0
    here: int = attrs.field(init=False)  # the index of the column that the present is in

    @here.default
    def _present(self) -> int:
        return next((n for n, column in enumerate(self.columns) if column.here), len(self.columns) - 1)

    @classmethod
    def of(cls, report: Report) -> History:
        """What a report tells; nothing when it is about something else."""
        facts: dict[str, Any] = dict(report.data)
        if "columns" not in facts:
            return cls()
        levels = {each["irql"]: each["name"] for each in facts["levels"]}
        return cls(tuple(Column(**each) for each in facts["columns"]), levels, facts["position"], facts["last"])

    def target(self, index: int) -> int:
        """The position that a column stands for: its first one, but the end of time for the last column."""
        column = self.columns[index]
        return column.until if index == len(self.columns) - 1 else column.position

    def level(self, irql: int) -> str:
        """A level by its short name."""
        return self.levels[irql].removesuffix("_LEVEL")


@attrs.frozen
class Picture:
    """The rows of a timeline of so many cells; `chosen` is the column that the user looks at, -1 for none."""

    history: History
    width: int
    height: int
    chosen: int = -1

    @property
    def gutter(self) -> int:
        """Cells at the left for names."""
        return gutter(self.width)

    @property
    def scale(self) -> int:
        """Cells that one column has."""
        return max(min((self.width - self.gutter) // max(len(self.history.columns), 1), WIDEST), 1)

    def column_at(self, x: int) -> int:
        """The column at a cell; the nearest one at the ends."""
        return max(min((x - self.gutter) // self.scale, len(self.history.columns) - 1), 0)

    def rows(self) -> list[list[Piece]]:
        """The rows, from the top."""
        if not self.history.columns or self.height < 1:
            return [[] for _ in range(self.height)]
        tail = [self._marks()] if self.height > 1 else []
        tail += [self._axis()] if self.height > 3 else []
        return [*self._graph(self.height - len(tail)), *tail]

    # --- the graph ---------------------------------------------------------------------------------------------------
    def _graph(self, height: int) -> list[list[Piece]]:
        tops = heights(self.history.columns, height)
        names = self._names(tops, height)
        return [[names[row], *self._level(tops, row)] for row in reversed(range(height))]

    def _level(self, tops: Mapping[int, int], row: int) -> list[Piece]:
        """One row of bars, counted from the bottom."""
        columns, here, cells = self.history.columns, self.history.here, []
        for n, column in enumerate(columns):
            block = BLOCKS[max(min(tops[column.irql] - 8 * row, 8), 0)]
            if block == " " and n in (here, self.chosen):
                text, style = ("│" if n == here else "┊").ljust(self.scale), "here" if n == here else "chosen"
            else:
                text, style = block * self.scale, self._style(n, column.irql)
            cells.append((text, style))
        return joined(cells)

    def _style(self, n: int, irql: int) -> str:
        if n in (self.history.here, self.chosen):
            return "here" if n == self.history.here else "chosen"
        kind = "device" if irql > DISPATCH else "dispatch" if irql else "passive"
        return f"{kind}-later" if n > self.history.here else kind

    def _names(self, tops: Mapping[int, int], height: int) -> list[Piece]:
        """What stands at the left of each row of the graph, the lowest first."""
        if not self.gutter:
            return [("", "")] * height
        now = self.history.columns[self.history.here].irql
        found = [""] * height
        for irql, top in sorted(tops.items()):
            found[(top - 1) // 8] = self.history.level(irql)
        found[(tops[now] - 1) // 8] = self.history.level(now)
        return [
            (name[: self.gutter - 1].rjust(self.gutter - 1) + " ", "now" if name == self.history.level(now) else "name")
            for name in found
        ]

    # --- below it ----------------------------------------------------------------------------------------------------
    def _marks(self) -> list[Piece]:
        """The weightiest mark of each column; the present has its sign when nothing happened there."""
        low, cells = self.height < 4, []
        for n, column in enumerate(self.history.columns):
            sign = column.marks[:1] or self._foot(n) if low else column.marks[:1]
            style = SIGNS.get(sign, "here").lower()
            if low and n == self.history.here:
                style += "-here"
            elif n > self.history.here and sign:
                style += "-later"
            cells.append((sign.ljust(self.scale), style if sign else ""))
        return [(" " * self.gutter, ""), *joined(cells)]

    def _foot(self, n: int) -> str:
        return "▲" if n == self.history.here else "△" if n == self.chosen else ""

    def _axis(self) -> list[Piece]:
        """Where we are, where the user looks, and the ends of history; positions where there is room for them."""
        room, history = len(self.history.columns) * self.scale, self.history
        axis = [(" ", "")] * room

        def put(at: int, text: str, style: str) -> bool:
            free = 0 <= at <= room - len(text) and all(
                char == " " for char, _ in axis[max(at - 1, 0) : at + len(text) + 1]
            )
            if free:
                axis[at : at + len(text)] = [(char, style) for char in text]
            return free

        feet = {self.chosen: "chosen", history.here: "here"}
        feet.pop(-1, None)
        for index, style in feet.items():
            axis[index * self.scale] = (self._foot(index), style)
        for index, style in reversed(feet.items()):
            label = f"{history.position if style == 'here' else history.target(index):04x}"
            left, right = index * self.scale - 5, index * self.scale + 2
            sides = (left, right) if index < max(feet) else (right, left)
            any(put(side, label, style) for side in sides)
        put(0, f"{history.columns[0].position:04x}", "name")
        last = f"{history.last:04x}"
        put(room - len(last), last, "name")
        return [(" " * self.gutter, ""), *joined(axis)]


def gutter(width: int) -> int:
    """Cells that the names of the levels take in a picture of so many cells."""
    return GUTTER if width >= NAMED else 0


def heights(columns: Sequence[Column], rows: int) -> dict[int, int]:
    """The height of each level, in eighths of a row: levels stand at even distances, however far apart their numbers are.

    There is always room for a device's level above DISPATCH_LEVEL, so that the graph does not leap with the first interrupt.
    """
    seen = {0, DISPATCH, *(column.irql for column in columns)}
    steps = max(len(seen) - 1, 2)
    return {irql: max(8 * rows * n // steps, 1) for n, irql in enumerate(sorted(seen))}


def joined(cells: Sequence[Piece]) -> list[Piece]:
    """Neighbours of one style as one piece."""
    return [("".join(text for text, _ in group), style) for style, group in groupby(cells, key=lambda each: each[1])]
