"""Layouts: every pane has its room at every size, boundaries move by what the user says and no further."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region

from ntshell.faces.tui import layouts
from ntshell.faces.tui.layouts import LAYOUTS, LEAST_HEIGHT, LEAST_WIDTH, Split

PANES = {"source", "devices", "registry", "irql", "stages", "ledger", "timeline", "shell"}
SIZES = [(80, 24), (100, 30), (120, 40), (200, 60)]
EVERY = [(name, size) for name in LAYOUTS for size in SIZES]


@pytest.mark.parametrize(("name", "size"), EVERY)
def test_panes_fill_the_room_without_overlap(name: str, size: tuple[int, int]) -> None:
    _, tree = layouts.chosen(name, *size)
    room = Region(0, 0, size[0], size[1] - 2)
    found = layouts.place(tree, room, {})
    assert sum(region.area for region in found.values()) == room.area
    assert all(region in room for region in found.values())
    assert all(a == b or not found[a].overlaps(found[b]) for a in found for b in found)
    assert all(r.height >= LEAST_HEIGHT and r.width >= LEAST_WIDTH for r in found.values())


@pytest.mark.parametrize(("name", "size"), EVERY)
def test_source_and_shell_are_always_there(name: str, size: tuple[int, int]) -> None:
    names = list(layouts.leaves(layouts.chosen(name, *size)[1]))
    assert {"source", "shell"} <= set(names) <= PANES
    assert len(names) == len(set(names))


def test_full_has_every_pane_where_there_is_room() -> None:
    assert set(layouts.leaves(layouts.chosen("full", 120, 40)[1])) == PANES


@given(
    st.sampled_from(sorted(LAYOUTS)), st.integers(60, 260), st.integers(16, 90), st.sets(st.sampled_from(sorted(PANES)))
)
def test_folded_panes_have_one_line_and_nothing_is_lost(name: str, width: int, height: int, folded: set[str]) -> None:
    _, tree = layouts.chosen(name, width, height)
    room = Region(0, 0, width, height - 2)
    found = layouts.place(tree, room, {}, folded)
    assert all(region in room for region in found.values())
    assert all(a == b or not found[a].overlaps(found[b]) for a in found for b in found)


@given(st.lists(st.integers(3, 60), min_size=2, max_size=5), st.data())
def test_a_boundary_moves_within_its_two_parts(sizes: list[int], data: st.DataObject) -> None:
    index = data.draw(st.integers(1, len(sizes) - 1))
    by = data.draw(st.integers(-100, 100))
    found = layouts.moved(sizes, index, by, across=False)
    assert sum(found) == sum(sizes)
    assert all(size >= LEAST_HEIGHT for size in found)
    assert [s for n, s in enumerate(found) if n not in (index - 1, index)] == [
        s for n, s in enumerate(sizes) if n not in (index - 1, index)
    ]


def test_boundaries_of_a_pane() -> None:
    tree = layouts.rows(
        (layouts.columns(("source", 1), (layouts.rows(("irql", 1), ("stages", 1)), 1)), 2), ("shell", 1)
    )
    assert layouts.boundary(tree, "shell", across=False) == ((), 1)
    assert layouts.boundary(tree, "stages", across=False) == ((0, 1), 1)
    assert layouts.boundary(tree, "stages", across=True) == ((0,), 1)
    assert layouts.boundary(tree, "source", across=False) is None
    assert isinstance(layouts.part_at(tree, (0, 1)), Split)
