"""Entering and leaving routines: C functions, exports, and kernel routines that go on later.

A request of a step is `(function here, *arguments)`; the engine adds itself, the thread, the frame and the step's number.
"""

from __future__ import annotations

import struct
from struct import Struct
from typing import TYPE_CHECKING, Any

from ntshell.machine.journal import attribute, poke, slot
from ntshell.machine.thread import ROOM, Code, Frame, Pending, Thread
from ntshell.nt.dbg.breakpoint import DebugBreak
from ntshell.nt.export import EXPORTS, Contract, Export
from ntshell.nt.flow import BugCheck, Call, EndThread, Wait
from ntshell.nt.internal import INTERNALS
from ntshell.nt.ke.checks import wrong_irql
from ntshell.nt.ke.wait import begin_wait
from ntshell.nt.kernel import Kernel
from ntshell.nt.ps.thread import terminate
from ntshell.run import faults, stages

if TYPE_CHECKING:
    from ntshell.run.engine import Engine

# What a call leaves on the stack: the caller's frame base, the return address.
LINK = {4: Struct("<II"), 8: Struct("<QQ")}


def enter(
    engine: Engine, thread: Thread, frame: Frame, at: int, code: Code, args: tuple[Any, ...], out: int, pc: int
) -> None:
    """Call a C function of the same image."""
    _wait_for_call(engine, frame, at, pc)
    push(engine, thread, code, args, out)


def indirect(
    engine: Engine, thread: Thread, frame: Frame, at: int, address: int, args: tuple[Any, ...], out: int, pc: int
) -> None:
    """Call through a function pointer."""
    code = engine.k.codes.get(address)
    if code is not None:
        enter(engine, thread, frame, at, code, args, out, pc)
        return
    name = engine.k.routines.get(address)
    if name is None:
        raise faults.bad_jump(engine.k, address)
    export(engine, thread, frame, at, name, args, out, pc)


def export(
    engine: Engine, thread: Thread, frame: Frame, at: int, name: str, args: tuple[Any, ...], out: int, pc: int
) -> None:
    """Call a kernel routine by name; what it asks for is done, its result goes to the caller's slot `out`."""
    k = engine.k
    routine = EXPORTS.get(name)
    k.call_place = frame.code.places[at]
    k.caller = frame.code.module
    if routine is None:
        internal = INTERNALS.get(name)
        if internal is None:
            engine.missing = name
            return
        frame.pc = pc
        answer(engine, thread, frame, at, Pending(f"nt!{name}", "export", None, out, args=args), internal(k, *args))
        return
    contract = routine.contract
    if not contract.low <= k.machine.processor.irql <= contract.high:
        wrong_irql(k, routine, args)
    stages.note(engine, thread, routine)
    if contract.adjusted:
        args = adjust(contract, args)
    result = routine.run(k, *args)
    frame.pc = pc
    if type(result) is int or result is None:  # the usual case, without a Pending
        deliver_value(engine, frame, out, convert(engine, routine, result))
        return
    pending = Pending(f"{routine.module}!{name}", "export", None, out, args=args, exported=routine)
    answer(engine, thread, frame, at, pending, result)


def convert(engine: Engine, routine: Export, result: int | None) -> int:
    """A routine's result as its C type has it."""
    contract = routine.contract
    if contract.width < 0 or result is None:
        return 0
    bits = 8 * (contract.width or engine.k.arch.pointer)
    value = int(result) & ((1 << bits) - 1)
    return value - (1 << bits) if contract.signed and value >> (bits - 1) else value


