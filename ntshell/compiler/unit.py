"""One translation unit: its external declarations become symbols; bodies and initialisers wait for `function` and `data`.

Rules: names with external linkage are shared by the units of a driver through `Image`, static ones get a key of their
own.  A function from a shipped header is lowered only if something refers to it.
"""

from __future__ import annotations

import re
from typing import Any

import attrs
from pycparser import c_ast

from ntshell.compiler.declare import Declarer, is_const
from ntshell.compiler.dialect import ASSEMBLER, BUILTIN_TYPES
from ntshell.compiler.include import Reader
from ntshell.compiler.scope import Local, Object, Problems, Routine, Scope, Typedef, Wrong, a, wrong
from ntshell.ctype.basic import CHAR, INT, VOID
from ntshell.ctype.types import Array, CType, Function, Integer, Pointer, Struct

ASSUMED = attrs.evolve(INT)  # what stands for a type that is not known


@attrs.define(eq=False, repr=False)
class Image:
    """What the units of a driver share."""

    reader: Reader
    problems: Problems
    objects: dict[str, Object] = attrs.Factory(dict)
    routines: dict[str, Routine] = attrs.Factory(dict)
    sections: dict[str, str] = attrs.Factory(dict)
    keys: set[str] = attrs.Factory(set)
    units: list[Unit] = attrs.Factory(list)
    strings: dict[tuple[bytes, bool], str] = attrs.Factory(dict)
    uses: dict[str, Any] = attrs.Factory(dict)  # where each routine is first referred to
    wanted: list[Routine] = attrs.Factory(list)

    def string(self, data: bytes, wide: bool) -> str:
        """The key of a string literal; equal literals share their bytes."""
        return self.strings.setdefault((data, wide), f"str${len(self.strings)}")

    def refer(self, routine: Routine, coord: Any) -> None:
        """Something refers to a routine."""
        if routine.key not in self.uses:
            self.uses[routine.key] = coord
            self.wanted.append(routine)

    def key(self, name: str) -> str:
        """A key that no other symbol has, like the name."""
        key, count = name, 1
        while key in self.keys:
            count += 1
            key = f"{name}${count}"
        self.keys.add(key)
        return key


