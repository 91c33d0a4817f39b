"""The two targets: word sizes, and where things lie in the address space.

The layout follows NT's habits (kernel half, nt at its usual place) so that addresses look like those in a real
debugger; the exact numbers carry no meaning.
"""

from __future__ import annotations

import attrs


@attrs.frozen(repr=False)
class Arch:
    """A target machine."""

    name: str
    pointer: int  # bytes
    user: int  # first address of user buffers
    nt: int  # the kernel's image
    hal: int
    data: int  # what nt keeps for itself: processor blocks, system objects
    nonpaged: int  # nonpaged pool
    paged: int
    stacks: int  # kernel stacks
    images: int  # drivers
    absent: int  # where nothing is: addresses for what a driver imports and nobody has
    io: int  # MmMapIoSpace
    stack_size: int

    @property
    def mask(self) -> int:
        """All bits of a pointer."""
        return (1 << (8 * self.pointer)) - 1

    def format(self, address: int) -> str:
        """An address as WinDbg prints it: `8063a2c8`, or ``fffffa80`01234560`` on x64."""
        if self.pointer == 4:
            return f"{address & 0xFFFFFFFF:08x}"
        address &= self.mask
        return f"{address >> 32:08x}`{address & 0xFFFFFFFF:08x}"


X86 = Arch(
    name="x86",
    pointer=4,
    user=0x00150000,
    nt=0x80400000,
    hal=0x80010000,
    data=0x80480000,
    nonpaged=0x81000000,
    paged=0xE1000000,
    stacks=0xF8C00000,
    images=0xF8A10000,
    absent=0xF8800000,
    io=0xF7000000,
    stack_size=0x3000,
)

X64 = Arch(
    name="x64",
    pointer=8,
    user=0x0000000000150000,
    nt=0xFFFFF80001000000,
    hal=0xFFFFF80001600000,
    data=0xFFFFF80001180000,
    nonpaged=0xFFFFFA8000800000,
    paged=0xFFFFF8A000001000,
    stacks=0xFFFFF88002000000,
    images=0xFFFFF88004000000,
    absent=0xFFFFF88003F00000,
    io=0xFFFFF88003000000,
    stack_size=0x6000,
)

ARCHES = {"x86": X86, "x64": X64}
