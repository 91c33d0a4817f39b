"""The programs of tests/c mean the same to our compiler, for both targets, as to the host's gcc.

A file makes a program; a folder makes one of several units.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compiler.gcc import C, expected, gcc
from tests.compiler.harness import Harness, compiled

PROGRAMS = sorted(path.stem for path in C.iterdir() if path.is_dir() or path.suffix == ".c" and path.stem != "host")


def sources(name: str) -> list[Path]:
    """The units of a program."""
    return sorted((C / name).glob("*.c")) if (C / name).is_dir() else [C / f"{name}.c"]


def ours(files: list[Path], arch: str) -> list[int]:
    """What our compiler makes of a program."""
    told: list[int] = []
    harness = Harness(compiled(*files, arch=arch, include=(C,)), {"report": told.append})
    harness.run("main")
    return told


@pytest.mark.parametrize(("arch", "bits"), [("x86", "-m32"), ("x64", "-m64")])
@pytest.mark.parametrize("name", PROGRAMS)
def test_as_gcc(name: str, arch: str, bits: str, tmp_path: Path) -> None:
    if not gcc(bits):
        pytest.skip(f"no gcc {bits}")
    files = sources(name)
    bits = "-m32" if name == "longs" else bits  # of no pointers, and the same on both targets
    assert ours(files, arch) == expected(bits, tmp_path, *files)
