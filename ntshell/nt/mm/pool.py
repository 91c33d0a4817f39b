"""Pool: every block alone on pages of its own, as under Driver Verifier's special pool.

Rules: a block ends where its page ends (a block of a page or more begins where a page begins) and an unmapped page
follows, so one byte past the end faults; fresh pool holds poison; a freed block stays as a region of kind `freed` that
faults at any touch and remembers who took and who freed it, until many younger blocks were freed or the addresses wrap.
Everything is journaled; the bytes of a freed block are kept, packed, in the journal only, for as long as it reaches back.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import attrs

from ntshell.base.place import Place
from ntshell.machine.journal import Entry
from ntshell.machine.memory import PAGE, AccessFault, Guard, Region
from ntshell.nt.export import DISPATCH_LEVEL

if TYPE_CHECKING:
    from ntshell.nt.kernel import Kernel

POISON = b"\xcd"  # what fresh pool holds: never zero, never a kernel address
KEPT = 100_000  # freed blocks remembered at most
BIG = 1024  # what is worth packing, in bytes
MIB = 1 << 20
LIMIT = {"nonpaged": 64 * MIB, "paged": 128 * MIB, "contiguous": 14 * MIB}  # what may be in use at once


@attrs.define(eq=False, repr=False)
class PagedGuard:
    """Paged pool may be out of memory at any time, unless it is locked: no touch at DISPATCH_LEVEL or above."""

    kernel: Kernel

    def load(self, region: Region, address: int, size: int) -> int | None:
        """Let the bytes be read, or fault."""
        irql = self.kernel.machine.processor.irql
        if irql >= DISPATCH_LEVEL and not region.facts.get("locked"):
            raise AccessFault(address, size, False, region, f"paged pool touched at IRQL {irql}")
        return None

    def store(self, region: Region, address: int, size: int, value: int) -> bool:
        """Let it happen, or fault."""
        irql = self.kernel.machine.processor.irql
        if irql >= DISPATCH_LEVEL and not region.facts.get("locked"):
            raise AccessFault(address, size, True, region, f"paged pool touched at IRQL {irql}")
        return False


@attrs.define(eq=False, repr=False)
class FreedGuard:
    """Nobody may touch a block that was given back."""

    def load(self, region: Region, address: int, size: int) -> int | None:
        """Always faults."""
        raise AccessFault(address, size, False, region, "the block was freed")

    def store(self, region: Region, address: int, size: int, value: int) -> bool:
        """Always faults."""
        raise AccessFault(address, size, True, region, "the block was freed")


_FREED = FreedGuard()


@attrs.define(eq=False, repr=False)
class Area:
    """A stretch of pool addresses; `cursor` is where the next block is looked for, `used` the bytes in use."""

    kind: str
    start: int
    end: int
    limit: int
    cursor: int
    kept: int
    used: int = 0
    oldest: int = 0  # numbers of the freed blocks remembered: oldest <= n < youngest
    youngest: int = 0
    freed: dict[int, Region] = attrs.Factory(dict)


def _area(kind: str, start: int, end: int) -> Area:
    kept = min(KEPT, (end - start) // PAGE // 4)
    return Area(kind, start, end, LIMIT.get(kind, end - start), start, kept)


@attrs.define(eq=False, repr=False)
class Pool:
    """Nonpaged and paged pool, and what nt takes for its own objects."""

    kernel: Kernel
    areas: dict[str, Area] = attrs.field(init=False)
    align: int = attrs.field(init=False)
    paged: Guard = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        arch = self.kernel.arch
        low = arch.nonpaged + 15 * MIB
        self.areas = {
            "contiguous": _area("contiguous", arch.nonpaged, low),
            "nonpaged": _area("nonpaged", low, arch.nonpaged + 1024 * MIB),
            "paged": _area("paged", arch.paged, arch.paged + 320 * MIB),
            "user": _area("user", arch.user, arch.user + 256 * MIB),
            "io": _area("io", arch.io, arch.io + 14 * MIB),
        }
        self.align = 2 * arch.pointer
        self.paged = PagedGuard(self.kernel)

    # --- blocks ------------------------------------------------------------------------------------------------------
    def allocate(self, size: int, kind: str, tag: str, owner: str = "", zero: bool = False, use: str = "") -> int:
        """A fresh block of `nonpaged` or `paged` pool; 0 when there is not that much left.

        `use` names what it is if it is not the driver's own pool: `system`, `contiguous`, `noncached`.
        """
        area = self.areas[kind]
        if size < 0 or size > area.limit - area.used:
            return 0
        size = max(size, 1)
        base = self._room(area, size)
        if not base:
            return 0
        kernel = self.kernel
        facts: dict[str, Any] = {
            "tag": tag,
            "size": size,
            "allocated_by": kernel.place(),
            "freed_by": None,
            "driver": owner,
            "area": kind,
            "use": use,
        }
        data = bytearray(size) if zero else bytearray(POISON * size)
        guard = self.paged if kind == "paged" else None
        words = f"pool tag '{tag}'" if kind in ("nonpaged", "paged") else f"{use or kind} memory"
        place = "nonpaged" if kind == "contiguous" else kind
        kernel.memory.add(Region(base, size, place, data, guard, words, facts))
        kernel.journal.set(area, "used", area.used + size)
        return base

    def free(self, address: int, driver: str = "") -> None:
        """Give a block back; the caller has made sure that it is one (`block`)."""
        region = self.kernel.memory.regions[address]
        area = self.areas[region.facts["area"]]
        self.kernel.journal.set(area, "used", area.used - region.size)
        self.bury(region, driver)

    def reserve(self, kind: str, size: int) -> int:
        """Addresses of an area for whole pages and an empty one behind them; 0 when there are none."""
        return self._pages(self.areas[kind], (size + PAGE - 1) // PAGE + 1)

    def bury(self, region: Region, driver: str = "") -> None:
        """Make a block or mapping a freed one: what it was is remembered, its bytes go."""
        area = self.areas[region.facts["area"]]
        journal = self.kernel.journal
        journal.log.append(_bury(region, self.kernel.place(), driver))
        journal.put(area.freed, area.youngest, region)
        journal.set(area, "youngest", area.youngest + 1)
        if area.youngest - area.oldest > area.kept:
            self._forget(area)

    def block(self, address: int) -> Region | None:
        """The live block of pool that begins at an address."""
        region = self.kernel.memory.regions.get(address)
        if region is None or region.kind == "freed" or region.facts.get("area") not in ("nonpaged", "paged"):
            return None
        return region

    def holding(self, address: int) -> Region | None:
        """The block, live or freed, whose page an address lies in."""
        region = self.kernel.memory.find(address)
        return region if region is not None and "area" in region.facts else None

    def blocks(self) -> list[Region]:
        """All live blocks of pool by address, nt's own too."""
        regions = list(self.kernel.memory.regions)
        live = [region for region in map(self.block, regions) if region is not None]
        return sorted(live, key=lambda region: region.base)

    # --- nt's own ----------------------------------------------------------------------------------------------------
    def allocate_system(self, size: int, note: str) -> int:
        """Zeroed nonpaged memory for an object of nt's own; nobody owes it back."""
        base = self.allocate(size, "nonpaged", "Nt  ", "nt", zero=True, use="system")
        if not base:
            raise MemoryError(f"no nonpaged pool left for {note}")
        self.kernel.memory.regions[base].note = note
        return base

    def free_system(self, address: int) -> None:
        """Take back what `allocate_system` gave."""
        self.free(address)

    # --- addresses ---------------------------------------------------------------------------------------------------
    def _room(self, area: Area, size: int) -> int:
        """Pages for a block and the empty one after it; 0 when all addresses are taken."""
        count = (size + PAGE - 1) // PAGE
        first = self._pages(area, count + 1)
        if not first:
            return 0
        if size >= PAGE:
            return first
        return first + PAGE - (size + self.align - 1 & -self.align)

    def _pages(self, area: Area, count: int) -> int:
        """The next stretch of `count` pages that holds no live block; freed ones in it are forgotten."""
        pages, cursor, laps = self.kernel.memory.pages, area.cursor, 0
        while True:
            if cursor + count * PAGE > area.end:
                cursor, laps = area.start, laps + 1
                if laps > 1:
                    return 0
            busy = None
            for page in range(cursor >> 12, (cursor >> 12) + count):
                region = pages.get(page)
                if region is not None and region.kind != "freed":
                    busy = region
            if busy is None:
                break
            cursor = (busy.end + PAGE - 1 & -PAGE) + PAGE
        while area.oldest < area.youngest and self._taken(cursor, count):
            self._forget(area)
        self.kernel.journal.set(area, "cursor", cursor + count * PAGE)
        return cursor

    def _taken(self, start: int, count: int) -> bool:
        pages = self.kernel.memory.pages
        return any(page in pages for page in range(start >> 12, (start >> 12) + count))

    def _forget(self, area: Area) -> None:
        """Unmap the block that was freed longest ago."""
        journal = self.kernel.journal
        region = journal.delete(area.freed, area.oldest)
        journal.set(area, "oldest", area.oldest + 1)
        self.kernel.memory.remove(region)


