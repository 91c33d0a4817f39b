"""What comes from outside the machine: interrupts fired by hand, time moved by hand, a user program's requests.

Each is a position of its own, so stepping back takes it back too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ntshell.base.errors import UsageError
from ntshell.machine.bus import Device
from ntshell.nt.hal.irq import dirql_of, vector_of
from ntshell.nt.io import request
from ntshell.nt.ke.dpc import dpc_queued
from ntshell.nt.ke.interrupt import connected
from ntshell.nt.kernel import Kernel
from ntshell.run.delivery import advance, due, pass_time
from ntshell.run.engine import Halt

if TYPE_CHECKING:
    from ntshell.debugger.session import Session

LONGEST_TICK = 864_000_000_000  # a day, in 100 ns


def fire(session: Session, target: str, force: bool) -> str:
    """Raise an interrupt line; says what became of it."""
    k = session.k
    device, irq = _target(k, target)
    session.engine.input()
    k.emit("input", f"fire {target}{' --force' if force else ''}", target=target, force=force)
    why = device.fire() if device is not None else ""
    if device is None or force:
        k.machine.lines.force(irq)
    said = _outcome(k, irq, why, force or device is None)
    k.emit("line", said, irq=irq)
    return said


def _target(k: Kernel, target: str) -> tuple[Device | None, int]:
    """A device and its line; by IRQ the only device of that line, or none."""
    device = k.machine.devices.get(target.lower())
    if device is not None:
        return device, device.irq
    if target.isdecimal() and int(target) in k.machine.lines.by_irq:
        sharing = [each for each in k.machine.devices.values() if each.irq == int(target)]
        return (sharing[0] if sharing else None), int(target)
    lines = ", ".join(str(irq) for irq in k.machine.lines.by_irq)
    names = ", ".join(k.machine.devices)
    raise UsageError(f"no device or line called {target}", hint=f"devices: {names}; IRQ: {lines}")


def _outcome(k: Kernel, irq: int, why: str, force: bool) -> str:
    line = k.machine.lines.by_irq[irq]
    level = dirql_of(k.arch.name, irq)
    if why and not force:
        return f"{why}; the line stays quiet"
    if not connected(k, vector_of(k.arch.name, irq)):
        if force:
            k.journal.set(line, "pending", False)
            return f"IRQ {irq}: nobody is connected; the interrupt is dismissed"
        return f"IRQ {irq}: nobody is connected; the controller keeps it masked"
    if not line.asking:
        return f"IRQ {irq}: the line is high already, and a latched line takes only its rising edge"
    if k.irql >= level:
        return f"IRQ {irq}: held off, IRQL {k.irql} is not below DIRQL {level}; it stays pending"
    return f"IRQ {irq}: taken at DIRQL {level}"


def tick(session: Session, units: int) -> tuple[Halt, str]:
    """Move virtual time on; why it ended, and what there is to say.

    Idle, the machine goes from one due time to the next and does what is due until it is idle again.  Where somebody
    stands in the middle of code, all that is due is queued, and comes in up to the first statement of its routine.
    """
    if not 0 < units <= LONGEST_TICK:
        raise UsageError("tick takes a time from 100ns to 24h", hint="tick 100ms")
    k = session.k
    end = k.machine.now + units
    resting = session.engine.resting
    session.engine.input()
    k.emit("input", f"tick: {units / 10_000_000:g} s", units=units)
    if resting:
        return _pass(session, end)
    if not session.engine.deliver("nt!KeUpdateSystemTime", "clock", lambda k, _: advance(k, end)):
        return Halt("crash"), ""
    return let_in(session), f"time is {_seconds(k.machine.now)}; {dpc_queued(k)} DPCs queued"


def _pass(session: Session, end: int) -> tuple[Halt, str]:
    """Let time pass on an idle machine, until something stops it; the position of the first move is open."""
    k, engine = session.k, session.engine
    engine.clocked = True
    try:
        while engine.deliver("nt!KeUpdateSystemTime", "clock", lambda k, _: pass_time(k, end)):
            halt = session.stepper.go()
            if halt.why != "idle":
                break
            if k.machine.now >= end:
                return Halt("input"), f"time is {_seconds(k.machine.now)}; the machine is idle"
            k.journal.begin()
        else:
            halt = Halt("crash")
    finally:
        engine.clocked = False
    left = f"; {_seconds(end - k.machine.now)} of the tick are left" if k.machine.now < end else ""
    k.emit("timer", f"the clock stands at {_seconds(k.machine.now)}{left}", action="stand")
    return halt, ""


def _seconds(units: int) -> str:
    return f"{units / 10_000_000:.3f} s"


def let_in(session: Session) -> Halt:
    """Let what is due at this very moment come in, up to its first statement; nothing else runs."""
    if session.k.crash is not None:
        return Halt("crash")
    return session.stepper.to_delivery() if due(session.k) else Halt("input")


def start(session: Session, operation: str, args: dict[str, Any]) -> None:
    """Begin a user program's request in a thread of its own."""
    k = session.k
    session.engine.input()
    k.emit("input", f"io {operation}", operation=operation)
    record = request.start(k, operation, **args)
    thread = next((each for each in k.machine.threads if each.number == record.thread), None)
    if thread is not None:
        session.engine.wait_for(thread)
