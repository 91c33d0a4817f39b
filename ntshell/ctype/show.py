"""How types and values read in WinDbg's `dt`: rows of a layout, rows of a value, the text of one value.

Rules: signed integers are decimal (`0n3`), unsigned ones hexadecimal, a byte also shows its character; a pointer shows
what it points at, NULL is `(null)`; memory that cannot be read is `??`.  Nothing here prints and nothing raises because
of memory.  Integers behind pointers are not read: they may be a device's registers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import attrs

from ntshell.ctype.text import UNREADABLE, c_string, is_character, is_counted, quoted, unicode_string, wide_string
from ntshell.ctype.types import (
    Array,
    CType,
    Enum,
    Field,
    Floating,
    Function,
    Integer,
    Pointer,
    Struct,
    Void,
    is_unnamed,
)
from ntshell.ctype.value import BitValue, MemoryAccess, Value
from ntshell.machine.memory import AccessFault

Number: TypeAlias = int | float
NameOf = Callable[[int], str | None]
_FUNDAMENTAL = {"char": "Char", "signed char": "Char", "unsigned char": "UChar", "wchar_t": "Wchar", "_Bool": "Bool"}


@attrs.frozen(repr=False)
class Row:
    """A line of `dt`: offset in the struct (None for an array's element), name, text, and where the text leads."""

    offset: int | None
    name: str
    text: str
    link: int | None = None
    depth: int = 0
    type: CType | None = attrs.field(default=None, repr=False)


@attrs.frozen(repr=False)
class Shown:
    """A value's text and the address it leads to."""

    text: str
    link: int | None = None


@attrs.frozen(repr=False)
class Options:
    """What `dt` is asked for: `depth` of nested structs, pointers followed too, arrays an element a row, symbol names."""

    depth: int = 0
    pointers: bool = False
    elements: bool = False
    name_of: NameOf | None = None


PLAIN = Options()


# --- rows ------------------------------------------------------------------------------------------------------------
def layout_rows(
    struct: Struct, fields: Sequence[str] = (), options: Options = PLAIN, depth: int = 0
) -> tuple[Row, ...]:
    """The members of a struct; `fields` picks some (`Tail`, `Tail.` also its members, `Tail.Apc`, `*Name`)."""
    rows: list[Row] = []
    for field, inside in _picked(struct, fields):
        rows.append(Row(field.offset, field.name, _layout_of(field), None, depth, field.type))
        inner = _inner(field.type, options.pointers)
        if inner is not None and (options.depth or inside is not None):
            deeper = attrs.evolve(options, depth=max(options.depth - 1, 0))
            rows += layout_rows(inner, inside or (), deeper, depth + 1)
    return tuple(rows)


def value_rows(value: Value, fields: Sequence[str] = (), options: Options = PLAIN, depth: int = 0) -> tuple[Row, ...]:
    """The members of a struct in memory and what they hold; `fields` as for `layout_rows`."""
    rows: list[Row] = []
    struct = value.type
    if not isinstance(struct, Struct):
        raise TypeError(f"{struct} is no struct")
    for field, inside in _picked(struct, fields):
        member = value.member(field.name)
        shown = value_text(member, options.name_of)
        rows.append(Row(field.offset, field.name, shown.text, shown.link, depth, field.type))
        if options.elements and isinstance(field.type, Array):
            rows += element_rows(member, options.name_of, depth + 1)
        inner = _inner(field.type, options.pointers)
        if inner is not None and (options.depth or inside is not None):
            target = _target(member)
            if target is not None:
                deeper = attrs.evolve(options, depth=max(options.depth - 1, 0))
                rows += value_rows(target, inside or (), deeper, depth + 1)
    return tuple(rows)


def element_rows(array: Value, name_of: NameOf | None = None, depth: int = 0) -> tuple[Row, ...]:
    """The elements of an array, a row each."""
    rows = []
    for index in range(len(array)):
        element = array.element(index)
        shown = value_text(element, name_of)
        rows.append(Row(None, f"[{index:02d}]", shown.text, shown.link, depth, element.type))
    return tuple(rows)


def line(row: Row, offsets: bool = True, width: int = 16) -> str:
    """A row as `dt` writes it."""
    indent = "   " * (row.depth + 1)
    if row.offset is None:
        return f"{indent} {row.name} {row.text}"
    start = f"+0x{row.offset:03x} " if offsets else ""
    return f"{indent}{start}{row.name:<{width}} : {row.text}"


def _picked(struct: Struct, wanted: Sequence[str]) -> Iterator[tuple[Field, tuple[str, ...] | None]]:
    """The members asked for, each with what is asked for inside it (None: nothing)."""
    for field in struct.flat():
        if not wanted:
            yield field, None
            continue
        for want in wanted:
            head, dot, rest = want.partition(".")
            if head == field.name or (head.startswith("*") and field.name.startswith(head[1:])):
                yield field, _inside(rest) if dot else None
                break


def _inside(rest: str) -> tuple[str, ...]:
    return ("*" + rest,) if rest.startswith(".") else (rest,) if rest else ()


def _inner(ctype: CType, pointers: bool) -> Struct | None:
    if pointers and isinstance(ctype, Pointer):
        ctype = ctype.target
    return ctype if isinstance(ctype, Struct) and ctype.complete else None


def _target(member: Value) -> Value | None:
    """The struct to open: the member itself, or what it points at if that is anywhere."""
    if isinstance(member.type, Struct):
        return member
    try:
        target = member.deref()
    except AccessFault:
        return None
    return target if target.address else None


# --- types -----------------------------------------------------------------------------------------------------------
def type_text(ctype: CType) -> str:
    """A type as a layout names it: `Int2B`, `Ptr32 _DEVICE_OBJECT`, `[28] Ptr32     long `."""
    if isinstance(ctype, Integer):
        return _FUNDAMENTAL.get(ctype.name) or f"{'Int' if ctype.signed else 'Uint'}{ctype.size}B"
    if isinstance(ctype, Floating):
        return "Float" if ctype.size == 4 else "Double"
    if isinstance(ctype, Pointer):
        return f"Ptr{ctype.size * 8} {type_text(ctype.target)}"
    if isinstance(ctype, Array):
        return f"[{ctype.count}] {type_text(ctype.element)}"
    if isinstance(ctype, Function):
        return f"    {spelled(ctype.result)} "
    if isinstance(ctype, Void):
        return "Void"
    return "<unnamed-tag>" if is_unnamed(ctype.tag) else ctype.tag


def spelled(ctype: CType) -> str:
    """A type in C's words, tags without `struct`: `unsigned char`, `_IRP*`."""
    if isinstance(ctype, Pointer):
        return f"{spelled(ctype.target)}*"
    return type_text(ctype) if isinstance(ctype, Struct | Enum) else str(ctype)


def pointer_text(address: int, size: int) -> str:
    """An address with all its digits: `0x8063a030`, ``0xffff8000`0063a030``."""
    if size == 8:
        return f"0x{address >> 32:08x}`{address & 0xFFFFFFFF:08x}"
    return f"0x{address:08x}"


def _layout_of(field: Field) -> str:
    if field.bit_width:
        return f"Pos {field.bit_offset}, {field.bit_width} Bit{'s' if field.bit_width > 1 else ''}"
    return type_text(field.type)


# --- values ----------------------------------------------------------------------------------------------------------
def value_text(value: Value, name_of: NameOf | None = None) -> Shown:
    """A value in one line."""
    ctype = value.type
    if isinstance(ctype, Struct):
        return _struct_text(value, ctype)
    if isinstance(ctype, Array):
        return _array_text(value, ctype, name_of)
    if isinstance(ctype, Void | Function):
        return Shown(pointer_text(value.address, 4 if value.address < 1 << 32 else 8), value.address)
    try:
        number = value.get()
    except AccessFault:
        return Shown("??")
    if isinstance(value, BitValue):
        return Shown(_bits_text(number, value.bit_width))
    return number_text(number, ctype, value.memory, name_of)


def number_text(number: Number, ctype: CType, memory: MemoryAccess, name_of: NameOf | None = None) -> Shown:
    """A scalar that is at hand already (a variable in a frame's slot); `memory` is for what it points at."""
    if isinstance(number, float):
        return Shown(f"{number:g}")
    if isinstance(ctype, Pointer):
        return _pointer_text(number, ctype, memory, name_of)
    if isinstance(ctype, Enum):
        return Shown(
            f"0n{number} ( {name} )" if (name := enum_name(ctype, number)) else f"0n{number} (No matching name)"
        )
    text = f"0n{number}" if isinstance(ctype, Integer) and ctype.signed else f"0x{number:x}"
    if isinstance(ctype, Integer) and (ctype.size == 1 or ctype.name == "wchar_t") and ctype.name != "_Bool":
        char = chr(number) if 0x20 <= number < 0x7F else ""
        text += f" '{char}'"
    return Shown(text)


def enum_name(enum: Enum, number: int) -> str | None:
    """The first enumerator with this number."""
    return next((name for name, value in enum.members if value == number), None)


def _bits_text(number: int, width: int) -> str:
    number &= (1 << width) - 1
    digits = f"0y{number:0{width}b}"
    if width == 1:
        return digits
    return f"{digits} ({f'0x{number:x}' if number else '0'})"


def _pointer_text(address: int, ctype: Pointer, memory: MemoryAccess, name_of: NameOf | None) -> Shown:
    if not address:
        return Shown("(null)")
    text = pointer_text(address, ctype.size)
    target = ctype.target
    if isinstance(target, Function):
        name = name_of(address) if name_of else None
        return Shown(f"{text} {type_text(target)}{' ' + name if name else ''}".rstrip(), address)
    if is_character(target):
        string = (c_string if target.size == 1 else wide_string)(memory, address)
        return Shown(f"{text}  {quoted(string)}", address)
    if isinstance(target, Pointer):
        behind = value_text(Value(target, address, memory), name_of)
        return Shown(f"{text}  -> {behind.text}", address)
    return Shown(f"{text} {type_text(target)}", address)


def _array_text(value: Value, ctype: Array, name_of: NameOf | None) -> Shown:
    start = f"[{ctype.count}]"
    if not ctype.count:
        return Shown(start, value.address)
    if is_character(ctype.element):
        reader = c_string if ctype.element.size == 1 else wide_string
        return Shown(f"{start}  {quoted(reader(value.memory, value.address, ctype.count))}", value.address)
    return Shown(f"{start} {value_text(value.element(0), name_of).text}", value.address)


def _struct_text(value: Value, struct: Struct) -> Shown:
    name = type_text(struct)
    try:
        if struct.tag == "_LIST_ENTRY":
            size = value.member("Flink").size
            name += f" [ {pointer_text(value.Flink, size)} - {pointer_text(value.Blink, size)} ]"
        elif is_counted(struct):
            name += f" {quoted(unicode_string(value))}"
        elif struct.tag in ("_LARGE_INTEGER", "_ULARGE_INTEGER"):
            name += f" 0x{value.QuadPart & (1 << 64) - 1:x}"
    except AccessFault:
        name += f" {UNREADABLE}"
    return Shown(name, value.address)
