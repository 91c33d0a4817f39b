"""A Program as plain data that `marshal` keeps, and back."""

from __future__ import annotations

from typing import Any

import attrs

from ntshell.base.place import Place
from ntshell.compiler.program import Function, Global, Problem, Program, Region, Section, Variable
from ntshell.ctype.table import TypeTable


def pack(program: Program) -> tuple[Any, ...]:
    """The program as tuples; its types without the kernel's."""
    return (
        program.name,
        program.arch,
        program.python,
        tuple((key, _function(each)) for key, each in program.functions.items()),
        tuple(_plain(each) for each in program.sections),
        program.size,
        program.data,
        program.rdata,
        program.relocations,
        tuple((key, _plain(each)) for key, each in program.globals.items()),
        program.types.spec,
        tuple((key, place.file, place.line) for key, place in program.imports.items()),
        tuple(_problem(each) for each in program.warnings),
        program.files,
        program.sources,
        program.entry,
    )


def unpack(data: tuple[Any, ...], kernel: TypeTable) -> Program:
    """The program again, its types over the kernel's."""
    return Program(
        name=data[0],
        arch=data[1],
        python=data[2],
        functions={key: _made(each) for key, each in data[3]},
        sections=tuple(Section(*each) for each in data[4]),
        size=data[5],
        data=data[6],
        rdata=data[7],
        relocations=data[8],
        globals={key: Global(*each) for key, each in data[9]},
        types=TypeTable(data[10], kernel.pointer_size, kernel),
        imports={key: Place(file, line) for key, file, line in data[11]},
        warnings=tuple(Problem(Place(*each[0]) if each[0] else None, *each[1:]) for each in data[12]),
        files=data[13],
        sources=data[14],
        entry=data[15],
    )


def _plain(record: Any) -> tuple[Any, ...]:
    return tuple(getattr(record, field.name) for field in attrs.fields(type(record)))


def _function(each: Function) -> tuple[Any, ...]:
    values = dict(zip((field.name for field in attrs.fields(Function)), _plain(each), strict=True))
    for name in ("params", "locals", "tries"):
        values[name] = tuple(_plain(record) for record in values[name])
    return tuple(values.values())


_NAMES = tuple(field.name for field in attrs.fields(Function))
_PARAMS, _LOCALS, _TRIES = (_NAMES.index(name) for name in ("params", "locals", "tries"))


def _made(values: tuple[Any, ...]) -> Function:
    given = list(values)
    given[_PARAMS] = tuple(Variable(*each) for each in given[_PARAMS])
    given[_LOCALS] = tuple(Variable(*each) for each in given[_LOCALS])
    given[_TRIES] = tuple(Region(*each) for each in given[_TRIES])
    return Function(*given)


def _problem(each: Problem) -> tuple[Any, ...]:
    place = (each.place.file, each.place.line) if each.place else None
    return (place, each.message, each.source, each.kind)
