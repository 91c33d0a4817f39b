"""Arithmetic on LARGE_INTEGERs as NT 4.0 exports it, from when compilers had no 64-bit type.

Rules: a LARGE_INTEGER comes and goes as a signed Python int; results are cut to 64 bits; division by zero faults as the
processor's does; divisions round to zero.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Raise
from ntshell.nt.kernel import Kernel

HIGH = "_IRQL_requires_max_(HIGH_LEVEL) NTSYSAPI"
STATUS_INTEGER_DIVIDE_BY_ZERO = 0xC0000094
ALL = (1 << 64) - 1


def _divide(one: int, two: int) -> tuple[int, int]:
    if not two:
        raise Raise(STATUS_INTEGER_DIVIDE_BY_ZERO)
    quotient = abs(one) // abs(two)
    quotient = quotient if (one < 0) == (two < 0) else -quotient
    return quotient, one - quotient * two


def _keep(k: Kernel, address: int, size: int, value: int) -> None:
    if address:
        k.memory.store(address, size, value)


@export(f"{HIGH} LARGE_INTEGER NTAPI RtlConvertLongToLargeInteger(_In_ LONG SignedInteger);")
def RtlConvertLongToLargeInteger(k: Kernel, SignedInteger: int) -> int:
    """Widen a LONG."""
    return SignedInteger


@export(f"{HIGH} LARGE_INTEGER NTAPI RtlConvertUlongToLargeInteger(_In_ ULONG UnsignedInteger);")
def RtlConvertUlongToLargeInteger(k: Kernel, UnsignedInteger: int) -> int:
    """Widen a ULONG."""
    return UnsignedInteger


@export(f"{HIGH} LARGE_INTEGER NTAPI RtlLargeIntegerAdd(_In_ LARGE_INTEGER Addend1, _In_ LARGE_INTEGER Addend2);")
def RtlLargeIntegerAdd(k: Kernel, Addend1: int, Addend2: int) -> int:
    """Add."""
    return Addend1 + Addend2


@export(
    f"{HIGH} LARGE_INTEGER NTAPI RtlLargeIntegerSubtract(_In_ LARGE_INTEGER Minuend, _In_ LARGE_INTEGER Subtrahend);"
)
def RtlLargeIntegerSubtract(k: Kernel, Minuend: int, Subtrahend: int) -> int:
    """Subtract."""
    return Minuend - Subtrahend


@export(f"{HIGH} LARGE_INTEGER NTAPI RtlLargeIntegerNegate(_In_ LARGE_INTEGER Subtrahend);")
def RtlLargeIntegerNegate(k: Kernel, Subtrahend: int) -> int:
    """Change the sign."""
    return -Subtrahend


@export(f"{HIGH} LARGE_INTEGER NTAPI RtlLargeIntegerShiftLeft(_In_ LARGE_INTEGER LargeInteger, _In_ CCHAR ShiftCount);")
def RtlLargeIntegerShiftLeft(k: Kernel, LargeInteger: int, ShiftCount: int) -> int:
    """Shift to the left."""
    return LargeInteger << (ShiftCount & 63)


@export(
    f"{HIGH} LARGE_INTEGER NTAPI RtlLargeIntegerShiftRight(_In_ LARGE_INTEGER LargeInteger, _In_ CCHAR ShiftCount);"
)
def RtlLargeIntegerShiftRight(k: Kernel, LargeInteger: int, ShiftCount: int) -> int:
    """Shift to the right; zeros come in."""
    return (LargeInteger & ALL) >> (ShiftCount & 63)


@export(
    f"{HIGH} LARGE_INTEGER NTAPI RtlLargeIntegerArithmeticShift(_In_ LARGE_INTEGER LargeInteger, _In_ CCHAR ShiftCount);"
)
def RtlLargeIntegerArithmeticShift(k: Kernel, LargeInteger: int, ShiftCount: int) -> int:
    """Shift to the right; the sign comes in."""
    return LargeInteger >> (ShiftCount & 63)


@export(f"{HIGH} LARGE_INTEGER NTAPI RtlEnlargedIntegerMultiply(_In_ LONG Multiplicand, _In_ LONG Multiplier);")
def RtlEnlargedIntegerMultiply(k: Kernel, Multiplicand: int, Multiplier: int) -> int:
    """Multiply two LONGs."""
    return Multiplicand * Multiplier


@export(f"{HIGH} LARGE_INTEGER NTAPI RtlEnlargedUnsignedMultiply(_In_ ULONG Multiplicand, _In_ ULONG Multiplier);")
def RtlEnlargedUnsignedMultiply(k: Kernel, Multiplicand: int, Multiplier: int) -> int:
    """Multiply two ULONGs."""
    return Multiplicand * Multiplier


@export(
    f"{HIGH} ULONG NTAPI RtlEnlargedUnsignedDivide(_In_ ULARGE_INTEGER Dividend, _In_ ULONG Divisor, _Out_opt_ PULONG Remainder);"
)
def RtlEnlargedUnsignedDivide(k: Kernel, Dividend: int, Divisor: int, Remainder: int) -> int:
    """Divide 64 bits by a ULONG; the quotient in 32."""
    quotient, rest = _divide(Dividend & ALL, Divisor)
    _keep(k, Remainder, 4, rest)
    return quotient


@export(
    f"{HIGH} LARGE_INTEGER NTAPI RtlExtendedIntegerMultiply(_In_ LARGE_INTEGER Multiplicand, _In_ LONG Multiplier);"
)
def RtlExtendedIntegerMultiply(k: Kernel, Multiplicand: int, Multiplier: int) -> int:
    """Multiply by a LONG."""
    return Multiplicand * Multiplier


@export(f"""{HIGH} LARGE_INTEGER NTAPI RtlExtendedLargeIntegerDivide(_In_ LARGE_INTEGER Dividend, _In_ ULONG Divisor,
_Out_opt_ PULONG Remainder);""")
def RtlExtendedLargeIntegerDivide(k: Kernel, Dividend: int, Divisor: int, Remainder: int) -> int:
    """Divide by a ULONG."""
    quotient, rest = _divide(Dividend & ALL, Divisor)
    _keep(k, Remainder, 4, rest)
    return quotient


@export(f"""{HIGH} LARGE_INTEGER NTAPI RtlLargeIntegerDivide(_In_ LARGE_INTEGER Dividend, _In_ LARGE_INTEGER Divisor,
_Out_opt_ PLARGE_INTEGER Remainder);""")
def RtlLargeIntegerDivide(k: Kernel, Dividend: int, Divisor: int, Remainder: int) -> int:
    """Divide, without signs."""
    quotient, rest = _divide(Dividend & ALL, Divisor & ALL)
    _keep(k, Remainder, 8, rest)
    return quotient


@export(f"""{HIGH} LARGE_INTEGER NTAPI RtlExtendedMagicDivide(_In_ LARGE_INTEGER Dividend, _In_ LARGE_INTEGER MagicDivisor,
_In_ CCHAR ShiftCount);""")
def RtlExtendedMagicDivide(k: Kernel, Dividend: int, MagicDivisor: int, ShiftCount: int) -> int:
    """Divide by a constant: the high half of the product with its reciprocal, shifted."""
    quotient = (abs(Dividend) * (MagicDivisor & ALL) >> 64) >> (ShiftCount & 63)
    return -quotient if Dividend < 0 else quotient
