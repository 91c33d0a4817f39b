"""Controller objects: a board that several devices share, one at a time.

Rules: a controller is given to the device whose ControllerControl routine returned KeepObject, until
IoFreeController; the others wait in its queue, each by the wait context block in its device object, so each device
can wait once. The routines run at DISPATCH_LEVEL, from within IoAllocateController or IoFreeController.
"""

from __future__ import annotations

from ntshell.nt.export import DISPATCH_LEVEL, Stage, export
from ntshell.nt.flow import Call, Result
from ntshell.nt.io import stack
from ntshell.nt.io.common import nt
from ntshell.nt.io.constants import DEALLOCATE_OBJECT, IO_TYPE_CONTROLLER
from ntshell.nt.ke.checks import live_objects, symbol
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import object as ob

WCB = "Queue.Wcb"


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI PCONTROLLER_OBJECT IoCreateController(_In_ ULONG Size);""",
    acquires="controller",
    stage=Stage(entry=4),
    header="ntddk.h",
    fails=(0,),
)
def IoCreateController(k: Kernel, Size: int) -> Result:
    """Make a controller object with an extension of `Size` bytes, zeroed."""
    head = k.sizeof("_CONTROLLER_OBJECT")
    entry = ob.make(k, "Controller", head + Size, f"controller object of {k.caller}")
    here = k.struct("_CONTROLLER_OBJECT", entry.address)
    here.Type, here.Size = IO_TYPE_CONTROLLER, head + Size
    here.ControllerExtension = entry.address + head if Size else 0
    nt(k, "KeInitializeDeviceQueue", here.at("DeviceWaitQueue"))
    k.acquire("controller", entry.address, f"controller object, {Size} bytes of extension")
    k.emit("object", "controller object made", type="Controller", address=entry.address)
    return entry.address


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI VOID IoDeleteController(_In_ PCONTROLLER_OBJECT ControllerObject);""",
    releases="controller",
    stage=Stage(unload=7),
    header="ntddk.h",
)
def IoDeleteController(k: Kernel, ControllerObject: int) -> Result:
    """Take a controller object away, and its extension with it."""
    here = k.struct("_CONTROLLER_OBJECT", ControllerObject)
    live_objects(k, ControllerObject, k.sizeof("_CONTROLLER_OBJECT") + _extension_size(k, ControllerObject))
    if here.Type != IO_TYPE_CONTROLLER:
        k.bugcheck(
            0x18, 0, ControllerObject, 0, 0,
            rule=f"IoDeleteController was given {k.arch.format(ControllerObject)}, which is no controller object",
            mend="pass what IoCreateController returned",
        )  # fmt: skip
    k.release("controller", ControllerObject)
    return ob.dereference(k, ob.find(k, ControllerObject))


def _extension_size(k: Kernel, address: int) -> int:
    region = k.memory.find(address)
    return max(0, region.end - address - k.sizeof("_CONTROLLER_OBJECT")) if region is not None else 0


@export(
    """_IRQL_requires_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoAllocateController(_In_ PCONTROLLER_OBJECT ControllerObject, _In_ PDEVICE_OBJECT DeviceObject,
        _In_ PDRIVER_CONTROL ExecutionRoutine, _In_opt_ PVOID Context);""",
    header="ntddk.h",
)
def IoAllocateController(
    k: Kernel, ControllerObject: int, DeviceObject: int, ExecutionRoutine: int, Context: int
) -> Result:
    """Have a routine called when the controller is free for the device: at once, or when its turn comes."""
    stack.require(k, DeviceObject, "IoAllocateController")
    device = stack.device(k, DeviceObject)
    block = device.member(WCB)
    block.DeviceRoutine, block.DeviceContext = ExecutionRoutine, Context
    block.DeviceObject, block.CurrentIrp = DeviceObject, device.CurrentIrp
    queue = k.struct("_CONTROLLER_OBJECT", ControllerObject).at("DeviceWaitQueue")
    if nt(k, "KeInsertDeviceQueue", queue, block.at("WaitQueueEntry")):
        k.emit("object", f"{stack.name(k, DeviceObject)} waits for the controller", address=ControllerObject)
        return None
    return _control(k, ControllerObject, DeviceObject)


def _control(k: Kernel, controller: int, device: int) -> Call:
    """Call the ControllerControl routine of the device whose turn it is."""
    block = stack.device(k, device).member(WCB)
    routine, irp, context = int(block.DeviceRoutine), int(block.CurrentIrp), int(block.DeviceContext)
    k.emit("object", f"the controller is {stack.name(k, device)}'s", address=controller, device=device)

    def then(k: Kernel, value: int) -> Result:
        if k.irql != DISPATCH_LEVEL:
            k.bugcheck(
                0xC9, 0x12, routine, DISPATCH_LEVEL, k.irql,
                rule=f"ControllerControl {symbol(k, routine)} returned at IRQL {k.irql}",
                mend="return at DISPATCH_LEVEL, where it was entered",
            )  # fmt: skip
        return _free(k, controller) if value & 0xFFFFFFFF == DEALLOCATE_OBJECT else None

    return Call(routine, (device, irp, 0, context), then)


@export(
    """_IRQL_requires_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoFreeController(_In_ PCONTROLLER_OBJECT ControllerObject);""",
    header="ntddk.h",
)
def IoFreeController(k: Kernel, ControllerObject: int) -> Result:
    """The device is done with the controller: it goes to the next that waits."""
    return _free(k, ControllerObject)


def _free(k: Kernel, controller: int) -> Result:
    queue = k.struct("_CONTROLLER_OBJECT", controller).at("DeviceWaitQueue")
    entry = nt(k, "KeRemoveDeviceQueue", queue)
    if not entry:
        return None
    device = entry - k.struct("_DEVICE_OBJECT", 0).at(f"{WCB}.WaitQueueEntry")
    return _control(k, controller, device)
