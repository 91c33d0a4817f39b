"""Structured exception handling, in NT's two passes: first who takes the exception, then the way there.

The search goes outwards through the `__except`s of the frames and asks their filters, with the whole stack still standing: a
filter runs in a frame of its own, on top, with the locals of the function that it belongs to.  Only when one takes the
exception are the termination handlers in between run and their frames left.  An exception that nobody takes unwinds nothing,
so the bug check shows the whole stack.  It never crosses an interrupt, a DPC or the bottom of a thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ntshell.machine.thread import Frame, Thread
from ntshell.nt.flow import Raise
from ntshell.nt.kernel import Kernel

if TYPE_CHECKING:
    from ntshell.compiler.program import Region
    from ntshell.run.engine import Engine

CONTINUE_SEARCH = 0  # above it a filter takes the exception, below it the statement is to be tried again
STATUS_NONCONTINUABLE_EXCEPTION = 0xC0000025
NONCONTINUABLE = 1


@attrs.frozen
class Record:
    """What an EXCEPTION_RECORD says: the code, where, and its parameters (of an access violation: how, and the address).

    `problem` is what became the exception, and is told when nobody takes it.
    """

    problem: Exception
    status: int
    address: int
    parameters: tuple[int, ...] = ()
    continuable: bool = True


@attrs.define
class Unhandled(Exception):
    """The filters were asked, and none takes the exception."""

    problem: Exception


@attrs.frozen
class Dealing:
    """An exception on its way.

    The filter of `frame`'s region decides now (then only `pointers` tells where the EXCEPTION_POINTERS lie), or its handler runs,
    or (with a `target`) a termination handler on the way to that.
    """

    record: Record
    frame: Frame
    region: int
    target: tuple[Frame, int] | None = None
    pointers: int = 0


def dispatch(engine: Engine, record: Record) -> bool:
    """Hand an exception to the thread's handlers; False when none could take it."""
    return _search(engine, engine.k.thread, record, None)


def filtered(engine: Engine, thread: Thread, frame: Frame, at: int, value: int) -> None:
    """A filter has its value: its frame goes, and the exception where it says."""
    dealing = attrs.evolve(frame.exception, pointers=0)
    _leave(engine, thread)
    if not (_decided(engine, thread, dealing, value) or _search(engine, thread, dealing.record, dealing)):
        raise Unhandled(dealing.record.problem)


def unwound(engine: Engine, thread: Thread, frame: Frame, at: int, region: int) -> None:
    """The termination handler of a region, which an exception went through, is done."""
    engine.k.journal.set(frame, "pc", frame.code.info.tries[region].first)
    _unwind(engine, thread, frame.unwinding[region], region)


def exception_code(thread: Thread) -> int:
    """GetExceptionCode(): the code being dealt with, signed as NTSTATUS is."""
    status = _dealing(thread).record.status
    return status - (1 << 32) if status >> 31 else status


def exception_pointers(k: Kernel) -> int:
    """GetExceptionInformation(): the EXCEPTION_POINTERS of what is being dealt with."""
    return _dealing(k.thread).pointers


def _dealing(thread: Thread) -> Dealing:
    """What the filter or handler that runs deals with; the compiler lets nobody else ask."""
    top = thread.frames[-1]
    assert isinstance(top, Frame)
    dealing: Dealing = top.exception
    return dealing


# --- first pass: who takes it ------------------------------------------------------------------------------------------
def _search(engine: Engine, thread: Thread, record: Record, after: Dealing | None) -> bool:
    """Ask the next `__except` outwards, beyond the region that was asked last."""
    frames = _frames(thread)
    start = frames.index(after.frame) if after is not None else 0
    for frame in frames[start:]:
        beyond = after.region if after is not None and frame is after.frame else -1
        for index, region in _regions(frame, beyond):
            if region.kind != "except":
                continue
            dealing = Dealing(record, frame, index)
            if region.filter >= 0:
                _ask(engine, thread, dealing, region)
                return True
            if _decided(engine, thread, dealing, region.constant):
                return True
    return False


def _decided(engine: Engine, thread: Thread, dealing: Dealing, value: int) -> bool:
    """Do what a filter's value says; False when the search is to go on."""
    record = dealing.record
    if value > CONTINUE_SEARCH:
        _unwind(engine, thread, attrs.evolve(dealing, target=(dealing.frame, dealing.region)))
        return True
    if value == CONTINUE_SEARCH or record.status == STATUS_NONCONTINUABLE_EXCEPTION:
        return False
    if record.continuable:
        return True  # the statement that stopped is on top again, and is tried anew
    refused = Raise(STATUS_NONCONTINUABLE_EXCEPTION)
    if not _search(engine, thread, Record(refused, refused.status, record.address, continuable=False), None):
        raise Unhandled(refused)
    return True


