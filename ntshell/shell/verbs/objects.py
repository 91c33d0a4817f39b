r"""Objects: drivers, devices, device stacks, the object namespace, handles.

A driver may be named without `\Driver\`, a device without `\Device\`; an expression gives an address.
"""

from __future__ import annotations

from collections.abc import Iterator

from ntshell.base.errors import NotNow, UsageError
from ntshell.ctype.value import Value
from ntshell.debugger.inspect import BrokenList, Inspector, guess
from ntshell.debugger.pseudo import devices_of
from ntshell.machine.memory import AccessFault
from ntshell.nt.io.constants import IO_TYPE_DEVICE, IO_TYPE_DRIVER, MAJOR_NAMES
from ntshell.nt.ob.namespace import Entry
from ntshell.shell.command import command
from ntshell.shell.kinds import DeviceName, DriverName, ObjectPath, Words
from ntshell.shell.links import look_at
from ntshell.shell.report import Address, Line, Report, Row, Table, Text, cell
from ntshell.shell.shell import Shell
from ntshell.shell.verbs.data import unreadable

GROUP = "Objects and devices"
LISTS = {"1": 1, "2": 2, "3": 3, "4": 5, "5": 5, "6": 7, "7": 7}


# --- finding -----------------------------------------------------------------------------------------------------------
def driver_object(shell: Shell, given: str) -> int:
    """The address of the driver object that a word means; the current driver's when there is none."""
    k = shell.session.k
    wanted = given or shell.session.current
    if not wanted:
        raise NotNow("no driver is loaded", hint="load SOURCE first")
    for path in (wanted, f"\\Driver\\{wanted}", f"\\FileSystem\\{wanted}"):
        entry = k.objects.lookup(path) if path.startswith("\\") else None
        if entry is not None and entry.type == "Driver":
            return int(entry.address)
    try:
        return _checked(shell, shell.address(wanted), "_DRIVER_OBJECT", IO_TYPE_DRIVER)
    except UsageError as error:
        if shell.session.current == wanted:
            raise NotNow(f"driver {wanted} is not loaded any more") from None
        names = [entry.name for entry in k.objects.children("\\Driver")]
        raise UsageError(f"no driver object {wanted}", hint=guess(wanted, names, error.hint or error.message)) from None


def device_object(shell: Shell, given: str) -> int:
    """The address of the device object that a word means; the first of the current driver's when there is none."""
    k = shell.session.k
    if not given:
        found = devices_of(shell.scope, driver_object(shell, ""))
        if not found:
            raise UsageError(f"{shell.session.current} has no device objects")
        return found[-1]
    for path in (given, f"\\Device\\{given}", f"\\??\\{given}"):
        entry = k.objects.lookup(path) if path.startswith("\\") else None
        if entry is not None and entry.type == "Device":
            return int(entry.address)
    try:
        return _checked(shell, shell.address(given), "_DEVICE_OBJECT", IO_TYPE_DEVICE)
    except UsageError as error:
        names = [entry.name for entry in k.objects.children("\\Device") if entry.type == "Device"]
        there = f"there are {', '.join(names)}" if names else error.hint or error.message
        raise UsageError(f"no device object {given}", hint=guess(given, names, there)) from None


def _checked(shell: Shell, address: int, struct: str, kind: int) -> int:
    try:
        found = shell.look.struct(struct, address).Type
    except AccessFault as fault:
        raise unreadable(shell, fault) from None
    if found != kind:
        raise UsageError(f"{shell.session.k.arch.format(address)} is no {struct[1:]}", hint=shell.look.where(address))
    return address


def name_of(shell: Shell, address: int, short: bool = False) -> str:
    """An object's name, '' for none."""
    entry = shell.session.k.objects.at(address)
    return "" if entry is None else entry.name if short else entry.path


