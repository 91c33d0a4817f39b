"""What happened: frozen records that ledger, stages, timeline and call trace are folds over."""

from __future__ import annotations

from typing import Any

import attrs

from ntshell.base.place import Place


@attrs.frozen
class Event:
    """One thing that happened at a position.

    `kind` is one of the words in `KINDS`; `data` holds plain values only (ints, strings, tuples).
    """

    kind: str
    position: int
    processor: int
    thread: int
    irql: int
    place: Place | None
    text: str
    data: tuple[tuple[str, Any], ...] = ()

    def get(self, name: str, default: Any = None) -> Any:
        """One of the values in `data`."""
        for key, value in self.data:
            if key == name:
                return value
        return default


KINDS = {
    "call": "a driver's routine was entered by the kernel",
    "return": "that routine returned",
    "export": "the driver called a kernel routine",
    "irql": "a processor's IRQL changed",
    "line": "an interrupt line was raised, lowered, masked or held off",
    "interrupt": "an interrupt was taken",
    "dpc": "a DPC was queued, removed or run",
    "timer": "a timer was set, cancelled or expired",
    "wait": "a thread began or ended a wait",
    "switch": "a processor went to another thread",
    "acquire": "the driver took something that it owes back",
    "release": "the driver gave it back",
    "object": "an object was made or went away",
    "registry": "a value or key was written or deleted",
    "irp": "an I/O request moved",
    "stage": "a rung of the ladder was reached",
    "print": "the driver printed a line",
    "load": "a driver's image came or went",
    "input": "the user acted: fired a line, moved time, made a request",
    "stop": "the debugger stopped the machine: a breakpoint, a break instruction, Ctrl+C",
    "finding": "a rule was broken",
    "bugcheck": "the machine stopped",
}
