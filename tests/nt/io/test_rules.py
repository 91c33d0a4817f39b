"""Rules about IRPs and devices: each driver breaks one, and the bug check or finding is the one that NT has."""

from __future__ import annotations

from typing import Any

import pytest

from ntshell.nt.status import STATUS_OBJECT_NAME_NOT_FOUND

World = Any
READER = """
static NTSTATUS NTAPI Read(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    %s
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    Driver->MajorFunction[IRP_MJ_READ] = Read;
    return MakeDevice(Driver, DO_BUFFERED_IO);
}
"""
FATAL = {
    "completed twice": ("Finish(Irp, 0, 0); IoCompleteRequest(Irp, 0); return 0;", 0x44),
    "cancel routine left": ("IoSetCancelRoutine(Irp, (PDRIVER_CANCEL)Read); return Finish(Irp, 0, 0);", 0x48),
    "completed as pending": ("IoMarkIrpPending(Irp); return Finish(Irp, STATUS_PENDING, 0);", 0xC9),
    "other status returned": ("Finish(Irp, STATUS_UNSUCCESSFUL, 0); return STATUS_SUCCESS;", 0xC9),
    "forgotten": ("return STATUS_SUCCESS;", 0xC9),
    "IRQL left raised": ("KIRQL Old; Finish(Irp, 0, 0); KeRaiseIrql(DISPATCH_LEVEL, &Old); return 0;", 0xC9),
    "too much information": ("return Finish(Irp, 0, 100);", 0xC9),
    "IRP touched after its end": ("Finish(Irp, 0, 0); return Irp->IoStatus.Status;", 0xD5),
    "no stack location": ("return IoCallDriver(DeviceObject, Irp);", 0x35),
    "no device": ("IoSkipCurrentIrpStackLocation(Irp); return IoCallDriver(NULL, Irp);", 0xC9),
    "a lock kept": ("KIRQL Old; IoAcquireCancelSpinLock(&Old); IoAcquireCancelSpinLock(&Old); return 0;", 0xF),
}


@pytest.mark.parametrize("name", list(FATAL))
def test_fatal(world: World, name: str) -> None:
    body, code = FATAL[name]
    world.load(READER % body)
    world.ask("read", handle=world.open(), length=4)
    assert world.k.crash is not None, name
    assert world.k.crash.code == code, (world.k.crash.rule, hex(world.k.crash.code))
    assert world.k.crash.rule and (world.k.crash.mend or code == 0xD5)


def test_pending_without_the_mark(world: World) -> None:
    world.load(READER % "Finish(Irp, 0, 0); return STATUS_PENDING;")
    read = world.ask("read", handle=world.open(), length=4)
    assert read.state == "done"
    assert world.findings() == [(0xC9, 0x23D)]
    assert world.k.findings[0].place.line > 1


def test_marked_and_not_pending(world: World) -> None:
    world.load(READER % "IoMarkIrpPending(Irp); return Finish(Irp, 0, 0);")
    assert world.ask("read", handle=world.open(), length=4).state == "done"
    assert world.findings() == [(0xC9, 0x23E)]


def test_a_driver_entry_that_fails(world: World) -> None:
    record = world.load(
        """
static VOID NTAPI Again(PDRIVER_OBJECT Driver, PVOID Context, ULONG Count) { }
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    MakeDevice(Driver, 0);
    IoRegisterDriverReinitialization(Driver, Again, NULL);
    return STATUS_NO_SUCH_DEVICE;
}
"""
    )
    assert (record.state, record.status) == ("failed", 0xC000000E)
    assert world.k.objects.lookup("\\Driver\\t") is None
    assert world.k.io.reinits == []
    assert [held.kind for held in world.k.findings[0].held] == ["device", "symbolic link", "reinit"]
    opened = world.ask("open", path="\\\\.\\T1")
    assert opened.status == 0xC000000E  # still DO_DEVICE_INITIALIZING


def test_registry_path_is_gone_afterwards(world: World) -> None:
    world.load(
        """
static PUNICODE_STRING Kept;
static WCHAR First;
static NTSTATUS NTAPI Create(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    First = Kept->Buffer[0];
    return Finish(Irp, STATUS_SUCCESS, 0);
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    NTSTATUS Status = MakeDevice(Driver, 0);
    Kept = RegistryPath;
    First = RegistryPath->Buffer[0];
    Driver->MajorFunction[IRP_MJ_CREATE] = Create;
    return Status;
}
"""
    )
    assert world.variable("First", 2) == ord("\\")
    world.ask("open", path="\\\\.\\T1")
    assert world.k.crash.code == 0xD5
    assert dict(world.k.crash.facts)["note"].startswith("the RegistryPath of \\Driver\\t")


