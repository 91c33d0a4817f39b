"""What a breakpoint has done when `g` reaches it."""

from __future__ import annotations

import pytest

from ntshell.base.errors import UsageError
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


def output(shell: Shell, line: str) -> str:
    return "\n".join(report.text for _, _, report in shell.execute(line))


def test_a_routine_of_the_kernel_is_reached_where_drivers_call_it() -> None:
    shell = Shell(Session())
    lines(shell, "load lab")
    assert "calls of nt!IoCreateDevice [init.c:" in output(shell, "bp nt!IoCreateDevice")
    assert output(shell, "bp IoCreateDevice") == "breakpoint 0 redefined"
    assert "calls of IoCompleteRequest" in output(shell, "bp IoCompleteRequest")
    assert "no driver that is loaded calls nt!IoAttachDevice" in output(shell, "bp IoAttachDevice")
    lines(shell, "g")

    assert (shell.session.stop.kind, shell.session.stop.symbol) == ("breakpoint", "lab!LabCreateUnit")
    assert "IoCreateDevice" in output(shell, ".lastevent")


def test_places_by_expression_and_by_line_of_a_module() -> None:
    shell = Shell(Session())
    lines(shell, "load lab")
    assert "lab!LabIsr [isr.c:" in output(shell, "bp LabIsr+8")
    assert output(shell, f"bp {shell.evaluate('LabIsr') + 8:#x}") == "breakpoint 0 redefined"
    assert "lab!LabUnload" in output(shell, "bp labunload")
    assert "lab!DriverEntry" in output(shell, "bp @$ip")
    assert "lab!LabCreateUnits" in output(shell, "bp lab!`init.c:147`")
    assert output(shell, "bp `init.c:147`") == "breakpoint 3 redefined"
    assert "deferred bp (did you mean LabIsr?)" in output(shell, "bp LabIsrr")
    assert output(shell, "bp other!Qqqq").endswith("adding deferred bp")
    steps = shell.session.breakpoints.table[0].steps
    lines(shell, ".restart")
    assert len(shell.session.breakpoints.table[0].steps) == 1 and shell.session.breakpoints.table[0].steps != steps


@pytest.mark.parametrize(
    ("line", "words"), [("bp `init.c:9999`", "no statement at init.c:9999"), ("bp 10", "no address of code")]
)
def test_no_such_place(line: str, words: str) -> None:
    shell = Shell(Session())
    lines(shell, "load lab")
    with pytest.raises(UsageError, match=words):
        lines(shell, line)
    assert not shell.session.breakpoints.table


def test_go_to_a_place_says_so_and_leaves_other_breakpoints_alone() -> None:
    shell = Shell(Session())
    lines(shell, "load lab")
    assert output(shell, "g LabCreateUnit").startswith("reached LabCreateUnit")
    lines(shell, ".restart", 'bp LabCreateUnit "r $t0 = 5"')
    assert "Breakpoint 0 hit" in output(shell, "g LabCreateUnit")
    assert shell.session.variables[0] == 5
    assert shell.session.breakpoints.table[0].commands == "r $t0 = 5"
