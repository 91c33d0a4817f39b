"""Every constant, enumerator and structure of the kit's headers is what MinGW's headers of the same names make it.

On both targets; what MinGW does not have is not judged, what it has otherwise is listed, with the reason.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ntshell.compiler import build
from ntshell.compiler.include import Reader
from ntshell.compiler.options import Options
from ntshell.compiler.scope import Problems
from ntshell.compiler.unit import Image, Unit
from ntshell.ctype.types import Enum, Struct, is_unnamed

from .layouts import ARCHES, EXPORTS
from .test_layouts import COMPILERS

OTHERWISE = {
    **dict.fromkeys(("OBJ_VALID_ATTRIBUTES", "THREAD_ALL_ACCESS", "PROCESS_ALL_ACCESS"), "grew with later kits"),
    **dict.fromkeys(("NTDDI_VERSION", "WINVER"), "the version that is asked for"),
    **dict.fromkeys(("BUGCODE_ID_DRIVER", "IMPERSONATING_WORKER_THREAD"), "as the list of bug checks has them"),
    **dict.fromkeys(("MDL_MAPPING_FLAGS", "MAXUINT", "MAXINT", "MININT"), "MinGW's have names in them that it lacks"),
    **dict.fromkeys(
        ("FileMaximumInformation", "FileFsMaximumInformation", "MaxKeyInfoClass", "MaxKeyValueInfoClass"),
        "the list grew",
    ),
    **dict.fromkeys(("MaximumWaitReason", "_SE_EXPORTS"), "the list grew"),
    "_GENERAL_LOOKASIDE": "a name for the padding",
    **dict.fromkeys(
        ("ResultNegative", "ResultPositive", "ResultZero"), "x86 has flags for them, other processors numbers"
    ),
    "_KEY_NAME_INFORMATION": "MinGW's has no tag",
}
LACKS = """CurrentApcEnvironment OriginalApcEnvironment AttachedApcEnvironment InsertApcEnvironment InterruptActiveBoth
 WrEventPair""".split()


def checks(unit: Unit, constants: dict[str, int]) -> Iterator[str]:
    """Assertions in C."""
    for name, value in constants.items():
        if name not in OTHERWISE:
            wanted = f"(long long){value & (1 << 64) - 1:#x}ULL"
            yield f'#ifdef {name}\n_Static_assert((long long)({name}) == {wanted}, "{name}");\n#endif'
    for tag, found in unit.scope.tags.items():
        if tag in OTHERWISE or is_unnamed(tag):
            continue
        if isinstance(found, Enum):
            names = [(name, value) for name, value in found.members if name not in OTHERWISE and name not in LACKS]
            yield from (f'_Static_assert({name} == {value}, "{name}");' for name, value in names)
        elif isinstance(found, Struct) and found.complete:
            yield f'_Static_assert(sizeof({found}) == {found.size}, "{tag}");'
            for field in found.fields:
                if field.name and not field.bit_width:
                    offset = f"__builtin_offsetof({found}, {field.name})"
                    yield f'_Static_assert({offset} == {field.offset}, "{tag}.{field.name}");'


@pytest.mark.parametrize("arch", ARCHES)
def test_the_kit_says_the_same(arch: str, tmp_path: Path) -> None:
    compiler, *_ = COMPILERS[arch]
    ddk = Path("/usr") / ("x86_64-w64-mingw32" if arch == "x64" else "i686-w64-mingw32") / "include" / "ddk"
    if shutil.which(compiler) is None or not ddk.exists():
        pytest.skip(f"{compiler} and its driver kit are not installed")
    image = Image(Reader((), dict.fromkeys(EXPORTS, "")), Problems({}))
    unit, constants = build.unit_of(image, "<header>", Options(arch), "#include <ntifs.h>\n")
    assert not image.problems.errors, [str(each) for each in image.problems.errors]
    lines = list(checks(unit, constants))
    assert len(lines) > 5000
    source = tmp_path / "check.c"
    source.write_text("\n".join(["#include <ntifs.h>", *lines, ""]))
    command = [compiler, "-std=gnu11", "-fsyntax-only", "-w", "-DNTDDI_VERSION=0x06010000", f"-I{ddk}", str(source)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stderr == ""
