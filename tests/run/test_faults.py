"""What a broken rule becomes: the bug check, its facts, and that time still goes back and the session begins again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run.rig import Rig, rig

LOW = {
    "NULL read": (1, 0x7E), "write to code": (6, 0xBE), "write to a constant": (7, 0xBE), "division by zero": (8, 0x7E),
    "recursion without end": (9, 0x7F), "call of NULL": (10, 0x7E), "call of data": (11, 0xFC),
    "nothing is mapped": (14, 0x50), "KeBugCheckEx": (17, 0xDEAD), "double free": (18, 0xC2), "call of freed pool": (21, 0xD5),
    "a set timer is freed": (30, 0xC7), "an exception nobody takes": (34, 0x7E),
}  # fmt: skip
HIGH = {
    "NULL write at DISPATCH_LEVEL": (2, 0xD1), "paged pool at DISPATCH_LEVEL": (12, 0xD1),
    "pageable code at DISPATCH_LEVEL": (13, 0xD3), "paged pool asked for": (15, 0xC4), "a routine above its IRQL": (16, 0xC4),
    "call of NULL at DISPATCH_LEVEL": (19, 0xD1), "wait in a DPC": (20, 0xB8), "DriverEntry returns raised": (26, 0xC8),
    "a DPC returns raised": (27, 0xC8), "a queued DPC is freed": (31, 0xC7), "wait at DISPATCH_LEVEL": (32, 0xC4),
    "nt touches NULL at DISPATCH_LEVEL": (33, 0xA), "a DPC touches freed pool": (28, 0xD1),
}  # fmt: skip
TOUCH = {"freed": (41, 0xD5), "beyond the end": (40, 0xD6), "freed, raised": (43, 0xD1), "beyond, raised": (42, 0xD1)}
ALL = LOW | HIGH | TOUCH


def broken(folder: Path, scenario: int, arch: str = "x86") -> Rig:
    found = rig(folder, arch)
    stop = found.start("faults", scenario)
    assert stop.kind == "bugcheck", stop
    return found


@pytest.mark.parametrize("case", ALL)
def test_bug_checks(tmp_path: Path, case: str) -> None:
    scenario, code = ALL[case]
    found = broken(tmp_path, scenario)
    session, finding = found.session, found.crash()

    assert (hex(finding.code), finding.driver, finding.fatal) == (hex(code), "faults", True), finding.rule
    assert finding.place is not None
    assert finding.place.name == "faults.c"
    assert finding.rule
    assert session.unexpected() == [finding]

    before = session.back_into()
    assert session.k.crash is None
    assert before.kind == "step"
    if session.into().kind != "bugcheck":
        session.go()
    assert session.k.crash is not None  # what was recorded is redone
    assert session.k.crash.code == code

    assert session.restart().kind == "load"
    assert session.k.crash is None
    assert session.go().kind == "idle"  # Scenario is 0 again


@pytest.mark.parametrize("scenario", [1, 41, 13, 30])
def test_bug_checks_of_x64(tmp_path: Path, scenario: int) -> None:
    codes = dict(ALL.values())
    assert broken(tmp_path, scenario, "x64").crash().code == codes[scenario]


def test_freed_pool_names_who_took_and_freed_it(tmp_path: Path) -> None:
    found = broken(tmp_path, 43)
    finding, facts = found.crash(), dict(found.crash().facts)

    assert f"faults.c:{facts['freed_by'].line}" == found.at("faults", "freed")
    assert facts["allocated_by"].name == "faults.c"
    assert facts["tag"] == "Fult"
    assert facts["irql"] == 2
    assert f"faults.c:{finding.place.line}" == found.at("faults", "touch")  # type: ignore[union-attr]
    assert "faults!Touch" in finding.rule
    assert "freed" in finding.rule


def test_a_fault_in_a_dpc_names_what_was_interrupted(tmp_path: Path) -> None:
    facts = dict(broken(tmp_path, 28).crash().facts)

    assert facts["during"] == "dpc"
    assert facts["interrupted"] == "faults!Queue"


def test_a_routine_that_returns_raised_is_blamed_at_its_end(tmp_path: Path) -> None:
    found = broken(tmp_path, 26)

    place = found.crash().place
    assert place is not None
    assert f"faults.c:{place.line}" == found.at("faults", "end")


def test_nothing_runs_after_a_bug_check(tmp_path: Path) -> None:
    from ntshell.base.errors import NotNow

    session = broken(tmp_path, 1).session
    for act in (session.go, session.over, session.into, session.unload, lambda: session.fire("lab0")):
        with pytest.raises(NotNow):
            act()
    assert session.back_go().kind == "oldest"
    assert session.travel(session.k.journal.last).kind in ("travel", "bugcheck")
    assert session.k.crash is not None


OVERREAD = """
static ULONG Scenario, Result = 1;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    static UCHAR Copy[64]; PUCHAR Pool = ExAllocatePoolWithTag(NonPagedPool, 2, 'daeR');
    RtlCopyMemory(Copy, "literal", sizeof Copy);
    if (Scenario) RtlCopyMemory(Pool, Copy, 4);
    ExFreePool(Pool); Result = Copy[63]; return STATUS_SUCCESS;
}
"""


@pytest.mark.parametrize("arch", ["x86", "x64"])
def test_a_section_is_mapped_in_whole_pages(tmp_path: Path, arch: str) -> None:
    """What is read beyond the last constant is zeros, as in NT; pool has its exact end."""
    found = rig(tmp_path, arch)
    assert found.start(found.write(OVERREAD, "over")).kind == "idle"
    assert found.value("Result") == 0

    over = rig(tmp_path, arch)
    over.start(over.write(OVERREAD, "over"), 1)
    assert over.crash().code == 0xCD
    assert "beyond the end of" in over.crash().rule


LATE = """
static ULONG Scenario; static KTIMER Timer; static KDPC Dpc; static PKINTERRUPT Interrupt; static WORK_QUEUE_ITEM Item;
static VOID NTAPI Routine(PKDPC D, PVOID C, PVOID A, PVOID B) { Scenario = 0; }
static VOID NTAPI Work(PVOID C) { Scenario = 0; }
static BOOLEAN NTAPI Isr(PKINTERRUPT I, PVOID C) { return TRUE; }
static VOID NTAPI Thread(PVOID C)
{ LARGE_INTEGER T; T.QuadPart = -1000000; KeDelayExecutionThread(KernelMode, FALSE, &T); Scenario = 0; }
static VOID NTAPI Unload(PDRIVER_OBJECT Driver)
{
    KIRQL Irql; KAFFINITY Affinity; ULONG Vector; LARGE_INTEGER T; HANDLE Handle;
    if (Scenario == 1) { T.QuadPart = -1000000; KeSetTimer(&Timer, T, &Dpc); }
    if (Scenario == 2) { KeRaiseIrql(DISPATCH_LEVEL, &Irql); KeInsertQueueDpc(&Dpc, NULL, NULL); KeLowerIrql(Irql); }
    if (Scenario == 3) { PsCreateSystemThread(&Handle, 0, NULL, NULL, NULL, Thread, NULL); ZwClose(Handle); }
    if (Scenario == 4) {
        Vector = HalGetInterruptVector(Isa, 0, 5, 5, &Irql, &Affinity);
        IoConnectInterrupt(&Interrupt, Isr, NULL, NULL, Vector, Irql, Irql, Latched, FALSE, Affinity, FALSE);
        WRITE_PORT_UCHAR((PUCHAR)0x300, 1);
    }
    if (Scenario == 6) {
        struct { KTIMER Timer; KDPC Dpc; } *Both = ExAllocatePoolWithTag(NonPagedPool, sizeof *Both, 'etaL');
        KeInitializeTimer(&Both->Timer); KeInitializeDpc(&Both->Dpc, Routine, NULL);
        T.QuadPart = -1000000; KeSetTimer(&Both->Timer, T, &Both->Dpc);
    }
    if (Scenario == 5) { ExInitializeWorkItem(&Item, Work, NULL); ExQueueWorkItem(&Item, DelayedWorkQueue); }
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    Driver->DriverUnload = Unload; KeInitializeTimer(&Timer); KeInitializeDpc(&Dpc, Routine, NULL); return STATUS_SUCCESS;
}
"""


def test_a_timer_set_in_the_image_at_its_end(tmp_path: Path) -> None:
    found = rig(tmp_path)
    found.start(found.write(LATE, "late"), 1)
    session = found.session
    session.unload()

    assert session.go().kind == "bugcheck"
    assert found.crash().code == 0xC7
    assert [each.name for each in session.findings] == ["LEAK", "TIMER_OR_DPC_INVALID"]


@pytest.mark.parametrize("scenario", [3, 4, 5, 6])
def test_what_comes_into_an_unloaded_image(tmp_path: Path, scenario: int) -> None:
    found = rig(tmp_path)
    found.start(found.write(LATE, "late"), scenario)
    session = found.session
    assert session.unload().kind == "unload"
    stop = session.go()
    if stop.kind != "bugcheck":
        leak = session.findings[0]
        assert (leak.name, len(leak.held)) == ("LEAK", 2 if scenario == 6 else 1)
        assert leak.held[0].place is not None
        assert leak.held[0].place.name == "late.c"
    if scenario == 4:
        stop = session.fire("lab0")
    elif stop.kind != "bugcheck":
        session.tick(10_000_000)
        stop = session.stop if session.stop.kind == "bugcheck" else session.go()

    assert stop.kind == "bugcheck"
    assert found.crash().code == 0xCE
    assert "unloaded" in found.crash().rule
    session.back_into()
    assert session.k.crash is None


SEH = """
static ULONG Trail;
static VOID Raise(ULONG Way, PUCHAR User)
{
    __try {
        if (Way == 1) { ExRaiseStatus(STATUS_UNSUCCESSFUL); }
        if (Way == 2) { ProbeForRead(User, 4, 1); User[0] = 1; }
        if (Way == 3) { ((VOID (NTAPI *)(VOID))NULL)(); }
        Trail = Trail * 10 + 1;
    } __finally { Trail = Trail * 10 + 2; }
}
static ULONG Guarded(ULONG Way, PUCHAR User)
{
    ULONG Code = 0;
    __try { Raise(Way, User); Trail = Trail * 10 + 3; }
    __except (EXCEPTION_EXECUTE_HANDLER) { Code = GetExceptionCode(); Trail = Trail * 10 + 4; }
    return Code;
}
static ULONG Codes[4];
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    Codes[0] = Guarded(0, NULL);
    Codes[1] = Guarded(1, NULL);
    Codes[2] = Guarded(2, (PUCHAR)0x10000);
    Codes[3] = Guarded(3, NULL);
    __debugbreak();
    return STATUS_SUCCESS;
}
"""


def test_exceptions_go_to_the_drivers_handlers_and_back_in_time(tmp_path: Path) -> None:
    found = rig(tmp_path)
    found.load(found.write(SEH, "seh"))

    stop = found.session.go()

    assert stop.kind == "break"
    assert [found.value("Codes", n) for n in range(4)] == [0, 0xC0000001, 0xC0000005, 0xC0000005]
    assert found.value("Trail") == 123242424
    assert found.session.go().kind == "idle"
    session = found.session
    while session.back_into().kind == "step":
        pass
    assert found.value("Trail") == 0
    assert session.go().kind == "idle"
    assert found.value("Trail") == 123242424
