"""The dialect and the habits of drivers, run in the kernel: each file of `dialect/` is a driver that says what it meant.

What it must print stands in its comments, in order: a line each after an arrow.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ntshell.debugger.session import Session, SessionOptions

DRIVERS = Path(__file__).parent / "dialect"


def printed(path: Path, arch: str, **defines: str) -> list[str]:
    """The lines that a driver prints until nothing runs."""
    session = Session(SessionOptions(arch=arch, defines=tuple(defines.items())))
    session.load(str(path))
    stop = session.go()
    assert session.k.crash is None, session.k.crash
    assert stop.kind == "idle", stop
    return "".join(each.text for each in session.k.events if each.kind == "print").splitlines()


@pytest.mark.parametrize("arch", ["x86", "x64"])
@pytest.mark.parametrize("name", sorted(path.stem for path in DRIVERS.glob("*.c")))
def test_says_what_it_meant(name: str, arch: str) -> None:
    path = DRIVERS / f"{name}.c"
    assert printed(path, arch) == re.findall(r"/\* -> (.*?) \*/", path.read_text())
