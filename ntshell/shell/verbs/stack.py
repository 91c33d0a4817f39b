"""The stack of the thread that runs, the frame in view and its variables, and the registers.

Frame numbers are those of `kn`, hexadecimal; kernel routines that wait count too.
"""

from __future__ import annotations

import re
from typing import Annotated

from ntshell.base.errors import NotNow, UsageError
from ntshell.ctype.show import Shown, spelled
from ntshell.ctype.table import wildcard
from ntshell.debugger import pseudo
from ntshell.debugger.inspect_frame import Local, StackRow, local_text, locals_of, stack_rows
from ntshell.shell.command import Kind, command
from ntshell.shell.kinds import Pattern, Words
from ntshell.shell.report import Address, Line, Report, Table, Text, cell, text
from ntshell.shell.shell import Shell
from ntshell.shell.source import around

GROUP = "Stack and variables"
Depth = Annotated[int, Kind("depth", lambda shell, text: shell.evaluate(text))]


def stack_report(shell: Shell, rows: list[StackRow], numbers: bool = False, args: bool = False) -> Report:
    """Rows of a stack as `k` prints them."""
    k = shell.session.k
    wide = k.arch.pointer == 8
    head = ["#"] if numbers else []
    head += (["Child-SP", "RetAddr"] if wide else ["ChildEBP", "RetAddr"]) + (["Args to Child"] if args else [])
    table = []
    for row in rows:
        cells = [cell(row.number, f"{row.number:02x}")] if numbers else []
        cells += [cell(Address(row.child, k.arch.pointer)), cell(Address(row.back, k.arch.pointer))]
        if args:
            shown = " ".join(k.arch.format(arg) for arg in (*row.args, 0, 0, 0)[:3])
            cells.append(cell(list(row.args), shown))
        where = f"{row.symbol} [{row.place}]" if row.place else row.symbol
        cells.append(cell(row.symbol, f"{where} {row.note}".rstrip(), row.place))
        table.append(tuple(cells))
    interrupted = [row.number + 1 for row in rows if row.delivered]
    stack = Table("stack", (*head, "Call Site"), tuple(table), empty="the stack is empty")
    return Report((stack,), (("interrupted", interrupted),))


def _stack(shell: Shell, depth: int, numbers: bool = False, args: bool = False) -> Report:
    rows = stack_rows(shell.session.k.machine.processor.thread, shell.symbols)
    return stack_report(shell, rows[:depth] if depth else rows, numbers, args)


@command("k", group=GROUP, examples="k")
def stack(shell: Shell, depth: Depth = 0) -> Report:
    """Show the stack of the thread that runs, newest frame first; what came in by itself lies on top of it."""
    return _stack(shell, depth)


@command("kn", group=GROUP, examples="kn")
def numbered(shell: Shell, depth: Depth = 0) -> Report:
    """Show the stack with frame numbers, for .frame."""
    return _stack(shell, depth, numbers=True)


@command("kb", "kv", group=GROUP, examples="kb")
def with_arguments(shell: Shell, depth: Depth = 0) -> Report:
    """Show the stack with the first three arguments of each call."""
    return _stack(shell, depth, args=True)


@command("kp", group=GROUP, examples="kp")
def with_parameters(shell: Shell, depth: Depth = 0) -> Report:
    """Show the stack with the parameters of each C function by name and value."""
    rows = stack_rows(shell.session.k.machine.processor.thread, shell.symbols)
    look, symbols = shell.look, shell.symbols
    lines = []
    for row in rows[:depth] if depth else rows:
        lines.append(
            Line(f"{row.number:02x} {row.symbol}" + (f" [{row.place}]" if row.place else ""), "head", row.place)
        )
        if row.frame is not None:
            for local in locals_of(row.frame, look):
                if local.kind == "param":
                    lines.append(Line(f"        {_type(local)} {local.name} = {local_text(local, look, symbols).text}"))
    return Report((Text(tuple(lines)),))


def _type(local: Local) -> str:
    return spelled(local.type)


