"""A table of C types by name, built from a spec that `marshal` can keep, and the writer of such specs.

A spec is plain data, so a cached table loads at the speed of `marshal`; a struct's fields stay packed bytes until they
are asked for, which also lets types refer to each other through pointers.  A table may lie over another: a driver's
names come first, the kernel's serve for the rest, and both give the very same Struct.

A type's spec is a str (basic type) or a tuple: ("*", target, size) ("[", element, count) ("s", tag) ("e", tag)
("(", result, params, variadic) ("i", name, size, signed) ("f", name, size).  The spec of a record is
(kind, size, align, required, complete, fields as marshal bytes), of an enum ("e", members).
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ntshell.ctype.basic import BASIC, basic
from ntshell.ctype.types import (
    Array,
    CType,
    Enum,
    Field,
    Floating,
    Function,
    Integer,
    Pointer,
    Struct,
    Void,
    is_unnamed,
)

Spec = Any  # nested tuples of str, int and bytes, as the module's docstring has it
_EMPTY: dict[str, Any] = {"typedefs": {}, "tags": {}, "constants": {}}


class UnknownType(KeyError):
    """No such type in the table."""

    def __str__(self) -> str:
        return f"no type called {self.args[0]}"


class TypeTable:
    """Typedefs, tags, enumeration and macro constants of one target."""

    def __init__(self, spec: Spec = None, pointer_size: int = 4, parent: TypeTable | None = None) -> None:
        spec = spec or _EMPTY
        self.spec = spec
        self.pointer_size = pointer_size
        self.parent = parent
        self._typedefs: dict[str, Spec] = spec["typedefs"]
        self._tags: dict[str, Spec] = spec["tags"]
        own: dict[str, int] = spec["constants"]
        self.constants: dict[str, int] = {**parent.constants, **own} if parent else own
        self._found: dict[str, CType] = {}
        self._made: dict[str, Struct | Enum] = {}

    def over(self, base: TypeTable) -> TypeTable:
        """This table with `base` beneath it."""
        return TypeTable(self.spec, self.pointer_size, base)

    def __getitem__(self, name: str) -> CType:
        found = self.get(name)
        if found is None:
            raise UnknownType(name)
        return found

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def get(self, name: str) -> CType | None:
        """The type with this name: a typedef, a tag (`struct ` before it or not) or a basic type."""
        found = self._found.get(name)
        if found is None:
            found = self.typedef(name) or self.tag(name) or BASIC.get(name)
            if found is None and name.startswith(("struct ", "union ", "enum ")):
                found = self.tag(name.split(None, 1)[1])
            if found is None:
                return None
            self._found[name] = found
        return found

    def struct(self, name: str) -> Struct:
        """The struct or union with this name."""
        found = self[name]
        if not isinstance(found, Struct):
            raise UnknownType(name)
        return found

    def typedef(self, name: str) -> CType | None:
        """What a typedef stands for."""
        spec = self._typedefs.get(name)
        if spec is not None:
            return self.decode(spec)
        return self.parent.typedef(name) if self.parent else None

    def tag(self, tag: str) -> Struct | Enum | None:
        """The struct, union or enum with this tag."""
        made = self._made.get(tag)
        if made is None:
            spec = self._tags.get(tag)
            if spec is None:
                return self.parent.tag(tag) if self.parent else None
            made = self._made[tag] = self._make(tag, spec)
        return made

    def _make(self, tag: str, spec: Spec) -> Struct | Enum:
        if spec[0] == "e":
            return Enum(tag, spec[1])
        kind, size, align, required, complete, packed = spec
        struct = Struct(tag, kind == "u", size, align, (), complete, required)
        struct.lazily(lambda: tuple(self._field(*each) for each in marshal.loads(packed)))
        return struct

    def _field(self, name: str, offset: int, spec: Spec, bit: int = 0, width: int = 0) -> Field:
        return Field(name, offset, self.decode(spec), bit, width)

    def decode(self, spec: Spec) -> CType:
        """The type of a single spec (`encode_type`)."""
        if isinstance(spec, str):
            return BASIC[spec]
        kind = spec[0]
        if kind == "*":
            return Pointer(self.decode(spec[1]), spec[2])
        if kind in ("s", "e"):
            tag: str = spec[1]
            found = self.tag(tag)
            if found is None:
                found = self._made[tag] = Struct(tag) if kind == "s" else Enum(tag)
            return found
        if kind == "[":
            return Array(self.decode(spec[1]), spec[2])
        if kind == "(":
            return Function(self.decode(spec[1]), tuple(map(self.decode, spec[2])), spec[3])
        if kind == "i":
            return Integer(spec[1], spec[2], spec[3])
        return Floating(spec[1], spec[2])

    def pointer(self, target: CType) -> Pointer:
        """A pointer of this target's width."""
        return Pointer(target, self.pointer_size)

    def parse(self, text: str) -> CType:
        """The type that C writes so: a name, then any stars and `[n]` (`PDEVICE_OBJECT*`, `struct _IRP`, `UCHAR[16]`)."""
        match = _TYPE_TEXT.fullmatch(text)
        if match is None:
            raise UnknownType(text.strip())
        words = [word for word in match[1].split() if word not in ("const", "volatile", "CONST")]
        name = " ".join(words)
        found = self.get(name) or basic(name)
        if found is None:
            raise UnknownType(name)
        for _ in range(match[2].count("*")):
            found = self.pointer(found)
        for count in reversed(re.findall(r"\d+", match[3])):
            found = Array(found, int(count))
        return found

    def names(self) -> Iterator[str]:
        """Every typedef and tag of this table and those beneath, each once."""
        seen: set[str] = set()
        table: TypeTable | None = self
        while table is not None:
            for name in (*table._tags, *table._typedefs):
                if name not in seen and not is_unnamed(name):
                    seen.add(name)
                    yield name
            table = table.parent

    def match(self, pattern: str) -> tuple[str, ...]:
        """The names that a WinDbg wildcard takes in (`*`, `?`, `[abc]`, `#` and `+` repeat), sorted."""
        wanted = re.compile(wildcard(pattern), re.IGNORECASE)
        return tuple(sorted(name for name in self.names() if wanted.fullmatch(name)))


