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


HABITS = {
    'KdPrint("single %d\\n", 1);': "KdPrint takes 1 argument, not 2",
    'tail = ExAllocatePoolWithTag(PagedPool, 16, "Text");': "a char * is passed as argument 3 of ExAllocatePoolWithTag, "
    "which is an unsigned long",
    'ExFreePoolWithTag(tail, "Text");': "a char * is passed as argument 2 of ExFreePoolWithTag, which is an unsigned long",
}


def test_habits_are_warned_of_at_their_line() -> None:
    path = DRIVERS / "habits.c"
    session = Session()
    session.load(str(path))
    lines = path.read_text().split("\n")
    said = {
        lines[each.place.line - 1].strip(): each.message for each in session.programs["habits"].warnings if each.place
    }
    assert said == HABITS


SPELLED = """#include <ntddk.h>\r
#define SAID "said"\r
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)\r
{\r
    int n = 1; // %s\r
    n++; /* %s */\r
    DbgPrint("%%d %%s %%d\\n", n, SAID, \\\r
        sizeof("%s") > 2);\r
    return STATUS_UNSUCCESSFUL;\r
}\r
"""


@pytest.mark.parametrize(
    ("encoding", "word"),
    [
        ("latin-1", "gr\u00fc\u00df"),
        ("utf-8", "gr\u00fc\u00df"),
        ("utf-8-sig", "gr\u00fc\u00df"),
        ("utf-16", "\u8868\u793a"),
        ("utf-16-le", "\u8868\u793a"),
        ("cp932", "\u793a\u8868"),  # ends in the byte of a backslash
        ("gbk", "\u6c49\u8aa0"),  # this too
        ("gbk", "\u6c49\u8a8b"),
        ("euc-kr", "\ud55c\uae00"),
    ],
)
def test_sources_of_every_encoding(encoding: str, word: str, tmp_path: Path) -> None:
    path = tmp_path / "spelled.c"
    inside = word[:1] if word.encode(encoding)[-1:] == b"\\" else word
    path.write_bytes((SPELLED % (word, word, inside)).encode(encoding))
    assert printed(path, "x86") == ["2 said 1"]


def test_printing_of_a_checked_build(tmp_path: Path) -> None:
    """KdPrint and ASSERT are there under -D DBG=1."""
    path = tmp_path / "checked.c"
    path.write_text(
        SPELLED.replace("\r", "").replace("DbgPrint(", "KdPrint((").replace("> 2)", "> 2))") % ("", "", "abc")
    )
    assert printed(path, "x86") == []
    assert printed(path, "x86", DBG="1") == ["2 said 1"]
