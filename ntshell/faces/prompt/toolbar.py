"""The line below the prompt: driver, position, IRQL, queued DPCs, what is owed back."""

from __future__ import annotations

from prompt_toolkit.formatted_text import FormattedText

from ntshell.debugger.session import Session
from ntshell.nt.ke.dpc import dpc_queued

LEVELS = {0: "PASSIVE_LEVEL", 1: "APC_LEVEL", 2: "DISPATCH_LEVEL"}


def toolbar(session: Session) -> FormattedText:
    """What the session is at."""
    k = session.k
    journal = k.journal
    ahead = f" of {journal.last:x}" if journal.last > journal.position else ""
    irql = f"{k.irql} {LEVELS.get(k.irql, 'DIRQL')}"
    queued = dpc_queued(k)
    owed = sum(1 for held in k.held.values() if held.driver == session.current)
    crash = [("class:bottom-toolbar.raised", f"  ! {k.crash.name}")] if k.crash is not None else []
    return FormattedText(
        [
            ("class:bottom-toolbar.name", f" {session.current or 'no driver'} "),
            ("", f" position {journal.position:x}{ahead}  "),
            ("class:bottom-toolbar.raised" if k.irql else "", f"IRQL {irql}"),
            ("", f"  DPCs {queued}  ledger {owed}"),
            *crash,
        ]
    )
