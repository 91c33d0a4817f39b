"""The timeline: IRQL as height over positions, with marks; a click goes there."""

from __future__ import annotations

from typing import ClassVar

from ntshell.faces.tui.pane import ReportPane


class TimelinePane(ReportPane):
    """The report of `!timeline`."""

    TITLE: ClassVar[str] = "Timeline"
    HELP_TEXT: ClassVar[str] = (
        "What has happened since the machine started: the higher, the higher the IRQL; a click goes there."
    )
    views = ("!timeline",)
