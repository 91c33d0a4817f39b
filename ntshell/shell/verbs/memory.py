"""Displays of memory: db, dw, dd, dq, dp with their symbols (dds, dps), and strings (da, du, dS).

A range is `ADDRESS`, `ADDRESS L COUNT` (hexadecimal objects) or `ADDRESS END`; without one the display goes on where the last
one ended.  What cannot be read is `??`.
"""

from __future__ import annotations

import re

from ntshell.base.errors import UsageError
from ntshell.ctype.text import c_string, quoted, unicode_string, wide_string
from ntshell.debugger.inspect import Eye
from ntshell.machine.memory import AccessFault
from ntshell.shell.command import command
from ntshell.shell.kinds import Address as AddressWord
from ntshell.shell.kinds import Range
from ntshell.shell.report import Address, Line, Report, Text, text
from ntshell.shell.shell import Shell

GROUP = "Memory"
MOST = 0x10000
_LENGTH = re.compile(r"(.*?)(?:^|\s)[lL]\??\s*([0-9A-Fa-f@$(][\w$@()+*-]*)\s*")


def span(shell: Shell, given: str, unit: int, usual: int) -> tuple[int, int]:
    """Address and number of objects of a range."""
    given = given.strip()
    if not given:
        return shell.cursor or shell.evaluate("@$ip"), usual
    found = _LENGTH.fullmatch(given)
    if found is not None:
        start = shell.address(found[1]) if found[1].strip() else shell.cursor
        count = shell.evaluate(found[2])
    else:
        words = given.split()
        start, count = (0, 0)
        try:
            start, count = shell.address(given), usual
        except UsageError:
            if len(words) != 2:
                raise
            start = shell.address(words[0])
            count = (shell.address(words[1]) - start) // unit + 1
    if not 0 < count <= MOST:
        raise UsageError(f"Range error in '{given}'", hint=f"at most L{MOST:x} objects are shown at once")
    return start, count


def _dump(shell: Shell, given: str, unit: int, per: int, usual: int, ascii: bool = False) -> Report:
    """Rows of objects of `unit` bytes, `per` a row."""
    k, eye = shell.session.k, shell.look.eye
    start, count = span(shell, given, unit, usual)
    lines, whole = [], bytearray()
    for row in range(0, count, per):
        at = start + row * unit
        cells, shown = [], ""
        for n in range(min(per, count - row)):
            data = _object(eye, (at + n * unit) & k.arch.mask, unit)
            whole += data or b""
            cells.append("?" * 2 * unit if data is None else _digits(data))
            shown += "".join(chr(b) if 0x20 <= b < 0x7F else "." for b in data) if data is not None else "?"
        body = " ".join(cells)
        if ascii:
            body = " ".join(cells[:8]) + ("-" + " ".join(cells[8:]) if len(cells) > 8 else "")
            body = f"{body:<47}  {shown}"
        lines.append(Line(f"{k.arch.format(at)}  {body}".rstrip(), "plain", Address(at, k.arch.pointer)))
    shell.cursor = (start + count * unit) & k.arch.mask
    lay = "" if whole else _nothing(shell, start)
    lines += [Line(lay, "note")] if lay else []
    return Report((Text(tuple(lines)),), (("address", Address(start, k.arch.pointer)), ("bytes", bytes(whole))))


def _nothing(shell: Shell, address: int) -> str:
    lay = shell.look.where(address)
    return f"nothing can be read there: {lay}" if lay else "nothing is mapped there"


def _object(eye: Eye, address: int, size: int) -> bytes | None:
    try:
        return eye.read(address, size)
    except AccessFault:
        return None


def _digits(data: bytes) -> str:
    text = data[::-1].hex()
    return f"{text[:8]}`{text[8:]}" if len(data) == 8 else text


@command("db", group=GROUP, examples=("load lab; db DriverObject L20", "db"))
def bytes_(shell: Shell, range: Range = "") -> Report:
    """Show memory as bytes and characters."""
    return _dump(shell, range, 1, 16, 128, ascii=True)


