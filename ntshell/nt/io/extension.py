"""What a driver registers: Reinitialize routines, extensions of its driver object, shutdown notifications.

Rules: a Reinitialize routine is called once for each registration, after DriverEntry succeeded; an extension lives as
long as the driver object and is found by an address that only its owner knows.
"""

from __future__ import annotations

from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.io import stack
from ntshell.nt.io.constants import (
    DO_SHUTDOWN_REGISTERED,
    DRVO_BOOTREINIT_REGISTERED,
    DRVO_REINIT_REGISTERED,
)
from ntshell.nt.io.driver import EXTENSION
from ntshell.nt.ke.checks import symbol
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import (
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_OBJECT_NAME_COLLISION,
    STATUS_SUCCESS,
)


def _register(k: Kernel, driver: int, routine: int, context: int, flag: int) -> None:
    k.journal.append(k.io.reinits, (driver, routine, context, flag == DRVO_BOOTREINIT_REGISTERED))
    here = k.struct("_DRIVER_OBJECT", driver)
    here.Flags = here.Flags | flag
    k.acquire("reinit", (driver, routine, context), symbol(k, routine))


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI VOID IoRegisterDriverReinitialization(_In_ PDRIVER_OBJECT DriverObject,
        _In_ PDRIVER_REINITIALIZE DriverReinitializationRoutine, _In_opt_ PVOID Context);""",
    acquires="reinit",
    stage=Stage(entry=6),
    header="ntddk.h",
)
def IoRegisterDriverReinitialization(
    k: Kernel, DriverObject: int, DriverReinitializationRoutine: int, Context: int
) -> Result:
    """Have a routine called after DriverEntry has returned success."""
    _register(k, DriverObject, DriverReinitializationRoutine, Context, DRVO_REINIT_REGISTERED)
    return None


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI VOID IoRegisterBootDriverReinitialization(_In_ PDRIVER_OBJECT DriverObject,
        _In_ PDRIVER_REINITIALIZE DriverReinitializationRoutine, _In_opt_ PVOID Context);""",
    acquires="reinit",
    stage=Stage(entry=6),
    header="ntddk.h",
)
def IoRegisterBootDriverReinitialization(
    k: Kernel, DriverObject: int, DriverReinitializationRoutine: int, Context: int
) -> Result:
    """Have a routine called when all boot drivers have been started; here after DriverEntry."""
    _register(k, DriverObject, DriverReinitializationRoutine, Context, DRVO_BOOTREINIT_REGISTERED)
    return None


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI NTSTATUS IoAllocateDriverObjectExtension(_In_ PDRIVER_OBJECT DriverObject,
        _In_ PVOID ClientIdentificationAddress, _In_ ULONG DriverObjectExtensionSize,
        _Out_ PVOID *DriverObjectExtension);""",
    fails=(STATUS_INSUFFICIENT_RESOURCES,),
)
def IoAllocateDriverObjectExtension(
    k: Kernel, DriverObject: int, ClientIdentificationAddress: int, DriverObjectExtensionSize: int,
    DriverObjectExtension: int,
) -> Result:  # fmt: skip
    """Give a driver object a zeroed extension, which goes with it."""
    k.set_pointer(DriverObjectExtension, 0)
    record = k.io.driver(DriverObject)
    if any(key == ClientIdentificationAddress for key, _ in record.extensions):
        return STATUS_OBJECT_NAME_COLLISION
    head = k.sizeof("_IO_CLIENT_EXTENSION")
    block = k.pool.allocate_system(head + DriverObjectExtensionSize, f"extension of {record.path}")
    here = k.struct("_IO_CLIENT_EXTENSION", block)
    owner = k.struct(EXTENSION, k.struct("_DRIVER_OBJECT", DriverObject).DriverExtension)
    here.NextExtension = owner.ClientDriverExtension
    here.ClientIdentificationAddress = ClientIdentificationAddress
    owner.ClientDriverExtension = block
    k.journal.append(record.extensions, (ClientIdentificationAddress, block + head))
    k.set_pointer(DriverObjectExtension, block + head)
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PVOID IoGetDriverObjectExtension(_In_ PDRIVER_OBJECT DriverObject,
        _In_ PVOID ClientIdentificationAddress);"""
)
def IoGetDriverObjectExtension(k: Kernel, DriverObject: int, ClientIdentificationAddress: int) -> Result:
    """The extension that was allocated with that identification; NULL when there is none."""
    owner = k.struct(EXTENSION, k.struct("_DRIVER_OBJECT", DriverObject).DriverExtension)
    block = int(owner.ClientDriverExtension)
    while block:
        here = k.struct("_IO_CLIENT_EXTENSION", block)
        if here.ClientIdentificationAddress == ClientIdentificationAddress:
            return block + k.sizeof("_IO_CLIENT_EXTENSION")
        block = int(here.NextExtension)
    return 0


# --- shutdown --------------------------------------------------------------------------------------------------------
@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoRegisterShutdownNotification(_In_ PDEVICE_OBJECT DeviceObject);""",
    acquires="shutdown",
    stage=Stage(entry=6),
    fails=(STATUS_INSUFFICIENT_RESOURCES,),
)
def IoRegisterShutdownNotification(k: Kernel, DeviceObject: int) -> Result:
    """Have IRP_MJ_SHUTDOWN sent to the device when the system goes down."""
    stack.require(k, DeviceObject, "IoRegisterShutdownNotification")
    k.journal.insert(k.io.shutdown, 0, DeviceObject)
    here = stack.device(k, DeviceObject)
    here.Flags = here.Flags | DO_SHUTDOWN_REGISTERED
    k.acquire("shutdown", DeviceObject, f"shutdown notification for {stack.name(k, DeviceObject)}")
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI VOID IoUnregisterShutdownNotification(_In_ PDEVICE_OBJECT DeviceObject);""",
    releases="shutdown",
    stage=Stage(unload=2),
)
def IoUnregisterShutdownNotification(k: Kernel, DeviceObject: int) -> Result:
    """Take the registration back."""
    forget_shutdown(k, DeviceObject)
    return None


def forget_shutdown(k: Kernel, device: int) -> None:
    """Nothing is sent to the device when the system goes down: it said so, or is deleted."""
    while device in k.io.shutdown:
        k.journal.pop(k.io.shutdown, k.io.shutdown.index(device))
    here = stack.device(k, device)
    here.Flags = here.Flags & ~DO_SHUTDOWN_REGISTERED
    k.release("shutdown", device)
