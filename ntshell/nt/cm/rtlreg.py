"""RtlWriteRegistryValue, RtlDeleteRegistryValue, RtlCheckRegistryKey and RtlCreateRegistryKey.

Rule: writing a value makes its key when only the last part of the path is missing; a key made below DeviceMap is volatile.
"""

from __future__ import annotations

from ntshell.nt.cm import ledger
from ntshell.nt.cm.registry import Key
from ntshell.nt.cm.relative import opened, place
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS


def _created(k: Kernel, relative: int, path: int) -> tuple[Key | int, bool]:
    """The key, and whether it was made just now."""
    where = place(k, relative, path)
    if isinstance(where, int):
        return where, False
    key = k.registry.open(where.start, where.under)
    if key is not None:
        return key, False
    above, _, _ = (where.under or str(where.start)).rstrip("\\").rpartition("\\")
    parent = k.registry.open(where.start, above) if where.under else k.registry.open(above)
    volatile = where.volatile or (parent is not None and parent.volatile)
    made = k.registry.create(where.start, volatile, where.under, parents=False)
    return made, isinstance(made, Key)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS RtlWriteRegistryValue(_In_ ULONG RelativeTo, _In_ PCWSTR Path, _In_ PCWSTR ValueName,
        _In_ ULONG ValueType, _In_opt_ PVOID ValueData, _In_ ULONG ValueLength);""",
    acquires=("devicemap", "registry"),
    stage=Stage(entry=6),
)
def RtlWriteRegistryValue(
    k: Kernel, RelativeTo: int, Path: int, ValueName: int, ValueType: int, ValueData: int, ValueLength: int
) -> Result:
    """Write a registry value, with its key if that is missing."""
    key, _ = _created(k, RelativeTo, Path)
    if isinstance(key, int):
        return key
    data = k.memory.read(ValueData, ValueLength) if ValueData else b""
    return ledger.set_value(k, key, k.wide(ValueName), ValueType, data)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS RtlDeleteRegistryValue(_In_ ULONG RelativeTo, _In_ PCWSTR Path, _In_ PCWSTR ValueName);""",
    releases=("devicemap", "registry"),
    stage=Stage(unload=6),
    fails=(STATUS_OBJECT_NAME_NOT_FOUND,),
)
def RtlDeleteRegistryValue(k: Kernel, RelativeTo: int, Path: int, ValueName: int) -> Result:
    """Delete a registry value; its key stays."""
    key = opened(k, RelativeTo, Path)
    if isinstance(key, int):
        return key
    return ledger.delete_value(k, key, k.wide(ValueName))


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS RtlCheckRegistryKey(_In_ ULONG RelativeTo, _In_ PWSTR Path);""",
    stage=Stage(entry=1),
    fails=(STATUS_OBJECT_NAME_NOT_FOUND,),
)
def RtlCheckRegistryKey(k: Kernel, RelativeTo: int, Path: int) -> Result:
    """Tell whether a registry key is there."""
    key = opened(k, RelativeTo, Path)
    return key if isinstance(key, int) else STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS RtlCreateRegistryKey(_In_ ULONG RelativeTo, _In_ PWSTR Path);""",
    acquires="registry",
    stage=Stage(entry=6),
)
def RtlCreateRegistryKey(k: Kernel, RelativeTo: int, Path: int) -> Result:
    """Make a registry key when it is not there."""
    key, made = _created(k, RelativeTo, Path)
    if isinstance(key, int):
        return key
    if made:
        ledger.key_made(k, key)
    return STATUS_SUCCESS
