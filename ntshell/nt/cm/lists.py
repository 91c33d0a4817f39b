"""Resource lists in bytes and as records: CM_RESOURCE_LIST and CM_FULL_RESOURCE_DESCRIPTOR.

A partial descriptor is 16 bytes on x86 and 20 on x64 (packed to 4).  Rules: a descriptor of device-specific data is
followed by that many bytes; every full descriptor follows the last byte of the one before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from struct import pack, unpack_from

import attrs

PORT, INTERRUPT, MEMORY, DMA, DEVICE_SPECIFIC = 1, 2, 3, 4, 5
UNDETERMINED, DEVICE_EXCLUSIVE, DRIVER_EXCLUSIVE, SHARED = 0, 1, 2, 3
LATCHED = 1
PORT_IO = 1
BUSES = {
    0: "Internal", 1: "Isa", 2: "Eisa", 3: "MicroChannel", 4: "TurboChannel", 5: "PCIBus", 6: "VMEBus", 7: "NuBus",
    8: "PCMCIABus", 9: "CBus", 10: "MPIBus", 11: "MPSABus",
}  # fmt: skip
BUS_NUMBERS = {name: number for number, name in BUSES.items()}


@attrs.frozen(repr=False)
class Claim:
    """One resource on a bus: ports or memory `start` to `start + length - 1`, an interrupt, or a DMA channel.

    An interrupt has its level in `start`, its vector in `vector`; a DMA channel is `start`, its port `length`.
    """

    type: int
    share: int
    flags: int
    start: int
    length: int = 0
    vector: int = 0
    bus: int = 1
    number: int = 0
    data: bytes = b""

    @property
    def text(self) -> str:
        """In words: `ports 0x300-0x307`, `IRQ 5`."""
        if self.type == INTERRUPT:
            return f"IRQ {self.start}"
        if self.type == DMA:
            return f"DMA channel {self.start}"
        if self.type in (PORT, MEMORY):
            last = self.start + max(self.length, 1) - 1
            return f"{'ports' if self.type == PORT else 'memory'} {self.start:#x}-{last:#x}"
        return f"{len(self.data)} bytes of device data"

    def overlaps(self, other: Claim) -> bool:
        """Whether both want the same ports, memory, line or channel."""
        if self.type != other.type or not same_bus(self.bus, other.bus) or self.number != other.number:
            return False
        if self.type in (PORT, MEMORY):
            return self.start < other.start + other.length and other.start < self.start + self.length
        return self.type in (INTERRUPT, DMA) and self.start == other.start


def same_bus(one: int, other: int) -> bool:
    """ISA and EISA share their ports and lines."""
    return one == other or {one, other} == {1, 2}


def describe(claims: Iterable[Claim]) -> str:
    """All of a list in words."""
    return ", ".join(each.text for each in claims if each.type != DEVICE_SPECIFIC) or "nothing"


def partial_size(pointer: int) -> int:
    """Bytes of a CM_PARTIAL_RESOURCE_DESCRIPTOR."""
    return 12 + pointer


def _partial(claim: Claim, pointer: int) -> bytes:
    head = pack("<BBH", claim.type, claim.share, claim.flags)
    if claim.type == INTERRUPT:
        body = pack("<II", claim.start, claim.vector) + b"\xff\xff\xff\xff".ljust(pointer, b"\xff")
    elif claim.type == DMA:
        body = pack("<III", claim.start, claim.length, 0)
    elif claim.type == DEVICE_SPECIFIC:
        body = pack("<III", len(claim.data), 0, 0)
    else:
        body = pack("<QI", claim.start, claim.length)
    return (head + body).ljust(partial_size(pointer), b"\0") + claim.data


def pack_full(claims: Iterable[Claim], bus: int, number: int, pointer: int) -> bytes:
    """A CM_FULL_RESOURCE_DESCRIPTOR."""
    parts = [_partial(each, pointer) for each in claims]
    return pack("<iIHHI", bus, number, 1, 1, len(parts)) + b"".join(parts)


def pack_list(claims: Iterable[Claim], pointer: int) -> bytes:
    """A CM_RESOURCE_LIST with one full descriptor a bus."""
    groups: dict[tuple[int, int], list[Claim]] = {}
    for each in claims:
        groups.setdefault((each.bus, each.number), []).append(each)
    fulls = [pack_full(group, bus, number, pointer) for (bus, number), group in groups.items()]
    return pack("<I", len(fulls)) + b"".join(fulls)


def parse_full(data: bytes, offset: int, pointer: int) -> tuple[list[Claim], int]:
    """The claims of a full descriptor, and the offset after it."""
    bus, number, _, _, count = unpack_from("<iIHHI", data, offset)
    offset += 16
    claims = []
    for _ in range(count):
        claim, offset = _parse_partial(data, offset, pointer, bus, number)
        claims.append(claim)
    return claims, offset


def _parse_partial(data: bytes, offset: int, pointer: int, bus: int, number: int) -> tuple[Claim, int]:
    type, share, flags = unpack_from("<BBH", data, offset)
    after = offset + partial_size(pointer)
    one, two, three = unpack_from("<III", data, offset + 4)
    if type == INTERRUPT:
        return Claim(type, share, flags, one, 0, two, bus, number), after
    if type == DMA:
        return Claim(type, share, flags, one, two, 0, bus, number), after
    if type == DEVICE_SPECIFIC:
        return Claim(type, share, flags, 0, 0, 0, bus, number, data[after : after + one]), after + one
    return Claim(type, share, flags, one | two << 32, three, 0, bus, number), after


def parse_list(data: bytes, pointer: int) -> list[Claim]:
    """The claims of a CM_RESOURCE_LIST."""
    (count,) = unpack_from("<I", data)
    claims: list[Claim] = []
    offset = 4
    for _ in range(count):
        more, offset = parse_full(data, offset, pointer)
        claims += more
    return claims
