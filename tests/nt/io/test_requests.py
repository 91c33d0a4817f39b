"""What the user program does: open, read, write, control, close, cancel, against drivers in C."""

from __future__ import annotations

from typing import Any

import pytest

World = Any

ECHO = """
static NTSTATUS NTAPI Read(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    ULONG Length = IoGetCurrentIrpStackLocation(Irp)->Parameters.Read.Length;
    PUCHAR Buffer = %s;
    ULONG Index;

    for (Index = 0; Index < Length; Index++) {
        Buffer[Index] = (UCHAR)('A' + Index);
    }
    return Finish(Irp, STATUS_SUCCESS, Length);
}
static UCHAR Seen[16];
static NTSTATUS NTAPI Write(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    ULONG Length = IoGetCurrentIrpStackLocation(Irp)->Parameters.Write.Length;

    RtlCopyMemory(Seen, %s, Length);
    return Finish(Irp, STATUS_SUCCESS, Length);
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    Driver->MajorFunction[IRP_MJ_READ] = Read;
    Driver->MajorFunction[IRP_MJ_WRITE] = Write;
    return MakeDevice(Driver, %s);
}
"""
BUFFERS = {
    "DO_BUFFERED_IO": "Irp->AssociatedIrp.SystemBuffer",
    "DO_DIRECT_IO": "MmGetSystemAddressForMdl(Irp->MdlAddress)",
    "0": "Irp->UserBuffer",
}


@pytest.mark.parametrize("world", ["x86", "x64"], indirect=True)
@pytest.mark.parametrize("flags", list(BUFFERS))
def test_read_and_write(world: World, flags: str) -> None:
    world.load(ECHO % (BUFFERS[flags], BUFFERS[flags], flags))
    assert world.record.state == "running"
    handle = world.open()
    assert handle == 1
    read = world.ask("read", handle=handle, length=4)
    assert (read.state, read.status, read.information, read.data) == ("done", 0, 4, b"ABCD"), world.k.crash
    wrote = world.ask("write", handle=handle, data=b"xyz")
    assert (wrote.state, wrote.status, wrote.information) == ("done", 0, 3)
    seen = world.k.images[-1].names["Seen"]
    assert world.k.memory.read(seen, 3) == b"xyz"
    closed = world.ask("close", handle=handle)
    assert (closed.state, closed.status) == ("done", 0)
    device = world.k.objects.lookup("\\Device\\T0").address
    assert world.k.struct("_DEVICE_OBJECT", device).ReferenceCount == 0
    world.unload()
    assert world.record.state == "unloaded"
    assert world.k.findings == []
    assert not world.k.objects.lookup("\\Driver\\t")


def test_everything_is_given_back(world: World) -> None:
    """After open, read, close and unload no block of the I/O manager's is left."""

    def blocks() -> list[str]:
        return sorted(region.note for region in world.k.pool.blocks())

    before = blocks()
    world.load(ECHO % (BUFFERS["DO_BUFFERED_IO"], BUFFERS["DO_BUFFERED_IO"], "DO_BUFFERED_IO"))
    handle = world.open()
    world.ask("read", handle=handle, length=4)
    world.ask("write", handle=handle, data=b"ab")
    world.ask("close", handle=handle)
    world.unload()
    left = [note for note in blocks() if note not in before and "thread" not in note and "process" not in note]
    assert left == []


def test_a_bad_name_and_a_bad_handle(world: World) -> None:
    assert world.ask("open", path="\\\\.\\NOBODY").status == 0xC0000034
    assert world.ask("read", handle=7, length=1).status == 0xC0000008


CONTROL = """
#define CODE(method) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, method, FILE_ANY_ACCESS)
static NTSTATUS NTAPI Control(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG In = Stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG Out = Stack->Parameters.DeviceIoControl.OutputBufferLength;
    PUCHAR From, To;
    ULONG Index;

    switch (Stack->Parameters.DeviceIoControl.IoControlCode & 3) {
    case METHOD_BUFFERED:
        From = To = Irp->AssociatedIrp.SystemBuffer;
        break;
    case METHOD_NEITHER:
        From = Stack->Parameters.DeviceIoControl.Type3InputBuffer;
        To = Irp->UserBuffer;
        break;
    default:
        From = Irp->AssociatedIrp.SystemBuffer;
        To = MmGetSystemAddressForMdl(Irp->MdlAddress);
        break;
    }
    for (Index = 0; Index < In && Index < Out; Index++) {
        To[Index] = (UCHAR)(From[Index] + 1);
    }
    return Finish(Irp, STATUS_SUCCESS, Index);
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    Driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Control;
    return MakeDevice(Driver, 0);
}
"""


