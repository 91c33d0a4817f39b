r"""Driver objects, and how a driver is started: DriverEntry, then its Reinitialize routines.

Rules: `\Driver\NAME` is there before DriverEntry runs, with every major function failing requests; the RegistryPath
string is freed when DriverEntry has returned. Success clears DO_DEVICE_INITIALIZING of the devices made so far and
lets the Reinitialize routines run until none registers itself again; after a failure neither they nor Unload are
called, and the image goes.
"""

from __future__ import annotations

import attrs

from ntshell.machine.memory import Region
from ntshell.nt.flow import Call, Result, after
from ntshell.nt.io import stack
from ntshell.nt.io.constants import (
    DO_DEVICE_INITIALIZING,
    DRVO_BOOTREINIT_REGISTERED,
    DRVO_INITIALIZED,
    DRVO_LEGACY_DRIVER,
    DRVO_REINIT_REGISTERED,
    IO_TYPE_DRIVER,
    IRP_MJ_MAXIMUM_FUNCTION,
    major_name,
)
from ntshell.nt.io.state import DriverRecord
from ntshell.nt.ke.checks import symbol
from ntshell.nt.kernel import Image, Kernel
from ntshell.nt.ladder import own
from ntshell.nt.ob import object as ob
from ntshell.nt.ob.namespace import Entry
from ntshell.nt.status import nt_success

SERVICES = "\\Registry\\Machine\\System\\CurrentControlSet\\Services"
EXTENSION = "_EXTENDED_DRIVER_EXTENSION"
RUNG = 2  # of DriverEntry's ladder: the entry points


@attrs.define(eq=False, repr=False)
class EntryPoints:
    """Watches a DRIVER_OBJECT: a store of an entry point by DriverEntry is its second stage."""

    kernel: Kernel
    fields: dict[int, tuple[str, int]]  # offset in the object -> name, index in MajorFunction or -1

    def load(self, region: Region, address: int, size: int) -> int | None:
        """The object is plain memory to readers."""
        return None

    def store(self, region: Region, address: int, size: int, value: int) -> bool:
        """Note what is stored, and let it happen."""
        found = self.fields.get(address - region.base)
        if found is not None and size == self.kernel.arch.pointer:
            self._note(region, found[0], value)
        return False

    def _note(self, region: Region, name: str, value: int) -> None:
        k = self.kernel
        thread = k.machine.processor.thread
        rung = own(thread)
        if thread is None or rung is None or rung.ladder != "DriverEntry" or rung.number == RUNG:
            return
        k.journal.put(thread.facts, "rung", attrs.evolve(rung, number=RUNG))
        text = f"DriverEntry stage {RUNG}: set the entry points in the driver object ({name} = {symbol(k, value)})"
        data = {"rung": RUNG, "ladder": rung.ladder, "driver": rung.driver, "call": name}
        k.emit("stage", text, **data, entry=name, routine=value)


def _entry_fields(k: Kernel) -> dict[int, tuple[str, int]]:
    here = k.struct("_DRIVER_OBJECT", 0)
    fields = {here.at(name): (name, -1) for name in ("DriverUnload", "DriverStartIo", "FastIoDispatch")}
    for n in range(IRP_MJ_MAXIMUM_FUNCTION + 1):
        fields[here.at("MajorFunction") + n * k.arch.pointer] = (f"MajorFunction[{major_name(n)}]", n)
    return fields


# --- the object ------------------------------------------------------------------------------------------------------
def create_driver_object(k: Kernel, name: str, image: Image) -> int:
    r"""Make `\Driver\NAME` for a loaded image; returns the DRIVER_OBJECT's address."""
    path, service = f"\\Driver\\{name}", f"{SERVICES}\\{name}"
    entry = ob.make(k, "Driver", k.sizeof("_DRIVER_OBJECT"), f"driver object {path}")
    here = k.struct("_DRIVER_OBJECT", entry.address)
    here.Type, here.Size = IO_TYPE_DRIVER, k.sizeof("_DRIVER_OBJECT")
    here.Flags = DRVO_LEGACY_DRIVER
    here.DriverStart, here.DriverSize = image.base, image.size
    here.DriverInit = image.names["DriverEntry"]
    here.HardwareDatabase = k.io.hardware_database
    here.DriverSection = _loader_entry(k, image, here.DriverInit)
    extension = k.pool.allocate_system(k.sizeof(EXTENSION), f"driver extension of {path}")
    k.struct(EXTENSION, extension).DriverObject = entry.address
    here.DriverExtension = extension
    _text(k, k.struct(EXTENSION, extension).at("ServiceKeyName"), name)
    _text(k, here.at("DriverName"), path)
    for n in range(IRP_MJ_MAXIMUM_FUNCTION + 1):
        here.MajorFunction[n] = k.address_of("IopInvalidDeviceRequest")
    region = k.memory.find(entry.address)
    assert region is not None
    k.journal.set(region, "guard", EntryPoints(k, _entry_fields(k)))
    k.objects.insert(path, "Driver", entry.address)
    record = DriverRecord(name, entry.address, image.name, path, service, int(here.DriverInit))
    k.journal.append(k.io.drivers, record)
    k.emit("object", f"driver object {path} made", type="Driver", address=entry.address)
    return entry.address


def _text(k: Kernel, string: int, text: str) -> None:
    """Give a UNICODE_STRING a buffer of its own with a text."""
    buffer = k.pool.allocate_system(2 * len(text) + 2, f"the string {text}")
    k.set_unicode(string, buffer, text)


