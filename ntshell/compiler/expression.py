"""Expressions: `rvalue` gives an operand (writing lines and steps for what it does), `lvalue` the object it names.

Rules: effects are written in C's order at sequence points; an expression that has calls or is deep is spread over steps, its
temporaries then live in slots; arms of `&& || ?:` with effects become Python blocks, with calls they become branches.
"""

from __future__ import annotations

from typing import Any

import attrs
from pycparser import c_ast

from ntshell.compiler import arithmetic, literal
from ntshell.compiler.body import Body, has_effect, spreads
from ntshell.compiler.flow import Flow, Label
from ntshell.compiler.lvalue import Where, displaced, frame, load, member, require_complete, store, symbol
from ntshell.compiler.operand import (
    Operand,
    Symbol,
    cast,
    condition,
    constant,
    is_integral,
    is_scalar,
    pointee,
    proper,
    read,
    truth,
)
from ntshell.compiler.program import UNDECLARED
from ntshell.compiler.scope import Constant, Local, Object, Routine, Typedef, Wrong, a, wrong
from ntshell.ctype.basic import CHAR as NARROW
from ntshell.ctype.basic import INT, LONGLONG, UINT, ULONGLONG, VOID
from ntshell.ctype.basic import WCHAR as WIDE
from ntshell.ctype.types import Array, CType, Floating, Function, Pointer, Struct, Void

_LONG = 200  # characters of code; shorter code has fewer parentheses than Python takes


# --- entry points --------------------------------------------------------------------------------------------------
def rvalue(body: Body, node: Any) -> Operand:
    """The value of an expression."""
    maker = _RVALUES.get(type(node))
    if maker is None:
        wrong("this expression is not understood", node)
    try:
        made: Operand = maker(body, node)
    except Wrong as error:
        error.coord = error.coord or node.coord
        raise
    if len(made.code) > _LONG and body.persist and made.symbol is None and is_scalar(made.type) and spreads(node):
        made = proper(made)
        made = attrs.evolve(made, code=body.temporary(made.code), cond="", base="")
    return made


def lvalue(body: Body, node: Any) -> Where:
    """The object that an expression names."""
    kind = type(node)
    if kind is c_ast.ID:
        return _named_object(body, node)
    if kind is c_ast.StructRef:
        return _member(body, node)
    if kind is c_ast.ArrayRef:
        return _target(_index(body, rvalue(body, node.name), rvalue(body, node.subscript), node), node)
    if kind is c_ast.UnaryOp and node.op == "*":
        return _target(rvalue(body, node.expr), node)
    if kind is c_ast.Constant and node.type == "string":
        return _string_object(body, node)
    if kind is c_ast.CompoundLiteral:
        from ntshell.compiler.initial import compound

        return compound(body, node)
    if kind is c_ast.Cast:
        where = lvalue(body, node.expr)  # a cast as an lvalue: an old habit, taken when the object is not lengthened
        ctype = body.unit.type_of(node.to_type)
        if is_scalar(ctype) and ctype.size <= where.type.size and where.slot < 0 and where.bits is None:
            return attrs.evolve(where, type=ctype)
        if isinstance(ctype, Pointer) and isinstance(where.type, Pointer):
            return attrs.evolve(where, type=ctype)
    value = rvalue(body, node)
    if isinstance(value.type, Struct):
        return Where(value.type, address=read(Pointer(value.type, body.pointer_size), value.code))
    wrong("this is not something that can be changed or pointed to", node)


def whole(body: Body, node: Any) -> Operand:
    """The value of a full expression."""
    before, body.persist = body.persist, spreads(node)
    try:
        return rvalue(body, node)
    finally:
        body.persist = before


