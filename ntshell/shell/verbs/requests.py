"""I/O request packets: !irp, !irpfind."""

from __future__ import annotations

from ntshell.base.errors import UsageError
from ntshell.ctype.value import Value
from ntshell.machine.memory import AccessFault
from ntshell.nt.io.constants import IO_TYPE_IRP, MAJOR_NAMES
from ntshell.shell.command import command
from ntshell.shell.kinds import Irp, Words
from ntshell.shell.report import Address, Line, Report, Row, Table, Text, cell
from ntshell.shell.shell import Shell
from ntshell.shell.verbs.data import unreadable
from ntshell.shell.verbs.objects import device_object, name_of

GROUP = "Requests"
CONTROL = ((0x40, "Success"), (0x80, "Error"), (0x20, "Cancel"), (0x01, "pending"))


@command("!irp", group=GROUP, examples="load lab; g; io open \\\\.\\LAB1; io read 1 4; !irp")
def irp(shell: Shell, address: Irp = 0, detail: Words = "") -> Report:
    """Show an IRP: its stack locations, `>` at the one whose driver has it now; any DETAIL adds status and flags.

    Without an address the one IRP that is alive, or the list of them.
    """
    address = address or _only(shell)
    if not address:
        return irpfind(shell)
    k, look = shell.session.k, shell.look
    try:
        here = look.struct("_IRP", address)
        kind = here.Type
        if kind != IO_TYPE_IRP:
            raise UsageError(
                f"{k.arch.format(address)} is no IRP: its Type is {kind}, not {IO_TYPE_IRP}", hint=look.where(address)
            )
        lines = _head(shell, here)
        for number in range(1, here.StackCount + 1):
            lines += _location(shell, here, number)
        if detail:
            lines += _detail(shell, here)
    except AccessFault as fault:
        raise unreadable(shell, fault) from None
    facts = (("irp", Address(address, k.arch.pointer)), ("stacks", here.StackCount), ("current", here.CurrentLocation))
    return Report((Text(tuple(lines)),), facts)


def _head(shell: Shell, here: Value) -> list[Line]:
    k = shell.session.k
    form, count, current = k.arch.format, here.StackCount, here.CurrentLocation
    known = k.io.irps.get(here.address)
    at = here.member("Tail.Overlay.CurrentStackLocation").get()
    first = f"Irp is active with {count} stacks {current} is current (= 0x{form(at)})"
    if known is not None and known.completed:
        first = f"Irp is completed with {shell.look.status(known.status)}."
    elif current > count:
        first = f"Irp is active with {count} stacks; no driver has been called yet"
    mdl = f"Mdl = {form(here.MdlAddress)}" if here.MdlAddress else "No Mdl"
    system = here.member("AssociatedIrp.SystemBuffer").get()
    buffer = f"System buffer={form(system)}" if system else "No System Buffer"
    thread = here.member("Tail.Overlay.Thread").get()
    note = f" [{known.note}]" if known is not None else ""
    return [
        Line(first + note, "head", Address(here.address, k.arch.pointer)),
        Line(f" {mdl}: {buffer}: Thread {form(thread)}:  Irp stack trace."),
        Line("     cmd  flg cl Device   File     Completion-Context", "head"),
    ]


def _location(shell: Shell, here: Value, number: int) -> list[Line]:
    k, look = shell.session.k, shell.look
    form = k.arch.format
    at = here.address + k.sizeof("_IRP") + (number - 1) * k.sizeof("_IO_STACK_LOCATION")
    place = look.struct("_IO_STACK_LOCATION", at)
    mark = ">" if number == here.CurrentLocation else " "
    unused = not place.DeviceObject and not place.MajorFunction
    name = "N/A" if unused else _major(place.MajorFunction)
    flags = " ".join(word for bit, word in CONTROL if place.Control & bit)
    lines = [
        Line(
            f"{mark}[{name}({place.MajorFunction:x}), N/A({place.MinorFunction:x})]",
            "current" if mark == ">" else "plain",
        ),
        Line(
            f"{place.Flags:13x} {place.Control:2x} {form(place.DeviceObject)} {form(place.FileObject)} "
            f"{form(place.CompletionRoutine)}-{form(place.Context)}    {flags}".rstrip(),
            "plain",
            Address(place.DeviceObject, k.arch.pointer) if place.DeviceObject else None,
        ),
    ]
    if place.DeviceObject:
        routine = shell.symbols.name_of(place.CompletionRoutine) if place.CompletionRoutine else ""
        lines.append(
            Line(
                f"\t       {_driver(shell, place.DeviceObject)} {name_of(shell, place.DeviceObject)}\t{routine}".rstrip()
            )
        )
    arguments = [place.member(f"Parameters.Others.Argument{n}").get() for n in (1, 2, 3, 4)]
    lines.append(Line("\t\t\tArgs: " + " ".join(form(value) for value in arguments)))
    return lines


