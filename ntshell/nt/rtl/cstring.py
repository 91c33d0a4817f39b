"""The C library's memory and string routines that the kernel exports, bytes and wide characters alike.

Rules: they touch what C would touch: a copy reads all of its source, a string routine every character up to and with the
zero.  Letters are folded as in ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

from ntshell.nt.export import export
from ntshell.nt.kernel import Kernel
from ntshell.nt.rtl.format import Listed, Passed, decode, encode, format_text

VERIFIER = 0xC4


def text_at(k: Kernel, address: int, unit: int, limit: int | None = None) -> list[int]:
    """The characters before the zero, at most `limit`."""
    found: list[int] = []
    load = k.memory.load
    while limit is None or len(found) < limit:
        value = load(address, unit)
        if not value:
            break
        found.append(value)
        address += unit
    return found


def store_text(k: Kernel, address: int, characters: list[int], unit: int, zero: bool = True) -> None:
    """Store characters and a zero."""
    data = b"".join(value.to_bytes(unit, "little") for value in characters)
    k.memory.write(address, data + bytes(unit) if zero else data)


def fold(value: int) -> int:
    """A character in lower case."""
    return value + 32 if 65 <= value <= 90 else value


def raise_case(value: int) -> int:
    """A character in upper case."""
    return value - 32 if 97 <= value <= 122 else value


# --- memory ----------------------------------------------------------------------------------------------------------
@export("void *__cdecl memcpy(void *to, const void *source, size_t count);")
def memcpy(k: Kernel, to: int, source: int, count: int) -> int:
    """Copy bytes; the two must not overlap."""
    if count and to != source and to < source + count and source < to + count:
        k.bugcheck(
            VERIFIER, 0xF0, to, source, count,
            rule="memory was copied with memcpy (RtlCopyMemory) between buffers that overlap",
            mend="use RtlMoveMemory",
        )  # fmt: skip
    k.memory.write(to, k.memory.read(source, count))
    return to


@export("void *__cdecl memmove(void *to, const void *source, size_t count);")
def memmove(k: Kernel, to: int, source: int, count: int) -> int:
    """Copy bytes; the two may overlap."""
    k.memory.write(to, k.memory.read(source, count))
    return to


@export("void *__cdecl memset(void *to, int value, size_t count);")
def memset(k: Kernel, to: int, value: int, count: int) -> int:
    """Fill with a byte."""
    _all_there(k, to, count)
    k.memory.write(to, bytes([value & 0xFF]) * count)
    return to


def _all_there(k: Kernel, address: int, count: int) -> None:
    """A touch of the last byte first, so that an absurd count faults before bytes are made for it."""
    if count > 1 << 20:
        k.memory.load(address + count - 1, 1)


@export("int __cdecl memcmp(const void *left, const void *right, size_t count);")
def memcmp(k: Kernel, left: int, right: int, count: int) -> int:
    """Compare bytes: below, equal to or above zero."""
    one, two = k.memory.read(left, count), k.memory.read(right, count)
    return (one > two) - (one < two)


@export("void *__cdecl memchr(const void *buffer, int value, size_t count);")
def memchr(k: Kernel, buffer: int, value: int, count: int) -> int:
    """Find a byte; NULL when there is none."""
    at = k.memory.read(buffer, count).find(value & 0xFF)
    return buffer + at if at >= 0 else 0


# --- strings of both widths ------------------------------------------------------------------------------------------
def _length(unit: int, k: Kernel, text: int) -> int:
    return len(text_at(k, text, unit))


def _bounded_length(unit: int, k: Kernel, text: int, limit: int) -> int:
    return len(text_at(k, text, unit, limit))


def _copy(unit: int, k: Kernel, to: int, source: int) -> int:
    store_text(k, to, text_at(k, source, unit), unit)
    return to


def _bounded_copy(unit: int, k: Kernel, to: int, source: int, count: int) -> int:
    text = text_at(k, source, unit, count)
    store_text(k, to, text + [0] * (count - len(text)), unit, zero=False)
    return to


def _append(unit: int, k: Kernel, to: int, source: int) -> int:
    store_text(k, to + unit * _length(unit, k, to), text_at(k, source, unit), unit)
    return to


def _bounded_append(unit: int, k: Kernel, to: int, source: int, count: int) -> int:
    store_text(k, to + unit * _length(unit, k, to), text_at(k, source, unit, count), unit)
    return to


def _compare(unit: int, k: Kernel, left: int, right: int, count: int | None = None, blind: bool = False) -> int:
    n = 0
    while count is None or n < count:
        one, two = k.memory.load(left + n * unit, unit), k.memory.load(right + n * unit, unit)
        if blind:
            one, two = fold(one), fold(two)
        if one != two:
            return 1 if one > two else -1
        if not one:
            break
        n += 1
    return 0


def _blind(unit: int, k: Kernel, left: int, right: int, count: int | None = None) -> int:
    return _compare(unit, k, left, right, count, True)


def _find(unit: int, k: Kernel, text: int, value: int) -> int:
    value &= (1 << 8 * unit) - 1
    while (here := k.memory.load(text, unit)) != value:
        if not here:
            return 0
        text += unit
    return text


def _find_last(unit: int, k: Kernel, text: int, value: int) -> int:
    value &= (1 << 8 * unit) - 1
    characters = [*text_at(k, text, unit), 0]
    places = [n for n, character in enumerate(characters) if character == value]
    return text + unit * places[-1] if places else 0


def _find_part(unit: int, k: Kernel, text: int, part: int) -> int:
    whole, wanted = text_at(k, text, unit), text_at(k, part, unit)
    for n in range(len(whole) - len(wanted) + 1):
        if whole[n : n + len(wanted)] == wanted:
            return text + unit * n
    return 0


def _upper(unit: int, k: Kernel, text: int) -> int:
    store_text(k, text, [raise_case(value) for value in text_at(k, text, unit)], unit, zero=False)
    return text


def _lower(unit: int, k: Kernel, text: int) -> int:
    store_text(k, text, [fold(value) for value in text_at(k, text, unit)], unit, zero=False)
    return text


_T, _C = "{c} *to, const {c} *source", "const {c} *left, const {c} *right"
_FAMILY: tuple[tuple[str, str, str, str, Callable[..., int], str], ...] = (
    ("strlen", "wcslen", "size_t", "const {c} *text", _length, "Count the characters before the zero."),
    (
        "strnlen",
        "wcsnlen",
        "size_t",
        "const {c} *text, size_t limit",
        _bounded_length,
        "Count characters up to a limit.",
    ),
    ("strcpy", "wcscpy", "{c} *", _T, _copy, "Copy a string and its zero."),
    (
        "strncpy",
        "wcsncpy",
        "{c} *",
        _T + ", size_t count",
        _bounded_copy,
        "Copy so many characters, filled up with zeros.",
    ),
    ("strcat", "wcscat", "{c} *", _T, _append, "Append a string."),
    (
        "strncat",
        "wcsncat",
        "{c} *",
        _T + ", size_t count",
        _bounded_append,
        "Append at most so many characters and a zero.",
    ),
    ("strcmp", "wcscmp", "int", _C, _compare, "Compare strings."),
    ("strncmp", "wcsncmp", "int", _C + ", size_t count", _compare, "Compare at most so many characters."),
    ("_stricmp", "_wcsicmp", "int", _C, _blind, "Compare strings, blind to case."),
    ("_strnicmp", "_wcsnicmp", "int", _C + ", size_t count", _blind, "Compare so many characters, blind to case."),
    ("strchr", "wcschr", "{c} *", "const {c} *text, {i} value", _find, "Find a character; NULL when there is none."),
    ("strrchr", "wcsrchr", "{c} *", "const {c} *text, {i} value", _find_last, "Find the last such character."),
    ("strstr", "wcsstr", "{c} *", "const {c} *text, const {c} *part", _find_part, "Find a string in another."),
    ("_strupr", "_wcsupr", "{c} *", "{c} *text", _upper, "Turn letters into capitals."),
    ("_strlwr", "_wcslwr", "{c} *", "{c} *text", _lower, "Turn capitals into small letters."),
)


def _declare(name: str, result: str, params: str, run: Callable[..., int], unit: int, text: str) -> None:
    def routine(k: Kernel, *args: int) -> int:
        return run(unit, k, *args)

    routine.__name__ = routine.__qualname__ = name
    routine.__doc__ = text
    names = ("k", *re.findall(r"(\w+)(?:,|$)", params))
    routine.__signature__ = Signature([Parameter(n, Parameter.POSITIONAL_OR_KEYWORD) for n in names])  # type: ignore
    words = {"c": "char", "i": "int"} if unit == 1 else {"c": "wchar_t", "i": "wchar_t"}
    export(f"{result} __cdecl {name}({params});".format(**words))(routine)


for _narrow, _wide, _result, _params, _run, _doc in _FAMILY:
    _declare(_narrow, _result, _params, _run, 1, _doc)
    _declare(_wide, _result, _params, _run, 2, _doc)


@export("size_t __cdecl strspn(const char *text, const char *accepted);")
def strspn(k: Kernel, text: int, accepted: int) -> int:
    """Count the characters at the start that are among others."""
    among = set(text_at(k, accepted, 1))
    characters = text_at(k, text, 1)
    return next((n for n, value in enumerate(characters) if value not in among), len(characters))


# --- characters ------------------------------------------------------------------------------------------------------
def _character(name: str, step: Callable[[int], int], text: str, ctype: str = "int") -> None:
    def routine(k: Kernel, value: int) -> int:
        return step(value)

    routine.__name__ = routine.__qualname__ = name
    routine.__doc__ = text
    export(f"{ctype} __cdecl {name}({ctype} value);")(routine)


def _among(ranges: str) -> Callable[[int], int]:
    return lambda value: int(any(ord(ranges[n]) <= value <= ord(ranges[n + 1]) for n in range(0, len(ranges), 2)))


_character("tolower", fold, "The small letter.")
_character("toupper", raise_case, "The capital.")
_character("towlower", fold, "The small letter.", "unsigned short")
_character("towupper", raise_case, "The capital.", "unsigned short")
_character("isdigit", _among("09"), "Whether it is a digit.")
_character("isxdigit", _among("09afAF"), "Whether it is a hexadecimal digit.")
_character("isspace", _among("\t\r  "), "Whether it is white space.")
_character("isprint", _among(" ~"), "Whether it can be printed.")
_character("islower", _among("az"), "Whether it is a small letter.")
_character("isupper", _among("AZ"), "Whether it is a capital.")


# --- numbers ---------------------------------------------------------------------------------------------------------
def _leading(k: Kernel, text: int) -> int:
    characters = "".join(map(chr, text_at(k, text, 1))).lstrip(" \t\r\n\v\f")
    sign = -1 if characters[:1] == "-" else 1
    digits = ""
    for character in characters[1:] if characters[:1] in ("+", "-") else characters:
        if not "0" <= character <= "9":
            break
        digits += character
    return sign * int(digits or "0")


@export("int __cdecl atoi(const char *text);")
def atoi(k: Kernel, text: int) -> int:
    """The decimal number at the start of a string."""
    return _leading(k, text)


@export("long __cdecl atol(const char *text);")
def atol(k: Kernel, text: int) -> int:
    """The decimal number at the start of a string."""
    return _leading(k, text)


@export("int __cdecl abs(int value);")
def abs(k: Kernel, value: int) -> int:
    """The magnitude of a number."""
    return value if value >= 0 else -value


@export("ULONG __cdecl _rotl(ULONG value, int shift);")
def _rotl(k: Kernel, value: int, shift: int) -> int:
    """Rotate 32 bits to the left."""
    shift &= 31
    return value << shift | value >> (32 - shift)


@export("ULONG __cdecl _rotr(ULONG value, int shift);")
def _rotr(k: Kernel, value: int, shift: int) -> int:
    """Rotate 32 bits to the right."""
    shift &= 31
    return value >> shift | value << (32 - shift)


# --- formatting ------------------------------------------------------------------------------------------------------
def _print(k: Kernel, to: int, unit: int, room: int | None, form: int, args: Passed | Listed) -> int:
    """Format into a buffer; the characters written, or -1 when `room` is too small (then without a zero)."""
    text = format_text(k, decode(encode_list(text_at(k, form, unit), unit), unit), args, unit == 2)
    data = encode(text, unit)
    count = len(data) // unit
    if room is None or count < room:
        k.memory.write(to, data + bytes(unit))
        return count
    k.memory.write(to, data[: room * unit])
    return count if count == room else -1


def encode_list(characters: list[int], unit: int) -> bytes:
    """Characters as bytes."""
    return b"".join(value.to_bytes(unit, "little") for value in characters)


@export("int __cdecl sprintf(char *to, const char *format, ...);")
def sprintf(k: Kernel, to: int, format: int, *rest: Any) -> int:
    """Format into a buffer without bounds."""
    return _print(k, to, 1, None, format, Passed(rest))


@export("int __cdecl vsprintf(char *to, const char *format, va_list list);")
def vsprintf(k: Kernel, to: int, format: int, list: int) -> int:
    """Format a va_list into a buffer without bounds."""
    return _print(k, to, 1, None, format, Listed(k, list))


@export("int __cdecl _snprintf(char *to, size_t count, const char *format, ...);")
def _snprintf(k: Kernel, to: int, count: int, format: int, *rest: Any) -> int:
    """Format into a buffer of so many characters; -1 when that is too few."""
    return _print(k, to, 1, count, format, Passed(rest))


@export("int __cdecl _vsnprintf(char *to, size_t count, const char *format, va_list list);")
def _vsnprintf(k: Kernel, to: int, count: int, format: int, list: int) -> int:
    """Format a va_list into a buffer of so many characters."""
    return _print(k, to, 1, count, format, Listed(k, list))


@export("int __cdecl swprintf(wchar_t *to, const wchar_t *format, ...);")
def swprintf(k: Kernel, to: int, format: int, *rest: Any) -> int:
    """Format into a wide buffer without bounds."""
    return _print(k, to, 2, None, format, Passed(rest))


@export("int __cdecl _snwprintf(wchar_t *to, size_t count, const wchar_t *format, ...);")
def _snwprintf(k: Kernel, to: int, count: int, format: int, *rest: Any) -> int:
    """Format into a wide buffer of so many characters; -1 when that is too few."""
    return _print(k, to, 2, count, format, Passed(rest))


@export("int __cdecl _vsnwprintf(wchar_t *to, size_t count, const wchar_t *format, va_list list);")
def _vsnwprintf(k: Kernel, to: int, count: int, format: int, list: int) -> int:
    """Format a va_list into a wide buffer of so many characters."""
    return _print(k, to, 2, count, format, Listed(k, list))
