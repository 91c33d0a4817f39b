"""What lies on the processor's stack by itself: the routine that runs, and below it each one that was interrupted.

A delivery (an interrupt, the DPC queue, the clock) begins a layer on top of what it interrupts, and keeps the IRQL from before.
"""

from __future__ import annotations

import attrs

from ntshell.base.place import Place
from ntshell.machine.thread import Frame, Pending, Thread
from ntshell.nt.kernel import Kernel

DELIVERIES = frozenset({"interrupt", "dpc", "clock"})


@attrs.frozen
class Layer:
    """A routine at its IRQL: `state` is runs, stopped (by a bug check), interrupted, waits or ready.

    Where no C runs, `name` is that of nt's routine, or of the thread, and there is no place.
    """

    level: int
    name: str
    place: Place | None
    state: str


def layers(k: Kernel) -> list[Layer]:
    """The layers of the thread that runs, the newest first; then the routines of the threads that do not run."""
    thread = k.machine.processor.thread
    found = _of(thread, k.irql, "runs" if k.crash is None else "stopped") if thread is not None else []
    for each in k.machine.threads:
        if each is not thread and each.state in ("ready", "waiting"):
            layer = _layer(each.frames, each, each.irql, "waits" if each.state == "waiting" else each.state)
            found += [layer] if layer.place is not None else []
    return found


def _of(thread: Thread, irql: int, state: str) -> list[Layer]:
    found, top = [], len(thread.frames)
    for n in range(len(thread.frames) - 1, -1, -1):
        entry = thread.frames[n]
        if isinstance(entry, Pending) and entry.kind in DELIVERIES:
            found.append(_layer(thread.frames[n:top], thread, irql, state))
            irql, state, top = entry.args[-1] if entry.args else irql, "interrupted", n
    return [*found, _layer(thread.frames[:top], thread, irql, state)]


def _layer(frames: list[Frame | Pending], thread: Thread, irql: int, state: str) -> Layer:
    """The topmost C routine of some frames, else the routine of nt that began them, else the thread."""
    for entry in reversed(frames):
        if isinstance(entry, Frame):
            return Layer(irql, entry.code.symbol, entry.place, state)
    first = frames[0] if frames else None
    name = (
        first.name
        if isinstance(first, Pending) and first.kind in DELIVERIES
        else f"thread {thread.number:x} ({thread.name})"
    )
    return Layer(irql, name, None, state)
