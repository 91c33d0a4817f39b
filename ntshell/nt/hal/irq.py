"""How the HAL maps interrupt lines to vectors and levels.

x86 (PIC): vector 0x30 + IRQ, DIRQL 27 - IRQ: the lower the IRQ, the higher its level; the clock and the profile
source have levels of their own.  x64: the level is the vector's upper four bits.
"""

from __future__ import annotations

LINES = 16
SYSTEM = frozenset((0, 2, 8))  # the system's own: clock, cascade, profile source
HIGHEST = {"x86": 31, "x64": 15}
_X86_SYSTEM = {0: 28, 8: 27}  # clock, profile source
_X86_BASE = 0x30


def vector_of(arch: str, irq: int) -> int:
    """The vector of an interrupt line."""
    return _X86_BASE + irq if arch == "x86" else (_x64_level(irq) << 4) | (1 + irq % 2)


def dirql_of(arch: str, irq: int) -> int:
    """The level at which a line's ISRs run."""
    return _X86_SYSTEM.get(irq, 27 - irq) if arch == "x86" else _x64_level(irq)


def irq_of(arch: str, vector: int) -> int | None:
    """The line of a vector; None when it is none's."""
    for irq in range(LINES):
        if vector_of(arch, irq) == vector:
            return irq
    return None


def _x64_level(irq: int) -> int:
    return max(11 - irq // 2, 3)
