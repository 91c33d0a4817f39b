"""The journal: whatever is changed through it comes back exactly, and forwards again."""

from __future__ import annotations

import copy
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from ntshell.machine.arch import X86
from ntshell.machine.journal import Journal, boundary, slot
from ntshell.machine.memory import PAGE, Memory, Region

BASE = X86.nonpaged


@attrs.define(eq=False)
class World:
    """Some state of every sort that the journal can change."""

    journal: Journal
    memory: Memory
    items: list[int] = attrs.Factory(list)
    mapping: dict[int, int] = attrs.Factory(dict)
    level: int = 0

    def picture(self) -> Any:
        """Everything, by value; dicts without their order."""
        regions = {base: (each.kind, bytes(each.data)) for base, each in self.memory.regions.items()}
        pages = {page: each.base for page, each in self.memory.pages.items()}
        return copy.deepcopy((self.items, sorted(self.mapping.items()), self.level, regions, pages))


def fresh() -> World:
    journal = Journal()
    memory = Memory(X86, journal)
    memory.add(Region(BASE, PAGE, "nonpaged", bytearray(PAGE)))
    return World(journal, memory)


def apply(world: World, change: tuple[Any, ...]) -> None:
    """One random change, made sensible for the state as it is."""
    kind, a, b = change
    journal, items, mapping = world.journal, world.items, world.mapping
    if kind == "set":
        journal.set(world, "level", a)
    elif kind == "append":
        journal.append(items, a)
    elif kind == "record":
        journal.record(items, a)
    elif kind == "insert":
        journal.insert(items, a % (len(items) + 1), b)
    elif kind == "pop" and items:
        journal.pop(items, a % len(items))
    elif kind == "last" and items:
        journal.pop(items)
    elif kind == "item" and items:
        at = a % len(items)
        journal.log.append((slot, items, at, items[at]))
        items[at] = b
    elif kind == "put":
        journal.put(mapping, a % 8, b)
    elif kind == "delete" and a % 8 in mapping:
        journal.delete(mapping, a % 8)
    elif kind == "store":
        size = (1, 2, 4, 8)[b % 4]
        world.memory.store(BASE + a % (PAGE - 8), size, b * 0x9E3779B97F4A7C15)
    elif kind == "write":
        world.memory.write(BASE + a % (PAGE - 64), bytes([b % 256]) * (a % 64))
    elif kind == "map":
        base = BASE + (1 + a % 4) * 2 * PAGE
        if base not in world.memory.regions:
            world.memory.add(Region(base, b % PAGE + 1, "paged", bytearray(b % PAGE + 1)))
        else:
            world.memory.remove(world.memory.regions[base])


KINDS = ("set", "append", "record", "insert", "pop", "last", "item", "put", "delete", "store", "write", "map")
NUMBERS = st.integers(0, 0xFFFF)
CHANGES = st.tuples(st.sampled_from(KINDS), NUMBERS, NUMBERS)
POSITIONS = st.lists(st.lists(CHANGES, max_size=6), min_size=1, max_size=12)


@settings(deadline=None)
@given(POSITIONS)
def test_all_the_way_back_and_forth(positions: list[list[tuple[Any, ...]]]) -> None:
    world = fresh()
    world.journal.begin()
    pictures = [world.picture()]
    for changes in positions:
        world.journal.begin()
        for change in changes:
            apply(world, change)
        pictures.append(world.picture())
    for expected in reversed(pictures[:-1]):
        assert world.journal.back()
        assert world.picture() == expected
    for expected in pictures[1:]:
        assert world.journal.forward()
        assert world.picture() == expected
    assert not world.journal.forward()
    assert world.journal.position == len(positions) + 1


@settings(deadline=None)
@given(POSITIONS, st.lists(st.integers(-5, 5), max_size=20))
def test_a_random_walk(positions: list[list[tuple[Any, ...]]], walk: list[int]) -> None:
    world = fresh()
    pictures = [world.picture()]
    for changes in positions:
        world.journal.begin()
        for change in changes:
            apply(world, change)
        pictures.append(world.picture())
    for distance in walk:
        move = world.journal.forward if distance > 0 else world.journal.back
        for _ in range(abs(distance)):
            move()
        assert world.picture() == pictures[world.journal.position]


def test_doing_something_new_gives_the_future_up() -> None:
    world = fresh()
    for level in (1, 2, 3):
        world.journal.begin()
        world.journal.set(world, "level", level)
    world.journal.back()
    world.journal.back()
    assert (world.level, world.journal.last) == (1, 3)
    world.journal.begin()
    world.journal.set(world, "level", 9)
    assert not world.journal.forward()
    assert (world.level, world.journal.position, world.journal.last) == (9, 2, 2)


def test_the_oldest_positions_are_dropped_and_the_rest_still_works() -> None:
    journal = Journal(limit=100)
    world = World(journal, Memory(X86, journal))
    for level in range(1, 500):
        journal.begin()
        journal.set(world, "level", level)
        journal.trim()
        assert len(journal.log) <= 102
    assert journal.log[0] == (boundary,)
    back = 0
    while journal.back():
        back += 1
        assert world.level == 499 - back
    assert journal.position == journal.oldest > 400
    assert not journal.back()


def test_what_is_undone_stays_on_record_as_long_as_there_is_a_future() -> None:
    journal, told = Journal(), list[str]()
    for word in ("one", "two", "three"):
        journal.begin()
        journal.record(told, word)
    journal.back()
    journal.back()
    assert (told, journal.undone) == (["one"], ["three", "two"])
    journal.forward()
    assert (told, journal.undone) == (["one", "two"], ["three"])
    journal.begin()
    assert (told, journal.undone) == (["one", "two"], [])
