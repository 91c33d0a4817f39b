"""Assignment, compound assignment, ++ and --, and the checks of what may be assigned to what.

Rules: the right side is evaluated before the object is found, so that a step that calls something on the right keeps
nothing of the left; the value of an assignment is read back only if it is wanted.
"""

from __future__ import annotations

from typing import Any

import attrs
from pycparser import c_ast

from ntshell.compiler import arithmetic
from ntshell.compiler.body import Body
from ntshell.compiler.expression import apply, lvalue, rvalue, stride
from ntshell.compiler.lvalue import Where, converted, displaced, load, steady, store
from ntshell.compiler.operand import Operand, cast, is_integral, is_scalar, limits, proper, read
from ntshell.compiler.scope import a, wrong
from ntshell.ctype.basic import BOOL, INT
from ntshell.ctype.types import Array, CType, Floating, Function, Integer, Pointer, Struct, Void


def assign(body: Body, node: Any, wanted: bool) -> Operand | None:
    """`a = b` and `a op= b`; gives the value if it is wanted."""
    if node.op != "=":
        return _compound(body, node, wanted)
    from ntshell.compiler.call import call

    right = node.rvalue
    if isinstance(right, c_ast.FuncCall):
        target = _slot_target(body, node.lvalue)
        if target is not None:
            value = call(body, right, slot=target)
            if value.code == f"L[{target.slot}]":
                return value if wanted else None
        else:
            value = call(body, right)
    else:
        value = rvalue(body, right)
    where = changeable(body, node.lvalue)
    value = assignable(body, value, where.type, node)
    return _put(body, where, value, wanted)


def _slot_target(body: Body, node: Any) -> Where | None:
    """The slot that a plain local lives in, where a call may leave its result."""
    if isinstance(node, c_ast.ID):
        where = changeable(body, node)
        if where.slot >= 0:
            return where
    return None


def changeable(body: Body, node: Any) -> Where:
    """The object that an expression names, which is to be given another value."""
    where = lvalue(body, node)
    if where.const:
        what = node.name if isinstance(node, c_ast.ID) else "this"
        wrong(f"{what} is const and cannot be changed", node)
    return where


def _put(body: Body, where: Where, value: Operand, wanted: bool) -> Operand | None:
    flow = body.flow
    if isinstance(where.type, Array | Function):
        wrong(f"{a(where.type)} cannot be assigned to")
    if wanted and isinstance(where.type, Struct):
        where = steady(where, body.temporary)
        store(flow, where, value)
        return load(where, body.pointer_size)
    if not wanted or value.const is not None or where.slot >= 0:
        store(flow, where, value)
        if not wanted:
            return None
        return load(where, body.pointer_size) if where.slot >= 0 or where.bits else value
    name = body.temporary(value.code)
    kept = read(where.type, name)
    store(flow, where, kept)
    if where.bits is not None:
        width = where.bits[1]
        if width < where.type.size * 8:
            return load(where, body.pointer_size)
    return kept


def _compound(body: Body, node: Any, wanted: bool) -> Operand | None:
    right = rvalue(body, node.rvalue)
    where = changeable(body, node.lvalue)
    if not is_scalar(where.type):
        wrong(f"{node.op} does not apply to {a(where.type)}", node)
    where = steady(where, body.temporary)
    value = apply(body, node.op[:-1], load(where, body.pointer_size), right, node)
    return _put(body, where, converted(value, where.type), wanted)


def crement(body: Body, node: Any, wanted: bool) -> Operand:
    """++ and --, before or after."""
    flow = body.flow
    where = changeable(body, node.expr)
    ctype = where.type
    if not is_scalar(ctype):
        wrong(f"{node.op[-2:]} does not apply to {a(ctype)}", node)
    where = steady(where, body.temporary)
    old = load(where, body.pointer_size)
    after = node.op[0] == "p"
    if wanted and after:
        old = attrs.evolve(read(ctype, body.temporary(old.code)), width=old.width)
    amount = 1 if node.op[-1] == "+" else -1
    if isinstance(ctype, Pointer):
        size = stride(body, ctype.target, node)
        new = displaced(old, amount * size, ctype.target)
    else:
        new = _one_more(old, amount)
    if where.slot >= 0 and not wanted and is_integral(ctype) and ctype != BOOL:
        return _quick(body, where, amount if not isinstance(ctype, Pointer) else amount * size)
    store(flow, where, converted(new, ctype))
    if not wanted or after:
        return old
    return load(where, body.pointer_size)


