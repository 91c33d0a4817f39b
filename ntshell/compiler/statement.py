"""Statements: each begins a step at its line, so that it is a place to stop.

Rules: braces, `break`, `continue` and loop back-edges cost no step; `goto` is a statement to stop at.  The parts of a
`for` are statements of their own at their lines.  Declarations without initialiser are no steps.
"""

from __future__ import annotations

from typing import Any

from pycparser import c_ast

from ntshell.compiler import seh
from ntshell.compiler.assign import assignable
from ntshell.compiler.body import Body, spreads
from ntshell.compiler.declare import is_const
from ntshell.compiler.expression import branch, effect, later, rvalue, scalar, whole
from ntshell.compiler.flow import Label
from ntshell.compiler.initial import flatten, initialise
from ntshell.compiler.lvalue import Where, address_code, frame, require_complete, store
from ntshell.compiler.operand import is_integral, is_scalar, promote, proper, truncate
from ntshell.compiler.scope import Local, Object, Scope, Wrong, a, wrong
from ntshell.ctype.types import Array, Function, Pointer, Struct, Void


def statement(body: Body, node: Any) -> None:
    """Lower one statement; a problem in it is noted and the next goes on."""
    if node is None:
        return
    maker = _STATEMENTS.get(type(node), _expression)
    depth = body.flow.indent
    try:
        maker(body, node)
    except Wrong as error:
        body.unit.problems.add(error.message, error.coord or node.coord)
        body.flow.indent = depth
        body.persist = False


def begin(body: Body, node: Any) -> None:
    """A statement begins at the node's line."""
    body.flow.statement(node.coord.file, node.coord.line)


def _expression(body: Body, node: Any) -> None:
    begin(body, node)
    if isinstance(node, c_ast.FuncCall) and isinstance(node.name, c_ast.ID) and node.name.name == "__seh_leave":
        seh.leave(body, node)
        return
    if isinstance(node, c_ast.BinaryOp) and node.op not in ("&&", "||"):
        meant = ", is = meant?" if node.op == "==" else ""
        body.unit.problems.warn(f"the value of this {node.op} is not used{meant}", node.coord)
    effect(body, node)


def _compound(body: Body, node: Any) -> None:
    unit = body.unit
    scope = unit.scope
    unit.scope = Scope(scope)
    known = len(body.locals)
    try:
        for item in node.block_items or ():
            statement(body, item)
    finally:
        unit.scope = scope
        last = unit.ends.get(id(node), body.end_line)
        for local in body.locals[known:]:
            local.last_line = local.last_line or last


# --- declarations ------------------------------------------------------------------------------------------------------
def _declaration(body: Body, node: Any) -> None:
    unit = body.unit
    if node.name is None:
        unit.forward(node)
    ctype = unit.type_of(node.type)
    if node.name is None:
        return
    if isinstance(ctype, Function):
        routine = unit.routine(node, ctype)
        if later(routine, node):
            routine.first = node.coord
        return
    if "static" in node.storage or "extern" in node.storage:
        _static(body, node, ctype)
        return
    if isinstance(unit.scope.names.get(node.name), Local):
        wrong(f"{node.name} is declared twice in this block", node)
    if isinstance(ctype, Void):
        wrong(f"{node.name} cannot be of type void", node)
    require_complete(ctype, node)
    if isinstance(ctype, Array) and not ctype.count:
        if node.init is None:
            wrong(f"the size of {node.name} is not known", node)
        _, ctype = flatten(body, ctype, node.init)
    local = body.new_local(node.name, ctype, node.coord.line, is_const(node), unit.alignment(node))
    if node.init is not None:
        begin(body, node)
        _initial(body, local, node)


def _static(body: Body, node: Any, ctype: Any) -> None:
    from ntshell.compiler.data import settle

    assert body.routine is not None
    unit = body.unit
    before = unit.scope.names.get(node.name)
    if "extern" in node.storage and before is None:
        outer = unit.scope.file.names.get(node.name)
        if outer is not None:
            if isinstance(outer, Object) and later(outer, node):
                outer.first = node.coord
            unit.scope.names[node.name] = outer
            return
    made = unit.object(node, ctype, body.routine.name if "static" in node.storage else "")
    made.scope = unit.scope if made.function else None
    settle(unit, made)


def _initial(body: Body, local: Local, node: Any) -> None:
    before, body.persist = body.persist, spreads(node.init)
    try:
        if local.slot >= 0:
            _initial_slot(body, local, node)
            return
        where = Where(local.type, address=frame(local.offset, local.type, body.pointer_size))
        if isinstance(local.type, Array) or isinstance(node.init, c_ast.InitList):
            initialise(body, where, node.init)
        else:
            value = assignable(body, rvalue(body, node.init), local.type, node, "the initial value of")
            store(body.flow, where, value)
    finally:
        body.persist = before


