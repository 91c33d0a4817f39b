"""Strings out of simulated memory: NUL-terminated ones and NT's counted ones (UNICODE_STRING, ANSI_STRING).

Rule: a reader never raises on memory that cannot be read; it returns None, and what is shown then is `UNREADABLE`.
"""

from __future__ import annotations

from ntshell.ctype.types import CType, Integer, Pointer, Struct
from ntshell.ctype.value import MemoryAccess, Value
from ntshell.machine.memory import AccessFault

UNREADABLE = "<unreadable>"
COUNTED = frozenset({"_UNICODE_STRING", "_STRING", "_ANSI_STRING", "_OEM_STRING"})


def c_string(memory: MemoryAccess, address: int, limit: int = 256) -> str | None:
    """The `char` string at an address, at most `limit` characters."""
    return _terminated(memory, address, limit, 1)


def wide_string(memory: MemoryAccess, address: int, limit: int = 256) -> str | None:
    """The NUL-terminated string of WCHARs at an address, at most `limit` characters."""
    return _terminated(memory, address, limit, 2)


def _terminated(memory: MemoryAccess, address: int, limit: int, width: int) -> str | None:
    units = bytearray()
    try:
        for at in range(address, address + limit * width, width):
            unit = memory.load(at, width)
            if not unit:
                break
            units += unit.to_bytes(width, "little")
    except AccessFault:
        if not units:
            return None
    return _decode(bytes(units), width)


def unicode_string(value: Value) -> str | None:
    """What a UNICODE_STRING (or ANSI_STRING) counts."""
    try:
        length, buffer = value.Length, value.Buffer
        width = _width(value.member("Buffer").type)
        return _decode(value.memory.read(buffer, length // width * width), width) if length else ""
    except AccessFault:
        return None


def quoted(text: str | None) -> str:
    """A string as it is shown: in quotes, a dot for what cannot be printed."""
    if text is None:
        return UNREADABLE
    return '"' + "".join(char if char.isprintable() else "." for char in text) + '"'


def is_character(ctype: CType) -> bool:
    """Whether C uses this type for text."""
    return isinstance(ctype, Integer) and ctype.name in ("char", "wchar_t")


def is_counted(ctype: CType) -> bool:
    """Whether this is one of NT's counted strings."""
    return isinstance(ctype, Struct) and ctype.tag in COUNTED


def _width(ctype: CType) -> int:
    return ctype.target.size if isinstance(ctype, Pointer) else 1


def _decode(data: bytes, width: int) -> str:
    return data.decode("utf-16-le", "replace") if width == 2 else data.decode("latin-1")
