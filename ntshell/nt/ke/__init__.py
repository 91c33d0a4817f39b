"""The kernel core: IRQL, spin locks, waits, dispatcher objects, DPCs, timers, interrupts, queues, bug checks."""

from ntshell.nt.ke import (
    bugcheck,
    clock,
    dpc,
    event,
    interrupt,
    iomap,
    irql,
    mutant,
    processor,
    queue,
    queuedlock,
    semaphore,
    spinlock,
    thread,
    timer,
    wait,
)
from ntshell.nt.ke.state import boot

__all__ = [
    "boot",
    "bugcheck",
    "clock",
    "dpc",
    "event",
    "interrupt",
    "iomap",
    "irql",
    "mutant",
    "processor",
    "queue",
    "queuedlock",
    "semaphore",
    "spinlock",
    "thread",
    "timer",
    "wait",
]