def _initial_slot(body: Body, local: Local, node: Any) -> None:
    from ntshell.compiler.call import call

    init = node.init
    while isinstance(init, c_ast.InitList):
        if len(init.exprs) != 1:
            wrong(f"{local.name} takes one initial value", node)
        init = init.exprs[0]
    where = Where(local.type, slot=local.slot)
    if isinstance(init, c_ast.FuncCall):
        value = call(body, init, slot=where)
        if value.code == f"L[{local.slot}]":
            return
    else:
        value = rvalue(body, init)
    store(body.flow, where, assignable(body, value, local.type, node, "the initial value of"))


# --- choices and loops -------------------------------------------------------------------------------------------------
def _if(body: Body, node: Any) -> None:
    if seh.is_try(node):
        seh.guarded(body, node, statement)
        return
    flow = body.flow
    iffalse, stray = node.iffalse, None
    if seh.is_try(node.iftrue) and iffalse is None:
        stray = seh.stray_else(node.iftrue)  # an else that the parser gave to the __try within
    iffalse = iffalse or stray
    begin(body, node)
    flow.step()
    yes, no, end = Label(), Label(), Label()
    branch(body, node.cond, yes, no)
    flow.place(yes)
    statement(body, node.iftrue)
    if iffalse is not None:
        if flow.open:
            flow.goto(end)
        flow.place(no)
        statement(body, iffalse)
    else:
        flow.place(no)
    flow.place(end)


def _test(body: Body, node: Any, owner: Any, yes: Label, no: Label) -> None:
    """A loop's condition: a statement of its own, unless it is constant."""
    if isinstance(node, c_ast.Constant) and node.type != "string":
        branch(body, node, yes, no)
        return
    coord = node.coord or owner.coord
    body.flow.statement(coord.file, coord.line)
    body.flow.step()
    branch(body, node, yes, no)


def _loop(body: Body, node: Any, again: Label, end: Label) -> None:
    depth = len(body.leaving)
    body.breaks.append((end, depth))
    body.continues.append((again, depth))
    statement(body, node)
    body.breaks.pop()
    body.continues.pop()


def _while(body: Body, node: Any) -> None:
    flow = body.flow
    top, inside, end = Label(), Label(), Label()
    flow.cut()
    flow.place(top)
    _test(body, node.cond, node, inside, end)
    flow.place(inside)
    if isinstance(node.cond, c_ast.Constant):
        begin(body, node)  # so that an endless loop without a body has a place to stop at
    _loop(body, node.stmt, top, end)
    if flow.open:
        flow.goto(top)
    flow.place(end)


def _do(body: Body, node: Any) -> None:
    flow = body.flow
    top, test, end = Label(), Label(), Label()
    flow.cut()
    flow.place(top)
    _loop(body, node.stmt, test, end)
    flow.place(test)
    if isinstance(node.cond, c_ast.Constant) and node.cond.value != "0":
        begin(body, node)
    _test(body, node.cond, node, top, end)
    flow.place(end)


def _for(body: Body, node: Any) -> None:
    unit, flow = body.unit, body.flow
    scope = unit.scope
    unit.scope = Scope(scope)
    known = len(body.locals)
    if isinstance(node.init, c_ast.DeclList):
        for decl in node.init.decls:
            statement(body, decl)
    else:
        statement(body, node.init)
    top, inside, following, end = Label(), Label(), Label(), Label()
    flow.cut()
    flow.place(top)
    if node.cond is not None:
        _test(body, node.cond, node, inside, end)
    else:
        begin(body, node)  # the same
    flow.place(inside)
    _loop(body, node.stmt, following, end)
    flow.cut()
    flow.place(following)
    statement(body, node.next)
    if flow.open:
        flow.goto(top)
    flow.place(end)
    unit.scope = scope
    for local in body.locals[known:]:
        local.last_line = local.last_line or unit.ends.get(id(node.stmt), node.coord.line)


def _switch(body: Body, node: Any) -> None:
    flow = body.flow
    begin(body, node)
    value = scalar(whole(body, node.cond), node.cond)
    if not is_integral(value.type) or isinstance(value.type, Pointer):
        wrong(f"{a(value.type)} cannot be switched on", node)
    value = proper(promote(value))
    cases: dict[int, Label] = {}
    end, default = Label(), Label()
    flow.table(value.code, cases, default)
    body.switches.append((cases, default, value.type, []))
    body.breaks.append((end, len(body.leaving)))
    statement(body, node.stmt)
    body.breaks.pop()
    _, _, _, defaults = body.switches.pop()
    if not defaults:
        if flow.open:
            flow.goto(end)
        flow.place(default)
    flow.place(end)


