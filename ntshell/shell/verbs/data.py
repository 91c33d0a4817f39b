"""Types and expressions: dt, ?, ??, .formats."""

from __future__ import annotations

import re
import struct
from typing import Any

from ntshell.base.errors import UsageError
from ntshell.ctype import show
from ntshell.ctype.types import Array, CType, Enum, Pointer, Struct
from ntshell.ctype.value import Value
from ntshell.debugger.expression import Typed, evaluate_typed
from ntshell.debugger.inspect import guess
from ntshell.debugger.inspect_frame import local_named
from ntshell.machine.memory import AccessFault
from ntshell.shell.command import command, words_of
from ntshell.shell.kinds import Expression, TypeName, Words
from ntshell.shell.report import Address, Line, Report, Text, text
from ntshell.shell.shell import Shell

GROUP = "Types and expressions"


@command("dt", group=GROUP, examples=("dt _DRIVER_OBJECT", "load lab; dt DriverObject", "dt nt!_KDPC -r"))
def types(shell: Shell, type: TypeName, fields_and_address: Words = "") -> Report:
    """Show the layout of a structure, or a structure at an address.

    `dt TYPE [FIELD ...] [ADDRESS]`; TYPE is a structure, a typedef or a variable; a pattern such as `_K*` lists types.
    `-r` goes into nested structures (-r2 two deep), `-b` lays arrays out too, `-o` leaves the offsets out.
    """
    words = [type, *words_of(fields_and_address)]
    flags = [word for word in words if re.fullmatch(r"-(r\d?|b|o|a|v)", word)]
    words = [word for word in words if word not in flags]
    if not words:
        raise UsageError("dt: a type is missing", hint="dt _DRIVER_OBJECT, or dt and a variable's name")
    if (
        re.search(r"[*?\[]", words[0].rstrip("*"))
        or words[0].startswith("*")
        or words[0].endswith("*")
        and "*" in words[0][:-1]
    ):
        return _list_types(shell, words[0])
    if words[0].endswith("*") and len(words) == 1 and shell.look.k.types.get(words[0].rstrip("*")) is None:
        return _list_types(shell, words[0])
    options = _options(shell, flags)
    variable = _variable(shell, words[0])
    if variable is not None:
        return _value(shell, variable, words[1:], options, flags)
    ctype = shell.look.type(words[0], shell.session.current)
    address, fields = _address(shell, words[1:], ctype)
    if address is None:
        return _layout(shell, ctype, fields, options, flags)
    return _value(shell, Value(ctype, address, shell.look.eye), fields, options, flags)


def _options(shell: Shell, flags: list[str]) -> show.Options:
    depth = next((int(flag[2:] or 1) for flag in flags if flag.startswith("-r")), 0)
    return show.Options(
        max(depth, 1 if "-b" in flags else 0), False, "-a" in flags or "-b" in flags, shell.symbols.name_of
    )


def _list_types(shell: Shell, pattern: str) -> Report:
    bare = pattern.rpartition("!")[2]
    found = sorted({name for table in shell.look.tables(shell.session.current) for name in table.match(bare)})
    if not found:
        raise UsageError(f"no type is like {bare}")
    return text(*[f"          {name}" for name in found], types=found)


def _variable(shell: Shell, word: str) -> Value | None:
    """A variable of the frame in view or a driver's global, when no type has that name."""
    look = shell.look
    if any(table.get(word) is not None for table in look.tables(shell.session.current)):
        return None
    head = re.match(r"[\w!$]+", word)
    scope = shell.scope
    local = local_named(scope.frame, head[0], look) if head is not None else None
    is_global = head is not None and any(
        head[0].rpartition("!")[2] in i.program.globals for i in shell.symbols.drivers()
    )
    if local is None and not is_global:
        return None
    if local is None and head is not None and head[0] == word:
        return _global(shell, word)
    return _pointee(shell, evaluate_typed(scope, word))


