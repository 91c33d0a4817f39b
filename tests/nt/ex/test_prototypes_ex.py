"""Every routine of the executive, the memory manager and the run-time library compiles against the headers."""

from __future__ import annotations

import inspect

import pytest

from ntshell.compiler import build as compiler
from ntshell.compiler.include import Reader
from ntshell.compiler.options import Options
from ntshell.compiler.scope import Problems
from ntshell.compiler.unit import Image
from ntshell.nt import dbg, ex, mm, rtl
from ntshell.nt.export import EXPORTS, prototypes

PACKAGES = tuple(each.__name__ for each in (dbg, ex, mm, rtl))
MINE = {name: each for name, each in EXPORTS.items() if each.run.__module__.startswith(PACKAGES)}


@pytest.mark.parametrize("arch", ["x86", "x64"])
def test_prototypes_compile(arch: str) -> None:
    texts = dict.fromkeys(prototypes(), "")
    for each in MINE.values():
        texts[each.header.removesuffix(".h") + ".exports.h"] += each.prototype + "\n"
    image = Image(Reader((), texts), Problems({}))
    source = "#include <ntifs.h>\n#include <string.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <ctype.h>\n"
    compiler.unit_of(image, "<prototypes>", Options(arch), source)
    assert not image.problems.errors, [str(each) for each in image.problems.errors]
    assert set(MINE) <= set(image.routines)


@pytest.mark.parametrize("name", sorted(MINE))
def test_python_matches(name: str) -> None:
    each = MINE[name]
    names = [parameter for _, parameter in each.contract.params]
    found = [parameter for parameter in inspect.signature(each.run).parameters if parameter != "rest"][1:]
    assert found == names
    assert each.summary