# --- !drvobj -----------------------------------------------------------------------------------------------------------
@command("!drvobj", group=GROUP, examples=("load lab; g; !drvobj lab 7", "load lab; !drvobj"))
def drvobj(shell: Shell, driver: DriverName = "", flags: Words = "") -> Report:
    """Show a driver object: its devices (1), entry points and dispatch table (2), the devices in detail (4); 7 is all."""
    if driver in LISTS and not flags:
        driver, flags = "", driver
    k, look = shell.session.k, shell.look
    address = driver_object(shell, driver)
    wanted = LISTS.get(flags.strip() or "1", 1)
    lines = [Line(f"Driver object ({k.arch.format(address)}) is for:", "head", _link(shell, address))]
    lines.append(Line(f" {name_of(shell, address) or look.text(look.struct('_DRIVER_OBJECT', address).DriverName)}"))
    devices = devices_of(shell.scope, address)
    if wanted & 1:
        lines += [Line("Driver Extension List: (id , addr)"), Line(""), Line("Device Object list:")]
        lines += [
            Line(f"{k.arch.format(each)}  {name_of(shell, each)}", "plain", _link(shell, each)) for each in devices
        ]
        lines += [Line("(none)", "note")] if not devices else []
        lines += _chain_note(shell, address)
    if wanted & 2:
        lines += [Line(""), *_entry_points(shell, look.struct("_DRIVER_OBJECT", address))]
    if wanted & 4:
        for each in devices:
            lines += [Line(""), *_device_lines(shell, each)]
    facts = (
        ("driver", Address(address, k.arch.pointer)),
        ("devices", [Address(each, k.arch.pointer) for each in devices]),
    )
    return Report((Text(tuple(lines)),), facts)


def _link(shell: Shell, address: int) -> Address:
    return Address(address, shell.session.k.arch.pointer)


def _chain_note(shell: Shell, driver: int) -> list[Line]:
    """A word when the chain of devices ends in what cannot be read."""
    look, form = shell.look, shell.session.k.arch.format
    devices = devices_of(shell.scope, driver)
    try:
        last = look.struct("_DEVICE_OBJECT", devices[-1]).NextDevice if devices else 0
        if last and last not in devices:
            look.struct("_DEVICE_OBJECT", last).Type  # noqa: B018
    except AccessFault as fault:
        lay = look.where(fault.address)
        return [
            Line(
                f"the chain goes on at {form(fault.address)}, which cannot be read: {lay or 'nothing is there'}", "bad"
            )
        ]
    return []


def _entry_points(shell: Shell, driver: Value) -> list[Line]:
    def routine(label: str, address: int, width: int = 15) -> Line:
        shown = shell.symbols.name_of(address) or ""
        form = shell.session.k.arch.format(address)
        place = shell.symbols.place_of(address)
        return Line(f"{label:<{width}}{form} {shown}".rstrip(), "plain", place)

    add = 0
    try:
        add = int(driver.deref("DriverExtension").AddDevice)
    except (AccessFault, AttributeError):
        pass
    lines = [
        routine("DriverEntry:", driver.DriverInit),
        routine("DriverStartIo:", driver.DriverStartIo),
        routine("DriverUnload:", driver.DriverUnload),
        routine("AddDevice:", add),
        Line(""),
        Line("Dispatch routines:"),
    ]
    table = driver.MajorFunction
    return lines + [routine(f"[{n:02x}] {name}", table[n], 40) for n, name in enumerate(MAJOR_NAMES) if n < len(table)]


# --- !devobj -----------------------------------------------------------------------------------------------------------
@command("!devobj", group=GROUP, examples=("load lab; g; !devobj Lab0",))
def devobj(shell: Shell, device: DeviceName = "") -> Report:
    """Show a device object: driver, current IRP, references, flags, stack, and the requests in its queue."""
    address = device_object(shell, device)
    facts = (("device", _link(shell, address)), ("name", name_of(shell, address)))
    return Report((Text(tuple(_device_lines(shell, address))),), facts)


def _device_lines(shell: Shell, address: int) -> list[Line]:
    k, look = shell.session.k, shell.look
    form, here = k.arch.format, look.struct("_DEVICE_OBJECT", address)
    lines = [Line(f"Device object ({form(address)}) is for:", "head", _link(shell, address))]
    try:
        owner = name_of(shell, here.DriverObject)
        lines.append(
            Line(
                f" {name_of(shell, address, short=True)} {owner} DriverObject {form(here.DriverObject)}",
                "plain",
                _link(shell, here.DriverObject),
            )
        )
        lines.append(
            Line(
                f"Current Irp {form(here.CurrentIrp)} RefCount {here.ReferenceCount} Type {here.DeviceType:08x}"
                f" Flags {here.Flags:08x}{_flag_words(shell, here.Flags, 'DO_')}",
                "plain",
                _link(shell, here.CurrentIrp) if here.CurrentIrp else None,
            )
        )
        lines.append(
            Line(
                f"DevExt {form(here.DeviceExtension)} DevObjExt {form(here.DeviceObjectExtension)}",
                "plain",
                _link(shell, here.DeviceExtension) if here.DeviceExtension else None,
            )
        )
        lines += _extension_lines(shell, here)
        if here.AttachedDevice:
            upper = here.AttachedDevice
            told = f"AttachedDevice (Upper) {form(upper)} {_owner(shell, upper)}"
            lines.append(Line(told, "plain", _link(shell, upper)))
        lines += _queue_lines(shell, here)
    except AccessFault as fault:
        lay = look.where(fault.address)
        lines.append(Line(f"{form(fault.address)} cannot be read: {lay or 'nothing is mapped there'}", "bad"))
    return lines


