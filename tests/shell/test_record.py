"""The record, and the command files that `.save` makes of it: they lead to the same state, and end well."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ntshell.base.errors import NtshellError, UsageError
from ntshell.base.shipped import folder
from ntshell.debugger.session import Session, SessionOptions
from ntshell.debugger.stepping import Stepper
from ntshell.faces.batch import Batch
from ntshell.run.engine import Halt
from ntshell.shell.script import run_file
from ntshell.shell.shell import QuitShell, Shell

LATE = "load lab_late; g; unload; g `unload.c:83`; fire lab0; g"
RICH = (
    "bp LabStartIo; r $t3 = 0n77; load lab_late; p; p; t 3; p-; db DriverObject L20",
    "",
    "g; bd 0; io open \\\\.\\LAB1; io read 1 4; k",
    "fire lab0; gu; g; r $t0 = @$position; nowhere",
    'io write 1 "a;b \\x41" $$ with text; p; io close 1',
    'bc 0; bp `unload.c:83` ".echo here; !irql"; unload; g; * the race',
    "fire lab0; g",
    "p-; p-; g; !analyze -v; !tt @$t0; tick 20ms; !irql; io close 1; unload; g; fire lab0; g",
)


def done(*lines: str, **options: Any) -> Shell:
    """A shell in which lines have been done; those that fail, as far as they go."""
    shell = Shell(Session(SessionOptions(**options)))
    for line in lines:
        try:
            shell.run(line)
        except NtshellError:
            pass
    return shell


def picture(shell: Shell) -> dict[str, Any]:
    """What must be the same again."""
    session = shell.session
    k, journal = session.k, session.k.journal
    table = session.breakpoints.table
    return {
        "position": (journal.oldest, journal.position, journal.last, k.machine.now, k.irql, session.stop.symbol),
        "findings": [(each.name, each.position, each.parameters) for each in k.findings],
        "crash": k.crash.name if k.crash is not None else "",
        "drivers": (session.current, [image.name for image in k.images], session.since),
        "breakpoints": {n: (each.where, each.commands, each.enabled) for n, each in table.items()},
        "variables": session.variables,
        "events": [event.text for event in k.events],
        "requests": [(each.state, each.status, each.data) for each in k.io.requests],
    }


def replayed(shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Save, run what was saved on a machine of its own in either way; it is the same, and the run ends well."""
    file = tmp_path / "a b.nts"
    shell.run(f'.save "{file}" --force')
    again = Shell(Session(shell.session.options))
    for _ in run_file(again, file):
        pass
    assert picture(again) == picture(shell)
    assert again.session.unexpected() == []
    assert Batch(shell.session.options).run([], str(file)) == 0, file.read_text()
    capsys.readouterr()
    return again


