"""The line on top: why the target stands first, then where: driver, position, IRQL, what is queued and owed."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from ntshell.debugger.stop import Stop
from ntshell.shell.report import Fields, Report


class StatusLine(Static):
    """One line, in words."""

    def __init__(self) -> None:
        super().__init__(id="status", markup=False)

    def stand(self, stop: Stop, status: Report) -> None:
        """The target stands."""
        words = next(dict(block.items) for block in status.blocks if isinstance(block, Fields))
        reason = stop.reason or stop.symbol or stop.kind
        where = f"{stop.symbol} [{stop.place}]" if stop.symbol and stop.symbol not in reason else ""
        self.update(
            Text(f" {reason}  {where}  IRQL {words['irql'].text} {words['level'].text}  {words['position'].text}")
        )

    def busy(self, position: int) -> None:
        """The target runs."""
        self.update(Text(f" running ... {position:,} positions, Ctrl+C stops it"))