_TYPE_TEXT = re.compile(r"\s*([A-Za-z_$][\w$]*(?:\s+[A-Za-z_$][\w$]*)*)\s*((?:\*|\s|\bconst\b)*)((?:\[\d+\]\s*)*)")


def wildcard(pattern: str) -> str:
    """A WinDbg wildcard as a regular expression: `#` and `+` repeat the character before them, `\\` quotes the next."""
    out: list[str] = []
    for token in re.findall(r"\\.|\[[^\]]*\]|.", pattern):
        if token == "*":
            out.append(".*")
        elif token == "?":
            out.append(".")
        elif token in "#+" and out:
            out.append("*" if token == "#" else "+")
        elif len(token) > 1 and token[0] == "[":
            out.append(token.replace("\\", "\\\\"))
        else:
            out.append(re.escape(token[-1]))
    return "".join(out)


def encode_type(ctype: CType) -> Spec:
    """The spec of one type; structs and enums stand by their tags, so `encode` must have seen them."""
    if isinstance(ctype, Pointer):
        return ("*", encode_type(ctype.target), ctype.size)
    if isinstance(ctype, Struct | Enum):
        if not ctype.tag:
            raise ValueError("a struct or enum in a spec needs a tag of its own: give it one with types.unnamed")
        return ("s" if isinstance(ctype, Struct) else "e", ctype.tag)
    if isinstance(ctype, Array):
        return ("[", encode_type(ctype.element), ctype.count)
    if isinstance(ctype, Function):
        return ("(", encode_type(ctype.result), tuple(map(encode_type, ctype.params)), ctype.variadic)
    if isinstance(ctype, Void) or BASIC.get(ctype.name) == ctype:
        return str(ctype)
    if isinstance(ctype, Integer):
        return ("i", ctype.name, ctype.size, ctype.signed)
    return ("f", ctype.name, ctype.size)


def encode(
    typedefs: Mapping[str, CType],
    tags: Mapping[str, Struct | Enum],
    constants: Mapping[str, int],
    base: TypeTable | None = None,
    more: tuple[CType, ...] = (),
) -> Spec:
    """The spec of a table: what is given, what that reaches and `more`, without what `base` holds already.

    Two structs of one tag are one type to the spec, as over C's translation units; the first given is the one kept.
    """
    kept: dict[str, Struct | Enum] = {}
    for ctype in (*tags.values(), *typedefs.values(), *more):
        _collect(ctype, kept, base)
    return {
        "typedefs": {name: encode_type(ctype) for name, ctype in typedefs.items()},
        "tags": {tag: _encode_tag(each) for tag, each in kept.items()},
        "constants": dict(constants),
    }


def _collect(ctype: CType, kept: dict[str, Struct | Enum], base: TypeTable | None) -> None:
    """Put every struct and enum that `ctype` reaches into `kept`."""
    waiting: list[CType] = [ctype]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Pointer):
            waiting.append(here.target)
        elif isinstance(here, Array):
            waiting.append(here.element)
        elif isinstance(here, Function):
            waiting += (here.result, *here.params)
        elif isinstance(here, Struct | Enum) and _wanted(here, kept, base):
            kept[here.tag] = here
            if isinstance(here, Struct):
                waiting += (field.type for field in here.fields)


def _wanted(here: Struct | Enum, kept: dict[str, Struct | Enum], base: TypeTable | None) -> bool:
    beneath = base.tag(here.tag) if base is not None else None
    if beneath is here or (beneath is not None and isinstance(here, Struct) and not here.complete):
        return False
    known = kept.get(here.tag)
    return known is None or (isinstance(known, Struct) and isinstance(here, Struct) and here.complete > known.complete)


def _encode_tag(each: Struct | Enum) -> Spec:
    if isinstance(each, Enum):
        return ("e", tuple((name, value) for name, value in each.members))
    fields = marshal.dumps(tuple(map(_encode_field, each.fields)))
    return ("u" if each.is_union else "s", each.size, each.align, each.required, each.complete, fields)


def _encode_field(field: Field) -> Spec:
    spec = encode_type(field.type)
    if field.bit_width:
        return (field.name, field.offset, spec, field.bit_offset, field.bit_width)
    return (field.name, field.offset, spec)
