"""What the driver has taken and not given back, each with the line that took it."""

from __future__ import annotations

from typing import ClassVar

from ntshell.faces.tui.pane import ReportPane


class LedgerPane(ReportPane):
    """The report of `!ledger`."""

    TITLE: ClassVar[str] = "Ledger"
    HELP_TEXT: ClassVar[str] = "What the driver has taken and not given back, each with the line that took it."
    views = ("!ledger",)