def _global(shell: Shell, word: str) -> Value | None:
    for image in reversed(shell.symbols.drivers()):
        variable = image.program.globals.get(word.rpartition("!")[2])
        if variable is not None:
            at = image.base + image.program.section(variable.section).rva + variable.offset
            place = Value(image.program.types.decode(variable.type), at, shell.look.eye)
            return _pointee(
                shell, Typed(at if isinstance(place.type, Struct | Array) else int(place.get()), place.type, place)
            )
    return None


def _pointee(shell: Shell, found: Typed) -> Value:
    """What dt shows of a variable: a pointer's target, else the thing itself."""
    if isinstance(found.type, Pointer) and isinstance(found.type.target, Struct):
        return Value(found.type.target, found.number, shell.look.eye)
    if found.place is not None:
        return found.place
    raise UsageError(f"dt shows structures; the value is {found.number:#x}", hint="use ? or dv")


def _address(shell: Shell, words: list[str], ctype: CType) -> tuple[int | None, list[str]]:
    """The address among the words, wherever it stands, and the fields."""
    members = {field.name for field in ctype.flat()} if isinstance(ctype, Struct) else set()
    address, fields = None, []
    for word in words:
        if word in members or re.search(r"[*]|\w\.|\.$", word) or word.split(".")[0] in members:
            fields.append(word)
        elif address is None:
            try:
                address = shell.address(word)
            except UsageError as error:
                if members and re.fullmatch(r"[A-Za-z_]\w*", word):
                    near = guess(word, members)
                    if near:
                        raise UsageError(f"{ctype} has no member {word}", hint=near) from None
                raise error from None
        else:
            raise UsageError(f"dt: '{word}' is too much", hint="usage: dt TYPE [FIELD ...] [ADDRESS]")
    return address, fields


def _layout(shell: Shell, ctype: CType, fields: list[str], options: show.Options, flags: list[str]) -> Report:
    if isinstance(ctype, Enum):
        lines = [f"   {name} = 0n{value}" for name, value in ctype.members]
        return text(str(ctype), *lines, members=dict(ctype.members))
    if not isinstance(ctype, Struct):
        return text(f"{show.type_text(ctype)}  ({ctype}, {ctype.size} bytes)", size=ctype.size)
    if not ctype.complete:
        return text(f"{ctype.tag}: no members are declared")
    rows = show.layout_rows(ctype, fields, options)
    return _rows(shell, ctype, rows, flags, fields)


def _rows(
    shell: Shell, ctype: Struct, rows: tuple[show.Row, ...], flags: list[str], fields: list[str], at: int = 0
) -> Report:
    if not rows:
        near = guess(fields[0], [field.name for field in ctype.flat()]) if fields else ""
        raise UsageError(f"{ctype.tag} has no member {' '.join(fields)}", hint=near)
    width = shell.session.k.arch.pointer
    lines = []
    for row in rows:
        lines.append(Line(show.line(row, "-o" not in flags), "plain", Address(row.link, width) if row.link else None))
    data: list[tuple[str, Any]] = [("type", ctype.tag), ("size", ctype.size)]
    if at:
        data.append(("address", Address(at, width)))
    data.append(
        ("fields", [{"name": row.name, "offset": row.offset, "text": row.text} for row in rows if not row.depth])
    )
    return Report((Text(tuple(lines)),), tuple(data))


def _value(shell: Shell, value: Value, fields: list[str], options: show.Options, flags: list[str]) -> Report:
    k = shell.session.k
    ctype = value.type
    lay = shell.look.where(value.address)
    if not isinstance(ctype, Struct):
        if isinstance(ctype, Array) and options.elements:
            return text(*[show.line(row) for row in show.element_rows(value, options.name_of)])
        shown = show.value_text(value, options.name_of)
        return text(f"{k.arch.format(value.address)}  {shown.text}", address=Address(value.address, k.arch.pointer))
    if not shell.look.readable(value.address, max(ctype.size, 1)):
        there = f"; there is {lay}" if lay else ""
        raise UsageError(f"Unable to read memory at Address {k.arch.format(value.address)}{there}")
    return _rows(shell, ctype, show.value_rows(value, fields, options), flags, fields, value.address)


