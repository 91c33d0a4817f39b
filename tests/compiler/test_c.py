"""The programs of tests/c mean the same to our compiler, for both targets, as to the host's gcc."""

from __future__ import annotations

import functools
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.compiler.harness import Harness, compiled

C = Path(__file__).parent.parent / "c"
PROGRAMS = sorted(path.stem for path in C.glob("*.c") if path.stem != "host")
FLAGS = ("-w", "-fwrapv", "-fno-strict-aliasing", "-fshort-wchar", "-mms-bitfields", "-ffloat-store", "-std=gnu99")


@functools.cache
def gcc(bits: str) -> bool:
    """Whether the host has a gcc that makes and runs programs of this width."""
    if shutil.which("gcc") is None:
        return False
    probe = subprocess.run(
        ["gcc", bits, "-x", "c", "-", "-o", "/dev/null"], input="#include <stdio.h>\nint main(void){return 0;}",
        text=True, capture_output=True, check=False,
    )  # fmt: skip
    return probe.returncode == 0


def expected(path: Path, bits: str, folder: Path) -> list[int]:
    """What the host's compiler makes of a program."""
    program = folder / f"{path.stem}{bits}"
    subprocess.run(["gcc", bits, *FLAGS, str(path), str(C / "host.c"), "-o", str(program)], check=True)
    done = subprocess.run([str(program)], capture_output=True, text=True, check=True, timeout=20)
    return [int(line) for line in done.stdout.split()]


def ours(path: Path, arch: str) -> list[int]:
    """What our compiler makes of it."""
    told: list[int] = []
    harness = Harness(compiled(path, arch), {"report": told.append})
    harness.run("main")
    return told


@pytest.mark.parametrize(("arch", "bits"), [("x86", "-m32"), ("x64", "-m64")])
@pytest.mark.parametrize("name", PROGRAMS)
def test_as_gcc(name: str, arch: str, bits: str, tmp_path: Path) -> None:
    if not gcc(bits):
        pytest.skip(f"no gcc {bits}")
    assert ours(C / f"{name}.c", arch) == expected(C / f"{name}.c", bits, tmp_path)