@command(".frame", group=GROUP, examples=(".frame", ".frame 0"))
def set_frame(shell: Shell, number: Depth = -1) -> Report:
    """Bring a frame of `kn` into view: dv, dt and expressions then mean its variables.  Without a number, tell which."""
    rows = stack_rows(shell.session.k.machine.processor.thread, shell.symbols)
    frame = shell.scope.frame
    if number >= 0:
        if number >= len(rows):
            raise UsageError(f"there is no frame {number:x}", hint="kn lists them")
        if rows[number].frame is None:
            raise UsageError(
                f"frame {number:x} is {rows[number].symbol}, which has no source", hint="kn shows which have"
            )
        frame = rows[number].frame
        shell.frame = sum(1 for row in rows[:number] if row.frame is not None)
    row = next((row for row in rows if row.frame is frame), None)
    if frame is None or row is None:
        raise NotNow("no driver code is on the stack")
    k = shell.session.k
    place = f" [{row.place}]"
    lines = [
        Line(
            f"{row.number:02x} {k.arch.format(row.child)} {k.arch.format(row.back)} {row.symbol}{place}",
            "head",
            row.place,
        )
    ]
    return Report((Text((*lines, *around(shell.session, row.place))),), (("frame", row.number), ("symbol", row.symbol)))


@command("dv", group=GROUP, examples=("dv", "dv /t *Object"))
def variables(shell: Shell, *words: Pattern) -> Report:
    """Show the parameters and locals of the frame in view.

    /t adds types, /i says parameter or local, /v where each lies (a variable whose address is never taken lies in a slot of
    the frame).  A pattern picks names.
    """
    frame = shell.scope.frame
    if frame is None:
        raise NotNow("no driver code is on the stack", hint="load SOURCE, or kn and .frame")
    flags = {word.lower() for word in words if word.startswith("/")}
    patterns = [word for word in words if not word.startswith("/")]
    look, symbols = shell.look, shell.symbols
    found: list[tuple[str, str, Shown]] = []
    for local in locals_of(frame, look, everything="/a" in flags):
        if not patterns or any(re.fullmatch(wildcard(each), local.name, re.IGNORECASE) for each in patterns):
            found.append((local.name, _title(shell, local, flags), local_text(local, look, symbols)))
    if not found:
        return text(f"{frame.code.symbol} has no variables" + (f" like {' '.join(patterns)}" if patterns else ""))
    width = max(len(title) for _, title, _ in found)
    lines = []
    for _, title, shown in found:
        link = Address(shown.link, shell.session.k.arch.pointer) if shown.link else None
        lines.append(Line(f"   {title.rjust(width)} = {shown.text}", "plain", link))
    return Report((Text(tuple(lines)),), (("variables", {name: shown.text for name, _, shown in found}),))


def _title(shell: Shell, local: Local, flags: set[str]) -> str:
    title = f"{_type(local)} {local.name}" if "/t" in flags else local.name
    if "/v" in flags:
        title = f"{shell.session.k.arch.format(local.address) if local.address else 'slot':<8} {title}"
    return f"{local.kind:<5} {title}" if "/i" in flags else title


@command("r", group=GROUP, examples=("r", "r $t0 = 5", "r @$irql"))
def registers(shell: Shell, assignment: Words = "") -> Report:
    """Show the registers, or one register or pseudo-register; `r $t0 = EXPRESSION` sets $t0 to $t19."""
    if "=" in assignment:
        name, _, words = assignment.partition("=")
        pseudo.write(shell.scope, name.strip(), shell.evaluate(words))
        return text(f"{name.strip().lstrip('@')}={pseudo.read(shell.scope, name.strip()):08x}")
    if assignment:
        word = assignment.strip()
        value = pseudo.read(shell.scope, word)
        return text(f"{word.lstrip('@')}={value & shell.session.k.arch.mask:08x}", value=value)
    scope, k = shell.scope, shell.session.k
    names = ("rip", "rsp", "rbp") if k.arch.pointer == 8 else ("eip", "esp", "ebp")
    values = {name: pseudo.read(scope, name) for name in names}
    lines = [Line(" ".join(f"{name}={k.arch.format(value).replace('`', '')}" for name, value in values.items()))]
    lines.append(
        Line(f"irql={k.irql:x} ({scope.look.level(k.irql)})  thread={k.arch.format(pseudo.read(scope, '$thread'))}")
    )
    lines.append(
        Line(
            f"{scope.symbols.show(values[names[0]])}:" if scope.frame is not None else "no driver code is on the stack"
        )
    )
    facts = tuple((name, Address(value, k.arch.pointer)) for name, value in values.items())
    return Report((Text(tuple(lines)),), (*facts, ("irql", k.irql)))
