"""From source files to a Program: preprocess, parse, declare, lower, link.  Imported only when nothing is cached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ntshell.compiler.errors import CompileFailed
from ntshell.compiler.include import Reader
from ntshell.compiler.link import Linker, find_undefined, lower_all, place_data
from ntshell.compiler.macros import constants
from ntshell.compiler.options import Options, predefined
from ntshell.compiler.parse import Parser
from ntshell.compiler.preprocess import Source
from ntshell.compiler.program import Problem, Program
from ntshell.compiler.scope import Problems, Typedef
from ntshell.compiler.tokens import Translator
from ntshell.compiler.unit import ASSUMED, Image, Unit
from ntshell.ctype.table import TypeTable, encode
from ntshell.ctype.types import CType, Enum, Struct


def build(
    name: str, sources: Sequence[Path], options: Options, exports: Mapping[str, str], kernel: TypeTable | None = None
) -> tuple[Program, Reader]:
    """Compile a driver; raises CompileFailed with every problem found."""
    folders = (*(path.resolve() for path in options.include), *dict.fromkeys(path.resolve().parent for path in sources))
    reader = Reader(folders, exports)
    image = Image(reader, Problems(reader.texts))
    macros: dict[str, int] = {}
    for path in sources:
        _, source = unit_of(image, str(path), options)
        macros.update(source)
    _stop(image)
    lowered = lower_all(image)
    data, objects = place_data(image)
    find_undefined(image)
    _stop(image)
    types = type_table(image, options, macros, kernel)
    return Linker(image, options, lowered, data, objects).link(name, types), reader


def header_types(text: str, options: Options, exports: Mapping[str, str]) -> tuple[dict[str, dict[str, Any]], Reader]:
    """The spec of the types and constants that headers declare."""
    reader = Reader((), exports)
    image = Image(reader, Problems(reader.texts))
    _, macros = unit_of(image, "<headers>", options, text)
    _stop(image)
    return type_table(image, options, macros, None).spec, reader


def unit_of(image: Image, path: str, options: Options, text: str | None = None) -> tuple[Unit, dict[str, int]]:
    """One translation unit with its declarations, and the integer macros of its own."""
    source = Source(image.reader, predefined(options))
    if text is not None:
        image.reader.texts[path] = text  # stands for a file
    tokens = source.unit(path)
    problems = image.problems
    _take(problems, source.problems)
    if source.lost:
        return Unit(image, options.pointer_size), {}
    translator = Translator()
    stream = translator.translate(tokens)
    for file, line, message in translator.problems:
        problems.spoil(file, line, message)
    unit = Unit(image, options.pointer_size)
    unit.aligned, unit.packed, unit.selectany = translator.aligned, translator.packed, translator.selectany
    parser = _shared_start(unit, stream)
    nodes = parser.unit(stream[parser.skipped :])
    for file, line, message in parser.problems:
        problems.at(file, line, message)
    for file, line, message in (*translator.warnings, *parser.warnings):
        problems.at(file, line, message, "warning")
    unit.ends.update(parser.ends)
    for name in parser.assumed:
        unit.scope.names[name] = Typedef(name, ASSUMED)
    unit.declare(nodes)
    return unit, constants(source, parser, unit, text is not None)


def _shared_start(unit: Unit, stream: list[Any]) -> Parser:
    """Take the shipped headers that a unit begins with as an earlier unit of the driver had them."""
    system = unit.image.reader.system
    count = next((n for n, token in enumerate(stream) if not system(token.filename)), len(stream))
    parser = Parser()
    if not count:
        return parser
    key = tuple(token.value for token in stream[:count])
    known = unit.image.reader.parsed.get(key)
    if known is None:
        nodes = parser.unit(stream[:count])
        for file, line, message in parser.problems:
            unit.problems.at(file, line, message)
        parser.problems.clear()
        unit.declare(nodes)
        known = unit.image.reader.parsed[key] = (nodes, dict(parser.known), dict(parser.ends), unit.snapshot())
    nodes, names, ends, state = known
    parser = Parser(dict(names))
    parser.skipped = count
    unit.restore(state)
    unit.ends.update(ends)
    return parser


def _take(problems: Problems, found: Sequence[Problem]) -> None:
    for each in found:
        if each.place is None:
            continue
        if each.kind == "error":
            problems.spoil(each.place.file, each.place.line, each.message)
        else:
            problems.at(each.place.file, each.place.line, each.message, each.kind)


def _stop(image: Image) -> None:
    if image.problems.errors:
        raise CompileFailed((*image.problems.errors, *image.problems.warnings))


def type_table(image: Image, options: Options, macros: Mapping[str, int], kernel: TypeTable | None) -> TypeTable:
    """The types that the driver declares, over the kernel's."""
    typedefs: dict[str, CType] = {}
    tags: dict[str, Struct | Enum] = {}
    values: dict[str, int] = dict(macros)
    for unit in image.units:
        for symbol in unit.scope.names.values():
            if isinstance(symbol, Typedef):
                typedefs.setdefault(symbol.name, symbol.type)
            elif hasattr(symbol, "value"):
                values.setdefault(symbol.name, symbol.value)
        for tag, each in unit.scope.tags.items():
            tags.setdefault(tag, each)
    spec = encode(typedefs, tags, values)
    if kernel is not None:
        spec = _without(spec, kernel)
    return TypeTable(spec, options.pointer_size, kernel)


def _without(spec: dict[str, dict[str, Any]], kernel: TypeTable) -> dict[str, dict[str, Any]]:
    """A spec without what the kernel's has in the same way, or knows more of."""
    absent = object()
    kept = {
        part: {name: each for name, each in entries.items() if kernel.spec[part].get(name, absent) != each}
        for part, entries in spec.items()
    }
    kept["tags"] = {
        tag: each for tag, each in kept["tags"].items() if each[0] == "e" or each[4] or tag not in kernel.spec["tags"]
    }
    return kept
