"""The ledger: what drivers hold, and of the current driver what its Unload gave back, and what it lost when it went."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from ntshell.base.place import Place
from ntshell.debugger.leaks import Returned, gone, leaked, outstanding, remedy, returned
from ntshell.nt.kernel import Finding, Held, lost
from ntshell.shell.command import command
from ntshell.shell.kinds import DriverName
from ntshell.shell.report import Block, Cell, Line, Report, Row, Table, Text, cell
from ntshell.shell.shell import Shell

GROUP = "Rules and findings"


@command(
    "!ledger", group=GROUP, examples=("load lab; g; !ledger", "load lab; g; unload; g; !ledger lab"), button="Ledger"
)
def ledger(shell: Shell, driver: DriverName = "") -> Report:
    """List what the drivers have taken and not yet given back, each with the line that took it.

    Below that, of the driver that is named or current: what has been given back since its Unload began, and once it is gone,
    whether that was all.
    """
    k, whose = shell.session.k, driver or shell.session.current
    found, back = outstanding(k, driver), returned(k, whose)
    empty = f"{driver or 'the drivers'} owe{'s' if driver else ''} nothing"
    columns: tuple[str, ...] = ("kind", "what", "driver", "taken at", "by")
    rows = tuple(map(_held_row, found))
    blocks: list[Block] = [Table("ledger", columns, rows, empty=empty, spare=("by", "driver", "kind"))]
    if back:
        title = f"Given back since {whose}'s Unload began:"
        columns = ("kind", "what", "given back at", "taken at")
        given = tuple(map(_returned_row, back))
        blocks += [Text((Line(""),)), Table("given back", columns, given, title=title, spare=("taken at", "kind"))]
    loss = leaked(k, whose) if gone(k, whose) else None
    if gone(k, whose):
        blocks.append(Text((Line(""), *(_loss_lines(whose, loss) if loss else [_clean(whose)]))))
    owners = Counter(held.driver for held in found)
    owed = owners.pop(whose, 0) + owners.pop(lost(whose), 0)
    facts = (
        ("count", len(found)),
        ("driver", whose),
        ("drivers", shell.session.loaded),
        ("owed", owed),
        ("others", dict(owners)),
        ("gone", gone(k, whose)),
        ("leaked", len(loss.held) if loss is not None else 0),
    )
    return Report(tuple(blocks), facts)


@lru_cache(maxsize=4096)  # an entry never changes, and a pane asks for all of them after each step
def _held_row(held: Held) -> Row:
    return (cell(held.kind), cell(held.text), cell(held.driver), _place(held.place), cell(held.routine))


def _returned_row(each: Returned) -> Row:
    return (cell(each.kind), cell(each.text), _place(each.place), _place(each.taken))


def _place(place: Place | None) -> Cell:
    return cell(place, str(place or ""), place)


def _clean(driver: str) -> Line:
    return Line(f"{driver} is gone and has given back everything", "good")


def _loss_lines(driver: str, loss: Finding) -> list[Line]:
    """What a driver left behind: each thing, where it was taken, and what would have given it back."""
    count = len(loss.held)
    lines = [Line(f"{driver} is gone and has leaked {count} thing{'s' if count > 1 else ''}:", "bad")]
    for held in loss.held:
        where = f"taken at {held.place}" if held.place is not None else "taken by nt for it"
        cure = remedy(held.kind)
        lines.append(Line(f"! {held.kind}: {held.text}", "bad", held.place))
        lines.append(Line(f"    {where}" + (f" in {held.routine}" if held.routine else ""), "plain", held.place))
        lines += [Line(f"    {cure} gives it back", "plain", held.place)] if cure else []
    return [*lines, Line(f"To mend it: {loss.mend}")]
