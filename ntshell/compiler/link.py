"""Linking: the units' functions and variables become one image with addresses, and what is missing becomes imports.

The image: a page for its header, then .text, PAGE and other code sections, INIT, .rdata and .data, each at a page.  A
function takes 4 bytes a step, so that every step has an address of its own.
"""

from __future__ import annotations

import attrs

from ntshell.base.place import Place
from ntshell.compiler.call import REGISTER
from ntshell.compiler.data import Sections, place_object, settle
from ntshell.compiler.emit import emit
from ntshell.compiler.function import Lowered, lower
from ntshell.compiler.options import Options
from ntshell.compiler.program import Function, Global, Program, Section, Variable
from ntshell.compiler.scope import Local, Object, Routine, Wrong
from ntshell.compiler.unit import Image, Unit
from ntshell.ctype import types
from ntshell.ctype.table import TypeTable, encode_type

PAGE = 0x1000


def lower_all(image: Image) -> list[Lowered]:
    """Every function of the driver's own, and those of the headers that they refer to."""
    lowered: list[Lowered] = []
    homes: dict[str, Unit] = {}
    waiting: list[tuple[Unit, Routine]] = []
    for unit in image.units:
        for each in unit.ordered:
            if isinstance(each, Object):
                settle(unit, each)
            elif each.key not in homes:
                homes[each.key] = unit
                if not (each.system or each.inline):
                    waiting.append((unit, each))
    done: set[str] = set()
    while waiting:
        for unit, routine in waiting:
            if routine.key not in done:
                done.add(routine.key)
                scope = unit.scope
                try:
                    made = lower(unit, routine)
                    lowered += [made] if made is not None else []
                except Wrong as error:
                    unit.scope = scope
                    unit.problems.add(error.message, error.coord or routine.coord)
        wanted, image.wanted = image.wanted, []
        waiting = [(homes[each.key], each) for each in wanted if each.body is not None and each.key not in done]
    return lowered


def place_data(image: Image) -> tuple[Sections, list[tuple[Object, Unit]]]:
    """The data sections, and the variables in them: the driver's own, and those of the headers that are used."""
    sections = Sections()
    objects: list[tuple[Object, Unit]] = []
    wanted = True
    while wanted:
        wanted = False
        variables = [(each, unit) for unit in image.units for each in unit.ordered if isinstance(each, Object)]
        for each, unit in variables:
            if each.key not in sections.at and (each.used or not each.system):
                place_object(unit, each, sections)
                objects.append((each, unit))
                wanted = True  # its initial value may use others, or make compound literals
    for (content, wide), key in image.strings.items():
        sections.add(key, ".rdata", content, 2 if wide else 1)
    return sections, objects


def find_undefined(image: Image) -> None:
    """Complain of functions that are used and can be defined by nobody else."""
    for unit in image.units:
        for each in unit.scope.names.values():
            if isinstance(each, Routine) and each.static and each.body is None and each.key in image.uses:
                image.problems.add(f"{each.name} is static and defined nowhere", image.uses[each.key])