def effect(body: Body, node: Any) -> None:
    """A full expression for its effect only."""
    from ntshell.compiler.assign import assign, crement
    from ntshell.compiler.call import call
    from ntshell.compiler.choice import choose

    if isinstance(node, c_ast.ExprList):
        for each in node.exprs:
            effect(body, each)
        return
    before, body.persist = body.persist, body.persist or spreads(node)
    try:
        if isinstance(node, c_ast.Assignment):
            assign(body, node, False)
        elif isinstance(node, c_ast.UnaryOp) and node.op in ("++", "--", "p++", "p--"):
            crement(body, node, False)
        elif isinstance(node, c_ast.FuncCall):
            call(body, node, wanted=False)
        elif isinstance(node, c_ast.Cast) and isinstance(body.unit.type_of(node.to_type), Void):
            effect(body, node.expr)
        elif isinstance(node, c_ast.TernaryOp) and has_effect(node):
            choose(body, node)
        else:
            _discard(body, rvalue(body, node))
    finally:
        body.persist = before


def _discard(body: Body, value: Operand) -> None:
    """A value that nobody wants: what reads memory is still read, as a probe may count on it."""
    code = proper(value).code if is_integral(value.type) else value.code
    if any(word in code for word in ("ld", "div(", "mod(")):
        body.flow.line(code)


def branch(body: Body, node: Any, yes: Label, no: Label) -> None:
    """Go on at `yes` or `no`."""
    flow = body.flow
    if isinstance(node, c_ast.UnaryOp) and node.op == "!":
        branch(body, node.expr, no, yes)
        return
    if isinstance(node, c_ast.BinaryOp) and node.op in ("&&", "||") and spreads(node):
        middle = Label()
        branch(body, node.left, *((middle, no) if node.op == "&&" else (yes, middle)))
        flow.place(middle)
        branch(body, node.right, yes, no)
        return
    value = scalar(whole(body, node), node)
    known = proper(value).const if not value.is_float else None
    if known is not None:
        flow.goto(yes if known else no)
        return
    flow.branch(condition(value), yes, no)


def scalar(value: Operand, node: Any) -> Operand:
    """The value, which must be a number or a pointer."""
    if not is_scalar(value.type):
        wrong(f"{a(value.type)} cannot be tested or computed with", node)
    return value


# --- names and objects ---------------------------------------------------------------------------------------------
def _named_object(body: Body, node: Any) -> Where:
    found = body.scope.find(node.name)
    if isinstance(found, Local):
        found.used = True
        if found.offset >= 0:
            address = frame(found.offset, found.type, body.pointer_size)
            return Where(found.type, address=address, const=found.const)
        return Where(found.type, slot=found.slot, const=found.const)
    if isinstance(found, Object | Routine) and later(found, node):
        if isinstance(found, Object):
            wrong(f"{node.name} is not declared before this line", node)
        body.unit.problems.warn(f"{node.name} is not declared before this line", node.coord)
    if isinstance(found, Object):
        found.used = found.used or node.coord
        address = symbol(Symbol(found.key, 0), Pointer(found.type, body.pointer_size))
        return Where(found.type, address=address, const=found.const)
    if isinstance(found, Routine):
        body.unit.image.refer(found, node.coord)
        address = symbol(Symbol(found.key, 0, True), Pointer(found.type, body.pointer_size))
        return Where(found.type, address=address)
    if found is None and node.name in ("__func__", "__PRETTY_FUNCTION__"):
        name = body.routine.name if body.routine else ""
        return _text(body, name.encode() + b"\0", False)
    if found is None:
        wrong(UNDECLARED.format(node.name), node)
    wrong(f"{node.name} is not a variable", node)


def later(found: Object | Routine, node: Any) -> bool:
    """Whether a symbol is declared only after it is used, in the same file."""
    first = found.first
    return first is not None and first.file == node.coord.file and first.line > node.coord.line


def _named(body: Body, node: Any) -> Operand:
    found = body.scope.find(node.name)
    if isinstance(found, Constant):
        return constant(found.value)
    if isinstance(found, Typedef):
        wrong(f"{node.name} is a type", node)
    if found is None and node.name == "__noop":
        return constant(0)
    if isinstance(found, Local) and found.slot >= 0 and found.offset < 0 and body.running is None:
        wrong(f"{node.name} is not a constant", node)
    return load(_named_object(body, node), body.pointer_size)


