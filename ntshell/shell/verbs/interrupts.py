"""Interrupts, DPCs and timers: !irql, !dpcs, !idt, !lines, !timer, !pcr.

DPCs and timers are read from their lists in memory, so one that was freed while it was queued shows as a broken list.
"""

from __future__ import annotations

from typing import Any

from ntshell.ctype.value import Value
from ntshell.debugger.inspect import BrokenList, Inspector
from ntshell.machine.memory import AccessFault
from ntshell.nt.hal.irq import dirql_of, irq_of, vector_of
from ntshell.nt.ke.clock import BOOT_TIME
from ntshell.shell.command import command
from ntshell.shell.report import Address, Line, Report, Row, Table, Text, cell
from ntshell.shell.shell import Shell

GROUP = "Interrupts and DPCs"
EPOCH = 11644473600  # seconds from 1601 to 1970


def walk(look: Inspector, head: int, struct: str, path: str) -> tuple[list[Value], list[Line]]:
    """The entries of a list as far as it can be walked, and a line that says where it broke."""
    found: list[Value] = []
    try:
        for each in look.entries(head, struct, path):
            found.append(each)
    except BrokenList as broken:
        return found, [Line(f"! {broken.why}", "bad")]
    return found, []


@command("!irql", group=GROUP, examples="!irql")
def irql(shell: Shell) -> Report:
    """Show the processor's IRQL: that of the code that runs."""
    k = shell.session.k
    name = shell.look.level(k.irql)
    return Report(
        (Text((Line(f"Debugger saved IRQL for processor 0x0 -- {k.irql} ({name})"),)),),
        (("irql", k.irql), ("name", name)),
    )


@command("!dpcs", group=GROUP, examples="!dpcs")
def dpcs(shell: Shell) -> Report:
    """List the DPCs in the processor's queue, first to run first."""
    k, look = shell.session.k, shell.look
    found, broken = walk(look, k.ke.dpc_list, "_KDPC", "DpcListEntry")
    rows = []
    for dpc in found:
        kind = "Threaded" if dpc.Type == 24 else "Normal"
        routine = dpc.DeferredRoutine
        rows.append(
            (
                cell(0, " 0:"),
                cell(kind),
                cell(_address(k, dpc.address), f"0x{_address(k, dpc.address)}"),
                cell(
                    shell.symbols.show(routine),
                    f"0x{k.arch.format(routine)} {shell.symbols.show(routine)}",
                    shell.symbols.place_of(routine),
                ),
            )
        )
    table = Table("dpcs", ("CPU", "Type", "KDPC", "Function"), tuple(rows))
    head = (
        ()
        if rows
        else (Text((Line("CPU Type      KDPC       Function", "head"), Line("the DPC queue is empty", "note"))),)
    )
    return Report((*(head or (table,)), Text(tuple(broken))), (("queued", len(rows)),))


def _address(k: Any, value: int) -> Address:
    return Address(value, k.arch.pointer)


@command("!idt", group=GROUP, examples="load lab; g; !idt")
def idt(shell: Shell) -> Report:
    """Show the interrupt vectors that somebody is connected to, with their ISRs in the order they are called."""
    k, look = shell.session.k, shell.look
    lines, vectors = [Line("Dumping IDT:", "head"), Line("")], []
    for vector in sorted(k.ke.interrupts):
        irq = irq_of(k.arch.name, vector)
        for n, address in enumerate(k.ke.interrupts[vector]):
            try:
                routine = look.struct("_KINTERRUPT", address).ServiceRoutine
            except AccessFault:
                lines.append(Line(f"{vector:02x}: (KINTERRUPT {k.arch.format(address)}) cannot be read", "bad"))
                continue
            lead = f"{vector:02x}: {k.arch.format(routine)}" if not n else " " * (4 + len(k.arch.format(routine)))
            note = f"  IRQ {irq}, DIRQL {dirql_of(k.arch.name, irq or 0)}" if not n else ""
            text = f"{lead} {shell.symbols.show(routine)} (KINTERRUPT {k.arch.format(address)}){note}"
            lines.append(Line(text, "plain", shell.symbols.place_of(routine) or _address(k, address)))
            vectors.append({"vector": vector, "irq": irq, "isr": shell.symbols.show(routine)})
    if not vectors:
        lines.append(Line("no driver is connected to an interrupt", "note"))
    return Report((Text(tuple(lines)),), (("vectors", vectors),))


@command("!lines", group=GROUP, examples="!lines", button="Lines")
def interrupt_lines(shell: Shell) -> Report:
    """Show the machine's interrupt lines: IRQ, vector, DIRQL, mode, state, who is connected, and the devices on them."""
    k = shell.session.k
    rows = [_line_row(shell, irq) for irq in sorted(k.machine.lines.by_irq)]
    lines = Table("lines", ("IRQ", "vector", "DIRQL", "mode", "state", "taken", "connected to"), tuple(rows))
    devices = tuple(_device_row(device) for _, device in sorted(k.machine.devices.items()))
    table = Table("devices", ("device", "IRQ", "enabled", "pending", "registers"), devices)
    return Report((lines, Text((Line(""),)), table))


