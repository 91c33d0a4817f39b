"""What runs at which IRQL, what it interrupted, and which DPCs and timers are waiting."""

from __future__ import annotations

from typing import ClassVar

from ntshell.faces.tui.pane import ReportPane


class IrqlPane(ReportPane):
    """The report of `!levels`."""

    TITLE: ClassVar[str] = "IRQL and DPCs"
    HELP_TEXT: ClassVar[str] = "What runs at which IRQL, what it interrupted, and which DPCs and timers are waiting."
    views = ("!levels",)
