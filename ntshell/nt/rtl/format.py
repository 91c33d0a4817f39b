"""printf as the kernel has it: one formatter for DbgPrint, sprintf and swprintf.

Rules: `%s`, `%c` take the width of the format's own characters, `%S`, `%C` the other one; `h` and `l`, `w` before them
choose for themselves; `%Z` is a counted ANSI_STRING, `%wZ` a UNICODE_STRING; `%I64`, `%I32`, `%I`, `ll`, `l`, `h` size
integers; `%p` is as wide as a pointer, in capitals.  A `%` that starts nothing known is printed as it stands.
Arguments are the promoted ones: `Passed` Python ints (64-bit ones too are one element) and floats, or `Listed` in memory.
"""

from __future__ import annotations

import re
import struct
from typing import Any, Protocol

from ntshell.nt.kernel import Kernel

_FIELD = re.compile(r"%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(I64|I32|ll|I|l|hh?|L|w|t|z)?([a-zA-Z%])|%", re.S)
_SIZES = {"I64": 8, "ll": 8, "I32": 4, "l": 4, "h": 2, "": 4}


class Arguments(Protocol):
    """Where a format takes its arguments from."""

    def take(self, size: int) -> Any:
        """The next one, of so many bytes."""

    def real(self) -> float:
        """The next one, a double."""


class Passed:
    """Arguments of a variadic call; when the driver passed too few the rest is garbage, here zero."""

    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values = iter(values)

    def take(self, size: int) -> Any:
        """The next one."""
        return int(next(self.values, 0))

    def real(self) -> float:
        """The next one, a double."""
        return float(next(self.values, 0))


class Listed:
    """Arguments behind a va_list: one after another in memory, each of whole pointers."""

    def __init__(self, k: Kernel, address: int) -> None:
        self.k = k
        self.address = address

    def take(self, size: int) -> Any:
        """The next one, of so many bytes."""
        value = self.k.memory.load(self.address, size)
        self.address += max(size, self.k.arch.pointer)
        return value

    def real(self) -> float:
        """The next one, a double."""
        return float(struct.unpack("<d", int(self.take(8)).to_bytes(8, "little"))[0])


def format_text(k: Kernel, form: str, args: Arguments, wide: bool = False) -> str:
    """The text that `form` makes of the arguments; `wide` for the wide routines."""
    return _FIELD.sub(lambda found: _field(k, found, args, wide), form)


def _field(k: Kernel, found: re.Match[str], args: Arguments, wide: bool) -> str:
    flags, width, precision, size, letter = found.groups()
    size = "h" if size == "hh" else size  # twice is once here
    if letter is None:
        return "%"
    if letter == "%":
        return "%"
    if letter not in _KINDS:
        return found[0]
    dotted = "." in found[0]
    if width == "*":
        star = _signed(args.take(4), 4)
        flags, width = (flags + "-", str(-star)) if star < 0 else (flags, str(star))
    if precision == "*":
        precision = str(_signed(args.take(4), 4))
        dotted, precision = (False, "") if precision.startswith("-") else (True, precision)
    limit = int(precision or 0) if dotted else None
    body = _KINDS[letter](k, letter, size or "", flags, limit, args, wide)
    return _pad(body, flags, int(width or 0), letter, limit)


def _pad(body: str, flags: str, width: int, letter: str, limit: int | None) -> str:
    if "-" in flags:
        return body.ljust(width)
    numeric = letter in "diuxXopeEfFgG"
    if "0" in flags and (not numeric or limit is None or letter in "eEfFgG"):
        sign = re.match(r"[-+ ]?(0[xX])?", body)
        head = sign[0] if sign is not None and numeric else ""
        return head + body[len(head) :].rjust(width - len(head), "0")
    return body.rjust(width)


def _signed(value: Any, size: int) -> int:
    bits = 8 * size
    number = int(value) & ((1 << bits) - 1)
    return number - (1 << bits) if number >> (bits - 1) else number


def _number(k: Kernel, letter: str, size: str, flags: str, limit: int | None, args: Arguments, wide: bool) -> str:
    count = k.arch.pointer if size in ("I", "t", "z") else _SIZES.get(size, 4)
    value = _signed(args.take(max(count, 4)), count)
    sign = "-" if value < 0 else "+" if "+" in flags else " " if " " in flags else ""
    return sign + _digits(str(abs(value)), abs(value), limit)