def _line_row(shell: Shell, irq: int) -> Row:
    k = shell.session.k
    line, vector = k.machine.lines.by_irq[irq], vector_of(k.arch.name, irq)
    isrs = []
    for address in k.ke.interrupts.get(vector, ()):
        try:
            isrs.append(shell.symbols.show(shell.look.struct("_KINTERRUPT", address).ServiceRoutine))
        except AccessFault:
            isrs.append(f"{k.arch.format(address)} (cannot be read)")
    state = line_state(shell, irq)
    taken = f"{line.taken}" + (f" ({line.dismissed} unclaimed)" if line.dismissed else "")
    return (
        cell(irq),
        cell(vector, f"{vector:#x}"),
        cell(dirql_of(k.arch.name, irq)),
        cell("latched" if line.latched else "level-sensitive"),
        cell(state),
        cell(line.taken, taken),
        cell(isrs, ", ".join(isrs) or "nobody"),
    )


def line_state(shell: Shell, irq: int) -> str:
    """In words, whether an interrupt line asks for service, and what keeps it from being served."""
    k = shell.session.k
    line, isrs = k.machine.lines.by_irq[irq], k.ke.interrupts.get(vector_of(k.arch.name, irq))
    state = "pending" if line.pending else "asserted" if line.drivers else "quiet"
    if line.asking and isrs and k.irql >= dirql_of(k.arch.name, irq):
        state += ", held off by the IRQL"
    elif line.asking and not isrs:
        state += ", masked: nobody is connected"
    return state


def _device_row(device: Any) -> Row:
    registers = " ".join(f"{name}={value:02x}" for name, value in device.registers())
    return (
        cell(device.name),
        cell(device.irq),
        cell(device.enabled(), "yes" if device.enabled() else "no"),
        cell(device.pending(), "yes" if device.pending() else "no"),
        cell(registers),
    )


@command("!timer", group=GROUP, examples="!timer")
def timers(shell: Shell) -> Report:
    """List the timers that are set, soonest first, and the threads whose wait a time ends."""
    k, look = shell.session.k, shell.look
    now = k.machine.now
    lines = [
        Line("Dump system timers", "head"),
        Line(""),
        Line(f"Interrupt time: {_low_high(now)} [{_clock(now)}]"),
        Line(""),
    ]
    found, broken = walk(look, k.ke.timer_list, "_KTIMER", "TimerListEntry")
    rows = [_timer_row(shell, timer) for timer in found]
    for thread in k.machine.threads:
        if thread.wait is not None and thread.wait.deadline is not None:
            rows.append(
                (
                    cell(_address(k, thread.object)),
                    cell(""),
                    cell(_low_high(thread.wait.deadline)),
                    cell(_due(thread.wait.deadline, now)),
                    cell(f"thread {k.arch.format(thread.object)} ({thread.name})"),
                )
            )
    table = Table(
        "timers", ("Timer", " ", "Interrupt Low/High", "Fire Time", "DPC/thread"), tuple(rows), empty="no timer is set"
    )
    ending = [Line(""), Line(f"Total Timers: {len(found)}"), *broken]
    return Report((Text(tuple(lines)), table, Text(tuple(ending))), (("now", now),))


def _timer_row(shell: Shell, timer: Value) -> Row:
    k, look = shell.session.k, shell.look
    name = ""
    if timer.Dpc:
        try:
            name = shell.symbols.show(look.struct("_KDPC", timer.Dpc).DeferredRoutine)
        except AccessFault:
            name = f"KDPC {k.arch.format(timer.Dpc)} cannot be read: {look.where(timer.Dpc)}"
    due = timer.DueTime.QuadPart
    return (
        cell(_address(k, timer.address)),
        cell("P" if timer.Period else "", "P" if timer.Period else " "),
        cell(due, _low_high(due)),
        cell(_due(due, k.machine.now)),
        cell(name or "(no DPC)"),
    )


def _low_high(time: int) -> str:
    return f"{time & 0xFFFFFFFF:08x} {time >> 32 & 0xFFFFFFFF:08x}"


def _due(due: int, now: int) -> str:
    return f"{_clock(due)}, in {(due - now) / 10_000:g} ms"


def _clock(time: int) -> str:
    """The wall clock at an interrupt time."""
    from datetime import UTC, datetime, timedelta

    units = BOOT_TIME + time
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=units // 10 - EPOCH * 1_000_000)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"


@command("!pcr", group=GROUP, examples="!pcr")
def pcr(shell: Shell) -> Report:
    """Show the processor's control region: IRQL, thread, interrupts taken, DPCs queued."""
    k, look = shell.session.k, shell.look
    processor = k.processor
    form, thread = k.arch.format, processor.thread
    found, broken = walk(look, k.ke.dpc_list, "_KDPC", "DpcListEntry")
    lines = [
        Line(f"KPCR for Processor {processor.number} at {form(processor.pcr)}:", "head", _address(k, processor.pcr))
    ]
    shown = [
        ("Prcb", form(processor.prcb)),
        ("Irql", f"{k.irql:08x} ({look.level(k.irql)})"),
        ("CurrentThread", f"{form(thread.object)} ({thread.name})" if thread is not None else "none"),
        ("Interrupts", f"{processor.interrupts} taken, {processor.nesting} on the stack now"),
        ("InDpc", "yes" if processor.in_dpc else "no"),
    ]
    lines += [Line(f"{name:>20}: {value}") for name, value in shown]
    for dpc in found:
        lines.append(Line(f"{'DpcQueue':>20}: 0x{form(dpc.address)} {shell.symbols.show(dpc.DeferredRoutine)}"))
    return Report((Text((*lines, *broken)),), (("irql", k.irql), ("interrupts", processor.interrupts)))
