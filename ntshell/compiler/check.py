"""What a good compiler says about a function as a whole: locals used before they have a value, what is never reached.

The function's tree is walked in the order in which it runs, with the variables that may have been given a value so far;
None stands for "nothing comes here".  Rules: these are warnings, the driver loads all the same; what only some ways leave
out is not spoken of, for a false alarm costs more than a missed one: after a label, and in a loop, everything that is
given a value anywhere in the function or loop may have one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs
from pycparser import c_ast

from ntshell.compiler.body import children
from ntshell.compiler.dialect import ASSEMBLER
from ntshell.compiler.scope import Problems
from ntshell.compiler.seh import is_try

NEVER_RETURN = frozenset(
    """KeBugCheck KeBugCheckEx ExRaiseStatus ExRaiseAccessViolation ExRaiseDatatypeMisalignment RtlRaiseStatus
    __seh_leave""".split()
)
Given = frozenset[str] | None
_JUMPS = (c_ast.Return, c_ast.Break, c_ast.Continue, c_ast.Goto, c_ast.EmptyStatement, c_ast.Decl, c_ast.Pragma)
_ENTRIES = (c_ast.Label, c_ast.Case, c_ast.Default)


def function(problems: Problems, node: Any, slots: Iterable[str]) -> bool:
    """Warn of a function's body; `slots` are its locals whose address is never taken.  False when it never ends."""
    assembly = any(_name_of(each) == ASSEMBLER for each in _below(node))
    names = frozenset() if assembly else frozenset(slots)  # it may give any of them a value, and return one
    _labels(problems, node)
    walk = _Walk(problems, names, _given_in(node), _counts(node, names))
    return walk.statement(node, frozenset()) is not None and not assembly


def _labels(problems: Problems, node: Any) -> None:
    """Warn of labels that nothing goes to: `defualt:` is one."""
    used = {each.name for each in _below(node) if isinstance(each, c_ast.Goto)}
    for each in _below(node):
        if isinstance(each, c_ast.Label) and each.name not in used:
            problems.warn(f"nothing goes to the label {each.name}", each.coord)


def _counts(node: Any, names: frozenset[str]) -> frozenset[str]:
    """The names that are declared once and without a value: all that is spoken of."""
    declared: dict[str, int] = {}
    for each in _below(node):
        if isinstance(each, c_ast.Decl) and each.name in names:
            plain = each.init is None and not each.storage
            declared[each.name] = declared.get(each.name, 0) + (1 if plain else 2)
    return frozenset(name for name, count in declared.items() if count == 1)


def _below(node: Any) -> Iterable[Any]:
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting += reversed(children(here))


def _given_in(node: Any) -> frozenset[str]:
    """What anything in a tree gives a value to."""
    found: set[str] = set()
    for each in _below(node):
        if isinstance(each, c_ast.Assignment):
            found.update(_target(each.lvalue))
        elif isinstance(each, c_ast.UnaryOp) and each.op in ("++", "--", "p++", "p--", "&"):
            found.update(_target(each.expr))
        elif _is_va(each):
            found.update(_target(each.args.exprs[0]) if each.args else ())
    return frozenset(found)


def _is_va(node: Any) -> bool:
    return isinstance(node, c_ast.FuncCall) and isinstance(node.name, c_ast.ID) and "va_" in node.name.name


def _target(node: Any) -> set[str]:
    while isinstance(node, c_ast.Cast | c_ast.StructRef):
        node = node.expr if isinstance(node, c_ast.Cast) else node.name
    return {node.name} if isinstance(node, c_ast.ID) else set()


def _joined(one: Given, other: Given) -> Given:
    if one is None or other is None:
        return other if one is None else one
    return one | other


def _truth(node: Any) -> bool | None:
    """What a plain constant says as a condition; None for anything else."""
    if node is None:
        return True
    if isinstance(node, c_ast.Constant) and node.type != "string":
        return node.value.rstrip("uUlL") not in ("0", "0x0")
    return None


