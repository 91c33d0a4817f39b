"""What the driver leaves in the registry: DeviceMap, ResourceMap, its service key."""

from __future__ import annotations

from typing import ClassVar

from ntshell.faces.tui.pane import ReportPane


class RegistryPane(ReportPane):
    """The report of `!reg`."""

    TITLE: ClassVar[str] = "Registry"
    HELP_TEXT: ClassVar[str] = "What the driver leaves in the registry: DeviceMap, ResourceMap, its service key."
    views = ("!reg",)
