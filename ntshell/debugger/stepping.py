"""Moving through time: forwards by running or by redoing what was recorded, backwards by undoing.

Forward movement redoes what was recorded, up to the next thing that the user did from outside; from there it runs anew, and
the rest of the recording is given up.  So stepping back over a `fire` takes it back.  Only travel to a position redoes it.

Rule: over goes over calls, never over an interrupt or a DPC that comes in: those are what the user is here to see.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from ntshell.base.event import Event
from ntshell.debugger.stop import at_statement, current_frame, depth, just_delivered
from ntshell.machine.journal import journaling
from ntshell.machine.thread import Code, Frame
from ntshell.nt.kernel import Kernel
from ntshell.nt.ladder import Rung, current
from ntshell.run.delivery import due
from ntshell.run.engine import Engine, Halt

Watch = Callable[[], bool]

ENTRY = 8  # positions within which a delivery reaches a driver's routine, if it has one of a driver's to call


@attrs.define(eq=False, repr=False)
class Stepper:
    """Moves an engine; `traps` are the steps with breakpoints."""

    engine: Engine
    traps: dict[Code, set[int]] = attrs.Factory(dict)

    @property
    def k(self) -> Kernel:
        """The kernel that is moved."""
        return self.engine.k

    # --- the one way forward ---------------------------------------------------------------------------------------
    def advance(self, limit: int | None = None, watch: Watch | None = None, traps: bool = True) -> Halt:
        """Redo or run; see `Engine.run` for what ends it."""
        journal = self.k.journal
        taken = 0
        while journal.runs_on:
            if limit is not None and taken >= limit:
                return Halt("count")
            if self.engine.interrupted:
                self.engine.interrupted = False
                return Halt("interrupted")
            journal.forward()
            taken += 1
            if self.k.crash is not None:
                return Halt("crash")
            if traps and self._trapped():
                return Halt("trap", current_frame(self.k))
            if watch is not None and watch():
                return Halt("watch")
        if limit is not None and taken >= limit:
            return Halt("count")
        self._lay(traps)
        return self.engine.run(None if limit is None else limit - taken, watch)

    def _trapped(self) -> bool:
        frame = current_frame(self.k)
        return frame is not None and frame.at < 0 and frame.pc in self.traps.get(frame.code, ())

    def _lay(self, traps: bool) -> None:
        self.engine.set_traps(self.traps if traps else {})
        frame = current_frame(self.k)
        if frame is not None:
            self.engine.passing[frame] = frame.pc

    # --- forwards --------------------------------------------------------------------------------------------------
    def into(self) -> Halt:
        """To the next statement, wherever it is."""
        while True:
            halt = self.advance(1, traps=False)
            if halt.why != "count":
                return halt
            if at_statement(self.k):
                return Halt(just_delivered(self.k) or "step")

    def to_delivery(self) -> Halt:
        """Let in what is due now, up to the first statement of the routine that takes it."""
        for _ in range(ENTRY):
            halt = self.advance(1, traps=False)
            if halt.why != "count":
                return halt
            if at_statement(self.k):
                return Halt(just_delivered(self.k) or "step")
        return Halt("input")

    def over(self) -> Halt:
        """To the next statement of this routine or of what it returns to, or of what comes in by itself."""
        k = self.k
        thread = k.thread
        level = depth(thread)

        def home() -> bool:
            now = k.thread
            return bool(just_delivered(k)) or now is thread and depth(now) <= level or thread.state == "terminated"

        while True:
            halt = self.advance(1, traps=False)
            if halt.why == "count" and not home():
                halt = Halt("trap", current_frame(k)) if self._trapped() else self.advance(None, home)
            if halt.why not in ("count", "watch"):
                return halt
            if at_statement(k):
                return Halt(just_delivered(k) or "step")

    def out(self) -> Halt:
        """Until the current routine has returned to its caller."""
        k = self.k
        thread = k.thread
        frame = k.driver_frame()
        level = thread.frames.index(frame) if frame is not None else 0

        def left() -> bool:
            if just_delivered(k):
                return True
            gone = depth(thread) <= level or thread.state == "terminated"
            return gone and current_frame(k) is not None and k.thread.state == "running" and not due(k)

        halt = self.advance(None, left)
        if halt.why == "watch":
            return Halt(just_delivered(k) or "return")
        return halt

    def reach(self, there: Watch) -> Halt:
        """Until a condition holds after a change of the stack, or until what stops by itself."""
        return self.advance(None, there)

    def go(self) -> Halt:
        """Until a breakpoint or anything else that stops by itself."""
        return self.advance()

    def stage(self) -> Halt:
        """Up to the step that begins another rung of the ladder of DriverEntry or Unload."""
        k = self.k
        start = self._here()  # the step that begins a rung, if that is where it stands: it goes past that
        while True:
            before, here = self._rungs(), self._here()
            halt = self.advance(1, traps=False)
            if halt.why != "count":
                return halt
            begun = _begun(before, self._rungs())
            if here == start and start is not None:
                start = None
            elif begun:
                k.journal.retract()
                return Halt("stage", text=begun)
            if self._trapped():
                return Halt("trap", current_frame(k))

    def _here(self) -> tuple[Frame, int] | None:
        frame = current_frame(self.k)
        return None if frame is None else (frame, frame.pc)

    def _rungs(self) -> list[Rung]:
        """The rungs of all who are on a ladder; interrupts run on the same thread."""
        found = (current(thread) for thread in self.k.machine.threads if thread.state != "terminated")
        return [rung for rung in found if rung is not None]

    # --- backwards -------------------------------------------------------------------------------------------------
    def back_into(self) -> Halt:
        """To the statement before, wherever it is."""
        return self._back(lambda: at_statement(self.k), rests=True)

    def back_over(self) -> Halt:
        """To the statement before, not into the routines that it called; from a thread's beginning, to any before."""
        k = self.k
        thread = k.thread
        level = depth(thread)

        def there() -> bool:
            if not at_statement(k):
                return False
            begun = any(isinstance(entry, Frame) for entry in thread.frames)
            return not begun or k.thread is thread and depth(thread) <= level

        return self._back(there, rests=True)

    def back_go(self) -> Halt:
        """To the breakpoint before."""
        halt = self._back(self._trapped)
        return Halt("trap", current_frame(self.k)) if halt.why == "step" else halt

    def back_stage(self) -> Halt:
        """To where the present rung, or the one before, began."""
        state = [self._rungs()]

        def turned() -> bool:
            later, state[0] = state[0], self._rungs()
            return bool(_begun(state[0], later))

        halt = self._back(turned)
        return Halt("stage", text=self._next_rung()) if halt.why == "step" else halt

    def _next_rung(self) -> str:
        """What the step that comes next begins."""
        before = self._rungs()
        self.k.journal.forward()
        after = self._rungs()
        self.k.journal.back()
        return _begun(before, after)

    def _back(self, there: Watch, rests: bool = False) -> Halt:
        """Back until a condition holds; else to the oldest statement, from where the driver can go forward again.

        With `rests`, an idle machine on which the user then fired, moved time or asked for something is a place to stop.
        """
        journal = self.k.journal
        begun = journal.position
        self.engine.passing.clear()
        with journaling():
            while journal.back():
                if self.engine.interrupted:
                    self.engine.interrupted = False
                    return Halt("interrupted")
                if there():
                    return Halt("step")
                if rests and not journal.runs_on and self._acted():
                    return Halt("idle")
            while journal.position < begun and not at_statement(self.k):
                journal.forward()
        return Halt("oldest")

    def _acted(self) -> bool:
        """Whether the user acted here on an idle machine: the event that comes next tells."""
        journal = self.k.journal
        told = journal.undone[-1] if journal.undone else None
        return (
            isinstance(told, Event)
            and told.kind == "input"
            and told.position == journal.position + 1
            and self.engine.resting
        )

    def travel(self, position: int) -> Halt:
        """To a recorded position."""
        journal = self.k.journal
        self.engine.passing.clear()
        with journaling():
            while journal.position > position and journal.back():
                pass
            while journal.position < position and journal.forward():
                pass
        return Halt("travel")


def _begun(before: list[Rung], after: list[Rung]) -> str:
    """In words, the rung that a step begins; '' when it begins none."""
    found = [rung for rung in after if rung.number and rung not in before]
    return f"next: {found[0].ladder} stage {found[0].number}: {found[0].words}" if found else ""


def frame_of(k: Kernel, index: int) -> Frame | None:
    """The index-th C frame of the present thread, 0 on top."""
    thread = k.machine.processor.thread
    frames = [frame for frame in reversed(thread.frames) if isinstance(frame, Frame)] if thread is not None else []
    return frames[index] if index < len(frames) else None
