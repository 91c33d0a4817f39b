"""What lowering needs while it is inside one function: its flow, scopes, locals, frame, and what holds for labels.

A body without a flow lowers constant expressions only: whatever would have to run is refused.
"""

from __future__ import annotations

from typing import Any

import attrs
from pycparser import c_ast

from ntshell.compiler.flow import Flow, Label
from ntshell.compiler.operand import is_scalar
from ntshell.compiler.scope import Local, Routine, Scope, wrong
from ntshell.compiler.unit import Unit
from ntshell.ctype.types import CType

DEEPEST = 24  # levels of an expression that stay one Python expression: its parser takes 200 of parentheses


@attrs.define(eq=False, repr=False)
class Leaving:
    """An enclosing `__try`, seen from inside: what `__leave` goes to, and what a jump out of it must run.

    `resume` is the slot that tells a termination handler where to go afterwards; `exits` are the places it may go to.
    """

    node: int
    end: Label
    resume: int = -1
    handler: Label | None = None
    exits: list[Label] = attrs.Factory(list)


@attrs.define(eq=False, repr=False)
class Body:
    """A function on its way to steps."""

    unit: Unit
    running: Flow | None
    routine: Routine | None = None
    addressed: frozenset[str] = frozenset()
    locals: list[Local] = attrs.Factory(list)
    frame_size: int = 0
    persist: bool = False  # temporaries must outlive the step: the expression contains calls
    breaks: list[tuple[Label, int]] = attrs.Factory(list)
    continues: list[tuple[Label, int]] = attrs.Factory(list)
    switches: list[Any] = attrs.Factory(list)
    labels: dict[str, Label] = attrs.Factory(dict)
    leaving: list[Leaving] = attrs.Factory(list)
    tries: list[Any] = attrs.Factory(list)
    codes: list[int] = attrs.Factory(list)  # slots with the exception's code, of the handlers we are in; 0: nobody asks
    terminations: list[int] = attrs.Factory(list)  # resume slots of the handlers we are in
    result_slot: int = -1  # the hidden parameter for a struct result
    end_line: int = 0
    label_tries: dict[str, tuple[int, ...]] = attrs.Factory(dict)
    types: dict[int, tuple[Any, CType]] = attrs.Factory(dict)  # of expressions, by node, which is kept alive here

    @property
    def flow(self) -> Flow:
        """The steps; refuses where only constants may stand."""
        if self.running is None:
            wrong("this is not a constant")
        return self.running

    @property
    def scope(self) -> Scope:
        """The innermost scope."""
        return self.unit.scope

    @property
    def pointer_size(self) -> int:
        """Bytes in a pointer."""
        return self.unit.pointer_size

    def room(self, ctype: CType, align: int = 0) -> int:
        """A place in the frame for an object; its offset.  A frame begins at a multiple of 16."""
        align = max(ctype.align, align, 1)
        offset = (self.frame_size + align - 1) // align * align
        self.frame_size = offset + max(ctype.size, 1)
        return offset

    def temporary(self, code: str) -> str:
        """The code of a temporary that holds the value of `code` for the rest of the expression."""
        if not self.persist:
            return self.flow.local(code)
        slot = self.flow.slot()
        self.flow.set_slot(slot, code)
        return f"L[{slot}]"

    def new_local(self, name: str, ctype: CType, line: int, const: bool, align: int = 0) -> Local:
        """A local variable: in a slot if it may, else in the frame."""
        made = Local(name, ctype, first_line=line, const=const)
        if is_scalar(ctype) and name not in self.addressed:
            made.slot = self.flow.slot()
        else:
            made.offset = self.room(ctype, align)
        self.locals.append(made)
        self.scope.names[name] = made
        return made


def children(node: Any) -> Any:
    """The nodes right below a node."""
    return list(node) if isinstance(node, c_ast.Node) else []


def spreads(node: Any) -> bool:
    """Whether evaluating an expression takes several steps: it calls something, or nests deeper than Python does."""
    if node is None:
        return False
    waiting = [(node, 0)]
    while waiting:
        here, depth = waiting.pop()
        if depth == DEEPEST:
            return True
        if isinstance(here, c_ast.FuncCall):
            if not (isinstance(here.name, c_ast.ID) and here.name.name in PLAIN):
                return True
        elif isinstance(here, c_ast.UnaryOp) and here.op in ("sizeof", "_Alignof"):
            continue
        elif isinstance(here, c_ast.Typename):
            continue
        waiting += [(each, depth + 1) for each in children(here)]
    return False


def has_effect(node: Any) -> bool:
    """Whether evaluating an expression does more than give a value."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, c_ast.Assignment | c_ast.FuncCall | c_ast.CompoundLiteral | c_ast.ExprList):
            return True
        if isinstance(here, c_ast.UnaryOp):
            if here.op in ("++", "--", "p++", "p--"):
                return True
            if here.op in ("sizeof", "_Alignof"):
                continue
        if isinstance(here, c_ast.Typename):
            continue
        waiting += children(here)
    return False


IN_FILTER = -1  # in place of a slot with the exception's code
EXCEPTION_CODE = frozenset(("_exception_code", "__exception_code", "GetExceptionCode"))

# Calls of these are no steps of their own: their value or effect stands in the step around them.
PLAIN = frozenset(
    """__builtin_va_start va_start __va_start __builtin_va_end va_end __builtin_va_copy va_copy __builtin_va_arg offsetof __noop
    _exception_code _exception_info _abnormal_termination __exception_code __exception_info __abnormal_termination
    GetExceptionCode GetExceptionInformation AbnormalTermination __assume __builtin_expect __builtin_constant_p
    _ReadWriteBarrier _ReadBarrier _WriteBarrier""".split()
)