def _ask(engine: Engine, thread: Thread, dealing: Dealing, region: Region) -> None:
    """Run a filter, on top of all that stands, in the locals of its function."""
    from ntshell.run import calls, faults

    k, owner = engine.k, dealing.frame
    room = sum(map(k.sizeof, ("_EXCEPTION_POINTERS", "_EXCEPTION_RECORD", "_CONTEXT")))
    block = (thread.stack - room - 4 * k.arch.pointer) & ~0xF
    if block < thread.stack_limit:
        raise faults.stack_overflow(k, thread, f"a filter of {owner.code.symbol}")
    pointers = _describe(k, thread, dealing.record, block)
    calls.link(k, thread)
    frame = Frame(owner.code, owner.slots, region.filter, -1, thread.stack)
    frame.exception = attrs.evolve(dealing, pointers=pointers)
    k.journal.set(thread, "stack", block)
    k.journal.append(thread.frames, frame)


def _describe(k: Kernel, thread: Thread, record: Record, block: int) -> int:
    """Write down an exception as NT leaves it on the stack: CONTEXT (16-aligned), record, and the pointers to both."""
    at = block + k.sizeof("_CONTEXT")
    lies = at + k.sizeof("_EXCEPTION_RECORD")
    k.memory.write(block, bytes(lies + k.sizeof("_EXCEPTION_POINTERS") - block))
    pointers, told = k.struct("_EXCEPTION_POINTERS", lies), k.struct("_EXCEPTION_RECORD", at)
    pointers.ExceptionRecord, pointers.ContextRecord = at, block
    told.ExceptionCode = record.status - (1 << 32) if record.status >> 31 else record.status
    told.ExceptionFlags = 0 if record.continuable else NONCONTINUABLE
    told.ExceptionAddress, told.NumberParameters = record.address, len(record.parameters)
    for n, value in enumerate(record.parameters):
        k.set_pointer(told.at("ExceptionInformation") + n * k.arch.pointer, value)
    registers = k.struct("_CONTEXT", block)
    registers.ContextFlags = k.types.constants["CONTEXT_FULL"]
    wide = k.arch.pointer == 8
    setattr(registers, "Rip" if wide else "Eip", record.address)
    setattr(registers, "Rsp" if wide else "Esp", thread.stack)
    return lies


# --- second pass: the way there ----------------------------------------------------------------------------------------
def _unwind(engine: Engine, thread: Thread, dealing: Dealing, done: int = -1) -> None:
    """Run the next termination handler on the way to the target, or the target's handler when there is none.

    The regions of the top frame up to `done` are behind us.
    """
    assert dealing.target is not None
    aim, wanted = dealing.target
    for frame in _frames(thread):
        for index, region in _regions(frame, done if frame is thread.frames[-1] else -1):
            if frame is aim and index >= wanted:
                break
            if region.kind == "finally":
                _go_to(engine, thread, frame, region, attrs.evolve(dealing, frame=frame, region=index))
                return
        if frame is aim:
            break
    arrived = attrs.evolve(dealing, frame=aim, region=wanted, target=None)
    _go_to(engine, thread, aim, aim.code.info.tries[wanted], arrived)


def _go_to(engine: Engine, thread: Thread, frame: Frame, region: Region, dealing: Dealing) -> None:
    journal = engine.k.journal
    while thread.frames[-1] is not frame:
        _leave(engine, thread)
    journal.set(frame, "at", -1)
    if dealing.target is None:
        journal.set(frame, "exception", dealing)
    else:
        journal.set(frame, "unwinding", {**frame.unwinding, dealing.region: dealing})
    journal.set(frame, "pc", region.handler)  # no step of this frame has the mark that restores it


def _leave(engine: Engine, thread: Thread) -> None:
    top = engine.k.journal.pop(thread.frames)
    engine.k.journal.set(thread, "stack", top.stack)


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
    """The regions that a frame is inside of, inner before outer, beyond the region `after`; a filter is inside of none."""
    if frame.exception is not None and frame.exception.pointers:
        return []
    pc = frame.at if frame.at >= 0 else frame.pc
    return [
        (n, region) for n, region in enumerate(frame.code.info.tries) if n > after and region.first <= pc <= region.last
    ]
