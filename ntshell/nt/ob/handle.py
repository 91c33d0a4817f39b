"""Handles: the kernel's handle table, and what can be done with any object by its handle.

Rules: handles are multiples of 4, from 4, and none is given out twice, so a stale one is always found out; -1 and -2 are
the current process and thread.  A handle is a reference; an object's type hears of every close (`object.CLOSE`).
"""

from __future__ import annotations

import attrs

from ntshell.nt.export import export
from ntshell.nt.flow import Result, after
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import object as ob
from ntshell.nt.ob.namespace import Entry
from ntshell.nt.status import (
    STATUS_INVALID_HANDLE,
    STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_SUCCESS,
)

CURRENT_PROCESS, CURRENT_THREAD = -1, -2
KERNEL_MODE = 0


@attrs.frozen(eq=False, repr=False)
class Handle:
    """An open handle; `driver` is the module that opened it."""

    value: int
    entry: Entry
    access: int
    driver: str


def open_handle(k: Kernel, entry: Entry, access: int, note: str = "") -> int:
    """A new handle to an object, with its own reference, on the calling driver's ledger."""
    value: int = k.objects.last_handle + 4
    k.journal.set(k.objects, "last_handle", value)
    k.journal.set(entry, "handle_count", entry.handle_count + 1)
    ob.reference(k, entry)
    k.journal.put(k.objects.handles, value, Handle(value, entry, access, k.caller))
    k.acquire("handle", value, note or f"handle {value:#x} to {ob.title(entry)}")
    return value


def lookup(k: Kernel, value: int) -> Entry | None:
    """The object that a handle stands for; knows the two pseudo handles."""
    signed = _signed(k, value)
    if signed == CURRENT_THREAD:
        found: Entry | None = k.objects.at(k.thread.object)
        return found
    if signed == CURRENT_PROCESS:
        found = k.objects.at(k.ps.system_process)
        return found
    handle: Handle | None = k.objects.handles.get(value)
    return None if handle is None else handle.entry


def close(k: Kernel, value: int) -> Result:
    """Close a handle: with the last one a temporary object loses its name, with the last reference it goes."""
    handle: Handle = k.journal.delete(k.objects.handles, value)
    k.release("handle", value)
    entry = handle.entry
    k.journal.set(entry, "handle_count", entry.handle_count - 1)
    procedure = ob.CLOSE.get(entry.type)
    result: Result = procedure(k, entry) if procedure is not None else 0
    return after(k, result, lambda kernel, _: _closed(kernel, entry))


def _closed(k: Kernel, entry: Entry) -> Result:
    if entry.temporary and not entry.handle_count:
        k.objects.detach(entry)
    return after(k, ob.dereference(k, entry), lambda kernel, _: STATUS_SUCCESS)


def _signed(k: Kernel, value: int) -> int:
    top = 1 << (8 * k.arch.pointer - 1)
    return ((value & k.arch.mask) ^ top) - top


