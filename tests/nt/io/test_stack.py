"""Layered drivers and everything else that the I/O manager calls back into a driver for."""

from __future__ import annotations

from typing import Any

import pytest

World = Any
LOWER = """
static PIRP Held;
static NTSTATUS NTAPI Read(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    IoMarkIrpPending(Irp);
    Held = Irp;
    return STATUS_PENDING;
}
static NTSTATUS NTAPI Write(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (Held != NULL) {
        PIRP Other = Held;
        Held = NULL;
        ((PUCHAR)Other->AssociatedIrp.SystemBuffer)[0] = 'r';
        Finish(Other, STATUS_SUCCESS, 1);
    }
    return Finish(Irp, STATUS_SUCCESS, 0);
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    Driver->MajorFunction[IRP_MJ_READ] = Read;
    Driver->MajorFunction[IRP_MJ_WRITE] = Write;
    return MakeDevice(Driver, DO_BUFFERED_IO);
}
"""
UPPER = """
#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
static PDEVICE_OBJECT Lower, Mine;
static PFILE_OBJECT File;
static ULONG Completed;
static NTSTATUS NTAPI Completion(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    Completed++;
    %s
    return STATUS_SUCCESS;
}
static NTSTATUS NTAPI Pass(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutine(Irp, Completion, NULL, TRUE, TRUE, TRUE);
    return IoCallDriver(Lower, Irp);
}
static VOID NTAPI Unload(PDRIVER_OBJECT Driver)
{
    IoDetachDevice(Lower);
    IoDeleteDevice(Mine);
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\\\Device\\\\T0");
    PDEVICE_OBJECT Target;
    NTSTATUS Status;
    ULONG Index;

    for (Index = 0; Index <= IRP_MJ_MAXIMUM_FUNCTION; Index++) {
        Driver->MajorFunction[Index] = Pass;
    }
    Driver->DriverUnload = Unload;
    Status = IoGetDeviceObjectPointer(&Name, FILE_READ_ATTRIBUTES, &File, &Target);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    IoCreateDevice(Driver, 16, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Mine);
    Lower = IoAttachDeviceToDeviceStack(Mine, Target);
    Mine->Flags |= Lower->Flags & DO_BUFFERED_IO;
    ObDereferenceObject(File);
    return STATUS_SUCCESS;
}
"""
PROPAGATE = "if (Irp->PendingReturned) IoMarkIrpPending(Irp);"


@pytest.mark.parametrize("world", ["x86", "x64"], indirect=True)
def test_a_filter(world: World) -> None:
    lower = world.load(LOWER, "lower")
    upper = world.load(UPPER % PROPAGATE, "upper", head="")
    assert (lower.state, upper.state) == ("running", "running"), world.k.crash
    below = world.k.struct("_DEVICE_OBJECT", world.k.struct("_DRIVER_OBJECT", lower.object).DeviceObject)
    assert below.ReferenceCount == 0  # the file object went again, with Cleanup and Close
    handle = world.open()
    assert world.variable("Completed") == 2  # the Close of its own file object, and this Create
    read = world.ask("read", handle=handle, length=2)
    assert read.state == "pending"
    assert world.ask("write", handle=handle, data=b"").state == "done"
    assert (read.state, read.data) == ("done", b"r")
    world.ask("close", handle=handle)
    assert world.k.findings == []
    world.unload()
    assert upper.state == "unloaded"
    world.record = lower
    world.unload()
    assert lower.state == "unloaded"
    assert world.k.findings == []


def test_a_filter_that_forgets_the_pending_mark(world: World) -> None:
    world.load(LOWER, "lower")
    world.load(UPPER % "", "upper", head="")
    handle = world.open()
    world.ask("read", handle=handle, length=2)
    world.ask("write", handle=handle, data=b"")
    assert (0xC9, 0x228) in world.findings()


def test_the_lower_driver_waits_for_the_detachment(world: World) -> None:
    lower = world.load(LOWER, "lower")
    upper = world.load(UPPER % PROPAGATE, "upper", head="")
    world.record = lower
    world.unload()
    assert lower.state == "unload pending"
    world.record = upper
    world.unload()
    assert (upper.state, lower.state) == ("unloaded", "unloaded")
    assert world.k.findings == []


