"""Why and where a session stands still."""

from __future__ import annotations

import attrs

from ntshell.base.event import Event
from ntshell.base.place import Place
from ntshell.machine.thread import Frame, Pending, Thread
from ntshell.nt.kernel import Finding, Kernel
from ntshell.run.delivery import due

DELIVERED = {"interrupt": "interrupt", "dpc": "DPC"}


@attrs.frozen
class Stop:
    """A stop: `kind` is one of `KINDS`, `reason` says it in words, `news` is what happened since the stop before."""

    kind: str
    reason: str
    position: int
    processor: int
    irql: int
    thread: int
    symbol: str
    place: Place | None
    news: tuple[Event, ...] = ()
    findings: tuple[Finding, ...] = ()
    dropped: tuple[int, int] | None = None  # first and last of the positions recorded ahead that are given up


KINDS = {
    "load": "a driver is about to run DriverEntry",
    "unload": "a driver is about to run Unload",
    "step": "a step is done",
    "stage": "the next rung of the ladder is about to begin",
    "breakpoint": "a breakpoint was reached",
    "break": "the driver asked for the debugger",
    "interrupt": "an interrupt was taken",
    "dpc": "a DPC routine was entered",
    "return": "the current routine has returned",
    "idle": "nothing can run",
    "bugcheck": "the machine stopped",
    "interrupted": "Ctrl+C",
    "budget": "the steps that were allowed are used up",
    "missing": "the driver used a routine or variable that ntshell does not have",
    "travel": "a position in the past or future was chosen",
    "oldest": "history reaches no further back",
    "input": "something from outside was done; nothing has run",
}


def current_frame(k: Kernel) -> Frame | None:
    """The C frame on top of what the processor runs, if it is C that runs."""
    thread = k.machine.processor.thread
    top = thread.frames[-1] if thread is not None and thread.frames else None
    return top if isinstance(top, Frame) else None


def at_statement(k: Kernel) -> bool:
    """Whether the processor stands before a statement of a driver's own source, and nothing comes in before that."""
    frame = current_frame(k)
    if frame is None or frame.at >= 0 or not frame.code.statements[frame.pc] or frame.code.info.system:
        return False
    return k.thread.state == "running" and not due(k)


def just_delivered(k: Kernel) -> str:
    """`interrupt` or `dpc` when the processor stands at the start of a routine that came in by itself, else ''."""
    frame = current_frame(k)
    if frame is None or frame.pc or frame.at >= 0:
        return ""
    frames = k.thread.frames
    below = frames[-2] if len(frames) > 1 else None
    return below.kind if isinstance(below, Pending) and below.kind in DELIVERED else ""


def depth(thread: Thread) -> int:
    """How many frames are on a thread's stack."""
    return len(thread.frames)
