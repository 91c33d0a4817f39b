"""Breakpoints: places in code by id, and the steps that they trap.

A breakpoint names a routine, a source line or an address; it holds for every statement that begins there, and is found
again when its driver is loaded anew.  Breakpoints belong to the debugger: time travel does not touch them.
"""

from __future__ import annotations

import attrs

from ntshell.base.errors import UsageError
from ntshell.base.place import Place
from ntshell.machine.thread import Code, Frame
from ntshell.nt.kernel import Kernel


@attrs.define(eq=False, repr=False)
class Breakpoint:
    """One breakpoint; `where` is what the user typed, `hits` how often it stopped the run.

    `steps` lie in loaded drivers, `past` in unloaded ones, whose code runs again when time goes back.
    """

    id: int
    where: str
    commands: str = ""
    enabled: bool = True
    hits: int = 0
    steps: tuple[tuple[Code, int], ...] = ()
    past: tuple[tuple[Code, int], ...] = ()


@attrs.define(eq=False, repr=False)
class Breakpoints:
    """All breakpoints of a session."""

    table: dict[int, Breakpoint] = attrs.Factory(dict)

    def add(self, k: Kernel, where: str, commands: str = "") -> Breakpoint:
        """Set a breakpoint; one at the same place is redefined.  One that cannot be found yet waits for its driver."""
        found = next((each for each in self.table.values() if each.where == where), None)
        if found is None:
            number = next(n for n in range(len(self.table) + 1) if n not in self.table)
            found = self.table[number] = Breakpoint(number, where)
        found.commands = commands
        _find(k, found)
        return found

    def get(self, number: int) -> Breakpoint:
        """The breakpoint with an id."""
        if number not in self.table:
            raise UsageError(f"no breakpoint {number}", hint="bl lists them")
        return self.table[number]

    def remove(self, number: int) -> None:
        """Clear a breakpoint."""
        self.get(number)
        del self.table[number]

    def refresh(self, k: Kernel) -> None:
        """Drivers came or went: find every breakpoint's steps anew."""
        for each in self.table.values():
            _find(k, each)

    def traps(self) -> dict[Code, set[int]]:
        """What to lay over the code."""
        found: dict[Code, set[int]] = {}
        for each in self.table.values():
            if each.enabled:
                for code, step in each.steps + each.past:
                    found.setdefault(code, set()).add(step)
        return found

    def at(self, frame: Frame | None) -> Breakpoint | None:
        """The breakpoint that a frame stands at."""
        if frame is not None:
            for each in self.table.values():
                if each.enabled and (frame.code, frame.pc) in each.steps + each.past:
                    return each
        return None


def _find(k: Kernel, each: Breakpoint) -> None:
    each.steps = locate(list(k.codes.values()), each.where)
    gone = [locate(list(image.codes.values()), each.where) for image in k.unloaded]
    each.past = tuple(step for steps in gone for step in steps)


def locate(codes: list[Code], where: str) -> tuple[tuple[Code, int], ...]:
    """The steps that a routine's name, `` `file:line` ``, `file:line` or an address means; none when nothing is there."""
    text = where.strip("`")
    name, colon, line = text.rpartition(":")
    if colon and line.isdecimal():
        return _at_line(codes, name, int(line))
    module, bang, routine = text.rpartition("!")
    named = [c for c in codes if c.name == routine and (not bang or c.module.lower() == module.lower())]
    if named:
        return tuple((code, 0) for code in named)
    try:
        address = int(text.replace("`", ""), 16)
    except ValueError:
        return ()
    for code in codes:
        if code.address <= address < code.address + 4 * len(code.steps):
            return ((code, (address - code.address) // 4),)
    return ()


def _at_line(codes: list[Code], file: str, line: int) -> tuple[tuple[Code, int], ...]:
    """The first statement at a line, or the next one within the same function, as debuggers do."""
    module, bang, name = file.rpartition("!")
    name = name.lower()
    found: list[tuple[Code, int]] = []
    for code in codes:
        if bang and code.module.lower() != module.lower():
            continue
        starts = [n for n, flag in enumerate(code.statements) if flag and _same(code.places[n], name)]
        begins = min((code.places[n].line for n in starts), default=0)
        later = [code.places[n].line for n in starts if code.places[n].line >= line]
        if not later or line < min(begins, code.info.place[1]):
            continue
        chosen = min(later)
        found.append((code, next(n for n in starts if code.places[n].line == chosen)))
    exact = [(code, n) for code, n in found if code.places[n].line == line]
    return tuple(exact or found[:1])


def _same(place: Place, name: str) -> bool:
    return not name or place.name.lower() == name or place.file.lower().endswith(name)
