"""Making a `Stop`: why the session stands, and what happened since it last stood."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ntshell.base.event import Event
from ntshell.compiler.dialect import ASSEMBLER, NO_ASSEMBLY
from ntshell.debugger.stop import Stop, current_frame
from ntshell.machine.memory import AccessFault
from ntshell.machine.thread import Frame
from ntshell.run.engine import Halt

if TYPE_CHECKING:
    from ntshell.debugger.session import Session

Move = Callable[[], Halt]
NEWS = frozenset(
    {"print", "return", "finding", "load", "stage", "interrupt", "line", "dpc", "timer", "irp", "bugcheck", "driver"}
)
NOTED = frozenset({"breakpoint", "break", "missing", "interrupted"})  # stops that become part of history
KINDS = {
    "step": ("step", ""),
    "count": ("step", ""),
    "watch": ("step", ""),
    "interrupt": ("interrupt", "interrupt taken"),
    "dpc": ("dpc", "DPC routine entered"),
    "return": ("return", "returned"),
    "stage": ("stage", "next stage"),
    "idle": ("idle", "idle: nothing can run"),
    "interrupted": ("interrupted", "stopped by Ctrl+C"),
    "budget": ("budget", "the step budget is spent"),
    "oldest": ("oldest", "this is the oldest position"),
    "travel": ("travel", "time travel"),
    "break": ("break", "break instruction exception"),
    "input": ("input", ""),
}


def make(session: Session, halt: Halt, kind: str = "", said: str = "") -> Stop:
    """The stop that a halt makes; `kind` overrides when a routine of a driver has just been reached."""
    k = session.k
    frame = current_frame(k) or k.driver_frame()
    kind, reason = _why(session, halt, kind, said)
    news = _news(session)
    if kind == "stage":  # the reason says it already
        news = tuple(event for event in news if event.kind != "stage")
    thread = k.machine.processor.thread
    dropped, k.journal.dropped = k.journal.dropped, None
    return Stop(
        kind=kind,
        reason=reason,
        position=k.journal.position,
        processor=0,
        irql=k.irql,
        thread=thread.number if thread is not None else 0,
        symbol=frame.code.symbol if isinstance(frame, Frame) else "",
        place=frame.place if isinstance(frame, Frame) else None,
        news=news,
        findings=tuple(session.findings),
        dropped=dropped,
    )


def _why(session: Session, halt: Halt, kind: str, said: str) -> tuple[str, str]:
    k = session.k
    if halt.why == "crash" and k.crash is not None:
        return "bugcheck", f"bug check {k.crash.code:#x} {k.crash.name}"
    if halt.why == "missing" and halt.text == ASSEMBLER:
        return "missing", NO_ASSEMBLY
    if halt.why == "missing":
        return "missing", f"{halt.text} is not in ntshell; the driver stops where it uses it"
    if halt.why == "trap":
        found = session.breakpoints.at(halt.frame)
        if found is not None:
            found.hits += 1
            return "breakpoint", f"Breakpoint {found.id} hit"
        kind = "unload"  # the one that the session traps by itself: it had to wait for the last close
    if kind in ("load", "unload") and halt.why in ("watch", "trap"):
        frame = current_frame(k)
        return kind, f"{frame.code.symbol} is about to run" if frame is not None else ""
    if halt.why in ("interrupt", "dpc"):
        return KINDS[halt.why][0], said or _delivered(session, halt.why)
    if halt.why == "stage":
        return "stage", halt.text
    word, text = KINDS.get(halt.why, ("step", ""))
    if halt.why == "idle":
        text = _idle(session)
    return word, said or text


def _delivered(session: Session, why: str) -> str:
    k = session.k
    frame = current_frame(k)
    name = frame.code.symbol if frame is not None else ""
    return f"interrupt: {name} runs at IRQL {k.irql}" if why == "interrupt" else f"DPC: {name} runs at IRQL {k.irql}"


def _idle(session: Session) -> str:
    """Nothing can run: who waits, and for what."""
    from ntshell.nt.ke.timer import next_due

    k = session.k
    text = "idle: nothing can run"
    for name, routine in session.unfinished():
        text += f"; {name}'s {routine} waits"
    pending = [each for each in k.io.requests if each.state == "pending"]
    if pending:
        text += "; pending: " + ", ".join(f"request {each.number} ({each.operation})" for each in pending)
    try:
        due = next_due(k)
    except AccessFault:  # a driver broke the list; whoever walks it next will find out
        return f"{text}; the timer list is broken"
    if due is not None:
        text += f"; next timer in {(due - k.machine.now) / 10_000:g} ms (tick)"
    return text


def _news(session: Session) -> tuple[Event, ...]:
    """Events of this stretch of time that the user should hear of; none when the move went back."""
    k = session.k
    total = k.forgotten + len(k.events)
    start = min(session.told, total) - k.forgotten
    session.told = total
    return tuple(event for event in k.events[max(start, 0) :] if event.kind in NEWS or conflict(event))


def conflict(event: Event) -> bool:
    """Whether a driver was refused hardware that another has claimed; `holder` says which."""
    return event.kind == "registry" and event.get("what") == "conflict"
