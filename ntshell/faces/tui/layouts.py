"""Layouts: where the panes stand, as data.

A layout is a tree of splits whose leaves are names of panes.  Each named layout has one tree for each size of terminal, the
largest that fits is taken.  What the user moved is kept as *shares*: the sizes of a split's parts, by layout and path.
Everything here is arithmetic on regions; nothing knows a widget.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

import attrs
from textual.geometry import Region

LEAST_HEIGHT, LEAST_WIDTH = 3, 14
Path: TypeAlias = tuple[int, ...]
Shares: TypeAlias = Mapping[Path, tuple[int, ...]]


@attrs.frozen
class Split:
    """Parts side by side (`across`) or one above the other, and how the room is shared."""

    across: bool
    parts: tuple[Tree, ...]
    weights: tuple[int, ...]


Tree: TypeAlias = "str | Split"


def columns(*parts: tuple[Tree, int]) -> Split:
    """Parts side by side, each with its weight."""
    return Split(True, tuple(part for part, _ in parts), tuple(weight for _, weight in parts))


def rows(*parts: tuple[Tree, int]) -> Split:
    """Parts one above the other, each with its weight."""
    return Split(False, tuple(part for part, _ in parts), tuple(weight for _, weight in parts))


@attrs.frozen
class Variant:
    """A tree, and the size of terminal from which it is good."""

    width: int
    height: int
    tree: Tree


LAYOUTS: dict[str, tuple[Variant, ...]] = {
    "learn": (
        Variant(0, 0, rows((columns(("source", 55), (rows(("irql", 1), ("stages", 1)), 45)), 12), ("shell", 9))),
        Variant(
            100,
            30,
            columns(
                (rows(("source", 20), ("shell", 14)), 62),
                (rows(("irql", 10), ("stages", 12), ("devices", 8), ("ledger", 8)), 45),
            ),
        ),
        Variant(
            150,
            45,
            rows(
                (
                    columns(
                        (rows(("source", 28), ("shell", 20)), 80),
                        (rows(("irql", 14), ("stages", 18), ("ledger", 14)), 52),
                        (rows(("devices", 12), ("registry", 12)), 52),
                    ),
                    48,
                ),
                ("timeline", 8),
            ),
        ),
    ),
    "source": (
        Variant(0, 0, rows(("source", 14), ("shell", 7))),
        Variant(100, 30, columns((rows(("source", 26), ("shell", 10)), 80), (rows(("irql", 12), ("stages", 14)), 38))),
        Variant(
            150,
            45,
            columns(
                (rows(("source", 38), ("shell", 16)), 130), (rows(("irql", 16), ("stages", 18), ("ledger", 16)), 60)
            ),
        ),
    ),
    "full": (
        Variant(
            0,
            0,
            rows((columns(("source", 48), (rows(("irql", 5), ("devices", 5), ("ledger", 5)), 32)), 13), ("shell", 8)),
        ),
        Variant(
            100,
            30,
            rows(
                (
                    columns(
                        (rows(("source", 17), ("shell", 13)), 50),
                        (rows(("devices", 10), ("registry", 10), ("ledger", 10)), 36),
                        (rows(("irql", 12), ("stages", 16)), 34),
                    ),
                    30,
                ),
                ("timeline", 7),
            ),
        ),
        Variant(
            150,
            45,
            rows(
                (
                    columns(
                        (rows(("source", 28), ("shell", 20)), 84),
                        (rows(("devices", 16), ("registry", 18), ("ledger", 14)), 58),
                        (rows(("irql", 22), ("stages", 26)), 54),
                    ),
                    46,
                ),
                ("timeline", 10),
            ),
        ),
    ),
}


def chosen(name: str, width: int, height: int) -> tuple[int, Tree]:
    """The tree of a layout that fits a terminal, and which of its variants that is."""
    fitting = [(n, v) for n, v in enumerate(LAYOUTS[name]) if v.width <= width and v.height <= height]
    n, variant = fitting[-1]
    return n, variant.tree


def leaves(tree: Tree) -> Iterator[str]:
    """The panes of a tree, in reading order."""
    if isinstance(tree, str):
        yield tree
    else:
        for part in tree.parts:
            yield from leaves(part)


def place(
    tree: Tree, region: Region, shares: Shares, folded: Collection[str] = (), path: Path = ()
) -> dict[str, Region]:
    """Where each pane stands; a folded one has only its title's line where panes stand above each other."""
    if isinstance(tree, str):
        return {tree: region}
    sizes = sizes_of(tree, region, shares, folded, path)
    found: dict[str, Region] = {}
    x, y = region.offset
    for n, (part, size) in enumerate(zip(tree.parts, sizes, strict=True)):
        here = Region(x, y, size, region.height) if tree.across else Region(x, y, region.width, size)
        found |= place(part, here, shares, folded, (*path, n))
        x, y = (x + size, y) if tree.across else (x, y + size)
    return found


