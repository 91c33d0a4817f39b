"""The driver object, its chain of device objects, and what hangs on each."""

from __future__ import annotations

from typing import ClassVar

from ntshell.faces.tui.pane import ReportPane


class DevicesPane(ReportPane):
    """The report of `!devchain`."""

    TITLE: ClassVar[str] = "Devices"
    HELP_TEXT: ClassVar[str] = "The driver object, its chain of device objects, and what hangs on each."
    views = ("!devchain",)
