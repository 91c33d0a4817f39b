"""A processor: its IRQL, the thread on it, and the interrupts nested on top.

The IRQL belongs to the processor, never to a thread.
"""

from __future__ import annotations

import attrs

from ntshell.machine.thread import Thread


@attrs.define(eq=False, repr=False)
class Processor:
    """One processor; `thread` is the one whose stack is in use."""

    number: int
    irql: int = 0
    thread: Thread | None = None
    interrupts: int = 0  # interrupts taken so far
    nesting: int = 0  # interrupt frames on the stack now
    in_dpc: bool = False  # the DPC queue is being drained
    pcr: int = 0  # address of its KPCR
    prcb: int = 0
