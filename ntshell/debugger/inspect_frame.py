"""Stacks and variables: what a thread's frames are called, where they stand, and what their variables hold.

Rule: frames are counted from 0 at the top; kernel routines that wait for something count too, as in a real stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from ntshell.base.place import Place
from ntshell.ctype import show
from ntshell.ctype.types import Array, CType, Floating, Function, Struct
from ntshell.ctype.value import Value
from ntshell.debugger.inspect import Inspector
from ntshell.debugger.stop import DELIVERED
from ntshell.debugger.symbols import Symbols
from ntshell.machine.thread import ROOM, Frame, Pending, Thread
from ntshell.run import calls

ARGUMENTS = 3  # shown by kb


@attrs.frozen
class StackRow:
    """A line of `k`: `child` is the frame's address, `back` where it returns to, `note` what came in by itself.

    `delivered` is the kernel's frame of an interrupt or DPC: the frame below it was interrupted.
    """

    number: int
    child: int
    back: int
    args: tuple[int, ...]
    ip: int
    symbol: str
    place: Place | None
    frame: Frame | None
    note: str = ""
    delivered: bool = False


def stack_rows(thread: Thread | None, symbols: Symbols) -> list[StackRow]:
    """A thread's stack, the newest frame first."""
    entries = list(reversed(thread.frames)) if thread is not None else []
    rows = []
    for number, entry in enumerate(entries):
        back = address_of(entries[number + 1], symbols) if number + 1 < len(entries) else 0
        if isinstance(entry, Frame):
            rows.append(_frame_row(number, entry, back, symbols))
        else:
            trap = symbols.k.arch.format(entry.stack - ROOM)
            note = f"(TrapFrame @ {trap})" if entry.kind == "interrupt" else ""
            args = tuple(_whole(arg) for arg in entry.args[:ARGUMENTS])
            rows.append(
                StackRow(
                    number,
                    child_of(entry, symbols),
                    back,
                    args,
                    address_of(entry, symbols),
                    entry.name,
                    None,
                    None,
                    note,
                    entry.kind in DELIVERED,
                )
            )
    return rows


def _frame_row(number: int, frame: Frame, back: int, symbols: Symbols) -> StackRow:
    ip = address_of(frame, symbols)
    offset = ip - frame.code.address
    name = frame.code.symbol + (f"+{offset:#x}" if offset else "")
    args = tuple(_whole(variable_value(frame, each)) for each in frame.code.info.params[:ARGUMENTS])
    return StackRow(number, child_of(frame, symbols), back, args, ip, name, frame.place, frame)


def child_of(entry: Frame | Pending, symbols: Symbols) -> int:
    """A frame's address: on x86 where it keeps its caller's, with the return address behind; on x64 its lowest one."""
    if symbols.k.arch.pointer == 4:
        return entry.stack - 2 * 4
    return int(entry.slots[0]) if isinstance(entry, Frame) else entry.stack - ROOM


def variable_value(frame: Frame, variable: Any) -> Any:
    """What a parameter's slot holds."""
    return frame.slots[variable.slot] if 0 <= variable.slot < len(frame.slots) else 0


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0


def address_of(entry: Frame | Pending, symbols: Symbols) -> int:
    """The instruction pointer of a frame."""
    return calls.address_of(symbols.k, entry)


# --- variables -------------------------------------------------------------------------------------------------------
@attrs.frozen
class Local:
    """A parameter or local of a frame.  `value` is there when it lies in memory, else `number` is what it holds."""

    name: str
    type: CType
    kind: str  # `param` or `local`
    value: Value | None
    number: int | float = 0
    offset: int = -1  # in the frame, when it lies in memory

    def get(self) -> Any:
        """Its number, or the Value of an aggregate; raises AccessFault."""
        return self.number if self.value is None else self.value.get()

    @property
    def address(self) -> int:
        """Where it lies; 0 for a variable in a slot."""
        return self.value.address if self.value is not None else 0


def types_of(frame: Frame, look: Inspector) -> Any:
    """The table of the types that a frame's function was compiled with."""
    image = look.image(frame.code.module)
    if image is None or frame.code.name not in image.codes:
        image = next((each for each in reversed(look.k.unloaded) if each.name == frame.code.module), image)
    return image.program.types if image is not None else look.k.types


def locals_of(frame: Frame, look: Inspector, everything: bool = False) -> Iterator[Local]:
    """Parameters, then the locals whose scope the frame's line is in; of two with one name the inner one."""
    types, info = types_of(frame, look), frame.code.info
    line = frame.place.line
    for variable in info.params:
        yield _local(frame, variable, types, look, "param")
    found: dict[str, Any] = {}
    for variable in info.locals:
        if everything or variable.first_line <= line <= max(variable.last_line, variable.first_line):
            found[variable.name] = variable
    for variable in found.values():
        yield _local(frame, variable, types, look, "local")


def _local(frame: Frame, variable: Any, types: Any, look: Inspector, kind: str) -> Local:
    ctype = types.decode(variable.type)
    if variable.offset >= 0:
        return Local(
            variable.name, ctype, kind, Value(ctype, frame.slots[0] + variable.offset, look.eye), 0, variable.offset
        )
    number = frame.slots[variable.slot] if variable.slot < len(frame.slots) else 0
    return Local(variable.name, ctype, kind, None, _typed(number, ctype))


def _typed(number: Any, ctype: CType) -> Any:
    """A slot's number as its type has it: pointers and unsigned ones are never negative."""
    if isinstance(ctype, Floating | Struct | Array | Function) or not isinstance(number, int):
        return number
    bits = 8 * ctype.size
    number &= (1 << bits) - 1
    if getattr(ctype, "signed", False) and bits and number >> (bits - 1):
        number -= 1 << bits
    return number


def local_text(local: Local, look: Inspector, symbols: Symbols) -> show.Shown:
    """A variable's value as `dv` shows it."""
    if local.value is not None:
        return show.value_text(local.value, symbols.name_of)
    return show.number_text(local.number, local.type, look.eye, symbols.name_of)


def local_named(frame: Frame | None, name: str, look: Inspector) -> Local | None:
    """The variable of a frame with a name; without an exact match, one that differs in case only."""
    if frame is None:
        return None
    near = None
    for local in locals_of(frame, look):
        if local.name == name:
            return local
        if local.name.lower() == name.lower():
            near = local
    return near