def _major(number: int) -> str:
    return MAJOR_NAMES[number] if number < len(MAJOR_NAMES) else f"{number:#x}"


def _driver(shell: Shell, device: int) -> str:
    try:
        return name_of(shell, shell.look.struct("_DEVICE_OBJECT", device).DriverObject)
    except AccessFault:
        return f"(device {shell.look.where(device) or 'unreadable'})"


def _detail(shell: Shell, here: Value) -> list[Line]:
    k = shell.session.k
    cancel = here.CancelRoutine
    lines = [
        Line(
            f"Irp.IoStatus: {shell.look.status(here.member('IoStatus.Status').get())}, "
            f"Information {here.member('IoStatus.Information').get():#x}"
        ),
        Line(
            f"Flags {here.Flags:08x}  RequestorMode {'UserMode' if here.RequestorMode else 'KernelMode'}  "
            f"Cancel {here.Cancel}  PendingReturned {here.PendingReturned}"
        ),
        Line(f"CancelRoutine {k.arch.format(cancel)} {shell.symbols.name_of(cancel) or ''}".rstrip()),
    ]
    return lines


def _only(shell: Shell) -> int:
    """The IRP that is alive, if there is exactly one."""
    found = [address for address in sorted(shell.session.k.io.irps) if _alive(shell, address)]
    return found[0] if len(found) == 1 else 0


def _alive(shell: Shell, address: int) -> bool:
    try:
        return bool(shell.look.struct("_IRP", address).Type == IO_TYPE_IRP)
    except AccessFault:
        return False


@command("!irpfind", group=GROUP, examples="!irpfind")
def irpfind(shell: Shell, filter: Words = "") -> Report:
    """List the IRPs that are alive, with the driver that has each; `!irpfind device ADDRESS` picks a device's."""
    k, look = shell.session.k, shell.look
    words = filter.split()
    wanted = device_object(shell, words[-1]) if "device" in words and len(words) > 1 else 0
    rows: list[Row] = []
    for address in sorted(k.io.irps):
        try:
            here = look.struct("_IRP", address)
            if here.Type != IO_TYPE_IRP:
                continue
            device, cells = _row(shell, here)
        except AccessFault:
            continue
        if not wanted or device == wanted:
            rows.append(cells)
    table = Table(
        "irps",
        ("Irp", "Thread", "current stack belongs to", "function", "made for"),
        tuple(rows),
        empty="no IRP is alive",
    )
    return Report((table,), (("count", len(rows)),))


def _row(shell: Shell, here: Value) -> tuple[int, Row]:
    k = shell.session.k
    known = k.io.irps[here.address]
    thread = here.member("Tail.Overlay.Thread").get()
    device, owner, major = 0, "nobody yet", ""
    if here.CurrentLocation <= here.StackCount:
        at = here.member("Tail.Overlay.CurrentStackLocation").get()
        place = shell.look.struct("_IO_STACK_LOCATION", at)
        device, major = place.DeviceObject, _major(place.MajorFunction)
        owner = f"{_driver(shell, device)} {name_of(shell, device)}" if device else owner
    return device, (
        cell(Address(here.address, k.arch.pointer)),
        cell(Address(thread, k.arch.pointer)),
        cell(owner),
        cell(major),
        cell(known.note),
    )