@command("?", group=GROUP, examples=("? 2+2", "? @$irql", "load lab; ? poi(DriverObject)"))
def question(shell: Shell, expression: Expression) -> Report:
    """Evaluate an expression; numbers are hexadecimal unless 0n stands before them.

    A local's name is its value, any other symbol its address (`??` shows its value); poi() reads memory; @$irql and so
    on are listed by `.help @$`.
    """
    k = shell.session.k
    value = shell.evaluate(expression)
    bits = 64 if k.arch.pointer == 8 or not -(1 << 31) <= value < 1 << 32 else 32
    unsigned = value & ((1 << bits) - 1)
    signed = unsigned - (1 << bits) if unsigned >> (bits - 1) else unsigned
    digits = f"{unsigned >> 32:08x}`{unsigned & 0xFFFFFFFF:08x}" if bits == 64 else f"{unsigned:08x}"
    return text(f"Evaluate expression: {signed} = {digits}", value=unsigned)


@command("??", group=GROUP, examples=("load lab; ?? DriverObject->DriverName", "?? sizeof(_IRP)"))
def typed(shell: Shell, expression: Expression) -> Report:
    """Evaluate an expression and show the value with its type: `?? Irp->IoStatus`, `?? *Board`.

    Here a global is its value too; `&Global` is its address, `sizeof(TYPE)` a size, `(TYPE*)ADDRESS` a typed pointer.
    """
    found = evaluate_typed(shell.scope, expression, values=True)
    if found.type is None:
        return text(
            f"int64 0n{found.number}" if found.number < 0 else f"unsigned int64 {found.number:#x}", value=found.number
        )
    name_of = shell.symbols.name_of
    if found.place is not None and isinstance(found.type, Struct):
        rows = show.value_rows(found.place, (), show.Options(name_of=name_of))
        lead = show.value_text(found.place).text
        return text(f"struct {lead}", *map(show.line, rows))
    if found.place is not None and isinstance(found.type, Array):
        rows = show.element_rows(found.place, name_of)
        lead = f"{show.spelled(found.type)} at {shell.session.k.arch.format(found.number)}"
        return text(lead, *map(show.line, rows), value=found.number)
    if found.place is not None:
        shown = show.value_text(found.place, name_of)
    else:
        shown = show.number_text(found.number, found.type, shell.look.eye, name_of)
    return text(f"{show.spelled(found.type)} {shown.text}", value=found.number)


@command(".formats", group=GROUP, examples=".formats 1e240")
def formats(shell: Shell, expression: Expression) -> Report:
    """Show a number in hexadecimal, decimal, octal, binary, as characters and as an NTSTATUS."""
    value = shell.evaluate(expression)
    width = 8 if shell.session.k.arch.pointer == 8 or not -(1 << 31) <= value < 1 << 32 else 4
    unsigned = value & ((1 << (8 * width)) - 1)
    signed = unsigned - (1 << (8 * width)) if unsigned >> (8 * width - 1) else unsigned
    data = unsigned.to_bytes(width, "big")
    lines = ["Evaluate expression:", f"  Hex:     {unsigned:0{2 * width}x}", f"  Decimal: {signed}"]
    lines.append(f"  Octal:   {unsigned:0{-(-8 * width // 3)}o}")
    lines.append("  Binary:  " + " ".join(f"{byte:08b}" for byte in data))
    lines.append("  Chars:   " + "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data))
    if width == 4:
        lines.append(f"  Float:   {struct.unpack('>f', data)[0]:g}")
        name = shell.look.status_name(unsigned)
        lines += [f"  Status:  {name}"] if name else []
    return text(*lines, value=unsigned)


def unreadable(shell: Shell, fault: AccessFault) -> UsageError:
    """What to say when memory cannot be read."""
    lay = shell.look.where(fault.address)
    at = shell.session.k.arch.format(fault.address)
    return UsageError(f"Unable to read memory at Address {at}" + (f"; there is {lay}" if lay else ""))
