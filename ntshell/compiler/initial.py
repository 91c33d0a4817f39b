"""Initialisers: braces, designators and strings become a flat list of (offset, type, expression).

Rules: what is not named is zero; inner braces may be left out; `[]` takes its count from the initialiser; a union's
first member is the one initialised.  Locals get their constant bytes in one `put` or `fill`, then what must be computed.
"""

from __future__ import annotations

import struct
from typing import Any

import attrs
from pycparser import c_ast

from ntshell.compiler import literal
from ntshell.compiler.assign import assignable
from ntshell.compiler.body import Body, has_effect, spreads
from ntshell.compiler.expression import rvalue, type_of
from ntshell.compiler.lvalue import Where, address_code, displaced, frame, store, symbol
from ntshell.compiler.operand import Operand, Symbol, bytes_code, is_scalar
from ntshell.compiler.scope import wrong
from ntshell.ctype.types import Array, CType, Field, Floating, Integer, Pointer, Struct


@attrs.frozen
class Item:
    """One thing to store: an expression, or the bytes of a string."""

    offset: int
    type: CType
    node: Any
    bits: tuple[int, int] | None = None
    data: bytes | None = None


def flatten(body: Body, ctype: CType, init: Any) -> tuple[list[Item], CType]:
    """The items of an initialiser, and the type with its array's count filled in."""
    walk = _Walk(body)
    if isinstance(ctype, Array) and not ctype.count:
        counted = walk.array(ctype, init)
        return walk.items, counted
    walk.place(ctype, 0, None, init)
    return walk.items, ctype


def extent(items: list[Item]) -> int:
    """How far the items reach: beyond the type, if it ends with an array of no size."""
    return max((item.offset + item.type.size for item in items), default=0)


def text_of(node: Any, ctype: CType) -> bytes | None:
    """The bytes of a string literal that initialises an array of characters."""
    if isinstance(node, c_ast.InitList) and len(node.exprs) == 1:
        node = node.exprs[0]
    if not (isinstance(node, c_ast.Constant) and node.type == "string") or not isinstance(ctype, Array):
        return None
    element = ctype.element
    data, wide = literal.string(node.value)
    return data if isinstance(element, Integer) and element.size == (2 if wide else 1) else None


_OPEN = 1 << 30  # elements of an array whose initialiser tells how many there are


