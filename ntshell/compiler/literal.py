"""Constants as C writes them: numbers, characters and strings, in Microsoft's sizes.

Rules: a decimal constant is int, long, then long long; hex and octal also try the unsigned ones.  `'ab'` has its first
character highest.  Wide characters have 16 bits.  Narrow text is what an 8-bit code page holds (Latin-1).
"""

from __future__ import annotations

import re

from ntshell.compiler.operand import Operand, constant, float_constant
from ntshell.ctype import basic
from ntshell.ctype.types import Integer

_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]+)|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_SIMPLE = {"n": 10, "t": 9, "r": 13, "a": 7, "b": 8, "f": 12, "v": 11}
_INTEGER = re.compile(r"(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)((?:[uU]|[lL]|[iI](?:8|16|32|64))*)$")
_PART = re.compile(r'(L?)"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SIZED = {8: (basic.CHAR, basic.UCHAR), 16: (basic.SHORT, basic.USHORT), 32: (basic.INT, basic.UINT)}


class BadConstant(Exception):
    """A constant that is none."""


def number(text: str) -> Operand:
    """The operand of a numeric constant."""
    text = text.replace("'", "")
    match = _INTEGER.match(text)
    if match is None:
        return _floating(text)
    digits, suffix = match[1], match[2].lower()
    value = _digits(digits)
    sized = re.search(r"i(\d+)", suffix)
    if sized:
        pair = _SIZED.get(int(sized[1]), (basic.LONGLONG, basic.ULONGLONG))
        return constant(value, pair["u" in suffix])
    return constant(value, _fitting(value, suffix, digits[0] != "0" or digits == "0"))


def _digits(digits: str) -> int:
    if digits[:2] in ("0x", "0X"):
        return int(digits, 16)
    if digits[:2] in ("0b", "0B"):
        return int(digits[2:], 2)
    if digits[0] == "0" and len(digits) > 1:
        if not set(digits) <= set("01234567"):
            raise BadConstant(f"{digits} is not an octal number")
        return int(digits, 8)
    return int(digits)


def _fitting(value: int, suffix: str, decimal: bool) -> Integer:
    """The first type in C's list that holds the value."""
    longs = suffix.count("l")
    ranks = [(basic.INT, basic.UINT), (basic.LONG, basic.ULONG), (basic.LONGLONG, basic.ULONGLONG)][longs:]
    for plain, unsigned in ranks:
        bits = plain.size * 8
        if "u" not in suffix and value < 1 << bits - 1:
            return plain
        if ("u" in suffix or not decimal) and value < 1 << bits:
            return unsigned
    if value >> 64:
        raise BadConstant("this constant is too big for any type")
    return basic.ULONGLONG


def _floating(text: str) -> Operand:
    body = text.rstrip("fFlL") if text[:2].lower() != "0x" else text.rstrip("lL")
    if text[:2].lower() == "0x":
        body = text[:-1] if text[-1] in "fFlL" and "p" in text.lower() else text
    try:
        value = float.fromhex(body) if body[:2].lower() == "0x" else float(body)
    except ValueError:
        raise BadConstant(f"{text} is not a number") from None
    if text[-1] in "fF" and (text[:2].lower() != "0x" or "p" in text.lower()):
        from ntshell.compiler.operand import cast

        return cast(float_constant(value, basic.DOUBLE), basic.FLOAT)
    return float_constant(value, basic.LONG_DOUBLE if text[-1] in "lL" else basic.DOUBLE)


def units(body: str, wide: bool) -> list[int]:
    """The character codes of a literal's body."""
    out: list[int] = []
    last = 0
    for match in _ESCAPE.finditer(body):
        out += _plain(body[last : match.start()], wide)
        last = match.end()
        octal, hexed, short, long, simple = match.groups()
        if octal or hexed:
            out.append(int(octal, 8) if octal else int(hexed, 16))
        elif short or long:
            out += _plain(chr(int(short or long, 16)), wide)
        else:
            out.append(_SIMPLE.get(simple, ord(simple)))
    return out + _plain(body[last:], wide)


def _plain(text: str, wide: bool) -> list[int]:
    if wide:
        data = text.encode("utf-16-le", "surrogatepass")
        return [data[i] | data[i + 1] << 8 for i in range(0, len(data), 2)]
    try:
        return list(text.encode("latin-1"))
    except UnicodeEncodeError:
        return list(text.encode("utf-8"))


def character(text: str) -> Operand:
    """The operand of a character constant."""
    if text[0] == "L":
        return constant(units(text[2:-1], True)[0], basic.WCHAR)
    codes = units(text[1:-1], False)
    if not codes or len(codes) > 4:
        raise BadConstant("a character constant has one to four characters")
    value = 0
    for code in codes:
        value = value << 8 | code & 0xFF
    if len(codes) == 1 and value > 127:
        value -= 256
    return constant(value, basic.INT)


def string(text: str) -> tuple[bytes, bool]:
    """The bytes of a run of string literals with their terminator, and whether they are wide."""
    parts = _PART.findall(text)
    wide = any(prefix for prefix, _ in parts)
    codes: list[int] = []
    for _, body in parts:
        codes += units(body, wide)
    if wide:
        return b"".join((code & 0xFFFF).to_bytes(2, "little") for code in [*codes, 0]), True
    return bytes(code & 0xFF for code in codes) + b"\0", False
