r"""Symbolic links: `\??\LAB1` to `\Device\Lab0`.

Rules: a link made by IoCreateSymbolicLink is permanent and nobody holds it; it stays after its driver is gone until
IoDeleteSymbolicLink takes it away.  Where it leads need not exist.
"""

from __future__ import annotations

from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import handle as handles
from ntshell.nt.ob import object as ob
from ntshell.nt.ob.opening import open_named
from ntshell.nt.status import (
    STATUS_BUFFER_TOO_SMALL,
    STATUS_INVALID_HANDLE,
    STATUS_OBJECT_NAME_COLLISION,
    STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_SUCCESS,
)


def create(k: Kernel, path: str, target: str) -> int:
    """Make a permanent link; returns an NTSTATUS."""
    existing, rest, status = k.objects.resolve(path, follow=False)
    if existing is not None:
        return STATUS_OBJECT_TYPE_MISMATCH if rest else STATUS_OBJECT_NAME_COLLISION
    if status != STATUS_OBJECT_NAME_NOT_FOUND:
        return int(status)
    size = k.sizeof("_OBJECT_SYMBOLIC_LINK")
    data = target.encode("utf-16-le")
    entry = ob.make(k, "SymbolicLink", size + len(data) + 2, f"symbolic link {path}", owner=k.caller)
    body = k.struct("_OBJECT_SYMBOLIC_LINK", entry.address)
    k.set_unicode(body.at("LinkTarget"), entry.address + size, target)
    status = k.objects.insert(path, "SymbolicLink", entry.address, target=target)
    if status != STATUS_SUCCESS:
        ob.dereference(k, entry)
        return int(status)
    ob.dereference(k, entry)  # its maker's: only the name holds it now
    k.emit("object", f"{entry.path} -> {target}", type="SymbolicLink", address=entry.address)
    k.acquire("symbolic link", entry.path.upper(), f"{entry.path} -> {target}")
    return STATUS_SUCCESS


def remove(k: Kernel, path: str) -> int:
    """Delete a link; returns an NTSTATUS."""
    entry, rest, status = k.objects.resolve(path, follow=False)
    if entry is None or rest:
        return int(status) or STATUS_OBJECT_NAME_NOT_FOUND
    if entry.type != "SymbolicLink":
        return STATUS_OBJECT_TYPE_MISMATCH
    k.release("symbolic link", entry.path.upper())
    ob.make_temporary(k, entry)
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoCreateSymbolicLink(_In_ PUNICODE_STRING SymbolicLinkName, _In_ PUNICODE_STRING DeviceName);""",
    acquires="symbolic link",
    stage=Stage(entry=6),
    fails=(STATUS_OBJECT_NAME_COLLISION,),
)
def IoCreateSymbolicLink(k: Kernel, SymbolicLinkName: int, DeviceName: int) -> Result:
    """Make a symbolic link, by which user programs reach a device."""
    return create(k, k.unicode(SymbolicLinkName), k.unicode(DeviceName))


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoCreateUnprotectedSymbolicLink(_In_ PUNICODE_STRING SymbolicLinkName,
        _In_ PUNICODE_STRING DeviceName);""",
    acquires="symbolic link",
    stage=Stage(entry=6),
    fails=(STATUS_OBJECT_NAME_COLLISION,),
)
def IoCreateUnprotectedSymbolicLink(k: Kernel, SymbolicLinkName: int, DeviceName: int) -> Result:
    """Make a symbolic link that users may redirect, as for serial and parallel ports."""
    return create(k, k.unicode(SymbolicLinkName), k.unicode(DeviceName))


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoDeleteSymbolicLink(_In_ PUNICODE_STRING SymbolicLinkName);""",
    releases="symbolic link",
    stage=Stage(unload=6),
)
def IoDeleteSymbolicLink(k: Kernel, SymbolicLinkName: int) -> Result:
    """Delete a symbolic link; what it leads to is not touched."""
    return remove(k, k.unicode(SymbolicLinkName))


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoAssignArcName(_In_ PUNICODE_STRING ArcName, _In_ PUNICODE_STRING DeviceName);""",
    acquires="symbolic link",
    stage=Stage(entry=6),
    header="ntddk.h",
)
def IoAssignArcName(k: Kernel, ArcName: int, DeviceName: int) -> Result:
    """Make a link from a boot loader's name to a device."""
    return create(k, k.unicode(ArcName), k.unicode(DeviceName))


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoDeassignArcName(_In_ PUNICODE_STRING ArcName);""",
    releases="symbolic link",
    stage=Stage(unload=6),
    header="ntddk.h",
)
def IoDeassignArcName(k: Kernel, ArcName: int) -> Result:
    """Delete a link from a boot loader's name."""
    return remove(k, k.unicode(ArcName))


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwOpenSymbolicLinkObject(_Out_ PHANDLE LinkHandle, _In_ ACCESS_MASK DesiredAccess,
        _In_ POBJECT_ATTRIBUTES ObjectAttributes);""",
    acquires="handle",
)
def ZwOpenSymbolicLinkObject(k: Kernel, LinkHandle: int, DesiredAccess: int, ObjectAttributes: int) -> Result:
    """Open a symbolic link itself."""
    return open_named(k, LinkHandle, DesiredAccess, ObjectAttributes, "SymbolicLink", follow=False)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwQuerySymbolicLinkObject(_In_ HANDLE LinkHandle, _Inout_ PUNICODE_STRING LinkTarget,
        _Out_opt_ PULONG ReturnedLength);"""
)
def ZwQuerySymbolicLinkObject(k: Kernel, LinkHandle: int, LinkTarget: int, ReturnedLength: int) -> Result:
    """Get the text that a symbolic link leads to."""
    entry = handles.lookup(k, LinkHandle)
    if entry is None:
        return STATUS_INVALID_HANDLE
    if entry.type != "SymbolicLink":
        return STATUS_OBJECT_TYPE_MISMATCH
    data = entry.target.encode("utf-16-le")
    if ReturnedLength:
        k.memory.store(ReturnedLength, 4, len(data))
    string = k.struct("_UNICODE_STRING", LinkTarget)
    if len(data) > string.MaximumLength:
        return STATUS_BUFFER_TOO_SMALL
    k.memory.write(string.Buffer, data)
    string.Length = len(data)
    return STATUS_SUCCESS