def _constant(body: Body, node: Any) -> Operand:
    text = node.value
    try:
        if node.type == "string":
            made = load(_string_object(body, node), body.pointer_size)
            made.text = True
            return made
        return literal.character(text) if text[-1] == "'" else literal.number(text)
    except literal.BadConstant as error:
        wrong(str(error), node)


def _string_object(body: Body, node: Any) -> Where:
    data, wide = literal.string(node.value)
    return _text(body, data, wide)


def _text(body: Body, data: bytes, wide: bool) -> Where:
    element = WIDE if wide else NARROW
    ctype = Array(element, len(data) // element.size)
    key = body.unit.image.string(data, wide)
    return Where(ctype, address=symbol(Symbol(key, 0), Pointer(ctype, body.pointer_size)))


def _target(value: Operand, node: Any) -> Where:
    target = pointee(value.type)
    if target is None:
        wrong(f"{a(value.type)} does not point to anything", node)
    return Where(target, address=value, const=isinstance(value.type, Pointer) and value.type.const)


def _member(body: Body, node: Any) -> Where:
    name = node.field.name
    if node.type == "->":
        where = _target(rvalue(body, node.name), node)
    else:
        where = lvalue(body, node.name)
    struct = where.type
    if not isinstance(struct, Struct):
        wrong(f"{name} is asked of {a(struct)}, which has no members", node)
    require_complete(struct, node)
    field = struct.lookup(name)
    if field is None:
        wrong(f"{struct} has no member called {name}", node)
    return member(where, field)


def _object(body: Body, node: Any) -> Operand:
    return load(lvalue(body, node), body.pointer_size)


# --- operators -----------------------------------------------------------------------------------------------------
def _unary(body: Body, node: Any) -> Operand:
    op = node.op
    if op in ("++", "--", "p++", "p--"):
        from ntshell.compiler.assign import crement

        return crement(body, node, True)
    if op in ("sizeof", "_Alignof", "__alignof"):
        return _sizeof(body, node)
    if op == "&":
        return _address(body, node)
    if op == "*":
        value = rvalue(body, node.expr)
        if isinstance(value.type, Pointer) and isinstance(value.type.target, Function):
            return value
        return load(_target(value, node), body.pointer_size)
    value = scalar(rvalue(body, node.expr), node)
    if isinstance(value.type, Pointer):
        if op != "!":
            wrong(f"{op} does not apply to a pointer", node)
        known = proper(value).const
        return constant(int(not known)) if known is not None else truth(f"not {condition(value)}")
    if op == "~" and value.is_float:
        wrong("~ does not apply to floating numbers", node)
    return arithmetic.unary(op, value)


def _address(body: Body, node: Any) -> Operand:
    where = lvalue(body, node.expr)
    if where.bits is not None:
        wrong("a bit-field has no address", node)
    if where.address is None:
        wrong("this has no address", node)
    made = displaced(where.address, 0, where.type) if where.address.symbol is None else where.address
    return attrs.evolve(made, type=Pointer(where.type, body.pointer_size, where.const))


def _sizeof(body: Body, node: Any) -> Operand:
    if isinstance(node.expr, c_ast.Typename):
        ctype = body.unit.type_of(node.expr)
    else:
        ctype = type_of(body, node.expr)
    require_complete(ctype, node)
    if isinstance(ctype, Function):
        wrong("a function has no size", node)
    size = ctype.align if node.op != "sizeof" else ctype.size
    return constant(size, ULONGLONG if body.pointer_size == 8 else UINT)


def type_of(body: Body, node: Any) -> CType:
    """The type of an expression, which is not evaluated; arrays and strings keep theirs."""
    done = body.types.get(id(node))
    if done is not None:
        return done[1]
    made = _type_of(body, node, Flow(body.running.slots if body.running else 1))
    body.types[id(node)] = node, made
    return made


def _type_of(body: Body, node: Any, flow: Flow) -> CType:
    frame_size, known = body.frame_size, len(body.locals)
    scratch = attrs.evolve(body, running=flow)
    try:
        if isinstance(node, c_ast.ID | c_ast.StructRef | c_ast.ArrayRef | c_ast.CompoundLiteral) or (
            isinstance(node, c_ast.Constant) and node.type == "string"
        ):
            if not isinstance(node, c_ast.ID) or not isinstance(body.scope.find(node.name), Constant):
                return lvalue(scratch, node).type
        if isinstance(node, c_ast.UnaryOp) and node.op == "*":
            return lvalue(scratch, node).type
        if isinstance(node, c_ast.TernaryOp):
            from ntshell.compiler.choice import arms_type

            return arms_type(body, node)
        return rvalue(scratch, node).type
    finally:
        body.frame_size = frame_size
        del body.locals[known:]


def _binary(body: Body, node: Any) -> Operand:
    if node.op in ("&&", "||"):
        from ntshell.compiler.choice import logical

        return logical(body, node)
    left = rvalue(body, node.left)
    right = rvalue(body, node.right)
    return apply(body, node.op, left, right, node)


def apply(body: Body, op: str, left: Operand, right: Operand, node: Any) -> Operand:
    """A binary operator on two values, pointers included."""
    scalar(left, node)
    scalar(right, node)
    one, two = isinstance(left.type, Pointer), isinstance(right.type, Pointer)
    if not one and not two:
        if (left.is_float or right.is_float) and op in ("%", "<<", ">>", "&", "|", "^"):
            wrong(f"{op} does not apply to floating numbers", node)
        if op in ("/", "%") and proper(right).const == 0 and not left.is_float and not right.is_float:
            body.unit.problems.warn("division by zero", node.coord)
        return arithmetic.binary(op, left, right, body.pointer_size)
    if op in arithmetic.COMPARISONS:
        return _compare_pointers(body, op, left, right, node)
    if op == "+" and one != two:
        return _index(body, left, right, node)
    if op == "-" and one and not two:
        return _index(body, left, arithmetic.unary("-", cast(right, _signed(right))), node)
    if op == "-" and one and two:
        return _distance(body, left, right, node)
    wrong(f"{op} does not apply to {left.type} and {right.type}", node)


def _signed(op: Operand) -> CType:
    return op.type if getattr(op.type, "signed", True) else LONGLONG


def _compare_pointers(body: Body, op: str, left: Operand, right: Operand, node: Any) -> Operand:
    for one, other in ((left, right), (right, left)):
        if not isinstance(one.type, Pointer):
            if one.is_float:
                wrong(f"{op} does not apply to {left.type} and {right.type}", node)
            if one.const != 0:
                body.unit.problems.warn(f"{a(one.type)} is compared with {a(other.type)}", node.coord)
    ctype = left.type if isinstance(left.type, Pointer) else right.type
    if left.text or right.text:
        body.unit.problems.warn("a string literal is compared, not its characters", node.coord)
    return arithmetic.compare(op, cast(left, ctype), cast(right, ctype))


def _index(body: Body, left: Operand, right: Operand, node: Any) -> Operand:
    if not isinstance(left.type, Pointer) and isinstance(right.type, Pointer):
        left, right = right, left
    if not isinstance(left.type, Pointer) or not is_integral(right.type) or isinstance(right.type, Pointer):
        wrong(f"{a(left.type)} cannot be indexed with {a(right.type)}", node)
    target = left.type.target
    require_complete(target, node)
    size = stride(body, target, node)
    right = proper(right)
    if right.const is not None:
        return displaced(left, right.const * size, target)
    scaled = f"{right.code} * {size}" if size != 1 else right.code
    lows = (right.lo * size, right.hi * size)
    return Operand(left.type, f"({left.code} + {scaled})", left.lo + lows[0], left.hi + lows[1])


def stride(body: Body, target: CType, node: Any) -> int:
    """How far a pointer goes when 1 is added."""
    if isinstance(target, Void | Function):
        if str(target) not in body.unit.sizeless:
            body.unit.sizeless.add(str(target))
            body.unit.problems.warn(f"{target} has no size, 1 is taken (here and further on)", node.coord)
        return 1
    return target.size


def _distance(body: Body, left: Operand, right: Operand, node: Any) -> Operand:
    target = pointee(left.type)
    assert target is not None
    size = 1 if isinstance(target, Void) else max(target.size, 1)
    ctype = LONGLONG if body.pointer_size == 8 else INT
    if left.symbol and right.symbol and left.symbol.name == right.symbol.name:
        return constant((left.symbol.addend - right.symbol.addend) // size, ctype)
    left, right = proper(left), proper(right)
    if left.const is not None and right.const is not None:
        return constant((left.const - right.const) // size, ctype)
    difference = proper(Operand(ctype, f"({left.code} - {right.code})", left.lo - right.hi, left.hi - right.lo))
    if size == 1:
        return difference
    return Operand(ctype, f"({difference.code} // {size})", *_halved(difference, size))


def _halved(op: Operand, size: int) -> tuple[int, int]:
    return op.lo // size, op.hi // size


def _cast(body: Body, node: Any) -> Operand:
    ctype = body.unit.type_of(node.to_type)
    value = rvalue(body, node.expr)
    if isinstance(ctype, Void):
        _discard(body, value)
        return Operand(VOID, "0")
    if isinstance(ctype, Struct):
        if value.type is ctype:
            return value
        wrong(f"{a(value.type)} cannot be cast to {ctype}", node)
    if isinstance(value.type, Struct | Void) or not is_scalar(ctype):
        wrong(f"{a(value.type)} cannot be cast to {ctype}", node)
    if isinstance(ctype, Pointer) and value.is_float or isinstance(value.type, Pointer) and isinstance(ctype, Floating):
        wrong(f"{a(value.type)} cannot be cast to {ctype}", node)
    if isinstance(ctype, Pointer) != isinstance(value.type, Pointer) and proper(value).const is None:
        _judge_width(body, value.type, ctype, node)
    return cast(value, ctype)


def _judge_width(body: Body, source: CType, ctype: CType, node: Any) -> None:
    """A pointer that goes through a narrower integer: what 32-bit drivers get wrong on x64."""
    if body.pointer_size == 4:
        return
    if isinstance(source, Pointer) and ctype.size < source.size and str(ctype) != "_Bool":
        body.unit.problems.warn(f"{a(source)} is cut to {a(ctype)}", node.coord)
    elif isinstance(ctype, Pointer) and source.size == 4:
        body.unit.problems.warn(f"{a(source)} is made {a(ctype)}, which is wider", node.coord)


def _comma(body: Body, node: Any) -> Operand:
    for each in node.exprs[:-1]:
        effect(body, each)
    return rvalue(body, node.exprs[-1])


def _ternary(body: Body, node: Any) -> Operand:
    from ntshell.compiler.choice import ternary

    return ternary(body, node)


def _assignment(body: Body, node: Any) -> Operand:
    from ntshell.compiler.assign import assign

    made = assign(body, node, True)
    assert made is not None
    return made


def _call(body: Body, node: Any) -> Operand:
    from ntshell.compiler.call import call

    return call(body, node)


def _statements(body: Body, node: Any) -> Operand:
    wrong("a statement inside an expression is not Microsoft's C", node)


_RVALUES = {
    c_ast.Constant: _constant,
    c_ast.ID: _named,
    c_ast.UnaryOp: _unary,
    c_ast.BinaryOp: _binary,
    c_ast.TernaryOp: _ternary,
    c_ast.Assignment: _assignment,
    c_ast.FuncCall: _call,
    c_ast.ArrayRef: _object,
    c_ast.StructRef: _object,
    c_ast.CompoundLiteral: _object,
    c_ast.Cast: _cast,
    c_ast.ExprList: _comma,
    c_ast.Compound: _statements,
}

__all__ = ["apply", "branch", "effect", "lvalue", "rvalue", "scalar", "store", "type_of", "whole"]
