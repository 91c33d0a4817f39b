"""The headers for device classes (disks, keyboards, WMI ...) say what MinGW's of the same names say.

The judge is gcc for Windows with its own headers, where they are installed: each structure has the size and offsets that
our compiler gives it from our headers, each constant the same value.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ntshell.compiler import build
from ntshell.compiler.include import Reader
from ntshell.compiler.options import Options
from ntshell.compiler.scope import Problems
from ntshell.compiler.unit import Image
from ntshell.ctype.types import Enum, Struct

from .layouts import ARCHES, EXPORTS, INCLUDE
from .test_layouts import COMPILERS

# The header, and documented constants that MinGW's lacks or has otherwise.
HEADERS = {
    "ntddkbd": (),
    "ntddmou": (),
    "kbdmou": (),
    "ntdd8042": (),
    "ntddstor": (),
    "ntdddisk": ("IOCTL_DISK_SIMBAD",),
    "ntddcdrm": tuple(
        f"IOCTL_CDROM_{word}" for word in ("MEDIA_REMOVAL", "EJECT_MEDIA", "LOAD_MEDIA", "RESERVE", "RELEASE")
    ),
    "mountmgr": (),
    "mountdev": ("IOCTL_MOUNTDEV_UNIQUE_ID_CHANGE_NOTIFY",),
    "wmistr": (),
    "wmilib": (),
    "wmidata": (),
    "dderror": (),
    "ntddbeep": (),
    "ntddpar": (),
    "ntddscsi": (),
    "ntddtape": (),
    "ntddvol": (),
    "ntddvdeo": (),
}


def checks(header: str, arch: str) -> list[str]:
    """Assertions in C on all that one of our headers defines by itself."""
    image = Image(Reader((), dict.fromkeys(EXPORTS, "")), Problems({}))
    unit, constants = build.unit_of(image, "<header>", Options(arch), f"#include <wdm.h>\n#include <{header}.h>\n")
    assert not image.problems.errors, [str(each) for each in image.problems.errors]
    text = (INCLUDE / f"{header}.h").read_text()
    lines = [
        f'#ifdef {name}\n_Static_assert((long long)({name}) == {value}LL, "{name}");\n#else\n#error no {name}\n#endif'
        for name in re.findall(r"^#define (\w+) ", text, re.MULTILINE)
        if (value := constants.get(name)) is not None and name not in HEADERS[header]
    ]
    for tag, found in unit.scope.tags.items():
        if f" {tag} {{" not in text:
            continue
        if isinstance(found, Enum):
            lines += [f'_Static_assert({name} == {value}, "{name}");' for name, value in found.members]
        elif isinstance(found, Struct):
            lines.append(f'_Static_assert(sizeof(struct {tag}) == {found.size}, "{tag}");')
            for field in found.fields:
                if field.name and not field.bit_width:
                    lines.append(
                        f'_Static_assert(__builtin_offsetof(struct {tag}, {field.name}) == {field.offset}, "{field.name}");'
                    )
    return lines


@pytest.mark.parametrize("arch", ARCHES)
@pytest.mark.parametrize("header", sorted(HEADERS))
def test_a_device_header_says_what_the_kits_says(header: str, arch: str, tmp_path: Path) -> None:
    compiler, *_ = COMPILERS[arch]
    ddk = Path("/usr") / ("x86_64-w64-mingw32" if arch == "x64" else "i686-w64-mingw32") / "include" / "ddk"
    if shutil.which(compiler) is None or not ddk.exists():
        pytest.skip(f"{compiler} and its driver kit are not installed")
    lines = checks(header, arch)
    assert lines
    source = tmp_path / "check.c"
    before = "" if header == "dderror" else "#include <ntddk.h>\n"
    source.write_text(f"{before}#include <{header}.h>\n" + "\n".join(lines) + "\n")
    command = [compiler, "-std=gnu11", "-fsyntax-only", "-w", "-DNTDDI_VERSION=0x06010000", f"-I{ddk}", str(source)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stderr == ""
