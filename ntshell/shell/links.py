"""Links: the command that shows what a cell or a line of a report leads to.

Rule: every command given here runs; an address that nothing is known of still gets one that says so.  Looking it up changes
nothing, and asks the kernel's own lists before it guesses from what lies in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ntshell.base.place import Place
from ntshell.debugger.inspect import BrokenList
from ntshell.machine.memory import AccessFault
from ntshell.nt.io.constants import IO_TYPE_DEVICE, IO_TYPE_DRIVER, IO_TYPE_IRP
from ntshell.shell import source
from ntshell.shell.report import Link, Look
from ntshell.shell.shell import Shell

BEFORE = 5  # lines of source shown above the one that is meant
IO_TYPES = {
    "Device": ("_DEVICE_OBJECT", IO_TYPE_DEVICE, "!devobj"),
    "Driver": ("_DRIVER_OBJECT", IO_TYPE_DRIVER, "!drvobj"),
}
DISPATCHER = {0: "_KEVENT", 1: "_KEVENT", 2: "_KMUTANT", 5: "_KSEMAPHORE", 8: "_KTIMER", 9: "_KTIMER"}
LEDGER = {"dpc": "_KDPC", "timer": "_KTIMER", "interrupt": "_KINTERRUPT", "mdl": "_MDL", "resource": "_ERESOURCE"}


def look_at(command: str, name: str) -> Look:
    """A link to a command about a thing, by the thing's name."""
    return Look(f'{command} "{name}"' if set(name) & set(' ;"`') else f"{command} {name}")


def command_for(shell: Shell, link: Link) -> str:
    """The command that shows what a link leads to."""
    if isinstance(link, Look):
        return link.command
    if isinstance(link, Place):
        return _listing(shell, link)
    return _of_address(shell, link.value & shell.session.k.arch.mask)


def _listing(shell: Shell, place: Place) -> str:
    """The source around a place; a file is named by its path when its name alone means another driver's."""
    name = PurePath(place.file).name
    file = name if source.file_named(shell.session, name) == place.file else place.file
    return f"ls `{file}:{max(place.line - BEFORE, 1)}`"


def _of_address(shell: Shell, address: int) -> str:
    k, symbols = shell.session.k, shell.symbols
    form = k.arch.format(address)
    found = _object(shell, address) or _structure(shell, address)
    if found:
        return f"{found} {form}"
    place = symbols.place_of(address)
    if place is not None:
        return _listing(shell, place)
    if address in k.routines:
        return f"ln {form}"
    if k.pool.holding(address) is not None:
        return f"!pool {form}"
    if not shell.look.readable(address):
        return f"ln {form}"
    return f"{'db' if address % k.arch.pointer else 'dps'} {form}"


def _object(shell: Shell, address: int) -> str:
    """The command for an object of the namespace, a thread or an IRP that is as it should be; '' for anything else."""
    k = shell.session.k
    entry = k.objects.at(address)
    if entry is not None and entry.type in IO_TYPES:
        struct, kind, command = IO_TYPES[entry.type]
        if _typed(shell, struct, address, kind):
            return command
    if any(thread.object == address for thread in k.machine.threads):
        return "!thread"
    if address in k.io.irps and _typed(shell, "_IRP", address, IO_TYPE_IRP):
        return "!irp"
    return "!object" if entry is not None else ""


def _typed(shell: Shell, struct: str, address: int, kind: int) -> bool:
    """Whether what lies at an address can be read and says of itself what it is."""
    try:
        return bool(shell.look.struct(struct, address).Type == kind)
    except AccessFault:
        return False


def _structure(shell: Shell, address: int) -> str:
    """`dt` of the kernel's structure at an address, when one of the kernel's lists or tables knows it."""
    name = next((name for name, at in _structures(shell) if at == address), "")
    size = shell.session.k.sizeof(name) if name else 0
    return f"dt nt!{name}" if name and shell.look.readable(address, size) else ""


def _structures(shell: Shell) -> Iterator[tuple[str, int]]:
    """The KDPCs, KTIMERs, KINTERRUPTs and dispatcher objects that are in use, with the names of their types."""
    k, look = shell.session.k, shell.look
    for vector in sorted(k.ke.interrupts):
        yield from (("_KINTERRUPT", address) for address in k.ke.interrupts[vector])
    for head, name, path in ((k.ke.dpc_list, "_KDPC", "DpcListEntry"), (k.ke.timer_list, "_KTIMER", "TimerListEntry")):
        try:
            for each in look.entries(head, name, path):
                yield name, each.address
                if name == "_KTIMER":
                    yield "_KDPC", each.Dpc
        except (BrokenList, AccessFault):
            pass
    yield from ((LEDGER[held.kind], held.key) for held in k.owed() if held.kind in LEDGER)
    for thread in k.machine.threads:
        for address in thread.wait.objects if thread.wait is not None else ():
            try:
                kind = look.struct("_DISPATCHER_HEADER", address).Type
            except AccessFault:
                continue
            if kind in DISPATCHER:
                yield DISPATCHER[kind], address
