"""What comes in between two positions: interrupts, DPCs, thread switches, the clock.

Order: a thread that has begun to wait, or is over, leaves the processor at once; a waiting interrupt whose DIRQL is above the
processor's IRQL; then, below DISPATCH_LEVEL, the DPC queue until it is empty; only then threads.  Interrupts and DPCs run on
top of the stack of whatever was interrupted, as in NT, so that must be one that can go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ntshell.machine.lines import Line
from ntshell.machine.machine import Machine
from ntshell.machine.thread import Thread
from ntshell.nt.flow import BugCheck, Call, Result
from ntshell.nt.hal.irq import dirql_of, vector_of
from ntshell.nt.ke.checks import symbol
from ntshell.nt.ke.dpc import dpc_queued, take_dpc
from ntshell.nt.ke.interrupt import connected, enter, leave
from ntshell.nt.ke.timer import expire, next_due
from ntshell.nt.ke.wait import make_ready
from ntshell.nt.kernel import Kernel
from ntshell.nt.ps.thread import reap
from ntshell.run import calls, faults

if TYPE_CHECKING:
    from ntshell.run.engine import Engine

DISPATCH_LEVEL = 2
STORM = 1000  # the same line taken this often with nothing else run in between
LONGEST_WAIT = 36_000_000_000  # the clock moves by itself for at most an hour of a wait, in 100 ns


def deliver(engine: Engine) -> bool:
    """Let in one thing that is due; False when nothing is."""
    k = engine.k
    processor = k.machine.processor
    now = processor.thread
    if now is None or now.state != "running":
        _switch(engine, _chosen(k.machine))
        return True
    line = deliverable(k)
    if line is not None:
        _interrupt(engine, line)
        return True
    if processor.irql >= DISPATCH_LEVEL:
        return False
    if dpc_queued(k):
        _retire(engine)
        return True
    thread = _chosen(k.machine)
    if thread is not now:
        _switch(engine, thread)
        return True
    return False


def due(k: Kernel) -> bool:
    """Whether an interrupt or a DPC comes in before what runs now goes on."""
    return deliverable(k) is not None or (k.machine.processor.irql < DISPATCH_LEVEL and dpc_queued(k) > 0)


# --- interrupts ------------------------------------------------------------------------------------------------------
def deliverable(k: Kernel) -> Line | None:
    """The waiting line of the highest DIRQL that the processor's IRQL lets in and somebody is connected to."""
    best, level = None, k.machine.processor.irql
    for irq, line in k.machine.lines.by_irq.items():
        if line.pending or (line.drivers and not line.latched):
            dirql = dirql_of(k.arch.name, irq)
            if dirql > level and connected(k, vector_of(k.arch.name, irq)):
                best, level = line, dirql
    return best


def _interrupt(engine: Engine, line: Line) -> None:
    k, processor = engine.k, engine.k.machine.processor
    thread = processor.thread
    assert thread is not None
    repeats = line.repeats + 1 if line.settled == k.journal.position else 0
    k.journal.begin()
    k.journal.set(line, "repeats", repeats)
    chain = connected(k, vector_of(k.arch.name, line.irq))
    if repeats >= STORM:
        raise _storm(k, line, chain)
    k.machine.lines.acknowledge(line.irq)
    k.journal.set(processor, "interrupts", processor.interrupts + 1)
    k.journal.set(processor, "nesting", processor.nesting + 1)
    k.emit("interrupt", f"IRQ {line.irq} taken", irq=line.irq, vector=vector_of(k.arch.name, line.irq))
    name = "nt!KiInterruptDispatch" if len(chain) == 1 else "nt!KiChainedDispatch"
    irq, old = line.irq, processor.irql
    calls.deliver(engine, thread, name, "interrupt", lambda k, _: _service(k, irq, old, chain, 0, False, 0), (irq, old))


def _service(k: Kernel, irq: int, old: int, chain: tuple[int, ...], n: int, claimed: bool, passes: int) -> Result:
    """Call the nth ISR of the chain, then the next, as the line's mode wants it."""
    interrupt = k.struct("_KINTERRUPT", chain[n])
    k.set_irql(max(k.irql, dirql_of(k.arch.name, irq)))
    before = enter(k, chain[n])
    level = k.irql

    def then(k: Kernel, value: int) -> Result:
        if k.irql != level:
            routine = k.struct("_KINTERRUPT", chain[n]).ServiceRoutine
            raise BugCheck(
                0xC8, k.irql << 16 | level << 8 | 3, routine, chain[n],
                rule=f"the ISR {symbol(k, routine)} was entered at IRQL {level} and returned at {k.irql}",
                mend="restore the IRQL before the ISR returns",
            )  # fmt: skip
        leave(k, chain[n], before)
        mine = claimed or bool(value & 0xFF)
        line = k.machine.lines.by_irq[irq]
        if value & 0xFF and not line.latched or n + 1 == len(chain):
            again = mine and line.latched and len(chain) > 1
            if again and passes < STORM:
                return _service(k, irq, old, chain, 0, False, passes + 1)
            if again:
                raise _storm(k, line, chain)
            return _dismiss(k, irq, old, mine or passes > 0)
        return _service(k, irq, old, chain, n + 1, mine, passes)

    return Call(interrupt.ServiceRoutine, (chain[n], interrupt.ServiceContext), then)


