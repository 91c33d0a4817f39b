"""A session: one simulated machine, the drivers on it, and everything a face may ask of them.

Public, typed and free of any user interface.  Methods that let something run return a `Stop`, which says why and where it
stands and what happened since the stop before.
"""

from __future__ import annotations

from pathlib import Path

import attrs

from ntshell.base.errors import Crashed, DriverFailed, NotNow, NtshellError, UsageError
from ntshell.base.place import Place
from ntshell.compiler import CompileFailed, Problem, compile_driver, kernel_types
from ntshell.compiler.dialect import ASSEMBLER
from ntshell.compiler.options import Options
from ntshell.compiler.program import Program
from ntshell.debugger import requests, stops
from ntshell.debugger.breakpoints import Breakpoints
from ntshell.debugger.inspect import guess
from ntshell.debugger.source import Source, find_source
from ntshell.debugger.stepping import Stepper
from ntshell.debugger.stop import Stop, current_frame
from ntshell.debugger.timeline import last_status
from ntshell.machine.arch import ARCHES
from ntshell.machine.config import read_machine
from ntshell.nt import ladder
from ntshell.nt.export import exports_key, prototypes
from ntshell.nt.io.state import DriverRecord
from ntshell.nt.kernel import Finding, Kernel
from ntshell.nt.ladder import Rung
from ntshell.run import drivers
from ntshell.run.boot import boot
from ntshell.run.engine import Engine, Halt


@attrs.frozen
class SessionOptions:
    """What a session is started with; `steps` is the budget of positions that may run, None for no bound."""

    arch: str = "x86"
    include: tuple[Path, ...] = ()
    defines: tuple[tuple[str, str], ...] = ()
    machine: Path | None = None
    steps: int | None = None


