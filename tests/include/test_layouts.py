"""Our headers give every structure the layout that the driver kit's compiler gives it.

The judge is gcc for Windows, where it is installed: it compiles our headers alone (none of its own), with the virtual
files that our compiler supplies (the exports' prototypes) empty, and asserts size and offset of every row of the CSVs.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from .layouts import ARCHES, EXPORTS, INCLUDE, Row, rows

COMPILERS = {
    "x86": ("i686-w64-mingw32-gcc", "-D_X86_=1", "-D_M_IX86=300"),
    "x64": ("x86_64-w64-mingw32-gcc", "-D_AMD64_=1", "-D_M_AMD64=100", "-D_WIN64=1"),
}
FLAGS = ("-std=gnu11", "-nostdinc", "-fsyntax-only", "-fno-builtin", "-Wall", "-Wextra", "-Werror", "-Wno-multichar")
QUIET = ("-Wno-unused-function", "-Wno-ignored-qualifiers", "-Wno-sign-compare")
KEYWORDS = ("-D__forceinline=static inline", "-D__int64=long long", "-D__unaligned=", "-Dalign(n)=aligned(n)")


def compile_with_gcc(arch: str, source: str, folder: Path) -> str:
    """What gcc has to say about the source: nothing, if all is well."""
    compiler, *defines = COMPILERS[arch]
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    for name in EXPORTS:
        (folder / name).write_text("")
    file = folder / "layouts.c"
    file.write_text(source)
    command = [compiler, *FLAGS, *QUIET, *KEYWORDS, *defines, f"-I{INCLUDE}", f"-I{folder}", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def assertion(row: Row) -> str:
    tag = f"{'union' if row.struct in UNIONS else 'struct'} {row.struct}"
    if not row.path:
        return f'_Static_assert(sizeof({tag}) == {row.size}, "{row.struct}");'
    place = f"__builtin_offsetof({tag}, {row.path}) == {row.offset}"
    size = f"sizeof((({tag} *)0)->{row.path}) == {row.size}"
    return f'_Static_assert({place} && {size}, "{row.struct}.{row.path}");'


UNIONS = ("_LARGE_INTEGER", "_ULARGE_INTEGER", "_SLIST_HEADER")


@pytest.mark.parametrize("arch", ARCHES)
def test_layouts_of_our_headers_are_the_kits(arch: str, tmp_path: Path) -> None:
    lines = ["#include <ntifs.h>", *map(assertion, rows(arch))]
    assert compile_with_gcc(arch, "\n".join(lines) + "\n", tmp_path) == ""


@pytest.mark.parametrize("arch", ARCHES)
@pytest.mark.parametrize("debug", ["", "#define DBG 1\n"], ids=["free", "checked"])
def test_every_header_compiles_by_itself(arch: str, debug: str, tmp_path: Path) -> None:
    """Each public header stands alone; the two that need a kit header first get it, as they do in drivers."""
    for header in sorted(INCLUDE.glob("*.h")):
        if header.name.startswith(("pshpack", "poppack")):
            continue
        before = "#include <ntddk.h>\n" if header.name in ("ntddser.h", "bugcodes.h", "ntstatus.h") else ""
        said = compile_with_gcc(arch, f"{debug}{before}#include <{header.name}>\n", tmp_path)
        assert said == "", f"{header.name}: {said}"