DELETER = """
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    %s
    NTSTATUS Status = MakeDevice(Driver, 0);
    %s
    IoDeleteDevice(Device);
    %s
    return STATUS_SUCCESS;
}
"""


@pytest.mark.parametrize(
    ("before", "between", "then", "code", "first"),
    [
        ("", "", "IoDeleteDevice(Device);", 0xC9, 0x240),
        ("", "", "Device->Flags = 0;", 0xD5, None),
        (
            "LARGE_INTEGER Due;",
            "KeInitializeTimer(Device->DeviceExtension); Due.QuadPart = -1000;"
            " KeSetTimer(Device->DeviceExtension, Due, NULL);",
            "",
            0xC7,
            0,
        ),
        (
            "PDEVICE_OBJECT Second;",
            "Device->Flags &= ~DO_DEVICE_INITIALIZING; IoCreateDevice(Driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE,"
            " &Second); IoAttachDeviceToDeviceStack(Second, Device);",
            "",
            0x36,
            None,
        ),
        (
            "PDEVICE_OBJECT Second;",
            "Device->Flags &= ~DO_DEVICE_INITIALIZING; IoCreateDevice(Driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE,"
            " &Second); IoAttachDeviceToDeviceStack(Second, Device); IoDeleteDevice(Second);",
            "",
            0xC9,
            0x201,
        ),
        ("", "IoDetachDevice(Device);", "", 0xC9, 0x202),
    ],
)
def test_deleting(world: World, before: str, between: str, then: str, code: int, first: int | None) -> None:
    world.load(DELETER % (before, between, then))
    assert world.k.crash is not None
    assert world.k.crash.code == code, world.k.crash.rule
    if first is not None:
        assert world.k.crash.parameters[0] == first


def test_a_device_is_deleted_while_it_is_open(world: World) -> None:
    """NT takes the name at once and the device with the last close; the driver can be unloaded then."""
    world.load(
        """
static NTSTATUS NTAPI Control(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    IoDeleteDevice(DeviceObject);
    return Finish(Irp, STATUS_SUCCESS, 0);
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    Driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Control;
    return MakeDevice(Driver, 0);
}
"""
    )
    world.ask("open", path="\\\\.\\T1")
    device = world.variable("Device", world.k.arch.pointer)
    assert world.ask("ioctl", handle=1, code=0x222000).status == 0
    assert [held.text for held in world.k.owed() if held.kind == "device"] == []
    assert world.k.objects.lookup("\\Device\\T0") is None
    assert world.k.objects.at(device) is not None
    assert world.ask("open", path="\\\\.\\T1").status == STATUS_OBJECT_NAME_NOT_FOUND
    assert world.ask("close", handle=1).status == 0
    assert world.k.objects.at(device) is None
    assert world.k.crash is None
    world.unload()
    assert world.k.crash is None


def test_no_unload_routine(world: World) -> None:
    world.load(
        "NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath) { return STATUS_SUCCESS; }"
    )
    world.unload()
    assert world.record.state == "running"


def test_names(world: World) -> None:
    world.load(
        """
static NTSTATUS Results[4];
static PDEVICE_OBJECT Made;
static NTSTATUS Make(PDRIVER_OBJECT Driver, PWSTR Text, ULONG Characteristics)
{
    UNICODE_STRING Name;
    RtlInitUnicodeString(&Name, Text);
    return IoCreateDevice(Driver, 8, &Name, FILE_DEVICE_DISK, Characteristics, FALSE, &Made);
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    Results[0] = Make(Driver, L"\\\\Device\\\\N0", 0);
    Results[1] = Make(Driver, L"\\\\Device\\\\N0", 0);
    Results[2] = Make(Driver, L"Device", 0);
    Results[3] = Make(Driver, L"", FILE_AUTOGENERATED_DEVICE_NAME);
    return STATUS_SUCCESS;
}
"""
    )
    base = world.k.images[-1].names["Results"]
    found = [world.k.memory.load(base + 4 * n, 4) for n in range(4)]
    assert found == [0, 0xC0000035, 0xC000003B, 0]
    made = world.k.pointer(world.k.images[-1].names["Made"])
    assert world.k.io.device_names[made] == "\\Device\\00000001"
    assert world.k.struct("_DEVICE_OBJECT", made).SectorSize == 512
    assert world.k.struct("_DRIVER_OBJECT", world.record.object).DeviceObject == made
