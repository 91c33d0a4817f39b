"""Expressions that evaluate only a part of themselves: && || and ?:.

Rules: arms without effects become Python's own `and`, `or` and `if else`; arms with effects a Python block in the step;
arms with calls (or nested too deeply) branches between steps, their result in a slot.
"""

from __future__ import annotations

from typing import Any

from pycparser import c_ast

from ntshell.compiler.body import Body, has_effect, spreads
from ntshell.compiler.expression import branch, effect, rvalue, scalar, type_of
from ntshell.compiler.flow import Label
from ntshell.compiler.lvalue import converted
from ntshell.compiler.operand import Operand, cast, condition, constant, is_scalar, proper, read, truth, usual
from ntshell.compiler.scope import a, wrong
from ntshell.ctype.basic import INT, VOID
from ntshell.ctype.types import Array, CType, Floating, Function, Pointer, Struct, Void


def choose(body: Body, node: Any) -> None:
    """?: for its effect only."""
    yes, no, end = Label(), Label(), Label()
    if not spreads(node):
        _block(body, rvalue(body, node.cond), lambda: effect(body, node.iftrue), lambda: effect(body, node.iffalse))
        return
    branch(body, node.cond, yes, no)
    body.flow.place(yes)
    effect(body, node.iftrue)
    body.flow.goto(end)
    body.flow.place(no)
    effect(body, node.iffalse)
    body.flow.place(end)


def logical(body: Body, node: Any) -> Operand:
    """&& and ||."""
    ends_on = node.op == "||"
    if body.running is not None and spreads(node):
        return _logical_steps(body, node)
    left = scalar(rvalue(body, node.left), node.left)
    known = proper(left).const if not left.is_float else None
    if known is not None:
        if bool(known) == ends_on:
            return constant(int(ends_on))
        right = scalar(rvalue(body, node.right), node.right)
        whole_known = proper(right).const if not right.is_float else None
        return constant(int(bool(whole_known))) if whole_known is not None else truth(condition(right), False)
    if not has_effect(node.right):
        right = scalar(rvalue(body, node.right), node.right)
        word = "or" if ends_on else "and"
        return truth(f"({condition(left)} {word} {condition(right)})", False)
    name = body.temporary("1" if ends_on else "0")

    def evaluate() -> None:
        right = scalar(rvalue(body, node.right), node.right)
        body.flow.line(f"{name} = 1 if {condition(right)} else 0")

    test = condition(left)
    _block(body, truth(f"not ({test})") if ends_on else truth(test, False), evaluate)
    return read(INT, name)


def _logical_steps(body: Body, node: Any) -> Operand:
    flow = body.flow
    slot = flow.slot()
    yes, no, end = Label(), Label(), Label()
    branch(body, node, yes, no)
    for label, value in ((yes, "1"), (no, "0")):
        flow.place(label)
        flow.set_slot(slot, value)
        flow.goto(end)
    flow.place(end)
    return read(INT, f"L[{slot}]")


def _block(body: Body, test: Operand, then: Any, otherwise: Any = None) -> None:
    """A Python `if` inside the step."""
    flow = body.flow
    for head, arm in ((f"if {condition(test)}:", then), ("else:", otherwise)):
        if arm is None:
            continue
        flow.line(head)
        flow.indent += 1
        count = len(flow.step().lines)
        arm()
        if len(flow.step().lines) == count:
            flow.line("pass")
        flow.indent -= 1


def ternary(body: Body, node: Any) -> Operand:
    """?:."""
    steps = body.running is not None and (spreads(node.iftrue) or spreads(node.iffalse))
    effects = steps or has_effect(node.iftrue) or has_effect(node.iffalse)
    if not effects:
        test = scalar(rvalue(body, node.cond), node.cond)
        known = proper(test).const if not test.is_float else None
        yes, no = rvalue(body, node.iftrue), rvalue(body, node.iffalse)
        yes, no, ctype = _unified(body, yes, no, node)
        if known is not None:
            return yes if known else no
        if isinstance(ctype, Void):
            return Operand(VOID, "0")
        code = f"({yes.code} if {condition(test)} else {no.code})"
        return Operand(ctype, code, min(yes.lo, no.lo), max(yes.hi, no.hi))
    ctype = arms_type(body, node)
    if isinstance(ctype, Void):
        choose(body, node)
        return Operand(VOID, "0")
    if steps:
        return _ternary_steps(body, node, ctype)
    test = scalar(rvalue(body, node.cond), node.cond)
    name = body.temporary("0")

    def arm(which: Any) -> Any:
        return lambda: body.flow.line(f"{name} = {_arm_code(body, which, ctype)}")

    _block(body, test, arm(node.iftrue), arm(node.iffalse))
    return read(ctype, name) if is_scalar(ctype) else Operand(ctype, name)


def arms_type(body: Body, node: Any) -> CType:
    """The common type of the arms, from the types that they have."""
    return _unified(body, _typed(body, node.iftrue), _typed(body, node.iffalse), node)[2]


def _arm_code(body: Body, node: Any, ctype: CType) -> str:
    return converted(rvalue(body, node), ctype).code


def _typed(body: Body, node: Any) -> Operand:
    """An operand of an expression's type, whose code is not used."""
    ctype = type_of(body, node)
    if isinstance(ctype, Array):
        ctype = Pointer(ctype.element, body.pointer_size)
    elif isinstance(ctype, Function):
        ctype = Pointer(ctype, body.pointer_size)
    inner = node.expr if isinstance(node, c_ast.Cast) else None
    if isinstance(inner, c_ast.Constant) and inner.value == "0" and isinstance(ctype, Pointer):
        return Operand(ctype, "0")
    zero = isinstance(node, c_ast.Constant) and node.value == "0"
    return constant(0) if zero else (read(ctype, "0") if is_scalar(ctype) else Operand(ctype, "0"))


def _ternary_steps(body: Body, node: Any, ctype: CType) -> Operand:
    flow = body.flow
    slot = flow.slot()
    yes, no, end = Label(), Label(), Label()
    branch(body, node.cond, yes, no)
    for label, which in ((yes, node.iftrue), (no, node.iffalse)):
        flow.place(label)
        flow.set_slot(slot, _arm_code(body, which, ctype))
        flow.goto(end)
    flow.place(end)
    return read(ctype, f"L[{slot}]") if is_scalar(ctype) else Operand(ctype, f"L[{slot}]")


def _unified(body: Body, yes: Operand, no: Operand, node: Any) -> tuple[Operand, Operand, CType]:
    """The arms of ?: in their common type."""
    one, two = yes.type, no.type
    if isinstance(one, Void) or isinstance(two, Void):
        return yes, no, VOID
    if isinstance(one, Struct) or isinstance(two, Struct):
        if one is not two:
            wrong(f"the arms of ?: are {a(one)} and {a(two)}", node)
        return yes, no, one
    if isinstance(one, Pointer) or isinstance(two, Pointer):
        ctype = _unified_pointer(yes, no)
        return proper(cast(yes, ctype)), proper(cast(no, ctype)), ctype
    yes, no, common = usual(yes, no)
    if isinstance(common, Floating):
        return yes, no, common
    return proper(yes), proper(no), common


def _unified_pointer(yes: Operand, no: Operand) -> CType:
    for one, other in ((yes, no), (no, yes)):
        if not isinstance(one.type, Pointer):
            return other.type
        if isinstance(one.type.target, Void) and isinstance(other.type, Pointer):
            return other.type if one.const == 0 else one.type
    return yes.type
