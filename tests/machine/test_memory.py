"""Memory: values of every width, faults that say where, guards, and what a debugger may peek at."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntshell.machine.arch import ARCHES, X64, X86
from ntshell.machine.journal import Journal
from ntshell.machine.memory import PAGE, AccessFault, Memory, Region

BASE = X86.nonpaged


def memory_with(size: int = 100, guard: object = None) -> tuple[Memory, Region]:
    memory = Memory(X86, Journal())
    region = memory.add(Region(BASE, size, "nonpaged", bytearray(size), guard))  # type: ignore[arg-type]
    return memory, region


class Register:
    """A guard that answers for one address, swallows stores there, and refuses a third."""

    def __init__(self) -> None:
        self.stored: list[tuple[int, int, int]] = []

    def load(self, region: Region, address: int, size: int) -> int | None:
        if address == region.base + 8:
            raise AccessFault(address, size, False, region, "no")
        return 0x1234 if address == region.base else None

    def store(self, region: Region, address: int, size: int, value: int) -> bool:
        self.stored.append((address - region.base, size, value))
        return address == region.base


@pytest.mark.parametrize("layout", "BHIQbhiq")
def test_quick_accessors_agree_with_the_careful_ones(layout: str) -> None:
    memory, _ = memory_with()
    size = struct.calcsize("<" + layout)
    load, store = memory.loader(layout), memory.storer(layout.upper())
    for value in (0, 1, (1 << 8 * size) - 1, 1 << (8 * size - 1), 0x123456789ABCDEF0):
        store(BASE + 3, value)
        masked = value & (1 << 8 * size) - 1
        assert memory.load(BASE + 3, size) == masked
        signed = masked - (1 << 8 * size) if layout.islower() and masked >> (8 * size - 1) else masked
        assert load(BASE + 3) == signed


@given(st.floats(allow_nan=False, width=32))
def test_floats_go_in_and_out(value: float) -> None:
    memory, _ = memory_with()
    memory.storer("f")(BASE, value)
    memory.storer("d")(BASE + 8, value)
    assert memory.loader("f")(BASE) == memory.loader("d")(BASE + 8) == value


@given(st.integers(-20, 120), st.integers(1, 8), st.booleans())
def test_a_touch_outside_the_block_faults_and_changes_nothing(offset: int, size: int, write: bool) -> None:
    memory, region = memory_with()
    inside = 0 <= offset and offset + size <= 100
    before, log = bytes(region.data), len(memory.journal.log)

    def touch() -> None:
        if write:
            memory.write(BASE + offset, b"\xff" * size)
        else:
            memory.read(BASE + offset, size)

    if inside:
        touch()
    else:
        with pytest.raises(AccessFault) as fault:
            touch()
        assert (fault.value.address, fault.value.size, fault.value.write) == (BASE + offset, size, write)
        assert (region.data, len(memory.journal.log)) == (before, log)
    assert memory.holds(BASE + offset, size) == inside
    assert (memory.peek(BASE + offset, size) is not None) == inside


def test_a_fault_says_whose_block_was_missed() -> None:
    memory, region = memory_with()
    with pytest.raises(AccessFault, match="outside the block") as past:
        memory.load(BASE + 100, 4)
    assert past.value.region is region
    with pytest.raises(AccessFault, match="nothing is mapped") as nowhere:
        memory.load(0, 4)
    assert nowhere.value.region is None


def test_guards_see_every_touch_also_the_quick_ones() -> None:
    guard = Register()
    memory, region = memory_with(guard=guard)
    load, store = memory.loader("I"), memory.storer("H")
    assert (load(BASE), memory.load(BASE, 2), load(BASE + 4)) == (0x1234, 0x1234, 0)
    store(BASE, 7)
    store(BASE + 4, 0x10009)
    assert (guard.stored[0], region.data[0]) == ((0, 2, 7), 0)
    assert memory.load(BASE + 4, 4) == 9
    with pytest.raises(AccessFault):
        load(BASE + 8)
    assert memory.peek(BASE + 8, 4) == b"\0\0\0\0"


def test_regions_come_and_go_with_their_pages() -> None:
    memory, _ = memory_with()
    big = memory.add(Region(BASE + 4 * PAGE, 2 * PAGE + 1, "paged", bytearray(2 * PAGE + 1)))
    assert all(memory.find(BASE + n * PAGE) is big for n in (4, 5, 6))
    memory.remove(big)
    assert all(memory.find(BASE + n * PAGE) is None for n in (4, 5, 6))
    assert memory.find(BASE) is not None


@pytest.mark.parametrize("arch", ARCHES.values(), ids=ARCHES)
def test_the_kernel_half_is_above_the_user_half(arch: object) -> None:
    names = ("nt", "hal", "data", "nonpaged", "paged", "stacks", "images", "io")
    for name in names:
        address = getattr(arch, name)
        assert address % PAGE == 0
        assert address >> (8 * arch.pointer - 1)  # type: ignore[attr-defined]
    assert arch.user < 1 << 31  # type: ignore[attr-defined]


def test_addresses_look_as_in_windbg() -> None:
    assert X86.format(0x8063A2C8) == "8063a2c8"
    assert X64.format(0xFFFFFA8001234560) == "fffffa80`01234560"
