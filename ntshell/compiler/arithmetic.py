"""C's operators on Operands: each gives the Python expression and its range.

Rules: operands come converted (`usual`); results of + - * << & | ^ ~ stay unwrapped while that is equal modulo 2**width;
division truncates and faults on zero through `div` and `mod`, shift counts are masked as the processor masks them.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from ntshell.compiler.operand import (
    Operand,
    bounded,
    cast,
    condition,
    constant,
    float_constant,
    limits,
    promote,
    proper,
    signed,
    truth,
    usual,
)
from ntshell.ctype.types import CType

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
COMPARISONS = frozenset(_COMPARE)


def binary(op: str, left: Operand, right: Operand, word: int = 8) -> Operand:
    """`left op right` for two arithmetic operands; `word` is the size of the processor's registers."""
    if op in ("<<", ">>"):
        return _shift(op, promote(left), promote(right))
    left, right, ctype = usual(left, right)
    if left.is_float:
        return _floating(op, left, right, ctype)
    if op in COMPARISONS:
        return compare(op, left, right)
    if op in ("/", "%"):
        return _divide(op, proper(left), proper(right), ctype, word)
    if op in ("&", "|", "^"):
        return _bitwise(op, left, right, ctype)
    return _linear(op, left, right, ctype)


def compare(op: str, left: Operand, right: Operand) -> Operand:
    """A comparison of two ints of one type."""
    left, right = proper(left), proper(right)
    if left.const is not None and right.const is not None:
        return constant(int(_COMPARE[op](left.const, right.const)))
    if op in ("==", "!=") and 0 in (left.const, right.const):
        other = right if left.const == 0 else left
        return truth(condition(other), False) if op == "!=" else truth(f"not {condition(other)}")
    return truth(f"{left.code} {op} {right.code}")


def _linear(op: str, left: Operand, right: Operand, ctype: CType) -> Operand:
    left, right = bounded(left), bounded(right)
    if op == "+":
        lo, hi = left.lo + right.lo, left.hi + right.hi
    elif op == "-":
        lo, hi = left.lo - right.hi, left.hi - right.lo
    else:
        corners = [a * b for a in (left.lo, left.hi) for b in (right.lo, right.hi)]
        lo, hi = min(corners), max(corners)
    if lo == hi and left.symbol is None and right.symbol is None:
        return constant(lo, ctype)
    return Operand(ctype, f"({left.code} {op} {right.code})", lo, hi)


def _bitwise(op: str, left: Operand, right: Operand, ctype: CType) -> Operand:
    if op == "&":
        for one, other in ((left, right), (right, left)):
            if one.lo >= 0 and one.hi <= limits(ctype)[1] and other.const is None:
                return Operand(ctype, f"({left.code} & {right.code})", 0, one.hi)
    left, right = proper(left), proper(right)
    if left.const is not None and right.const is not None:
        known = {"&": operator.and_, "|": operator.or_, "^": operator.xor}[op](left.const, right.const)
        return constant(known, ctype)
    lo, hi = limits(ctype)
    if left.lo >= 0 and right.lo >= 0:
        lo, hi = 0, (1 << max(left.hi, right.hi).bit_length()) - 1
    return Operand(ctype, f"({left.code} {op} {right.code})", lo, hi)


def _divide(op: str, left: Operand, right: Operand, ctype: CType, word: int) -> Operand:
    low, high = limits(ctype)
    if right.const:
        divisor = right.const
        if left.const is not None:
            quotient = abs(left.const) // abs(divisor) * (1 if (left.const < 0) == (divisor < 0) else -1)
            return constant(quotient if op == "/" else left.const - quotient * divisor, ctype)
        if left.lo >= 0 and divisor > 0:
            hi = left.hi // divisor if op == "/" else min(left.hi, divisor - 1)
            return Operand(ctype, f"({left.code} {op * 2 if op == '/' else op} {divisor})", 0, hi)
    name = "div" if op == "/" else "mod"
    if signed(ctype) and left.lo == low and right.lo <= -1 <= right.hi:
        if ctype.size <= word and right.const is None:  # a wider one is divided by a routine, which wraps
            return Operand(ctype, f"{name}({left.code}, {right.code}, {high + 1})", low, high)
        high += op == "/"
    return Operand(ctype, f"{name}({left.code}, {right.code})", low, high)


def _shift(op: str, left: Operand, right: Operand) -> Operand:
    ctype = left.type
    bits = ctype.size * 8
    right = proper(right)
    if right.const is not None:
        count = right.const & bits - 1
        code, least, most = str(count), count, count
    else:
        inside = right.lo >= 0 and right.hi < bits
        code = right.code if inside else f"({right.code} & {bits - 1})"
        least, most = (right.lo, right.hi) if inside else (0, bits - 1)
    if op == ">>":
        left = proper(left)
        lo = left.lo >> (least if left.lo < 0 else most)
        hi = left.hi >> (most if left.hi < 0 else least)
    else:
        left = bounded(left)
        lo, hi = min(left.lo << most, left.lo << least), max(left.hi << most, left.hi << least)
    if lo == hi:
        return constant(lo, ctype)
    return Operand(ctype, f"({left.code} {op} {code})", lo, hi)


def _floating(op: str, left: Operand, right: Operand, ctype: CType) -> Operand:
    a, b = left.value, right.value
    if op in COMPARISONS:
        if a is not None and b is not None:
            return constant(int(_COMPARE[op](a, b)))
        return truth(f"{left.code} {op} {right.code}")
    if a is not None and b is not None and (op != "/" or b):
        known = {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else math.nan}[op]
        return cast(float_constant(known, ctype if ctype.size == 8 else _double()), ctype)
    code = f"fdiv({left.code}, {right.code})" if op == "/" else f"({left.code} {op} {right.code})"
    return Operand(ctype, f"r4({code})" if ctype.size == 4 else code, 0, 1)


def _double() -> CType:
    from ntshell.ctype.basic import DOUBLE

    return DOUBLE


def unary(op: str, operand: Operand) -> Operand:
    """`+ - ~ !` on an arithmetic operand."""
    if op == "!":
        known = proper(operand).const if not operand.is_float else None
        return constant(int(not known)) if known is not None else truth(f"not {condition(operand)}")
    if operand.is_float:
        if op == "+":
            return operand
        if operand.value is not None:
            return float_constant(-operand.value, operand.type)
        return Operand(operand.type, f"(-{operand.code})", 0, 1)
    operand = promote(operand)
    if op == "+":
        return operand
    operand = bounded(operand)
    lo, hi = (-operand.hi, -operand.lo) if op == "-" else (~operand.hi, ~operand.lo)
    if lo == hi:
        return constant(lo, operand.type)
    if op == "~" and not signed(operand.type):
        operand = proper(operand)
        mask = limits(operand.type)[1]
        return Operand(operand.type, f"({operand.code} ^ {mask})", 0, mask)
    return Operand(operand.type, f"({op}{operand.code})", lo, hi)


def step_by(operand: Operand, amount: int) -> Operand:
    """`operand` one more or less, in its own type: ++ and --."""
    if operand.is_float:
        return _floating("+", operand, float_constant(float(amount), operand.type), operand.type)
    sign = "+" if amount >= 0 else "-"
    code = f"({operand.code} {sign} {abs(amount)})"
    return Operand(operand.type, code, operand.lo + amount, operand.hi + amount)
