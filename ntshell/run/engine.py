"""The engine: takes one position after the other, on whatever the processor runs.

A position is one step of C code, one resumption of a kernel routine, or one delivery (interrupt, DPC, thread switch, clock).
Generated steps do arithmetic and memory themselves; anything that changes the stack they leave as a *request*, which is
carried out here, in the same position.  Between two positions a delivery may come in.

`run` goes on until something halts it and says what; it never decides what a user wants to see (the debugger does).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from ntshell.machine.journal import MARKS, journaling, outside, restore_pc
from ntshell.machine.memory import AccessFault
from ntshell.machine.thread import Code, Frame, Thread
from ntshell.nt.dbg.breakpoint import DebugBreak
from ntshell.nt.flow import BugCheck, Raise
from ntshell.nt.kernel import Kernel
from ntshell.run import calls, delivery, faults, unwind
from ntshell.run.image import absent

CHUNK = 4096
TRAP = -2


@attrs.frozen
class Halt:
    """Why a run ended.

    `trap` before a step with a breakpoint, `count` the positions asked for are done, `watch` the caller's condition holds,
    `idle` nothing can run, `crash` a bug check, `break` __debugbreak or DbgBreakPoint, `interrupted` Ctrl+C, `budget`,
    `missing` a routine or variable that ntshell does not have (`text` names it).
    """

    why: str
    frame: Frame | None = None
    text: str = ""


@attrs.define(eq=False, repr=False)
class Engine:
    """Runs a kernel's machine."""

    k: Kernel
    request: tuple[Any, ...] = ()
    budget: int | None = None  # positions left; None for no bound
    interrupted: bool = False  # set by Ctrl+C, from a signal handler
    passing: dict[Frame, int] = attrs.Factory(dict)  # steps whose trap has been told: each may run once
    foreground: Thread | None = None  # whose end the user waits for: DriverEntry, Unload, a request
    since: int = 0  # interrupt time at which that began
    idle: Thread | None = None
    clocked: bool = False  # while the user moves time by hand, it does not move by itself
    missing: str = ""

    def run(self, limit: int | None = None, watch: Callable[[], bool] | None = None) -> Halt:
        """Take positions until something halts: at most `limit`, or until `watch()` holds after a change of the stack."""
        if self.k.crash is not None:
            return Halt("crash")
        self.k.journal.forget_future()
        self.missing = ""
        with journaling():
            return self._run(limit, watch)

    def _run(self, limit: int | None, watch: Callable[[], bool] | None) -> Halt:
        journal = self.k.journal
        start = journal.position
        while True:
            left = CHUNK if limit is None else limit - (journal.position - start)
            if left <= 0:
                return Halt("count")
            if self.budget is not None and self.budget <= 0:
                return Halt("budget")
            if self.interrupted:
                self.interrupted = False
                return Halt("interrupted")
            before = journal.position
            halt = self._advance(min(left, CHUNK, self.budget or CHUNK))
            journal.last = journal.position
            if self.budget is not None:
                self.budget -= journal.position - before
            if halt is not None:
                return halt
            if watch is not None and watch():
                return Halt("watch")

    def _advance(self, most: int) -> Halt | None:
        """One delivery or resumption, or up to `most` steps of C up to the next request."""
        k = self.k
        if k.journal.trim():
            k.forget_events()
        try:
            if delivery.deliver(self):
                return None
            thread = k.machine.processor.thread
            assert thread is not None
            top = thread.frames[-1]
            if isinstance(top, Frame):
                return self._steps(thread, top, most)
            if thread is self.idle and len(thread.frames) == 1:
                return None if delivery.move_clock(self) else Halt("idle")
            k.journal.begin()
            calls.resume(self, thread, top)
        except (BugCheck, AccessFault, Raise) as problem:
            return self._problem(problem)
        except DebugBreak:
            return Halt("break")
        finally:
            k.call_place, k.caller = None, ""
        return None

    def _steps(self, thread: Thread, frame: Frame, most: int) -> Halt | None:
        """Run C steps of one frame; on a request, carry it out."""
        journal, log = self.k.journal, self.k.journal.log
        pc, slots, steps = frame.pc, frame.slots, frame.code.active
        if frame.code.hazard and (check := faults.check_code(self.k, frame.code)) is not None:
            journal.begin()
            raise check
        if self.passing and self.passing.pop(frame, -1) == pc:
            steps, most = frame.code.steps, 1
        taken = 0
        try:
            for taken in range(1, most + 1):  # noqa: B007 (after a fault it tells how many)
                log.append((restore_pc, frame, pc))
                pc = steps[pc](slots)
                if pc < 0:
                    break
        except (AccessFault, ZeroDivisionError) as problem:
            journal.position += taken
            frame.pc = self._last_pc()
            journal.withdraw()  # a statement that faults has done nothing: it may be tried again
            return self._problem(problem)
        journal.position += taken
        if pc >= 0:
            frame.pc = pc
            return None
        if pc == TRAP:
            frame.pc = log.pop()[2]
            journal.position -= 1
            return Halt("trap", frame)
        return self._carry_out(thread, frame)

    def _carry_out(self, thread: Thread, frame: Frame) -> Halt | None:
        request, self.request = self.request, ()
        at = self._last_pc()
        frame.pc = at
        try:
            request[0](self, thread, frame, at, *request[1:])
        except (BugCheck, AccessFault, Raise) as problem:
            return self._problem(problem)
        except unwind.Unhandled as end:
            faults.crash(self.k, end.problem)
            return Halt("crash")
        except DebugBreak:
            frame.pc = request[-1]  # going on does not break again
            return Halt("break", frame)
        if not self.missing:
            return None
        self.k.journal.retract()  # the call has not been made: the driver stands before it
        return Halt("missing", frame, self.missing)

    def _last_pc(self) -> int:
        """The step of the position that is being taken: its mark is the latest one."""
        log = self.k.journal.log
        n = len(log) - 1
        while log[n][0] not in MARKS:
            n -= 1
        return log[n][2] if log[n][0] is restore_pc else 0

    def _problem(self, problem: Exception) -> Halt | None:
        """A fault: to the driver's own __try if one takes it, else a bug check."""
        if isinstance(problem, AccessFault) and (name := absent(self.k, problem.address)):
            self.k.journal.retract()
            return Halt("missing", None, name)
        record = faults.exception(self.k, problem)
        try:
            if record is not None and unwind.dispatch(self, record):
                return None
        except unwind.Unhandled as end:
            problem = end.problem
        except BugCheck as check:  # no room for a filter
            problem = check
        faults.crash(self.k, problem)
        return Halt("crash")

    # --- breakpoints -----------------------------------------------------------------------------------------------
    def set_traps(self, traps: dict[Code, set[int]]) -> None:
        """Lay traps over the steps of functions; all others run as they are."""
        for code in self.k.codes.values():
            steps = traps.get(code)
            if steps:
                code.active = [trapped if n in steps else step for n, step in enumerate(code.steps)]
            elif code.active is not code.steps:
                code.active = code.steps

    def switch_first(self, thread: Thread) -> None:
        """Put the first thread on the processor, at boot."""
        self.k.machine.processor.thread = thread
        thread.state = "running"

    @property
    def resting(self) -> bool:
        """Whether nothing runs and nothing could: only time or somebody outside can make a difference."""
        machine = self.k.machine
        thread = machine.processor.thread
        if thread is None or thread is not self.idle or len(thread.frames) > 1 or delivery.due(self.k):
            return False
        return all(each is thread or each.state != "ready" for each in machine.threads)

    def wait_for(self, thread: Thread) -> None:
        """The user waits for this thread's end: time may pass for it."""
        self.k.journal.set(self, "foreground", thread)
        self.k.journal.set(self, "since", self.k.machine.now)

    def deliver(self, name: str, kind: str, start: Callable[[Kernel, int], Any]) -> bool:
        """Have a kernel routine run from outside on top of what runs; False when that was a bug check."""
        try:
            calls.deliver(self, self.k.thread, name, kind, start)
        except (BugCheck, AccessFault, Raise) as problem:
            faults.crash(self.k, problem)
        return self.k.crash is None

    def input(self) -> None:
        """Open a position for something that the user does."""
        self.k.journal.begin(outside)


def trapped(slots: list[Any]) -> int:
    """What stands in for a step with a breakpoint."""
    return TRAP
