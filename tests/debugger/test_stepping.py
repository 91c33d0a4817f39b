"""Moving: over, into, out, by stages and to breakpoints, forwards and backwards alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.debugger.session import Session
from tests.run.rig import Rig, rig

CALLS = """
static ULONG Total;
static ULONG Inner(ULONG A)
{
    Total += A; /* @inner */
    return A + 1;
}
static ULONG Outer(ULONG A)
{
    ULONG Sum = 0, N;
    for (N = 0; N < A; N++) {
        Sum += Inner(N); /* @loop */
    }
    return Sum;
}
static VOID NTAPI Unload(PDRIVER_OBJECT Driver)
{
    Total = 100; /* @unload */
    Outer(2);
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    Driver->DriverUnload = Unload; /* @first */
    Outer(3); /* @call */
    Outer(1);
    return STATUS_SUCCESS; /* @last */
}
"""


def loaded(folder: Path) -> Rig:
    found = rig(folder)
    found.load(found.write(CALLS, "c"))
    return found


def lines(found: Rig, move: str, count: int) -> list[int]:
    places = [getattr(found.session, move)().place for _ in range(count)]
    return [place.line for place in places if place is not None]


def line(found: Rig, mark: str) -> int:
    return int(found.at("c", mark).rpartition(":")[2])


def test_over_into_and_out(tmp_path: Path) -> None:
    found = loaded(tmp_path)
    session = found.session
    first, call = line(found, "first"), line(found, "call")

    assert lines(found, "over", 3) == [call, call + 1, call + 2]
    assert lines(found, "back_over", 3) == [call + 1, call, first]
    session.over()
    assert session.into().symbol == "c!Outer"
    while session.stop.symbol != "c!Inner":
        session.into()
    assert session.out().symbol == "c!Outer"
    stop = session.out()
    assert (stop.kind, stop.symbol) == ("return", "c!DriverEntry")
    assert session.over().place.line == call + 2  # type: ignore[union-attr]
    assert found.value("Total") == 3
    assert session.over().kind == "idle"
    assert session.back_over().place.line == call + 2  # type: ignore[union-attr]


def test_into_backwards_visits_what_into_visited(tmp_path: Path) -> None:
    found = loaded(tmp_path)
    session, there = found.session, []
    while session.stop.kind != "idle":
        there.append((session.k.journal.position, session.stop.place))
        session.into()
    back = []
    while session.back_into().kind == "step":
        back.append((session.k.journal.position, session.stop.place))

    assert back == there[::-1]
    assert session.stop.kind == "oldest"
    assert session.k.journal.position == there[0][0]
    assert session.into().place == there[1][1]  # the load has not been lost


def test_back_from_the_first_statement_of_unload_is_before_it(tmp_path: Path) -> None:
    found = loaded(tmp_path)
    found.session.go()
    assert found.session.unload().symbol == "c!Unload"

    assert found.session.back_over().place.line == line(found, "last")  # type: ignore[union-attr]


def test_breakpoints_stop_every_movement_both_ways(tmp_path: Path) -> None:
    found = loaded(tmp_path)
    session = found.session
    session.over()
    found.break_at("Inner")

    stop = session.over()
    assert (stop.kind, stop.symbol, stop.reason) == ("breakpoint", "c!Inner", "Breakpoint 0 hit")
    assert [session.go().kind for _ in range(3)] == ["breakpoint"] * 3
    assert found.value("Total") == 3
    assert [session.back_go().kind for _ in range(3)] == ["breakpoint"] * 3
    assert found.value("Total") == 0
    assert session.back_go().kind == "oldest"
    assert [session.go().kind for _ in range(5)] == ["breakpoint"] * 4 + ["idle"]
    session.breakpoints.remove(0)
    assert session.back_go().kind == "oldest"
    assert session.over(3).kind == "step"


def test_breakpoints_wait_for_their_driver_and_are_found_in_the_past(tmp_path: Path) -> None:
    found = rig(tmp_path)
    session = found.session
    path = found.write(CALLS, "c")
    found.break_at(found.at("c", "call"), "c!Unload", "nosuch")
    assert [each.steps for each in session.breakpoints.table.values()] == [(), (), ()]
    session.load(path)

    assert session.go().place.line == line(found, "call")  # type: ignore[union-attr]
    session.go()
    assert session.unload().kind == "unload"
    assert session.go().kind == "idle"
    session.breakpoints.remove(1)
    found.break_at("Inner")  # set when the image has gone: its code runs in the past only
    assert session.breakpoints.get(1).steps == ()
    assert session.back_go().symbol == "c!Inner"
    assert found.value("Total") >= 100
    assert session.k.journal.position < session.k.journal.last


def rungs(session: Session, move: str) -> list[tuple[int, str]]:
    found = []
    while getattr(session, move)().kind == "stage":
        found.append((session.k.journal.position, session.stop.reason))
    return found


def test_the_ladder_is_the_same_in_both_directions() -> None:
    session = Session()
    session.load("lab")
    entry = rungs(session, "stage")
    assert session.stop.kind == "idle"
    session.unload()
    unload = rungs(session, "stage")
    assert session.stop.kind == "idle"
    assert {":".join(reason.split(":")[:2]) for _, reason in entry} == {
        f"next: DriverEntry stage {n}" for n in range(1, 7)
    }
    assert {":".join(reason.split(":")[:2]) for _, reason in unload} == {f"next: Unload stage {n}" for n in range(1, 8)}

    back = rungs(session, "back_stage")

    assert back == (entry + unload)[::-1]
    assert session.stop.kind == "oldest"


def test_an_interrupt_does_not_move_the_ladder() -> None:
    session = Session()
    session.load("lab")
    session.go()
    session.unload()
    quiet = [reason for _, reason in rungs(session, "stage")]
    session.travel(0)
    session = Session()
    session.load("lab")
    session.go()
    session.unload()
    session.fire("lab0")
    assert [reason for _, reason in rungs(session, "stage")] == quiet


THREAD = """
static ULONG Ended;
static VOID NTAPI Thread(PVOID Context)
{
    Ended = 1;
    PsTerminateSystemThread(STATUS_SUCCESS); /* @end */
    Ended = 2;
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    HANDLE Handle;
    PsCreateSystemThread(&Handle, 0, NULL, NULL, NULL, Thread, NULL);
    ZwClose(Handle);
    return STATUS_SUCCESS;
}
"""


@pytest.mark.parametrize("move", ["into", "over", "out"])
def test_nothing_stands_behind_the_end_of_a_thread(tmp_path: Path, move: str) -> None:
    found = rig(tmp_path)
    session = found.session
    found.load(found.write(THREAD, "th"))
    found.break_at(found.at("th", "end"))
    assert session.go().kind == "breakpoint"

    assert getattr(session, move)().kind == "idle"
    assert found.value("Ended") == 1
    assert session.back_into().place.line == int(found.at("th", "end").rpartition(":")[2])  # type: ignore[union-attr]


BREAK = """
static ULONG After;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{ __debugbreak(); After = 1; DbgBreakPoint(); After = 2; return STATUS_SUCCESS; }
"""


def test_the_driver_breaks_into_the_debugger(tmp_path: Path) -> None:
    found = rig(tmp_path)
    session = found.session
    found.load(found.write(BREAK, "b"))

    assert [(session.go().kind, found.value("After")) for _ in range(3)] == [("break", 0), ("break", 1), ("idle", 2)]
    while session.back_into().kind == "step":
        pass
    assert found.value("After") == 0
    assert session.into().kind in ("break", "step")


def test_out_of_driver_entry_tells_what_it_returned(tmp_path: Path) -> None:
    found = loaded(tmp_path)

    stop = found.session.out()

    assert stop.kind == "idle"
    assert [event.text for event in stop.news if event.kind == "return"] == ["DriverEntry returned 0x00000000"]


@pytest.mark.parametrize("move", ["back_into", "back_over"])
@pytest.mark.parametrize("act", ["fire", "read"])
def test_back_over_what_the_user_did_to_an_idle_machine_is_idle_again(move: str, act: str) -> None:
    session = Session()
    session.load("lab")
    session.go()
    session.io("open", path="\\\\.\\LAB1")
    session.breakpoints.add(session.k, "LabReadWrite")
    position = session.k.journal.position
    stop = session.fire("lab0") if act == "fire" else session.io("read", handle=1, length=1)
    assert stop.symbol == ("lab!LabIsr" if act == "fire" else "lab!LabReadWrite")

    for _ in range(10):
        stop = getattr(session, move)()
        if stop.kind != "step":
            break

    assert (stop.kind, session.k.journal.position) == ("idle", position)
    assert session.back_into().kind == "step"