def _owner(shell: Shell, device: int) -> str:
    return name_of(shell, shell.look.struct("_DEVICE_OBJECT", device).DriverObject)


def own_extension(look: Inspector, device: Value) -> Value:
    """NT's own extension of a device object."""
    return look.struct("_EXTENDED_DEVOBJ_EXTENSION", device.DeviceObjectExtension)


def _extension_lines(shell: Shell, device: Value) -> list[Line]:
    here = own_extension(shell.look, device)
    flags, lower = here.ExtensionFlags, here.AttachedTo
    lines = [Line(f"ExtensionFlags ({flags:#010x}) {doe_words(flags)}".rstrip())]
    if lower:
        lines.append(Line(f"AttachedTo (Lower) {shell.session.k.arch.format(lower)} {_owner(shell, lower)}"))
    return lines


def doe_words(flags: int) -> str:
    """ExtensionFlags in words."""
    names = {1: "DOE_UNLOAD_PENDING", 2: "DOE_DELETE_PENDING", 4: "DOE_REMOVE_PENDING", 8: "DOE_REMOVE_PROCESSED"}
    return " ".join(word for bit, word in names.items() if flags & bit)


def flag_names(shell: Shell, prefix: str) -> dict[int, str]:
    """The names of single bits that the headers declare with a prefix, such as `DO_`."""
    names: dict[int, str] = {}
    for name, value in shell.session.k.types.constants.items():
        if name.startswith(prefix) and value and value & (value - 1) == 0:
            names.setdefault(value, name)
    return names


def _flag_words(shell: Shell, flags: int, prefix: str) -> str:
    words = [name for bit, name in sorted(flag_names(shell, prefix).items()) if flags & bit]
    return f" ({' '.join(words)})" if words else ""


def queued_irps(look: Inspector, device: int) -> Iterator[int]:
    """The IRPs in a device's queue, first to be started first; raises BrokenList where the queue is damaged."""
    here, offset = look.struct("_DEVICE_OBJECT", device), look.struct("_IRP", 0).at("Tail.Overlay.DeviceQueueEntry")
    head = here.member("DeviceQueue").at("DeviceListHead")
    for entry in look.entries(head, "_KDEVICE_QUEUE_ENTRY", "DeviceListEntry"):
        yield entry.address - offset


def _queue_lines(shell: Shell, device: Value) -> list[Line]:
    """The device queue: whether it is busy, and the IRPs in it."""
    if not device.member("DeviceQueue").Busy:
        return [Line("Device queue is not busy.")]
    try:
        irps = list(queued_irps(shell.look, device.address))
    except BrokenList as broken:
        return [Line(f"Device queue is busy -- {broken.why}", "bad")]
    if not irps:
        return [Line("Device queue is busy -- Queue empty.")]
    form = shell.session.k.arch.format
    return [
        Line(f"Device queue is busy -- {len(irps)} queued:"),
        *[Line(f"  IRP {form(irp)}", "plain", _link(shell, irp)) for irp in irps],
    ]


# --- !devstack -----------------------------------------------------------------------------------------------------------
@command("!devstack", group=GROUP, examples="load lab; g; !devstack Lab0")
def devstack(shell: Shell, device: DeviceName = "") -> Report:
    """Show the stack of devices that a device is in, top first; `>` marks the one that was asked for."""
    look = shell.look
    asked = here = device_object(shell, device)
    try:
        seen = {here}
        while (above := look.struct("_DEVICE_OBJECT", here).AttachedDevice) and above not in seen:
            here = above
            seen.add(here)
        rows: list[Row] = []
        below = here
        while below and len(rows) <= len(seen) + 64:
            value = look.struct("_DEVICE_OBJECT", below)
            mark = ">" if below == asked else " "
            rows.append(
                (
                    cell(_link(shell, below), mark=f"{mark} "),
                    cell(_owner(shell, below)),
                    cell(_link(shell, value.DeviceExtension)),
                    cell(name_of(shell, below, short=True)),
                )
            )
            below = int(own_extension(look, value).AttachedTo)
    except AccessFault as fault:
        raise unreadable(shell, fault) from None
    return Report((Table("stack", ("  !DevObj", "!DrvObj", "!DevExt", "ObjectName"), tuple(rows)),))


