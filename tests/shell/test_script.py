"""Command files: those that ship, and what a mistake in one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.base.errors import ExpectationFailed, FileUnreadable, UsageError
from ntshell.base.shipped import folder
from ntshell.debugger.session import Session, SessionOptions
from ntshell.shell.script import run_file, run_lines, summary, unexpected
from ntshell.shell.shell import Shell

FILES = sorted(folder("commands").glob("*.nts"))


@pytest.mark.parametrize("arch", ["x86", "x64"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shipped(file: Path, arch: str) -> None:
    shell = Shell(Session(SessionOptions(arch=arch)))
    for _ in run_file(shell, file):
        pass
    assert unexpected(shell) == []
    assert summary(file)


def run(*lines: str) -> Shell:
    shell = Shell(Session())
    for _ in run_lines(shell, lines, "x.nts"):
        pass
    return shell


def test_assert() -> None:
    run(".assert 1", '.assert 2 > 1 "fine"')
    with pytest.raises(ExpectationFailed) as caught:
        run("* first", '.assert @$irql = 2 "at DISPATCH_LEVEL"')
    assert str(caught.value) == "x.nts:2: at DISPATCH_LEVEL: @$irql = 2 does not hold (@$irql is 0x0)"


def test_expect() -> None:
    run("vertarget", ".expect ntshell", ".echo else", ".expect ntshell")
    with pytest.raises(ExpectationFailed, match=r"x\.nts:2"):
        run("vertarget", ".expect nothing of the kind")


def test_expect_finding() -> None:
    with pytest.raises(ExpectationFailed, match="no finding d1"):
        run("load hello", "g", ".expect_finding d1")


def test_mistakes(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"x\.nts:3.*load"):
        run("", "* comment", "laod lab")
    with pytest.raises(FileUnreadable, match="cannot read"):
        list(run_file(Shell(Session()), tmp_path / "none.nts"))
    (tmp_path / "binary.nts").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileUnreadable, match="no text file"):
        list(run_file(Shell(Session()), tmp_path / "binary.nts"))


def test_findings_fail_the_run() -> None:
    shell = run("load lab_late", "g", "unload", "g `unload.c:83`", "fire lab0", "g")
    assert [finding.code for finding in unexpected(shell)] == [0xD1]
    shell.run(".expect_finding 0xD1")
    assert unexpected(shell) == []


def test_findings_since_a_load_go_back_with_time(tmp_path: Path) -> None:
    (tmp_path / "leaky.c").write_text(
        "#include <ntddk.h>\nVOID Unload(PDRIVER_OBJECT d) { ExAllocatePoolWithTag(NonPagedPool, 16, 'x'); }\n"
        "NTSTATUS DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING r) { d->DriverUnload = Unload; return STATUS_SUCCESS; }\n"
    )
    shell = run(f"load {tmp_path / 'leaky.c'}", "g", "r $t0 = @$position", "unload", "g", "load hello", "g")
    assert unexpected(shell) == []
    shell.run("!tt @$t0; unload leaky; g")
    assert "LEAK" in [finding.name for finding in unexpected(shell)]
    shell.run(".expect_finding LEAK")
    assert "LEAK" not in [finding.name for finding in unexpected(shell)]
    assert shell.session.expected
    shell.run("!tt 0")
    assert shell.session.since == 0 and shell.session.expected == ()