def _one_more(old: Operand, amount: int) -> Operand:
    if old.type == BOOL:
        return cast(arithmetic.step_by(cast(old, INT), amount), BOOL)
    return arithmetic.step_by(old, amount)


def _quick(body: Body, where: Where, amount: int) -> Operand:
    """++ and -- of a slot: reads it once."""
    low, high = limits(where.type)
    flow = body.flow
    name = flow.local(f"L[{where.slot}]")
    flow.line(f"J((SLOT, L, {where.slot}, {name}))")
    if amount > 0:
        new = f"{name} + {amount} if {name} <= {high - amount} else {name} - {high - low + 1 - amount}"
    else:
        new = f"{name} - {-amount} if {name} >= {low - amount} else {name} + {high - low + 1 + amount}"
    flow.line(f"L[{where.slot}] = {new}")
    return load(where, body.pointer_size)


def assignable(body: Body, value: Operand, ctype: CType, node: Any, what: str = "assigned to") -> Operand:
    """The value converted as an assignment converts it, with a complaint where Microsoft's compiler has one."""
    check(body, value, ctype, node, what)
    if isinstance(ctype, Struct):
        return value
    return converted(value, ctype)


def check(body: Body, value: Operand, ctype: CType, node: Any, what: str) -> None:
    """Complain where a value does not go with a type."""
    source = value.type
    if isinstance(ctype, Struct) or isinstance(source, Struct):
        if source is not ctype and not _same_record(source, ctype):
            wrong(f"{a(source)} cannot be {what} {a(ctype)}", node)
        return
    if isinstance(source, Void):
        wrong(f"a void value cannot be {what} {a(ctype)}", node)
    warn = body.unit.problems.warn
    if isinstance(ctype, Pointer):
        if isinstance(source, Floating):
            wrong(f"{a(source)} cannot be {what} {a(ctype)}", node)
        if not isinstance(source, Pointer):
            if proper(value).const != 0:
                warn(f"{a(source)} is {what} {a(ctype)}", node.coord)
        elif not _compatible(source.target, ctype.target):
            warn(f"{a(source)} is {what} {a(ctype)}", node.coord)
    elif isinstance(source, Pointer) and not isinstance(ctype, Pointer):
        if isinstance(ctype, Floating):
            wrong(f"{a(source)} cannot be {what} {a(ctype)}", node)
        if str(ctype) != "_Bool":
            warn(f"{a(source)} is {what} {a(ctype)}", node.coord)
    elif isinstance(ctype, Integer) and ctype.size < source.size and not isinstance(node, c_ast.Cast):
        known = proper(value).const
        if known is not None and ctype != BOOL and not -(1 << 8 * ctype.size - 1) <= known < 1 << 8 * ctype.size:
            warn(f"{known} is {what} {a(ctype)}, which cannot hold it", node.coord)


def _same_record(one: CType, other: CType) -> bool:
    """Two structs of the same tag and size, as two files of a driver may have them."""
    return isinstance(one, Struct) and isinstance(other, Struct) and one.tag == other.tag and one.size == other.size


def _compatible(one: CType, other: CType) -> bool:
    if isinstance(one, Void) or isinstance(other, Void) or one == other:
        return True
    if isinstance(one, Pointer) and isinstance(other, Pointer):
        return _compatible(one.target, other.target)
    if isinstance(one, Function) and isinstance(other, Function):
        return _compatible_functions(one, other)
    if isinstance(one, Array) and isinstance(other, Array):
        return _compatible(one.element, other.element)
    if is_integral(one) and is_integral(other) and not isinstance(one, Pointer) and not isinstance(other, Pointer):
        return one.size == other.size
    return _same_record(one, other)


def _compatible_functions(one: Function, other: Function) -> bool:
    if isinstance(one.result, Void) != isinstance(other.result, Void):
        return False
    if one.unspecified or other.unspecified:
        return True
    if len(one.params) != len(other.params):
        return False
    pairs = zip((one.result, *one.params), (other.result, *other.params), strict=True)
    return all(_compatible(*pair) for pair in pairs)
