"""Operands: a C value as the Python expression that computes it, with what is known of its range.

The idea that keeps generated code lean: `code` yields an int in [`lo`, `hi`] that is equal to the C value modulo
2**width.  It *is* the C value when the range lies within the type's; only where that matters (a comparison, a division,
a right shift, a widening, a store) is the expression wrapped, and often it need not be.  Constants are operands whose
range is one value.  Rules: pointers are unsigned ints; a struct's code is its address; a truth's `cond` is what Python's
`if` may test.
"""

from __future__ import annotations

import itertools
import math
import struct

import attrs

from ntshell.ctype.basic import BOOL, INT, UINT, ULONG
from ntshell.ctype.types import Array, CType, Enum, Floating, Integer, Pointer, Void

_HUGE = 1 << 160
_EXACT = 1 << 53  # integers up to here are doubles
_names = itertools.count()


def reset_names() -> None:
    """Temporaries are numbered anew (in each function, so that the same source gives the same code)."""
    global _names
    _names = itertools.count()


def fresh() -> str:
    """A Python local's name for a temporary inside one step."""
    return f"t{next(_names)}"


@attrs.frozen
class Symbol:
    """An address known when the image is bound: a key of a global, or a function's name, and an offset."""

    name: str
    addend: int
    function: bool = False


@attrs.define(slots=True)
class Operand:
    """A value; `lvalue` tells that it was read from an object, `width` is set for bit-fields."""

    type: CType
    code: str
    lo: int = 0
    hi: int = 0
    cond: str = ""
    symbol: Symbol | None = None
    value: float | None = None  # of a constant of floating type
    width: int = 0
    text: bool = False  # a string literal
    base: str = ""  # `code` is base + displacement
    displacement: int = 0
    routine: str = ""  # a function's key, when it is that function

    @property
    def const(self) -> int | None:
        """Its value when it is an integer constant."""
        if self.lo == self.hi and self.symbol is None and is_integral(self.type):
            return self.lo
        return None

    @property
    def is_float(self) -> bool:
        """Whether it is of a floating type."""
        return isinstance(self.type, Floating)


def bytes_code(data: bytes) -> str:
    """The literal of some bytes, without the characters that `emit` gives a meaning to."""
    return repr(data).replace(" ", "\\x20").replace("@", "\\x40")


def is_integral(ctype: CType) -> bool:
    """Whether values are ints: integers, enums and pointers."""
    return isinstance(ctype, Integer | Enum | Pointer)


def is_scalar(ctype: CType) -> bool:
    """Whether it may live in a slot."""
    return isinstance(ctype, Integer | Enum | Pointer | Floating)


def limits(ctype: CType) -> tuple[int, int]:
    """The lowest and highest value of an integral type."""
    if ctype == BOOL:
        return 0, 1
    bits = ctype.size * 8
    if signed(ctype):
        return -(1 << bits - 1), (1 << bits - 1) - 1
    return 0, (1 << bits) - 1


def signed(ctype: CType) -> bool:
    """Whether an integral type holds negative values."""
    return isinstance(ctype, Integer | Enum) and ctype.signed


def truncate(value: int, ctype: CType) -> int:
    """A Python int as a value of the type."""
    if ctype == BOOL:
        return int(value != 0)
    bits = ctype.size * 8
    value &= (1 << bits) - 1
    if signed(ctype) and value >> bits - 1:
        value -= 1 << bits
    return value


def constant(value: int, ctype: CType = INT) -> Operand:
    """An integer constant."""
    value = truncate(value, ctype)
    return Operand(ctype, str(value) if value >= 0 else f"({value})", value, value)


def float_constant(value: float, ctype: CType) -> Operand:
    """A floating constant."""
    if math.isinf(value) or math.isnan(value):
        code = f'float("{value}")'
    else:
        code = repr(float(value))
        code = code if value >= 0 else f"({code})"
    return Operand(ctype, code, 0, 1, value=float(value))


def read(ctype: CType, code: str) -> Operand:
    """An operand that holds a proper value of its type."""
    lo, hi = limits(ctype) if is_integral(ctype) else (0, 1)
    return Operand(ctype, code, lo, hi)


def truth(cond: str, exact: bool = True) -> Operand:
    """The int result of a test; `exact` when Python's result is a bool."""
    return Operand(INT, f"(+({cond}))" if exact else f"(1 if {cond} else 0)", 0, 1, cond)


def proper(op: Operand) -> Operand:
    """The operand with its expression wrapped, if need be, to be the C value itself."""
    if not is_integral(op.type):
        return op
    low, high = limits(op.type)
    if op.lo >= low and op.hi <= high:
        return op
    if op.lo == op.hi and op.symbol is None:
        return constant(op.lo, op.type)
    return attrs.evolve(op, code=_wrap(op, low, high), lo=low, hi=high, cond="", base="", symbol=None)


def _wrap(op: Operand, low: int, high: int) -> str:
    mask = high - low
    if not signed(op.type):
        return f"({op.code} & {mask})"
    half = high + 1
    name = fresh()
    wrapped = f"(({name} + {half} & {mask}) - {half})"
    if op.lo >= low:
        test = f"({name} := {op.code}) <= {high}"
    elif op.hi <= high:
        test = f"({name} := {op.code}) >= {low}"
    else:
        test = f"{low} <= ({name} := {op.code}) <= {high}"
    return f"({name} if {test} else {wrapped})"