def adjust(contract: Contract, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arguments as exports expect them: NTSTATUS unsigned, LARGE_INTEGER and its kin signed."""
    given = list(args)
    for index, kind in contract.adjusted:
        if kind == "status":
            given[index] &= 0xFFFFFFFF
        elif given[index] >> 63:
            given[index] -= 1 << 64
    return tuple(given)


def deliver_value(engine: Engine, frame: Frame, out: int, value: Any) -> None:
    """Put a call's result where the calling C frame wants it."""
    log = engine.k.journal.log
    if out >= 0:
        log.append((slot, frame.slots, out, frame.slots[out]))
        frame.slots[out] = value
    if frame.at >= 0:
        log.append((attribute, frame, "at", frame.at))
        frame.at = -1


def answer(engine: Engine, thread: Thread, frame: Frame | None, at: int, pending: Pending, result: Any) -> None:
    """Do what a kernel routine asked for; `pending` stands for it on the stack until it is finished."""
    k = engine.k
    if isinstance(result, Call):
        _hold(engine, thread, frame, at, pending, result.then)
        enter_routine(engine, thread, result.routine, result.args)
    elif isinstance(result, Wait):
        _hold(engine, thread, frame, at, pending, result.then)
        status = begin_wait(k, thread, result)
        if status is not None:
            _arrive(engine, thread.frames[-1], status)
    elif isinstance(result, EndThread):
        if frame is not None:
            _mark_call(engine, frame, at)
        end_thread(engine, thread, result.status)
    else:
        value = convert(engine, pending.exported, result) if pending.exported is not None else (result or 0)
        finish(engine, thread, pending, value)


def deliver(engine: Engine, thread: Thread, name: str, kind: str, start: Any, args: tuple[Any, ...] = ()) -> None:
    """A kernel routine that nobody called begins on top of whatever runs: `start(k, 0)`, in the position that is open."""
    pending = Pending(name, kind, start, -1, args=args, pc=1)
    _put(engine, thread, pending)
    resume(engine, thread, pending)


def _hold(engine: Engine, thread: Thread, frame: Frame | None, at: int, pending: Pending, then: Any) -> None:
    pending.then = then
    if frame is not None:
        _mark_call(engine, frame, at)
    _put(engine, thread, pending)


def _put(engine: Engine, thread: Thread, pending: Pending) -> None:
    """A kernel routine stands on the stack from now on, and takes its room there."""
    k = engine.k
    if thread.stack - ROOM < thread.stack_limit:
        raise faults.stack_overflow(k, thread, pending.name)
    link(k, thread)
    pending.stack = thread.stack
    k.journal.set(thread, "stack", thread.stack - ROOM)
    k.journal.append(thread.frames, pending)


def link(k: Kernel, thread: Thread) -> None:
    """Leave on the stack what a call does: above the callee's frame, the caller's frame base and where to return to."""
    cell = k.arch.pointer
    caller = thread.frames[-1]
    layout = LINK[cell]
    data = k.memory.regions[thread.stack_limit].data
    offset = thread.stack - 2 * cell - thread.stack_limit
    k.journal.log.append((poke, data, offset, bytes(data[offset : offset + 2 * cell])))
    layout.pack_into(data, offset, caller.stack - 2 * cell, address_of(k, caller))


def returns_to(k: Kernel, thread: Thread, frame: Frame) -> int | None:
    """Where a frame returns to if its return address on the stack is no longer what the call left there."""
    cell = k.arch.pointer
    data = k.memory.regions[thread.stack_limit].data
    _, address = LINK[cell].unpack_from(data, frame.stack - 2 * cell - thread.stack_limit)
    return None if address == address_of(k, thread.frames[-2]) else int(address)


def address_of(k: Kernel, entry: Frame | Pending) -> int:
    """Where a frame stands, and is returned to; of a kernel routine, its own address."""
    if isinstance(entry, Frame):
        return entry.code.address + 4 * (entry.at if entry.at >= 0 else entry.pc)
    name = entry.name
    return k.addresses.get(name) or k.addresses.get(name.rpartition("!")[2], 0)


def _arrive(engine: Engine, pending: Any, value: int) -> None:
    """What a kernel routine waited for is there: it goes on at the next position."""
    engine.k.journal.set(pending, "value", value)
    engine.k.journal.set(pending, "pc", 1)


def enter_routine(engine: Engine, thread: Thread, address: int, args: tuple[Any, ...]) -> None:
    """A kernel routine has the routine at an address called, on top of its Pending."""
    k = engine.k
    code = k.codes.get(address)
    if code is not None:
        ladder = stages.entered(k, thread, push(engine, thread, code, args, -1))
        k.emit("call", f"{code.symbol} entered", routine=address, ladder=ladder, driver=code.module)
        return
    name = k.routines.get(address)
    if name is None:
        raise faults.bad_jump(k, address)
    routine = EXPORTS.get(name)
    if routine is None:
        answer(engine, thread, None, 0, Pending(f"nt!{name}", "export", None, -1, args=args), INTERNALS[name](k, *args))
        return
    contract = routine.contract
    if not contract.low <= k.irql <= contract.high:
        wrong_irql(k, routine, args)
    pending = Pending(f"{routine.module}!{name}", "export", None, -1, args=args, exported=routine)
    answer(engine, thread, None, 0, pending, routine.run(k, *adjust(contract, args)))


def resume(engine: Engine, thread: Thread, pending: Pending) -> None:
    """A kernel routine on top of the stack goes on with the value that it asked for, or a thread begins.

    It stays on the stack while it goes on: what it then does wrong is its own, not that of the routine below.
    """
    k = engine.k
    if pending.pc == 0:
        start = thread.facts.get("start")
        if pending.kind == "thread" and start is not None:
            k.journal.put(thread.facts, "start", None)
            enter_routine(engine, thread, *start)
        return
    caller = thread.frames[-2] if len(thread.frames) > 1 else None
    if isinstance(caller, Frame) and pending.kind == "export":
        k.caller, k.call_place = caller.code.module, caller.place
    try:
        result = pending.then(k, pending.value) if pending.then is not None else pending.value
    except BugCheck as check:
        faults.blame(check, pending.callee)
        raise
    if pending.kind == "thread":
        end_thread(engine, thread, 0)
        return
    k.journal.pop(thread.frames)
    k.journal.set(thread, "stack", pending.stack)
    if isinstance(result, Call | Wait | EndThread):
        again = Pending(pending.name, pending.kind, None, pending.out, args=pending.args, exported=pending.exported)
        answer(engine, thread, None, 0, again, result)
    else:
        value = convert(engine, pending.exported, result) if pending.exported is not None else (result or 0)
        finish(engine, thread, pending, value)


def finish(engine: Engine, thread: Thread, pending: Pending, value: int) -> None:
    """A kernel routine is done: its value goes to whoever called it.  Deliveries were called by nobody."""
    if pending.kind not in ("export", "call"):
        return
    top = thread.frames[-1]
    if isinstance(top, Frame):
        deliver_value(engine, top, pending.out, value)
    elif pending.exported is not None:  # what goes on expects it unsigned, as it has a driver's results
        width = pending.exported.contract.width
        _arrive(engine, top, value & ((1 << (8 * (width or engine.k.arch.pointer))) - 1) if width >= 0 else 0)
    else:
        _arrive(engine, top, value)


def push(engine: Engine, thread: Thread, code: Code, args: tuple[Any, ...], out: int) -> Frame:
    """A C function's frame: arguments in slots, those whose address is taken in the kernel stack."""
    k = engine.k
    if code.hazard and (check := faults.check_code(k, code)) is not None:
        raise check
    journal, log = k.journal, k.journal.log
    cell = k.arch.pointer
    base = (thread.stack - code.frame_size - 2 * cell - cell * len(args)) & ~0xF
    if base < thread.stack_limit:
        raise faults.stack_overflow(k, thread, code.symbol)
    link(k, thread)
    slots: list[Any] = [base, *args]
    slots.extend([0] * (code.slots - len(slots)))
    for index, offset, size in code.spills:
        _spill(k, base + offset, size, slots[index])
    if code.info.named >= 0:
        for n, value in enumerate(args[code.info.named :]):
            _spill(k, base + code.frame_size + cell * n, cell, value)
        del slots[max(code.slots, 1) :]
    frame = Frame(code, slots, 0, out, thread.stack)
    log.append((attribute, thread, "stack", thread.stack))
    thread.stack = base
    journal.append(thread.frames, frame)
    return frame


def _spill(k: Kernel, address: int, size: int, value: Any) -> None:
    """An argument whose address is taken goes into the frame; a large struct is copied from where its address says."""
    if isinstance(value, float):
        k.memory.write(address, struct.pack("<f" if size == 4 else "<d", value))
    elif size in (1, 2, 4, 8):
        k.memory.store(address, size, value)
    else:
        k.memory.write(address, k.memory.read(value, size))


def leave(engine: Engine, thread: Thread, frame: Frame, at: int, value: Any) -> None:
    """`return value` from a C function; what a driver wrote over the return address is where it goes to."""
    journal = engine.k.journal
    # Only who has locals in the frame can have written past them.
    if frame.code.frame_size and (address := returns_to(engine.k, thread, frame)) is not None:
        raise faults.bad_return(engine.k, address)
    journal.pop(thread.frames)
    journal.log.append((attribute, thread, "stack", thread.stack))
    thread.stack = frame.stack
    top = thread.frames[-1]
    if isinstance(top, Frame):
        deliver_value(engine, top, frame.out, value)
        return
    width = frame.code.result_size
    journal.set(top, "callee", frame.code)
    _arrive(engine, top, value & ((1 << (8 * width)) - 1) if width and isinstance(value, int) else 0)


def debug_break(engine: Engine, thread: Thread, frame: Frame, at: int, pc: int) -> None:
    """`__debugbreak()`: the debugger is asked for; the driver goes on behind it."""
    engine.k.emit("print", "Break instruction exception: __debugbreak")
    raise DebugBreak


def fell_through(engine: Engine, thread: Thread, frame: Frame, at: int) -> None:
    """The end of a function that owes a value: wrong only if somebody uses it."""
    if frame.out < 0 and isinstance(thread.frames[-2], Frame):
        leave(engine, thread, frame, at, 0)
        return
    raise faults.fell_through(engine.k, frame)


def end_thread(engine: Engine, thread: Thread, status: int) -> None:
    """The thread is over: its stack is left as it is, nothing on it runs any more."""
    terminate(engine.k, thread, status)


def _wait_for_call(engine: Engine, frame: Frame, at: int, pc: int) -> None:
    frame.pc = pc
    _mark_call(engine, frame, at)


def _mark_call(engine: Engine, frame: Frame, at: int) -> None:
    engine.k.journal.log.append((attribute, frame, "at", frame.at))
    frame.at = at