@attrs.define(eq=False, repr=False)
class Session:
    """A machine under the debugger."""

    options: SessionOptions = attrs.Factory(SessionOptions)
    breakpoints: Breakpoints = attrs.Factory(Breakpoints)
    sources: list[Source] = attrs.Factory(list)  # loaded, in order; `restart` loads them anew
    programs: dict[str, Program] = attrs.Factory(dict)
    chosen: str = ""  # module name of the driver last loaded or named; it goes back with time
    variables: list[int] = attrs.Factory(lambda: [0] * 20)  # @$t0 to @$t19
    expected: tuple[Finding, ...] = ()  # what a script expected since the last load
    since: int = 0  # how many findings there were at the last load; it goes back with time, as `expected` does
    engine: Engine = attrs.field(init=False)
    stepper: Stepper = attrs.field(init=False)
    stop: Stop = attrs.field(init=False)
    told: int = 0  # events up to this many have been told

    def __attrs_post_init__(self) -> None:
        self._boot()

    def _boot(self) -> None:
        spec = read_machine(self.options.machine)
        arch = ARCHES[self.options.arch]
        self.engine = boot(arch, spec, kernel_types(arch.name))
        self.engine.budget = self.options.steps
        self.stepper = Stepper(self.engine)
        self.told = 0
        self.stop = stops.make(self, Halt("idle"))

    @property
    def k(self) -> Kernel:
        """The kernel."""
        return self.engine.k

    @property
    def loaded(self) -> list[str]:
        """Module names of the drivers that are loaded, in the order in which they came."""
        return [image.name for image in self.k.images if image.program is not None]

    @property
    def climbing(self) -> Rung | None:
        """Where the DriverEntry or Unload is that the machine stands in."""
        return ladder.current(self.k.machine.processor.thread)

    @property
    def current(self) -> str:
        """The driver that commands mean when they name none.

        It is the one whose DriverEntry or Unload the machine stands in, else the one chosen; once that has gone, the one
        loaded last; when all have gone, still the one chosen.
        """
        rung, loaded = self.climbing, self.loaded
        if rung is not None:
            return rung.driver
        return self.chosen if self.chosen in loaded or not loaded else loaded[-1]

    # --- drivers ---------------------------------------------------------------------------------------------------
    def load(self, given: str) -> Stop:
        """Compile a driver and stop at the first statement of its DriverEntry.

        Raises CompileFailed, FileUnreadable, or NotNow when a driver of that name is loaded.
        """
        self._begin()
        source = find_source(given)
        program = self._compile(source)
        if drivers.find(self.k, source.name) is not None:
            raise NotNow(f"driver {source.name} is loaded already", hint=f"unload {source.name}, or .restart")
        self.engine.input()
        self.k.journal.set(self, "since", len(self.k.findings))
        self.k.journal.set(self, "expected", ())
        image = drivers.load(self.engine, program, f"{source.name}.sys")
        self.sources = [each for each in self.sources if each.name != source.name] + [source]
        self.programs[source.name] = program
        self.k.journal.set(self, "chosen", source.name)
        self._lay_traps()
        return self._stop(self.stepper.reach(lambda: self._enters(image.names["DriverEntry"])), "load")

    def _compile(self, source: Source) -> Program:
        options = Options(self.options.arch, self.options.include, dict(self.options.defines))
        program = compile_driver(source.name, source.files, options, prototypes, exports_key())
        if program.entry not in program.functions:
            place, near = Place(str(source.files[0]), 1), guess(program.entry, program.functions, cutoff=0.75)
            message = f"{source.given} has no {program.entry}: a driver begins there{near and f' ({near})'}"
            raise CompileFailed((Problem(place, message),))
        return program

    def missing(self, name: str) -> dict[str, str]:
        """Routines and variables that a driver refers to and ntshell does not have: name -> place of the first mention."""
        found = {*self.k.addresses, ASSEMBLER}  # of inline assembly the compiler has warned
        return {each: str(place) for each, place in self.programs[name].imports.items() if each not in found}

    def unload(self, name: str | None = None) -> Stop:
        """Ask the I/O manager to unload a driver; stop at the first statement of its Unload, if it comes to that."""
        self._begin()
        wanted = name or self.current
        if not wanted:
            raise NotNow("no driver is loaded", hint="load SOURCE first")
        record = drivers.find(self.k, wanted)
        if record is None:
            raise self._not_loaded(wanted)
        if record.state in ("starting", "unloading"):
            raise self._still_in(record)
        self.engine.input()
        self.k.journal.set(self, "chosen", record.image)
        routine = self.k.struct("_DRIVER_OBJECT", record.object).DriverUnload
        thread = drivers.unload(self.engine, record)
        halt = self.stepper.reach(lambda: thread.state == "terminated" or self._enters(routine))
        if halt.why == "watch" and thread.state == "terminated":  # refused, or it waits for the last close
            self._lay_traps()
            halt = self.stepper.go()
        return self._stop(halt, "unload")

    def _not_loaded(self, name: str) -> NtshellError:
        """Why a driver cannot be unloaded that is not there."""
        past = [record for record in self.k.io.drivers if record.name.lower() == name.lower()]
        if past and past[-1].state == "failed":
            return DriverFailed(f"{name} is not loaded: its DriverEntry returned {past[-1].status:#010x}")
        if past:
            return NotNow(f"{name} has been unloaded already", hint=f"load {name} loads it again")
        return UsageError(f"no driver called {name} is loaded", hint="lm lists what is")

    def _still_in(self, record: DriverRecord) -> NtshellError:
        """Why a driver cannot be unloaded that is busy with its DriverEntry or Unload."""
        routine = "DriverEntry" if record.state == "starting" else "Unload"
        if self.stop.kind == "missing":
            return DriverFailed(f"{record.name} cannot go on in its {routine}: {self.stop.reason}")
        if self.stop.kind == "idle":
            return DriverFailed(
                f"{record.name} is in its {routine}, which waits for what does not come", hint="k, !thread"
            )
        return NotNow(f"{record.name} is in its {routine}", hint="g lets it go on")

    def unfinished(self) -> list[tuple[str, str]]:
        """Drivers whose DriverEntry or Unload has begun and has not returned: name and routine."""
        words = {"starting": "DriverEntry", "unloading": "Unload"}
        return [(record.name, words[record.state]) for record in self.k.io.drivers if record.state in words]

    def _enters(self, routine: int) -> bool:
        frame = current_frame(self.k)
        return frame is not None and frame.code.address == routine and not frame.pc

    def restart(self) -> Stop:
        """A fresh machine with the same drivers, their sources read anew; nothing is lost if one does not compile."""
        again = [source.given for source in self.sources]
        for given in again:
            self._compile(find_source(given))
        self.programs, self.chosen = {}, ""
        self.expected = ()
        self.since = 0
        self._boot()
        for given in again:
            self.load(given)
            if given != again[-1] and self.go().kind == "bugcheck":
                break
        self.sources.sort(key=lambda source: again.index(source.given))
        return self.stop

    # --- time ------------------------------------------------------------------------------------------------------
    def go(self) -> Stop:
        """Run to a breakpoint, or until nothing can run."""
        self._begin()
        return self._stop(self.stepper.go())

    def over(self, count: int = 1) -> Stop:
        """Statements of this routine."""
        return self._repeat(self.stepper.over, count)

    def into(self, count: int = 1) -> Stop:
        """Statements, into calls."""
        return self._repeat(self.stepper.into, count)

    def out(self) -> Stop:
        """Until the current routine has returned."""
        return self._repeat(self.stepper.out, 1)

    def stage(self) -> Stop:
        """To the next rung of the ladder."""
        return self._repeat(self.stepper.stage, 1)

    def back_over(self, count: int = 1) -> Stop:
        """Back by statements of this routine."""
        return self._repeat(self.stepper.back_over, count, forward=False)

    def back_into(self, count: int = 1) -> Stop:
        """Back by statements."""
        return self._repeat(self.stepper.back_into, count, forward=False)

    def back_go(self) -> Stop:
        """Back to a breakpoint, or to the oldest position."""
        return self._repeat(self.stepper.back_go, 1, forward=False)

    def back_stage(self) -> Stop:
        """Back to where a rung began."""
        return self._repeat(self.stepper.back_stage, 1, forward=False)

    def travel(self, position: int) -> Stop:
        """To a recorded position."""
        journal = self.k.journal
        if not journal.oldest <= position <= journal.last:
            raise UsageError(f"position {position} is not recorded", hint=f"{journal.oldest} to {journal.last} are")
        return self._stop(self.stepper.travel(position))

    def _repeat(self, move: stops.Move, count: int, forward: bool = True) -> Stop:
        self._begin(forward)
        halt = Halt("count")
        for _ in range(max(count, 1)):
            halt = move()
            if halt.why != "step":
                break
        return self._stop(halt)

    # --- the outside world -------------------------------------------------------------------------------------------
    def fire(self, target: str, force: bool = False) -> Stop:
        """Raise a device's interrupt line (by device, or by IRQ); `force` makes a stray edge whatever the device says."""
        self._begin()
        said = requests.fire(self, target, force)
        return self._stop(requests.let_in(self), "input", said)

    def tick(self, units: int) -> Stop:
        """Move virtual time on by so many units of 100 ns."""
        self._begin()
        halt, said = requests.tick(self, units)
        return self._stop(halt, "input", said)

    def io(self, operation: str, **args: object) -> Stop:
        """A user program's request: open, read, write, ioctl, close, cancel; it begins, and stops where the driver does."""
        self._begin()
        requests.start(self, operation, args)
        return self._stop(self.stepper.go())

    def interrupt(self) -> None:
        """Ctrl+C: stop what runs at the next occasion; may be called from a signal handler."""
        self.engine.interrupted = True

    # --- looking -----------------------------------------------------------------------------------------------------
    @property
    def status(self) -> int:
        """The latest NTSTATUS of DriverEntry or a user's request."""
        return last_status(self.k)

    @property
    def findings(self) -> list[Finding]:
        """Rules broken since the last load."""
        return self.k.findings[self.since :]

    def unexpected(self) -> list[Finding]:
        """Those that no script expected."""
        return [each for each in self.findings if each not in self.expected]

    def _begin(self, forward: bool = True) -> None:
        """Something is about to move: an old Ctrl+C does not stop it, and breakpoints are where they are now."""
        if forward and self.k.crash is not None:
            name = self.k.crash.name
            hint = "p- steps back, !analyze -v explains, .restart begins again"
            raise Crashed(f"the machine has stopped with {name}", hint=hint)
        self.engine.interrupted = False
        self._lay_traps()

    def _lay_traps(self) -> None:
        """Where a run stops by itself: at breakpoints, and at an Unload that waits for the last close."""
        k = self.k
        self.breakpoints.refresh(k)
        self.stepper.traps = traps = self.breakpoints.traps()
        for record in k.io.drivers:
            pending = record.state == "unload pending"
            code = k.codes.get(k.struct("_DRIVER_OBJECT", record.object).DriverUnload) if pending else None
            if code is not None:
                traps.setdefault(code, set()).add(0)

    def _stop(self, halt: Halt, kind: str = "", said: str = "") -> Stop:
        self.stop = stops.make(self, halt, kind, said)
        journal, last = self.k.journal, self.k.events[-1] if self.k.events else None
        told = last is not None and (last.kind, last.position) == ("stop", journal.position)
        if self.stop.kind in stops.NOTED and journal.position == journal.last and not told:
            self.k.emit("stop", self.stop.reason)
        return self.stop