def bounded(op: Operand) -> Operand:
    """The operand, wrapped if its range has grown beyond reason."""
    return proper(op) if op.hi > _HUGE or op.lo < -_HUGE else op


def promote(op: Operand) -> Operand:
    """Integer promotion: what is narrower than int becomes int."""
    ctype = op.type
    if isinstance(ctype, Enum) or (isinstance(ctype, Integer) and (ctype.size < 4 or 0 < op.width < 32)):
        return attrs.evolve(proper(op), type=INT, width=0)
    if isinstance(ctype, Integer) and op.width == 32:
        return attrs.evolve(proper(op), type=INT if ctype.signed else UINT, width=0)
    return op


def cast(op: Operand, ctype: CType) -> Operand:
    """The operand converted to a scalar type (or to void)."""
    if isinstance(ctype, Void) or (op.type is ctype and not op.width):
        return op if op.type is ctype else attrs.evolve(op, type=ctype)
    if isinstance(ctype, Floating):
        return _to_float(op, ctype)
    if not is_integral(ctype):
        return op
    if op.is_float:
        return _from_float(op, ctype)
    if ctype == BOOL:
        return _to_bool(op)
    if ctype.size > op.type.size:
        op = proper(op)
    if op.symbol is not None and ctype.size < op.type.size:
        op = attrs.evolve(op, symbol=None)
    made = attrs.evolve(op, type=ctype, width=0)
    return proper(made)


def _to_bool(op: Operand) -> Operand:
    known = proper(op).const
    return (
        constant(int(known != 0), BOOL) if known is not None else attrs.evolve(truth(condition(op), False), type=BOOL)
    )


def _to_float(op: Operand, ctype: Floating) -> Operand:
    if op.value is not None:
        return float_constant(_single(op.value) if ctype.size == 4 else op.value, ctype)
    if not op.is_float:
        op = proper(op)
        if op.const is not None:
            value = _single(float(_narrow(op.const))) if ctype.size == 4 else float(op.const)
            return float_constant(value, ctype)
        if ctype.size != 4:
            return Operand(ctype, f"float({op.code})", 0, 1)
        name = fresh()
        exact = -_EXACT <= op.lo and op.hi <= _EXACT
        narrow = (
            f"{name} if {-_EXACT} <= ({name} := {op.code}) <= {_EXACT} else ({name} >> 11 | ({name} & 2047 != 0)) << 11"
        )
        return Operand(ctype, f"r4(float({op.code if exact else narrow}))", 0, 1)
    if ctype.size < op.type.size:
        return Operand(ctype, f"r4({op.code})", 0, 1)
    return Operand(ctype, op.code, 0, 1)


def _narrow(value: int) -> int:
    """An integer of up to 64 bits as one that a double holds and that is rounded to a float in the same way."""
    return value if -_EXACT <= value <= _EXACT else (value >> 11 | (value & 2047 != 0)) << 11


def _single(value: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def _from_float(op: Operand, ctype: CType) -> Operand:
    if ctype == BOOL:
        if op.value is not None:
            return constant(int(op.value != 0.0), BOOL)
        return attrs.evolve(truth(f"{op.code} != 0.0"), type=BOOL)
    if op.value is not None and math.isfinite(op.value):
        return constant(int(op.value), ctype)
    return proper(Operand(ctype, f"f2i({op.code})", -_HUGE, _HUGE))


def condition(op: Operand) -> str:
    """What Python's `if` may test."""
    if op.cond:
        return op.cond
    if op.is_float:
        return f"{op.code} != 0.0"
    return proper(op).code


def usual(left: Operand, right: Operand) -> tuple[Operand, Operand, CType]:
    """The usual arithmetic conversions: both operands in their common type."""
    if left.is_float or right.is_float:
        both = [op.type for op in (left, right) if isinstance(op.type, Floating)]
        common: CType = max(both, key=lambda each: (each.size, each.name == "long double"))
        return cast(left, common), cast(right, common), common
    left, right = promote(left), promote(right)
    common = _common(left.type, right.type)
    return cast_width(left, common), cast_width(right, common), common


def _common(left: CType, right: CType) -> CType:
    """The common type of two promoted integers."""
    assert isinstance(left, Integer) and isinstance(right, Integer)
    if left.size != right.size:
        return left if left.size > right.size else right
    if left.signed == right.signed:
        return right if "long" in right.name else left
    unsigned, other = (right, left) if left.signed else (left, right)
    return ULONG if unsigned.size == 4 and other.name == "long" else unsigned


def cast_width(op: Operand, ctype: CType) -> Operand:
    """Conversion between integers that does not wrap yet: equal modulo 2**width is enough."""
    if op.type is ctype or op.type == ctype:
        return op
    if ctype.size > op.type.size:
        op = proper(op)
    return attrs.evolve(op, type=ctype, width=0, cond="")


def pointee(ctype: CType) -> CType | None:
    """What a pointer or array leads to."""
    if isinstance(ctype, Pointer):
        return ctype.target
    if isinstance(ctype, Array):
        return ctype.element
    return None
