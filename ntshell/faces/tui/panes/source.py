"""The source: the driver's C, the statement that comes next, breakpoints."""

from __future__ import annotations

from typing import ClassVar

from ntshell.faces.tui.pane import ReportPane


class SourcePane(ReportPane):
    """The report of `ls`."""

    TITLE: ClassVar[str] = "Source"
    HELP_TEXT: ClassVar[str] = (
        "The driver's source: the statement that comes next, breakpoints, and where interrupted routines wait."
    )
    views = ("ls",)