def _loader_entry(k: Kernel, image: Image, entry: int) -> int:
    address: int = k.pool.allocate_system(k.sizeof("_LDR_DATA_TABLE_ENTRY"), f"loader entry of {image.file}")
    here = k.struct("_LDR_DATA_TABLE_ENTRY", address)
    here.DllBase, here.SizeOfImage, here.EntryPoint, here.LoadCount = image.base, image.size, entry, 1
    for name in ("InLoadOrderLinks", "InMemoryOrderLinks", "InInitializationOrderLinks"):
        k.list_init(here.at(name))
    _text(k, here.at("BaseDllName"), image.file.replace("\\", "/").rsplit("/", 1)[-1] or image.name)
    return address


def delete_procedure(k: Kernel, entry: Entry) -> Result:
    """The driver object goes, with what hangs on it."""
    here = k.struct("_DRIVER_OBJECT", entry.address)
    extension = k.struct(EXTENSION, here.DriverExtension)
    section = k.struct("_LDR_DATA_TABLE_ENTRY", here.DriverSection)
    record = k.io.driver(entry.address)
    blocks = [here.DriverName.Buffer, extension.ServiceKeyName.Buffer, extension.address]
    blocks += [section.BaseDllName.Buffer, section.address]
    if record is not None:
        blocks += [address - k.sizeof("_IO_CLIENT_EXTENSION") for _, address in record.extensions]
        blocks += [record.registry_path] if record.registry_path else []
        k.journal.set(record, "gone", True)
    for block in blocks:
        k.pool.free_system(block)
    return None


ob.DELETE["Driver"] = delete_procedure


# --- starting it -----------------------------------------------------------------------------------------------------
def call_driver_entry(k: Kernel, driver: int) -> Call:
    """Have DriverEntry called, and all that follows; the result is its NTSTATUS."""
    record = _record(k, driver)
    string = k.sizeof("_UNICODE_STRING")
    note = f"the RegistryPath of {record.path}, which is DriverEntry's only"
    path = k.pool.allocate_system(string + 2 * len(record.service) + 2, note)
    k.set_unicode(path, path + string, record.service)
    k.journal.set(record, "registry_path", path)
    k.journal.set(record, "state", "starting")
    return Call(record.entry, (driver, path), lambda kernel, status: _entered(kernel, driver, status))


def _record(k: Kernel, driver: int) -> DriverRecord:
    record: DriverRecord | None = k.io.driver(driver)
    assert record is not None, "a driver object has a record for as long as it lives"
    return record


def _entered(k: Kernel, driver: int, status: int) -> Result:
    """DriverEntry has returned."""
    record = _record(k, driver)
    if k.irql:
        k.bugcheck(
            0xC8, k.irql << 16, record.entry, 0, 0,
            rule=f"DriverEntry was entered at PASSIVE_LEVEL and returned at IRQL {k.irql}",
            mend="lower the IRQL, or release the spin lock, before DriverEntry returns",
        )  # fmt: skip
    k.pool.free_system(record.registry_path)
    k.journal.set(record, "registry_path", 0)
    k.journal.set(record, "status", status)
    k.emit("return", f"DriverEntry returned {status:#010x}", driver=record.image, status=status)
    if not nt_success(status):
        return _failed(k, record, status)
    here = k.struct("_DRIVER_OBJECT", driver)
    here.Flags = here.Flags | DRVO_INITIALIZED
    for n in range(IRP_MJ_MAXIMUM_FUNCTION + 1):
        if not here.MajorFunction[n]:
            here.MajorFunction[n] = k.address_of("IopInvalidDeviceRequest")
    for device in stack.devices_of(k, driver):
        stack.device(k, device).Flags = stack.device(k, device).Flags & ~DO_DEVICE_INITIALIZING
    k.journal.set(record, "state", "running")
    return reinitialize(k, driver, status)


def _failed(k: Kernel, record: DriverRecord, status: int) -> Result:
    """The driver does not stay: its object is made temporary, what it left behind dangles."""
    k.journal.set(record, "state", "failed")
    for n in reversed([n for n, entry in enumerate(k.io.reinits) if entry[0] == record.object]):
        k.journal.pop(k.io.reinits, n)
    return after(k, leave(k, record), lambda kernel, _: status)


def leave(k: Kernel, record: DriverRecord) -> Result:
    """The driver object loses its name and its maker's reference; the image goes."""
    entry = ob.find(k, record.object)

    def gone(k: Kernel, value: int) -> Result:
        if k.io.on_gone is not None:
            k.io.on_gone(k, record)
        return 0

    def temporary(k: Kernel, value: int) -> Result:
        return after(k, ob.dereference(k, entry), gone)

    return after(k, ob.make_temporary(k, entry), temporary)


def reinitialize(k: Kernel, driver: int, status: int) -> Result:
    """Call the driver's Reinitialize routines, also those that register themselves again meanwhile."""
    found = next((n for n, entry in enumerate(k.io.reinits) if entry[0] == driver), None)
    here = k.struct("_DRIVER_OBJECT", driver)
    if found is None:
        here.Flags = here.Flags & ~(DRVO_REINIT_REGISTERED | DRVO_BOOTREINIT_REGISTERED)
        return status
    _, routine, context, _ = k.journal.pop(k.io.reinits, found)
    k.release("reinit", (driver, routine, context))
    extension = k.struct(EXTENSION, here.DriverExtension)
    count = extension.Count + 1
    extension.Count = count
    return Call(routine, (driver, context, count), lambda kernel, _: reinitialize(kernel, driver, status))