# --- !object -----------------------------------------------------------------------------------------------------------
@command("!object", group=GROUP, examples=("!object \\Device", "load lab; g; !object \\??\\LAB1"))
def show_object(shell: Shell, path: ObjectPath = "\\") -> Report:
    r"""Show an object by its path or address: type, counts, and what is in a directory or where a link leads."""
    k = shell.session.k
    entry = k.objects.lookup(path, follow=False) if path.startswith("\\") else None
    if path.startswith("\\") and entry is None:
        above, _, name = path.rpartition("\\")
        names = [each.name for each in k.objects.children(above or "\\")]
        raise UsageError(f"there is no object {path}", hint=guess(name, names, "!object \\ lists the root"))
    if entry is None:
        address = shell.address(path)
        entry = k.objects.at(address)
        if entry is None:
            raise UsageError(f"{k.arch.format(address)} is no object", hint=shell.look.where(address))
    return _object_report(shell, entry)


def _object_report(shell: Shell, entry: Entry) -> Report:
    k = shell.session.k
    form = k.arch.format
    kind = k.objects.types.get(entry.type, 0)
    lines = [
        Line(f"Object: {form(entry.address)}  Type: ({form(kind)}) {entry.type}", "head", _link(shell, entry.address))
    ]
    lines.append(Line(f"    HandleCount: {entry.handle_count}  PointerCount: {entry.pointer_count}"))
    if entry.parent is not None:
        lines.append(Line(f"    Directory Object: {entry.parent.path}  Name: {entry.name}"))
    if entry.type == "SymbolicLink":
        lines.append(Line(f"    Target String is '{entry.target}'"))
    blocks: list[Text | Table] = [Text(tuple(lines))]
    if entry.type == "Directory":
        rows = tuple(
            (
                cell(_link(shell, each.address), link=look_at("!object", each.path), mark="    "),
                cell(each.type),
                cell(each.name, each.name + (f" -> {each.target}" if each.target else "")),
            )
            for each in entry.sorted()
        )
        blocks += [Text((Line(""),)), Table("entries", ("    Address", "Type", "Name"), rows, empty="    (empty)")]
    facts = (("path", entry.path), ("type", entry.type), ("target", entry.target))
    return Report(tuple(blocks), facts)


# --- !handle -----------------------------------------------------------------------------------------------------------
@command("!handle", group=GROUP, examples="!handle")
def handles(shell: Shell, handle: Words = "") -> Report:
    """List the kernel handles that drivers have open, and the user program's files; or one kernel handle."""
    k = shell.session.k
    wanted = shell.evaluate(handle) if handle else None
    if wanted is not None and wanted not in k.objects.handles:
        raise UsageError(f"handle {wanted:x} is not open", hint="!handle lists those that are")
    rows: list[Row] = []
    for value in sorted(k.objects.handles):
        each = k.objects.handles[value]
        if wanted in (None, value):
            name = each.entry.path or each.entry.facts.get("path", "")
            rows.append(
                (
                    cell(value, f"{value:04x}:"),
                    cell(_link(shell, each.entry.address)),
                    cell(each.entry.type),
                    cell(each.driver or "nt"),
                    cell(str(name)),
                )
            )
    blocks = [
        Table("handles", ("", "Object", "Type", "Opened by", "Name"), tuple(rows), empty="no kernel handle is open")
    ]
    if wanted is None:
        files = tuple(
            (cell(file.handle), cell(_link(shell, file.object)), cell(file.path), cell(name_of(shell, file.device)))
            for file in k.io.files
            if file.handle
        )
        blocks.append(
            Table(
                "files",
                ("io handle", "File object", "Opened as", "Device"),
                files,
                title="Files of the user program:",
                empty="none",
            )
        )
    return Report(tuple(blocks))