def _unsigned(k: Kernel, letter: str, size: str, flags: str, limit: int | None, args: Arguments, wide: bool) -> str:
    count = k.arch.pointer if size in ("I", "t", "z") else _SIZES.get(size, 4)
    value = int(args.take(max(count, 4))) & ((1 << 8 * count) - 1)
    text = _digits(format(value, {"u": "d"}.get(letter, letter)), value, limit)
    if "#" in flags and value and letter in "xX":
        return f"0{letter}{text}"
    if "#" in flags and letter == "o" and not text.startswith("0"):
        return "0" + text
    return text


def _digits(text: str, value: int, limit: int | None) -> str:
    if limit is None:
        return text
    return "" if limit == 0 and value == 0 else text.rjust(limit, "0")


def _pointer(k: Kernel, letter: str, size: str, flags: str, limit: int | None, args: Arguments, wide: bool) -> str:
    value = int(args.take(k.arch.pointer)) & k.arch.mask
    return f"{value:0{2 * k.arch.pointer}X}"


def _is_wide(letter: str, size: str, wide: bool) -> bool:
    if size in ("l", "w"):
        return True
    if size == "h":
        return False
    return wide == letter.islower()


def _character(k: Kernel, letter: str, size: str, flags: str, limit: int | None, args: Arguments, wide: bool) -> str:
    value = int(args.take(4))
    return chr(value & 0xFFFF) if _is_wide(letter, size, wide) else bytes([value & 0xFF]).decode("latin-1")


def _string(k: Kernel, letter: str, size: str, flags: str, limit: int | None, args: Arguments, wide: bool) -> str:
    address = int(args.take(k.arch.pointer)) & k.arch.mask
    if not address:
        return "(null)"[:limit]
    unit = 2 if _is_wide(letter, size, wide) else 1
    data = bytearray()
    while limit is None or len(data) < limit * unit:
        value = k.memory.load(address + len(data), unit)
        if not value:
            break
        data += value.to_bytes(unit, "little")
    return decode(bytes(data), unit)


def _counted(k: Kernel, letter: str, size: str, flags: str, limit: int | None, args: Arguments, wide: bool) -> str:
    address = int(args.take(k.arch.pointer)) & k.arch.mask
    if not address:
        return "(null)"
    unit = 2 if size in ("w", "l") or (wide and size != "h") else 1
    length = k.memory.load(address, 2)
    buffer = k.pointer(address + k.arch.pointer)
    if not buffer:
        return "(null)"
    if limit is not None:
        length = min(length, limit * unit)
    return decode(k.memory.read(buffer, length & -unit), unit)


def _floating(k: Kernel, letter: str, size: str, flags: str, limit: int | None, args: Arguments, wide: bool) -> str:
    value = args.real()
    sign = "+" if "+" in flags else " " if " " in flags else ""
    text = f"{value:{sign}.{6 if limit is None else limit}{letter}}"
    return re.sub(r"([eE][-+])(\d\d)$", r"\g<1>0\2", text)  # three digits of exponent


def _count(k: Kernel, letter: str, size: str, flags: str, limit: int | None, args: Arguments, wide: bool) -> str:
    args.take(k.arch.pointer)  # %n writes nothing in the kernel
    return ""


def decode(data: bytes, unit: int) -> str:
    """Characters of one or two bytes."""
    return data.decode("utf-16-le", "surrogatepass") if unit == 2 else data.decode("latin-1")


def encode(text: str, unit: int) -> bytes:
    """And back; what one byte cannot hold becomes `?`."""
    return text.encode("utf-16-le", "surrogatepass") if unit == 2 else text.encode("latin-1", "replace")


_KINDS = {
    "d": _number, "i": _number, "u": _unsigned, "x": _unsigned, "X": _unsigned, "o": _unsigned, "p": _pointer,
    "c": _character, "C": _character, "s": _string, "S": _string, "Z": _counted, "n": _count,
    "e": _floating, "E": _floating, "f": _floating, "g": _floating, "G": _floating,
}  # fmt: skip
