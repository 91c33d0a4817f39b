"""Unloading a driver, by the I/O manager's rules.

Rules: without an Unload routine a driver stays; while a device of it is open or has a device attached above it, it is
marked DOE_UNLOAD_PENDING (no more opens or attachments) and the last close or detachment has Unload called in a
system thread; else Unload is called at once. Afterwards the driver object goes, and the image.
"""

from __future__ import annotations

from ntshell.nt.flow import Call, Result, after
from ntshell.nt.internal import internal
from ntshell.nt.io import stack
from ntshell.nt.io.constants import DOE_UNLOAD_PENDING, DRVO_LEGACY_DRIVER, DRVO_UNLOAD_INVOKED
from ntshell.nt.io.driver import leave
from ntshell.nt.ke.checks import symbol
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import (
    STATUS_DELETE_PENDING,
    STATUS_INVALID_DEVICE_REQUEST,
    STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_SUCCESS,
)


def unload_driver(k: Kernel, driver: int) -> Result:
    """NtUnloadDriver: STATUS_SUCCESS also when Unload has to wait for the last close (`unload pending`)."""
    record = k.io.driver(driver)
    if record is None or record.state not in ("running", "unload pending", "unloading"):
        return STATUS_OBJECT_NAME_NOT_FOUND
    here = k.struct("_DRIVER_OBJECT", driver)
    if here.Flags & DRVO_UNLOAD_INVOKED:
        return STATUS_DELETE_PENDING
    if not here.DriverUnload or not here.Flags & DRVO_LEGACY_DRIVER:
        return STATUS_INVALID_DEVICE_REQUEST
    for device in stack.devices_of(k, driver):
        stack.set_flags(k, device, DOE_UNLOAD_PENDING)
    if not can_unload_now(k, driver):
        k.journal.set(record, "state", "unload pending")
        k.emit("load", f"{record.path}: unload pending, {in_use(k, driver)}", name=record.image, pending=True)
        return STATUS_SUCCESS
    return _run(k, driver)


def can_unload_now(k: Kernel, driver: int) -> bool:
    """Whether nothing refers to the driver's devices: no open file object, no device attached above."""
    return not any(
        stack.device(k, device).ReferenceCount or stack.device(k, device).AttachedDevice
        for device in stack.devices_of(k, driver)
    )


def in_use(k: Kernel, driver: int) -> str:
    """In words: what keeps the driver from being unloaded; '' for nothing."""
    for device in stack.devices_of(k, driver):
        here = stack.device(k, device)
        if here.ReferenceCount:
            return f"{stack.name(k, device)} is open"
        if here.AttachedDevice:
            return f"{stack.name(k, here.AttachedDevice)} is attached to {stack.name(k, device)}"
    return ""


def reconsider(k: Kernel, driver: int) -> None:
    """A device was closed or detached: an unload that waited for that begins, in a system thread of its own."""
    record = k.io.driver(driver)
    if record is None or record.state != "unload pending" or not can_unload_now(k, driver):
        return
    from ntshell.nt.ps.thread import new_thread

    k.journal.set(record, "state", "unloading")
    thread = new_thread(k, f"unload {record.name}", k.address_of("IopLoadUnloadDriver"), driver)
    if k.io.on_unload is not None:
        k.io.on_unload(k, record, thread)


@internal("IopLoadUnloadDriver")
def unload_worker(k: Kernel, driver: int) -> Result:
    """The system thread in which a driver is unloaded whose last reference has gone."""
    return _run(k, driver)


def _run(k: Kernel, driver: int) -> Result:
    record = k.io.driver(driver)
    here = k.struct("_DRIVER_OBJECT", driver)
    here.Flags = here.Flags | DRVO_UNLOAD_INVOKED
    k.journal.set(record, "state", "unloading")
    routine = int(here.DriverUnload)

    def unloaded(k: Kernel, value: int) -> Result:
        if k.irql:
            k.bugcheck(
                0xC8, k.irql << 16, routine, 0, 0,
                rule=f"{symbol(k, routine)} was entered at PASSIVE_LEVEL and returned at IRQL {k.irql}",
                mend="lower the IRQL, or release the spin lock, before Unload returns",
            )  # fmt: skip
        k.emit("return", f"{symbol(k, routine)} returned", driver=record.image)
        k.journal.set(record, "state", "unloaded")
        return after(k, leave(k, record), lambda kernel, _: STATUS_SUCCESS)

    return Call(routine, (driver,), unloaded)
