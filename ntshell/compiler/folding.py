"""Constant expressions of a unit: array sizes, case labels, enumerators, bit-field widths."""

from __future__ import annotations

from typing import Any

from ntshell.compiler.body import Body
from ntshell.compiler.expression import rvalue, type_of
from ntshell.compiler.operand import is_integral, proper
from ntshell.compiler.scope import wrong
from ntshell.compiler.unit import Unit
from ntshell.ctype.types import CType


def fold(unit: Unit, node: Any) -> int:
    """The value of an integer constant expression."""
    value = rvalue(Body(unit, None), node)
    known = proper(value).const if is_integral(value.type) else None
    if known is None:
        wrong("this is not a constant", node)
    return known


def measure(unit: Unit, node: Any) -> CType:
    """The type of an expression."""
    return type_of(Body(unit, None), node)
