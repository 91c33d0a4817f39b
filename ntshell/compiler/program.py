"""What compiling a driver gives: plain records, so that a cached program loads without any of the compiler.

Rules: places are (file index, line) into `Program.files`; types are specs of `ctype.table` and are decoded with
`Program.types`; addresses are offsets from the image's load address ("rva").
"""

from __future__ import annotations

from types import CodeType
from typing import Any

import attrs

from ntshell.base.place import Place
from ntshell.ctype.table import TypeTable

Spec = Any
Where = tuple[int, int]


def printable(text: str) -> str:
    """A text without what would move a terminal's cursor."""
    return "".join(each if each.isprintable() or each == "\t" else "\N{REPLACEMENT CHARACTER}" for each in text)


UNDECLARED = "{} is not declared"


@attrs.frozen(repr=False)
class Problem:
    """Something wrong with the source: `kind` is `error` or `warning`, `source` the text of the line."""

    place: Place | None
    message: str
    source: str = attrs.field(default="", converter=printable)
    kind: str = "error"

    def __str__(self) -> str:
        where = f"{self.place.file}:{self.place.line}: " if self.place else ""
        line = f"\n    {self.source.strip()}" if self.source.strip() else ""
        return f"{where}{self.kind}: {self.message}{line}"


@attrs.frozen(repr=False)
class Variable:
    """A parameter or local: in `slot`, or in the frame at `offset` (then slot is -1, or where a spill came from)."""

    name: str
    type: Spec
    slot: int
    offset: int
    first_line: int
    last_line: int


@attrs.frozen(repr=False)
class Region:
    """A `__try` body, steps `first` to `last`; `tries` lists inner regions before outer ones.

    `except`: `filter` is the pc of the filter's first step, or -1 when the filter is the constant `constant`; the filter
    ends with `filtered(value)`.  `handler` is the pc of the `__except` block, or of the termination handler, which ends
    with `unwound(its number)` when it was entered there (on leaving normally the code goes through it by itself).  `first`
    is -1 when the body has no steps.
    """

    first: int
    last: int
    kind: str
    filter: int
    handler: int
    constant: int = 0


@attrs.frozen(repr=False)
class Function:
    """A function lowered to steps.

    `spills` are parameters that live in the frame: (slot, offset, size); entering stores the slot's value there (a
    float as float or double), and copies `size` bytes from the address in the slot when size is not 1, 2, 4 or 8.
    `named` tells how many arguments of a variadic function come before the further ones (the hidden one for its result
    too), and is -1 for others.  It finds the further ones at frame base + `frame_size`, in cells of a pointer's size: an
    int takes one cell, and 8 bytes come as two elements of the arguments on x86.
    """

    name: str
    rva: int
    size: int
    steps: int
    places: tuple[Where, ...]
    statements: bytes
    callees: tuple[str, ...]
    params: tuple[Variable, ...]
    locals: tuple[Variable, ...]
    slots: int
    frame_size: int
    spills: tuple[tuple[int, int, int], ...]
    section: str
    result: Spec
    named: int
    static: bool
    system: bool
    place: Where
    end_place: Where
    tries: tuple[Region, ...]


@attrs.frozen(repr=False)
class Global:
    """A variable with static storage at `offset` of `section`."""

    name: str
    section: str
    offset: int
    type: Spec
    place: Where
    static: bool
    function: str = ""  # of a static local


@attrs.frozen(repr=False)
class Section:
    """A part of the image: `.text`, what `alloc_text` and `code_seg` name (`PAGE`, `INIT`), `.rdata`, `.data`."""

    name: str
    rva: int
    size: int


@attrs.define
class Program:
    """A compiled driver."""

    name: str
    arch: str
    python: CodeType
    functions: dict[str, Function]
    sections: tuple[Section, ...]
    size: int
    data: bytes
    rdata: bytes
    relocations: tuple[tuple[str, int, str, int], ...]
    globals: dict[str, Global]
    types: TypeTable
    imports: dict[str, Place]
    warnings: tuple[Problem, ...]
    files: tuple[str, ...]
    sources: dict[str, str]
    entry: str = "DriverEntry"

    def section(self, name: str) -> Section:
        """The section with this name; an empty one lies at the image's end."""
        for each in self.sections:
            if each.name == name:
                return each
        return Section(name, self.size, 0)

    def place(self, where: Where) -> Place:
        """A place as the user sees it."""
        return Place(self.files[where[0]], where[1])
