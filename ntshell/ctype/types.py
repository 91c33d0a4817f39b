"""C types of a target: sizes in bytes, layouts already decided.

A type is a fact; two structs are the same type only if they are the same object (C's tag identity), every other type
compares by value.  Types are made by `table.TypeTable` from a cached spec or by the compiler from declarations.
"""

from __future__ import annotations

from typing import TypeAlias

import attrs


@attrs.frozen
class Void:
    """No value."""

    size: int = 0
    align: int = 1

    def __str__(self) -> str:
        return "void"


@attrs.frozen
class Integer:
    """An integer of `size` bytes; `name` is its C spelling (`unsigned long`, `char`, `wchar_t`)."""

    name: str
    size: int
    signed: bool

    @property
    def align(self) -> int:
        return self.size

    def __str__(self) -> str:
        return self.name


@attrs.frozen
class Floating:
    """`float` or `double`."""

    name: str
    size: int

    @property
    def align(self) -> int:
        return self.size

    def __str__(self) -> str:
        return self.name


@attrs.frozen
class Pointer:
    """A pointer of the target's width."""

    target: CType
    size: int

    @property
    def align(self) -> int:
        return self.size

    def __str__(self) -> str:
        return f"{self.target}{'*' if str(self.target).endswith('*') else ' *'}"


@attrs.frozen
class Array:
    """`count` elements one after another; count 0 for `[]`."""

    element: CType
    count: int

    @property
    def size(self) -> int:
        return self.element.size * self.count

    @property
    def align(self) -> int:
        return self.element.align

    def __str__(self) -> str:
        return f"{self.element} [{self.count}]"


@attrs.frozen
class Field:
    """A member: byte offset in its struct; bit-fields also have a bit offset in the unit at `offset`."""

    name: str
    offset: int
    type: CType
    bit_offset: int = 0
    bit_width: int = 0


@attrs.define(eq=False)
class Struct:
    """A struct or union; `fields` is empty and `complete` False while only the tag is known."""

    tag: str
    is_union: bool = False
    size: int = 0
    align: int = 1
    fields: tuple[Field, ...] = ()
    complete: bool = False

    def __str__(self) -> str:
        return f"{'union' if self.is_union else 'struct'} {self.tag}"


@attrs.define(eq=False)
class Enum:
    """An enumeration; 4 bytes, signed, as Microsoft's compiler has it."""

    tag: str
    members: tuple[tuple[str, int], ...] = ()
    size: int = 4
    align: int = 4
    signed: bool = True

    def __str__(self) -> str:
        return f"enum {self.tag}"


@attrs.frozen
class Function:
    """A function's type; calling conventions make no difference to us."""

    result: CType
    params: tuple[CType, ...] = ()
    variadic: bool = False
    size: int = 1
    align: int = 1

    def __str__(self) -> str:
        return f"{self.result} ({', '.join(map(str, self.params)) or 'void'}{', ...' if self.variadic else ''})"


CType: TypeAlias = Void | Integer | Floating | Pointer | Array | Struct | Enum | Function
