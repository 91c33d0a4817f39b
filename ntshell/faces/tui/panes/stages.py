"""The rungs of DriverEntry or Unload: done, current, and still owed."""

from __future__ import annotations

from typing import ClassVar

from ntshell.faces.tui.pane import ReportPane


class StagesPane(ReportPane):
    """The report of `!stages`."""

    TITLE: ClassVar[str] = "Stages"
    HELP_TEXT: ClassVar[str] = "The rungs of DriverEntry or Unload: done, current, and still owed."
    views = ("!stages",)