class _Walk:
    def __init__(self, body: Body) -> None:
        self.body = body
        self.items: list[Item] = []
        self.end = 0  # of what is filled so far

    def add(self, item: Item) -> None:
        """One more item."""
        self.items.append(item)
        self.end = max(self.end, item.offset + item.type.size)

    def array(self, ctype: Array, init: Any) -> Array:
        """An array whose count the initialiser tells."""
        text = text_of(init, ctype)
        if text is not None:
            self.add(Item(0, ctype, None, None, text))
            return Array(ctype.element, len(text) // ctype.element.size)
        if not isinstance(init, c_ast.InitList):
            wrong("an array is initialised with braces", init)
        return Array(ctype.element, self.braces(Array(ctype.element, _OPEN), 0, init))

    def place(self, ctype: CType, offset: int, bits: tuple[int, int] | None, init: Any) -> None:
        """An initialiser for one object."""
        text = text_of(init, ctype)
        if text is not None:
            if isinstance(ctype, Array) and ctype.count == _OPEN:
                ctype = Array(ctype.element, len(text) // ctype.element.size)
            self.add(Item(offset, ctype, init, None, text[: ctype.size].ljust(ctype.size, b"\0")))
        elif not isinstance(init, c_ast.InitList):
            if isinstance(ctype, Array):
                wrong("an array is initialised with braces", init)
            self.add(Item(offset, ctype, init, bits))
        elif is_scalar(ctype):
            if len(init.exprs) > 1:
                wrong("too many initialisers", init)
            if init.exprs:
                self.place(ctype, offset, bits, init.exprs[0])
        else:
            if offset < self.end:  # braces stand for all of it: what was named in it before is gone
                self.items = [each for each in self.items if not offset <= each.offset < offset + ctype.size]
            self.braces(ctype, offset, init)

    def braces(self, ctype: CType, offset: int, init: Any) -> int:
        """A braced list for an aggregate; gives how many elements it reaches."""
        exprs, at, index, reach = list(init.exprs), 0, 0, 0
        count = _count(ctype)
        while at < len(exprs):
            each = exprs[at]
            if isinstance(each, c_ast.NamedInitializer):
                exprs[at] = each.expr
                at, index = self.designated(ctype, offset, each.name, exprs, at)
            else:
                if index >= count:
                    wrong("too many initialisers", each if each.coord else init)
                at = self.element(*_part(ctype, index, offset), exprs, at)
                index += 1
            reach = max(reach, index)
        return reach

    def element(self, ctype: CType, offset: int, bits: tuple[int, int] | None, exprs: list[Any], at: int) -> int:
        """One member from a list, which may have left out its braces; gives the index after what it took."""
        init = exprs[at]
        if isinstance(init, c_ast.InitList) or is_scalar(ctype) or text_of(init, ctype) is not None:
            self.place(ctype, offset, bits, init)
            return at + 1
        if isinstance(ctype, Struct) and _same_struct(type_of(self.body, init), ctype):
            self.place(ctype, offset, bits, init)
            return at + 1
        return self.further(ctype, offset, 0, exprs, at)

    def further(self, ctype: CType, offset: int, index: int, exprs: list[Any], at: int) -> int:
        """The elements of an aggregate without braces from an index on, as far as the list goes on without a name."""
        while index < _count(ctype) and at < len(exprs) and not isinstance(exprs[at], c_ast.NamedInitializer):
            at = self.element(*_part(ctype, index, offset), exprs, at)
            index += 1
        return at

    def designated(self, ctype: CType, offset: int, names: list[Any], exprs: list[Any], at: int) -> tuple[int, int]:
        """`.a.b[3] = x` and what follows inside of `a.b`; gives where the list goes on, and at which element of this."""
        index, inside = self.named(ctype, names[0])
        part, start, bits = _part(ctype, index, offset)
        rest = names[0 if inside else 1 :]
        if not rest:
            return self.element(part, start, bits, exprs, at), index + 1
        at, following = self.designated(part, start, rest, exprs, at)
        return self.further(part, start, following, exprs, at), index + 1

    def named(self, ctype: CType, name: Any) -> tuple[int, bool]:
        """The index of a designated element, and whether it is an anonymous member that has the one named."""
        if isinstance(name, c_ast.ArrayDesignator):
            if not isinstance(ctype, Array):
                wrong("[ ] designates an element of an array", name)
            index = self.body.unit.fold(name.expr)
            if not 0 <= index < ctype.count:
                wrong(f"the array has no element {index}", name)
            return index, False
        for index, field in enumerate(_parts(ctype)):
            if field.name == name.name:
                return index, False
            if not field.name and isinstance(field.type, Struct) and field.type.lookup(name.name) is not None:
                return index, True
        wrong(f"{ctype} has no member called {name.name}", name)


def _same_struct(given: CType, ctype: Struct) -> bool:
    """Whether a value is for all of a struct, and not for its first member."""
    if not isinstance(given, Struct):
        return False
    first = ctype.fields[0].type if ctype.fields else None
    return given is ctype or not (isinstance(first, Struct) and (given is first or _same_struct(given, first)))


def _parts(ctype: CType) -> list[Field]:
    if not isinstance(ctype, Struct):
        return []
    return [field for field in ctype.fields if field.name or not field.bit_width]


def _count(ctype: CType) -> int:
    """How many elements a list without names fills: of a union only the first."""
    if isinstance(ctype, Array):
        return ctype.count
    parts = len(_parts(ctype))
    return min(parts, 1) if isinstance(ctype, Struct) and ctype.is_union else parts


def _part(ctype: CType, index: int, offset: int) -> tuple[CType, int, tuple[int, int] | None]:
    if isinstance(ctype, Array):
        return ctype.element, offset + index * ctype.element.size, None
    parts = _parts(ctype)
    field = parts[index]
    if field is parts[-1] and isinstance(field.type, Array) and not field.type.count:
        return Array(field.type.element, _OPEN), offset + field.offset, None
    bits = (field.bit_offset, field.bit_width) if field.bit_width else None
    return field.type, offset + field.offset, bits


# --- objects in memory -----------------------------------------------------------------------------------------------
def set_bytes(data: bytearray, item: Item, value: Operand) -> bool:
    """Put a constant into an object's bytes; False when it is none."""
    size = item.type.size
    if isinstance(item.type, Floating):
        if value.value is None:
            return False
        data[item.offset : item.offset + size] = struct.pack("<f" if size == 4 else "<d", value.value)
        return True
    known = value.const
    if known is None:
        return False
    if item.bits is not None:
        at, width = item.bits
        mask = (1 << width) - 1
        before = int.from_bytes(data[item.offset : item.offset + size], "little")
        known = before & ~(mask << at) | (known & mask) << at
    data[item.offset : item.offset + size] = (known & (1 << size * 8) - 1).to_bytes(size, "little")
    return True


def initialise(body: Body, where: Where, init: Any) -> CType:
    """Run-time initialisation of an object in memory; gives its type, counted."""
    items, ctype = flatten(body, where.type, init)
    if extent(items) > ctype.size:
        wrong("only a variable with static storage can have values for the array that ends it", init)
    data = bytearray(ctype.size)
    later: list[Item] = []
    covered = 0  # what lies before this may be stored over later: a name can go back
    for item in items:
        if item.data is not None and item.offset >= covered:
            data[item.offset : item.offset + len(item.data)] = item.data
            continue
        if item.data is None and is_scalar(item.type) and item.offset >= covered and not has_effect(item.node):
            value = assignable(body, rvalue(body, item.node), item.type, item.node, "the initial value of")
            if set_bytes(data, item, value):
                continue
        later.append(item)
        covered = max(covered, item.offset + item.type.size)
    assert where.address is not None
    flow = body.flow
    address = address_code(where.address)
    if any(data):
        flow.line(f"put({address}, {bytes_code(bytes(data))})")
    elif sum(item.type.size for item in later if item.bits is None) < ctype.size or len(later) != len(items):
        flow.line(f"fill({address}, {ctype.size}, 0)")
    for item in later:
        if item.data is not None:
            place = address_code(displaced(where.address, item.offset, item.type))
            flow.line(f"put({place}, {bytes_code(item.data)})")
            continue
        before, body.persist = body.persist, body.persist or spreads(item.node)
        value = assignable(body, rvalue(body, item.node), item.type, item.node, "the initial value of")
        target = displaced(where.address, item.offset, item.type)
        store(flow, Where(item.type, address=target, bits=item.bits), value)
        body.persist = before
    return ctype


def compound(body: Body, node: Any) -> Where:
    """A compound literal: an object of its own in the frame, or with static storage outside a function."""
    ctype = body.unit.type_of(node.type)
    if isinstance(ctype, Array) and not ctype.count:
        _, ctype = flatten(body, ctype, node.init)
    if body.running is None:
        key = body.unit.literal(node, ctype)
        return Where(ctype, address=symbol(Symbol(key, 0), Pointer(ctype, body.pointer_size)))
    where = Where(ctype, address=frame(body.room(ctype), ctype, body.pointer_size))
    initialise(body, where, node.init)
    return where
