"""Integer constants made by `#define`: what `? IOCTL_LAB_RESET` in the debugger and tables of names are made of.

Rule: a macro counts when it takes no arguments and its replacement is an integer constant expression.
"""

from __future__ import annotations

from typing import Any

from ntshell.compiler.folding import fold
from ntshell.compiler.parse import Parser
from ntshell.compiler.preprocess import Source
from ntshell.compiler.scope import Wrong
from ntshell.compiler.tokens import Translator
from ntshell.compiler.unit import Unit

_SKIPPED = ("__", "_MSC", "_M_", "_WIN")


def constants(source: Source, parser: Parser, unit: Unit, everything: bool) -> dict[str, int]:
    """The value of each constant macro: the driver's own, or those of the headers too."""
    found: dict[str, int] = {}
    image = unit.image
    known, uses, wanted = len(unit.problems.warnings), dict(image.uses), list(image.wanted)
    for name, macro in source.macros.items():
        if macro.arglist is not None or not macro.value or name.startswith(_SKIPPED):
            continue
        home = getattr(macro, "source", None) or ""
        if not home or (not everything and unit.image.reader.system(home)):
            continue
        value = _value(source, parser, unit, macro)
        if value is not None:
            found[name] = value
    del unit.problems.warnings[known:]
    image.uses, image.wanted = uses, wanted
    return found


def _value(source: Source, parser: Parser, unit: Unit, macro: Any) -> int | None:
    tokens = source.expand_macros(list(macro.value))
    translator = Translator()
    tree = parser.expression(translator.translate(tokens))
    if tree is None or translator.problems:
        return None
    try:
        return fold(unit, tree)
    except Wrong:
        return None
