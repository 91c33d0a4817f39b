"""Breakpoints: places in code by id, and the steps that they trap.

A breakpoint names a routine (`LabIsr`, `LabIsr+8`), a source line or an address; it holds for every statement that begins
there, and is found again when its driver is loaded anew.  A routine of nt or hal is reached where drivers call it.
Breakpoints belong to the debugger: time travel does not touch them.
"""

from __future__ import annotations

import re

import attrs

from ntshell.base.errors import UsageError
from ntshell.base.place import Place
from ntshell.machine.thread import Code, Frame
from ntshell.nt.kernel import Kernel

KERNEL = ("", "nt", "hal")  # modules whose routines drivers call
_NAMED = re.compile(r"(?:(\w+)!)?([A-Za-z_]\w*)(?:\+(?:0x)?([0-9A-Fa-f]+))?")


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

    def same(self, other: Breakpoint) -> bool:
        """Whether both mean one place."""
        return self.where == other.where or (bool(self.steps) and self.steps == other.steps)


@attrs.define(eq=False, repr=False)
class Breakpoints:
    """All breakpoints of a session."""

    table: dict[int, Breakpoint] = attrs.Factory(dict)

    def add(self, k: Kernel, where: str, commands: str = "") -> Breakpoint:
        """Set a breakpoint; one at the same place is redefined.  One that cannot be found yet waits for its driver."""
        made = Breakpoint(-1, where, commands)
        _find(k, made)
        found = next((each for each in self.table.values() if each.same(made)), None)
        if found is not None:
            found.where, found.commands, found.enabled = where, commands, True
            _find(k, found)
            return found
        made.id = next(n for n in range(len(self.table) + 1) if n not in self.table)
        self.table[made.id] = made
        return made

    def temporary(self, k: Kernel, where: str) -> Breakpoint:
        """A breakpoint for one run, beside whatever else is set there; `remove` takes it away."""
        made = Breakpoint(max(self.table, default=-1) + 1, where)
        _find(k, made)
        self.table[made.id] = made
        return made

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
    """The steps that a place means; none when nothing is there.

    A place is a routine's name, with or without `+8`, `` `file:line` ``, `` lab!`file:line` ``, or an address in digits.
    """
    text = where.replace("`", "")
    file = file_line(text)
    if file is not None:
        return _at_line(codes, *file)
    found = _NAMED.fullmatch(text)
    if found is not None:
        module, name, step = (found[1] or "").lower(), found[2], int(found[3] or "0", 16) // 4
        own = [code for code in codes if code.name == name and module in ("", code.module.lower())]
        if own:
            return tuple((code, step) for code in own if step < len(code.steps))
        calls = _calls(codes, name) if module in KERNEL and not step else ()
        if calls:
            return calls
    try:
        address = int(text, 16)
    except ValueError:
        return ()
    for code in codes:
        if code.address <= address < code.address + 4 * len(code.steps):
            return ((code, (address - code.address) // 4),)
    return ()


def file_line(where: str) -> tuple[str, int] | None:
    """File, perhaps with `module!` before it, and line of a source position; None for any other place."""
    name, colon, line = where.replace("`", "").rpartition(":")
    return (name, int(line)) if colon and line.isdecimal() else None


def _calls(codes: list[Code], name: str) -> tuple[tuple[Code, int], ...]:
    """Where drivers call a routine of the kernel; `IoCompleteRequest` is called as IofCompleteRequest."""
    names = {name, f"{name[:2]}f{name[2:]}"}
    return tuple((code, n) for code in codes for n, callee in enumerate(code.info.callees) if callee in names)


def lines_with_code(codes: list[Code], file: str) -> list[int]:
    """The lines of a source file at which a statement begins, sorted."""
    module, bang, name = file.rpartition("!")
    return sorted(
        {
            code.places[n].line
            for code in codes
            if not bang or code.module.lower() == module.lower()
            for n, flag in enumerate(code.statements)
            if flag and _same(code.places[n], name.lower())
        }
    )


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
    file = place.file.lower()
    return name in ("", file, place.name.lower()) or file.endswith("/" + name.lstrip("/"))
