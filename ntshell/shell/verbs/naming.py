"""Symbols, modules and source: x, ln, lm, lmv, ls, lsa."""

from __future__ import annotations

import re

from ntshell.base.errors import NotNow, UsageError
from ntshell.base.place import Place
from ntshell.ctype import show
from ntshell.ctype.value import Value
from ntshell.debugger.symbols import Symbol
from ntshell.nt.export import EXPORTS
from ntshell.nt.kernel import Image
from ntshell.shell import source
from ntshell.shell.command import command
from ntshell.shell.kinds import Address as AddressWord
from ntshell.shell.kinds import DriverName, Pattern, Words
from ntshell.shell.report import Address, Line, Report, Row, Table, Text, cell, text
from ntshell.shell.shell import Shell

GROUP = "Symbols and source"


@command("x", group=GROUP, examples=("x lab!*", "x lab!*Dpc*", "x nt!KeSet*"))
def examine(shell: Shell, pattern: Pattern) -> Report:
    """List the symbols that a pattern takes in: functions with their line, globals with their value.

    Without `module!` the drivers are searched.
    """
    found = shell.symbols.match(pattern, shell.session.current)
    if not found:
        raise UsageError(f"no symbol is like {pattern}", hint=shell.symbols.suggestion(pattern.replace("*", "")))
    rows = []
    for symbol in found:
        address = cell(Address(symbol.address, shell.session.k.arch.pointer))
        rows.append((address, cell(symbol.full, symbol.full, symbol.place), cell(_detail(shell, symbol))))
    return Report((Table("symbols", ("address", "symbol", "detail"), tuple(rows), headed=False),))


def _detail(shell: Shell, symbol: Symbol) -> str:
    if symbol.kind == "function":
        return f"[{symbol.place}]"
    image = shell.symbols.module(symbol.module)
    if symbol.kind == "global" and image is not None and image.program is not None:
        variable = image.program.globals[symbol.name]
        value = Value(image.program.types.decode(variable.type), symbol.address, shell.look.eye)
        return f"= {show.value_text(value, shell.symbols.name_of).text}"
    routine = EXPORTS.get(symbol.name)
    return routine.summary if routine is not None else ""


@command("ln", group=GROUP, examples="load lab; ln @$ip")
def nearest(shell: Shell, address: AddressWord) -> Report:
    """Show the symbol that an address belongs to, its line, and what lies there."""
    k, symbols = shell.session.k, shell.symbols
    name, lay = symbols.name_of(address), shell.look.where(address)
    if name is None and not lay:
        return text(f"{k.arch.format(address)}: nothing is known of it")
    lines = [f"({k.arch.format(address)})   {name}"] if name else []
    place = symbols.place_of(address)
    if place is not None:
        lines.append(f"    {place}")
    found = symbols.nearest(address)
    if found is not None and found[1] == 0:
        lines += ["Exact matches:", f"    {found[0].full}"]
    if lay:
        lines.append(f"    in {lay}")
    return text(*lines, symbol=name or "", place=place)


@command("lm", group=GROUP, examples="lm")
def modules(shell: Shell) -> Report:
    """List the modules that are loaded, and the drivers that have gone."""
    k = shell.session.k
    rows = [_module_row(shell, image) for image in sorted(k.images, key=lambda image: image.base)]
    blocks = [Table("modules", ("start", "end", "module name", "image"), tuple(rows))]
    if k.unloaded:
        gone = tuple(_module_row(shell, image) for image in k.unloaded)
        blocks.append(
            Table("unloaded", ("start", "end", "module name", "image"), gone, title="Unloaded modules:", headed=False)
        )
    return Report(tuple(blocks))


def _module_row(shell: Shell, image: Image) -> Row:
    width = shell.session.k.arch.pointer
    note = "(source)" if image.program is not None else "(export symbols)"
    if image.name == shell.session.current and image.loaded:
        note += " current driver"
    end = Address(image.base + image.size, width)
    return (cell(Address(image.base, width)), cell(end), cell(image.name), cell(note, f"{note} {image.file}"))