def _case(body: Body, node: Any) -> None:
    if not body.switches:
        wrong("case outside a switch", node)
    cases, _, ctype, _ = body.switches[-1]
    value = truncate(body.unit.fold(node.expr), ctype)
    if value in cases:
        wrong(f"case {value} stands twice in this switch", node)
    cases[value] = label = Label()
    body.flow.cut()
    body.flow.place(label)
    for each in node.stmts or ():
        statement(body, each)


def _default(body: Body, node: Any) -> None:
    if not body.switches:
        wrong("default outside a switch", node)
    _, label, _, defaults = body.switches[-1]
    if defaults:
        wrong("default stands twice in this switch", node)
    defaults.append(node)
    body.flow.cut()
    body.flow.place(label)
    for each in node.stmts or ():
        statement(body, each)


# --- jumps -------------------------------------------------------------------------------------------------------------
def _break(body: Body, node: Any) -> None:
    if not body.breaks:
        wrong("break outside a loop or switch", node)
    _jump(body, node, *body.breaks[-1])


def _continue(body: Body, node: Any) -> None:
    if not body.continues:
        wrong("continue outside a loop", node)
    _jump(body, node, *body.continues[-1])


def _jump(body: Body, node: Any, label: Label, depth: int) -> None:
    body.flow.at(node.coord.file, node.coord.line)
    seh.leave_to(body, body.leaving[depth:], label)


def _goto(body: Body, node: Any) -> None:
    label = body.labels.get(node.name)
    if label is None:
        wrong(f"there is no label called {node.name}", node)
    begin(body, node)
    body.flow.keep()
    inside = body.label_tries.get(node.name, ())
    seh.leave_to(body, [each for each in body.leaving if each.node not in inside], label)


def _label(body: Body, node: Any) -> None:
    body.flow.cut()
    body.flow.place(body.labels[node.name])
    statement(body, node.stmt)


def _return(body: Body, node: Any) -> None:
    assert body.routine is not None
    flow = body.flow
    result = body.routine.type.result
    begin(body, node)
    if node.expr is None:
        if not isinstance(result, Void):
            body.unit.problems.warn(f"{body.routine.name} must return a value", node.coord)
        _finish(body, "0")
        return
    if isinstance(result, Void):
        body.unit.problems.warn(f"{body.routine.name} returns nothing, this value is lost", node.coord)
        effect(body, node.expr)
        _finish(body, "0")
        return
    if isinstance(node.expr, c_ast.UnaryOp) and node.expr.op == "&" and isinstance(node.expr.expr, c_ast.ID):
        if isinstance(body.scope.find(node.expr.expr.name), Local):
            body.unit.problems.warn(f"{node.expr.expr.name} is gone when its address is used", node.coord)
    value = assignable(body, whole(body, node.expr), result, node, "the result,")
    code = value.code
    if isinstance(result, Struct):
        if result.size in (1, 2, 4, 8):
            code = f"ld{result.size}({code})"
        else:
            flow.line(f"copy(L[{body.result_slot}], {code}, {result.size})")
            code = f"L[{body.result_slot}]"
    _finish(body, code)


def _finish(body: Body, code: str) -> None:
    flow = body.flow
    if not any(each.handler for each in body.leaving):
        flow.leave(f"ret({code})")
        return
    if code != "0":
        slot = flow.slot()
        flow.set_slot(slot, code)
        code = f"L[{slot}]"
    end = Label()
    seh.leave_to(body, list(body.leaving), end)
    flow.place(end)
    flow.leave(f"ret({code})")


def _nothing(body: Body, node: Any) -> None:
    """An empty statement, a pragma, a declaration of a type."""


def _typedef(body: Body, node: Any) -> None:
    body.unit.typedef(node)


def _assertion(body: Body, node: Any) -> None:
    body.unit.static_assert(node)


def _declarations(body: Body, node: Any) -> None:
    for each in node.decls:
        statement(body, each)


_STATEMENTS = {
    c_ast.Compound: _compound,
    c_ast.Decl: _declaration,
    c_ast.DeclList: _declarations,
    c_ast.Typedef: _typedef,
    c_ast.StaticAssert: _assertion,
    c_ast.Pragma: _nothing,
    c_ast.EmptyStatement: _nothing,
    c_ast.If: _if,
    c_ast.While: _while,
    c_ast.DoWhile: _do,
    c_ast.For: _for,
    c_ast.Switch: _switch,
    c_ast.Case: _case,
    c_ast.Default: _default,
    c_ast.Break: _break,
    c_ast.Continue: _continue,
    c_ast.Goto: _goto,
    c_ast.Label: _label,
    c_ast.Return: _return,
}

__all__ = ["address_code", "begin", "is_scalar", "statement"]
