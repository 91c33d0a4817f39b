"""Lays out structs and unions as Microsoft's compiler does, so that bytes lie where a real kernel has them.

Rules: a member is aligned to the smaller of its natural alignment and the pack value, but never below what
`__declspec(align(n))` demands.  A bit-field shares the unit of the one before it only when both declared types have the
same size and it fits; a zero-width bit-field closes the unit and aligns to its type, and means nothing elsewhere.  In a
union a bit-field does not raise the union's alignment.  `[]` at the end takes no room.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ntshell.ctype.types import Array, CType, Field, Struct


@attrs.frozen
class Member:
    """A member as declared: `name` None or "" when anonymous, `width` for a bit-field, `align` of a `__declspec`."""

    name: str | None
    type: CType
    width: int | None = None
    align: int = 0


def lay_out(struct: Struct, members: Iterable[Member], pack: int = 0, align: int = 0) -> Struct:
    """Give `struct` its fields, size and alignment; `pack` 0 is the compiler's default, `align` its `__declspec`."""
    layout = _Layout(struct.is_union, pack)
    for member in members:
        if member.width is None:
            layout.place(member)
        elif member.width == 0:
            layout.close_unit(member)
        else:
            layout.place_bits(member)
    struct.required = max(layout.required, align, 1)
    struct.align = max(layout.align, struct.required)
    struct.size = _up(layout.size, struct.align)
    struct.fields = tuple(layout.fields)
    struct.complete = True
    return struct


def offset_of(struct: Struct, path: str) -> int:
    """The byte offset of a dotted member."""
    total = 0
    here: CType = struct
    for name in path.split("."):
        field = here.lookup(name) if isinstance(here, Struct) else None
        if field is None:
            raise KeyError(f"{here} has no member {name}")
        total += field.offset
        here = field.type
    return total


def _up(offset: int, align: int) -> int:
    return (offset + align - 1) // align * align


def _required(ctype: CType) -> int:
    while isinstance(ctype, Array):
        ctype = ctype.element
    return ctype.required if isinstance(ctype, Struct) else 1


class _Layout:
    """The state of one struct while its members are placed."""

    def __init__(self, is_union: bool, pack: int) -> None:
        self.is_union = is_union
        self.pack = pack
        self.size = 0
        self.align = 1
        self.required = 1
        self.fields: list[Field] = []
        self.unit_size = 0  # of the open bit-field unit; 0 when none is open
        self.unit_left = 0

    def place(self, member: Member) -> None:
        """An ordinary member."""
        self.unit_size = 0
        align = self._alignment(member)
        offset = 0 if self.is_union else _up(self.size, align)
        self.align = max(self.align, align)
        self._add(member, offset)

    def place_bits(self, member: Member) -> None:
        """A bit-field of one bit or more."""
        width = member.width or 0
        unit = member.type.size
        bits = unit * 8
        if not self.is_union and self.unit_size == unit and width <= self.unit_left:
            self.fields.append(Field(member.name or "", self.size - unit, member.type, bits - self.unit_left, width))
            self.unit_left -= width
            return
        align = self._alignment(member)
        if self.is_union:
            offset = 0
        else:
            offset = _up(self.size, align)
            self.align = max(self.align, align)
        self.unit_size = unit
        self.unit_left = bits - width
        self._add(member, offset, width)

    def close_unit(self, member: Member) -> None:
        """A zero-width bit-field."""
        if not self.unit_size:
            return
        self.unit_size = 0
        align = self._alignment(member)
        if self.is_union:
            self.size = max(self.size, member.type.size)
        else:
            self.size = _up(self.size, align)
            self.align = max(self.align, align)

    def _alignment(self, member: Member) -> int:
        required = max(member.align, _required(member.type))
        self.required = max(self.required, required)
        natural = member.type.align
        if self.pack:
            natural = min(natural, self.pack)
        return max(natural, required)

    def _add(self, member: Member, offset: int, width: int = 0) -> None:
        self.fields.append(Field(member.name or "", offset, member.type, 0, width))
        self.size = max(self.size, offset + member.type.size)