def _dismiss(k: Kernel, irq: int, old: int, claimed: bool) -> Result:
    """All ISRs have had their say: back to what was interrupted."""
    line, processor = k.machine.lines.by_irq[irq], k.machine.processor
    if not claimed:
        k.journal.set(line, "dismissed", line.dismissed + 1)
        k.emit("line", f"IRQ {irq}: no ISR claimed the interrupt", irq=irq)
    k.journal.set(processor, "nesting", processor.nesting - 1)
    k.set_irql(old)
    k.journal.set(line, "settled", k.journal.position)
    return 0


def _storm(k: Kernel, line: Line, chain: tuple[int, ...]) -> BugCheck:
    interrupt = k.struct("_KINTERRUPT", chain[0])
    routines = [k.struct("_KINTERRUPT", address).ServiceRoutine for address in chain]
    names = ", ".join(symbol(k, routine) for routine in routines)
    each = f"the ISR {names} returns" if len(chain) == 1 else f"the ISRs {names} return"
    check = BugCheck(
        0xF2, interrupt.ServiceRoutine, interrupt.ServiceContext, chain[0], 1 if len(chain) == 1 else 2,
        rule=f"IRQ {line.irq} stays asserted: {each}, and the device has not been quieted",
        mend="make the device drop its request (clear its pending bit) before the ISR returns TRUE",
    )  # fmt: skip
    faults.blame(check, k.codes.get(routines[0]))
    return check


# --- DPCs ------------------------------------------------------------------------------------------------------------
def _retire(engine: Engine) -> None:
    k = engine.k
    thread = k.machine.processor.thread
    assert thread is not None
    k.journal.begin()
    old = k.irql
    calls.deliver(engine, thread, "nt!KiRetireDpcList", "dpc", lambda k, _: _drain(k, old), (old,))


def _drain(k: Kernel, old: int) -> Result:
    """Call the next DPC of the queue; when it is empty, back to the IRQL from before."""
    k.set_irql(DISPATCH_LEVEL)
    k.journal.set(k.processor, "in_dpc", True)
    found = take_dpc(k)
    if found is None:
        k.journal.set(k.processor, "in_dpc", False)
        k.set_irql(old)
        return 0
    routine, args = found
    k.emit("dpc", f"DPC routine entered: {symbol(k, routine)}", what="run", routine=routine)

    def then(k: Kernel, value: int) -> Result:
        if k.irql != DISPATCH_LEVEL:
            raise BugCheck(
                0xC8, k.irql << 16 | DISPATCH_LEVEL << 8 | 2, routine,
                rule=f"the DPC routine {symbol(k, routine)} returned at IRQL {k.irql}",
                mend="a DPC routine returns at DISPATCH_LEVEL: release the spin locks it took",
            )  # fmt: skip
        return _drain(k, old)

    return Call(routine, args, then)


# --- threads ---------------------------------------------------------------------------------------------------------
def _chosen(machine: Machine) -> Thread:
    """The thread that ought to run: the present one unless it cannot, or a higher priority is ready."""
    best = machine.processor.thread
    can_go_on = best is not None and best.state == "running"
    level = best.priority if can_go_on and best is not None else -2
    first = 0
    for thread in machine.threads:
        if thread.state == "ready" and (
            thread.priority > level or (thread.priority == level and not can_go_on and thread.order < first)
        ):
            best, level, first, can_go_on = thread, thread.priority, thread.order, False
    assert best is not None, "the idle thread is always ready"
    return best


def _switch(engine: Engine, thread: Thread) -> None:
    k, processor = engine.k, engine.k.machine.processor
    old = processor.thread
    k.journal.begin()
    if old is not None:
        k.journal.set(old, "irql", processor.irql)
        if old.state == "running":  # preempted: it goes on before the others of its priority
            make_ready(k, old)
            k.journal.set(old, "order", -old.order)
    k.journal.set(processor, "thread", thread)
    k.journal.set(thread, "state", "running")
    k.set_irql(thread.irql)
    reap(k)
    k.emit("switch", f"thread {thread.number:x} ({thread.name}) runs")


# --- the clock -------------------------------------------------------------------------------------------------------
def move_clock(engine: Engine) -> bool:
    """Nothing can run: let time pass to the next timer, if the user waits for somebody whom a timer may release."""
    k, waiter = engine.k, engine.foreground
    if engine.clocked or waiter is None or waiter.state != "waiting" or waiter.wait is None or waiter.wait.io:
        return False  # a request that a device must answer is not hurried into its time-out
    due = next_due(k)
    if due is None or due - k.machine.now > LONGEST_WAIT:
        return False
    if k.machine.now - engine.since > LONGEST_WAIT:
        return False
    k.journal.begin()
    advance(k, due)
    return True


def pass_time(k: Kernel, end: int) -> None:
    """Move the clock to when something is due next, at most to `end`."""
    with _timer_level(k):
        due = next_due(k)
        advance(k, end if due is None else min(max(due, k.machine.now), end))


def advance(k: Kernel, time: int) -> None:
    """Move the clock to an interrupt time; what is due by then happens, in order."""
    with _timer_level(k):
        while (due := next_due(k)) is not None and due <= time:
            if due > k.machine.now:
                k.journal.set(k.machine, "now", due)
            expire(k)
        if time > k.machine.now:
            k.journal.set(k.machine, "now", time)


@contextmanager
def _timer_level(k: Kernel) -> Iterator[None]:
    """Timers expire at DISPATCH_LEVEL; whoever meets a broken list there stays at that level."""
    processor = k.machine.processor
    before = processor.irql
    if before < DISPATCH_LEVEL:
        k.journal.set(processor, "irql", DISPATCH_LEVEL)
    yield
    if before < DISPATCH_LEVEL:
        k.journal.set(processor, "irql", before)
