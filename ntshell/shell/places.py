"""Places in code as users write them: what `bp` and `g` stop at.

A place is a routine (`LabIsr`, `lab!LabIsr+8`), a line (`` `unload.c:42` ``, `` lab!`unload.c:42` ``), a routine of nt or hal
(reached where a driver calls it), or any expression that is an address of code.  `resolve` makes an expression a name, so
that the place is found again when its driver is loaded anew.
"""

from __future__ import annotations

import re

from ntshell.base.errors import UsageError
from ntshell.debugger.breakpoints import KERNEL, Breakpoint, file_line, lines_with_code, locate
from ntshell.machine.thread import Code
from ntshell.shell.shell import Shell

_NAME = re.compile(r"(?:(\w+)!)?([A-Za-z_]\w*)(?:\+[0-9A-Fa-fx]+)?")
SHOWN = 3  # places of one breakpoint that are named


def resolve(shell: Shell, where: str) -> str:
    """The place by name; as it is when its driver may yet come.  Raises UsageError for what never can be reached."""
    codes = list(shell.session.k.codes.values())
    position = file_line(where)
    if position is not None:
        _check_line(codes, where, *position)
        return where
    if _NAME.fullmatch(where) and locate(codes, where):
        return where
    try:
        address = shell.address(where)
    except UsageError:
        if _NAME.fullmatch(where):
            return where
        raise
    return _named(shell, where, address)


def _check_line(codes: list[Code], where: str, file: str, line: int) -> None:
    """A file that is loaded must have a statement there; one that is not may come."""
    known = lines_with_code(codes, file)
    if known and not locate(codes, where):
        near = min(known, key=lambda each: (abs(each - line), -each))
        name = file.rpartition("!")[2].rpartition("/")[2]
        raise UsageError(f"no statement at {name}:{line}", hint=f"the nearest one is at `{name}:{near}`")


def _named(shell: Shell, where: str, address: int) -> str:
    """An address of code by name; the place of a routine of the kernel is the routine itself."""
    k, symbols = shell.session.k, shell.symbols
    name = symbols.name_of(address)
    if symbols.code_at(address) is not None and name is not None and locate(list(k.codes.values()), name):
        return name
    if address in k.routines and name is not None:
        return name
    lay = shell.look.where(address)
    shown = f"{where} is {k.arch.format(address)}, which" if where != k.arch.format(address) else where
    raise UsageError(f"{shown} is no address of code", hint=f"there is {lay}" if lay else "")


def told(shell: Shell, each: Breakpoint) -> str:
    """Where a breakpoint that was found lies."""
    code, step = each.steps[0]
    called = _callee(each)
    if not called:
        return f"{code.symbol} [{code.places[step]}]"
    places = list(dict.fromkeys(str(code.places[step]) for code, step in each.steps))
    more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
    return f"calls of {called} [{', '.join(places[:SHOWN])}{more}]"


def _callee(each: Breakpoint) -> str:
    """The routine of the kernel that a breakpoint waits for, if that is what it does."""
    name = _NAME.fullmatch(each.where)
    if name is None or (name[1] or "").lower() not in KERNEL or any(code.name == name[2] for code, _ in each.steps):
        return ""
    return each.where


def deferred(shell: Shell, where: str) -> str:
    """What to say of a place that is not there yet."""
    bare = where.rpartition("!")[2]
    symbol = shell.symbols.find(where, shell.session.current) if _NAME.fullmatch(where) else None
    if symbol is not None and symbol.kind == "export":
        return f"no driver that is loaded calls {symbol.full}; adding deferred bp"
    hint = shell.symbols.suggestion(where.replace("`", "")) if ":" not in where else ""
    near = hint.startswith("did you mean") and hint.removeprefix("did you mean ").removesuffix("?") not in (where, bare)
    return f"Bp expression '{where}' could not be resolved, adding deferred bp" + (f" ({hint})" if near else "")
