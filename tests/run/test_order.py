"""The order of things: interrupts, DPCs and the interrupted routine, and the IRQL that each runs at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run.rig import Rig, rig

THREE = """
[[device]]
model = "lab"
name = "lab"
units = 2
[[device]]
model = "lab"
name = "high"
port = 0x320
irq = 3
[[device]]
model = "lab"
name = "low"
port = 0x340
irq = 7
"""
LEVEL = '[[line]]\nirq = 5\nmode = "level"\n[[device]]\nmodel = "lab"\nunits = 2\n'
ARCHES = pytest.mark.parametrize("arch", ["x86", "x64"])
DIRQL = {"x86": {3: 24, 5: 22, 7: 20}, "x64": {3: 10, 5: 9, 7: 8}}
VECTOR = {"x86": {3: 0x33, 5: 0x35, 7: 0x37}, "x64": {3: 0xA2, 5: 0x92, 7: 0x82}}


def at_unload(folder: Path, arch: str = "x86", scenario: int = 0, machine: str = "") -> Rig:
    """The order driver at the first statement of its Unload."""
    found = rig(folder, arch, machine)
    assert found.start("order", scenario).kind == "idle"
    assert found.session.unload().symbol == "order!Unload"
    return found


def to(found: Rig, mark: str) -> None:
    """Go to a marked line."""
    found.break_at(found.at("order", mark))
    assert found.session.go().kind == "breakpoint", found.session.stop


def names(found: Rig) -> list[int]:
    return [what for what, _ in found.trace()]


@ARCHES
def test_vectors_and_levels_are_the_hals(tmp_path: Path, arch: str) -> None:
    found = rig(tmp_path, arch, THREE)
    found.start("order", 2)

    assert [found.value("Statuses", n) for n in range(3)] == [0, 0, 0]
    assert [found.value("Levels", n) for n in range(3)] == [DIRQL[arch][irq] for irq in (5, 3, 7)]
    assert [found.value("Vectors", n) for n in range(3)] == [VECTOR[arch][irq] for irq in (5, 3, 7)]


@ARCHES
def test_isr_and_dpc_run_before_unloads_next_statement(tmp_path: Path, arch: str) -> None:
    found = at_unload(tmp_path, arch)
    to(found, "second")
    dirql = DIRQL[arch][5]

    stop = found.session.fire("lab0")

    assert (stop.kind, stop.symbol, stop.irql) == ("interrupt", "order!Isr", dirql)
    assert f"taken at DIRQL {dirql}" in stop.reason
    found.break_at(found.at("order", "raised"))
    stop = found.session.go()
    assert found.trace()[:6] == [(1, 0), (0x10, dirql), (0x20, dirql), (0x30, 2), (0x40, 2), (2, 0)]
    assert (stop.irql, stop.symbol) == (2, "order!Unload")


def test_stepping_over_stops_in_the_isr_and_in_the_dpc_and_comes_home(tmp_path: Path) -> None:
    session = at_unload(tmp_path).session
    session.fire("lab0")

    kinds = [(stop.kind, stop.symbol, stop.irql) for stop in (session.out(), session.out())]
    home = session.over()

    assert kinds == [("dpc", "order!Dpc", 2), ("return", "order!Unload", 0)]
    assert home.symbol == "order!Unload"
    assert session.k.processor.nesting == 0


def test_a_higher_dirql_nests_and_an_equal_or_lower_one_waits(tmp_path: Path) -> None:
    found = at_unload(tmp_path, scenario=2, machine=THREE)
    session = found.session
    to(found, "second")
    session.fire("lab0")
    to(found, "isr")

    low, equal = session.fire("low0"), session.fire("lab1")
    high = session.fire("high0")

    assert "held off, IRQL 22 is not below DIRQL 20" in low.reason
    assert "masks it" in equal.reason
    assert (high.kind, high.irql) == ("interrupt", 24)
    assert session.k.processor.nesting == 2
    session.breakpoints.table.clear()
    session.go()
    assert found.trace()[1:11] == [
        (0x10, 22), (0x11, 24), (0x21, 24), (0x20, 22), (0x12, 20), (0x22, 20), (0x31, 2), (0x41, 2), (0x30, 2), (0x40, 2),
    ]  # fmt: skip


def test_the_same_line_again_waits_until_its_isr_is_done(tmp_path: Path) -> None:
    found = at_unload(tmp_path)
    session = found.session
    session.fire("lab0")
    to(found, "isrend")

    again = session.fire("lab0")
    session.breakpoints.table.clear()
    session.go()

    assert "held off, IRQL 22 is not below DIRQL 22" in again.reason
    assert names(found)[:7] == [0x10, 0x20, 0x10, 0x50, 0x20, 0x30, 0x40]  # a KDPC queues once: two ISRs, one DPC
    assert names(found).count(0x30) == 1


@pytest.mark.parametrize(("mark", "noted"), [("raised", [1, 2, 0x10, 0x20, 3, 4, 5, 0x30, 0x40, 6]),
                                             ("dirql", [1, 2, 3, 4, 0x10, 0x20, 5, 0x30, 0x40, 6])])  # fmt: skip
def test_what_is_held_off_comes_when_irql_falls(tmp_path: Path, mark: str, noted: list[int]) -> None:
    found = at_unload(tmp_path)
    to(found, mark)

    stop = found.session.fire("lab0")
    found.session.breakpoints.table.clear()
    found.session.go()

    assert (stop.kind == "interrupt") == (mark == "raised")
    assert names(found) == noted
    assert dict(found.trace())[6] == 0


@pytest.mark.parametrize("unit", ["lab0", "lab1"])
def test_a_shared_latched_chain_is_walked_until_nobody_claims(tmp_path: Path, unit: str) -> None:
    found = at_unload(tmp_path, scenario=1)
    session = found.session
    session.fire(unit)
    session.go()

    n = int(unit[-1])
    assert names(found)[: 6 + n * 0] == (
        [0x10, 0x20, 0x11, 0x10, 0x11, 0x30] if n == 0 else [0x10, 0x11, 0x21, 0x10, 0x11, 0x31]
    )


def test_a_shared_level_chain_ends_at_the_first_who_claims(tmp_path: Path) -> None:
    found = at_unload(tmp_path, scenario=11, machine=LEVEL)
    assert [found.value("Statuses", n) for n in (0, 1, 3)] == [0, 0, 0xC000000D]  # an exclusive third is refused

    found.session.fire("lab0")
    found.session.go()

    assert names(found)[:4] == [0x10, 0x20, 0x30, 0x40]


def test_a_level_sensitive_line_asks_until_it_is_quieted(tmp_path: Path) -> None:
    found = at_unload(tmp_path, scenario=12, machine=LEVEL)
    found.session.k.memory.store(found.address("Quiet"), 4, 0)
    found.session.fire("lab0")

    stop = found.session.go()

    assert stop.kind == "bugcheck"
    assert found.crash().code == 0xF2
    assert "order!Isr" in found.crash().rule
    assert found.crash().place is not None
    assert found.crash().place.name == "order.c"


def test_a_latched_line_that_stays_high_interrupts_once(tmp_path: Path) -> None:
    found = at_unload(tmp_path)
    found.session.k.memory.store(found.address("Quiet"), 4, 0)
    found.session.fire("lab0")
    to(found, "second")

    again = found.session.fire("lab0")

    assert names(found) == [0x10, 0x20, 0x30, 0x40, 1]
    assert "the line is high already" in again.reason


def test_nobody_connected_and_masked(tmp_path: Path) -> None:
    found = rig(tmp_path)
    found.start("order", 99)
    session = found.session

    assert "nobody is connected" in session.fire("lab0").reason
    assert "masks it" in session.fire("lab1").reason
    assert "nobody is connected; the interrupt is dismissed" in session.fire("5", force=True).reason
    assert session.go().kind == "idle"
    assert found.trace() == []


def test_a_stray_interrupt_is_claimed_by_nobody(tmp_path: Path) -> None:
    found = at_unload(tmp_path)
    session = found.session

    stop = session.fire("lab1", force=True)
    session.go()

    assert stop.kind == "interrupt"
    assert names(found)[:2] == [0x10, 1]
    assert session.k.machine.lines.by_irq[5].dismissed == 1


def test_an_interrupt_on_the_idle_processor(tmp_path: Path) -> None:
    found = rig(tmp_path)
    found.start("order", 0)

    stop = found.session.fire("lab0")

    assert (stop.kind, stop.irql) == ("interrupt", 22)
    assert found.session.go().kind == "idle"
    assert found.session.k.irql == 0
    assert [irql for _, irql in found.trace()] == [22, 22, 2, 2]


WAITER = """
static KEVENT Event; static KDPC Dpc; static PKINTERRUPT Interrupt; static ULONG Woken;
static BOOLEAN NTAPI Isr(PKINTERRUPT I, PVOID C)
{ WRITE_PORT_UCHAR((PUCHAR)0x301, 1); KeInsertQueueDpc(&Dpc, NULL, NULL); return TRUE; }
static VOID NTAPI Routine(PKDPC D, PVOID C, PVOID A, PVOID B) { KeSetEvent(&Event, 0, FALSE); }
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    KIRQL Irql; KAFFINITY Affinity; ULONG Vector = HalGetInterruptVector(Isa, 0, 5, 5, &Irql, &Affinity);
    KeInitializeEvent(&Event, NotificationEvent, FALSE); KeInitializeDpc(&Dpc, Routine, NULL);
    IoConnectInterrupt(&Interrupt, Isr, NULL, NULL, Vector, Irql, Irql, Latched, FALSE, Affinity, FALSE);
    WRITE_PORT_UCHAR((PUCHAR)0x300, 1);
    KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
    Woken = 1;
    WRITE_PORT_UCHAR((PUCHAR)0x300, 0); IoDisconnectInterrupt(Interrupt);
    return STATUS_SUCCESS;
}
"""


def test_an_interrupt_at_any_position_of_a_wait_wakes_the_waiter(tmp_path: Path) -> None:
    """Also at the very position at which the wait has begun and no other thread runs yet."""
    found = rig(tmp_path)
    found.load(found.write(WAITER))
    session = found.session
    assert session.go().kind == "idle"
    end, tried = session.k.journal.position, []
    for position in range(end - 6, end + 1):
        session.travel(0)
        session.travel(1)
        session.stepper.advance(position - 1, traps=False)
        thread = session.k.thread
        said = session.fire("lab0").reason
        if "taken" in said:
            tried.append(thread.state)
            assert session.go().kind == "idle"
            assert session.k.crash is None
            assert found.value("Woken") == 1
    assert tried == ["running", "waiting", "running"]  # before the wait, in it, and the idle thread after it


PREEMPTED = """
static ULONG Trace[8], Traced;
static KEVENT Event;
#define NOTE(What) (Trace[Traced++] = (What) << 8 | KeGetCurrentIrql())
static VOID NTAPI High(PVOID Context)
{
    KeSetPriorityThread(KeGetCurrentThread(), 12);
    KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
    NOTE(2);
    PsTerminateSystemThread(STATUS_SUCCESS);
}
static VOID NTAPI First(PVOID Context)
{
    NOTE(1);
    KeSetEvent(&Event, 0, FALSE);
    NOTE(3);
    PsTerminateSystemThread(STATUS_SUCCESS);
}
static VOID NTAPI Second(PVOID Context) { NOTE(4); PsTerminateSystemThread(STATUS_SUCCESS); }
static VOID Start(PKSTART_ROUTINE Routine)
{
    HANDLE Handle;
    PsCreateSystemThread(&Handle, 0, NULL, NULL, NULL, Routine, NULL);
    ZwClose(Handle);
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    LARGE_INTEGER T;
    T.QuadPart = -100000;
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Start(High);
    KeDelayExecutionThread(KernelMode, FALSE, &T);
    Start(First);
    Start(Second);
    return STATUS_SUCCESS;
}
"""


def test_a_preempted_thread_goes_on_before_the_others_of_its_priority(tmp_path: Path) -> None:
    found = rig(tmp_path)

    found.start(found.write(PREEMPTED, "pre"))

    assert [what for what, _ in found.trace()] == [1, 2, 3, 4]
