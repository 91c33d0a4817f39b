r"""Files: opening a device by its name, and closing it.

Rules: a name is followed through symbolic links to a device (`\\.\LAB1` is `\??\LAB1`), what is left of it is the
file object's name; the device is counted as referenced from before IRP_MJ_CREATE until after IRP_MJ_CLOSE.
IRP_MJ_CLEANUP comes with the last handle, IRP_MJ_CLOSE with the last reference, when no request of the file is
outstanding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from ntshell.nt.flow import Result, Wait, after
from ntshell.nt.io import device as devices
from ntshell.nt.io import packet, stack, unload
from ntshell.nt.io.build import on_thread
from ntshell.nt.io.common import nt
from ntshell.nt.io.constants import (
    DO_DEVICE_INITIALIZING,
    DO_EXCLUSIVE,
    FILE_ATTRIBUTE_NORMAL,
    FILE_NON_DIRECTORY_FILE,
    FILE_OPEN,
    FILE_READ_DATA,
    FILE_SHARE_READ,
    FILE_SHARE_WRITE,
    FILE_WRITE_DATA,
    FO_CLEANUP_COMPLETE,
    FO_HANDLE_CREATED,
    IO_TYPE_FILE,
    IRP_CLOSE_OPERATION,
    IRP_CREATE_OPERATION,
    IRP_MJ_CLEANUP,
    IRP_MJ_CLOSE,
    IRP_MJ_CREATE,
    IRP_SYNCHRONOUS_API,
    KERNEL_MODE,
    SYNCHRONIZE,
    USER_MODE,
    major_name,
)
from ntshell.nt.io.irp import call_driver
from ntshell.nt.io.state import OpenFile
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import object as ob
from ntshell.nt.ob.namespace import Entry
from ntshell.nt.status import (
    STATUS_ACCESS_DENIED,
    STATUS_NO_SUCH_DEVICE,
    STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_PENDING,
    STATUS_SUCCESS,
    nt_success,
)

Opened: TypeAlias = Callable[[Any, "OpenFile | None", int], Result]
Ended: TypeAlias = Callable[[Any, int, int], Result]
READ_WRITE = FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE
SHARE_ALL = FILE_SHARE_READ | FILE_SHARE_WRITE


# --- sending a request and waiting for its end -----------------------------------------------------------------------
def new_block(k: Kernel, note: str) -> int:
    """An event, and after it a status block, for a request."""
    block: int = k.pool.allocate_system(k.sizeof("_KEVENT") + k.sizeof("_IO_STATUS_BLOCK"), note)
    nt(k, "KeInitializeEvent", block, 0, 0)
    return block


def new_irp(k: Kernel, file: OpenFile, major: int, mode: int, flags: int, block: int) -> int:
    """An IRP for a file object, of the present thread."""
    target = stack.related(k, file.object)
    irp = packet.make(k, stack.device(k, target).StackSize, f"{major_name(major)} for {file.path}")
    here = packet.irp(k, irp)
    here.Flags = flags
    here.RequestorMode = mode
    here.UserEvent, here.UserIosb = block, block + k.sizeof("_KEVENT")
    here[packet.FILE] = file.object
    on_thread(k, irp)
    location = packet.next_location(k, irp)
    location.MajorFunction, location.FileObject = major, file.object
    return irp


def send(k: Kernel, file: OpenFile, irp: int, block: int, then: Ended) -> Result:
    """Send an IRP to the top of the file's stack, wait for its end, and go on with status and information."""

    def ended(k: Kernel, status: int) -> Result:
        iosb = k.struct("_IO_STATUS_BLOCK", block + k.sizeof("_KEVENT"))
        status, information = iosb.Status & 0xFFFFFFFF, int(iosb.Information)
        k.pool.free_system(block)
        return then(k, status, information)

    def sent(k: Kernel, status: int) -> Result:
        known = k.io.irps.get(irp)
        if status == STATUS_PENDING or known is not None and not known.completed:
            return Wait((block,), then=ended, reason="UserRequest", io=True)
        if nt_success(status) or status >> 30 == 2:
            return ended(k, status)
        k.pool.free_system(block)
        return then(k, status, 0)

    return after(k, call_driver(k, stack.related(k, file.object), irp), sent)


# --- opening ---------------------------------------------------------------------------------------------------------
def native_path(path: str) -> str:
    r"""A name as NT knows it: `\\.\LAB1` and `LAB1` are `\??\LAB1`."""
    for prefix in ("\\\\.\\", "\\\\?\\"):
        if path.startswith(prefix):
            return "\\??\\" + path[len(prefix) :]
    return path if path.startswith("\\") else "\\??\\" + path


def open_device(
    k: Kernel, path: str, then: Opened, kernel: bool = False, access: int = READ_WRITE, share: int = SHARE_ALL
) -> Result:
    """Open a device by name; `then(k, file, status)` gets the file, or None and why not."""
    entry, rest, status = k.objects.resolve(native_path(path))
    if entry is None:
        return then(k, None, int(status))
    if entry.type != "Device":
        return then(k, None, STATUS_OBJECT_TYPE_MISMATCH)
    device = stack.device(k, entry.address)
    if stack.going(k, entry.address) or device.Flags & DO_DEVICE_INITIALIZING:
        return then(k, None, STATUS_NO_SUCH_DEVICE)
    if device.Flags & DO_EXCLUSIVE and device.ReferenceCount:
        return then(k, None, STATUS_ACCESS_DENIED)
    device.ReferenceCount = device.ReferenceCount + 1
    file = _file_object(k, entry.address, path, rest, access, share)
    return _create(k, file, access, share, KERNEL_MODE if kernel else USER_MODE, then)