# --- freeing and taking it back --------------------------------------------------------------------------------------
def _bury(region: Region, place: Place | None, driver: str) -> Entry:
    """Make a live block a freed one."""
    entry = (_revive, region, region.kind, region.guard, _pack(region.data))
    facts: dict[str, Any] = region.facts
    facts["freed_by"] = place
    facts["freed_driver"] = driver
    region.kind = "freed"
    region.guard = _FREED
    region.data.clear()  # the same bytearray stays: older entries of the journal know it
    return entry


def _revive(region: Region, kind: str, guard: Guard | None, packed: bytes | tuple[bytes]) -> Entry:
    """Undo of `_bury`."""
    facts = region.facts
    entry = (_bury, region, facts["freed_by"], facts["freed_driver"])
    facts["freed_by"] = None
    del facts["freed_driver"]
    region.kind = kind
    region.guard = guard
    region.data[:] = _unpack(packed, region.size)
    return entry


def _pack(data: bytearray) -> bytes | tuple[bytes]:
    """A block's bytes in little room: untouched poison at its end is left out, much else is deflated."""
    head = data.rstrip(POISON)
    if len(head) < BIG:
        return bytes(head)
    return (zlib.compress(head, 1),)


def _unpack(packed: bytes | tuple[bytes], size: int) -> bytes:
    head = packed if isinstance(packed, bytes) else zlib.decompress(packed[0])
    return head + POISON * (size - len(head))
