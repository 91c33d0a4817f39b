"""Running: loading and unloading drivers, stepping forwards and backwards, going to a position, beginning again."""

from __future__ import annotations

from typing import Annotated

import attrs

from ntshell.base.errors import NotNow, UsageError
from ntshell.compiler.program import UNDECLARED
from ntshell.debugger.inspect import guess
from ntshell.debugger.session import Session
from ntshell.debugger.stop import Stop, current_frame
from ntshell.shell import stops
from ntshell.shell.command import Kind, command
from ntshell.shell.kinds import Count, DriverName, Position, SourceName, offer_places
from ntshell.shell.places import resolve
from ntshell.shell.report import Line, Report, Text, text
from ntshell.shell.shell import QuitShell, Shell

GROUP = "Execution"
Where = Annotated[str, Kind("symbol", lambda shell, text: text, offer_places, "rest")]


def shown(shell: Shell, stop: Stop) -> Report:
    """A stop as a report."""
    return stops.report(shell.session, stop)


@command("load", group=GROUP, repeats=False, examples=("load lab", "load hello"))
def load(shell: Shell, source: SourceName) -> Report:
    """Compile a driver, load it and stop at the first statement of its DriverEntry.

    SOURCE is a bundled driver's name, a .c file, or a folder of .c files (one driver).  Drivers that are loaded stay
    loaded; the new one becomes the current driver.  Routines that ntshell does not have are named with their line; the
    driver stops where it uses one.
    """
    session = shell.session
    stop = session.load(source)
    shell.again = ""
    name = session.chosen
    report = _told(shell, [name], stop)
    return attrs.evolve(report, data=(*report.data, ("driver", name)))


def _told(shell: Shell, names: list[str], stop: Stop) -> Report:
    """A stop, and before it what the compiler warns of and what ntshell does not have, of some drivers."""
    session, lines = shell.session, []
    for name in names:
        missing = session.missing(name)
        told_below = {UNDECLARED.format(routine) for routine in missing}
        for each in session.programs[name].warnings:
            if each.message not in told_below:
                lines.append(Line(f"{each.place}: warning: {each.message}", "note", each.place))
        for routine, place in missing.items():
            lines.append(
                Line(f"{place}: {_lacking(session, name, routine)}; the driver stops there if it uses it", "bad")
            )
    report = shown(shell, stop)
    return attrs.evolve(report, blocks=(Text(tuple(lines)), *report.blocks)) if lines else report


def _lacking(session: Session, name: str, routine: str) -> str:
    """How it is that a driver has no such routine: nobody knows it, or the driver declares and does not define it."""
    program = session.programs[name]
    if all(each.message != UNDECLARED.format(routine) for each in program.warnings):
        return f"{routine} is declared, but it is defined neither here nor in ntshell"
    near = guess(routine, program.functions, guess(routine, session.k.addresses, cutoff=0.88), cutoff=0.75)
    return f"{routine} is not in ntshell{f' ({near})' if near else ''}"


@command("unload", group=GROUP, repeats=False, examples="load lab; g; unload", needs="driver", key="u", button="Unload")
def unload(shell: Shell, driver: DriverName = "") -> Report:
    """Have the I/O manager unload a driver and stop at the first statement of its Unload.

    Without a name the current driver goes.  With a handle to one of its devices open, Unload comes after the last close.
    """
    return shown(shell, shell.session.unload(driver or None))


@command("g", "gc", group=GROUP, examples=("g", "load lab; g LabIsr"), key="f5,g", button="Go")
def go(shell: Shell, until: Where = "") -> Report:
    """Run until something stops it: a breakpoint, a bug check, or nothing can run (idle).

    With a routine, `file:line` or address a breakpoint is set there for this run only.
    """
    session = shell.session
    if not until:
        return shown(shell, session.go())
    made = session.breakpoints.temporary(session.k, resolve(shell, until))
    try:
        if not made.steps:
            raise UsageError(f"there is no code at {until}", hint=shell.symbols.suggestion(until.strip("`")))
        stop = session.go()
        if stop.kind == "breakpoint" and session.breakpoints.at(current_frame(session.k)) is made:
            stop = session.stop = attrs.evolve(stop, reason=f"reached {until.strip('`')}")
        return shown(shell, stop)
    finally:
        session.breakpoints.remove(made.id)


@command("p", group=GROUP, examples=("p", "p 3"), key="f10,p,right_square_bracket", button="Over")
def over(shell: Shell, count: Count = 1) -> Report:
    """Step to the next statement, over calls; an interrupt or DPC that comes in stops it."""
    return shown(shell, shell.session.over(count))


