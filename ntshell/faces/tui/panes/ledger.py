"""What the driver has taken and not given back, each with the line that took it; then what its Unload gave back.

Which columns there are depends on the pane's width alone, not on what is in them, so that a step marks only what it changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ntshell.faces.tui.pane import ReportPane, owner
from ntshell.shell.report import Block, Line, Report, Table, Text, row_line
from ntshell.shell.wrap import wrapped

KIND = 15  # cells of its column
MEDIUM, WIDE = 60, 96  # cells from which on the kind, and the routine or the line that took it, are shown
NARROW = 44  # cells below which the line that took it stands behind


class LedgerPane(ReportPane):
    """The report of `!ledger`: what was taken or given back, beside the line that did it."""

    TITLE: ClassVar[str] = "Ledger"
    THINGS: ClassVar[bool] = True
    HELP_TEXT: ClassVar[str] = (
        "What the driver has taken and still owes, each with the line that took it; below it what Unload has given back,"
        " with the line that did, and in the end whether that was all."
    )
    views = ("!ledger",)

    def laid_out(self, report: Report, room: int) -> list[Line]:
        """The verdict once there is one, what is held, what has been given back."""
        parts = [_part(block, room) for block in report.blocks]
        if self._gone(report):
            parts = parts[-1:] + parts[:-1]
        return [line for lines in parts for line in lines]

    def draw(self) -> None:
        """Show it; the verdict is in sight as soon as there is one."""
        super().draw()
        verdict = next(
            (n for n, row in enumerate(self.view.rows) if row.line.kind in ("good", "bad") and row.sign), None
        )
        if verdict is not None:
            self.view.bring(verdict)

    def nothing_in(self, report: Report) -> bool:
        """Whether nothing is held, and nothing was given back."""
        return not any(isinstance(block, Table) and block.rows for block in report.blocks) and not self._gone(report)

    def note(self, report: Report) -> str:
        """How much the current driver owes, or has leaked; then whose the other entries are."""
        facts = dict(report.data)
        if self._gone(report):
            return f"{facts['leaked']} leaked" if facts.get("leaked") else "nothing leaked"
        others = "".join(f", {name} {count}" for name, count in facts.get("others", {}).items())
        return f"{owner(report)}{facts.get('owed') or 'nothing'} owed{others}"

    def _gone(self, report: Report) -> bool:
        return bool(dict(report.data).get("gone"))


def _part(block: Block, room: int) -> list[Line]:
    if isinstance(block, Table):
        return list(_rows(block, room))
    return [line for line in wrapped(Report((block,)), room) if line.text] if isinstance(block, Text) else []


def _rows(table: Table, room: int) -> Iterator[Line]:
    """The rows of a table: where, what kind, what, and where there is room for it, the last column; in few cells what first.

    Of an empty one nothing: the pane's title says so.
    """
    if table.title:
        yield Line(table.title, "head")
    where = "given back at" if "given back at" in table.columns else "taken at"
    width = max((len(row[table.columns.index(where)].text) for row in table.rows), default=0)
    for row in table.rows:
        cells = dict(zip(table.columns, row, strict=True))
        if room < NARROW:
            yield row_line((cells[where],), f"{cells['what'].text}  {cells[where].text}")
            continue
        parts = [f"{cells[where].text:<{width}}  "]
        parts += [cells["kind"].text.ljust(KIND)] if room >= MEDIUM else []
        parts += [cells["what"].text]
        if room >= WIDE:
            parts += [f"  {row[-1].text}"]
        yield row_line((cells[where],), "".join(parts).rstrip())