TICKS = """
static ULONG Ticks;
static VOID NTAPI Tick(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    Ticks += KeGetCurrentIrql() == DISPATCH_LEVEL ? 1 : 100;
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    NTSTATUS Status = MakeDevice(Driver, 0);
    IoInitializeTimer(Device, Tick, NULL);
    IoStartTimer(Device);
    return Status;
}
"""


def test_io_timer(world: World) -> None:
    world.load(TICKS)
    assert [held.kind for held in world.k.owed("t")] == ["device", "symbolic link", "iotimer"]
    for _ in range(3):
        world.tick(1)
    assert world.variable("Ticks") == 3
    world.unload()  # IoDeleteDevice takes the timer along
    assert world.k.findings == []
    assert world.k.ke is not None
    world.tick(3)
    assert world.k.crash is None


def test_io_timer_twice(world: World) -> None:
    world.load(TICKS.replace("IoStartTimer(Device);", "IoInitializeTimer(Device, Tick, NULL);"))
    assert world.crash() == (0xC9, 0xA)


def test_reinitialize(world: World) -> None:
    world.load(
        """
static ULONG Calls, LastCount;
static VOID NTAPI Again(PDRIVER_OBJECT Driver, PVOID Context, ULONG Count)
{
    Calls++;
    LastCount = Count;
    if (Count < 3) {
        IoRegisterDriverReinitialization(Driver, Again, Context);
    }
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    NTSTATUS Status = MakeDevice(Driver, 0);
    IoRegisterDriverReinitialization(Driver, Again, NULL);
    return Status;
}
"""
    )
    assert (world.variable("Calls"), world.variable("LastCount")) == (3, 3)
    assert not [held for held in world.k.owed("t") if held.kind == "reinit"]
    assert world.record.state == "running"


@pytest.mark.parametrize("world", ["x86", "x64"], indirect=True)
def test_controller(world: World) -> None:
    world.load(
        """
static PCONTROLLER_OBJECT Controller;
static PDEVICE_OBJECT Second;
static ULONG Order[4], Count;
static IO_ALLOCATION_ACTION NTAPI Keep(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Base, PVOID Context)
{
    Order[Count++] = (ULONG)(ULONG_PTR)Context;
    return KeepObject;
}
static IO_ALLOCATION_ACTION NTAPI Drop(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Base, PVOID Context)
{
    Order[Count++] = (ULONG)(ULONG_PTR)Context;
    return DeallocateObject;
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    NTSTATUS Status = MakeDevice(Driver, 0);
    KIRQL Old;
    IoCreateDevice(Driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Second);
    Controller = IoCreateController(32);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    IoAllocateController(Controller, Device, Keep, (PVOID)1);
    IoAllocateController(Controller, Second, Drop, (PVOID)2);
    Order[Count++] = 9;
    IoFreeController(Controller);
    KeLowerIrql(Old);
    IoDeleteController(Controller);
    IoDeleteDevice(Second);
    return Status;
}
"""
    )
    assert world.k.crash is None, world.k.crash
    base = world.k.images[-1].names["Order"]
    assert [world.k.memory.load(base + 4 * n, 4) for n in range(3)] == [1, 9, 2]
    assert [held.kind for held in world.k.owed("t")] == ["device", "symbolic link"]


def test_requests_that_a_driver_builds(world: World) -> None:
    world.load(LOWER, "lower")
    world.load(
        """
#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
static NTSTATUS Result;
static ULONG Freed;
static NTSTATUS NTAPI Done(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    IoFreeIrp(Irp);
    Freed++;
    return STATUS_MORE_PROCESSING_REQUIRED;
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\\\Device\\\\T0");
    PFILE_OBJECT File;
    PDEVICE_OBJECT Target;
    KEVENT Event;
    IO_STATUS_BLOCK Block;
    LARGE_INTEGER Offset;
    PIRP Irp;

    Offset.QuadPart = 0;
    Result = IoGetDeviceObjectPointer(&Name, FILE_WRITE_DATA, &File, &Target);
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Irp = IoBuildSynchronousFsdRequest(IRP_MJ_WRITE, Target, "abc", 3, &Offset, &Event, &Block);
    Result = IoCallDriver(Target, Irp);
    if (Result == STATUS_PENDING) {
        KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
    }
    Result = Block.Status;
    Irp = IoAllocateIrp(Target->StackSize, FALSE);
    IoGetNextIrpStackLocation(Irp)->MajorFunction = IRP_MJ_WRITE;
    IoSetCompletionRoutine(Irp, Done, NULL, TRUE, TRUE, TRUE);
    IoCallDriver(Target, Irp);
    ObDereferenceObject(File);
    return STATUS_SUCCESS;
}
""",
        "upper",
        head="",
    )
    assert world.k.crash is None, world.k.crash
    assert (world.variable("Result"), world.variable("Freed")) == (0, 1)
    assert world.k.owed("upper") == []


