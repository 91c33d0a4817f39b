"""StartIo: the device queue that the I/O manager runs for a driver.

Rules: one IRP at a time is `CurrentIrp`; StartIo is called at DISPATCH_LEVEL, from within IoStartPacket when the
device is idle and from within IoStartNextPacket else. An IRP that waits in the queue can be cancelled when both were
told so.
"""

from __future__ import annotations

from ntshell.nt.export import DISPATCH_LEVEL, export
from ntshell.nt.flow import Call, Result, after
from ntshell.nt.io import cancel, packet, stack
from ntshell.nt.io.common import nothing, nt, to_level
from ntshell.nt.ke.checks import symbol
from ntshell.nt.kernel import Kernel

ENTRY = "Tail.Overlay.DeviceQueueEntry"


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoStartPacket(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp, _In_opt_ PULONG Key,
        _In_opt_ PDRIVER_CANCEL CancelFunction);"""
)
def IoStartPacket(k: Kernel, DeviceObject: int, Irp: int, Key: int, CancelFunction: int) -> Result:
    """Give an IRP to StartIo, or queue it while the device is busy."""
    stack.require(k, DeviceObject, "IoStartPacket")
    device, here = stack.device(k, DeviceObject), packet.irp(k, Irp)
    old = k.irql
    if CancelFunction:
        cancel.acquire(k)
        here.CancelRoutine = CancelFunction
    else:
        k.set_irql(DISPATCH_LEVEL)
    queue, entry = device.at("DeviceQueue"), here.at(ENTRY)
    if Key:
        queued = nt(k, "KeInsertByKeyDeviceQueue", queue, entry, k.memory.load(Key, 4))
    else:
        queued = nt(k, "KeInsertDeviceQueue", queue, entry)
    if not queued:
        device.CurrentIrp = Irp
        if CancelFunction:
            cancel.let_go(k, DISPATCH_LEVEL)
        return after(k, _start(k, DeviceObject, Irp), to_level(old))
    k.emit("irp", f"{packet.describe(k, Irp)} waits in the device queue", what="queue", irp=Irp, device=DeviceObject)
    if CancelFunction and here.Cancel:
        here.CancelIrql = old
        routine = here.CancelRoutine
        here.CancelRoutine = 0
        if routine:
            return after(k, cancel.enter(k, routine, DeviceObject, Irp, old), nothing)
    if CancelFunction:
        cancel.let_go(k, old)
    else:
        k.set_irql(old)
    return None


def _start(k: Kernel, device: int, irp: int) -> Call:
    """Call StartIo at DISPATCH_LEVEL."""
    routine = int(k.struct("_DRIVER_OBJECT", stack.device(k, device).DriverObject).DriverStartIo)
    if not routine:
        k.bugcheck(
            0xA, 0, k.irql, 8, 0,
            rule=f"{stack.driver_name(k, device)} uses IoStartPacket, but DriverObject->DriverStartIo is NULL",
            mend="set DriverStartIo in DriverEntry",
        )  # fmt: skip
    k.emit("irp", f"StartIo for {packet.describe(k, irp)}", what="startio", irp=irp, device=device)

    def then(k: Kernel, value: int) -> Result:
        if k.irql != DISPATCH_LEVEL:
            k.bugcheck(
                0xC9, 0x12, routine, DISPATCH_LEVEL, k.irql,
                rule=f"StartIo {symbol(k, routine)} was entered at DISPATCH_LEVEL and returned at IRQL {k.irql}",
                mend="release spin locks to the level at which they were acquired",
            )  # fmt: skip
        return None

    return Call(routine, (device, irp), then)


def _next(k: Kernel, device: int, cancelable: int, key: int | None) -> Result:
    stack.require(k, device, "IoStartNextPacket")
    old = k.irql
    if cancelable:
        cancel.acquire(k)
    else:
        k.set_irql(DISPATCH_LEVEL)
    here = stack.device(k, device)
    here.CurrentIrp = 0
    queue = here.at("DeviceQueue")
    entry = nt(k, "KeRemoveDeviceQueue", queue) if key is None else nt(k, "KeRemoveByKeyDeviceQueue", queue, key)
    irp = entry - packet.irp(k, 0).at(ENTRY) if entry else 0
    if irp:
        here.CurrentIrp = irp
    if cancelable:
        cancel.let_go(k, DISPATCH_LEVEL)
    if not irp:
        k.set_irql(old)
        return None
    return after(k, _start(k, device, irp), to_level(old))


@export(
    """_IRQL_requires_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoStartNextPacket(_In_ PDEVICE_OBJECT DeviceObject, _In_ BOOLEAN Cancelable);"""
)
def IoStartNextPacket(k: Kernel, DeviceObject: int, Cancelable: int) -> Result:
    """The current IRP is done with: give the next of the device queue to StartIo, or leave the device idle."""
    return _next(k, DeviceObject, Cancelable, None)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoStartNextPacketByKey(_In_ PDEVICE_OBJECT DeviceObject, _In_ BOOLEAN Cancelable,
        _In_ ULONG Key);"""
)
def IoStartNextPacketByKey(k: Kernel, DeviceObject: int, Cancelable: int, Key: int) -> Result:
    """As IoStartNextPacket; takes the IRP whose sort key follows `Key`."""
    return _next(k, DeviceObject, Cancelable, Key)
