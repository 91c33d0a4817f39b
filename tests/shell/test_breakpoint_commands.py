"""What a breakpoint has done when `g` reaches it."""

from __future__ import annotations

from ntshell.debugger.session import Session
from ntshell.shell.shell import Shell


def lines(shell: Shell, *commands: str) -> list[str]:
    return [text for line in commands for _, text, _ in shell.execute(line)]


def test_commands_run_at_the_hit_and_may_go_on() -> None:
    shell = Shell(Session())
    lines(shell, "load lab", 'bp LabCreateUnit "r $t0 = @$t0 + 1; k; g"', "g")

    assert shell.session.stop.kind == "idle"
    assert shell.session.variables[0] == 2


def test_without_go_they_leave_it_there() -> None:
    shell = Shell(Session())
    done = lines(shell, "load lab", 'bp LabCreateUnit "!irql"', "g")

    assert done[-1] == "!irql"
    assert shell.session.stop.kind == "breakpoint"


def test_stepping_onto_it_runs_none() -> None:
    shell = Shell(Session())
    lines(shell, "load lab", 'bp `init.c:30` "r $t1 = 7"')
    while shell.session.stop.kind not in ("breakpoint", "idle"):
        lines(shell, "t")

    assert shell.session.k.journal.position > 3
    assert shell.session.variables[1] == 0
