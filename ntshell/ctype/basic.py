"""The basic types of C for Microsoft's targets: ILP32 (x86) and LLP64 (x64) differ in pointers only.

`char` is signed, `long` has 4 bytes, `wchar_t` is an unsigned short of its own name, `long double` is a double.
"""

from __future__ import annotations

from ntshell.ctype.types import CType, Floating, Integer, Void

VOID = Void()
CHAR = Integer("char", 1, True)
SCHAR = Integer("signed char", 1, True)
UCHAR = Integer("unsigned char", 1, False)
BOOL = Integer("_Bool", 1, False)
WCHAR = Integer("wchar_t", 2, False)
SHORT = Integer("short", 2, True)
USHORT = Integer("unsigned short", 2, False)
INT = Integer("int", 4, True)
UINT = Integer("unsigned int", 4, False)
LONG = Integer("long", 4, True)
ULONG = Integer("unsigned long", 4, False)
LONGLONG = Integer("long long", 8, True)
ULONGLONG = Integer("unsigned long long", 8, False)
FLOAT = Floating("float", 4)
DOUBLE = Floating("double", 8)
LONG_DOUBLE = Floating("long double", 8)

BASIC: dict[str, CType] = {
    str(each): each
    for each in (
        (VOID, CHAR, SCHAR, UCHAR, BOOL, WCHAR, SHORT, USHORT, INT, UINT, LONG, ULONG, LONGLONG, ULONGLONG)
        + (FLOAT, DOUBLE, LONG_DOUBLE)
    )
}
_SIZED = {"__int8": "char", "__int16": "short", "__int32": "int", "__int64": "long long", "bool": "_Bool"}
_QUALIFIERS = {"const", "volatile", "__unaligned", "register"}
_ORDER = ("unsigned", "signed", "long", "short")


def basic(spelling: str) -> CType | None:
    """The basic type of a spelling in any of C's orders (`long unsigned int`), None when it is none."""
    found = BASIC.get(spelling)
    if found is not None:
        return found
    words: list[str] = []
    for word in spelling.split():
        if word not in _QUALIFIERS:
            words += _SIZED.get(word, word).split()
    if not words:
        return None
    if words == ["signed"] or words == ["unsigned"]:
        words.append("int")
    if len(words) > 1 and "int" in words and ("short" in words or "long" in words):
        words.remove("int")
    if "signed" in words and "char" not in words:
        words.remove("signed")
    words.sort(key=lambda word: _ORDER.index(word) if word in _ORDER else len(_ORDER))
    return BASIC.get(" ".join(words))
