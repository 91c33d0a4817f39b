"""What a name means: symbols, the scopes that hold them, and the unit that collects problems.

Rules: a block's scope lies over its function's, that over the unit's.  Tags and ordinary names are separate; a tag first
seen in a prototype belongs to the file, as Microsoft's compiler has it.
"""

from __future__ import annotations

from typing import Any, NoReturn

import attrs

from ntshell.base.place import Place
from ntshell.compiler.program import Problem
from ntshell.ctype.types import CType, Enum, Struct


class Wrong(Exception):
    """A part of the source that means nothing: noted as a problem by whoever can go on after it."""

    def __init__(self, message: str, coord: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.coord = coord


def wrong(message: str, node: Any = None) -> NoReturn:
    """Raise the error at a syntax tree node."""
    raise Wrong(message, getattr(node, "coord", None))


def a(ctype: CType) -> str:
    """A type with its article, for a message."""
    text = str(ctype)
    return f"{'an' if text.startswith(('int', 'enum', 'unsigned')) else 'a'} {text}"


@attrs.define(eq=False, repr=False)
class Typedef:
    """A name for a type."""

    name: str
    type: CType
    system: bool = False


@attrs.define(eq=False, repr=False)
class Constant:
    """An enumeration constant."""

    name: str
    value: int
    system: bool = False


@attrs.define(eq=False, repr=False)
class Local:
    """A parameter or automatic variable: in `slot`, or (also) in the frame at `offset`."""

    name: str
    type: CType
    slot: int = -1
    offset: int = -1
    first_line: int = 0
    last_line: int = 0
    const: bool = False
    used: bool = False


@attrs.define(eq=False, repr=False)
class Object:
    """A variable with static storage; `key` names it in the image, `defined` when this program has its storage."""

    name: str
    type: CType
    key: str
    static: bool
    coord: Any
    defined: bool = False
    init: Any = None
    const: bool = False
    align: int = 0  # what `__declspec(align(n))` asks for
    function: str = ""
    system: bool = False
    used: Any = None  # where it is first used
    first: Any = None  # where it is first declared
    scope: Scope | None = None  # of a static local: what its initialiser may name


@attrs.define(eq=False, repr=False)
class Routine:
    """A function: declared, perhaps defined; `key` is its symbol."""

    name: str
    type: Any
    key: str
    static: bool
    coord: Any
    body: Any = None
    system: bool = False
    section: str = ""
    inline: bool = False
    first: Any = None  # where it is first declared


Symbol = Typedef | Constant | Local | Object | Routine


class Scope:
    """Names and tags of a block, a function or a file."""

    def __init__(self, parent: Scope | None = None) -> None:
        self.parent = parent
        self.names: dict[str, Symbol] = {}
        self.tags: dict[str, Struct | Enum] = {}

    def find(self, name: str) -> Symbol | None:
        """The symbol that a name stands for here."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.names.get(name)
            if found is not None:
                return found
            scope = scope.parent
        return None

    def find_tag(self, tag: str) -> Struct | Enum | None:
        """The struct, union or enum that a tag stands for here."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.tags.get(tag)
            if found is not None:
                return found
            scope = scope.parent
        return None

    @property
    def file(self) -> Scope:
        """The outermost scope."""
        return self if self.parent is None else self.parent.file


class Problems:
    """Errors and warnings of a compilation, in order, each once."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []
        self._seen: set[tuple[str, int, str]] = set()
        self._spoiled: set[tuple[str, int]] = set()  # lines with an error that makes what follows on them worth nothing

    def add(self, message: str, coord: Any, kind: str = "error") -> None:
        """Note a problem at a coordinate of the syntax tree (anything with `file` and `line`)."""
        file, line = (coord.file, coord.line) if coord is not None else ("", 0)
        self.at(file, line, message, kind)

    def at(self, file: str, line: int, message: str, kind: str = "error") -> None:
        """Note a problem at a line of a file."""
        if (file, line, message) in self._seen or (kind == "error" and (file, line) in self._spoiled):
            return
        self._seen.add((file, line, message))
        lines = self.texts.get(file, "").split("\n")
        source = lines[line - 1] if 0 < line <= len(lines) else ""
        problem = Problem(Place(file, line) if file else None, message, source, kind)
        (self.errors if kind == "error" else self.warnings).append(problem)

    def spoil(self, file: str, line: int, message: str) -> None:
        """Note an error from before parsing: whatever else is wrong on its line comes of it."""
        self.at(file, line, message)
        self._spoiled.add((file, line))

    def warn(self, message: str, coord: Any) -> None:
        """Note a warning."""
        self.add(message, coord, "warning")
