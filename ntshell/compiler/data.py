"""Variables with static storage and string literals: the bytes of .data and .rdata and their relocations.

Rules: constants and strings lie in .rdata, all else in .data; an address in an initialiser becomes a relocation
(section, offset, symbol or section, addend), whose place holds zero until the image is bound.
"""

from __future__ import annotations

from typing import Any

import attrs

from ntshell.compiler.assign import assignable
from ntshell.compiler.body import Body
from ntshell.compiler.expression import rvalue
from ntshell.compiler.initial import extent, flatten, set_bytes
from ntshell.compiler.operand import Operand, Symbol, is_scalar
from ntshell.compiler.scope import Object, Wrong, wrong
from ntshell.compiler.unit import Unit
from ntshell.ctype.types import Array, Struct

Relocation = tuple[str, int, Symbol]


@attrs.define(eq=False, repr=False)
class Sections:
    """The data sections while they grow; `at` tells where each key lies."""

    data: bytearray = attrs.Factory(bytearray)
    rdata: bytearray = attrs.Factory(bytearray)
    at: dict[str, tuple[str, int]] = attrs.Factory(dict)
    relocations: list[Relocation] = attrs.Factory(list)

    def add(self, key: str, section: str, content: bytes, align: int) -> int:
        """Put an object into a section; its offset."""
        where = self.data if section == ".data" else self.rdata
        where += bytes(-len(where) % align)
        offset = len(where)
        where += content
        self.at[key] = (section, offset)
        return offset


def place_object(unit: Unit, found: Object, sections: Sections) -> None:
    """Lay down one variable."""
    body = Body(unit, None)
    symbols: list[tuple[int, Symbol]] = []
    content = bytearray(found.type.size)
    if found.init is not None:
        outer, unit.scope = unit.scope, found.scope or unit.scope
        try:
            content = _content(body, found, symbols)
        except Wrong as error:
            message = error.message
            if message == "this is not a constant":
                message = f"the initial value of {found.name} is not a constant"
            unit.problems.add(message, error.coord or found.coord)
        finally:
            unit.scope = outer
    if isinstance(found.type, Array) and not found.type.count:
        found.type = Array(found.type.element, 1)
        content = bytearray(found.type.size)
    section = ".rdata" if found.const else ".data"
    align = max(found.type.align, found.align, 4 if found.type.size >= 4 else 1)
    offset = sections.add(found.key, section, bytes(content), align)
    sections.relocations += [(section, offset + at, symbol) for at, symbol in symbols]


def settle(unit: Unit, found: Object) -> None:
    """Give a variable declared with `[]` the count that its initialiser has."""
    if found.init is None or not isinstance(found.type, Array) or found.type.count:
        return
    try:
        _, found.type = flatten(Body(unit, None), found.type, found.init)
    except Wrong as error:
        unit.problems.add(error.message, error.coord or found.coord)


def _content(body: Body, found: Object, symbols: list[tuple[int, Symbol]]) -> bytearray:
    items, found.type = flatten(body, found.type, found.init)
    content = bytearray(max(found.type.size, extent(items)))
    for item in items:
        if item.data is not None:
            content[item.offset : item.offset + len(item.data)] = item.data
            continue
        value = _static_value(body, item.node, item.type)
        if set_bytes(content, item, value):
            continue
        if value.symbol is None or item.type.size != body.pointer_size:
            wrong("this is not a constant", item.node)
        symbols.append((item.offset, value.symbol))
    return content


def _static_value(body: Body, node: Any, ctype: Any) -> Operand:
    if not is_scalar(ctype):
        wrong("this is not a constant", node)
    value = assignable(body, rvalue(body, node), ctype, node, "the initial value of")
    if isinstance(value.type, Struct):
        wrong("this is not a constant", node)
    return value