@command("dw", group=GROUP, examples="load lab; dw DriverObject L8")
def words(shell: Shell, range: Range = "") -> Report:
    """Show memory as 16-bit words."""
    return _dump(shell, range, 2, 8, 64)


@command("dd", "dc", group=GROUP, examples="load lab; dd DriverObject L8")
def dwords(shell: Shell, range: Range = "") -> Report:
    """Show memory as 32-bit words."""
    return _dump(shell, range, 4, 4, 32)


@command("dq", group=GROUP, examples="load lab; dq DriverObject L4")
def qwords(shell: Shell, range: Range = "") -> Report:
    """Show memory as 64-bit words."""
    return _dump(shell, range, 8, 2, 16)


@command("dp", group=GROUP, examples="load lab; dp DriverObject L4")
def pointers(shell: Shell, range: Range = "") -> Report:
    """Show memory as pointers."""
    width = shell.session.k.arch.pointer
    return _dump(shell, range, width, 16 // width, 128 // width)


@command("dps", group=GROUP, examples="load lab; dps DriverObject L10")
def pointers_with_symbols(shell: Shell, range: Range = "") -> Report:
    """Show memory as pointers, one a line, with the symbols that they point at."""
    return _with_symbols(shell, range, shell.session.k.arch.pointer)


@command("dds", group=GROUP, examples="load lab; dds DriverObject L10")
def dwords_with_symbols(shell: Shell, range: Range = "") -> Report:
    """Show memory as 32-bit words, one a line, with the symbols that they point at."""
    return _with_symbols(shell, range, 4)


@command("dqs", group=GROUP, examples="load lab; dqs DriverObject L4")
def qwords_with_symbols(shell: Shell, range: Range = "") -> Report:
    """Show memory as 64-bit words, one a line, with the symbols that they point at."""
    return _with_symbols(shell, range, 8)


def _with_symbols(shell: Shell, given: str, unit: int) -> Report:
    k, eye, symbols = shell.session.k, shell.look.eye, shell.symbols
    start, count = span(shell, given, unit, 16)
    lines = []
    for at in (start + n * unit for n in range(count)):
        data = _object(eye, at & k.arch.mask, unit)
        name = symbols.name_of(int.from_bytes(data, "little")) if data is not None else None
        link = Address(int.from_bytes(data, "little"), k.arch.pointer) if data is not None and name else None
        shown = "?" * 2 * unit if data is None else _digits(data)
        lines.append(Line(f"{k.arch.format(at)}  {shown}" + (f" {name}" if name else ""), "plain", link))
    shell.cursor = (start + count * unit) & k.arch.mask
    return Report((Text(tuple(lines)),), (("address", Address(start, k.arch.pointer)),))


@command("da", group=GROUP, examples="load lab; da DriverObject")
def ansi(shell: Shell, address: AddressWord) -> Report:
    """Show a zero-terminated byte string."""
    return _string(shell, address, c_string(shell.look.eye, address))


@command("du", group=GROUP, examples="load lab; du RegistryPath->Buffer")
def wide(shell: Shell, address: AddressWord) -> Report:
    """Show a zero-terminated Unicode string."""
    return _string(shell, address, wide_string(shell.look.eye, address))


@command("dS", "!ustr", group=GROUP, examples="load lab; dS RegistryPath")
def counted(shell: Shell, address: AddressWord) -> Report:
    """Show a UNICODE_STRING."""
    try:
        found = unicode_string(shell.look.struct("_UNICODE_STRING", address))
    except AccessFault:
        found = None
    return _string(shell, address, found)


def _string(shell: Shell, address: int, found: str | None) -> Report:
    k = shell.session.k
    if found is None:
        raise UsageError(f"Unable to read memory at Address {k.arch.format(address)}", hint=shell.look.where(address))
    return text(f"{k.arch.format(address)}  {quoted(found)}", string=found, address=Address(address, k.arch.pointer))
