"""Simulated memory: regions of bytes with a meaning, found by page.

A region covers whole pages of its own, so every pool block stands alone as under Driver Verifier's special pool: one byte
past its end, or a touch after it is freed, faults at once.  What a touch of anything but plain memory means (paged pool
at raised IRQL, a device's registers, code, a freed block) is decided in the slow path, by `Region.guard`.

Rule: every store logs its undo before it happens.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import Any, Protocol

import attrs

from ntshell.machine.arch import Arch
from ntshell.machine.journal import Journal, poke, put, take

PAGE = 4096
_SHIFT = 12
_MASKS = {size: (1 << (8 * size)) - 1 for size in range(1, 17)}


class AccessFault(Exception):
    """A touch of memory that cannot be: `address`, `size` in bytes, `write`; `region` where the address was or is."""

    def __init__(self, address: int, size: int, write: bool, region: Region | None, why: str) -> None:
        super().__init__(f"{'write' if write else 'read'} of {size} at {address:#x}: {why}")
        self.address = address
        self.size = size
        self.write = write
        self.region = region
        self.why = why


class Guard(Protocol):
    """Decides on touches of a region that is not plain memory."""

    def load(self, region: Region, address: int, size: int) -> int | None:
        """A value instead of the bytes, or None to let the bytes be read; raises AccessFault to refuse."""

    def store(self, region: Region, address: int, size: int, value: int) -> bool:
        """True when the store has been dealt with, False to let it happen; raises AccessFault to refuse."""


@attrs.define(eq=False, repr=False)
class Region:
    """`size` bytes at `base`, all of one kind: `nonpaged`, `paged`, `image`, `stack`, `io`, `user`, `nt`, `freed`.

    `guard` is None for plain memory.  `note` says what lies there; `tag`, `owner` and `freed_by` are for reports.
    """

    base: int
    size: int
    kind: str
    data: bytearray
    guard: Guard | None = None
    note: str = ""
    facts: dict[str, Any] = attrs.Factory(dict)

    @property
    def end(self) -> int:
        """The first address after the region."""
        return self.base + self.size


@attrs.define(eq=False, repr=False)
class Memory:
    """All regions of a machine."""

    arch: Arch
    journal: Journal
    pages: dict[int, Region] = attrs.Factory(dict)
    regions: dict[int, Region] = attrs.Factory(dict)  # by base

    # --- regions ---------------------------------------------------------------------------------------------------
    def add(self, region: Region) -> Region:
        """Map a region; its pages must be free of others, unless those are freed ones."""
        log, pages = self.journal.log, self.pages
        self.journal.put(self.regions, region.base, region)
        for page in range(region.base >> _SHIFT, (max(region.end, region.base + 1) - 1 >> _SHIFT) + 1):
            log.append((put, pages, page, pages[page]) if page in pages else (take, pages, page))
            pages[page] = region
        return region

    def remove(self, region: Region) -> None:
        """Unmap a region for good: a touch finds nothing there."""
        self.journal.delete(self.regions, region.base)
        for page in range(region.base >> _SHIFT, (max(region.end, region.base + 1) - 1 >> _SHIFT) + 1):
            if self.pages.get(page) is region:
                self.journal.delete(self.pages, page)

    def find(self, address: int) -> Region | None:
        """The region whose bytes or page hold an address."""
        return self.pages.get(address >> _SHIFT)

    def holds(self, address: int, size: int = 1) -> bool:
        """Whether all of that range is mapped in one region."""
        region = self.pages.get(address >> _SHIFT)
        return region is not None and region.base <= address and address + size <= region.end

    # --- whole values ----------------------------------------------------------------------------------------------
    def load(self, address: int, size: int) -> int:
        """An unsigned little-endian integer of 1, 2, 4 or 8 bytes."""
        region = self.pages.get(address >> _SHIFT)
        if region is not None and region.guard is None:  # the usual case, without a further call
            offset = address - region.base
            if 0 <= offset <= region.size - size:
                return int.from_bytes(region.data[offset : offset + size], "little")
        region, offset = self._locate(address, size, False)
        if region.guard is not None:
            value = region.guard.load(region, address, size)
            if value is not None:
                return value
        return int.from_bytes(region.data[offset : offset + size], "little")

    def store(self, address: int, size: int, value: int) -> None:
        """Store the low `size` bytes of an integer."""
        region = self.pages.get(address >> _SHIFT)
        value &= _MASKS[size]
        if region is None or region.guard is not None or not 0 <= address - region.base <= region.size - size:
            region, _ = self._locate(address, size, True)
            if region.guard is not None and region.guard.store(region, address, size, value):
                return
        data, offset = region.data, address - region.base
        self.journal.log.append((poke, data, offset, bytes(data[offset : offset + size])))
        data[offset : offset + size] = value.to_bytes(size, "little")

    def read(self, address: int, size: int) -> bytes:
        """Bytes; the range must lie in one region."""
        if size <= 0:
            return b""
        region, offset = self._locate(address, size, False)
        if region.guard is not None:
            region.guard.load(region, address, size)
        return bytes(region.data[offset : offset + size])

    def write(self, address: int, data: bytes) -> None:
        """Store bytes; the range must lie in one region."""
        if not data:
            return
        region, offset = self._locate(address, len(data), True)
        if region.guard is not None and region.guard.store(region, address, len(data), int.from_bytes(data, "little")):
            return
        old = bytes(region.data[offset : offset + len(data)])
        self.journal.log.append((poke, region.data, offset, old))
        region.data[offset : offset + len(data)] = data

    def peek(self, address: int, size: int) -> bytes | None:
        """Bytes for a debugger's eye: no guard is asked, nothing is touched; None where nothing is mapped."""
        region = self.pages.get(address >> _SHIFT)
        if region is None or address < region.base or address + size > region.end or not region.data:
            return None
        offset = address - region.base
        return bytes(region.data[offset : offset + size])

    def _locate(self, address: int, size: int, write: bool) -> tuple[Region, int]:
        region = self.pages.get(address >> _SHIFT)
        if region is None:
            raise AccessFault(address, size, write, None, "nothing is mapped there")
        offset = address - region.base
        if offset < 0 or offset + size > region.size:
            raise AccessFault(address, size, write, region, "outside the block")
        return region, offset

    # --- quick accessors for generated code ------------------------------------------------------------------------
    def loader(self, layout: str) -> Callable[[int], Any]:
        """A function address -> value for a `struct` layout character; falls back on `load` for guarded regions."""
        packer = Struct("<" + layout)
        unpack, size, pages = packer.unpack_from, packer.size, self.pages
        integral, signed = layout not in "fd", layout.islower()
        whole, sign = self.load, 1 << (8 * size - 1)

        def load(address: int) -> Any:
            region = pages.get(address >> 12)
            if region is not None and region.guard is None:
                offset = address - region.base
                if 0 <= offset and offset + size <= region.size:
                    return unpack(region.data, offset)[0]
            value = whole(address, size)
            if not integral:
                return packer.unpack(value.to_bytes(size, "little"))[0]
            return (value ^ sign) - sign if signed else value

        return load

    def storer(self, layout: str) -> Callable[[int, Any], None]:
        """A function (address, value) storing a masked integer or a float, logging its undo."""
        packer = Struct("<" + layout)
        pack, unsigned, pages, log = packer.pack_into, packer.size, self.pages, self.journal.log
        size, mask, whole = unsigned, (1 << (8 * unsigned)) - 1, self.store
        if layout in "fd":
            return lambda address, value: self.write(address, packer.pack(value))

        def store(address: int, value: int) -> None:
            region = pages.get(address >> 12)
            if region is not None and region.guard is None:
                offset = address - region.base
                if 0 <= offset and offset + size <= region.size:
                    data = region.data
                    log.append((poke, data, offset, bytes(data[offset : offset + size])))
                    pack(data, offset, value & mask)
                    return
            whole(address, size, value)

        return store
