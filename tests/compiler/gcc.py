"""The host's gcc, told to mean what Microsoft's compiler means: what our compiler is compared with."""

from __future__ import annotations

import functools
import shutil
import signal
import subprocess
from pathlib import Path

C = Path(__file__).parent.parent / "c"
FLAGS = ("-w", "-fwrapv", "-fno-strict-aliasing", "-fshort-wchar", "-mms-bitfields", "-fcommon", "-std=gnu99", f"-I{C}")
WIDTH = {"-m32": ("-msse2", "-mfpmath=sse"), "-m64": ()}  # floats of their own width on both

TRAPS = ("-fsanitize=float-cast-overflow", "-fsanitize-undefined-trap-on-error")


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


def expected(bits: str, folder: Path, *sources: Path, defined: bool = False) -> list[int] | None:
    """What a program tells when the host's compiler made it; None when it runs for more than ten seconds.

    `defined`: also None when it converts a float to an integer that cannot hold it, which C does not define.
    """
    made = folder / f"{sources[0].stem}{bits}"
    files = [str(path) for path in (*sources, C / "host.c")]
    subprocess.run(
        ["gcc", bits, *WIDTH[bits], *FLAGS, *(TRAPS if defined else ()), *files, "-o", str(made)], check=True
    )
    try:
        done = subprocess.run([str(made)], capture_output=True, text=True, check=False, timeout=10)
    except subprocess.TimeoutExpired:
        return None
    if defined and done.returncode == -signal.SIGILL:
        return None
    done.check_returncode()
    return [int(line) for line in done.stdout.split()]