def _close(k: Kernel, value: int) -> Result:
    if _signed(k, value) in (CURRENT_PROCESS, CURRENT_THREAD):
        return STATUS_SUCCESS
    if value not in k.objects.handles:
        k.bugcheck(
            0x93, value, 1, 0, 0,
            rule=f"ZwClose was called with handle {value:#x}, which is not open",
            mend="close each kernel handle once, and set the variable to NULL afterwards",
        )  # fmt: skip
    return close(k, value)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwClose(_In_ HANDLE Handle);""",
    releases="handle",
)
def ZwClose(k: Kernel, Handle: int) -> Result:
    """Close a handle to an object of any type."""
    return _close(k, Handle)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSCALLAPI NTSTATUS NtClose(_In_ HANDLE Handle);""",
    releases="handle",
    header="ntifs.h",
)
def NtClose(k: Kernel, Handle: int) -> Result:
    """Close a handle, as ZwClose does; on behalf of a user's thread a bad one is only refused."""
    if k.thread.user and lookup(k, Handle) is None:
        return STATUS_INVALID_HANDLE
    return _close(k, Handle)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS ObCloseHandle(_In_ HANDLE Handle, _In_ KPROCESSOR_MODE PreviousMode);""",
    releases="handle",
)
def ObCloseHandle(k: Kernel, Handle: int, PreviousMode: int) -> Result:
    """Close a handle; for a user's mode a bad one is only refused."""
    if PreviousMode != KERNEL_MODE and lookup(k, Handle) is None:
        return STATUS_INVALID_HANDLE
    return _close(k, Handle)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS ObReferenceObjectByHandle(_In_ HANDLE Handle, _In_ ACCESS_MASK DesiredAccess,
        _In_opt_ POBJECT_TYPE ObjectType, _In_ KPROCESSOR_MODE AccessMode, _Out_ PVOID *Object,
        _Out_opt_ POBJECT_HANDLE_INFORMATION HandleInformation);""",
    acquires="reference",
    fails=(STATUS_INVALID_HANDLE,),
)
def ObReferenceObjectByHandle(
    k: Kernel, Handle: int, DesiredAccess: int, ObjectType: int, AccessMode: int, Object: int, HandleInformation: int
) -> Result:
    """Take a reference to the object behind a handle and get its address."""
    entry = lookup(k, Handle)
    if entry is None:
        k.set_pointer(Object, 0)
        if AccessMode == KERNEL_MODE:
            _bad_reference(k, Handle, ObjectType)
        return STATUS_INVALID_HANDLE
    if not ob.has_type(k, entry, ObjectType):
        k.set_pointer(Object, 0)
        return STATUS_OBJECT_TYPE_MISMATCH
    if HandleInformation:
        handle = k.objects.handles.get(Handle)
        k.memory.store(HandleInformation, 4, 0)
        k.memory.store(HandleInformation + 4, 4, handle.access if handle is not None else 0x1F0FFF)
    ob.reference(k, entry)
    ob.charge(k, entry)
    k.set_pointer(Object, entry.address)
    return STATUS_SUCCESS


def _bad_reference(k: Kernel, handle: int, type: int) -> None:
    if handle:
        rule = f"ObReferenceObjectByHandle was given handle {handle:#x}, which is not open"
    else:
        rule = "ObReferenceObjectByHandle was given a NULL handle"
    mend = "take the reference while the handle is open, and check that the call that made the handle succeeded"
    k.bugcheck(0xC4, 0x3C if handle else 0xF5, handle, type, 0, rule=rule, mend=mend)


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI NTSTATUS ObOpenObjectByPointer(_In_ PVOID Object, _In_ ULONG HandleAttributes,
        _In_opt_ PACCESS_STATE PassedAccessState, _In_ ACCESS_MASK DesiredAccess, _In_opt_ POBJECT_TYPE ObjectType,
        _In_ KPROCESSOR_MODE AccessMode, _Out_ PHANDLE Handle);""",
    acquires="handle",
    header="ntifs.h",
)
def ObOpenObjectByPointer(
    k: Kernel, Object: int, HandleAttributes: int, PassedAccessState: int, DesiredAccess: int, ObjectType: int,
    AccessMode: int, Handle: int,
) -> Result:  # fmt: skip
    """Open a handle to an object whose address is known."""
    entry = ob.find(k, Object)
    if not ob.has_type(k, entry, ObjectType):
        return STATUS_OBJECT_TYPE_MISMATCH
    k.set_pointer(Handle, open_handle(k, entry, DesiredAccess))
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwMakeTemporaryObject(_In_ HANDLE Handle);"""
)
def ZwMakeTemporaryObject(k: Kernel, Handle: int) -> Result:
    """Let an object's name go when its last handle is closed."""
    entry = lookup(k, Handle)
    if entry is None:
        return STATUS_INVALID_HANDLE
    return after(k, ob.make_temporary(k, entry), lambda kernel, _: STATUS_SUCCESS)
