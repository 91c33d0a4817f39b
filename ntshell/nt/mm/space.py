"""Address space beside pool: which physical page lies under an address, and second mappings of the same bytes.

Rules: every area of addresses has a window of physical pages of its own, so the two can be computed from each other; the
window of contiguous memory lies below 16 MB, where ISA DMA reaches.  A second mapping shares the bytes of the first and
ends with it; unmapped, it stays as a `freed` region that faults, like freed pool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ntshell.machine.memory import PAGE, AccessFault, Region

if TYPE_CHECKING:
    from ntshell.nt.kernel import Kernel

LOWEST = 0x100  # first page frame of contiguous memory: 1 MB
FIRST = 0x1000  # of all else: 16 MB


def user_half(k: Kernel, address: int) -> bool:
    """Whether an address lies in the half that is the users'."""
    return address <= k.arch.mask >> 1


def windows(k: Kernel) -> list[tuple[int, int, int]]:
    """First page, pages and first page frame of every stretch of addresses that RAM lies under."""
    arch, areas = k.arch, k.pool.areas
    low = areas["contiguous"]
    found = [(low.start >> 12, (low.end - low.start) >> 12, LOWEST)]
    frame = FIRST
    stretches = [(areas[name].start, areas[name].end) for name in ("nonpaged", "paged", "user")]
    stretches += [
        (arch.images, arch.images + 0x400000),
        (arch.stacks, arch.stacks + 0x800000),
        (arch.nt, arch.nt + 0x800000),
    ]
    for start, end in stretches:
        found.append((start >> 12, (end - start) >> 12, frame))
        frame += (end - start) >> 12
    return found


def frame_of(k: Kernel, address: int) -> int | None:
    """The physical page under an address; None for device memory and where nothing is."""
    region = k.memory.find(address)
    if region is not None and "alias_of" in region.facts:
        return frame_of(k, address - region.base + region.facts["alias_of"])
    if region is not None and "physical" in region.facts:
        return int(region.facts["physical"] + address - (region.base & -PAGE)) >> 12
    for first, count, frame in windows(k):
        if first <= address >> 12 < first + count:
            return frame + (address >> 12) - first
    return None


def page_of(k: Kernel, frame: int) -> int | None:
    """The address that RAM's page frame has, if something is mapped there."""
    for first, count, start in windows(k):
        if start <= frame < start + count:
            address = (first + frame - start) << 12
            return address if k.memory.find(address) is not None else None
    return None


@attrs.define(eq=False, repr=False)
class AliasGuard:
    """Touches of a second mapping: only its own pages, only as long as the first one lives."""

    source: Region
    first: int
    last: int  # the first address after its pages

    def load(self, region: Region, address: int, size: int) -> int | None:
        """Let the bytes be read, or fault."""
        self._check(region, address, size, False)
        return None

    def store(self, region: Region, address: int, size: int, value: int) -> bool:
        """Let it happen, or fault."""
        self._check(region, address, size, True)
        return False

    def _check(self, region: Region, address: int, size: int, write: bool) -> None:
        if not self.first <= address or address + size > self.last:
            raise AccessFault(address, size, write, region, "outside the pages of the mapping")
        if self.source.kind == "freed":
            raise AccessFault(address, size, write, self.source, "the memory under the mapping was freed")


def map_alias(k: Kernel, area: str, address: int, size: int, note: str) -> int:
    """Map the pages of a stretch of memory a second time, into `io` or `user`; 0 when there is no room."""
    source = k.memory.find(address)
    if source is None:
        raise AccessFault(address, size, False, None, "nothing is mapped there")
    start = source.base & -PAGE
    room = k.pool.reserve(area, source.end - start)
    if not room:
        return 0
    base = room + source.base - start
    first = (address & -PAGE) - start + room
    last = ((address + max(size, 1) + PAGE - 1) & -PAGE) - start + room
    facts = {"area": area, "use": "mapping", "alias_of": source.base, "freed_by": None, "driver": k.caller}
    facts |= {"tag": "", "size": source.size, "allocated_by": k.place()}
    kind = "user" if area == "user" else "mapping"
    k.memory.add(Region(base, source.size, kind, source.data, AliasGuard(source, first, last), note, facts))
    return int(base + address - source.base)


def unmap(k: Kernel, region: Region) -> None:
    """End a mapping."""
    if "alias_of" in region.facts:
        k.journal.set(region, "data", bytearray())
    k.pool.bury(region)
