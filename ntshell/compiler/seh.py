"""Structured exception handling: `__try` with `__except` or `__finally`, `__leave`, and jumps that leave a `__try`.

Rules: a termination handler is lowered once.  A slot tells where it goes on: 0 to the unwinding that entered it
(`unwound(region)`), 1 past the handler, n to the n-th jump that left the body.  A filter's steps end with `filtered(value)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from pycparser import c_ast

from ntshell.compiler.body import EXCEPTION_CODE, IN_FILTER, Body, Leaving, children
from ntshell.compiler.expression import scalar, whole
from ntshell.compiler.flow import Label
from ntshell.compiler.operand import proper
from ntshell.compiler.scope import Wrong, wrong

Lower = Callable[[Body, Any], None]


@attrs.define(eq=False, repr=False)
class Try:
    """A `__try` body while the function's steps have no numbers yet: steps `first` up to `last` as they were made."""

    kind: str
    first: int
    last: int
    filter: Label | None
    handler: Label
    constant: int = 0


def _condition(node: Any) -> str:
    cond = node.cond if isinstance(node, c_ast.If) else None
    return cond.name.name if isinstance(cond, c_ast.FuncCall) and isinstance(cond.name, c_ast.ID) else ""


def is_try(node: Any) -> bool:
    """Whether an `if` is what became of a `__try`."""
    return _condition(node) == "__seh_try"


def stray_else(node: Any) -> Any:
    """The else that a parser gave to a `__try` but belongs to the `if` around it."""
    handler = node.iffalse
    return handler.iffalse if isinstance(handler, c_ast.If) else None


def guarded(body: Body, node: Any, lower: Lower) -> None:
    """A whole `__try` statement."""
    kind = _condition(node.iffalse)
    if kind == "__seh_except":
        _except(body, node, lower)
    elif kind == "__seh_finally":
        _finally(body, node, lower)
    else:
        wrong("__try needs __except or __finally", node)


def _inside(body: Body, node: Any, leaving: Leaving, lower: Lower) -> tuple[int, int]:
    """The body of a `__try`; gives the steps it made."""
    flow = body.flow
    flow.cut()
    first = len(flow.steps)
    body.leaving.append(leaving)
    lower(body, node.iftrue)
    body.leaving.pop()
    return first, len(flow.steps)


def _except(body: Body, node: Any, lower: Lower) -> None:
    flow = body.flow
    handler, end = Label(), Label()
    first, last = _inside(body, node, Leaving(id(node), end), lower)
    if flow.open:
        flow.goto(end)
    clause = node.iffalse
    if clause.cond.args is None:
        wrong("__except needs a filter", clause)
    given = clause.cond.args
    expr = given if len(given.exprs) > 1 else given.exprs[0]  # a comma is an operator here
    constant = _constant_filter(body, expr)
    filtering: Label | None = None
    if constant is None:
        filtering = Label()
        flow.place(filtering)
        flow.statement(clause.coord.file, clause.coord.line)
        body.codes.append(IN_FILTER)
        value = proper(scalar(whole(body, expr), expr))
        body.codes.pop()
        flow.leave(f"filtered({value.code})")
        flow.roots.append(filtering)
    flow.place(handler)
    flow.at(clause.coord.file, clause.coord.line)
    flow.roots.append(handler)
    body.codes.append(0)
    if _asks_code(clause.iftrue):  # kept, for the handler may deal with other exceptions in between
        body.codes[-1] = flow.slot()
        flow.set_slot(body.codes[-1], "exception_code()")
    lower(body, clause.iftrue)
    body.codes.pop()
    if flow.open:
        flow.goto(end)
    flow.place(end)
    body.tries.append(Try("except", first, last, filtering, handler, constant or 0))


def _asks_code(node: Any) -> bool:
    return node is not None and (
        (isinstance(node, c_ast.ID) and node.name in EXCEPTION_CODE) or any(map(_asks_code, children(node)))
    )


def _constant_filter(body: Body, expr: Any) -> int | None:
    try:
        return body.unit.fold(expr)
    except Wrong:
        return None


def _finally(body: Body, node: Any, lower: Lower) -> None:
    flow = body.flow
    clause = node.iffalse
    entry, normal, unwinding, end = Label(), Label(), Label(), Label()
    slot = flow.slot()
    leaving = Leaving(id(node), normal, slot, entry)
    first, last = _inside(body, node, leaving, lower)
    flow.place(normal)
    flow.at(clause.coord.file, clause.coord.line)
    flow.set_slot(slot, "1")
    flow.goto(entry)
    flow.place(unwinding)
    flow.roots.append(unwinding)
    flow.set_slot(slot, "0")
    flow.goto(entry)
    flow.place(entry)
    body.terminations.append(slot)
    lower(body, clause.iftrue)
    body.terminations.pop()
    if flow.open:
        flow.at(clause.coord.file, body.unit.ends.get(id(clause.iftrue), clause.coord.line))
        _resume(body, leaving, end)
    flow.place(end)
    body.tries.append(Try("finally", first, last, None, unwinding))


def _resume(body: Body, leaving: Leaving, end: Label) -> None:
    """The end of a termination handler: go on where its slot says."""
    flow = body.flow
    back = Label()
    if leaving.exits:
        cases = {1: end, **dict(enumerate(leaving.exits, 2))}
        flow.table(f"L[{leaving.resume}]", cases, back)
    else:
        flow.branch(f"L[{leaving.resume}]", end, back)
    flow.place(back)
    flow.leave(f"unwound({len(body.tries)})")


def leave(body: Body, node: Any) -> None:
    """`__leave`."""
    if not body.leaving:
        wrong("__leave outside a __try", node)
    body.flow.keep()
    body.flow.goto(body.leaving[-1].end)


def leave_to(body: Body, crossed: list[Leaving], label: Label) -> None:
    """Jump to a label out of the `__try` bodies in `crossed` (outermost first), running what must be run."""
    flow = body.flow
    handlers = [each for each in crossed if each.handler is not None]
    if not handlers:
        flow.goto(label)
        return
    inner = handlers[-1]
    assert inner.handler is not None
    if len(handlers) == 1:
        following = label
    else:
        following = Label()
    inner.exits.append(following)
    flow.set_slot(inner.resume, str(len(inner.exits) + 1))
    flow.goto(inner.handler)
    if following is not label:
        flow.place(following)
        leave_to(body, handlers[:-1], label)