class Unit(Declarer):
    """A source file with all that it includes."""

    def __init__(self, image: Image, pointer_size: int) -> None:
        super().__init__(pointer_size, image.problems)
        self.image = image
        self.ordered: list[Routine | Object] = []
        self.segment = ""  # by `#pragma code_seg`
        self.segments: list[str] = []
        self.sizeless: set[str] = set()  # types without a size of which it was said that 1 is taken
        self.ends: dict[int, int] = {}  # last line of a compound statement, by its node
        for name in BUILTIN_TYPES:
            self.scope.names[name] = Typedef(name, Pointer(CHAR, pointer_size), True)
        self.scope.names[ASSEMBLER] = Routine(ASSEMBLER, Function(VOID, ()), ASSEMBLER, False, None, system=True)
        image.units.append(self)

    def snapshot(self) -> tuple[Any, ...]:
        """What was declared so far, for units that begin in the same way."""
        return dict(self.scope.names), dict(self.scope.tags), self.pack, list(self.packs), list(self.ordered)

    def restore(self, state: tuple[Any, ...]) -> None:
        """Begin as another unit did."""
        names, tags, self.pack, packs, ordered = state
        self.scope.names, self.scope.tags = dict(names), dict(tags)
        self.packs, self.ordered = list(packs), list(ordered)

    def fold(self, node: Any) -> int:
        """The value of an integer constant expression."""
        from ntshell.compiler.folding import fold

        return fold(self, node)

    def measure(self, node: Any) -> CType:
        """The type of an expression."""
        from ntshell.compiler.folding import measure

        return measure(self, node)

    def declare(self, nodes: list[Any]) -> None:
        """Take the external declarations in order."""
        for node in nodes:
            try:
                self._external(node)
            except Wrong as error:
                self.problems.add(error.message, error.coord or node.coord)

    def _external(self, node: Any) -> None:
        coord = node.coord
        if coord is not None:
            self.system = self.image.reader.system(coord.file)
        if isinstance(node, c_ast.Typedef):
            self.typedef(node)
        elif isinstance(node, c_ast.FuncDef):
            self._define(node)
        elif isinstance(node, c_ast.Decl):
            self._declaration(node)
        elif isinstance(node, c_ast.Pragma):
            self._pragma(node)
        elif isinstance(node, c_ast.StaticAssert):
            self.static_assert(node)

    def static_assert(self, node: Any) -> None:
        """`_Static_assert`."""
        if not self.fold(node.cond):
            wrong(f"the assertion fails: {node.message.value if node.message else ''}", node)

    def typedef(self, node: Any) -> None:
        """A typedef, at file scope or in a block."""
        ctype = self.type_of(node.type)
        known = self.scope.names.get(node.name)
        if isinstance(known, Typedef) and not known.system and not _alike(known.type, ctype):
            wrong(f"{node.name} was defined as {a(known.type)}, not as {a(ctype)}", node)
        self.scope.names[node.name] = Typedef(node.name, ctype, self.system)

    def _declaration(self, node: Any) -> None:
        ctype = self.type_of(node.type)
        if node.name is None:
            return
        if isinstance(ctype, Function):
            self.routine(node, ctype)
        else:
            self.object(node, ctype)

    def routine(self, node: Any, ctype: Function) -> Routine:
        """A function's declaration."""
        name = node.name
        static = "static" in node.storage
        known = self.scope.file.names.get(name)
        if isinstance(known, Routine):
            if not self.system:
                self._judge(known, ctype, node)
            if not known.type.params and not known.body:
                known.type = ctype
            return known
        if known is not None and not (isinstance(known, Object) and known.type is ASSUMED):
            wrong(f"{name} is already something else", node)
        found = None if static else self.image.routines.get(name)
        if found is None:
            key = self.image.key(name) if static else name
            found = Routine(name, ctype, key, static, node.coord, system=self.system, first=node.coord)
            if not static:
                self.image.routines[name] = found
                self.image.keys.add(name)
        self.scope.file.names[name] = found
        return found

    def _judge(self, known: Routine, ctype: Function, node: Any) -> None:
        """Complain where a function is declared in another way than before; the kit's may be, in a wider sense."""
        if ctype.unspecified or known.type.unspecified:
            return
        before, now = len(known.type.params), len(ctype.params)
        if before != now:
            self.problems.warn(f"{known.name} was declared with {before} parameters, not {now}", node.coord)
        assumed = known.type.result is ASSUMED or ctype.result is ASSUMED
        if not known.system and not assumed and not _alike(known.type.result, ctype.result):
            wrong(f"{known.name} was declared to return {a(known.type.result)}, not {a(ctype.result)}", node)

    def object(self, node: Any, ctype: CType, function: str = "") -> Object:
        """A variable with static storage: at file scope, or `static` or `extern` in a function."""
        name = node.name
        static = "static" in node.storage
        extern = "extern" in node.storage and node.init is None
        known = self.scope.names.get(name)
        if known is not None and not (isinstance(known, Object) and not function):
            wrong(f"{name} is already declared here", node)
        found = known if isinstance(known, Object) else None
        if found is not None and not _same(found.type, ctype) and not isinstance(ctype, Array):
            wrong(f"{name} was declared as {a(found.type)}, not as {a(ctype)}", node)
        if found is None and not static:
            found = self.image.objects.get(name)
        if found is None:
            key = self.image.key(name if not function else f"{function}.{name}") if static else name
            found = Object(name, ctype, key, static, node.coord, function=function, system=self.system)
            found.first = node.coord
            if not static:
                self.image.objects[name] = found
                self.image.keys.add(name)
        found.align = max(found.align, self.alignment(node))
        self._merge(found, ctype, node, extern)
        self.scope.names[name] = found
        return found

    def literal(self, node: Any, ctype: CType) -> str:
        """The key of a compound literal with static storage."""
        key = self.image.key("literal")
        self.ordered.append(Object(key, ctype, key, True, node.coord, defined=True, init=node.init, system=self.system))
        return key

    def _merge(self, found: Object, ctype: CType, node: Any, extern: bool) -> None:
        if isinstance(found.type, Array) and isinstance(ctype, Array) and not found.type.count:
            found.type = ctype
        found.const = found.const or is_const(node)
        if extern:
            return
        if node.init is not None:
            if found.init is not None:
                if (node.coord.file, node.coord.line) in self.selectany:
                    return
                wrong(f"{found.name} is initialised twice", node)
            found.init = node.init
            found.coord = node.coord
        if not found.defined:
            found.defined = True
            found.coord = node.coord
            self.ordered.append(found)
        if isinstance(ctype, Struct) and not ctype.complete:
            wrong(f"{found.name} is {a(ctype)}, which is not defined", node)

    def _define(self, node: Any) -> None:
        ctype = self.type_of(node.decl.type)
        if not isinstance(ctype, Function):
            wrong(f"{node.decl.name} is no function", node)
        if node.decl.type.args is None:
            ctype = Function(ctype.result, ())
        elif node.param_decls:
            ctype = self._old_style(node, ctype)
        found = self.routine(node.decl, ctype)
        if found.body is not None:
            if (found.system and self.system) or (found.inline and "inline" in node.decl.funcspec):
                return
            wrong(f"{found.name} is defined twice", node)
        found.type, found.body, found.coord, found.system = ctype, node, node.decl.coord, self.system
        found.inline = "inline" in node.decl.funcspec
        if self.segment and not self.system:
            self.image.sections.setdefault(found.name, self.segment)
        self.ordered.append(found)

    def _old_style(self, node: Any, ctype: Function) -> Function:
        kinds = {decl.name: decl for decl in node.param_decls}
        declarator = node.decl.type
        declarator.args.params = [kinds.get(each.name, each) for each in declarator.args.params]
        made = self.type_of(declarator)
        return made if isinstance(made, Function) else ctype

    def _pragma(self, node: Any) -> None:
        text = node.string if isinstance(node.string, str) else ""
        match = re.match(r"\s*alloc_text\s*\(\s*\"?(\w+)\"?\s*,([^)]*)\)", text)
        segment = re.match(r"\s*code_seg\s*\(([^)]*)\)", text)
        if segment is not None:
            self._code_segment([word.strip() for word in segment[1].split(",") if word.strip()])
            return
        if match is None:
            self.pragma(text, node)
            return
        for name in map(str.strip, match[2].split(",")):
            if not isinstance(self.scope.names.get(name), Routine):
                self.problems.warn(f"no function called {name} is declared above", node.coord)
            self.image.sections[name] = match[1]

    def _code_segment(self, words: list[str]) -> None:
        """`#pragma code_seg([push | pop,] [label,] ["section" [, "class"]])`: where the functions go from here on."""
        if words[:1] == ["push"]:
            self.segments.append(self.segment)
        elif words[:1] == ["pop"]:
            self.segment = self.segments.pop() if self.segments else ""
        sections = [word.strip('"') for word in words if word.startswith('"')]
        if sections or not words:
            self.segment = sections[0] if sections else ""


def _alike(one: CType, other: CType) -> bool:
    """Whether two types are one, or integers of one size and sign, or both pointers, which is all that counts here."""
    if isinstance(one, Integer) and isinstance(other, Integer):
        return (one.size, one.signed) == (other.size, other.signed)
    return _same(one, other) or (isinstance(one, Pointer) and isinstance(other, Pointer))


def _same(one: CType, other: CType) -> bool:
    """Whether two types are one; units each have their own of what is spelled alike."""
    return one == other or (str(one) == str(other) and one.size == other.size)


__all__ = ["Image", "Local", "Scope", "Unit"]
