"""Sessions: loading and unloading, running out of steps, Ctrl+C, missing routines, breakpoints, virtual time, restart."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ntshell.base.errors import FileUnreadable, NotNow, UsageError
from ntshell.compiler.errors import CompileFailed
from ntshell.debugger.session import Session
from tests.run.rig import rig

NO_UNLOAD = "NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) { return STATUS_SUCCESS; }\n"
DEVICE = """
static VOID NTAPI Unload(PDRIVER_OBJECT Driver)
{
    UNICODE_STRING Link = RTL_CONSTANT_STRING(L"\\\\??\\\\T1");
    IoDeleteSymbolicLink(&Link);
    IoDeleteDevice(Driver->DeviceObject);
}
static NTSTATUS NTAPI Succeed(PDEVICE_OBJECT Device, PIRP Irp)
{
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}
static NTSTATUS NTAPI Read(PDEVICE_OBJECT Device, PIRP Irp)
{
    IoMarkIrpPending(Irp);
    return STATUS_PENDING;
}
static ULONG Fail;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    PDEVICE_OBJECT Device;
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\\\Device\\\\T0"), Link = RTL_CONSTANT_STRING(L"\\\\??\\\\T1");
    NTSTATUS Status = IoCreateDevice(Driver, 0, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    if (Fail) { ExAllocatePoolWithTag(PagedPool, 24, 'kaeL'); return STATUS_NO_MEMORY; }
    Status = IoCreateSymbolicLink(&Link, &Name);
    Driver->MajorFunction[IRP_MJ_CREATE] = Succeed;
    Driver->MajorFunction[IRP_MJ_CLOSE] = Succeed;
    Driver->MajorFunction[IRP_MJ_CLEANUP] = Succeed;
    Driver->MajorFunction[IRP_MJ_READ] = Read;
    Driver->DriverUnload = Unload;
    return Status;
}
"""


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    found = rig(tmp_path)
    session = found.session
    with pytest.raises(NotNow, match="no driver is loaded"):
        session.unload()
    with pytest.raises(FileUnreadable, match="did you mean lab"):
        session.load("labb")
    with pytest.raises(CompileFailed):
        session.load(found.write("int f(;\n", "bad"))
    session.load(found.write(NO_UNLOAD, "n"))
    with pytest.raises(NotNow, match="is in its DriverEntry"):
        session.unload()
    session.go()
    with pytest.raises(NotNow, match="loaded already"):
        session.load(found.write(NO_UNLOAD, "n"))
    with pytest.raises(UsageError, match="no driver called zz"):
        session.unload("zz")
    with pytest.raises(UsageError, match="no device or line"):
        session.fire("lab9")
    with pytest.raises(UsageError, match="tick takes"):
        session.tick(0)
    with pytest.raises(UsageError, match="is not recorded"):
        session.travel(10_000)


def test_a_driver_without_unload_stays(tmp_path: Path) -> None:
    found = rig(tmp_path)
    found.start(found.write(NO_UNLOAD, "n"))

    stop = found.session.unload()

    assert stop.kind == "idle"
    assert any("0xc0000010" in event.text for event in stop.news)
    assert found.session.k.io.named("n").state == "running"


def test_unload_twice(tmp_path: Path) -> None:
    session = rig(tmp_path).session
    session.load("lab")
    session.go()
    session.unload()
    with pytest.raises(NotNow, match="is in its Unload"):
        session.unload()
    session.go()
    with pytest.raises(NotNow, match="unloaded already"):
        session.unload("lab")
    assert session.load("lab").kind == "load"
    assert session.go().kind == "idle"


def test_a_driver_entry_that_fails_lists_what_it_left(tmp_path: Path) -> None:
    found = rig(tmp_path)
    session = found.session
    found.load(found.write(DEVICE, "d"))
    session.k.memory.store(found.address("Fail"), 4, 1)

    stop = session.go()

    assert stop.kind == "idle"
    assert session.status == 0xC0000017
    (leak,) = session.findings
    assert "DriverEntry failed" in leak.rule
    assert sorted(held.kind for held in leak.held) == ["device", "pool"]
    assert all(held.place is not None and held.place.name == "d.c" for held in leak.held)
    assert session.k.image_at(found.address("Fail")) is None
    assert session.load(found.write(DEVICE, "d")).kind in ("load", "bugcheck")


def test_unload_waits_for_the_last_close(tmp_path: Path) -> None:
    found = rig(tmp_path)
    session = found.session
    found.start(found.write(DEVICE, "d"))
    assert session.io("open", path="\\\\.\\T1").kind == "idle"

    stop = session.unload()
    assert stop.kind == "idle"
    assert any("unload pending" in event.text for event in stop.news)
    assert session.k.io.named("d").state == "unload pending"
    session.io("open", path="\\\\.\\T1")
    assert session.status == 0xC000000E

    found.break_at("Unload")
    stop = session.io("close", handle=1)
    assert (stop.kind, stop.symbol) == ("breakpoint", "d!Unload")
    assert session.go().kind == "idle"
    assert session.findings == []
    assert session.k.io.named("d") is None


def test_two_drivers(tmp_path: Path) -> None:
    found = rig(tmp_path)
    session = found.session
    found.start(found.write(DEVICE, "one"))
    found.start(found.write(NO_UNLOAD, "two"))
    assert session.current == "two"

    assert session.unload("one").symbol == "one!Unload"
    assert session.go().kind == "idle"
    assert [image.name for image in session.k.images] == ["nt", "hal", "two"]


SPIN = """
static ULONG Count;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) { for (;;) { Count++; } }
"""


def test_an_endless_loop_spends_its_budget_to_the_step(tmp_path: Path) -> None:
    found = rig(tmp_path, steps=1234)
    found.load(found.write(SPIN))

    stop = found.session.go()

    assert stop.kind == "budget"
    assert found.session.k.journal.position == 1235  # the load itself is the user's
    assert found.session.go().kind == "budget"
    assert found.session.over().kind == "budget"
    assert found.session.back_into().kind == "step"


@pytest.mark.parametrize("move", ["go", "out", "stage"])
def test_ctrl_c_breaks_in_and_the_session_goes_on(tmp_path: Path, move: str) -> None:
    found = rig(tmp_path)
    session = found.session
    found.load(found.write(SPIN))
    timer = threading.Timer(0.15, session.interrupt)
    timer.start()

    stop = getattr(session, move)()
    timer.join()

    assert (stop.kind, stop.symbol) == ("interrupted", "t!DriverEntry")
    assert session.over().kind == "step"
    session.interrupt()  # with nothing running it means nothing
    assert session.over().kind == "step"
    assert session.back_into().kind == "step"
    assert session.restart().kind == "load"


MISSING = """
NTSYSAPI VOID NTAPI NtNoSuchRoutine(ULONG One);
static ULONG Before, After;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    Before = 1;
    NtNoSuchRoutine(5);
    After = 1;
    return STATUS_SUCCESS;
}
"""


def test_a_missing_routine_stops_at_its_call(tmp_path: Path) -> None:
    found = rig(tmp_path)
    session = found.session
    found.load(found.write(MISSING, "m"))
    assert list(session.missing("m")) == ["NtNoSuchRoutine"]

    stop = session.go()

    assert (stop.kind, stop.symbol) == ("missing", "m!DriverEntry")
    assert "NtNoSuchRoutine" in stop.reason
    assert stop.place is not None
    assert stop.place.line == 9
    position = session.k.journal.position
    assert (session.go().kind, session.k.journal.position) == ("missing", position)
    assert (session.over().kind, session.k.journal.position) == ("missing", position)
    assert (found.value("Before"), found.value("After")) == (1, 0)
    session.back_into()
    assert found.value("Before") == 0
    assert session.go().kind == "missing"


DELAY = """
static VOID Sleep(LONG Milliseconds)
{ LARGE_INTEGER T; T.QuadPart = -10000LL * Milliseconds; KeDelayExecutionThread(KernelMode, FALSE, &T); }
static VOID NTAPI Unload(PDRIVER_OBJECT Driver) { Sleep(3000); }
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{ Driver->DriverUnload = Unload; Sleep(500); return STATUS_SUCCESS; }
"""


def test_time_passes_for_who_is_waited_for(tmp_path: Path) -> None:
    found = rig(tmp_path)
    session = found.session
    found.start(found.write(DELAY))
    assert session.status == 0
    assert 5_000_000 <= session.k.machine.now < 5_300_000
    session.unload()
    assert session.go().kind == "idle"
    assert 35_000_000 <= session.k.machine.now < 36_000_000
    assert session.k.io.named("t") is None
    before = session.k.machine.now
    session.tick(1_000_000)
    assert session.k.machine.now == before + 1_000_000


def test_time_does_not_pass_for_a_read_that_a_device_must_answer(tmp_path: Path) -> None:
    found = rig(tmp_path)
    session = found.session
    session.load("lab")
    session.go()
    session.io("open", path="\\\\.\\LAB1")
    now = session.k.machine.now

    stop = session.io("read", handle=1, length=1)

    assert stop.kind == "idle"
    assert "request 2 (read)" in stop.reason
    assert session.k.machine.now == now


def test_restart_reads_the_sources_anew_and_loses_nothing(tmp_path: Path) -> None:
    found = rig(tmp_path)
    session = found.session
    path = found.write(SPIN)
    found.load(path)
    found.break_at("DriverEntry")
    found.write("NTSTATUS Broken(;\n")
    with pytest.raises(CompileFailed):
        session.restart()
    assert session.stop.symbol == "t!DriverEntry"  # the old machine is as it was

    found.write("static ULONG New = 7;\n" + NO_UNLOAD)
    assert session.restart().kind == "load"
    assert found.value("New") == 7
    assert session.go().kind == "idle"
    assert session.k.journal.position > 0


def test_a_fire_that_was_stepped_back_over_is_redone_by_travel_only() -> None:
    def steps(session: Session) -> list[str]:
        return [session.into().symbol for _ in range(3)]

    session = Session()
    session.load("lab")
    session.go()
    session.unload()
    start = session.k.journal.position
    assert session.fire("lab0").kind == "interrupt"
    end = session.k.journal.position

    assert session.travel(start).symbol == "lab!LabUnload"
    assert session.travel(end).symbol == "lab!LabIsr"
    session.back_into()
    assert session.k.journal.position == start
    assert "lab!LabIsr" not in steps(session)
    with pytest.raises(UsageError):
        session.travel(session.k.journal.last + 1)
