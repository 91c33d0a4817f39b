"""The line below the prompt: driver, position, IRQL, queued DPCs, what is owed back."""

from __future__ import annotations

from prompt_toolkit.formatted_text import FormattedText

from ntshell.debugger.session import Session
from ntshell.shell.report import Fields
from ntshell.shell.status import status


def toolbar(session: Session) -> FormattedText:
    """What the session is at."""
    at = {name: each for block in status(session).blocks if isinstance(block, Fields) for name, each in block.items}
    ahead = f" of {at['last'].text}" if at["last"].value > at["position"].value else ""
    crash = [("class:bottom-toolbar.raised", f"  ! {at['crash'].text}")] if at["crash"].value else []
    return FormattedText(
        [
            ("class:bottom-toolbar.name", f" {at['driver'].text} "),
            ("", f" position {at['position'].text}{ahead}  "),
            ("class:bottom-toolbar.raised" if at["irql"].value else "", f"IRQL {at['irql'].text} {at['level'].text}"),
            ("", f"  DPCs {at['dpcs'].text}  ledger {at['owed'].text}"),
            *crash,
        ]
    )
