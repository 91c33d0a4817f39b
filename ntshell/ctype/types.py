"""C types of a target: sizes in bytes, layouts already decided.

A type is a fact; two structs are the same type only if they are the same object (C's tag identity), every other type
compares by value.  Types are made by `table.TypeTable` from a cached spec or by the compiler from declarations.
Tags are unique in a table and its bases, unnamed structs included (`<unnamed-...>`, see `unnamed`): a spec names a
struct by its tag.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import attrs


@attrs.frozen(repr=False)
class Void:
    """No value."""

    size: int = 0
    align: int = 1

    def __str__(self) -> str:
        return "void"


@attrs.frozen(repr=False)
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


@attrs.frozen(repr=False)
class Floating:
    """`float` or `double`."""

    name: str
    size: int

    @property
    def align(self) -> int:
        return self.size

    def __str__(self) -> str:
        return self.name


@attrs.frozen(repr=False)
class Pointer:
    """A pointer of the target's width; `const` tells that nothing may be changed through it (which makes no other type)."""

    target: CType
    size: int
    const: bool = attrs.field(default=False, eq=False)

    @property
    def align(self) -> int:
        return self.size

    def __str__(self) -> str:
        stars, target = "*", self.target
        while isinstance(target, Pointer):
            stars, target = stars + "*", target.target
        return target.spelled(f"({stars})") if isinstance(target, Function) else f"{target} {stars}"


@attrs.frozen(repr=False)
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


@attrs.frozen(repr=False)
class Field:
    """A member: byte offset in its struct; bit-fields also have a bit offset in the unit at `offset`."""

    name: str
    offset: int
    type: CType
    bit_offset: int = 0
    bit_width: int = 0


@attrs.define(eq=False, repr=False)
class Struct:
    """A struct or union; `fields` is empty and `complete` False while only the tag is known.

    `required` is what `__declspec(align(n))` demands here or in a member: packing does not lower it.  `fields` may be
    built on first use (`lazily`); anonymous members are fields named "" and `lookup` sees through them.
    """

    tag: str
    is_union: bool = False
    size: int = 0
    align: int = 1
    _fields: tuple[Field, ...] = ()
    complete: bool = False
    required: int = 1
    accessors: dict[str, Any] | None = attrs.field(default=None, init=False)  # these two are value.py's
    view: type[Any] | None = attrs.field(default=None, init=False)
    _names: dict[str, Field] | None = attrs.field(default=None, init=False)
    _load: Callable[[], tuple[Field, ...]] | None = attrs.field(default=None, init=False)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The members in order of declaration."""
        load = self._load
        if load is not None:
            self._load = None
            self._fields = load()
        return self._fields

    @fields.setter
    def fields(self, fields: tuple[Field, ...]) -> None:
        self._fields = fields
        self._load = self._names = self.accessors = self.view = None

    def lazily(self, load: Callable[[], tuple[Field, ...]]) -> None:
        """Let `load` make the fields when they are first asked for."""
        self._load = load

    def flat(self) -> Iterator[Field]:
        """The members that C can name: those of anonymous members stand in their place, at their offset in this struct."""
        for field in self.fields:
            if field.name:
                yield field
            elif isinstance(field.type, Struct):
                for inner in field.type.flat():
                    yield attrs.evolve(inner, offset=inner.offset + field.offset)

    def lookup(self, name: str) -> Field | None:
        """The member called `name`, its offset counted from this struct even inside anonymous members."""
        names = self._names
        if names is None:
            names = {field.name: field for field in self.flat()}
            if self.complete:
                self._names = names
        return names.get(name)

    def __str__(self) -> str:
        return f"{'union' if self.is_union else 'struct'} {self.tag}"

    def __repr__(self) -> str:
        return f"<{self} of {self.size} bytes>"


@attrs.define(eq=False, repr=False)
class Enum:
    """An enumeration; 4 bytes, signed, as Microsoft's compiler has it."""

    tag: str
    members: tuple[tuple[str, int], ...] = ()
    size: int = 4
    align: int = 4
    signed: bool = True

    def __str__(self) -> str:
        return f"enum {self.tag}"


@attrs.frozen(repr=False)
class Function:
    """A function's type; calling conventions make no difference to us."""

    result: CType
    params: tuple[CType, ...] = ()
    variadic: bool = False
    size: int = 1
    align: int = 1

    @property
    def unspecified(self) -> bool:
        """Whether it was declared with empty parentheses, which say nothing of its parameters."""
        return self.variadic and not self.params

    def spelled(self, name: str) -> str:
        """As C declares `name` with this type."""
        more = ", ..." if self.variadic else ""
        return f"{self.result} {name}({', '.join(map(str, self.params)) or 'void'}{more})"

    def __str__(self) -> str:
        return self.spelled("")


CType: TypeAlias = Void | Integer | Floating | Pointer | Array | Struct | Enum | Function


def unnamed(mark: str | int) -> str:
    """A tag for a struct without one; `mark` makes it unique in the program, such as `ntddk.h:120`."""
    return f"<unnamed-{mark}>"


def is_unnamed(tag: str) -> bool:
    """Whether the source gave no tag."""
    return not tag or tag.startswith("<unnamed")
