"""The user program: opens devices, reads, writes, controls, closes and cancels, each request in a thread of its own.

`start(k, "read", handle=1, length=16)` makes the thread; the request's record in `k.io.requests` tells how it goes
on.

Rules: handles are small numbers, the smallest free one from 1. Files are opened for overlapped I/O, so several
requests of one handle can be outstanding; each has an event and a status block of its own, and user buffers that live
as long as it does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ntshell.nt.flow import Result, Then, after
from ntshell.nt.internal import internal
from ntshell.nt.io import file as files
from ntshell.nt.io import packet, stack
from ntshell.nt.io.build import control_buffers, transfer_buffer
from ntshell.nt.io.cancel import cancel_irp
from ntshell.nt.io.common import gone, nt
from ntshell.nt.io.constants import (
    IRP_MJ_DEVICE_CONTROL,
    IRP_MJ_READ,
    IRP_MJ_WRITE,
    IRP_READ_OPERATION,
    IRP_WRITE_OPERATION,
    USER_MODE,
)
from ntshell.nt.io.state import OpenFile, RequestRecord
from ntshell.nt.kernel import Kernel
from ntshell.nt.mm.user import free_user_buffer, user_buffer
from ntshell.nt.status import (
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_HANDLE,
    STATUS_NOT_FOUND,
    STATUS_SUCCESS,
)


def start(k: Kernel, operation: str, **args: Any) -> RequestRecord:
    """Make a thread of the user program that carries out a request; it runs when the engine does.

    Operations and arguments: open (path), read (handle, length, offset=0), write (handle, data, offset=0),
    ioctl (handle, code, data=b"", outlen=0), close (handle), cancel (handle).
    """
    if operation not in OPERATIONS:
        raise ValueError(f"no operation {operation!r}")
    from ntshell.nt.ps.thread import new_thread

    number = len(k.io.requests) + 1
    record = RequestRecord(number, operation, args.get("handle", 0), args, path=args.get("path", ""))
    k.journal.append(k.io.requests, record)
    routine = k.address_of("IopUserRequest")
    thread = new_thread(k, f"user: {operation}", routine, number, system_process=False, user=True)
    k.journal.set(record, "thread", thread.number)
    return record


@internal("IopUserRequest")
def user_request(k: Kernel, number: int) -> Result:
    """The user program's thread: one request from beginning to end."""
    record: RequestRecord = k.io.requests[number - 1]
    return OPERATIONS[record.operation](k, record)


def _done(k: Kernel, record: RequestRecord, status: int, information: int = 0, data: bytes = b"") -> int:
    journal = k.journal
    for name, value in (("status", status), ("information", information), ("data", data), ("state", "done")):
        journal.set(record, name, value)
    k.emit("irp", f"request {record.number} ({record.operation}) ended, {status:#010x}", what="done",
           request=record.number, status=status, information=information)  # fmt: skip
    return 0


def _file(k: Kernel, record: RequestRecord) -> OpenFile | None:
    found: OpenFile | None = k.io.file(record.handle)
    if found is None:
        _done(k, record, STATUS_INVALID_HANDLE)
    else:
        k.journal.set(record, "path", found.path)
    return found


# --- open and close --------------------------------------------------------------------------------------------------
def open_file(k: Kernel, record: RequestRecord) -> Result:
    """CreateFile."""

    def opened(k: Kernel, file: OpenFile | None, status: int) -> Result:
        if file is None:
            return _done(k, record, status)
        handle = 1
        while k.io.file(handle) is not None:
            handle += 1
        k.journal.set(file, "handle", handle)
        k.journal.set(record, "handle", handle)
        return _done(k, record, status)

    return files.open_device(k, record.args["path"], opened)


def close_file(k: Kernel, record: RequestRecord) -> Result:
    """CloseHandle: done when IRP_MJ_CLOSE is, which waits for the requests that are outstanding."""
    file = _file(k, record)
    if file is None:
        return 0
    return after(k, files.close(k, file, USER_MODE), lambda kernel, status: _done(kernel, record, status))


# --- transfers -------------------------------------------------------------------------------------------------------
def _user_buffer(k: Kernel, record: RequestRecord, size: int, data: bytes = b"") -> int:
    """Memory of the user program's; 0 for none."""
    if not size:
        return 0
    return user_buffer(k, size, data, f"user buffer of request {record.number} ({record.operation})")


