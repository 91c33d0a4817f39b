"""Declarations: from pycparser's declarators to C types laid out for the target.

Rules: `[]` parameters are pointers, function parameters are function pointers.  A struct without a tag is named by its
place.  `#pragma pack` holds for the structs that follow; `__declspec(align)` comes as `_Alignas`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Any

from pycparser import c_ast

from ntshell.compiler.operand import truncate
from ntshell.compiler.scope import Constant, Problems, Scope, Typedef, a, wrong
from ntshell.ctype.basic import INT, basic
from ntshell.ctype.layout import Member, lay_out
from ntshell.ctype.types import Array, CType, Enum, Function, Integer, Pointer, Struct, Void, unnamed

_PACK = re.compile(
    r"\s*pack\s*\(\s*(?:(?P<stack>push|pop)\s*(?:,\s*(?P<name>[A-Za-z_]\w*)\s*)?(?:,\s*(?P<size>\d+)\s*)?"
    r"|(?P<alone>\d*)\s*|show\s*)\).*"
)


class Declarer(ABC):
    """Makes types in a unit; `fold(node)` is the constant folding of the unit's expressions."""

    def __init__(self, pointer_size: int, problems: Problems) -> None:
        self.pointer_size = pointer_size
        self.problems = problems
        self.scope = Scope()
        self.pack = 0
        self.packs: list[tuple[str, int]] = []
        self.aligned: dict[tuple[str, int, int], int] = {}
        self.packed: frozenset[tuple[str, int, int]] = frozenset()
        self.selectany: set[tuple[str, int]] = set()
        self.system = False
        self._made: dict[int, tuple[Any, CType]] = {}  # by the syntax tree's node, which is kept alive here

    @abstractmethod
    def fold(self, node: Any) -> int:
        """The value of an integer constant expression."""

    @abstractmethod
    def measure(self, node: Any) -> CType:
        """The type of an expression (for typeof)."""

    # --- declarators ---------------------------------------------------------------------------------------------------
    def type_of(self, node: Any) -> CType:
        """The type that a declarator, type name or specifier stands for."""
        maker = _MAKERS.get(type(node))
        if maker is None:
            wrong("this type is not understood", node)
        made: CType = maker(self, node)
        return made

    def _inner(self, node: Any) -> CType:
        return self.type_of(node.type)

    def _pointer(self, node: Any) -> CType:
        return Pointer(self.type_of(node.type), self.pointer_size, is_const(node))

    def _array(self, node: Any) -> CType:
        element = self.type_of(node.type)
        if isinstance(element, Void | Function):
            wrong(f"an array cannot have elements of type {element}", node)
        if node.dim is None:
            return Array(element, 0)
        count = self.fold(node.dim)
        if count < 0:
            wrong("the size of an array is negative", node.dim if node.dim.coord else node)
        return Array(element, count)

    def _function(self, node: Any) -> CType:
        result = self.type_of(node.type)
        params, variadic = self.parameters(node)
        if node.args is None:
            return Function(result, (), True)
        return Function(result, tuple(self.adjusted(each) for each in params), variadic)

    def parameters(self, node: Any) -> tuple[list[Any], bool]:
        """The parameter nodes of a function declarator and whether more may follow."""
        if node.args is None:
            return [], False
        params = list(node.args.params)
        variadic = bool(params) and isinstance(params[-1], c_ast.EllipsisParam)
        if variadic:
            params.pop()
        if len(params) == 1 and isinstance(params[0], c_ast.Typename | c_ast.Decl) and self._is_void(params[0]):
            params = []
        return params, variadic

    def _is_void(self, node: Any) -> bool:
        return not getattr(node, "name", None) and isinstance(self.type_of(node), Void)

    def adjusted(self, node: Any) -> CType:
        """The type of a parameter."""
        if isinstance(node, c_ast.ID):
            return INT
        ctype = self.type_of(node)
        if isinstance(ctype, Array):
            return Pointer(ctype.element, self.pointer_size, is_const(node))
        if isinstance(ctype, Function):
            return Pointer(ctype, self.pointer_size)
        return ctype

    def _named(self, node: Any) -> CType:
        names = node.names
        if len(names) == 1:
            found = self.scope.find(names[0])
            if isinstance(found, Typedef):
                return found.type
        made = basic(" ".join(names))
        if made is None:
            if len(names) == 2 and "unsigned" in names:
                return self._unsigned(names, node)
            wrong(f"{' '.join(names)} is not a type", node)
        return made

    def _unsigned(self, names: list[str], node: Any) -> CType:
        """`unsigned TYPEDEF`, which Microsoft's compiler takes."""
        other = next(each for each in names if each != "unsigned")
        found = self.scope.find(other)
        if isinstance(found, Typedef) and isinstance(found.type, Integer):
            made = basic(f"unsigned {found.type.name.replace('unsigned ', '').replace('signed ', '')}")
            if made is not None:
                return made
        wrong(f"{' '.join(names)} is not a type", node)

    def _typeof(self, node: Any) -> CType:
        return self.type_of(node.expr) if isinstance(node.expr, c_ast.Typename) else self.measure(node.expr)

    # --- struct, union, enum -------------------------------------------------------------------------------------------
    def _tagged(self, node: Any) -> CType:
        """A struct, union or enum specifier, which several declarators may share."""
        known = self._made.get(id(node))
        if known is not None:
            return known[1]
        made = self._enum(node) if isinstance(node, c_ast.Enum) else self._record(node)
        self._made[id(node)] = (node, made)
        return made

    def _record(self, node: Any) -> CType:
        is_union = isinstance(node, c_ast.Union)
        if node.decls is None:
            found = self.scope.find_tag(node.name)
            if isinstance(found, Struct):
                return found
            made = self.scope.tags[node.name] = Struct(node.name, is_union)
            return made
        tag = node.name or self._unnamed(node)
        known = self.scope.tags.get(tag)
        if isinstance(known, Struct) and known.complete and node.name:
            if known.is_union == is_union:
                return known if self._laid(tag, is_union, node).size == known.size else self._again(tag, node)
            self._again(tag, node)
        struct = known if isinstance(known, Struct) and not known.complete else Struct(tag, is_union)
        self.scope.tags[tag] = struct
        return self._fill(struct, node)

    def forward(self, node: Any) -> None:
        """`struct TAG;` in a block: another struct than one of that tag outside."""
        if isinstance(node.type, c_ast.Struct | c_ast.Union) and node.type.decls is None:
            tag = node.type.name
            self.scope.tags.setdefault(tag, Struct(tag, isinstance(node.type, c_ast.Union)))

    def _unnamed(self, node: Any) -> str:
        """A tag for a struct without one, of its place; a file that is read twice has other ones the second time."""
        coord = node.coord
        place = f"{coord.file.replace(chr(92), '/').rsplit('/', 1)[-1]}:{coord.line}:{coord.column}"
        tag, count = unnamed(place), 1
        while tag in self.scope.tags:
            count += 1
            tag = unnamed(f"{place}:{count}")
        return tag

    def _again(self, tag: str, node: Any) -> CType:
        wrong(f"{tag} is defined twice, with different members", node)

    def _laid(self, tag: str, is_union: bool, node: Any) -> Struct:
        return self._fill(Struct(tag, is_union), node)

    def _fill(self, struct: Struct, node: Any) -> Struct:
        members: list[Member] = []
        for decl in node.decls:
            if isinstance(decl, c_ast.Pragma):
                self.pragma(decl.string, decl)
            elif isinstance(decl, c_ast.Decl):
                member = self._member(decl)
                if member is not None:
                    members.append(member)
                    if decl.name and sum(each.name == decl.name for each in members) > 1:
                        wrong(f"{decl.name} is a member twice", decl)
        mark = node.coord.file, node.coord.line, node.coord.column
        return lay_out(struct, members, 1 if mark in self.packed else self.pack, self.aligned.get(mark, 0))

    def _member(self, decl: Any) -> Member | None:
        ctype = self.type_of(decl.type)
        width = None if decl.bitsize is None else self.fold(decl.bitsize)
        if decl.name is None and width is None and not (isinstance(ctype, Struct)):
            return None
        if isinstance(ctype, Struct) and not ctype.complete:
            wrong(f"{decl.name or 'a member'} is {a(ctype)}, which is not defined yet", decl)
        if isinstance(ctype, Void | Function):
            wrong(f"the member {decl.name} cannot be of type {ctype}", decl)
        if width is not None and not isinstance(ctype, Integer | Enum):
            wrong(f"a bit-field cannot be of type {ctype}", decl)
        if width is not None and not (decl.name is not None) <= width <= ctype.size * 8:
            wrong(f"a bit-field of {ctype} cannot have {width} bits", decl)
        return Member(decl.name, ctype, width, self.alignment(decl))

    def alignment(self, decl: Any) -> int:
        """What `__declspec(align(n))` asks of a declaration, 0 when there is none."""
        asked = [self.fold(each.alignment) for each in decl.align or () if isinstance(each, c_ast.Alignas)]
        return max(asked, default=0)

    def _enum(self, node: Any) -> CType:
        if node.values is None:
            found = self.scope.find_tag(node.name)
            if isinstance(found, Enum):
                return found
            made = self.scope.tags[node.name] = Enum(node.name)
            return made
        tag = node.name or self._unnamed(node)
        known = self.scope.tags.get(tag)
        enum = known if isinstance(known, Enum) and not known.members else Enum(tag)
        members: list[tuple[str, int]] = []
        value = 0
        for each in node.values.enumerators:
            if isinstance(each, c_ast.Pragma):
                continue
            if each.value is not None:
                value = self.fold(each.value)
            value = truncate(value, INT)
            members.append((each.name, value))
            before = self.scope.names.get(each.name)
            if before is not None and not getattr(before, "system", False) and not self.system:
                wrong(f"{each.name} is already declared here", each)
            self.scope.names[each.name] = Constant(each.name, value, self.system)
            value += 1
        enum.members = tuple(members)
        self.scope.tags[tag] = enum
        return enum

    def pragma(self, text: str, node: Any) -> None:
        """`pack`; other pragmas are another's business."""
        if not re.match(r"\s*pack\b", text):
            return
        match = _PACK.fullmatch(text)
        size = int(match["size"] or match["alone"] or 0) if match is not None else 0
        if match is None or size not in (0, 1, 2, 4, 8, 16):
            self.problems.warn(
                "this #pragma is not understood: pack([push | pop,] [name,] [1 | 2 | 4 | 8 | 16])", node.coord
            )
            return
        if match["stack"] == "push":
            self.packs.append((match["name"] or "", self.pack))
        elif match["stack"] == "pop":
            while self.packs:
                name, self.pack = self.packs.pop()
                if match["name"] in (None, name):
                    break
        if size or not match["stack"]:
            self.pack = 0 if size == 16 else size


def is_const(node: Any) -> bool:
    """Whether what a declaration declares is constant itself; of a pointer's declarator, whether what it points to is."""
    inner = node.type
    while isinstance(inner, c_ast.ArrayDecl):
        inner = inner.type
    return "const" in (getattr(inner, "quals", None) or ())


_MAKERS = {
    c_ast.TypeDecl: Declarer._inner,
    c_ast.Typename: Declarer._inner,
    c_ast.Decl: Declarer._inner,
    c_ast.Typedef: Declarer._inner,
    c_ast.PtrDecl: Declarer._pointer,
    c_ast.ArrayDecl: Declarer._array,
    c_ast.FuncDecl: Declarer._function,
    c_ast.IdentifierType: Declarer._named,
    c_ast.Struct: Declarer._tagged,
    c_ast.Union: Declarer._tagged,
    c_ast.Enum: Declarer._tagged,
    c_ast.TypeOf: Declarer._typeof,
}
