"""Directories of the namespace, and the name that an object has."""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import attributes
from ntshell.nt.ob import handle as handles
from ntshell.nt.ob import object as ob
from ntshell.nt.ob.opening import open_existing, open_named
from ntshell.nt.status import (
    STATUS_INFO_LENGTH_MISMATCH,
    STATUS_SUCCESS,
)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwCreateDirectoryObject(_Out_ PHANDLE DirectoryHandle, _In_ ACCESS_MASK DesiredAccess,
        _In_ POBJECT_ATTRIBUTES ObjectAttributes);""",
    acquires="handle",
)
def ZwCreateDirectoryObject(k: Kernel, DirectoryHandle: int, DesiredAccess: int, ObjectAttributes: int) -> Result:
    """Make a directory in the namespace, or open the one that is there when OBJ_OPENIF says so."""
    wanted = attributes.read(k, ObjectAttributes)
    if wanted.status:
        return wanted.status
    found = open_existing(k, DirectoryHandle, DesiredAccess, wanted, "Directory")
    if found is not None:
        return found
    entry = ob.make(k, "Directory", k.sizeof("_OBJECT_DIRECTORY"), f"object directory {wanted.path}")
    if wanted.path:
        temporary = not wanted.flags & attributes.OBJ_PERMANENT
        status = k.objects.insert(wanted.path, "Directory", entry.address, temporary=temporary)
        if status != STATUS_SUCCESS:
            ob.dereference(k, entry)
            return int(status)
    k.set_pointer(DirectoryHandle, handles.open_handle(k, entry, DesiredAccess))
    ob.dereference(k, entry)
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwOpenDirectoryObject(_Out_ PHANDLE DirectoryHandle, _In_ ACCESS_MASK DesiredAccess,
        _In_ POBJECT_ATTRIBUTES ObjectAttributes);""",
    acquires="handle",
    header="ntifs.h",
)
def ZwOpenDirectoryObject(k: Kernel, DirectoryHandle: int, DesiredAccess: int, ObjectAttributes: int) -> Result:
    """Open a directory of the namespace."""
    return open_named(k, DirectoryHandle, DesiredAccess, ObjectAttributes, "Directory")


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI NTSTATUS ObQueryNameString(_In_ PVOID Object, _Out_opt_ POBJECT_NAME_INFORMATION ObjectNameInfo,
        _In_ ULONG Length, _Out_ PULONG ReturnLength);""",
    header="ntifs.h",
)
def ObQueryNameString(k: Kernel, Object: int, ObjectNameInfo: int, Length: int, ReturnLength: int) -> Result:
    """Get an object's full name, as a UNICODE_STRING with its text behind it."""
    entry = ob.find(k, Object)
    name = entry.path
    if entry.type == "File" and "device" in entry.facts:
        device = k.objects.at(entry.facts["device"])
        name = device.path if device is not None else ""
    head = k.sizeof("_UNICODE_STRING")
    needed = head + (2 * len(name) + 2 if name else 0)
    k.memory.store(ReturnLength, 4, needed)
    if Length < needed or not ObjectNameInfo:
        return STATUS_INFO_LENGTH_MISMATCH
    if name:
        k.set_unicode(ObjectNameInfo, ObjectNameInfo + head, name)
    else:
        k.memory.write(ObjectNameInfo, bytes(head))
    return STATUS_SUCCESS
