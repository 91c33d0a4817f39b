"""Keys by handle: ZwCreateKey, ZwOpenKey, ZwDeleteKey, and the values of a key.

Rules: a handle's object is of type Key and knows its registry key; ZwCreateKey makes the last part of a path only.
"""

from __future__ import annotations

from ntshell.nt.cm import ledger
from ntshell.nt.cm.registry import Key
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import attributes
from ntshell.nt.ob import handle as handles
from ntshell.nt.ob import object as ob
from ntshell.nt.status import (
    STATUS_INVALID_HANDLE,
    STATUS_KEY_DELETED,
    STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_SUCCESS,
)

VOLATILE = 1
CREATED, OPENED = 1, 2
BODY = 32  # a CM_KEYBODY's inside is cm's own


def opened(k: Kernel, handle: int) -> Key | int:
    """The key that a handle stands for; else an NTSTATUS."""
    entry = handles.lookup(k, handle)
    if entry is None:
        return STATUS_INVALID_HANDLE
    if entry.type != "Key":
        return STATUS_OBJECT_TYPE_MISMATCH
    key: Key = entry.facts["key"]
    return STATUS_KEY_DELETED if key.deleted else key


def _hand_out(k: Kernel, out: int, key: Key, access: int) -> int:
    entry = ob.make(k, "Key", BODY, f"key {key.path}", key=key)
    k.set_pointer(out, handles.open_handle(k, entry, access, f"handle to key {key.path}"))
    ob.dereference(k, entry)
    return STATUS_SUCCESS


def _wanted(k: Kernel, address: int) -> tuple[str, int]:
    wanted = attributes.read(k, address)
    if wanted.status:
        return "", wanted.status
    if not f"{wanted.path}\\".upper().startswith("\\REGISTRY\\"):
        _, _, status = k.objects.resolve(wanted.path)
        return "", int(status) or STATUS_OBJECT_TYPE_MISMATCH
    return wanted.path, STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwOpenKey(_Out_ PHANDLE KeyHandle, _In_ ACCESS_MASK DesiredAccess,
        _In_ POBJECT_ATTRIBUTES ObjectAttributes);""",
    acquires="handle",
    stage=Stage(entry=1),
    fails=(STATUS_OBJECT_NAME_NOT_FOUND,),
)
def ZwOpenKey(k: Kernel, KeyHandle: int, DesiredAccess: int, ObjectAttributes: int) -> Result:
    """Open a registry key that is there."""
    path, status = _wanted(k, ObjectAttributes)
    if status:
        return status
    key = k.registry.open(path)
    return STATUS_OBJECT_NAME_NOT_FOUND if key is None else _hand_out(k, KeyHandle, key, DesiredAccess)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwCreateKey(_Out_ PHANDLE KeyHandle, _In_ ACCESS_MASK DesiredAccess,
        _In_ POBJECT_ATTRIBUTES ObjectAttributes, _Reserved_ ULONG TitleIndex, _In_opt_ PUNICODE_STRING Class,
        _In_ ULONG CreateOptions, _Out_opt_ PULONG Disposition);""",
    acquires=("handle", "registry"),
    fails=(STATUS_OBJECT_NAME_NOT_FOUND,),
)
def ZwCreateKey(
    k: Kernel, KeyHandle: int, DesiredAccess: int, ObjectAttributes: int, TitleIndex: int, Class: int,
    CreateOptions: int, Disposition: int,
) -> Result:  # fmt: skip
    """Open a registry key, and make it when it is not there."""
    path, status = _wanted(k, ObjectAttributes)
    if status:
        return status
    there = k.registry.open(path)
    key = there or k.registry.create(path, bool(CreateOptions & VOLATILE), parents=False)
    if isinstance(key, int):
        return key
    if there is None:
        k.journal.set(key, "class_name", k.unicode(Class))
        ledger.key_made(k, key)
    if Disposition:
        k.memory.store(Disposition, 4, CREATED if there is None else OPENED)
    return _hand_out(k, KeyHandle, key, DesiredAccess)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwDeleteKey(_In_ HANDLE KeyHandle);""",
    releases=("registry", "devicemap"),
    stage=Stage(unload=6),
)
def ZwDeleteKey(k: Kernel, KeyHandle: int) -> Result:
    """Delete a registry key without subkeys; its handle is still to be closed."""
    key = opened(k, KeyHandle)
    return key if isinstance(key, int) else ledger.delete_key(k, key)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwSetValueKey(_In_ HANDLE KeyHandle, _In_ PUNICODE_STRING ValueName, _In_opt_ ULONG TitleIndex,
        _In_ ULONG Type, _In_opt_ PVOID Data, _In_ ULONG DataSize);""",
    acquires=("devicemap", "registry"),
)
def ZwSetValueKey(
    k: Kernel, KeyHandle: int, ValueName: int, TitleIndex: int, Type: int, Data: int, DataSize: int
) -> Result:
    """Write a value of a key."""
    key = opened(k, KeyHandle)
    if isinstance(key, int):
        return key
    data = k.memory.read(Data, DataSize) if DataSize else b""
    return ledger.set_value(k, key, k.unicode(ValueName), Type, data)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwDeleteValueKey(_In_ HANDLE KeyHandle, _In_ PUNICODE_STRING ValueName);""",
    releases=("devicemap", "registry"),
    stage=Stage(unload=6),
    fails=(STATUS_OBJECT_NAME_NOT_FOUND,),
)
def ZwDeleteValueKey(k: Kernel, KeyHandle: int, ValueName: int) -> Result:
    """Delete a value of a key."""
    key = opened(k, KeyHandle)
    return key if isinstance(key, int) else ledger.delete_value(k, key, k.unicode(ValueName))


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwFlushKey(_In_ HANDLE KeyHandle);"""
)
def ZwFlushKey(k: Kernel, KeyHandle: int) -> Result:
    """Write a key to the disk; this registry lives in memory, so there is nothing to wait for."""
    key = opened(k, KeyHandle)
    return key if isinstance(key, int) else STATUS_SUCCESS
