"""Counted strings: UNICODE_STRING and ANSI_STRING.

Rules: Length and MaximumLength are bytes; a routine that allocates takes paged pool, which RtlFreeXxx gives back and the
ledger keeps till then; Unicode is folded character by character, ANSI is Latin-1.  Routines that read the tables for
case and code pages are for PASSIVE_LEVEL, as their prototypes say.
"""

from __future__ import annotations

from ntshell.nt.export import Stage, export
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import (
    STATUS_BUFFER_OVERFLOW,
    STATUS_BUFFER_TOO_SMALL,
    STATUS_INVALID_PARAMETER,
    STATUS_NO_MEMORY,
    STATUS_SUCCESS,
)

TAG = "Strg"
LONGEST = 0xFFFE
PASSIVE = "_IRQL_requires_max_(PASSIVE_LEVEL) NTSYSAPI"
APC = "_IRQL_requires_max_(APC_LEVEL) NTSYSAPI"
HIGH = "_IRQL_requires_max_(HIGH_LEVEL) NTSYSAPI"
FREE = Stage(unload=3)


def upcase(text: str) -> str:
    """Text in capitals, each character one character."""
    return "".join(big if len(big := character.upper()) == 1 else character for character in text)


def read(k: Kernel, address: int, unit: int = 2) -> str:
    """The text of a counted string."""
    length = k.memory.load(address, 2) & -unit
    data = k.memory.read(k.pointer(address + k.arch.pointer), length)
    return data.decode("utf-16-le", "surrogatepass") if unit == 2 else data.decode("latin-1")


def fill(k: Kernel, address: int, length: int, maximum: int, buffer: int) -> None:
    """Store a counted string's three members."""
    k.memory.store(address, 2, length)
    k.memory.store(address + 2, 2, maximum)
    k.set_pointer(address + k.arch.pointer, buffer)


def _encode(text: str, unit: int) -> bytes:
    return text.encode("utf-16-le", "surrogatepass") if unit == 2 else text.encode("latin-1", "replace")


def assign(k: Kernel, address: int, text: str, unit: int, allocate: int) -> int:
    """Give a counted string a text and a zero, in its own buffer or in a new one; a status."""
    data = _encode(text, unit)
    need = len(data) + unit
    if need > LONGEST:
        return STATUS_INVALID_PARAMETER
    if allocate:
        buffer = new_buffer(k, need)
        if not buffer:
            return STATUS_NO_MEMORY
        fill(k, address, len(data), need, buffer)
    elif k.memory.load(address + 2, 2) < need:
        return STATUS_BUFFER_OVERFLOW
    else:
        buffer = k.pointer(address + k.arch.pointer)
        k.memory.store(address, 2, len(data))
    k.memory.write(buffer, data + bytes(unit))
    return STATUS_SUCCESS


def new_buffer(k: Kernel, size: int) -> int:
    """A buffer for a string, on the ledger of the caller."""
    buffer: int = k.pool.allocate(size, "paged", TAG, k.caller)
    if buffer:
        k.acquire("string", buffer, f"string buffer of {size} bytes")
    return buffer


def drop(k: Kernel, address: int) -> None:
    """Free a string's buffer and empty the string."""
    from ntshell.nt.ex.pool import free

    buffer = k.pointer(address + k.arch.pointer)
    if buffer:
        free(k, buffer)
        fill(k, address, 0, 0, 0)


def _initialize(k: Kernel, address: int, source: int, unit: int) -> None:
    if not source:
        fill(k, address, 0, 0, 0)
        return
    length = 0
    while k.memory.load(source + length, unit):
        length += unit
    length = min(length, LONGEST - unit if unit == 2 else 0xFFFE)
    fill(k, address, length, length + unit, source)


# --- making and copying ----------------------------------------------------------------------------------------------
@export(
    f"{HIGH} VOID NTAPI RtlInitUnicodeString(_Out_ PUNICODE_STRING DestinationString, _In_opt_ PCWSTR SourceString);"
)
def RtlInitUnicodeString(k: Kernel, DestinationString: int, SourceString: int) -> None:
    """Describe a zero-terminated wide string by a UNICODE_STRING."""
    _initialize(k, DestinationString, SourceString, 2)


@export(f"{HIGH} VOID NTAPI RtlInitAnsiString(_Out_ PANSI_STRING DestinationString, _In_opt_ PCSZ SourceString);")
def RtlInitAnsiString(k: Kernel, DestinationString: int, SourceString: int) -> None:
    """Describe a zero-terminated string by an ANSI_STRING."""
    _initialize(k, DestinationString, SourceString, 1)