@command("lmv", group=GROUP, examples="load lab; lmv lab")
def module(shell: Shell, name: DriverName = "") -> Report:
    """Show a module: its sections, source files and imports, and what the compiler warned of."""
    wanted = name or shell.session.current
    image = shell.symbols.module(wanted.removeprefix("m ").strip())
    if image is None:
        raise UsageError(f"no module {wanted} is loaded", hint="lm lists what is")
    k = shell.session.k
    lines = [
        f"{k.arch.format(image.base)} {k.arch.format(image.base + image.size)}   {image.name}",
        f"    Image name: {image.file}",
    ]
    program = image.program
    warned: tuple[Line, ...] = ()
    if program is not None:
        for section in program.sections:
            start = image.base + section.rva
            lines.append(f"    Section {section.name:<8} {k.arch.format(start)}  size {section.size:x}")
        lines.append("    Sources: " + ", ".join(sorted(Place(file, 1).name for file in program.sources)))
        lines.append(
            f"    Functions: {len(image.codes)}, globals: {len(program.globals)}, imports: {len(program.imports)}"
        )
        warned = tuple(Line(f"{each.place}: warning: {each.message}", "note", each.place) for each in program.warnings)
    facts = (("name", image.name), ("base", Address(image.base, k.arch.pointer)), ("size", image.size))
    sources = tuple(sorted(program.sources)) if program is not None else ()
    return Report((Text((*map(Line, lines), *warned)),), (*facts, ("sources", sources)))


# --- source ------------------------------------------------------------------------------------------------------------
_PLACE = re.compile(r"(?:([^:]*[^:\d][^:]*):?)?(\d+)?(?:\s*,\s*(\d+))?")
COUNT = 12  # lines that are listed at a time
Span = tuple[str, int, int | None]  # file, first line, how many lines: None for all


@command(
    "ls",
    group=GROUP,
    examples=("load lab; ls", "load lab; ls unload.c:10", "load lab; ls LabUnload", "load lab; ls unload.c:*"),
)
def listing(shell: Shell, place: Words = "") -> Report:
    """List source: `ls` around the statement in view, then on; `ls 42`, `ls FILE:42[,COUNT]`, `ls ROUTINE`.

    `ls *` lists the whole file in view, `ls FILE:*` another one.
    """
    session, here = shell.session, shell.scope.frame
    where = here.place if here is not None else session.stop.place
    file, first, count = _span(shell, place.strip().strip("`"), where)
    if not file:
        raise NotNow(
            "no source is in view", hint="load SOURCE: a .c file, a folder of them, or a bundled driver (load lab)"
        )
    mark = where.line if where is not None and where.file == file else 0
    shown = source.lines(session, file, first, count, mark)
    if not shown:
        shell.listed = ("", 0)
        raise UsageError(f"{Place(file, 1).name} has no line {first}", hint="ls FILE:LINE")
    first = max(first, 1)
    shell.listed = (file, first + len(shown))
    facts = (("file", file), ("name", source.short_name(session, file)), ("first", first), ("current", mark))
    return Report((Text((Line(Place(file, 1).name, "head"), *shown)),), facts)


def _span(shell: Shell, place: str, where: Place | None) -> Span:
    """What `ls` is to list; the file is empty when there is none in view."""
    file = where.file if where is not None else ""
    if place == "*":
        return file or _entry_file(shell), 1, None
    if place.endswith(":*"):
        return _file(shell, place[:-2]), 1, None
    if place:
        return _chosen(shell, place, file)
    if shell.listed[0]:
        return *shell.listed, COUNT
    return file, where.line - 5 if where is not None else 1, COUNT


def _entry_file(shell: Shell) -> str:
    """The file of the current driver's DriverEntry."""
    symbol = shell.symbols.find("DriverEntry", shell.session.current) if shell.session.current else None
    return symbol.place.file if symbol is not None and symbol.place is not None else ""


def _chosen(shell: Shell, place: str, file: str) -> Span:
    symbol = shell.symbols.find(place.lstrip("."), shell.session.current)
    if symbol is not None and symbol.place is not None:
        return symbol.place.file, symbol.place.line - 2, COUNT
    found = _PLACE.fullmatch(place)
    if found is None:
        raise UsageError(f"ls: '{place}' is no place", hint="ls 42, ls unload.c:42, ls LabUnload")
    return _file(shell, found[1]) if found[1] else file, int(found[2] or 1), int(found[3] or COUNT)


def _file(shell: Shell, name: str) -> str:
    """The path of the file that a name means; raises UsageError for none."""
    named = source.file_named(shell.session, name)
    if named is None:
        raise UsageError(f"no source file {name} is loaded", hint=shell.symbols.suggestion(name))
    return named


@command("lsa", group=GROUP, examples="load lab; lsa @$ip")
def listing_at(shell: Shell, address: AddressWord) -> Report:
    """List the source around an address."""
    place = shell.symbols.place_of(address)
    if place is None:
        at = shell.session.k.arch.format(address)
        raise UsageError(f"{at} is no address in a driver's code", hint=shell.look.where(address))
    return Report(
        (Text((Line(str(place), "head", place), *source.around(shell.session, place, 4, 6))),), (("place", place),)
    )
