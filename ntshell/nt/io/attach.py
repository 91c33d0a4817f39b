"""Attaching devices to each other, and finding a device through its name.

Rules: a device is attached to the top of a stack; a device that is being initialized or unloaded takes none. A device
found by name is opened: its file object holds it until ObDereferenceObject, and Unload of its driver waits for that.
"""

from __future__ import annotations

from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result, after
from ntshell.nt.io import file, stack, unload
from ntshell.nt.io.constants import DO_DEVICE_INITIALIZING, FILE_READ_ATTRIBUTES
from ntshell.nt.io.state import OpenFile
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import object as ob
from ntshell.nt.status import STATUS_NO_SUCH_DEVICE, STATUS_SUCCESS


def attach(k: Kernel, source: int, target: int) -> int:
    """Put a device on top of the stack that `target` is in; the device below it, 0 when that cannot be."""
    lower = stack.top(k, target)
    below = stack.device(k, lower)
    if below.Flags & DO_DEVICE_INITIALIZING or stack.going(k, lower):
        return 0
    above = stack.device(k, source)
    below.AttachedDevice = source
    above.StackSize = below.StackSize + 1
    above.AlignmentRequirement = below.AlignmentRequirement
    above.SectorSize = below.SectorSize
    stack.extension(k, source).AttachedTo = lower
    k.acquire("attachment", source, f"{stack.name(k, source)} attached to {stack.name(k, lower)}")
    k.emit("object", f"{stack.name(k, source)} attached to {stack.name(k, lower)}", device=source, lower=lower)
    return lower


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PDEVICE_OBJECT IoAttachDeviceToDeviceStack(_In_ PDEVICE_OBJECT SourceDevice,
        _In_ PDEVICE_OBJECT TargetDevice);""",
    acquires="attachment",
    stage=Stage(entry=4),
    fails=(0,),
)
def IoAttachDeviceToDeviceStack(k: Kernel, SourceDevice: int, TargetDevice: int) -> Result:
    """Attach a device on top of a stack; returns the device that is now below it."""
    stack.require(k, TargetDevice, "IoAttachDeviceToDeviceStack")
    return attach(k, SourceDevice, TargetDevice)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoAttachDeviceByPointer(_In_ PDEVICE_OBJECT SourceDevice,
        _In_ PDEVICE_OBJECT TargetDevice);""",
    acquires="attachment",
    stage=Stage(entry=4),
    header="ntddk.h",
)
def IoAttachDeviceByPointer(k: Kernel, SourceDevice: int, TargetDevice: int) -> Result:
    """As IoAttachDeviceToDeviceStack, with a status."""
    stack.require(k, TargetDevice, "IoAttachDeviceByPointer")
    return STATUS_SUCCESS if attach(k, SourceDevice, TargetDevice) else STATUS_NO_SUCH_DEVICE


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoAttachDevice(_In_ PDEVICE_OBJECT SourceDevice, _In_ PUNICODE_STRING TargetDevice,
        _Out_ PDEVICE_OBJECT *AttachedDevice);""",
    acquires="attachment",
    stage=Stage(entry=4),
    fails=(STATUS_NO_SUCH_DEVICE,),
)
def IoAttachDevice(k: Kernel, SourceDevice: int, TargetDevice: int, AttachedDevice: int) -> Result:
    """Attach a device to the stack of the device with that name."""
    caller = k.caller

    def opened(k: Kernel, found: OpenFile | None, status: int) -> Result:
        if found is None:
            return status
        k.caller = caller
        lower = attach(k, SourceDevice, stack.related(k, found.object))
        k.set_pointer(AttachedDevice, lower)
        result = STATUS_SUCCESS if lower else STATUS_NO_SUCH_DEVICE
        return after(k, file.close(k, found), lambda kernel, _: result)

    return file.open_device(k, k.unicode(TargetDevice), opened, kernel=True, access=FILE_READ_ATTRIBUTES)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI VOID IoDetachDevice(_Inout_ PDEVICE_OBJECT TargetDevice);""",
    releases="attachment",
    stage=Stage(unload=2),
)
def IoDetachDevice(k: Kernel, TargetDevice: int) -> Result:
    """Take the device off that is attached to this one."""
    stack.require(k, TargetDevice, "IoDetachDevice")
    here = stack.device(k, TargetDevice)
    upper = int(here.AttachedDevice)
    if not upper:
        k.bugcheck(
            0xC9, 0x202, 0, TargetDevice, 0,
            rule=f"IoDetachDevice: nothing is attached to {stack.name(k, TargetDevice)}",
            mend="pass the device that the attach routine returned, the one below, and detach once",
        )  # fmt: skip
    here.AttachedDevice = 0
    stack.extension(k, upper).AttachedTo = 0
    k.release("attachment", upper)
    k.emit("object", f"{stack.name(k, upper)} detached from {stack.name(k, TargetDevice)}", device=upper)
    unload.reconsider(k, int(here.DriverObject))
    return None


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoGetDeviceObjectPointer(_In_ PUNICODE_STRING ObjectName, _In_ ACCESS_MASK DesiredAccess,
        _Out_ PFILE_OBJECT *FileObject, _Out_ PDEVICE_OBJECT *DeviceObject);""",
    acquires="reference",
    stage=Stage(entry=4),
    fails=(STATUS_NO_SUCH_DEVICE,),
)
def IoGetDeviceObjectPointer(
    k: Kernel, ObjectName: int, DesiredAccess: int, FileObject: int, DeviceObject: int
) -> Result:
    """Open a device by name: its file object, referenced, and the device on top of its stack."""
    caller = k.caller

    def opened(k: Kernel, found: OpenFile | None, status: int) -> Result:
        if found is None:
            return status
        entry = ob.find(k, found.object)
        ob.reference(k, entry)
        k.caller = caller
        ob.charge(k, entry)
        k.set_pointer(FileObject, found.object)
        k.set_pointer(DeviceObject, stack.related(k, found.object))
        return after(k, file.close(k, found), lambda kernel, _: STATUS_SUCCESS)

    return file.open_device(k, k.unicode(ObjectName), opened, kernel=True, access=DesiredAccess)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PDEVICE_OBJECT IoGetAttachedDevice(_In_ PDEVICE_OBJECT DeviceObject);"""
)
def IoGetAttachedDevice(k: Kernel, DeviceObject: int) -> Result:
    """The device on top of a device's stack."""
    return stack.top(k, DeviceObject)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PDEVICE_OBJECT IoGetAttachedDeviceReference(_In_ PDEVICE_OBJECT DeviceObject);""",
    acquires="reference",
)
def IoGetAttachedDeviceReference(k: Kernel, DeviceObject: int) -> Result:
    """The device on top of a device's stack, referenced."""
    entry = ob.find(k, stack.top(k, DeviceObject))
    ob.reference(k, entry)
    ob.charge(k, entry)
    return entry.address


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PDEVICE_OBJECT IoGetLowerDeviceObject(_In_ PDEVICE_OBJECT DeviceObject);""",
    acquires="reference",
    header="ntifs.h",
)
def IoGetLowerDeviceObject(k: Kernel, DeviceObject: int) -> Result:
    """The device that a device is attached to, referenced; NULL for none."""
    lower = stack.attached_to(k, DeviceObject)
    if not lower or stack.going(k, DeviceObject):
        return 0
    entry = ob.find(k, lower)
    ob.reference(k, entry)
    ob.charge(k, entry)
    return lower


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PDEVICE_OBJECT IoGetRelatedDeviceObject(_In_ PFILE_OBJECT FileObject);"""
)
def IoGetRelatedDeviceObject(k: Kernel, FileObject: int) -> Result:
    """The device that requests for a file object are sent to."""
    return stack.related(k, FileObject)
