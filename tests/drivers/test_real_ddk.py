"""The bundled drivers against a real DDK: MinGW's headers and compilers, unchanged sources, no warnings.

What ntshell runs must be what a driver's author could build; where the compilers are missing the tests say so and skip.
"""

import pathlib
import shutil
import subprocess

import pytest

import ntshell

DRIVERS = pathlib.Path(ntshell.__file__).parent / "drivers"
SOURCES = sorted(path.relative_to(DRIVERS).as_posix() for path in DRIVERS.glob("*/*.c"))
COMPILERS = {"x86": "i686-w64-mingw32-gcc", "x64": "x86_64-w64-mingw32-gcc"}
DDK_FOLDERS = (pathlib.Path("/usr/share/mingw-w64/include/ddk"),)


def _ddk(compiler: str) -> pathlib.Path:
    """MinGW's DDK folder, or a skip that says what is missing."""
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed (packages gcc-mingw-w64-i686, gcc-mingw-w64-x86-64)")
    for folder in DDK_FOLDERS:
        if (folder / "ntddk.h").is_file():
            return folder
    pytest.skip("MinGW's ddk/ntddk.h is not installed (package mingw-w64-common)")


@pytest.mark.parametrize("arch", sorted(COMPILERS))
@pytest.mark.parametrize("source", SOURCES)
def test_compiles_without_a_warning(source: str, arch: str, tmp_path: pathlib.Path) -> None:
    compiler = COMPILERS[arch]
    command = [compiler, "-Wall", "-Werror", "-isystem", str(_ddk(compiler))]
    command += ["-c", str(DRIVERS / source), "-o", str(tmp_path / "driver.o")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_every_bundled_driver_describes_itself() -> None:
    """The file that defines DriverEntry opens with the line that `ntshell drivers` shows."""
    assert {"hello", "lab", "lab_late"} <= {source.split("/")[0] for source in SOURCES}
    for source in ("hello/hello.c", "lab/init.c", "lab_late/init.c"):
        first = (DRIVERS / source).read_text(encoding="ascii").splitlines()[0]
        assert first.startswith("/* ") and first.endswith(". */") and len(first) <= 100, source
