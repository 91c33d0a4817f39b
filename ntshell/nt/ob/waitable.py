"""Events by handle, and waiting for an object by its handle."""

from __future__ import annotations

from ntshell.nt.export import EXPORTS, export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import attributes
from ntshell.nt.ob import handle as handles
from ntshell.nt.ob.event import make_event
from ntshell.nt.ob.opening import open_existing, open_named
from ntshell.nt.status import (
    STATUS_INVALID_HANDLE,
    STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_SUCCESS,
)

WAITABLE = ("Event", "Mutant", "Process", "Semaphore", "Thread", "Timer")
USER_REQUEST, KERNEL_MODE = 6, 0


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwCreateEvent(_Out_ PHANDLE EventHandle, _In_ ACCESS_MASK DesiredAccess,
        _In_opt_ POBJECT_ATTRIBUTES ObjectAttributes, _In_ EVENT_TYPE EventType, _In_ BOOLEAN InitialState);""",
    acquires="handle",
    header="ntifs.h",
)
def ZwCreateEvent(
    k: Kernel, EventHandle: int, DesiredAccess: int, ObjectAttributes: int, EventType: int, InitialState: int
) -> Result:
    """Make an event object and open a handle to it."""
    wanted = attributes.read(k, ObjectAttributes)
    if wanted.status:
        return wanted.status
    found = open_existing(k, EventHandle, DesiredAccess, wanted, "Event")
    if found is not None:
        return found
    handle = make_event(k, EventType, bool(InitialState), wanted.path)
    if not handle:
        return int(k.objects.resolve(wanted.path)[2])
    k.set_pointer(EventHandle, handle)
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwOpenEvent(_Out_ PHANDLE EventHandle, _In_ ACCESS_MASK DesiredAccess,
        _In_ POBJECT_ATTRIBUTES ObjectAttributes);""",
    acquires="handle",
)
def ZwOpenEvent(k: Kernel, EventHandle: int, DesiredAccess: int, ObjectAttributes: int) -> Result:
    """Open a named event."""
    return open_named(k, EventHandle, DesiredAccess, ObjectAttributes, "Event")


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwSetEvent(_In_ HANDLE EventHandle, _Out_opt_ PLONG PreviousState);""",
    header="ntifs.h",
)
def ZwSetEvent(k: Kernel, EventHandle: int, PreviousState: int) -> Result:
    """Signal an event by its handle."""
    entry = handles.lookup(k, EventHandle)
    if entry is None:
        return STATUS_INVALID_HANDLE
    if entry.type != "Event":
        return STATUS_OBJECT_TYPE_MISMATCH
    state = EXPORTS["KeSetEvent"].run(k, entry.address, 0, 0)
    if PreviousState:
        k.memory.store(PreviousState, 4, state)
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwWaitForSingleObject(_In_ HANDLE Handle, _In_ BOOLEAN Alertable, _In_opt_ PLARGE_INTEGER Timeout);""",
    header="ntifs.h",
)
def ZwWaitForSingleObject(k: Kernel, Handle: int, Alertable: int, Timeout: int) -> Result:
    """Wait until the object behind a handle is signalled, or the time is over."""
    entry = handles.lookup(k, Handle)
    if entry is None:
        return STATUS_INVALID_HANDLE
    address = entry.address
    if entry.type == "File":
        address = k.struct("_FILE_OBJECT", address).at("Event")
    elif entry.type not in WAITABLE:
        return STATUS_OBJECT_TYPE_MISMATCH
    result: Result = EXPORTS["KeWaitForSingleObject"].run(k, address, USER_REQUEST, KERNEL_MODE, Alertable, Timeout)
    return result
