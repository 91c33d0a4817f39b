"""IRPs that a driver has the I/O manager build: synchronous and asynchronous requests, device control requests.

Rules: an IRP for a synchronous request or a device control belongs to the calling thread (it hangs on the thread's
list) and the I/O manager frees it on completion; an asynchronous one is the driver's to free. Buffers are set up as
the target device wants them: a system buffer, an MDL, or the caller's own address.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.io import packet, stack
from ntshell.nt.io.common import nt
from ntshell.nt.io.constants import (
    DO_BUFFERED_IO,
    DO_DIRECT_IO,
    IO_READ_ACCESS,
    IO_WRITE_ACCESS,
    IRP_BUFFERED_IO,
    IRP_DEALLOCATE_BUFFER,
    IRP_INPUT_OPERATION,
    IRP_MJ_DEVICE_CONTROL,
    IRP_MJ_INTERNAL_DEVICE_CONTROL,
    IRP_MJ_READ,
    IRP_MJ_WRITE,
    METHOD_BUFFERED,
    METHOD_IN_DIRECT,
    METHOD_NEITHER,
    major_name,
)
from ntshell.nt.kernel import Kernel


def _note(k: Kernel, what: str) -> str:
    return f"{what} built by {k.caller or 'nt'}"


def transfer_buffer(k: Kernel, irp: int, device: int, major: int, buffer: int, length: int) -> None:
    """Set up the buffer of a read or write as the device wants it."""
    here = packet.irp(k, irp)
    flags = stack.device(k, device).Flags
    read = major == IRP_MJ_READ
    here.UserBuffer = buffer
    if flags & DO_BUFFERED_IO:
        if length:
            system_buffer(k, irp, length, b"" if read else k.memory.read(buffer, length), length if read else -1)
        else:
            here.Flags = here.Flags | IRP_BUFFERED_IO
    elif flags & DO_DIRECT_IO and length:
        locked_mdl(k, irp, buffer, length, IO_WRITE_ACCESS if read else IO_READ_ACCESS)


def system_buffer(k: Kernel, irp: int, size: int, data: bytes, room: int) -> None:
    """A system buffer of the I/O manager's, filled with `data`; `room` bytes of it may come back, -1 for none."""
    here = packet.irp(k, irp)
    address = k.pool.allocate(size, "nonpaged", "Io  ", "nt")
    region = k.memory.regions[address]
    region.note = f"system buffer of IRP {k.arch.format(irp)}"
    region.facts["system"] = True
    if data:
        k.memory.write(address, data)
    here.AssociatedIrp.SystemBuffer = address
    here.Flags = here.Flags | IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER | (IRP_INPUT_OPERATION if room >= 0 else 0)
    k.journal.set(packet.track(k, irp), "room", room)


def locked_mdl(k: Kernel, irp: int, buffer: int, length: int, access: int) -> None:
    """Describe a buffer by an MDL on the IRP and lock its pages."""
    mdl = nt(k, "IoAllocateMdl", buffer, length, 0, 0, irp)
    here = packet.irp(k, irp)
    here.MdlAddress = mdl
    nt(k, "MmProbeAndLockPages", mdl, here.RequestorMode, access)


def control_buffers(
    k: Kernel, irp: int, code: int, source: int, source_length: int, target: int, target_length: int
) -> None:
    """Set up the two buffers of a device control as the method in its code says."""
    here = packet.irp(k, irp)
    method = code & 3
    location = packet.next_location(k, irp)
    if method == METHOD_NEITHER:
        location.Parameters.DeviceIoControl.Type3InputBuffer = source
        here.UserBuffer = target
        return
    data = k.memory.read(source, source_length) if source_length else b""
    if method == METHOD_BUFFERED:
        here.UserBuffer = target
        if source_length or target_length:
            room = target_length if target_length else -1
            system_buffer(k, irp, max(source_length, target_length), data, room)
        return
    if source_length:
        system_buffer(k, irp, source_length, data, -1)
    if target_length:
        access = IO_READ_ACCESS if method == METHOD_IN_DIRECT else IO_WRITE_ACCESS
        locked_mdl(k, irp, target, target_length, access)


