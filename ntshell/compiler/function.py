"""One function: parameters to slots or frame, its body to steps, its steps to the record that the machine runs.

Rules: slot 0 is the frame's address; parameters follow in order, after the hidden one for a struct result.  What has its
address taken, and every array and struct, lives in the frame.  A void function ends with a step at its closing brace.
"""

from __future__ import annotations

from typing import Any

import attrs
from pycparser import c_ast

from ntshell.compiler import check
from ntshell.compiler.body import Body, children
from ntshell.compiler.call import REGISTER
from ntshell.compiler.declare import is_const
from ntshell.compiler.flow import Flow, Label, Step
from ntshell.compiler.operand import is_scalar, reset_names
from ntshell.compiler.program import Region
from ntshell.compiler.scope import Local, Routine, Scope, wrong
from ntshell.compiler.seh import is_try
from ntshell.compiler.statement import statement
from ntshell.compiler.unit import Unit
from ntshell.ctype.types import Function, Struct, Void


@attrs.define(eq=False, repr=False)
class Lowered:
    """A function as steps, before it has an address."""

    routine: Routine
    unit: Unit
    flow: Flow
    steps: list[Step]
    params: list[Local]
    locals: list[Local]
    frame_size: int
    spills: list[tuple[int, int, int]]
    tries: list[Region]
    end_line: int


def lower(unit: Unit, routine: Routine) -> Lowered | None:
    """Lower a function with a body; None once there are errors, for then some ends may hang loose."""
    reset_names()
    node = routine.body
    unit.system = routine.system
    ctype: Function = routine.type
    body = Body(unit, Flow(1), routine, _addressed(node.body))
    body.end_line = unit.ends.get(id(node.body), node.coord.line)
    body.labels, body.label_tries = _labels(node.body)
    outer, unit.scope = unit.scope, Scope(unit.scope)
    params, spills = _parameters(body, node, ctype)
    statement(body, node.body)
    unit.scope = outer
    if unit.problems.errors:
        return None
    ending = _end(body, ctype)
    for local in body.locals:
        local.last_line = local.last_line or body.end_line
    ends = not routine.system and check.function(unit.problems, node.body, _plain(body, len(params)))
    steps = body.flow.finish()
    if ends and ending is not None and ending.step is not None and ending.step.number >= 0:
        coord = attrs.evolve(_Coord(node.coord.file, body.end_line))
        unit.problems.warn(f"{routine.name} must return a value", coord)
    tries = [_region(body, each) for each in body.tries]
    frame_size = (body.frame_size + 7) // 8 * 8
    locals_ = body.locals[len(params) :]
    return Lowered(routine, unit, body.flow, steps, params, locals_, frame_size, spills, tries, body.end_line)


def _plain(body: Body, params: int) -> list[str]:
    """The locals whose address is never taken, without those that hide something."""
    known = {local.name for local in body.locals[:params]}
    return [
        local.name
        for local in body.locals[params:]
        if local.slot >= 0 and local.name not in known and body.scope.find(local.name) is None
    ]


@attrs.frozen
class _Coord:
    file: str
    line: int


def _parameters(body: Body, node: Any, ctype: Function) -> tuple[list[Local], list[tuple[int, int, int]]]:
    unit, flow = body.unit, body.flow
    if isinstance(ctype.result, Struct) and ctype.result.size not in REGISTER:
        body.result_slot = flow.slot()
    params: list[Local] = []
    spills: list[tuple[int, int, int]] = []
    nodes, _ = unit.parameters(_declarator(node.decl.type))
    for each, kind in zip(nodes, ctype.params, strict=True):
        name = getattr(each, "name", None) or ""
        local = Local(name, kind, flow.slot(), first_line=node.coord.line, const=_is_fixed(each))
        if not is_scalar(kind) or name in body.addressed:
            local.offset = body.room(kind)
            spills.append((local.slot, local.offset, kind.size))
        params.append(local)
        body.locals.append(local)
        if name in body.scope.names:
            wrong(f"two parameters are called {name}", each)
        if name:
            body.scope.names[name] = local
    return params, spills


def _is_fixed(node: Any) -> bool:
    """Whether a parameter itself is const: of an array only its elements are."""
    return isinstance(node, c_ast.Decl) and not isinstance(node.type, c_ast.ArrayDecl) and is_const(node)


def _declarator(node: Any) -> Any:
    """The declarator that has the parameters: not that of a function pointer which is the result."""
    while not isinstance(node, c_ast.FuncDecl):
        node = node.type
    return node


def _end(body: Body, ctype: Function) -> Label | None:
    """What happens at the closing brace; a label there when a value should have been returned before."""
    flow = body.flow
    if not flow.open and flow.steps:
        return None
    assert body.routine is not None
    flow.statement(body.routine.body.coord.file, body.end_line)
    if isinstance(ctype.result, Void):
        flow.leave("ret(0)")
        return None
    flow.cut()
    label = Label()
    flow.place(label)
    flow.leave('trap("unreachable")')
    return label


def _region(body: Body, each: Any) -> Region:
    flow = body.flow
    first, last = flow.span(each.first, each.last)
    filtering = flow.number(each.filter) if each.filter is not None else -1
    return Region(first, last, each.kind, filtering, flow.number(each.handler), each.constant)


def _addressed(node: Any) -> frozenset[str]:
    """The names whose address is taken somewhere in a function."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, c_ast.UnaryOp) and here.op == "&":
            inner = here.expr
            while not isinstance(inner, c_ast.ID):
                if isinstance(inner, c_ast.StructRef) and inner.type == ".":
                    inner = inner.name
                elif isinstance(inner, c_ast.ArrayRef):
                    inner = inner.name
                elif isinstance(inner, c_ast.Cast):
                    inner = inner.expr
                else:
                    break
            if isinstance(inner, c_ast.ID):
                found.add(inner.name)
        elif isinstance(here, c_ast.Assignment | c_ast.UnaryOp):
            target = here.lvalue if isinstance(here, c_ast.Assignment) else here.expr
            if isinstance(target, c_ast.Cast) and isinstance(target.expr, c_ast.ID):
                found.add(target.expr.name)
        waiting += children(here)
    return frozenset(found)


def _labels(node: Any) -> tuple[dict[str, Label], dict[str, tuple[int, ...]]]:
    """The labels of a function and the `__try` bodies that each lies in."""
    labels: dict[str, Label] = {}
    inside: dict[str, tuple[int, ...]] = {}

    def walk(here: Any, tries: tuple[int, ...]) -> None:
        if isinstance(here, c_ast.Label):
            labels[here.name] = Label()
            inside[here.name] = tries
        if is_try(here):
            walk(here.iftrue, (*tries, id(here)))
            if here.iffalse is not None:
                walk(here.iffalse, tries)
            return
        for child in children(here):
            walk(child, tries)

    walk(node, ())
    return labels, inside