@pytest.mark.parametrize("method", [0, 2, 3])
def test_device_control(world: World, method: int) -> None:
    world.load(CONTROL)
    handle = world.open()
    got = world.ask("ioctl", handle=handle, code=0x222000 | method, data=b"abc", outlen=8)
    assert (got.state, got.status, got.data) == ("done", 0, b"bcd"), world.k.crash


def test_a_function_that_the_driver_does_not_have(world: World) -> None:
    world.load(CONTROL)
    assert world.ask("read", handle=world.open(), length=4).status == 0xC0000010


QUEUE = """
static ULONG Started, Cancelled;
static VOID NTAPI Cancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KIRQL Irql = Irp->CancelIrql;

    Cancelled++;
    if (Irp == DeviceObject->CurrentIrp) {
        IoReleaseCancelSpinLock(Irql);
        KeRaiseIrql(DISPATCH_LEVEL, &Irql);
        IoStartNextPacket(DeviceObject, TRUE);
        KeLowerIrql(Irql);
    } else {
        KeRemoveEntryDeviceQueue(&DeviceObject->DeviceQueue, &Irp->Tail.Overlay.DeviceQueueEntry);
        IoReleaseCancelSpinLock(Irql);
    }
    Finish(Irp, STATUS_CANCELLED, 0);
}
static VOID NTAPI StartIo(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    Started++;
}
static NTSTATUS NTAPI Read(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    IoMarkIrpPending(Irp);
    IoStartPacket(DeviceObject, Irp, NULL, Cancel);
    return STATUS_PENDING;
}
static NTSTATUS NTAPI Write(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIRP Current = DeviceObject->CurrentIrp;
    KIRQL Irql;

    IoAcquireCancelSpinLock(&Irql);
    IoSetCancelRoutine(Current, NULL);
    IoReleaseCancelSpinLock(Irql);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    IoStartNextPacket(DeviceObject, TRUE);
    Finish(Current, STATUS_SUCCESS, 0);
    KeLowerIrql(Irql);
    return Finish(Irp, STATUS_SUCCESS, 0);
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    Driver->DriverStartIo = StartIo;
    Driver->MajorFunction[IRP_MJ_READ] = Read;
    Driver->MajorFunction[IRP_MJ_WRITE] = Write;
    return MakeDevice(Driver, DO_BUFFERED_IO);
}
"""


def test_start_io_takes_one_after_the_other(world: World) -> None:
    world.load(QUEUE)
    handle = world.open()
    reads = [world.ask("read", handle=handle, length=4) for _ in range(3)]
    assert [read.state for read in reads] == ["pending"] * 3
    assert world.variable("Started") == 1
    world.ask("write", handle=handle, data=b"")
    assert [read.state for read in reads] == ["done", "pending", "pending"]
    assert world.variable("Started") == 2
    assert world.k.irql == 0 and world.k.crash is None


@pytest.mark.parametrize("world", ["x86", "x64"], indirect=True)
def test_cancel(world: World) -> None:
    world.load(QUEUE)
    handle = world.open()
    reads = [world.ask("read", handle=handle, length=4) for _ in range(2)]
    cancel = world.ask("cancel", handle=handle)
    assert (cancel.state, cancel.status, cancel.information) == ("done", 0, 2), world.k.crash
    assert [read.status for read in reads] == [0xC0000120] * 2
    assert world.variable("Cancelled") == 2
    assert world.ask("cancel", handle=handle).status == 0xC0000225


def test_unload_waits_for_the_last_close(world: World) -> None:
    world.load(QUEUE)
    handle = world.open()
    read = world.ask("read", handle=handle, length=4)
    world.unload()
    assert world.record.state == "unload pending"
    assert world.ask("open", path="\\\\.\\T1").status == 0xC000000E
    close = world.ask("close", handle=handle)
    assert close.state == "pending"  # the driver's Cleanup leaves the read queued, so Close cannot come
    irp = read.irp
    assert world.k.struct("_IRP", irp).Type == 6


def test_undo_of_a_request(world: World) -> None:
    world.load(QUEUE)
    before = {base: bytes(region.data) for base, region in world.k.memory.regions.items()}
    position = world.k.journal.position
    handle = world.open()
    world.ask("read", handle=handle, length=4)
    world.ask("cancel", handle=handle)
    world.ask("close", handle=handle)
    while world.k.journal.position > position:
        world.k.journal.back()
    assert {base: bytes(region.data) for base, region in world.k.memory.regions.items()} == before
