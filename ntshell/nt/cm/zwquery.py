"""What keys and values say of themselves: the KEY_… and KEY_VALUE_… information structures.

Rules: the length needed is always told; a buffer that holds less than the fixed part gives STATUS_BUFFER_TOO_SMALL and is
not touched, one that holds less than all is filled as far as it goes and gives STATUS_BUFFER_OVERFLOW.
"""

from __future__ import annotations

from struct import pack

from ntshell.nt.cm.query import full_information
from ntshell.nt.cm.registry import Key, ValueEntry
from ntshell.nt.cm.zwkey import opened
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import (
    STATUS_BUFFER_OVERFLOW,
    STATUS_BUFFER_TOO_SMALL,
    STATUS_INVALID_PARAMETER,
    STATUS_NO_MORE_ENTRIES,
    STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_SUCCESS,
)

Information = tuple[bytes, int]  # the structure, and the bytes of its fixed part


def value_information(kind: int, value: ValueEntry) -> Information | None:
    """A KEY_VALUE_INFORMATION_CLASS's structure; None for a class that is not known."""
    name = value.name.encode("utf-16-le")
    if kind == 0:
        return pack("<3I", 0, value.type, len(name)) + name, 12
    if kind in (1, 3):
        return full_information(value.name, value.type, value.data), 20
    if kind == 2:
        return pack("<3I", 0, value.type, len(value.data)) + value.data, 12
    if kind == 4:
        return pack("<2I", value.type, len(value.data)) + value.data, 8
    return None


def key_information(kind: int, key: Key) -> Information | None:
    """A KEY_INFORMATION_CLASS's structure; None for a class that is not known."""
    name, class_name = key.name.encode("utf-16-le"), key.class_name.encode("utf-16-le")
    if kind == 0:
        return pack("<q2I", key.written, 0, len(name)) + name, 16
    if kind == 1:
        offset = 24 + len(name) + 3 & ~3 if class_name else 0xFFFFFFFF
        head = pack("<q4I", key.written, 0, offset, len(class_name), len(name)) + name
        return (head.ljust(offset, b"\0") + class_name if class_name else head), 24
    if kind == 2:
        return _full(key, class_name), 44
    if kind == 3:
        path = key.path.encode("utf-16-le")
        return pack("<I", len(path)) + path, 4
    return None


def _full(key: Key, class_name: bytes) -> bytes:
    subkeys, values = key.sorted(), key.values
    numbers = (
        0,
        44 if class_name else 0xFFFFFFFF,
        len(class_name),
        len(subkeys),
        max((2 * len(each.name) for each in subkeys), default=0),
        max((2 * len(each.class_name) for each in subkeys), default=0),
        len(values),
        max((2 * len(each.name) for each in values), default=0),
        max((len(each.data) for each in values), default=0),
    )
    return pack("<q9I", key.written, *numbers) + class_name


def _give(k: Kernel, found: Information | None, buffer: int, length: int, needed: int) -> int:
    if found is None:
        return STATUS_INVALID_PARAMETER
    data, fixed = found
    k.memory.store(needed, 4, len(data))
    if length < fixed:
        return STATUS_BUFFER_TOO_SMALL
    k.memory.write(buffer, data[:length])
    return STATUS_SUCCESS if length >= len(data) else STATUS_BUFFER_OVERFLOW


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwQueryValueKey(_In_ HANDLE KeyHandle, _In_ PUNICODE_STRING ValueName,
        _In_ KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass, _Out_opt_ PVOID KeyValueInformation,
        _In_ ULONG Length, _Out_ PULONG ResultLength);""",
    stage=Stage(entry=1),
    fails=(STATUS_OBJECT_NAME_NOT_FOUND,),
)
def ZwQueryValueKey(
    k: Kernel, KeyHandle: int, ValueName: int, KeyValueInformationClass: int, KeyValueInformation: int, Length: int,
    ResultLength: int,
) -> Result:  # fmt: skip
    """Read a value of a key by its name."""
    key = opened(k, KeyHandle)
    if isinstance(key, int):
        return key
    value = key.value(k.unicode(ValueName))
    if value is None:
        return STATUS_OBJECT_NAME_NOT_FOUND
    found = value_information(KeyValueInformationClass, value)
    return _give(k, found, KeyValueInformation, Length, ResultLength)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwEnumerateValueKey(_In_ HANDLE KeyHandle, _In_ ULONG Index,
        _In_ KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass, _Out_opt_ PVOID KeyValueInformation,
        _In_ ULONG Length, _Out_ PULONG ResultLength);""",
    stage=Stage(entry=1),
)
def ZwEnumerateValueKey(
    k: Kernel, KeyHandle: int, Index: int, KeyValueInformationClass: int, KeyValueInformation: int, Length: int,
    ResultLength: int,
) -> Result:  # fmt: skip
    """Read a value of a key by its number, from 0."""
    key = opened(k, KeyHandle)
    if isinstance(key, int):
        return key
    if Index >= len(key.values):
        return STATUS_NO_MORE_ENTRIES
    found = value_information(KeyValueInformationClass, key.values[Index])
    return _give(k, found, KeyValueInformation, Length, ResultLength)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwEnumerateKey(_In_ HANDLE KeyHandle, _In_ ULONG Index,
        _In_ KEY_INFORMATION_CLASS KeyInformationClass, _Out_opt_ PVOID KeyInformation, _In_ ULONG Length,
        _Out_ PULONG ResultLength);""",
    stage=Stage(entry=1),
)
def ZwEnumerateKey(
    k: Kernel, KeyHandle: int, Index: int, KeyInformationClass: int, KeyInformation: int, Length: int,
    ResultLength: int,
) -> Result:  # fmt: skip
    """Tell of a subkey by its number, from 0; subkeys are sorted by name."""
    key = opened(k, KeyHandle)
    if isinstance(key, int):
        return key
    subkeys = key.sorted()
    if Index >= len(subkeys):
        return STATUS_NO_MORE_ENTRIES
    return _give(k, key_information(KeyInformationClass, subkeys[Index]), KeyInformation, Length, ResultLength)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS ZwQueryKey(_In_ HANDLE KeyHandle, _In_ KEY_INFORMATION_CLASS KeyInformationClass,
        _Out_opt_ PVOID KeyInformation, _In_ ULONG Length, _Out_ PULONG ResultLength);""",
    stage=Stage(entry=1),
)
def ZwQueryKey(
    k: Kernel, KeyHandle: int, KeyInformationClass: int, KeyInformation: int, Length: int, ResultLength: int
) -> Result:
    """Tell of a key: its name, how many subkeys and values it has."""
    key = opened(k, KeyHandle)
    if isinstance(key, int):
        return key
    return _give(k, key_information(KeyInformationClass, key), KeyInformation, Length, ResultLength)
