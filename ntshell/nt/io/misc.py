"""Small routines of the I/O manager: stacks, the process of a request, what an IRP says of its sender.

Rules: none changes anything but what it is given.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.io import packet, stack
from ntshell.nt.io.constants import FO_SYNCHRONOUS_IO, IRP_PAGING_IO, IRP_SYNCHRONOUS_API
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import object as ob
from ntshell.nt.status import STATUS_BUFFER_TOO_SMALL, STATUS_SUCCESS

SYNCHRONOUS_PAGING_IO = 0x40


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PEPROCESS IoGetRequestorProcess(_In_ PIRP Irp);""",
    header="ntifs.h",
)
def IoGetRequestorProcess(k: Kernel, Irp: int) -> Result:
    """The process of the thread that a request came from; NULL when it came from none."""
    thread = packet.irp(k, Irp)[packet.THREAD]
    return int(k.struct("_KTHREAD", thread)["ApcState.Process"]) if thread else 0


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PEPROCESS IoThreadToProcess(_In_ PETHREAD Thread);""",
    header="ntifs.h",
)
def IoThreadToProcess(k: Kernel, Thread: int) -> Result:
    """The process that a thread belongs to."""
    return int(k.struct("_KTHREAD", Thread)["ApcState.Process"])


@export("NTKERNELAPI VOID IoGetStackLimits(_Out_ PULONG_PTR LowLimit, _Out_ PULONG_PTR HighLimit);", header="ntddk.h")
def IoGetStackLimits(k: Kernel, LowLimit: int, HighLimit: int) -> Result:
    """Where the current thread's kernel stack lies."""
    k.set_pointer(LowLimit, k.thread.stack_limit)
    k.set_pointer(HighLimit, k.thread.stack_base)
    return None


@export("NTKERNELAPI ULONG_PTR IoGetRemainingStackSize(VOID);", header="ntddk.h")
def IoGetRemainingStackSize(k: Kernel) -> Result:
    """Bytes of kernel stack that are left."""
    return k.thread.stack - k.thread.stack_limit


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI PVOID IoGetInitialStack(VOID);"""
)
def IoGetInitialStack(k: Kernel) -> Result:
    """Where the current thread's kernel stack began."""
    return k.thread.stack_base


@export("NTKERNELAPI BOOLEAN IoIsOperationSynchronous(_In_ PIRP Irp);", header="ntddk.h")
def IoIsOperationSynchronous(k: Kernel, Irp: int) -> Result:
    """Whether the sender waits for a request; then it may be served synchronously."""
    here = packet.irp(k, Irp)
    file = here[packet.FILE]
    waits = bool(file) and bool(k.struct("_FILE_OBJECT", file).Flags & FO_SYNCHRONOUS_IO)
    if not waits and not here.Flags & IRP_SYNCHRONOUS_API:
        return 0
    return int(not here.Flags & IRP_PAGING_IO or bool(here.Flags & SYNCHRONOUS_PAGING_IO))


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoSetHardErrorOrVerifyDevice(_In_ PIRP Irp, _In_ PDEVICE_OBJECT DeviceObject);""",
    header="ntddk.h",
)
def IoSetHardErrorOrVerifyDevice(k: Kernel, Irp: int, DeviceObject: int) -> Result:
    """Remember for the requesting thread which device had the error that its user is to be told of."""
    thread = packet.irp(k, Irp)[packet.THREAD]
    if thread:
        k.struct("_ETHREAD", thread).DeviceToVerify = DeviceObject
    return None


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PDEVICE_OBJECT IoGetDeviceToVerify(_In_ PETHREAD Thread);""",
    header="ntddk.h",
)
def IoGetDeviceToVerify(k: Kernel, Thread: int) -> Result:
    """The device that IoSetHardErrorOrVerifyDevice remembered for a thread."""
    return int(k.struct("_ETHREAD", Thread).DeviceToVerify)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI NTSTATUS IoEnumerateDeviceObjectList(_In_ PDRIVER_OBJECT DriverObject,
        _Out_opt_ PDEVICE_OBJECT *DeviceObjectList, _In_ ULONG DeviceObjectListSize,
        _Out_ PULONG ActualNumberDeviceObjects);""",
    acquires="reference",
    header="ntifs.h",
)
def IoEnumerateDeviceObjectList(
    k: Kernel, DriverObject: int, DeviceObjectList: int, DeviceObjectListSize: int, ActualNumberDeviceObjects: int
) -> Result:
    """All devices of a driver, each referenced, as far as there is room."""
    devices = stack.devices_of(k, DriverObject)
    k.memory.store(ActualNumberDeviceObjects, 4, len(devices))
    room = DeviceObjectListSize // k.arch.pointer
    for n, device in enumerate(devices[:room]):
        entry = ob.find(k, device)
        ob.reference(k, entry)
        ob.charge(k, entry)
        k.set_pointer(DeviceObjectList + n * k.arch.pointer, device)
    return STATUS_SUCCESS if room >= len(devices) else STATUS_BUFFER_TOO_SMALL
