"""Every constant of the kit's headers has the value that MinGW's headers of the same names give it, on both targets.

What they do not have is not judged; what they have otherwise is listed, with the reason.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ntshell.compiler import build
from ntshell.compiler.include import Reader
from ntshell.compiler.options import Options
from ntshell.compiler.scope import Problems
from ntshell.compiler.unit import Image

from .layouts import ARCHES, EXPORTS
from .test_layouts import COMPILERS

OTHERWISE = {
    "OBJ_VALID_ATTRIBUTES": "grew with later kits",
    "THREAD_ALL_ACCESS": "grew with Vista",
    "PROCESS_ALL_ACCESS": "grew with Vista",
    "NTDDI_VERSION": "the version that is asked for",
    "WINVER": "the version that is asked for",
    "BUGCODE_ID_DRIVER": "0xD2 in the list of bug checks",
    "IMPERSONATING_WORKER_THREAD": "0xDF in the list of bug checks",
    **dict.fromkeys(("MDL_MAPPING_FLAGS", "MAXUINT", "MAXINT", "MININT"), "MinGW has names in them that it lacks"),
}


@pytest.mark.parametrize("arch", ARCHES)
def test_constants_have_the_kits_values(arch: str, tmp_path: Path) -> None:
    compiler, *_ = COMPILERS[arch]
    ddk = Path("/usr") / ("x86_64-w64-mingw32" if arch == "x64" else "i686-w64-mingw32") / "include" / "ddk"
    if shutil.which(compiler) is None or not ddk.exists():
        pytest.skip(f"{compiler} and its driver kit are not installed")
    image = Image(Reader((), dict.fromkeys(EXPORTS, "")), Problems({}))
    _, constants = build.unit_of(image, "<header>", Options(arch), "#include <ntifs.h>\n")
    assert len(constants) > 2500
    lines = [
        f'#ifdef {name}\n_Static_assert((long long)({name}) == (long long){value & (1 << 64) - 1:#x}ULL, "{name}");\n#endif'
        for name, value in constants.items()
        if name not in OTHERWISE
    ]
    source = tmp_path / "check.c"
    source.write_text("#include <ntifs.h>\n" + "\n".join(lines) + "\n")
    command = [compiler, "-std=gnu11", "-fsyntax-only", "-w", "-DNTDDI_VERSION=0x06010000", f"-I{ddk}", str(source)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stderr == ""