@attrs.define(eq=False, repr=False)
class _Walk:
    problems: Problems
    slots: frozenset[str]
    given: frozenset[str]  # anywhere in the function
    judged: frozenset[str]
    said: set[str] = attrs.Factory(set)
    entry: list[Given] = attrs.Factory(list)  # of the switches around us

    # --- statements ----------------------------------------------------------------------------------------------------
    def statement(self, node: Any, state: Given) -> Given:
        """What may have a value after a statement."""
        if node is None:
            return state
        if is_try(node):
            return self.guarded(node, state)
        maker = _STATEMENTS.get(type(node))
        if maker is not None:
            return maker(self, node, state)
        return self.value(node, state, wanted=False)

    def compound(self, node: Any, state: Given) -> Given:
        dead = state is None
        for each in node.block_items or ():
            if state is None and not dead and not isinstance(each, _JUMPS) and not _enters(each):
                self.problems.warn("nothing ever comes to this line", _first(each))
                dead = True
            state = self.statement(each, state)
            dead = dead and state is None
        return state

    def declarations(self, node: Any, state: Given) -> Given:
        for each in node.decls:
            state = self.statement(each, state)
        return state

    def declaration(self, node: Any, state: Given) -> Given:
        return state if node.init is None or node.storage else self.value(node.init, state)

    def choice(self, node: Any, state: Given) -> Given:
        state = self.value(node.cond, state)
        known = _truth(node.cond)
        yes = self.statement(node.iftrue, state)
        no = self.statement(node.iffalse, state)
        if known is not None and not (_enters(node.iftrue) or _enters(node.iffalse)):
            return yes if known else no
        return _joined(yes, no)

    def loop(self, node: Any, state: Given) -> Given:
        if isinstance(node, c_ast.For):
            state = self.statement(node.init, state)
        if state is not None:
            state |= _given_in(node)
        before = state
        if not isinstance(node, c_ast.DoWhile) and node.cond is not None:
            state = self.value(node.cond, state)
        inside = self.statement(node.stmt, state)
        tail = node.next if isinstance(node, c_ast.For) else node.cond if isinstance(node, c_ast.DoWhile) else None
        if inside is None and _continues(node.stmt):
            inside = before
        if tail is not None:
            inside = self.value(tail, inside, wanted=isinstance(node, c_ast.DoWhile))
        if _breaks(node.stmt):
            return before
        if isinstance(node, c_ast.DoWhile) and inside is None:
            return None
        return None if _truth(node.cond) else before

    def switch(self, node: Any, state: Given) -> Given:
        state = self.value(node.cond, state)
        self.entry.append(state)
        after = self.statement(node.stmt, None)
        self.entry.pop()
        if after is None and not _breaks(node.stmt) and any(isinstance(each, c_ast.Default) for each in _below(node)):
            return None
        return None if state is None else state | _given_in(node.stmt)

    def case(self, node: Any, state: Given) -> Given:
        state = _joined(self.entry[-1] if self.entry else state, state)
        for each in node.stmts or ():
            state = self.statement(each, state)
        return state

    def label(self, node: Any, state: Given) -> Given:
        return self.statement(node.stmt, self.given)

    def leave(self, node: Any, state: Given) -> Given:
        if isinstance(node, c_ast.Return) and node.expr is not None:
            self.value(node.expr, state)
        return None

    def nothing(self, node: Any, state: Given) -> Given:
        return state

    def guarded(self, node: Any, state: Given) -> Given:
        """`__try`: its handler may begin after any part of it, and so may what follows (`__leave`)."""
        if state is None:
            return None
        after = self.statement(node.iftrue, state)
        anywhere = state | _given_in(node)
        clause = node.iffalse
        if not isinstance(clause, c_ast.If):
            return anywhere
        handled = self.statement(clause.iftrue, anywhere)
        self.statement(clause.iffalse, anywhere)
        leaves = any(_name_of(each) == "__seh_leave" for each in _below(node.iftrue))
        finally_ = _name_of(clause.cond) == "__seh_finally"
        return None if after is None and not leaves and (finally_ or handled is None) else anywhere

    # --- expressions ---------------------------------------------------------------------------------------------------
    def value(self, node: Any, state: Given, wanted: bool = True) -> Given:
        """What may have a value after an expression; `wanted` tells whether its own value is used."""
        if state is None or node is None or isinstance(node, c_ast.Typename | c_ast.Constant):
            return state
        if isinstance(node, c_ast.ID):
            if wanted:
                self.read(node, state)
            return state
        maker = _VALUES.get(type(node))
        if maker is not None:
            return maker(self, node, state, wanted)
        for each in children(node):
            state = self.value(each, state)
        return state

    def read(self, node: Any, state: frozenset[str]) -> None:
        """A variable's value is used."""
        name = node.name
        if name in self.judged and name not in state and name not in self.said:
            self.said.add(name)
            never = name not in self.given
            what = "used but never given a value" if never else "used before it is given a value"
            self.problems.warn(f"{name} is {what}", node.coord)

    def assignment(self, node: Any, state: Given, wanted: bool) -> Given:
        target = node.lvalue
        while isinstance(target, c_ast.Cast):
            target = target.expr
        if not isinstance(target, c_ast.ID):
            return self.value(node.rvalue, self.value(target, state))
        same = isinstance(node.rvalue, c_ast.ID) and node.rvalue.name == target.name  # UNREFERENCED_PARAMETER's
        state = self.value(node.rvalue, state, wanted=not same)
        if node.op != "=":
            self.value(target, state)
        return None if state is None else state | {target.name}

    def unary(self, node: Any, state: Given, wanted: bool) -> Given:
        if node.op in ("sizeof", "_Alignof", "__alignof"):
            return state
        state = self.value(node.expr, state, wanted=node.op != "&")
        if node.op in ("++", "--", "p++", "p--") and state is not None:
            return state | _target(node.expr)
        return state

    def lazy(self, node: Any, state: Given, wanted: bool) -> Given:
        state = self.value(node.left, state)
        after = self.value(node.right, state)
        return _joined(state, after) if node.op in ("&&", "||") else after

    def ternary(self, node: Any, state: Given, wanted: bool) -> Given:
        state = self.value(node.cond, state)
        return _joined(self.value(node.iftrue, state, wanted), self.value(node.iffalse, state, wanted))

    def call(self, node: Any, state: Given, wanted: bool) -> Given:
        if _is_va(node):
            return None if state is None else state | _given_in(node)
        if _name_of(node) in ("offsetof", "__builtin_offsetof"):
            return state
        state = self.value(node.name, state)
        for each in node.args.exprs if node.args is not None else ():
            state = self.value(each, state)
        return None if _name_of(node) in NEVER_RETURN else state

    def cast(self, node: Any, state: Given, wanted: bool) -> Given:
        kind = getattr(getattr(node.to_type, "type", None), "type", None)
        return self.value(node.expr, state, wanted and getattr(kind, "names", None) != ["void"])

    def comma(self, node: Any, state: Given, wanted: bool) -> Given:
        for each in node.exprs[:-1]:
            state = self.value(each, state, wanted=False)
        return self.value(node.exprs[-1], state, wanted)

    def named(self, node: Any, state: Given, wanted: bool) -> Given:
        return self.value(node.expr, state)

    def member(self, node: Any, state: Given, wanted: bool) -> Given:
        return self.value(node.name, state)


