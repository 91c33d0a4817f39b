"""The conditions of `#if`: integer expressions in 64 bits, by precedence climbing.

Rules: names that are no macros are 0; a result is unsigned when an operand of its operator is; division by zero is an error.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ntshell.compiler import literal
from ntshell.ctype.basic import BASIC

_LEVELS = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_PRECEDENCE = {op: level for level, ops in enumerate(_LEVELS) for op in ops}
_MASK = (1 << 64) - 1


class BadCondition(Exception):
    """Not an integer expression."""


class Condition:
    """Evaluates the tokens of one condition, macros already expanded."""

    def __init__(self, tokens: list[Any]) -> None:
        self.tokens = [token for token in tokens if token.type != "CPP_WS"]
        self.at = 0
        self.unused = 0  # operands around us whose value makes no difference

    def value(self) -> int:
        """The value; all tokens must belong to it."""
        try:
            found, _ = self._choice()
        except literal.BadConstant as error:
            raise BadCondition(str(error)) from None
        if self.at < len(self.tokens):
            raise BadCondition(f"the condition does not end at {self.tokens[self.at].value}")
        return found

    def _peek(self) -> str:
        return self.tokens[self.at].value if self.at < len(self.tokens) else ""

    def _next(self) -> Any:
        if self.at >= len(self.tokens):
            raise BadCondition("the condition ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def _expect(self, value: str) -> None:
        if self._next().value != value:
            raise BadCondition(f"{value} is missing in the condition")

    def _choice(self) -> tuple[int, bool]:
        test, unsigned = self._binary(0)
        if self._peek() != "?":
            return test, unsigned
        self._next()
        yes = self._operand(self._choice, bool(test))
        self._expect(":")
        no = self._operand(self._choice, not test)
        unsigned = yes[1] or no[1]
        return _wrap(yes[0] if test else no[0], unsigned), unsigned

    def _operand(self, read: Callable[[], tuple[int, bool]], used: bool) -> tuple[int, bool]:
        """An operand; one that is not used may divide by zero."""
        self.unused += not used
        found = read()
        self.unused -= not used
        return found

    def _binary(self, level: int) -> tuple[int, bool]:
        left = self._unary()
        while True:
            op = self._peek()
            mine = _PRECEDENCE.get(op, -1)
            if mine < level:
                return left
            self._next()
            settled = op in ("||", "&&") and bool(left[0]) == (op == "||")
            right = self._operand(partial(self._binary, mine + 1), not settled)
            if op in ("/", "%") and not right[0] and self.unused:
                right = 1, right[1]
            left = _apply(op, left, right)

    def _unary(self) -> tuple[int, bool]:
        token = self._next()
        value = token.value
        if value == "(":
            inner = self._choice()
            self._expect(")")
            return inner
        if value in ("!", "-", "+", "~"):
            operand, unsigned = self._unary()
            if value == "!":
                return int(not operand), False
            return _wrap(-operand if value == "-" else ~operand if value == "~" else operand, unsigned), unsigned
        if token.type == "CPP_INTEGER":
            return self._number(value)
        if token.type == "CPP_CHAR":
            return literal.character(value).lo, False
        if token.type == "CPP_ID":
            return 0, False
        raise BadCondition(f"{value} does not belong in a condition")

    def _number(self, text: str) -> tuple[int, bool]:
        found = literal.number(text)
        if found.is_float:
            raise BadCondition(f"{text} does not belong in a condition")
        return found.lo, found.type == BASIC["unsigned long long"] or "u" in text.lower()


def _wrap(value: int, unsigned: bool) -> int:
    value &= _MASK
    return value if unsigned or not value >> 63 else value - (1 << 64)


def _apply(op: str, left: tuple[int, bool], right: tuple[int, bool]) -> tuple[int, bool]:
    unsigned = left[1] or right[1]
    a, b = _wrap(left[0], unsigned), _wrap(right[0], unsigned)
    if op in ("/", "%"):
        if not b:
            raise BadCondition("division by zero in the condition")
        quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        return _wrap(quotient if op == "/" else a - quotient * b, unsigned), unsigned
    if op in ("<<", ">>"):
        return _wrap(left[0] << (b & 63) if op == "<<" else left[0] >> (b & 63), left[1]), left[1]
    if op in _TESTS:
        return int(_TESTS[op](a, b)), False
    return _wrap(_SUMS[op](a, b), unsigned), unsigned


_TESTS = {
    "||": lambda a, b: a != 0 or b != 0,
    "&&": lambda a, b: a != 0 and b != 0,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
_SUMS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
}
