"""What the key of `fire` means: the only device that can interrupt, or the one that the user chooses.

The choices are the devices of `!lines`, and a stray edge of each; it begins at the one taken last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ntshell.faces.tui.screens.choose import Choice, Chooser
from ntshell.faces.tui.typeahead import opens
from ntshell.shell.report import Report, Table

if TYPE_CHECKING:
    from ntshell.faces.tui.app import NtshellApp

Rows = list[dict[str, str]]


def fire(app: NtshellApp) -> None:
    """Raise a device's interrupt line; with several devices, ask whose."""

    def taken(command: str | None) -> None:
        if command is not None:
            app.fired = command
            app.do(command)

    async def job() -> None:
        found = choices(await app.target.ask(lambda: app.target.report("!lines"), "fire"))
        if not found:
            app.notify("this machine has no device that can interrupt", severity="warning")
        elif len(found) == 2:  # one device, and its stray edge
            taken(found[0].value)
        else:
            await app.push_screen(Chooser("Interrupt from", found, app.fired), taken)

    opens(app, job())


def choices(lines: Report) -> list[Choice]:
    """The devices with what their lines and they themselves say now, then a stray edge of each."""
    states = {row["IRQ"]: row for row in rows_of(lines, "lines")}
    devices = rows_of(lines, "devices")
    by_device = [Choice(f"fire {row['device']}", row["device"], _note(row, states[row["IRQ"]])) for row in devices]
    stray = [
        Choice(f"fire {row['device']} --force", f"{row['device']} --force", "a stray edge, whatever the device says")
        for row in devices
    ]
    return by_device + stray


def rows_of(report: Report, name: str) -> Rows:
    """The rows of one of a report's tables, by column."""
    for block in report.blocks:
        if isinstance(block, Table) and block.name == name:
            return [{column: each.text for column, each in zip(block.columns, row, strict=True)} for row in block.rows]
    return []


def _note(device: dict[str, str], line: dict[str, str]) -> str:
    """`IRQ 5, enabled; line quiet, connected to lab!LabIsr`."""
    words = [f"IRQ {device['IRQ']}", "enabled" if device["enabled"] == "yes" else "disabled"]
    if device["pending"] == "yes":
        words.append("pending")
    return f"{', '.join(words)}; line {line['state']}; {line['connected to']}"
