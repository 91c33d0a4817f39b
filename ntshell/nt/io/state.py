"""What the I/O manager keeps: loaded drivers, the user program's files and requests, its lists.

Rules: everything here changes through the journal; what a driver can see (DRIVER_OBJECT, DEVICE_OBJECT, IRP, IO_TIMER
…) is bytes in memory, and only its address is kept here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from ntshell.nt.kernel import Kernel


@attrs.define(eq=False, repr=False)
class DriverRecord:
    """A loaded driver.

    `state`: `loaded`, `starting` (in DriverEntry), `running`, `failed`, `unload pending` (asked for, but a device is in
    use), `unloading` (in Unload), `unloaded`.
    """

    name: str
    object: int
    image: str
    path: str
    service: str
    entry: int
    registry_path: int = 0  # the UNICODE_STRING that DriverEntry gets; 0 when it has gone
    state: str = "loaded"
    status: int = 0  # what DriverEntry returned
    gone: bool = False  # the DRIVER_OBJECT's memory has been given back
    extensions: list[tuple[int, int]] = attrs.Factory(list)  # client identification address, extension


@attrs.define(eq=False, repr=False)
class OpenFile:
    """A file object; `handle` is the user program's, 0 when a driver holds it by pointer."""

    object: int
    device: int  # the device that was named
    path: str
    handle: int = 0
    outstanding: int = 0  # requests that have not been completed
    drained: int = 0  # address of a KEVENT: set while nothing is outstanding


@attrs.define(eq=False, repr=False)
class RequestRecord:
    """Something that the user program asked for.  `state`: `pending` or `done`; then the outcome is there."""

    number: int
    operation: str
    handle: int
    args: dict[str, Any]
    thread: int = 0
    state: str = "pending"
    irp: int = 0
    status: int = 0
    information: int = 0
    data: bytes = b""
    path: str = ""


@attrs.define(eq=False, repr=False)
class IrpTrack:
    """What is known of an IRP beside its bytes, for the checks that Driver Verifier makes."""

    irp: int
    note: str
    room: int = -1  # bytes that its output buffer has; -1 when unknown
    completed: bool = False
    status: int = 0
    marked: tuple[int, ...] = ()  # stack locations that had been marked pending when it was completed
    owned: bool = False  # allocated by a driver, who frees it
    counted: bool = False  # one of its file's outstanding requests


@attrs.define(eq=False, repr=False)
class IoState:
    """The I/O manager's own state, at `k.io`."""

    timer_list: int  # LIST_ENTRY of all IO_TIMERs
    timer: int  # the KTIMER and the KDPC that drive them
    timer_dpc: int
    cancel_lock: int  # IopCancelSpinLock
    hardware_database: int  # UNICODE_STRING \REGISTRY\MACHINE\HARDWARE
    drivers: list[DriverRecord] = attrs.Factory(list)
    files: list[OpenFile] = attrs.Factory(list)
    requests: list[RequestRecord] = attrs.Factory(list)
    irps: dict[int, IrpTrack] = attrs.Factory(dict)
    reinits: list[tuple[int, int, int, bool]] = attrs.Factory(list)  # driver object, routine, context, boot
    shutdown: list[int] = attrs.Factory(list)  # device objects, first called first
    error_log: list[tuple[Any, ...]] = attrs.Factory(list)  # (text, bytes of the packet)
    device_names: dict[int, str] = attrs.Factory(dict)  # device object -> its name, also of devices that have gone
    error_packets: dict[int, tuple[int, int]] = attrs.Factory(dict)  # packet -> object, size: allocated, not written
    auto_names: int = 0
    irps_made: int = 0
    on_gone: Callable[[Any, DriverRecord], None] | None = None  # set once: the run floor takes the image away
    on_unload: Callable[[Any, DriverRecord, Any], None] | None = (
        None  # set once: a waiting unload begins in this thread
    )

    def driver(self, address: int) -> DriverRecord | None:
        """The record of a driver object."""
        for record in self.drivers:
            if record.object == address and not record.gone:
                return record
        return None

    def named(self, name: str) -> DriverRecord | None:
        """The loaded driver with that name, without case."""
        for record in reversed(self.drivers):
            if record.name.lower() == name.lower() and record.state not in ("unloaded", "failed"):
                return record
        return None

    def file(self, handle: int) -> OpenFile | None:
        """The file behind one of the user program's handles."""
        for file in self.files:
            if handle and file.handle == handle:
                return file
        return None

    def file_at(self, address: int) -> OpenFile | None:
        """The record of a file object."""
        for file in self.files:
            if file.object == address:
                return file
        return None


def boot(k: Kernel) -> IoState:
    """Make the I/O manager's state when the machine starts; pool and namespace must be there."""
    pointer = k.arch.pointer
    timer_size, dpc_size = k.sizeof("_KTIMER"), k.sizeof("_KDPC")
    block = k.pool.allocate_system(timer_size + dpc_size + 8 * pointer, "nt!IopTimerList")
    head = block + timer_size + dpc_size
    text = "\\REGISTRY\\MACHINE\\HARDWARE"
    size = k.sizeof("_UNICODE_STRING")
    name = k.pool.allocate_system(size + 2 * len(text) + 2, "nt!CmRegistryMachineHardwareDescriptionSystemName")
    k.set_unicode(name, name + size, text)
    k.list_init(head)
    state = IoState(
        timer_list=head,
        timer=block,
        timer_dpc=block + timer_size,
        cancel_lock=head + 2 * pointer,
        hardware_database=name,
    )
    k.io = state
    return state
