"""Breakpoints: set, list, clear, disable, enable.  Ids and lines of source are decimal."""

from __future__ import annotations

import re
from typing import Annotated

from ntshell.base.errors import UsageError
from ntshell.debugger.breakpoints import Breakpoint
from ntshell.shell.command import Kind, command
from ntshell.shell.kinds import BreakpointIds, offer_places
from ntshell.shell.places import deferred, resolve, told
from ntshell.shell.report import Address, Report, Row, Table, cell, text
from ntshell.shell.shell import Shell

GROUP = "Breakpoints"
Place = Annotated[str, Kind("place", lambda shell, text: text, offer_places, "rest")]
_PARTS = re.compile(r'([^"]*?[^"\s])\s*(?:"((?:[^"\\]|\\.)*)")?\s*')


@command(
    "bp", "bu", group=GROUP, repeats=False, examples=("bp LabUnload", "bp `unload.c:42`", "bp lab!LabIsr"), key="f9,b"
)
def set_breakpoint(shell: Shell, place: Place) -> Report:
    """Stop whenever a routine, a source line or an address is reached.

    PLACE is a routine (`LabIsr`, `lab!LabIsr`), a line (`` `unload.c:42` `` or unload.c:42, decimal), or an expression that
    is an address of code (`LabIsr+8`).  With a routine of nt or hal (`IoCreateDevice`) drivers stop before they call it.
    One that cannot be found yet waits until a driver that has it is loaded; a second one at the same place takes over.
    """
    found = _PARTS.fullmatch(place)
    if found is None:
        raise UsageError(f"bp: '{place}' is no place", hint="bp LabIsr, bp `unload.c:42`, bp ADDRESS")
    session, where = shell.session, resolve(shell, found[1])
    before = len(session.breakpoints.table)
    each = session.breakpoints.add(session.k, where, (found[2] or "").replace('\\"', '"'))
    if len(session.breakpoints.table) == before:
        said = f"breakpoint {each.id} redefined"
    elif each.steps:
        said = f"breakpoint {each.id} at {told(shell, each)}"
    else:
        said = deferred(shell, where)
    return text(said, id=each.id, resolved=bool(each.steps))


@command("bl", group=GROUP, examples="bp LabIsr; bl")
def list_breakpoints(shell: Shell) -> Report:
    """List the breakpoints: id, enabled or disabled (u: its place is not loaded), address, hits, place."""
    found = [each for _, each in sorted(shell.session.breakpoints.table.items())]
    columns = ("id", "state", "address", "hits", "place", "commands")
    rows = tuple(_row(shell, each) for each in found)
    places = {each.id: [code.places[step] for code, step in each.steps + each.past] for each in found}
    return Report((Table("breakpoints", columns, rows, empty="no breakpoints"),), (("places", places),))


def _row(shell: Shell, each: Breakpoint) -> Row:
    state = ("e" if each.enabled else "d") + ("" if each.steps else "u")
    where = cell(each.where, f"({each.where})")
    address = cell("", "")
    if each.steps:
        code, step = each.steps[0]
        address = cell(Address(code.address + 4 * step, shell.session.k.arch.pointer))
        where = cell(each.where, told(shell, each), code.places[step])
    commands = cell(each.commands, f'"{each.commands}"' if each.commands else "")
    return (cell(each.id, f" {each.id}"), cell(state), address, cell(each.hits), where, commands)


@command("bc", group=GROUP, repeats=False, examples="bp LabIsr; bc *")
def clear(shell: Shell, *ids: BreakpointIds) -> Report:
    """Clear breakpoints by id, `0-3`, or all with *."""
    numbers = _ids(shell, ids)
    for number in numbers:
        shell.session.breakpoints.remove(number)
    return _said("cleared", numbers)


@command("bd", group=GROUP, repeats=False, examples="bp LabIsr; bd 0")
def disable(shell: Shell, *ids: BreakpointIds) -> Report:
    """Disable breakpoints; be enables them again."""
    return _switch(shell, ids, False)


@command("be", group=GROUP, repeats=False, examples="bp LabIsr; bd 0; be 0")
def enable(shell: Shell, *ids: BreakpointIds) -> Report:
    """Enable breakpoints."""
    return _switch(shell, ids, True)


def _switch(shell: Shell, ids: tuple[str, ...], on: bool) -> Report:
    numbers = _ids(shell, ids)
    for number in numbers:
        shell.session.breakpoints.get(number).enabled = on
    return _said("enabled" if on else "disabled", numbers)


def _said(what: str, numbers: list[int]) -> Report:
    return text(f"{what}: {', '.join(map(str, numbers)) or 'nothing'}", ids=numbers)


def _ids(shell: Shell, ids: tuple[str, ...]) -> list[int]:
    """Ids as `0 2 4-6` or `*`, all of them there."""
    if not ids:
        raise UsageError("which breakpoints? an id is missing", hint="bl lists them; * means all")
    table, numbers = shell.session.breakpoints.table, []
    for word in " ".join(ids).replace(",", " ").split():
        span = re.fullmatch(r"(\d+)(?:-(\d+))?", word)
        if word == "*":
            numbers += sorted(table)
        elif span is None:
            raise UsageError(f"'{word}' is no breakpoint's id", hint="ids are decimal: bc 0, bc 0-3, bc *")
        elif span[2]:
            numbers += [n for n in range(int(span[1]), int(span[2]) + 1) if n in table]
        else:
            numbers.append(shell.session.breakpoints.get(int(span[1])).id)
    return sorted(set(numbers))