def read_file(k: Kernel, record: RequestRecord) -> Result:
    """ReadFile."""
    return _transfer(k, record, IRP_MJ_READ, record.args["length"], b"")


def write_file(k: Kernel, record: RequestRecord) -> Result:
    """WriteFile."""
    return _transfer(k, record, IRP_MJ_WRITE, len(record.args["data"]), record.args["data"])


def _transfer(k: Kernel, record: RequestRecord, major: int, length: int, data: bytes) -> Result:
    file = _file(k, record)
    if file is None:
        return 0
    buffer = _user_buffer(k, record, length, data)
    if length and not buffer:
        return _done(k, record, STATUS_INSUFFICIENT_RESOURCES)
    flag = IRP_READ_OPERATION if major == IRP_MJ_READ else IRP_WRITE_OPERATION
    irp, block = _irp(k, record, file, major, flag)
    parameters = packet.next_location(k, irp).Parameters.Read
    parameters.Length = length
    parameters["ByteOffset.QuadPart"] = record.args.get("offset", 0)
    transfer_buffer(k, irp, stack.related(k, file.object), major, buffer, length)
    return _send(k, record, file, irp, block, (buffer if major == IRP_MJ_READ else 0, length), (buffer,))


def device_control(k: Kernel, record: RequestRecord) -> Result:
    """DeviceIoControl."""
    file = _file(k, record)
    if file is None:
        return 0
    data, room, code = record.args.get("data", b""), record.args.get("outlen", 0), record.args["code"]
    source, target = _user_buffer(k, record, len(data), data), _user_buffer(k, record, room)
    irp, block = _irp(k, record, file, IRP_MJ_DEVICE_CONTROL, 0)
    control = packet.next_location(k, irp).Parameters.DeviceIoControl
    control.IoControlCode, control.InputBufferLength, control.OutputBufferLength = code, len(data), room
    control_buffers(k, irp, code, source, len(data), target, room)
    return _send(k, record, file, irp, block, (target, room), (source, target))


def _irp(k: Kernel, record: RequestRecord, file: OpenFile, major: int, flags: int) -> tuple[int, int]:
    block = files.new_block(k, f"event and status block of request {record.number}")
    irp = files.new_irp(k, file, major, USER_MODE, flags, block)
    k.journal.set(record, "irp", irp)
    return irp, block


def _send(
    k: Kernel,
    record: RequestRecord,
    file: OpenFile,
    irp: int,
    block: int,
    out: tuple[int, int],
    buffers: tuple[int, ...],
) -> Result:
    """Send the IRP; when it has ended, fetch the data and let go of the user program's buffers."""
    k.journal.set(packet.track(k, irp), "counted", True)
    if not file.outstanding:
        nt(k, "KeClearEvent", file.drained)
    k.journal.set(file, "outstanding", file.outstanding + 1)

    def ended(k: Kernel, status: int, information: int) -> Result:
        target, room = out
        size = min(information, room)
        data = k.memory.read(target, size) if target and size else b""
        for buffer in buffers:
            if buffer:
                free_user_buffer(k, buffer)
        return _done(k, record, status, information, data)

    return files.send(k, file, irp, block, ended)


# --- cancelling ------------------------------------------------------------------------------------------------------
def cancel_requests(k: Kernel, record: RequestRecord) -> Result:
    """CancelIoEx: every outstanding request of the handle is cancelled; information is how many there were."""
    if _file(k, record) is None:
        return 0
    found = tuple(
        each.irp for each in k.io.requests if each.handle == record.handle and each.irp and each.state == "pending"
    )
    return _cancel(k, record, found, 0)


def _cancel(k: Kernel, record: RequestRecord, irps: tuple[int, ...], count: int) -> Result:
    for n, irp in enumerate(irps):
        known = k.io.irps.get(irp)
        if known is None or known.completed or gone(k, irp):
            continue
        return after(k, cancel_irp(k, irp), _cancel_rest(record, irps[n + 1 :], count + 1))
    return _done(k, record, STATUS_SUCCESS if count else STATUS_NOT_FOUND, count)


def _cancel_rest(record: RequestRecord, irps: tuple[int, ...], count: int) -> Then:
    return lambda k, _: _cancel(k, record, irps, count)


OPERATIONS: dict[str, Callable[[Kernel, RequestRecord], Result]] = {
    "open": open_file,
    "read": read_file,
    "write": write_file,
    "ioctl": device_control,
    "close": close_file,
    "cancel": cancel_requests,
}
