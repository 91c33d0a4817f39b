"""The processor's IRQL as a ladder: what runs and what waits at each level, then lines, the DPC queue and timers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from ntshell.base.place import Place
from ntshell.ctype.value import Value
from ntshell.debugger.inspect import LEVELS, X64_LEVELS, X86_LEVELS
from ntshell.debugger.layers import layers
from ntshell.machine.memory import AccessFault
from ntshell.nt.hal.irq import dirql_of, irq_of
from ntshell.shell.command import command
from ntshell.shell.report import Address, Line, Link, Report, Text
from ntshell.shell.shell import Shell
from ntshell.shell.verbs.interrupts import line_state, walk
from ntshell.shell.wrap import broken

GROUP = "Interrupts and DPCs"
DISPATCH_LEVEL = 2
WIDTH = 40  # characters that a line keeps to where names allow
INSIDE = "     "


@command("!levels", group=GROUP, examples=("!levels", "load lab; g; fire lab0; !levels"))
def levels(shell: Shell) -> Report:
    """Show the IRQL as a ladder: what runs, what it interrupted, and what waits at each level.

    Below it, where there are any: the interrupt lines that ask for service, the DPC queue with who queued each, and the timers
    with the time they have to go.
    """
    lines, dpcs, timers = list(_asking(shell)), list(_dpcs(shell)), list(_timers(shell))
    ladder = _ladder(shell, dpcs)
    shown = [line for level in ladder for line in _level_lines(level)]
    for title, entries in (("Interrupt lines", lines), ("DPC queue", dpcs), ("Timers", timers)):
        if entries:
            shown += [Line(""), Line(title, "head"), *(line for each in entries for line in _entry_lines(each, "  "))]
    facts = (
        ("irql", shell.session.k.irql),
        ("levels", [_facts(level) for level in ladder]),
        ("lines", [_facts(each) for each in lines]),
        ("dpcs", [_facts(each) for each in dpcs]),
        ("timers", [_facts(each) for each in timers]),
    )
    return Report((Text(tuple(shown)),), facts)


@attrs.frozen
class Entry:
    """Something that is at a level or waits: its words, where it leads, how it is shown, and the facts for JSON."""

    text: str
    link: Link | None = None
    kind: str = "plain"
    below: str = ""  # a second line, and where that leads
    where: Link | None = None
    facts: tuple[tuple[str, Any], ...] = ()


@attrs.frozen
class Level:
    """A rung of the ladder."""

    number: int
    name: str
    here: bool
    entries: tuple[Entry, ...]
    facts: tuple[tuple[str, Any], ...]


def _facts(each: Entry | Level) -> dict[str, Any]:
    return dict(each.facts)


# --- the ladder --------------------------------------------------------------------------------------------------------
def _ladder(shell: Shell, dpcs: list[Entry]) -> list[Level]:
    """The levels that have a name, and those device levels that matter now, the highest first."""
    k = shell.session.k
    names = LEVELS | (X86_LEVELS if k.arch.pointer == 4 else X64_LEVELS)
    found = layers(k)
    wired = {irq for irq in (irq_of(k.arch.name, vector) for vector in k.ke.interrupts) if irq is not None}
    waiting = {irq for irq, line in k.machine.lines.by_irq.items() if line.asking}
    device = {dirql_of(k.arch.name, irq) for irq in wired | waiting} | {each.level for each in found} | {k.irql}
    made = []
    for number in sorted({*names, *device}, reverse=True):
        irqs = [irq for irq in sorted(wired | waiting) if dirql_of(k.arch.name, irq) == number]
        name = names.get(number) or f"DIRQL {number}"
        name += f" (IRQ {', '.join(map(str, irqs))})" if irqs else ""
        here = [each for each in found if each.level == number]
        entries = [_layer_entry(each.name, each.state, each.place) for each in here]
        entries += [Entry(f"IRQ {irq} waits", kind="note") for irq in irqs if irq in waiting]
        entries += (
            [Entry(f"{len(dpcs)} DPC{'s wait' if len(dpcs) > 1 else ' waits'}", kind="note")]
            if (dpcs and number == DISPATCH_LEVEL)
            else []
        )
        facts = (
            ("level", number),
            ("name", name),
            ("here", number == k.irql),
            ("routines", [attrs.asdict(each, recurse=False) for each in here]),
        )
        made.append(Level(number, name, number == k.irql, tuple(entries), facts))
    return made


def _layer_entry(name: str, state: str, place: Place | None) -> Entry:
    where = f" [{place}]" if place is not None else ""
    return Entry(f"{name}{where} {state}", place, "plain" if state in ("interrupted", "waits", "ready") else "current")


def _level_lines(level: Level) -> Iterator[Line]:
    yield Line(f"{'>' if level.here else ' '}{level.number:3} {level.name}", "head" if level.here else "plain")
    for entry in level.entries:
        yield from _entry_lines(entry, INSIDE)


def _entry_lines(entry: Entry, indent: str) -> Iterator[Line]:
    """An entry in short lines; what goes on stands further to the right."""
    for n, part in enumerate(broken(entry.text, WIDTH - len(indent), 2)):
        yield Line(f"{indent}{'  ' * bool(n)}{part}", entry.kind, entry.link)
    if entry.below:
        yield Line(f"{indent}  {entry.below}", entry.kind, entry.where)


# --- lines, DPCs, timers -----------------------------------------------------------------------------------------------
def _asking(shell: Shell) -> Iterator[Entry]:
    """The interrupt lines that are not quiet, and what drives them."""
    for irq, line in sorted(shell.session.k.machine.lines.by_irq.items()):
        state = line_state(shell, irq)
        if state != "quiet":
            by = ", ".join(line.drivers) or "nobody any more"
            facts = (("irq", irq), ("state", state), ("devices", list(line.drivers)))
            yield Entry(f"IRQ {irq}: {state}", below=f"driven by {by}", facts=facts)


def _dpcs(shell: Shell) -> Iterator[Entry]:
    """The DPC queue, first to run first, each with who queued it."""
    k, symbols = shell.session.k, shell.symbols
    found, torn = walk(shell.look, k.ke.dpc_list, "_KDPC", "DpcListEntry")
    queued = {event.get("dpc"): event for event in k.events if event.kind == "dpc" and event.get("action") == "queue"}
    for n, dpc in enumerate(found, 1):
        routine, event = symbols.show(dpc.DeferredRoutine), queued.get(dpc.address)
        by = event.get("by") if event is not None else ""
        place = event.place if event is not None and by else None
        below = f"queued by {by or 'the clock'}" + (f" [{place}]" if place else "")
        link = Address(dpc.address, k.arch.pointer)
        facts = (("dpc", link), ("routine", routine), ("by", by), ("place", place))
        yield Entry(f"{n}. {k.arch.format(dpc.address)} {routine}", link, below=below, where=place, facts=facts)
    yield from (Entry(line.text, None, "bad", facts=(("broken", line.text),)) for line in torn)


def _timers(shell: Shell) -> Iterator[Entry]:
    """The timers that are set, soonest first; then the waits that a time ends."""
    k = shell.session.k
    found, torn = walk(shell.look, k.ke.timer_list, "_KTIMER", "TimerListEntry")
    for timer in found:
        left, link = timer.DueTime.QuadPart - k.machine.now, Address(timer.address, k.arch.pointer)
        routine, place = _routine(shell, timer)
        often = f", every {timer.Period} ms" if timer.Period else ""
        facts = (("timer", link), ("left", left), ("period", timer.Period), ("routine", routine), ("place", place))
        yield Entry(f"{link} in {_ms(left)}{often}", link, below=routine or "no DPC", where=place or link, facts=facts)
    yield from (Entry(line.text, None, "bad", facts=(("broken", line.text),)) for line in torn)
    for thread in k.machine.threads:
        if thread.wait is not None and thread.wait.deadline is not None:
            left, link = thread.wait.deadline - k.machine.now, Address(thread.object, k.arch.pointer)
            name = f"thread {thread.number:x} ({thread.name})"
            yield Entry(f"{name} waits, at most {_ms(left)}", link, facts=(("thread", thread.number), ("left", left)))


def _routine(shell: Shell, timer: Value) -> tuple[str, Place | None]:
    """The DPC routine of a timer and its place; in words, what is wrong with its KDPC."""
    if not timer.Dpc:
        return "", None
    try:
        address = shell.look.struct("_KDPC", timer.Dpc).DeferredRoutine
    except AccessFault:
        return f"KDPC {shell.session.k.arch.format(timer.Dpc)} cannot be read: {shell.look.where(timer.Dpc)}", None
    return shell.symbols.show(address), shell.symbols.place_of(address)


def _ms(units: int) -> str:
    return f"{units / 10_000:g} ms"