def sizes_of(split: Split, region: Region, shares: Shares, folded: Collection[str] = (), path: Path = ()) -> list[int]:
    """Cells of each part of a split."""
    weights = list(shares.get(path, split.weights))
    room = region.width if split.across else region.height
    if split.across:
        return _shared(room, weights, LEAST_WIDTH)
    fixed = [_folded_height(part, folded) for part in split.parts]
    open_weights = [weight for weight, height in zip(weights, fixed, strict=True) if not height]
    shared = iter(_shared(max(room - sum(fixed), 0), open_weights, LEAST_HEIGHT))
    return _within(room, [height or next(shared) for height in fixed])


def _within(room: int, sizes: list[int]) -> list[int]:
    """Sizes cut off where the room ends."""
    found = []
    for size in sizes:
        found.append(min(size, room))
        room -= found[-1]
    return found


def _folded_height(part: Tree, folded: Collection[str]) -> int:
    """The height of a part that is folded altogether; 0 for one that is open."""
    if isinstance(part, str):
        return int(part in folded)
    heights = [_folded_height(each, folded) for each in part.parts]
    return 0 if 0 in heights else max(heights) if part.across else sum(heights)


def _shared(room: int, weights: list[int], least: int) -> list[int]:
    """Room shared by weights, each part with at least so much if there is room for that at all.

    Weights that are sizes and fill the room come out as they are.
    """
    if not weights:
        return []
    least, total = min(least, room // len(weights)), sum(weights)
    sizes = [max(room * weight // total, least) for weight in weights]
    while (over := sum(sizes) - room) != 0:
        n = max(range(len(sizes)), key=lambda n: sizes[n])
        sizes[n] -= min(over, sizes[n] - least) if over > 0 else over
    return sizes


def boundary(tree: Tree, pane: str, across: bool, behind: bool = False) -> tuple[Path, int] | None:
    """The boundary above a pane, or to the left of it (`across`), or on its other side (`behind`).

    The path of the split that it is in, and the part that follows it; None where the tree ends there.
    """
    path = path_to(tree, pane)
    while path:
        *above, index = path
        split, index = part_at(tree, tuple(above)), index + behind
        if isinstance(split, Split) and split.across is across and 0 < index < len(split.parts):
            return tuple(above), index
        path = tuple(above)
    return None


def sizes_in(tree: Tree, path: Path, regions: Mapping[str, Region]) -> list[int]:
    """The cells that the parts of the split at a path have, from where the panes stand."""
    split = part_at(tree, path)
    assert isinstance(split, Split)
    rooms = [Region.from_union([regions[name] for name in leaves(part)]) for part in split.parts]
    return [room.width if split.across else room.height for room in rooms]


def path_to(tree: Tree, pane: str) -> Path:
    """Where a pane is in a tree; () when it is the tree or not in it."""
    if isinstance(tree, Split):
        for n, part in enumerate(tree.parts):
            if pane in leaves(part):
                return (n, *path_to(part, pane))
    return ()


def part_at(tree: Tree, path: Path) -> Tree:
    """The part of a tree at a path; raises IndexError where there is none."""
    for n in path:
        if not isinstance(tree, Split):
            raise IndexError
        tree = tree.parts[n]
    return tree


def moved(sizes: list[int], index: int, by: int, across: bool) -> tuple[int, ...]:
    """Sizes after the boundary before part `index` has gone by so many cells, as far as there is room."""
    least = LEAST_WIDTH if across else LEAST_HEIGHT
    by = max(by, least - sizes[index - 1]) if by < 0 else min(by, sizes[index] - least)
    if (by < 0 and sizes[index - 1] + by < 1) or (by > 0 and sizes[index] - by < 1):
        by = 0
    found = list(sizes)
    found[index - 1] += by
    found[index] -= by
    return tuple(found)
