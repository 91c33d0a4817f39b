"""What a good compiler says about a function as a whole, beyond what lowering an expression finds.

Rule: these are warnings: the driver loads all the same, and the machine shows what comes of it.
"""

from __future__ import annotations

from typing import Any

from pycparser import c_ast

from ntshell.compiler.body import children
from ntshell.compiler.scope import Local
from ntshell.compiler.unit import Unit


def unset(unit: Unit, node: Any, variables: list[Local]) -> None:
    """Warn of locals that are read though nothing ever gives them a value."""
    given, first = _uses(node)
    for local in variables:
        if local.slot >= 0 and local.used and local.name not in given and local.name in first:
            unit.problems.warn(f"{local.name} is used but never given a value", first[local.name])


def _uses(node: Any) -> tuple[set[str], dict[str, Any]]:
    """The names that something gives a value to, and where each name is first read."""
    given: set[str] = set()
    first: dict[str, Any] = {}
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, c_ast.Decl) and here.init is not None and here.name:
            given.add(here.name)
        elif isinstance(here, c_ast.Assignment):
            given.update(_target(here.lvalue))
        elif isinstance(here, c_ast.UnaryOp) and here.op in ("++", "--", "p++", "p--", "&"):
            given.update(_target(here.expr))
        elif isinstance(here, c_ast.FuncCall) and isinstance(here.name, c_ast.ID) and "va_" in here.name.name:
            given.update(_target(here.args.exprs[0]) if here.args else ())
        elif isinstance(here, c_ast.ID):
            first.setdefault(here.name, here.coord)
        waiting += reversed(children(here))
    return given, first


def _target(node: Any) -> set[str]:
    while isinstance(node, c_ast.Cast | c_ast.StructRef):
        node = node.expr if isinstance(node, c_ast.Cast) else node.name
    return {node.name} if isinstance(node, c_ast.ID) else set()
