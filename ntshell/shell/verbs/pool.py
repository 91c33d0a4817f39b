"""Pool: !pool, !poolused, !poolfind.  Blocks stand alone on pages of their own, as under Driver Verifier's special pool."""

from __future__ import annotations

from typing import Any

from ntshell.base.errors import UsageError
from ntshell.ctype.table import wildcard
from ntshell.machine.memory import Region
from ntshell.shell.command import command
from ntshell.shell.kinds import Words
from ntshell.shell.report import Address, Line, Report, Row, Table, Text, cell
from ntshell.shell.shell import Shell

GROUP = "Pool"


@command("!pool", group=GROUP, examples=("load lab; g; !pool", "load lab; g; !pool @$thread"))
def pool(shell: Shell, address: Words = "") -> Report:
    """Show the block that an address lies in: tag, size, who allocated and freed it; without one, all blocks of drivers."""
    k = shell.session.k
    if not address:
        blocks = [region for region in k.pool.blocks() if not _system(region)]
        return Report((_table(shell, blocks, "no driver has pool"),))
    at = shell.address(address)
    region = k.pool.holding(at)
    if region is None:
        lay = shell.look.where(at)
        raise UsageError(
            f"{k.arch.format(at)} is no pool address", hint=f"there is {lay}" if lay else "nothing is mapped there"
        )
    lines = _block(shell, region, at)
    facts = (
        ("block", Address(region.base, k.arch.pointer)),
        ("size", region.size),
        ("tag", region.facts.get("tag", "")),
        ("freed", region.kind == "freed"),
    )
    return Report((Text(tuple(lines)),), facts)


def _block(shell: Shell, region: Region, at: int) -> list[Line]:
    k, facts = shell.session.k, region.facts
    state = "Free" if region.kind == "freed" else "Allocated"
    lines = [
        Line(
            f"*{k.arch.format(region.base)} size: {region.size:4x}  ({state})  *{facts.get('tag', '')}  {facts.get('area', '')}",
            "head",
            Address(region.base, k.arch.pointer),
        ),
    ]
    if not region.base <= at < region.end:
        where = (
            f"{at - region.end:#x} bytes behind its end"
            if at >= region.end
            else f"{region.base - at:#x} bytes before it"
        )
        lines.append(Line(f"    the address lies {where}"))
    elif at != region.base:
        lines.append(Line(f"    the address lies {at - region.base:#x} bytes into it"))
    if _system(region):
        lines.append(Line(f"    nt's own: {region.note}"))
    for word, key, driver in (("allocated", "allocated_by", "driver"), ("freed", "freed_by", "freed_driver")):
        place = facts.get(key)
        if place is not None:
            lines.append(Line(f"    {word} by {facts.get(driver) or 'nt'} at {place}", "plain", place))
    return lines


@command("!poolused", group=GROUP, examples="load lab; g; !poolused")
def poolused(shell: Shell, flags_and_tag: Words = "") -> Report:
    """Show how much pool each tag has; a tag may have * and ? in it."""
    k = shell.session.k
    tag = next((word for word in flags_and_tag.split() if not word.isdigit()), "*")
    sums: dict[str, list[int]] = {}
    for region in _matching(shell, tag):
        row = sums.setdefault(region.facts["tag"], [0, 0, 0, 0])
        column = 0 if region.facts["area"] == "nonpaged" else 2
        row[column] += 1
        row[column + 1] += region.size
    rows: list[Row] = [(cell(name, f" {name}"), *map(cell, sums[name])) for name in sorted(sums)]
    total = [sum(values[n] for values in sums.values()) for n in range(4)]
    rows.append((cell("TOTAL"), *map(cell, total)))
    columns = ("Tag", "NonPaged Allocs", "Used", "Paged Allocs", "Paged Used")
    note = f"in use: {k.pool.areas['nonpaged'].used:x} bytes nonpaged, {k.pool.areas['paged'].used:x} paged (with nt's own)"
    return Report((Table("tags", columns, tuple(rows)), Text((Line(note, "note"),))))


@command("!poolfind", group=GROUP, examples="load lab; g; !poolfind Lab*")
def poolfind(shell: Shell, tag: Words) -> Report:
    """Find the blocks with a tag, freed ones too."""
    words = tag.strip('"').split()
    found = [*_matching(shell, words[0]), *_matching(shell, words[0], freed=True)]
    return Report((_table(shell, found, f"no block has the tag {words[0]}"),))


def _matching(shell: Shell, pattern: str, freed: bool = False) -> list[Region]:
    import re

    k = shell.session.k
    wanted = re.compile(wildcard(pattern))
    regions: list[Any] = list(k.pool.blocks())
    if freed:
        regions = [area.freed[n] for area in k.pool.areas.values() for n in sorted(area.freed)]
    return [each for each in regions if not _system(each) and _tagged(wanted, each.facts.get("tag", ""))]


def _system(region: Region) -> bool:
    """Whether a block is nt's own."""
    return region.facts.get("driver") == "nt" or bool(region.facts.get("system"))


def _tagged(wanted: Any, tag: str) -> bool:
    return bool(wanted.fullmatch(tag) or wanted.fullmatch(tag.rstrip()))


def _table(shell: Shell, regions: list[Region], empty: str) -> Table:
    width = shell.session.k.arch.pointer
    rows = []
    for region in regions:
        facts = region.facts
        state = "Free" if region.kind == "freed" else "Allocated"
        place = facts.get("allocated_by")
        rows.append(
            (
                cell(Address(region.base, width), mark=" "),
                cell(region.size, f"{region.size:x}"),
                cell(state, f"({state})"),
                cell(facts.get("tag", "")),
                cell(facts.get("area", "")),
                cell(facts.get("driver", "")),
                cell(place, str(place or ""), place),
            )
        )
    return Table(
        "blocks", (" address", "size", "state", "tag", "pool", "driver", "allocated at"), tuple(rows), empty=empty
    )
