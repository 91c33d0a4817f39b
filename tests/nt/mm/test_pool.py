"""Pool blocks stand alone, freed ones fault, and undo brings back every byte."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntshell.machine.arch import ARCHES
from ntshell.machine.config import DEFAULT
from ntshell.machine.machine import build
from ntshell.machine.memory import PAGE, AccessFault
from ntshell.nt.kernel import Kernel
from ntshell.nt.mm.pool import POISON, Pool


def make(arch: str = "x86") -> Kernel:
    machine = build(ARCHES[arch], DEFAULT)
    k = Kernel(machine, None, machine.journal, machine.memory, machine.arch)  # type: ignore[arg-type]
    k.pool = Pool(k)
    return k


@pytest.mark.parametrize(("arch", "align"), [("x86", 8), ("x64", 16)])
def test_block_ends_at_its_page(arch: str, align: int) -> None:
    k = make(arch)
    address = k.pool.allocate(20, "nonpaged", "Test", "drv")
    assert address % align == 0 and (address + align * -(-20 // align)) % PAGE == 0
    assert k.memory.read(address, 20) == POISON * 20
    for bad in (address - 1, address + 20, address + PAGE):
        with pytest.raises(AccessFault):
            k.memory.load(bad, 1)
    big = k.pool.allocate(5000, "nonpaged", "Test", "drv")
    assert big % PAGE == 0
    with pytest.raises(AccessFault):
        k.memory.load(big + 5000, 1)


def test_freed_block_faults_and_remembers() -> None:
    k = make()
    address = k.pool.allocate(64, "nonpaged", "Test", "drv")
    k.pool.free(address, "other")
    with pytest.raises(AccessFault) as caught:
        k.memory.store(address, 4, 1)
    assert caught.value.region is not None and caught.value.region.kind == "freed"
    assert k.pool.block(address) is None and k.pool.holding(address).facts["freed_driver"] == "other"
    assert k.memory.peek(address, 4) is None


def test_paged_pool_faults_at_dispatch_level() -> None:
    k = make()
    address = k.pool.allocate(64, "paged", "Test", "drv")
    k.memory.store(address, 4, 7)
    k.set_irql(2)
    with pytest.raises(AccessFault, match="IRQL 2"):
        k.memory.load(address, 4)


def test_absurd_size_and_exhaustion_give_null() -> None:
    k = make()
    assert k.pool.allocate(1 << 30, "paged", "Test", "drv") == 0
    assert k.pool.allocate(-1, "paged", "Test", "drv") == 0


def picture(k: Kernel) -> tuple:  # type: ignore[type-arg]
    regions = {
        base: (r.size, r.kind, bytes(r.data), id(r.guard), r.note, tuple(r.facts.items()))
        for base, r in k.memory.regions.items()
    }
    areas = [(a.cursor, a.used, a.oldest, a.youngest, sorted(a.freed)) for a in k.pool.areas.values()]
    return regions, {page: r.base for page, r in k.memory.pages.items()}, areas


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["nonpaged", "paged", "system", "free", "write"]), st.integers(1, 9000)), max_size=40
)


@settings(max_examples=60, deadline=None)
@given(ACTIONS)
def test_undo_restores_every_byte(actions: list[tuple[str, int]]) -> None:
    k = make()
    for area in k.pool.areas.values():
        area.kept = 3
        area.end = area.start + 30 * PAGE
    live: list[int] = []
    pictures = [picture(k)]
    for action, number in actions:
        k.journal.begin()
        if action == "free" and live:
            k.pool.free(live.pop(number % len(live)))
        elif action == "write" and live:
            address = live[number % len(live)]
            size = min(k.memory.regions[address].size, 1500)
            k.memory.write(address, bytes(n * number & 0xFF for n in range(size)))
        elif action == "system":
            try:
                live.append(k.pool.allocate_system(number, "object"))
            except MemoryError:
                pass
        elif action in ("nonpaged", "paged"):
            address = k.pool.allocate(number, action, "Test", "drv")
            if address:
                live.append(address)
        pictures.append(picture(k))
    for expected in reversed(pictures[:-1]):
        assert k.journal.back()
        assert picture(k) == expected
    for expected in pictures[1:]:
        assert k.journal.forward()
        assert picture(k) == expected


def test_an_endless_loop_stays_bounded_and_quick() -> None:
    k = make()
    for area in k.pool.areas.values():
        area.kept = 500
    began = time.perf_counter()
    for _ in range(20_000):
        k.journal.begin()
        k.pool.free(k.pool.allocate(48, "nonpaged", "Test", "drv"))
    taken = time.perf_counter() - began
    assert len(k.memory.regions) == 500
    assert taken < 4  # a second on an idle machine
    print(f"{20_000 / taken:,.0f} pairs a second")