@command("t", group=GROUP, examples=("t", "t 0n10"), key="f11,t", button="Into")
def into(shell: Shell, count: Count = 1) -> Report:
    """Step to the next statement, into calls."""
    return shown(shell, shell.session.into(count))


@command("gu", group=GROUP, examples="gu", key="shift+f11,o", button="Out")
def out(shell: Shell) -> Report:
    """Run until the current routine has returned."""
    return shown(shell, shell.session.out())


@command("stage", group=GROUP, examples="stage", key="f8,s", button="Stage")
def stage(shell: Shell) -> Report:
    """Run to where the next rung of the ladder of DriverEntry or Unload begins; !stages shows the ladder."""
    return shown(shell, shell.session.stage())


@command("p-", group=GROUP, examples="p; p-", key="shift+f10,P,left_square_bracket", button="Back")
def back_over(shell: Shell, count: Count = 1) -> Report:
    """Step back to the statement before, not into the routines that it called.  The machine is as it was then."""
    session = shell.session
    if session.k.driver_frame() is None:  # no routine to stay in: the latest statement of any
        return shown(shell, session.back_into(count))
    return shown(shell, session.back_over(count))


@command("t-", group=GROUP, examples="t; t-", key="ctrl+f11,T")
def back_into(shell: Shell, count: Count = 1) -> Report:
    """Step back to the statement before, wherever it was: undoes the latest t."""
    return shown(shell, shell.session.back_into(count))


@command("g-", group=GROUP, examples="g; g-", key="shift+f5,G")
def back_go(shell: Shell) -> Report:
    """Run backwards to the breakpoint before, or to the oldest position that is recorded."""
    return shown(shell, shell.session.back_go())


@command("stage-", group=GROUP, examples="stage; stage; stage-", key="shift+f8,S")
def back_stage(shell: Shell) -> Report:
    """Step back to where the present rung of the ladder, or the one before, began."""
    return shown(shell, shell.session.back_stage())


@command("!tt", group=GROUP, examples=("!tt", "g; !tt 10"))
def travel(shell: Shell, position: Position = "") -> Report:
    """Go to a recorded position (an expression: hexadecimal); without one, tell how far history reaches."""
    journal = shell.session.k.journal
    if not position:
        span = f"{journal.oldest:04x} to {journal.last:04x}"
        return text(
            f"Time Travel Position: {journal.position:04x}; recorded: {span}",
            position=journal.position,
            oldest=journal.oldest,
            last=journal.last,
        )
    wanted = shell.evaluate(position)
    if not journal.oldest <= wanted <= journal.last:
        raise UsageError(
            f"position {wanted:x} is not recorded", hint=f"{journal.oldest:x} to {journal.last:x} are, in hexadecimal"
        )
    report = shown(shell, shell.session.travel(wanted))
    return Report((Text((Line(f"Time Travel Position: {wanted:04x}", "head"),)), *report.blocks), report.data)


@command(".restart", group=GROUP, repeats=False, examples=".restart")
def restart(shell: Shell) -> Report:
    """Begin again on a fresh machine: the same drivers are loaded, their sources read anew."""
    shell.again = ""
    stop = shell.session.restart()
    return _told(shell, list(shell.session.programs), stop)


@command("q", "qq", ".quit", group=GROUP, repeats=False)
def quit_shell(shell: Shell) -> Report:
    """Leave ntshell."""
    raise QuitShell


@command(".lastevent", group=GROUP, examples=".lastevent")
def last_event(shell: Shell) -> Report:
    """Show the latest stop again."""
    return shown(shell, shell.session.stop)


@command(".driver", group=GROUP, repeats=False, examples=".driver lab")
def current_driver(shell: Shell, driver: DriverName = "") -> Report:
    """Make a loaded driver the current one, which commands mean when they name none."""
    session = shell.session
    if driver:
        image = shell.symbols.module(driver)
        if image is None or image.program is None:
            raise UsageError(f"no driver called {driver} is loaded", hint="lm lists what is")
        rung = session.climbing
        if rung is not None and rung.driver != image.name:
            why = f"{rung.driver} is in its {rung.ladder}, and is the current driver until that has returned"
            raise NotNow(why, hint=f"most commands take a name: !ledger {image.name}, !devchain {image.name}")
        session.chosen = image.name
    if not session.current:
        raise NotNow("no driver is loaded", hint="load SOURCE first")
    return text(f"current driver: {session.current}", driver=session.current)