def _name_of(node: Any) -> str:
    return node.name.name if isinstance(node, c_ast.FuncCall) and isinstance(node.name, c_ast.ID) else ""


def _first(node: Any) -> Any:
    """Where a statement begins: braces have no line that says anything."""
    while isinstance(node, c_ast.Compound) and node.block_items:
        node = node.block_items[0]
    return node.coord


def _enters(node: Any) -> bool:
    """Whether a jump may lead into a statement."""
    return node is not None and any(isinstance(each, _ENTRIES) for each in _below(node))


def _breaks(node: Any) -> bool:
    """Whether a loop's or switch's body has a `break` of its own."""
    if isinstance(node, c_ast.For | c_ast.While | c_ast.DoWhile | c_ast.Switch):
        return False
    return isinstance(node, c_ast.Break) or any(map(_breaks, children(node)))


def _continues(node: Any) -> bool:
    """Whether a loop's body has a `continue` of its own."""
    if isinstance(node, c_ast.For | c_ast.While | c_ast.DoWhile):
        return False
    return isinstance(node, c_ast.Continue) or any(map(_continues, children(node)))


_STATEMENTS: dict[type, Callable[[_Walk, Any, Given], Given]] = {
    c_ast.Compound: _Walk.compound,
    c_ast.DeclList: _Walk.declarations,
    c_ast.Decl: _Walk.declaration,
    c_ast.If: _Walk.choice,
    c_ast.For: _Walk.loop,
    c_ast.While: _Walk.loop,
    c_ast.DoWhile: _Walk.loop,
    c_ast.Switch: _Walk.switch,
    c_ast.Case: _Walk.case,
    c_ast.Default: _Walk.case,
    c_ast.Label: _Walk.label,
    c_ast.Return: _Walk.leave,
    c_ast.Goto: _Walk.leave,
    c_ast.Break: _Walk.leave,
    c_ast.Continue: _Walk.leave,
    c_ast.EmptyStatement: _Walk.nothing,
    c_ast.Pragma: _Walk.nothing,
    c_ast.Typedef: _Walk.nothing,
    c_ast.StaticAssert: _Walk.nothing,
}
_VALUES: dict[type, Callable[[_Walk, Any, Given, bool], Given]] = {
    c_ast.Assignment: _Walk.assignment,
    c_ast.UnaryOp: _Walk.unary,
    c_ast.BinaryOp: _Walk.lazy,
    c_ast.TernaryOp: _Walk.ternary,
    c_ast.FuncCall: _Walk.call,
    c_ast.Cast: _Walk.cast,
    c_ast.ExprList: _Walk.comma,
    c_ast.NamedInitializer: _Walk.named,
    c_ast.StructRef: _Walk.member,
}
