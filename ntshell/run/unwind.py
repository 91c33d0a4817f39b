"""Structured exception handling: from a fault to the driver's own `__except`, through its `__finally`s.

An exception goes outwards through the `__try` regions of the frames.  Where none could take it nothing is unwound, so the
bug check shows the whole stack.  It never crosses an interrupt, a DPC or the bottom of a thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ntshell.machine.thread import Frame, Thread
from ntshell.nt.kernel import Kernel

if TYPE_CHECKING:
    from ntshell.compiler.program import Region
    from ntshell.run.engine import Engine

EXECUTE_HANDLER, CONTINUE_SEARCH = 1, 0


@attrs.frozen
class Unwinding:
    """The exception that a thread is dealing with: its code, and the region whose filter or handler runs."""

    status: int
    region: int  # index in the frame's tries


def dispatch(engine: Engine, status: int) -> bool:
    """Hand an exception to the thread's handlers; False when none could take it."""
    thread = engine.k.thread
    if not any(_may_take(region) for frame in _frames(thread) for _, region in _regions(frame, -1)):
        return False
    return _search(engine, thread, status, -1)


def filtered(engine: Engine, thread: Thread, frame: Frame, at: int, value: int) -> None:
    """The filter expression has its value."""
    now: Unwinding = thread.facts["exception"]
    region = frame.code.info.tries[now.region]
    if value > CONTINUE_SEARCH:
        frame.pc = region.handler
        return
    _go_on(engine, thread, frame, now)


def unwound(engine: Engine, thread: Thread, frame: Frame, at: int) -> None:
    """A termination handler that the exception went through is done."""
    _go_on(engine, thread, frame, thread.facts["exception"])


def exception_code(thread: Thread) -> int:
    """GetExceptionCode(): the code being dealt with, signed as NTSTATUS is."""
    now = thread.facts.get("exception")
    if not isinstance(now, Unwinding):
        return 0
    return now.status - (1 << 32) if now.status >> 31 else now.status


def exception_pointers(k: Kernel) -> int:
    """GetExceptionInformation(): an EXCEPTION_POINTERS with the record of what is being dealt with; no context."""
    thread = k.thread
    size = k.sizeof("_EXCEPTION_POINTERS")
    block = thread.facts.get("exception_block")
    if block is None:
        block = k.pool.allocate_system(size + k.sizeof("_EXCEPTION_RECORD"), f"exception record of {thread.name}")
        k.journal.put(thread.facts, "exception_block", block)
    k.struct("_EXCEPTION_POINTERS", block).ExceptionRecord = block + size
    k.struct("_EXCEPTION_RECORD", block + size).ExceptionCode = exception_code(thread)
    return int(block)


def _go_on(engine: Engine, thread: Thread, frame: Frame, now: Unwinding) -> None:
    region = frame.code.info.tries[now.region]
    frame.pc = region.first
    if not _search(engine, thread, now.status, now.region):
        from ntshell.run import faults

        raise faults.unhandled(engine.k, now.status)


def _search(engine: Engine, thread: Thread, status: int, after: int) -> bool:
    """Go to the next region outwards; frames above it are gone."""
    journal = engine.k.journal
    frames = _frames(thread)
    for frame in frames:
        found = next(((n, region) for n, region in _regions(frame, after if frame is frames[0] else -1)), None)
        if found is None:
            continue
        index, region = found
        while thread.frames[-1] is not frame:
            top = journal.pop(thread.frames)
            journal.set(thread, "stack", top.stack)
        journal.set(frame, "at", -1)
        journal.put(thread.facts, "exception", Unwinding(status, index))
        frame.pc = region.handler if region.kind == "finally" or region.filter < 0 else region.filter
        return True
    return False


def _frames(thread: Thread) -> list[Frame]:
    """C frames from the top down to what the exception may not cross."""
    frames = []
    for entry in reversed(thread.frames):
        if isinstance(entry, Frame):
            frames.append(entry)
        elif entry.kind != "export":
            break
    return frames


def _regions(frame: Frame, after: int) -> list[tuple[int, Region]]:
    """The regions that a frame is inside of, inner before outer, beyond the region `after`."""
    pc = frame.at if frame.at >= 0 else frame.pc
    return [
        (n, region)
        for n, region in enumerate(frame.code.info.tries)
        if n > after and region.first <= pc <= region.last and (region.kind == "finally" or _may_take(region))
    ]


def _may_take(region: Region) -> bool:
    return region.kind == "except" and (region.filter >= 0 or region.constant > CONTINUE_SEARCH)