def on_thread(k: Kernel, irp: int) -> None:
    """Hang an IRP on the list of the thread that it belongs to."""
    thread = k.thread
    here = packet.irp(k, irp)
    here[packet.THREAD] = thread.object
    object = k.struct("_ETHREAD", thread.object)
    head = object.at("IrpList")
    if not k.pointer(head):
        k.list_init(head)
    k.list_insert_tail(head, here.at("ThreadListEntry"))


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI PIRP IoBuildDeviceIoControlRequest(_In_ ULONG IoControlCode, _In_ PDEVICE_OBJECT DeviceObject,
        _In_opt_ PVOID InputBuffer, _In_ ULONG InputBufferLength, _Out_opt_ PVOID OutputBuffer,
        _In_ ULONG OutputBufferLength, _In_ BOOLEAN InternalDeviceIoControl, _In_opt_ PKEVENT Event,
        _Out_ PIO_STATUS_BLOCK IoStatusBlock);""",
    fails=(0,),
)
def IoBuildDeviceIoControlRequest(
    k: Kernel, IoControlCode: int, DeviceObject: int, InputBuffer: int, InputBufferLength: int, OutputBuffer: int,
    OutputBufferLength: int, InternalDeviceIoControl: int, Event: int, IoStatusBlock: int,
) -> Result:  # fmt: skip
    """Make an IRP for a device control; the I/O manager frees it when it is completed and sets the event."""
    stack.require(k, DeviceObject, "IoBuildDeviceIoControlRequest")
    irp = packet.make(k, stack.device(k, DeviceObject).StackSize, _note(k, "device control"))
    here = packet.irp(k, irp)
    location = packet.next_location(k, irp)
    location.MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL if InternalDeviceIoControl else IRP_MJ_DEVICE_CONTROL
    control = location.Parameters.DeviceIoControl
    control.OutputBufferLength, control.InputBufferLength = OutputBufferLength, InputBufferLength
    control.IoControlCode = IoControlCode
    control_buffers(
        k, irp, IoControlCode, InputBuffer, InputBufferLength if InputBuffer else 0, OutputBuffer,
        OutputBufferLength if OutputBuffer else 0,
    )  # fmt: skip
    here.UserIosb, here.UserEvent = IoStatusBlock, Event
    on_thread(k, irp)
    return irp


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI PIRP IoBuildSynchronousFsdRequest(_In_ ULONG MajorFunction, _In_ PDEVICE_OBJECT DeviceObject,
        _Inout_opt_ PVOID Buffer, _In_opt_ ULONG Length, _In_opt_ PLARGE_INTEGER StartingOffset, _In_ PKEVENT Event,
        _Out_ PIO_STATUS_BLOCK IoStatusBlock);""",
    fails=(0,),
)
def IoBuildSynchronousFsdRequest(
    k: Kernel, MajorFunction: int, DeviceObject: int, Buffer: int, Length: int, StartingOffset: int, Event: int,
    IoStatusBlock: int,
) -> Result:  # fmt: skip
    """Make an IRP for a request that the calling thread will wait for on the event."""
    irp = _fsd(k, MajorFunction, DeviceObject, Buffer, Length, StartingOffset, IoStatusBlock)
    packet.irp(k, irp).UserEvent = Event
    on_thread(k, irp)
    return irp


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI PIRP IoBuildAsynchronousFsdRequest(_In_ ULONG MajorFunction, _In_ PDEVICE_OBJECT DeviceObject,
        _Inout_opt_ PVOID Buffer, _In_opt_ ULONG Length, _In_opt_ PLARGE_INTEGER StartingOffset,
        _In_opt_ PIO_STATUS_BLOCK IoStatusBlock);""",
    acquires="irp",
    fails=(0,),
)
def IoBuildAsynchronousFsdRequest(
    k: Kernel, MajorFunction: int, DeviceObject: int, Buffer: int, Length: int, StartingOffset: int, IoStatusBlock: int
) -> Result:
    """Make an IRP for a request that nobody waits for; its completion routine frees it."""
    irp = _fsd(k, MajorFunction, DeviceObject, Buffer, Length, StartingOffset, IoStatusBlock)
    packet.irp(k, irp)[packet.THREAD] = k.thread.object
    k.acquire("irp", irp, f"{major_name(MajorFunction)} IRP for {stack.name(k, DeviceObject)}")
    return irp


def _fsd(k: Kernel, major: int, device: int, buffer: int, length: int, offset: int, iosb: int) -> int:
    stack.require(k, device, "IoBuildSynchronousFsdRequest")
    irp = packet.make(k, stack.device(k, device).StackSize, _note(k, major_name(major)))
    here = packet.irp(k, irp)
    here.UserIosb = iosb
    location = packet.next_location(k, irp)
    location.MajorFunction = major
    if major in (IRP_MJ_READ, IRP_MJ_WRITE):
        location.Parameters.Read.Length = length
        if offset:
            location["Parameters.Read.ByteOffset.QuadPart"] = k.struct("_LARGE_INTEGER", offset).QuadPart
        transfer_buffer(k, irp, device, major, buffer, length)
    return irp
