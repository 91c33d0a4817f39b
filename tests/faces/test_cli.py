"""The command line: what it takes, what it refuses in one clear line, and what it ends with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import ntshell
from ntshell.base.errors import Exit
from tests.faces.conftest import Run

Driver = Callable[[str], str]


def test_version_and_help(process: Run) -> None:
    assert process("--version").out == f"ntshell {ntshell.__version__}\n"
    shown = process("--help")
    assert shown.code == Exit.CLEAN
    for word in (
        "SOURCE",
        "run FILE.nts",
        "serve",
        "drivers",
        "--arch",
        "--machine",
        "--json",
        "--steps",
        "exit codes",
    ):
        assert word in shown.out


def test_drivers_are_listed_with_their_first_line(run: Run) -> None:
    shown = run("drivers")
    assert shown.code == Exit.CLEAN
    assert {"hello", "lab", "lab_late"} <= {line.split()[0] for line in shown.out.splitlines()}
    (found,) = run("drivers", "--json").objects
    assert found["command"] == "drivers"
    assert all(each["about"].endswith(".") for each in found["drivers"])


WRONG = {
    "no such option": (["--fast"], "--fast"),
    "no such machine": (["--arch", "alpha"], "alpha"),
    "no number": (["--steps", "many"], "'many' is no number of steps"),
    "no steps at all": (["--steps", "0"], "'0' is no number of steps"),
    "no file to run": (["run"], "no command file"),
    "missing file to run": (["run", "nowhere.nts"], "nowhere.nts"),
    "missing folder of headers": (["-I", "/nowhere"], "/nowhere"),
    "no C name": (["-D", "a-b=1"], "a-b"),
    "too many words": (["drivers", "lab"], "'lab' is too much"),
    "unknown driver": (["run", "-c", "load labb"], "did you mean lab?"),
    "unknown driver as source": (["shell", "labb"], "did you mean lab?"),
    "no such .c file": (["nowhere.c"], "no such file: nowhere.c"),
    "no port": (["serve", "--port", "many"], "'many' is no port"),
    "a port without serve": (["lab", "--port", "80"], "--port is for serve"),
    "missing machine file": (["--machine", "nowhere.toml", "lab"], "nowhere.toml"),
    "unknown command": (["run", "-c", "lload lab"], "did you mean load?"),
    "unload without a driver": (["run", "-c", "unload"], "no driver is loaded"),
    "a name that is not there": (["run", "-c", "load hello; ? nowhere"], "nowhere"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_one_line_and_exit_code_two(name: str, run: Run) -> None:
    argv, named = WRONG[name]
    shown = run(*argv)
    assert shown.code == Exit.USAGE
    (line,) = shown.err.splitlines()
    assert line.startswith("ntshell: ")
    assert named in line


def test_a_folder_without_source(run: Run, tmp_path: Path) -> None:
    shown = run("shell", str(tmp_path))
    assert shown.code == Exit.USAGE
    assert "no .c file in the folder" in shown.err


def test_options_may_stand_anywhere(run: Run, driver: Driver) -> None:
    for argv in (["--arch", "x64", "run", "-c"], ["run", "--arch", "x64", "-c"]):
        shown = run(*argv, f"load {driver('clean')}; ? 8 + 1")
        assert shown.code == Exit.CLEAN, shown.err
        assert "= 00000000`00000009" in shown.out


def test_include_and_define_reach_the_compiler(run: Run, tmp_path: Path) -> None:
    (tmp_path / "inc").mkdir()
    (tmp_path / "inc" / "mine.h").write_text("#define MINE 3\n", encoding="utf-8")
    source = tmp_path / "two.c"
    source.write_text(
        '#include <ntddk.h>\n#include "mine.h"\nULONG First = MINE, Second = OTHER, Third = FLAG;\n'
        "NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT D, PUNICODE_STRING R)\n{\n    return STATUS_SUCCESS;\n}\n",
        encoding="utf-8",
    )
    commands = f"load {source}; .assert dwo(First) == 3; .assert dwo(Second) == 5; .assert dwo(Third) == 1"
    shown = run("run", "-I", str(tmp_path / "inc"), "-D", "OTHER=5", "-D", "FLAG", "-c", commands)
    assert shown.code == Exit.CLEAN, shown.err


def test_c_that_does_not_compile_shows_the_line(run: Run, driver: Driver) -> None:
    shown = run("run", "-c", f"load {driver('syntax')}")
    assert shown.code == Exit.COMPILE
    first, second = shown.err.splitlines()[:2]
    assert first.startswith("ntshell: syntax.c:3: ")
    assert second.strip() == "{ return 0; }"


def test_a_missing_header_is_named(run: Run, driver: Driver) -> None:
    shown = run("run", "-c", f"load {driver('header')}")
    assert shown.code == Exit.COMPILE
    assert shown.err.startswith("ntshell: header.c:1: ")
    assert "nowhere.h" in shown.err


def test_a_bug_of_ours_is_a_traceback_that_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ntshell import cli

    monkeypatch.setattr(cli, "_dispatch", lambda argv: 1 // 0)
    assert cli.main([]) == cli.BUG
    shown = capsys.readouterr().err
    assert "ZeroDivisionError" in shown
    assert "this is a bug of ntshell's" in shown.splitlines()[-1]


def test_a_pipe_that_closes_early_says_nothing(process: Run) -> None:
    import subprocess
    import sys

    command = f"{sys.executable} -m ntshell run -c 'load lab; g; !object \\Device; !reg; !ledger; lm; x *!*' | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1