@attrs.define(eq=False, repr=False)
class Linker:
    """Gives everything its address."""

    image: Image
    options: Options
    lowered: list[Lowered]
    data: Sections
    objects: list[tuple[Object, Unit]]
    files: dict[str, int] = attrs.Factory(dict)
    rvas: dict[str, int] = attrs.Factory(dict)
    sections: list[Section] = attrs.Factory(list)

    def link(self, name: str, table: TypeTable) -> Program:
        """The program."""
        self._lay_out()
        defined = {each.routine.key for each in self.lowered}
        code = emit(name, self.lowered, self._rva, lambda key: "enter" if key in defined else "export")
        functions = {each.routine.key: self._function(each) for each in self.lowered}
        last = self.sections[-1]
        return Program(
            name=name,
            arch=self.options.arch,
            python=code,
            functions=functions,
            sections=tuple(self.sections),
            size=last.rva + _pages(last.size),
            data=bytes(self.data.data),
            rdata=bytes(self.data.rdata),
            relocations=self._relocations(),
            globals={each.key: self._global(each) for each, _ in self.objects},
            types=table,
            imports={
                key: Place(coord.file, coord.line) for key, coord in self.image.uses.items() if key not in defined
            },
            warnings=tuple(self.image.problems.warnings),
            files=tuple(self.files),
            sources={path: text for path, text in self.image.reader.texts.items() if path in self.files},
        )

    def _lay_out(self) -> None:
        by_section: dict[str, list[Lowered]] = {".text": []}
        for each in self.lowered:
            section = self.image.sections.get(each.routine.name, ".text")
            each.routine.section = section
            by_section.setdefault(section, []).append(each)
        rva = PAGE
        for name, members in sorted(by_section.items(), key=lambda item: (item[0] != ".text", item[0] == "INIT")):
            start = rva
            for each in members:
                self.rvas[each.routine.key] = rva
                rva += _up(4 * len(each.steps), 16)
            self.sections.append(Section(name, start, rva - start))
            rva = start + _pages(rva - start)
        for name, content in ((".rdata", self.data.rdata), (".data", self.data.data)):
            self.sections.append(Section(name, rva, len(content)))
            for key, (section, offset) in self.data.at.items():
                if section == name:
                    self.rvas[key] = rva + offset
            rva += _pages(len(content))

    def _rva(self, key: str) -> str:
        """The offset of something in the image; a variable that is nowhere defined is the kernel's."""
        found = self.rvas.get(key)
        if found is not None:
            return str(found)
        self._import(key)
        return f'F("{key}") - B'

    def _import(self, key: str) -> None:
        found = self.image.objects.get(key)
        if found is not None:
            self.image.uses.setdefault(key, found.used or found.coord)

    def _function(self, each: Lowered) -> Function:
        routine = each.routine
        places = tuple(self._where(*step.coord) for step in each.steps)
        file = routine.body.coord.file
        return Function(
            name=routine.name,
            rva=self.rvas[routine.key],
            size=4 * len(each.steps),
            steps=len(each.steps),
            places=places,
            statements=bytes(int(step.statement) for step in each.steps),
            callees=tuple(step.callee for step in each.steps),
            params=tuple(_variable(local) for local in each.params),
            locals=tuple(_variable(local) for local in each.locals),
            slots=each.flow.slots,
            frame_size=each.frame_size,
            spills=tuple(each.spills),
            section=routine.section,
            result=encode_type(routine.type.result),
            named=_named(routine.type),
            static=routine.static,
            system=routine.system,
            place=self._where(file, routine.body.coord.line),
            end_place=self._where(file, each.end_line),
            tries=tuple(each.tries),
        )

    def _where(self, file: str, line: int) -> tuple[int, int]:
        return self.files.setdefault(file, len(self.files)), line

    def _global(self, each: Object) -> Global:
        section, offset = self.data.at[each.key]
        where = self._where(each.coord.file, each.coord.line)
        return Global(each.name, section, offset, encode_type(each.type), where, each.static, each.function)

    def _relocations(self) -> tuple[tuple[str, int, str, int], ...]:
        out = []
        for section, offset, symbol in self.data.relocations:
            if symbol.function:
                out.append((section, offset, symbol.name, symbol.addend))
                continue
            home = self.data.at.get(symbol.name)
            if home is None:
                self._import(symbol.name)
                out.append((section, offset, symbol.name, symbol.addend))
                continue
            out.append((section, offset, home[0], home[1] + symbol.addend))
        return tuple(out)


def _named(ctype: types.Function) -> int:
    hidden = isinstance(ctype.result, types.Struct) and ctype.result.size not in REGISTER
    return len(ctype.params) + hidden if ctype.variadic else -1


def _variable(local: Local) -> Variable:
    return Variable(local.name, encode_type(local.type), local.slot, local.offset, local.first_line, local.last_line)


def _up(value: int, align: int) -> int:
    return (value + align - 1) // align * align


def _pages(size: int) -> int:
    return max(_up(size, PAGE), PAGE)