@pytest.mark.parametrize("arch", ["x86", "x64"])
def test_a_rich_session(arch: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shell = done(*RICH, arch=arch)
    assert shell.session.k.crash is not None
    again = replayed(shell, tmp_path, capsys)
    assert "nowhere" not in again.record.lines
    assert shell.record.lines.count("db DriverObject L20") == shell.record.lines.count("db") == 1
    assert not any(line.startswith(".echo here") for line in shell.record.lines)


def test_the_header_says_how_to_do_it_again(tmp_path: Path) -> None:
    machine = folder("machines") / "default.toml"
    shell = done(*RICH, arch="x64", machine=machine)
    shell.run(f'.save "{tmp_path / "the race.nts"}"')
    header = (tmp_path / "the race.nts").read_text().splitlines()[1]
    program, *words = shlex.split(header.partition(": ")[2])
    assert program == "ntshell"
    command = [sys.executable, "-m", "ntshell", "--json", *words]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert told[-1]["position"] == shell.session.k.journal.position
    assert told[-1]["command"] == ".expect_finding DRIVER_IRQL_NOT_LESS_OR_EQUAL"


@pytest.mark.parametrize("file", sorted(folder("commands").glob("*.nts")), ids=lambda file: file.stem)
def test_the_files_that_ship(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shell = done()
    for _ in run_file(shell, file):
        pass
    replayed(shell, tmp_path, capsys)


LEAKY = """#include <ntddk.h>
VOID Unload(PDRIVER_OBJECT D) { }
NTSTATUS DriverEntry(PDRIVER_OBJECT D, PUNICODE_STRING R) {
    D->DriverUnload = Unload;
    ExAllocatePoolWithTag(NonPagedPool, 8, 'a');
    return STATUS_UNSUCCESSFUL;
}
"""


def test_findings_before_another_load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leaky = tmp_path / "my driver.c"
    leaky.write_text(LEAKY)
    shell = done(f'load "{leaky}"; g', "load hello; g", f'load "{leaky}"; g')
    replayed(shell, tmp_path, capsys)
    lines = shell.record.lines
    assert lines[lines.index("load hello") - 1] == ".expect_finding LEAK"


def test_restart_begins_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shell = done(
        'load lab_late; bp LabStartIo; bp LabIsr ".echo hit"; bp `unload.c:83`; bd 2; bc 0; r $t1 = 5', LATE, ".restart"
    )
    assert not any("unload" in line and not line.startswith("bp") for line in shell.record.lines)
    replayed(shell, tmp_path, capsys)
    shell.run("g; bp LabUnload; unload; g; bc 1")
    replayed(shell, tmp_path, capsys)


def test_restart_with_several_drivers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leaky = tmp_path / "leaky.c"
    leaky.write_text(LEAKY)
    shell = done(f"load {leaky}; g; load lab; bp nt!IoCreateDevice; g; load hello; g; g; .restart")
    assert len(shell.session.sources) == 3
    replayed(shell, tmp_path, capsys)
    null = tmp_path / "null.c"
    null.write_text("#include <ntddk.h>\nNTSTATUS DriverEntry(PDRIVER_OBJECT D, PUNICODE_STRING R) { return 0; }\n")
    shell = done(f"load {null}; g; load hello; g")
    null.write_text(null.read_text().replace("return 0", "return *(int *)16"))
    shell.run(".restart")
    assert shell.session.k.crash is not None
    replayed(shell, tmp_path, capsys)


def test_what_cannot_be_done_again_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "endless.c"
    file.write_text(
        "#include <ntddk.h>\nULONG N;\nNTSTATUS DriverEntry(PDRIVER_OBJECT D, PUNICODE_STRING R) { for (;;) N++; }\n"
    )
    shell = done(f"load {file}")
    go = Stepper.go

    def interrupted(stepper: Stepper) -> Halt:
        stepper.engine.interrupted = True
        return go(stepper)

    with monkeypatch.context() as patch:
        patch.setattr(Stepper, "go", interrupted)
        shell.run("g")
    assert shell.session.stop.kind == "interrupted"
    assert shell.record.lines[-1].startswith("* g: interrupted at position")
    shell = done(f"load {file}; g; p-", steps=100)
    assert shell.record.lines[1].startswith("* this ends a command file:") and shell.record.lines[2:] == ["g", "p-"]


def test_a_file_that_is_there_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shell = done("load hello", arch="x64", defines=(("A", "b c"),), include=(Path("my headers"),), steps=1000)
    shell.run(".save tour")
    saved = Path("tour.nts").read_text()
    assert saved.splitlines()[1:] == [
        "* to do it again: ntshell --arch x64 -I 'my headers' -D 'A=b c' --steps 1000 run tour.nts",
        "load hello",
    ]
    with pytest.raises(UsageError, match=r'tour\.nts is there already \(\.save "tour\.nts" --force overwrites it\)'):
        shell.run(".save tour.nts")
    shell.run("g; .save --force tour")
    assert Path("tour.nts").read_text() == saved + "g\n"
    for line in ('.save ""', ".save", ".save a b", ".save --force", ".save nowhere/x", ".save . --force"):
        with pytest.raises(UsageError):
            shell.run(line)
    assert [each.name for each in tmp_path.iterdir()] == ["tour.nts"]


def test_views_and_the_end_are_not_on_record() -> None:
    shell = done("load hello")
    shell.view("k")
    with pytest.raises(QuitShell):
        shell.run("p; q")
    assert shell.record.lines == ["load hello", "p"]
