"""Command files, -c and stdin: transcripts, JSON, expectations, and exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ntshell.base.errors import Exit
from ntshell.base.shipped import folder
from tests.faces.conftest import Run

Driver = Callable[[str], str]


def script(folder: Path, *lines: str) -> str:
    file = folder / "test.nts"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(file)


def test_what_comes_out_reads_as_a_transcript(run: Run, driver: Driver) -> None:
    shown = run("run", "-c", f"load {driver('clean')}; g; unload; g")
    assert shown.code == Exit.CLEAN, shown.err
    prompts = [line for line in shown.out.splitlines() if "kd> " in line]
    assert [line.split("kd> ")[1].split()[0] for line in prompts] == ["load", "g", "unload", "g"]
    assert "clean!DriverEntry" in prompts[1]
    assert shown.err == ""


def test_json_is_one_object_a_command(run: Run, driver: Driver) -> None:
    shown = run("--json", "run", "-c", f"load {driver('clean')}; p; lm")
    assert shown.code == Exit.CLEAN, shown.err
    load, step, modules = shown.objects
    assert [each["ok"] for each in shown.objects] == [True] * 3
    assert load["command"].startswith("load ")
    assert load["position"] < step["position"] == modules["position"]
    assert load["place"]["line"] == 9


def test_json_of_a_mistake(run: Run, driver: Driver) -> None:
    shown = run("--json", "run", "-c", f"load {driver('clean')}; nowhere")
    assert shown.code == Exit.USAGE
    assert [each["ok"] for each in shown.objects] == [True, False]
    assert "nowhere" in shown.objects[-1]["error"]
    assert shown.objects[-1]["command"].endswith("; nowhere")
    assert shown.err.startswith("ntshell: ")


def test_json_of_a_mistake_in_a_file_has_its_line(run: Run, tmp_path: Path) -> None:
    file = script(tmp_path, "? 1", "nowhere $$ to be found")
    (good, bad) = run("--json", "run", file).objects
    assert (good["ok"], bad["ok"], bad["command"]) == (True, False, "nowhere $$ to be found")
    assert bad["place"] == {"file": file, "line": 2}


def test_commands_come_from_stdin(run: Run, driver: Driver) -> None:
    shown = run("shell", driver("clean"), stdin="* a comment\n\ng; unload\ng\n.expect unload\n")
    assert shown.code in (Exit.CLEAN, Exit.BROKEN)
    assert "kd> unload" in shown.out
    assert run("shell", driver("clean"), stdin="g\nnowhere\ng\n").err.startswith("ntshell: stdin:2: ")
    assert run("run", "-", stdin=f"load {driver('clean')}\ng\n").code == Exit.CLEAN


def test_bare_ntshell_has_lab_loaded(run: Run) -> None:
    shown = run(stdin="q\n")
    assert shown.code == Exit.CLEAN
    assert "lab!DriverEntry" in shown.out


def test_several_files_have_machines_of_their_own(run: Run, driver: Driver, tmp_path: Path) -> None:
    file = script(tmp_path, f"load {driver('clean')}", "g")
    assert run("run", file, file).code == Exit.CLEAN


def test_a_failed_expectation_names_file_and_line(run: Run, driver: Driver, tmp_path: Path) -> None:
    file = script(tmp_path, "* first", f"load {driver('clean')}", 'g; .assert 1 == 2 "one is two"', ".echo never")
    shown = run("run", file)
    assert shown.code == Exit.BROKEN
    assert shown.err.startswith("ntshell: test.nts:3: ")
    assert "one is two" in shown.err
    assert "never" not in shown.out
    expecting = script(tmp_path, "? 1 + 1", ".expect 00000002", ".expect 00000003")
    assert "test.nts:3" in run("run", expecting).err


def test_a_mistake_in_a_file_names_the_line(run: Run, tmp_path: Path) -> None:
    shown = run("run", script(tmp_path, ".echo x", "", "nowhere"))
    assert shown.code == Exit.USAGE
    assert shown.err.startswith("ntshell: test.nts:3: ")


@pytest.mark.parametrize("name", ["leak", "null"])
def test_a_finding_that_nobody_expected_fails_the_run(name: str, run: Run, driver: Driver) -> None:
    commands = f"load {driver(name)}; g" + ("; unload; g" if name == "leak" else "")
    shown = run("run", "-c", commands)
    assert shown.code == Exit.BROKEN
    assert "finding: " in shown.err
    assert f"{name}.c:9" in shown.err + shown.out


def test_an_expected_finding_does_not(run: Run, driver: Driver) -> None:
    (load, go) = run("--json", "run", "-c", f"load {driver('null')}; g").objects[:2]
    assert (load["bugcheck"], go["stop"]) == (0, "bugcheck")
    commands = f"load {driver('null')}; g; .assert @$bugcheck == {go['bugcheck']:x}; .expect_finding {go['bugcheck']:x}"
    shown = run("run", "-c", commands)
    assert shown.code == Exit.CLEAN, shown.err


def test_a_finding_is_not_forgotten_by_the_next_load(run: Run, driver: Driver) -> None:
    commands = f"load {driver('leak')}; g; unload; g; load {driver('clean')}; g; unload; g"
    assert run("run", "-c", commands).code == Exit.BROKEN
    assert run("run", "-c", f"load {driver('null')}; g; .restart").code == Exit.BROKEN


def test_after_a_bug_check_a_restart_works(run: Run, driver: Driver) -> None:
    shown = run("run", "-c", f"load {driver('null')}; g; .restart; .assert @$bugcheck == 0")
    assert shown.code == Exit.BROKEN
    assert "null!DriverEntry" in shown.out.split("kd> .restart")[1]


def test_a_budget_ends_an_endless_loop(run: Run, driver: Driver) -> None:
    shown = run("run", "--steps", "10000", "-c", f"load {driver('endless')}; g; .echo never")
    assert shown.code == Exit.BUDGET
    assert "endless.c:9" in shown.err or "endless.c:10" in shown.err
    assert "never" not in shown.out


def test_a_routine_that_is_not_there_stops_at_its_call(run: Run, driver: Driver) -> None:
    shown = run("run", "-c", f"load {driver('missing')}; g")
    load, go = shown.out.split("kd> ")[1:]
    assert "ExFlyToTheMoon" in load
    assert "missing.c:" in load
    assert "ExFlyToTheMoon" in go


def test_the_same_commands_give_the_same_bytes(process: Run) -> None:
    commands = "load lab; g; fire lab0; g; !ledger; !drvobj; unload; g"
    first, second = (process("run", "-c", commands, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert first == second


def test_ctrl_c_ends_a_run(driver: Driver) -> None:
    command = [
        sys.executable,
        "-u",
        "-m",
        "ntshell",
        "run",
        "-c",
        f"load {driver('endless')}; .echo running",
        "-c",
        "g",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as child:
        assert child.stdout is not None
        while (line := child.stdout.readline().strip()) != "running":
            assert line or child.poll() is None, child.communicate()
        for _ in range(50):
            child.send_signal(signal.SIGINT)
            try:
                child.wait(0.5)
                break
            except subprocess.TimeoutExpired:
                continue
        out, err = child.communicate(timeout=30)
    assert child.returncode == Exit.INTERRUPTED, out + err
    assert "Traceback" not in err


@pytest.mark.parametrize("file", sorted(folder("commands").glob("*.nts")), ids=lambda file: file.stem)
def test_command_files_that_ship_end_clean(file: Path, run: Run) -> None:
    shown = run("run", str(file))
    assert (shown.code, shown.err) == (Exit.CLEAN, "")
