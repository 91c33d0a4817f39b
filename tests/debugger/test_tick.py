"""Time moved by hand: from due time to due time on an idle machine, all at once where somebody stands in code."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.debugger.session import Session
from tests.run.rig import Rig, rig

PERIODIC = """
static ULONG Count, Way, Woken;
static KTIMER Timer;
static KDPC Dpc;
static VOID NTAPI Later(PKDPC D, PVOID Context, PVOID One, PVOID Two)
{
    Count++;
    if (Way == 1 && Count == 3) { *(volatile ULONG *)8 = 1; }
    if (Way == 2 && Count == 3) { KeCancelTimer(&Timer); }
    if (Way == 3 && Count == 3) {
        Way = 4; /* @third */
    }
}
static VOID NTAPI Thread(PVOID Context)
{
    LARGE_INTEGER T;
    T.QuadPart = -2500000;
    for (;;) { KeDelayExecutionThread(KernelMode, FALSE, &T); Woken++; }
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    HANDLE Handle;
    LARGE_INTEGER T;
    T.QuadPart = -1000000;
    PsCreateSystemThread(&Handle, 0, NULL, NULL, NULL, Thread, NULL);
    ZwClose(Handle);
    KeInitializeDpc(&Dpc, Later, NULL);
    KeInitializeTimer(&Timer);
    KeSetTimerEx(&Timer, T, 100, &Dpc);
    return STATUS_SUCCESS;
}
"""
SECOND = 10_000_000


def started(folder: Path, way: int = 0) -> Rig:
    found = rig(folder)
    found.start(found.write(PERIODIC, "p"))
    found.session.k.memory.store(found.address("Way"), 4, way)
    return found


def test_every_due_time_has_its_dpc_and_its_threads(tmp_path: Path) -> None:
    found = started(tmp_path)
    session, k = found.session, found.session.k
    start = k.journal.position

    stop = session.tick(SECOND)

    assert (stop.kind, stop.reason) == ("input", "time is 1.000 s; the machine is idle")
    assert 9 <= found.value("Count") <= 10  # a due time falls on a clock tick
    assert found.value("Woken") == 4
    assert k.machine.now == SECOND
    session.tick(1)
    assert k.machine.now == SECOND + 1
    end = k.journal.position
    session.travel(start)
    assert (found.value("Count"), k.machine.now) == (0, 0)
    session.travel(end)
    assert (found.value("Woken"), k.machine.now) == (4, SECOND + 1)


def test_what_stops_on_the_way_stops_the_clock(tmp_path: Path) -> None:
    found = started(tmp_path, 3)
    session = found.session
    found.break_at(found.at("p", "third"))

    stop = session.tick(SECOND)

    assert (stop.kind, stop.symbol, found.value("Count")) == ("breakpoint", "p!Later", 3)
    assert 3_000_000 <= session.k.machine.now < 3_300_000
    assert stop.news[-1].text.startswith("the clock stands at 0.3")
    assert "of the tick are left" in stop.news[-1].text
    assert session.go().kind == "idle"
    assert session.k.machine.now < 3_300_000


def test_a_bug_check_on_the_way(tmp_path: Path) -> None:
    found = started(tmp_path, 1)

    stop = found.session.tick(SECOND)

    assert (stop.kind, found.value("Count")) == ("bugcheck", 3)
    assert "the clock stands at 0.3" in stop.news[-1].text
    found.session.back_into()
    assert found.session.k.crash is None


def test_a_dpc_that_cancels_its_timer_is_the_last(tmp_path: Path) -> None:
    found = started(tmp_path, 2)

    assert found.session.tick(SECOND).kind == "input"
    assert found.value("Count") == 3


def test_a_clock_that_runs_long_can_be_interrupted(tmp_path: Path) -> None:
    found = started(tmp_path)
    session = found.session
    session.engine.budget = 5000

    stop = session.tick(864_000_000_000)

    assert stop.kind == "budget"
    assert 10 * SECOND < session.k.machine.now < 1000 * SECOND


@pytest.mark.parametrize("move", ["over", "into"])
def test_in_the_middle_of_code_what_is_due_comes_in_at_once(tmp_path: Path, move: str) -> None:
    found = started(tmp_path)
    session = found.session
    found.break_at("Later")
    session.tick(2_000_000)
    assert session.stop.kind == "breakpoint"
    getattr(session, move)()

    stop = session.tick(SECOND)

    assert (stop.kind, stop.symbol) == ("input", "p!Later")  # at DISPATCH_LEVEL: nothing comes in yet
    assert found.value("Count") == 1
    assert stop.reason.endswith("1 DPCs queued")


def test_the_clock_moves_no_further_than_it_is_told_while_a_driver_waits(tmp_path: Path) -> None:
    found = rig(tmp_path)
    session = found.session
    found.load(
        found.write(
            "static ULONG Slept;\nNTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)\n{\n"
            "    LARGE_INTEGER T;\n    ULONG N;\n    T.QuadPart = -20000000000LL;\n"
            "    for (N = 0; N < 4; N++) { KeDelayExecutionThread(KernelMode, FALSE, &T); Slept++; }\n"
            "    return STATUS_SUCCESS;\n}\n",
            "sl",
        )
    )
    assert session.go().kind == "idle"  # an hour has passed by itself
    slept, now = found.value("Slept"), session.k.machine.now

    session.tick(2000 * SECOND)

    assert found.value("Slept") == slept + 1
    assert session.k.machine.now == now + 2000 * SECOND


def test_a_timer_on_a_stack_that_is_gone_is_met_at_dispatch_level(tmp_path: Path) -> None:
    file = tmp_path / "gone.c"
    file.write_text(
        "#include <ntddk.h>\n"
        "NTSTATUS DriverEntry(PDRIVER_OBJECT D, PUNICODE_STRING R)\n"
        "{ KTIMER T; LARGE_INTEGER Due; KeInitializeTimer(&T); Due.QuadPart = -10000000; KeSetTimer(&T, Due, NULL);\n"
        "  return STATUS_SUCCESS; }\n",
        encoding="utf-8",
    )
    session = Session()
    session.load(str(file))
    session.go()

    session.tick(20_000_000)

    assert session.k.crash is not None
    assert (session.k.crash.code, session.k.crash.parameters[1]) == (0xA, 2)
