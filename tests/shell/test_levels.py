"""The IRQL's ladder: what runs, what was interrupted at which level, what waits, and who queued it."""

from __future__ import annotations

from typing import Any

import pytest

from ntshell.debugger.session import Session, SessionOptions
from ntshell.shell.report import Line, as_json, lines_of
from ntshell.shell.shell import Shell


def started(*lines: str, arch: str = "x86") -> Shell:
    shell = Shell(Session(SessionOptions(arch=arch)))
    for line in lines:
        shell.run(line)
    return shell


def lines(shell: Shell) -> list[Line]:
    return lines_of(shell.run("!levels")[-1][2])


def texts(shell: Shell) -> list[str]:
    return [line.text for line in lines(shell)]


def facts(shell: Shell) -> dict[str, Any]:
    return as_json(shell.run("!levels")[-1][2])


def test_an_interrupt_in_the_middle_of_unload() -> None:
    shell = started("load lab_late; g; unload; g `unload.c:83`; fire lab0")
    assert texts(shell) == [
        "  31 HIGH_LEVEL",
        "  30 POWER_LEVEL",
        "  29 IPI_LEVEL",
        "  28 CLOCK2_LEVEL",
        "  27 PROFILE_LEVEL",
        "> 22 DIRQL 22 (IRQ 5)",
        "     lab_late!LabIsr [isr.c:67] runs",
        "   2 DISPATCH_LEVEL",
        "   1 APC_LEVEL",
        "   0 PASSIVE_LEVEL",
        "     lab_late!LabUnload [unload.c:83]",
        "       interrupted",
        "",
        "Interrupt lines",
        "  IRQ 5: asserted",
        "    driven by lab0",
    ]
    links = {line.text.strip(): str(line.link) for line in lines(shell)}
    assert links["lab_late!LabUnload [unload.c:83]"] == links["interrupted"] == "unload.c:83"
    told = {level["level"]: level["routines"] for level in facts(shell)["levels"] if level["routines"]}
    assert [(each["name"], each["state"]) for each in told[22]] == [("lab_late!LabIsr", "runs")]
    assert [(each["name"], each["state"]) for each in told[0]] == [("lab_late!LabUnload", "interrupted")]
    shell.run("g")
    assert any(line.endswith("stopped") for line in texts(shell))


def test_an_interrupt_on_top_of_a_dpc_and_the_queue() -> None:
    shell = started("load lab; g; io open \\\\.\\LAB1; io read 1 4; g; fire lab0; bp LabDpcForIsr; gu")
    found = texts(shell)
    at = found.index(">  2 DISPATCH_LEVEL")
    assert found[at + 1].startswith("     lab!LabDpcForIsr [isr.c:") and found[at + 1].endswith(" runs")
    assert found[at + 2] == "     1 DPC waits"
    assert "     thread 8 (idle) interrupted" in found
    at = found.index("DPC queue")
    queued = next(line for line in lines(shell) if line.text.strip().startswith("queued by"))
    assert queued.text == f"    queued by lab!LabIsr [{queued.link}]"
    assert [each["routine"] for each in facts(shell)["dpcs"]] == ["lab!LabActivityDpc"]
    shell.run("fire lab1")
    found = facts(shell)["levels"]
    states = {each["level"]: [(one["name"], one["state"]) for one in each["routines"]] for each in found}
    assert states[22] == [("lab!LabIsr", "runs")]
    assert states[2] == [("lab!LabDpcForIsr", "interrupted")]
    assert states[0][0] == ("thread 8 (idle)", "interrupted")


def test_what_the_clock_queues_was_queued_by_nobody_else() -> None:
    shell = started("load lab; g; io open \\\\.\\LAB1; io read 1 4; g; fire lab0", "tick 1s")
    by = {each["routine"]: each["by"] for each in facts(shell)["dpcs"]}
    assert by["lab!LabStatisticsDpc"] == ""
    assert "    queued by the clock" in texts(shell)


def test_timers_with_the_time_to_go() -> None:
    shell = started("load lab; g; tick 400ms")
    found = facts(shell)["timers"]
    assert [(each["routine"], each["left"], each["period"]) for each in found] == [
        ("nt!IopTimerDispatch", 6_000_000, 1000),
        ("lab!LabStatisticsDpc", 6_000_000, 0),
    ]
    assert "    lab!LabStatisticsDpc" in texts(shell)
    assert any(line.endswith(" in 600 ms, every 1000 ms") for line in texts(shell))


def test_a_line_that_is_held_off_waits_at_its_level() -> None:
    shell = started("load lab; g; fire lab0", "fire lab0 --force")
    found = texts(shell)
    assert found[found.index("> 22 DIRQL 22 (IRQ 5)") + 2] == "     IRQ 5 waits"
    assert "  IRQ 5: pending, held off by the IRQL" in found


@pytest.mark.parametrize("arch", ["x86", "x64"])
def test_it_fits_a_narrow_pane_and_changes_nothing(arch: str) -> None:
    shell = started("load lab_late; g; unload; stage; stage; fire lab0", arch=arch)
    journal = shell.session.k.journal
    before = (journal.position, len(journal.log))
    assert max(map(len, texts(shell))) <= 40
    assert facts(shell)["irql"] == shell.session.k.irql
    assert (journal.position, len(journal.log)) == before
