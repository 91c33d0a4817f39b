"""Every routine of the core and the HAL: its prototype compiles against the headers, and its Python matches it."""

from __future__ import annotations

import inspect

import pytest

from ntshell.compiler import build as compiler
from ntshell.compiler.include import Reader
from ntshell.compiler.options import Options
from ntshell.compiler.scope import Problems
from ntshell.compiler.unit import Image
from ntshell.nt import hal, ke
from ntshell.nt.export import EXPORTS, prototypes

MINE = {name: each for name, each in EXPORTS.items() if each.run.__module__.startswith((hal.__name__, ke.__name__))}


@pytest.mark.parametrize("arch", ["x86", "x64"])
def test_prototypes_compile(arch: str) -> None:
    texts = dict.fromkeys(prototypes(), "")
    for each in MINE.values():
        texts[each.header.removesuffix(".h") + ".exports.h"] += each.prototype + "\n"
    image = Image(Reader((), texts), Problems({}))
    compiler.unit_of(image, "<prototypes>", Options(arch), "#include <ntifs.h>\n")
    assert not image.problems.errors, [str(each) for each in image.problems.errors]
    assert set(MINE) <= set(image.routines)


@pytest.mark.parametrize("name", sorted(MINE))
def test_python_matches(name: str) -> None:
    each = MINE[name]
    names = [parameter for _, parameter in each.contract.params]
    assert list(inspect.signature(each.run).parameters)[1:] == names
    assert each.summary.endswith(".") or ":" in each.summary or ";" in each.summary