@export(f"{HIGH} VOID NTAPI RtlInitString(_Out_ PSTRING DestinationString, _In_opt_ PCSZ SourceString);")
def RtlInitString(k: Kernel, DestinationString: int, SourceString: int) -> None:
    """Describe a zero-terminated string by a STRING."""
    _initialize(k, DestinationString, SourceString, 1)


def _copy(k: Kernel, to: int, source: int, unit: int) -> None:
    if not source:
        k.memory.store(to, 2, 0)
        return
    maximum, buffer = k.memory.load(to + 2, 2), k.pointer(to + k.arch.pointer)
    length = min(k.memory.load(source, 2), maximum)
    k.memory.store(to, 2, length)
    k.memory.write(buffer, k.memory.read(k.pointer(source + k.arch.pointer), length))
    if length + unit <= maximum and unit == 2:
        k.memory.store(buffer + length, unit, 0)


@export(
    f"{HIGH} VOID NTAPI RtlCopyUnicodeString(_Inout_ PUNICODE_STRING DestinationString, _In_opt_ PCUNICODE_STRING SourceString);"
)
def RtlCopyUnicodeString(k: Kernel, DestinationString: int, SourceString: int) -> None:
    """Copy as much as the destination's buffer holds."""
    _copy(k, DestinationString, SourceString, 2)


@export(f"{HIGH} VOID NTAPI RtlCopyString(_Inout_ PSTRING DestinationString, _In_opt_ const STRING *SourceString);")
def RtlCopyString(k: Kernel, DestinationString: int, SourceString: int) -> None:
    """Copy as much as the destination's buffer holds."""
    _copy(k, DestinationString, SourceString, 1)


def _append(k: Kernel, to: int, data: bytes) -> int:
    length, maximum = k.memory.load(to, 2), k.memory.load(to + 2, 2)
    if length + len(data) > maximum:
        return STATUS_BUFFER_TOO_SMALL
    buffer = k.pointer(to + k.arch.pointer)
    k.memory.write(buffer + length, data)
    k.memory.store(to, 2, length + len(data))
    if length + len(data) + 2 <= maximum:
        k.memory.store(buffer + length + len(data), 2, 0)
    return STATUS_SUCCESS


@export(
    f"{HIGH} NTSTATUS NTAPI RtlAppendUnicodeToString(_Inout_ PUNICODE_STRING Destination, _In_opt_ PCWSTR Source);",
    fails=(STATUS_BUFFER_TOO_SMALL,),
)
def RtlAppendUnicodeToString(k: Kernel, Destination: int, Source: int) -> int:
    """Append a zero-terminated wide string if there is room."""
    return _append(k, Destination, _encode(k.wide(Source), 2)) if Source else STATUS_SUCCESS


@export(
    f"{HIGH} NTSTATUS NTAPI RtlAppendUnicodeStringToString(_Inout_ PUNICODE_STRING Destination, _In_ PCUNICODE_STRING Source);",
    fails=(STATUS_BUFFER_TOO_SMALL,),
)
def RtlAppendUnicodeStringToString(k: Kernel, Destination: int, Source: int) -> int:
    """Append a counted string if there is room."""
    length = k.memory.load(Source, 2)
    return (
        _append(k, Destination, k.memory.read(k.pointer(Source + k.arch.pointer), length)) if length else STATUS_SUCCESS
    )


@export(
    f"{PASSIVE} BOOLEAN NTAPI RtlCreateUnicodeString(_Out_ PUNICODE_STRING DestinationString, _In_ PCWSTR SourceString);",
    acquires="string",
    fails=(0,),
)
def RtlCreateUnicodeString(k: Kernel, DestinationString: int, SourceString: int) -> int:
    """Copy a zero-terminated wide string into a new counted one."""
    return int(assign(k, DestinationString, k.wide(SourceString), 2, 1) == STATUS_SUCCESS)


@export(f"{APC} VOID NTAPI RtlFreeUnicodeString(_Inout_ PUNICODE_STRING UnicodeString);", releases="string", stage=FREE)
def RtlFreeUnicodeString(k: Kernel, UnicodeString: int) -> None:
    """Free the buffer of a string that an Rtl routine allocated."""
    drop(k, UnicodeString)


@export(f"{APC} VOID NTAPI RtlFreeAnsiString(_Inout_ PANSI_STRING AnsiString);", releases="string", stage=FREE)
def RtlFreeAnsiString(k: Kernel, AnsiString: int) -> None:
    """Free the buffer of a string that an Rtl routine allocated."""
    drop(k, AnsiString)


# --- comparing -------------------------------------------------------------------------------------------------------
def _compare(k: Kernel, one: int, two: int, blind: int, unit: int) -> int:
    left, right = read(k, one, unit), read(k, two, unit)
    if blind:
        left, right = upcase(left), upcase(right)
    for a, b in zip(left, right, strict=False):
        if a != b:
            return ord(a) - ord(b)
    return len(left) - len(right)