@pytest.mark.parametrize("take", [True, False])
def test_cancel_safe_queue(world: World, take: bool) -> None:
    world.load(
        """
static IO_CSQ Csq;
static LIST_ENTRY Queue;
static KSPIN_LOCK Lock;
static VOID NTAPI Insert(PIO_CSQ C, PIRP Irp) { InsertTailList(&Queue, &Irp->Tail.Overlay.ListEntry); }
static VOID NTAPI Remove(PIO_CSQ C, PIRP Irp) { RemoveEntryList(&Irp->Tail.Overlay.ListEntry); }
static PIRP NTAPI Peek(PIO_CSQ C, PIRP Irp, PVOID Context)
{
    PLIST_ENTRY Entry = Irp == NULL ? Queue.Flink : Irp->Tail.Overlay.ListEntry.Flink;
    return Entry == &Queue ? NULL : CONTAINING_RECORD(Entry, IRP, Tail.Overlay.ListEntry);
}
static VOID NTAPI Acquire(PIO_CSQ C, PKIRQL Irql) { KeAcquireSpinLock(&Lock, Irql); }
static VOID NTAPI Release(PIO_CSQ C, KIRQL Irql) { KeReleaseSpinLock(&Lock, Irql); }
static VOID NTAPI Cancelled(PIO_CSQ C, PIRP Irp) { Finish(Irp, STATUS_CANCELLED, 0); }
static NTSTATUS NTAPI Read(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    IoCsqInsertIrp(&Csq, Irp, NULL);
    return STATUS_PENDING;
}
static NTSTATUS NTAPI Write(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIRP Other = IoCsqRemoveNextIrp(&Csq, NULL);
    if (Other != NULL) {
        Finish(Other, STATUS_SUCCESS, 0);
    }
    return Finish(Irp, STATUS_SUCCESS, 0);
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    InitializeListHead(&Queue);
    KeInitializeSpinLock(&Lock);
    IoCsqInitialize(&Csq, Insert, Remove, Peek, Acquire, Release, Cancelled);
    Driver->MajorFunction[IRP_MJ_READ] = Read;
    Driver->MajorFunction[IRP_MJ_WRITE] = Write;
    return MakeDevice(Driver, DO_BUFFERED_IO);
}
"""
    )
    handle = world.open()
    read = world.ask("read", handle=handle, length=4)
    assert read.state == "pending", world.k.crash
    if take:
        world.ask("write", handle=handle, data=b"")
    else:
        world.ask("cancel", handle=handle)
    assert world.k.crash is None, world.k.crash
    assert (read.state, read.status) == ("done", 0 if take else 0xC0000120)
    assert world.k.irql == 0


def test_error_log_and_extension(world: World) -> None:
    world.load(
        """
static PVOID Given, Found;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    PIO_ERROR_LOG_PACKET Packet = IoAllocateErrorLogEntry(Driver, sizeof(IO_ERROR_LOG_PACKET));
    Packet->ErrorCode = IO_ERR_CONFIGURATION_ERROR;
    IoWriteErrorLogEntry(Packet);
    IoAllocateDriverObjectExtension(Driver, (PVOID)DriverEntry, 24, &Given);
    Found = IoGetDriverObjectExtension(Driver, (PVOID)DriverEntry);
    return STATUS_SUCCESS;
}
"""
    )
    assert world.k.io.error_log[0][0].startswith("\\Driver\\t: error 0xc0040003")
    size = world.k.arch.pointer
    assert world.variable("Given", size) == world.variable("Found", size) != 0
    assert world.k.owed("t") == []