def _file_object(k: Kernel, device: int, path: str, rest: str, access: int, share: int) -> OpenFile:
    entry = ob.make(k, "File", k.sizeof("_FILE_OBJECT"), f"file object for {path}")
    here = k.struct("_FILE_OBJECT", entry.address)
    here.Type, here.Size, here.DeviceObject = IO_TYPE_FILE, k.sizeof("_FILE_OBJECT"), device
    here.ReadAccess, here.WriteAccess = bool(access & FILE_READ_DATA), bool(access & FILE_WRITE_DATA)
    here.SharedRead, here.SharedWrite = bool(share & FILE_SHARE_READ), bool(share & FILE_SHARE_WRITE)
    nt(k, "KeInitializeEvent", here.at("Event"), 0, 0)
    nt(k, "KeInitializeEvent", here.at("Lock"), 1, 0)
    k.list_init(here.at("IrpList"))
    if rest:
        buffer = k.pool.allocate_system(2 * len(rest) + 2, f"file name {rest}")
        k.set_unicode(here.at("FileName"), buffer, rest)
    drained = k.pool.allocate_system(k.sizeof("_KEVENT"), f"nothing is outstanding for {path}")
    nt(k, "KeInitializeEvent", drained, 0, 1)
    file = OpenFile(entry.address, device, path, drained=drained)
    k.journal.append(k.io.files, file)
    return file


def _create(k: Kernel, file: OpenFile, access: int, share: int, mode: int, then: Opened) -> Result:
    """Send IRP_MJ_CREATE."""
    security = k.sizeof("_IO_SECURITY_CONTEXT")
    context = k.pool.allocate_system(security + k.sizeof("_ACCESS_STATE"), f"security context for {file.path}")
    here = k.struct("_IO_SECURITY_CONTEXT", context)
    here.AccessState, here.DesiredAccess, here.FullCreateOptions = context + security, access, FILE_NON_DIRECTORY_FILE
    state = k.struct("_ACCESS_STATE", context + security)
    state.OriginalDesiredAccess = state.PreviouslyGrantedAccess = access
    block = new_block(k, f"event and status block of opening {file.path}")
    irp = new_irp(k, file, IRP_MJ_CREATE, mode, IRP_CREATE_OPERATION | IRP_SYNCHRONOUS_API, block)
    create = packet.next_location(k, irp).Parameters.Create
    create.SecurityContext, create.Options = context, FILE_OPEN << 24 | FILE_NON_DIRECTORY_FILE
    create.FileAttributes, create.ShareAccess = FILE_ATTRIBUTE_NORMAL, share

    def created(k: Kernel, status: int, information: int) -> Result:
        k.pool.free_system(context)
        entry = ob.find(k, file.object)
        if not nt_success(status):
            _forget(k, file)
            ob.dispose(k, entry)
            return after(k, _unreference(k, file.device), lambda kernel, _: then(kernel, None, status))
        k.journal.set(entry, "handle_count", 1)
        body = k.struct("_FILE_OBJECT", file.object)
        body.Flags = body.Flags | FO_HANDLE_CREATED
        return then(k, file, status)

    return send(k, file, irp, block, created)


# --- closing ---------------------------------------------------------------------------------------------------------
def close(k: Kernel, file: OpenFile, mode: int = KERNEL_MODE) -> Result:
    """The last handle goes: IRP_MJ_CLEANUP, then IRP_MJ_CLOSE unless somebody refers to the file object by pointer."""
    entry = ob.find(k, file.object)
    k.journal.set(entry, "handle_count", 0)
    k.journal.set(file, "handle", 0)
    block = new_block(k, f"event and status block of closing {file.path}")
    irp = new_irp(k, file, IRP_MJ_CLEANUP, mode, IRP_CLOSE_OPERATION | IRP_SYNCHRONOUS_API, block)

    def release(k: Kernel, status: int) -> Result:
        return after(k, ob.dereference(k, entry), lambda kernel, _: STATUS_SUCCESS)

    def cleaned(k: Kernel, status: int, information: int) -> Result:
        body = k.struct("_FILE_OBJECT", file.object)
        body.Flags = body.Flags | FO_CLEANUP_COMPLETE
        if file.outstanding:
            return Wait((file.drained,), then=release, reason="UserRequest", io=True)
        return release(k, status)

    return send(k, file, irp, block, cleaned)


def delete_procedure(k: Kernel, entry: Entry) -> Result:
    """The last reference to a file object is gone: IRP_MJ_CLOSE, and the device is referenced no more."""
    file: OpenFile | None = k.io.file_at(entry.address)
    if file is None:
        return None
    found = file
    block = new_block(k, f"event and status block of closing {file.path}")
    irp = new_irp(k, file, IRP_MJ_CLOSE, KERNEL_MODE, IRP_CLOSE_OPERATION | IRP_SYNCHRONOUS_API, block)

    def closed(k: Kernel, status: int, information: int) -> Result:
        _forget(k, found)
        return after(k, _unreference(k, found.device), lambda kernel, _: 0)

    return send(k, file, irp, block, closed)


ob.DELETE["File"] = delete_procedure


def _forget(k: Kernel, file: OpenFile) -> None:
    """Give back what hangs on a file object."""
    name = k.struct("_FILE_OBJECT", file.object).FileName.Buffer
    if name:
        k.pool.free_system(name)
    k.pool.free_system(file.drained)
    k.journal.pop(k.io.files, k.io.files.index(file))


def _unreference(k: Kernel, device: int) -> Result:
    here = stack.device(k, device)
    driver = int(here.DriverObject)
    here.ReferenceCount = here.ReferenceCount - 1

    def completed(k: Kernel, value: int) -> Result:
        unload.reconsider(k, driver)
        return None

    return after(k, devices.complete_delete(k, device), completed)