_TWO = "(_In_ PCUNICODE_STRING String1, _In_ PCUNICODE_STRING String2, _In_ BOOLEAN CaseInSensitive);"
_TWO_ANSI = "(_In_ const STRING *String1, _In_ const STRING *String2, _In_ BOOLEAN CaseInSensitive);"


@export(f"{PASSIVE} LONG NTAPI RtlCompareUnicodeString{_TWO}")
def RtlCompareUnicodeString(k: Kernel, String1: int, String2: int, CaseInSensitive: int) -> int:
    """Compare two strings: below, equal to or above zero."""
    return _compare(k, String1, String2, CaseInSensitive, 2)


@export(f"{PASSIVE} BOOLEAN NTAPI RtlEqualUnicodeString{_TWO}")
def RtlEqualUnicodeString(k: Kernel, String1: int, String2: int, CaseInSensitive: int) -> int:
    """Tell whether two strings are equal."""
    return int(_compare(k, String1, String2, CaseInSensitive, 2) == 0)


@export(f"{PASSIVE} BOOLEAN NTAPI RtlPrefixUnicodeString{_TWO}")
def RtlPrefixUnicodeString(k: Kernel, String1: int, String2: int, CaseInSensitive: int) -> int:
    """Tell whether the second string begins with the first."""
    left, right = read(k, String1), read(k, String2)
    if CaseInSensitive:
        left, right = upcase(left), upcase(right)
    return int(right.startswith(left))


@export(f"{PASSIVE} LONG NTAPI RtlCompareString{_TWO_ANSI}")
def RtlCompareString(k: Kernel, String1: int, String2: int, CaseInSensitive: int) -> int:
    """Compare two strings of bytes."""
    return _compare(k, String1, String2, CaseInSensitive, 1)


@export(f"{PASSIVE} BOOLEAN NTAPI RtlEqualString{_TWO_ANSI}")
def RtlEqualString(k: Kernel, String1: int, String2: int, CaseInSensitive: int) -> int:
    """Tell whether two strings of bytes are equal."""
    return int(_compare(k, String1, String2, CaseInSensitive, 1) == 0)


# --- case ------------------------------------------------------------------------------------------------------------
def _recase(k: Kernel, to: int, text: str, unit: int, allocate: int) -> int:
    data = _encode(text, unit)
    if allocate:
        buffer = new_buffer(k, max(len(data), 1))
        if not buffer:
            return STATUS_NO_MEMORY
        fill(k, to, len(data), len(data), buffer)
    elif len(data) > k.memory.load(to + 2, 2):
        return STATUS_BUFFER_OVERFLOW
    else:
        buffer = k.pointer(to + k.arch.pointer)
        k.memory.store(to, 2, len(data))
    k.memory.write(buffer, data)
    return STATUS_SUCCESS


_CASE = "(_Inout_ PUNICODE_STRING DestinationString, _In_ PCUNICODE_STRING SourceString, _In_ BOOLEAN AllocateDestinationString);"


@export(f"{APC} NTSTATUS NTAPI RtlUpcaseUnicodeString{_CASE}", acquires="string")
def RtlUpcaseUnicodeString(k: Kernel, DestinationString: int, SourceString: int, AllocateDestinationString: int) -> int:
    """Copy a string in capitals."""
    return _recase(k, DestinationString, upcase(read(k, SourceString)), 2, AllocateDestinationString)


@export(f"{APC} NTSTATUS NTAPI RtlDowncaseUnicodeString{_CASE}", acquires="string")
def RtlDowncaseUnicodeString(
    k: Kernel, DestinationString: int, SourceString: int, AllocateDestinationString: int
) -> int:
    """Copy a string in small letters."""
    text = "".join(small if len(small := c.lower()) == 1 else c for c in read(k, SourceString))
    return _recase(k, DestinationString, text, 2, AllocateDestinationString)


@export(f"{APC} VOID NTAPI RtlUpperString(_Inout_ PSTRING DestinationString, _In_ const STRING *SourceString);")
def RtlUpperString(k: Kernel, DestinationString: int, SourceString: int) -> None:
    """Copy a string of bytes in capitals, as much as there is room for."""
    text = read(k, SourceString, 1)[: k.memory.load(DestinationString + 2, 2)]
    k.memory.store(DestinationString, 2, len(text))
    k.memory.write(k.pointer(DestinationString + k.arch.pointer), _encode(upcase(text), 1))


@export(f"{APC} WCHAR NTAPI RtlUpcaseUnicodeChar(_In_ WCHAR SourceCharacter);")
def RtlUpcaseUnicodeChar(k: Kernel, SourceCharacter: int) -> int:
    """The capital of a character."""
    return ord(upcase(chr(SourceCharacter)))
