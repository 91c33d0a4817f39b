"""Calls: every call ends a step; its arguments are evaluated in that step.

Rules: structs of 1, 2, 4 or 8 bytes travel as unsigned ints, as in a register; larger ones as the address of a copy in
the caller's frame, and as a result through a hidden first argument.  What is not declared is warned of, taken to return
int, and becomes an import.  On x86 an unnamed argument of 8 bytes is two cells to a C function, one to an export.
"""

from __future__ import annotations

from typing import Any

from pycparser import c_ast

from ntshell.compiler import intrinsic
from ntshell.compiler.assign import assignable, check
from ntshell.compiler.body import Body
from ntshell.compiler.expression import effect, rvalue
from ntshell.compiler.flow import Label
from ntshell.compiler.lvalue import Where, address_code, converted, frame
from ntshell.compiler.operand import Operand, cast, limits, promote, proper, read
from ntshell.compiler.program import UNDECLARED
from ntshell.compiler.scope import Routine, wrong
from ntshell.ctype.basic import DOUBLE, INT, VOID
from ntshell.ctype.types import Array, CType, Floating, Function, Pointer, Struct, Void

REGISTER = (1, 2, 4, 8)


def call(body: Body, node: Any, wanted: bool = True, slot: Where | None = None) -> Operand:
    """A call; its result, left in `slot` if that can hold it as it comes."""
    name = node.name.name if isinstance(node.name, c_ast.ID) else ""
    special = intrinsic.find(name)
    if special is not None:
        return special(body, node)
    target, ctype = _callee(body, node, name)
    args = _arguments(body, node, target, ctype, name)
    result = ctype.result
    if isinstance(result, Struct) and result.size not in REGISTER:
        return _returns_memory(body, target, args, result)
    if isinstance(result, Void):
        _emit(body, target, args, -1)
        return Operand(VOID, "0")
    if slot is not None and _fits(body, result, slot.type, node):
        _emit(body, target, args, slot.slot)
        return read(slot.type, f"L[{slot.slot}]")
    if not wanted:
        _emit(body, target, args, -1)
        return read(result, "0") if not isinstance(result, Struct) else Operand(result, "0")
    out = body.flow.slot()
    _emit(body, target, args, out)
    if isinstance(result, Struct):
        address = address_code(frame(body.room(result), result, body.pointer_size))
        body.flow.line(f"st{result.size}({address}, L[{out}])")
        return Operand(result, address)
    return read(result, f"L[{out}]")


def _callee(body: Body, node: Any, name: str) -> tuple[Operand, Function]:
    if name and body.scope.find(name) is None:
        _implicit(body, name, node)
    target = rvalue(body, node.name)
    ctype = target.type.target if isinstance(target.type, Pointer) else target.type
    if not isinstance(ctype, Function):
        wrong(f"{name or 'what is called here'} is not a function", node)
    return target, ctype


def _implicit(body: Body, name: str, node: Any) -> None:
    image = body.unit.image
    body.unit.problems.warn(UNDECLARED.format(name), node.coord)
    routine = image.routines.get(name)
    if routine is None:
        routine = image.routines[name] = Routine(name, Function(INT, (), True), name, False, node.coord)
        image.keys.add(name)
    body.scope.file.names[name] = routine


def _arguments(body: Body, node: Any, target: Operand, ctype: Function, name: str) -> list[str]:
    given = node.args.exprs if node.args is not None else []
    params = ctype.params
    counted = f"arguments to {name or 'this function'}: {len(given)}, not {len(params)}"
    if len(given) < len(params):
        wrong(f"too few {counted}", node)
    if len(given) > len(params) and not ctype.variadic:
        body.unit.problems.warn(f"too many {counted}", node.coord)
    out: list[str] = []
    for index, each in enumerate(given):
        if index >= len(params) and not ctype.variadic:
            effect(body, each)
            continue
        value = rvalue(body, each)
        if index < len(params):
            what = f"argument {index + 1} of {name or 'this call'}, which is"
            value = assignable(body, value, params[index], each, f"passed as {what}")
        else:
            value = _promoted(value, each)
            if value.type.size == 8 and body.pointer_size == 4 and target.routine:
                out.append(f"@two:{target.routine}@({_passed(body, value)})")
                continue
        out.append(_passed(body, value))
    return out


def _promoted(value: Operand, node: Any) -> Operand:
    if isinstance(value.type, Void):
        wrong("a void value is passed as an argument", node)
    if isinstance(value.type, Struct | Array):
        return value
    if isinstance(value.type, Floating):
        return cast(value, DOUBLE)
    value = promote(value)
    return converted(value, value.type)


def _passed(body: Body, value: Operand) -> str:
    ctype = value.type
    if not isinstance(ctype, Struct):
        return value.code
    if ctype.size in REGISTER:
        return f"ld{ctype.size}({value.code})"
    address = address_code(frame(body.room(ctype), ctype, body.pointer_size))
    body.flow.line(f"copy({address}, {value.code}, {ctype.size})")
    return address


def _emit(body: Body, target: Operand, args: list[str], out: int) -> None:
    """The call itself, and the step after it."""
    routine = target.routine
    packed = f"({', '.join(args)}{',' if len(args) == 1 else ''})"
    if routine:
        code = f'@call:{routine}@("{routine}", {packed}, {out}'
    else:
        code = f"indirect({proper(target).code}, {packed}, {out}"
    after = Label()
    body.flow.call(code, routine or "*", after)
    body.flow.place(after)


def _returns_memory(body: Body, target: Operand, args: list[str], result: Struct) -> Operand:
    address = address_code(frame(body.room(result), result, body.pointer_size))
    _emit(body, target, [address, *args], -1)
    return Operand(result, address)


def _fits(body: Body, result: CType, ctype: CType, node: Any) -> bool:
    """Whether a call's result may go to an object's slot as it comes."""
    if isinstance(result, Struct):
        return False
    if isinstance(result, Floating) or isinstance(ctype, Floating):
        fits = isinstance(result, Floating) and isinstance(ctype, Floating) and result.size <= ctype.size
    else:
        (low, high), (least, most) = limits(result), limits(ctype)
        fits = least <= low and high <= most
    if fits:
        check(body, read(result, "L"), ctype, node, "assigned to")
    return fits
