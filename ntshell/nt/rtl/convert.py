"""Between ANSI and Unicode, between numbers and strings, and GUIDs.

Rules: a number's base is 2, 8, 10 or 16 (0 means 10, or what the prefix 0b, 0o, 0x says when reading); what does not fit a
buffer is STATUS_BUFFER_OVERFLOW and changes nothing.
"""

from __future__ import annotations

import re

from ntshell.nt.export import export
from ntshell.nt.kernel import Kernel
from ntshell.nt.rtl.string import PASSIVE, assign, read
from ntshell.nt.status import STATUS_INVALID_PARAMETER, STATUS_SUCCESS

_DIGITS = "0123456789ABCDEF"
_GUID = re.compile(r"\{([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}", re.I)


@export(
    f"""{PASSIVE} NTSTATUS NTAPI RtlAnsiStringToUnicodeString(_Inout_ PUNICODE_STRING DestinationString,
    _In_ PCANSI_STRING SourceString, _In_ BOOLEAN AllocateDestinationString);""",
    acquires="string",
)
def RtlAnsiStringToUnicodeString(
    k: Kernel, DestinationString: int, SourceString: int, AllocateDestinationString: int
) -> int:
    """Convert bytes to wide characters."""
    return assign(k, DestinationString, read(k, SourceString, 1), 2, AllocateDestinationString)


@export(
    f"""{PASSIVE} NTSTATUS NTAPI RtlUnicodeStringToAnsiString(_Inout_ PANSI_STRING DestinationString,
    _In_ PCUNICODE_STRING SourceString, _In_ BOOLEAN AllocateDestinationString);""",
    acquires="string",
)
def RtlUnicodeStringToAnsiString(
    k: Kernel, DestinationString: int, SourceString: int, AllocateDestinationString: int
) -> int:
    """Convert wide characters to bytes; `?` stands for those that have none."""
    return assign(k, DestinationString, read(k, SourceString), 1, AllocateDestinationString)


@export(f"{PASSIVE} ULONG NTAPI RtlxAnsiStringToUnicodeSize(_In_ PCANSI_STRING AnsiString);")
def RtlxAnsiStringToUnicodeSize(k: Kernel, AnsiString: int) -> int:
    """Bytes that a string takes in Unicode, with its zero."""
    return 2 * k.memory.load(AnsiString, 2) + 2


@export(f"{PASSIVE} ULONG NTAPI RtlxUnicodeStringToAnsiSize(_In_ PCUNICODE_STRING UnicodeString);")
def RtlxUnicodeStringToAnsiSize(k: Kernel, UnicodeString: int) -> int:
    """Bytes that a string takes in ANSI, with its zero."""
    return k.memory.load(UnicodeString, 2) // 2 + 1


def _digits(value: int, base: int) -> str:
    text = ""
    while True:
        value, digit = divmod(value, base)
        text = _DIGITS[digit] + text
        if not value:
            return text


def _base(base: int) -> int | None:
    return {0: 10, 2: 2, 8: 8, 10: 10, 16: 16}.get(base)


@export(
    f"{PASSIVE} NTSTATUS NTAPI RtlIntegerToUnicodeString(_In_ ULONG Value, _In_ ULONG Base, _Inout_ PUNICODE_STRING String);"
)
def RtlIntegerToUnicodeString(k: Kernel, Value: int, Base: int, String: int) -> int:
    """Write a number."""
    base = _base(Base)
    return assign(k, String, _digits(Value, base), 2, 0) if base else STATUS_INVALID_PARAMETER


@export(f"""{PASSIVE} NTSTATUS NTAPI RtlInt64ToUnicodeString(_In_ ULONGLONG Value, _In_ ULONG Base,
_Inout_ PUNICODE_STRING String);""")
def RtlInt64ToUnicodeString(k: Kernel, Value: int, Base: int, String: int) -> int:
    """Write a number of 64 bits."""
    base = _base(Base)
    return assign(k, String, _digits(Value & (1 << 64) - 1, base), 2, 0) if base else STATUS_INVALID_PARAMETER


def number(text: str, base: int) -> int | None:
    """The number that a text begins with; None for a base that there is not."""
    text = text.lstrip("".join(map(chr, range(33))))
    negative, text = text[:1] == "-", text[1:] if text[:1] in ("-", "+") else text
    if base == 0:
        base = {"0b": 2, "0o": 8, "0x": 16}.get(text[:2], 10)
        text = text[2:] if base != 10 else text
    elif _base(base) is None:
        return None
    value = 0
    for character in text.upper():
        digit = _DIGITS.find(character)
        if not 0 <= digit < base:
            break
        value = value * base + digit
    return (-value if negative else value) & 0xFFFFFFFF


@export(
    f"{PASSIVE} NTSTATUS NTAPI RtlUnicodeStringToInteger(_In_ PCUNICODE_STRING String, _In_ ULONG Base, _Out_ PULONG Value);"
)
def RtlUnicodeStringToInteger(k: Kernel, String: int, Base: int, Value: int) -> int:
    """Read a number."""
    found = number(read(k, String), Base)
    if found is None:
        return STATUS_INVALID_PARAMETER
    k.memory.store(Value, 4, found)
    return STATUS_SUCCESS


@export(f"{PASSIVE} NTSTATUS NTAPI RtlCharToInteger(_In_ PCSZ String, _In_ ULONG Base, _Out_ PULONG Value);")
def RtlCharToInteger(k: Kernel, String: int, Base: int, Value: int) -> int:
    """Read a number from a string of bytes."""
    found = number(k.ansi(String), Base)
    if found is None:
        return STATUS_INVALID_PARAMETER
    k.memory.store(Value, 4, found)
    return STATUS_SUCCESS


@export(
    f"{PASSIVE} NTSTATUS NTAPI RtlStringFromGUID(_In_ REFGUID Guid, _Out_ PUNICODE_STRING GuidString);",
    acquires="string",
)
def RtlStringFromGUID(k: Kernel, Guid: int, GuidString: int) -> int:
    """Write a GUID in braces into a new string."""
    load, tail = k.memory.load, k.memory.read(Guid + 8, 8).hex()
    text = f"{{{load(Guid, 4):08x}-{load(Guid + 4, 2):04x}-{load(Guid + 6, 2):04x}-{tail[:4]}-{tail[4:]}}}"
    return assign(k, GuidString, text, 2, 1)


@export(f"{PASSIVE} NTSTATUS NTAPI RtlGUIDFromString(_In_ PCUNICODE_STRING GuidString, _Out_ GUID *Guid);")
def RtlGUIDFromString(k: Kernel, GuidString: int, Guid: int) -> int:
    """Read a GUID in braces."""
    found = _GUID.fullmatch(read(k, GuidString))
    if found is None:
        return STATUS_INVALID_PARAMETER
    first, second, third = (int(found[n], 16) for n in (1, 2, 3))
    head = first.to_bytes(4, "little") + second.to_bytes(2, "little") + third.to_bytes(2, "little")
    k.memory.write(Guid, head + bytes.fromhex(found[4] + found[5]))
    return STATUS_SUCCESS
