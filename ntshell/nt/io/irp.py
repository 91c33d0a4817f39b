"""IRPs that drivers allocate, and sending one to a driver (IofCallDriver).

Rules: IoCallDriver moves the IRP to the next stack location and has the dispatch routine called; what the routine
returns is held against what became of the IRP, as Driver Verifier does: STATUS_PENDING is returned exactly when the
IRP was marked pending, and an IRP that was completed is reported with the status it was completed with.
"""

from __future__ import annotations

from ntshell.nt.export import APC_LEVEL, export
from ntshell.nt.flow import Call, Result
from ntshell.nt.io import packet, stack
from ntshell.nt.io.common import complain, gone
from ntshell.nt.io.constants import (
    IRP_ASSOCIATED_IRP,
    IRP_MJ_CLEANUP,
    IRP_MJ_CLOSE,
    IRP_MJ_CREATE,
    SL_PENDING_RETURNED,
    major_name,
)
from ntshell.nt.ke.checks import symbol
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import STATUS_PENDING

PASSIVE_MAJORS = (IRP_MJ_CREATE, IRP_MJ_CLOSE, IRP_MJ_CLEANUP)
VERIFIER = "DRIVER_VERIFIER_IOMANAGER_VIOLATION"


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PIRP IoAllocateIrp(_In_ CCHAR StackSize, _In_ BOOLEAN ChargeQuota);""",
    acquires="irp",
    fails=(0,),
)
def IoAllocateIrp(k: Kernel, StackSize: int, ChargeQuota: int) -> Result:
    """Make an IRP with a stack location for each driver that it will go through."""
    address = packet.make(k, StackSize, f"allocated by {k.caller or 'nt'}", owned=True)
    k.acquire("irp", address, f"IRP with {StackSize} stack locations")
    return address


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoInitializeIrp(_Inout_ PIRP Irp, _In_ USHORT PacketSize, _In_ CCHAR StackSize);"""
)
def IoInitializeIrp(k: Kernel, Irp: int, PacketSize: int, StackSize: int) -> Result:
    """Make an IRP of memory that the driver allocated itself."""
    known = k.io.irps.get(Irp)
    if known is not None and k.pool.block(Irp) is not None and ("irp", Irp) in k.held:
        k.bugcheck(
            0xC9, 0x20D, 0, Irp, 0,
            rule="IoInitializeIrp was called for an IRP from IoAllocateIrp, which is initialized already",
            mend="use IoReuseIrp to send such an IRP again",
        )  # fmt: skip
    k.memory.write(Irp, bytes(PacketSize))
    packet.fill(k, Irp, PacketSize, StackSize)
    return None


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoReuseIrp(_Inout_ PIRP Irp, _In_ NTSTATUS Iostatus);"""
)
def IoReuseIrp(k: Kernel, Irp: int, Iostatus: int) -> Result:
    """Make an IRP that has come back from the drivers below as good as new."""
    here = packet.irp(k, Irp)
    if here.CancelRoutine:
        k.bugcheck(
            0xC9, 0x310, 0, Irp, 0,
            rule="IoReuseIrp was called for an IRP that is still in use: its cancel routine is set",
            mend="reuse an IRP in its completion routine, or after that has run",
        )  # fmt: skip
    size, count, charged = here.Size, here.StackCount, here.AllocationFlags
    k.memory.write(Irp, bytes(packet.size_of(k, count)))
    packet.fill(k, Irp, size, count)
    here.AllocationFlags = charged
    here.IoStatus.Status = Iostatus
    k.journal.set(packet.track(k, Irp), "completed", False)
    k.journal.set(packet.track(k, Irp), "marked", ())
    return None


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoFreeIrp(_In_ PIRP Irp);""",
    releases="irp",
)
def IoFreeIrp(k: Kernel, Irp: int) -> Result:
    """Free an IRP that IoAllocateIrp or IoBuildAsynchronousFsdRequest made."""
    if not packet.is_irp(k, Irp) or k.pool.block(Irp) is None:
        k.bugcheck(
            0xC9, 0x1, Irp, 0, 0,
            rule=f"IoFreeIrp was given {k.arch.format(Irp)}, which is no IRP of the I/O manager's",
            mend="free with IoFreeIrp what IoAllocateIrp gave, and memory of the driver's own with ExFreePool",
        )  # fmt: skip
    here = packet.irp(k, Irp)
    if not k.list_empty(here.at("ThreadListEntry")):
        k.bugcheck(
            0xC9, 0x2, Irp, 0, 0,
            rule="IoFreeIrp was called for an IRP that belongs to a thread: the I/O manager frees it on completion",
            mend="complete such an IRP with IoCompleteRequest and leave it alone",
        )  # fmt: skip
    if here.CancelRoutine:
        k.bugcheck(
            0xC9, 0x20A, 0, Irp, 0,
            rule="IoFreeIrp was called for an IRP that is in use: its cancel routine is set",
            mend="free an IRP in its completion routine, or after that has run",
        )  # fmt: skip
    k.release("irp", Irp)
    packet.free(k, Irp)
    return None


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PIRP IoMakeAssociatedIrp(_In_ PIRP Irp, _In_ CCHAR StackSize);""",
    fails=(0,),
)
def IoMakeAssociatedIrp(k: Kernel, Irp: int, StackSize: int) -> Result:
    """Make an IRP that does part of a master IRP's work; the last of them to complete completes the master."""
    address = packet.make(k, StackSize, "associated")
    here = packet.irp(k, address)
    here.Flags = here.Flags | IRP_ASSOCIATED_IRP
    here[packet.THREAD] = packet.irp(k, Irp)[packet.THREAD]
    here.AssociatedIrp.MasterIrp = Irp
    return address


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI NTSTATUS FASTCALL IofCallDriver(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp);""",
)
def IofCallDriver(k: Kernel, DeviceObject: int, Irp: int) -> Result:
    """Send an IRP to a device: its driver's dispatch routine runs now; IoCallDriver is a macro for it."""
    return call_driver(k, DeviceObject, Irp)


def call_driver(k: Kernel, device: int, irp: int) -> Result:
    """Advance the IRP's stack and ask for the dispatch routine to be called."""
    stack.require(k, device, "IoCallDriver")
    _check_sent(k, irp)
    here = packet.irp(k, irp)
    current = here.CurrentLocation - 1
    if current <= 0:
        k.bugcheck(
            0x35, irp, 0, 0, 0,
            rule=f"IoCallDriver: the IRP has no stack location left for {stack.name(k, device)}",
            mend="make StackSize one more than the lower device's, and allocate the IRP for the top of the stack",
        )  # fmt: skip
    here.CurrentLocation = current
    here[packet.CURRENT] = here[packet.CURRENT] - k.sizeof("_IO_STACK_LOCATION")
    location = packet.location(k, irp)
    location.DeviceObject = device
    major = int(location.MajorFunction)
    level = k.irql
    if major in PASSIVE_MAJORS and level > APC_LEVEL:
        k.bugcheck(
            0xC9, 0x23A, 0, irp, 0,
            rule=f"{major_name(major)} was sent at IRQL {level}; its dispatch routines run at PASSIVE_LEVEL",
            mend="send it from a thread at PASSIVE_LEVEL",
        )  # fmt: skip
    driver = k.struct("_DRIVER_OBJECT", stack.device(k, device).DriverObject)
    routine = driver.MajorFunction[major]
    k.emit("irp", f"{major_name(major)} to {stack.name(k, device)}", what="call", irp=irp, device=device, major=major)

    def returned(k: Kernel, status: int) -> Result:
        _check_returned(k, routine, device, irp, current, level, status)
        return status

    return Call(routine, (device, irp), returned)


def _check_sent(k: Kernel, irp: int) -> None:
    if not packet.is_irp(k, irp):
        k.bugcheck(
            0xC9, 0x3, irp, 0, 0,
            rule=f"IoCallDriver was given {k.arch.format(irp)}, which is no IRP",
            mend="pass the IRP that the dispatch routine got, or one from IoAllocateIrp or an IoBuild routine",
        )  # fmt: skip
    if packet.irp(k, irp).CancelRoutine:
        k.bugcheck(
            0xC9, 0x203, 0, irp, 0,
            rule="an IRP was sent on with a cancel routine still set",
            mend="clear it with IoSetCancelRoutine(Irp, NULL) before IoCallDriver",
        )  # fmt: skip


def _check_returned(k: Kernel, routine: int, device: int, irp: int, location: int, level: int, status: int) -> None:
    """Hold what a dispatch routine returned against what it did with the IRP."""
    who = symbol(k, routine)
    if k.irql != level:
        k.bugcheck(
            0xC9, 0x5, device, level, k.irql,
            rule=f"the dispatch routine {who} was entered at IRQL {level} and returned at {k.irql}",
            mend="lower the IRQL, or release the spin lock, on every path that returns",
        )  # fmt: skip
    known = k.io.irps.get(irp)
    if known is None:
        return
    if known.completed:
        marked = location in known.marked
        if not marked and status not in (known.status, STATUS_PENDING):
            k.bugcheck(
                0xC9, 0x224, routine, irp, known.status,
                rule=f"{who} returned {status:#010x}, but the IRP was completed with {known.status:#010x}",
                mend="return the status that was put into Irp->IoStatus.Status; keep it in a variable of your own",
            )  # fmt: skip
    else:
        here = packet.irp(k, irp)
        if (
            gone(k, irp) or here.CurrentLocation != location
        ):  # taken back by a completion routine, or with a driver below
            return
        at = irp + k.sizeof("_IRP") + (location - 1) * k.sizeof("_IO_STACK_LOCATION")
        marked = bool(k.struct("_IO_STACK_LOCATION", at).Control & SL_PENDING_RETURNED)
        if status != STATUS_PENDING and not marked:
            k.bugcheck(
                0xC9, 0x226, routine, irp, status,
                rule=f"{who} returned {status:#010x} without completing the IRP, passing it on or marking it pending",
                mend="complete each IRP, or mark it with IoMarkIrpPending and return STATUS_PENDING",
            )  # fmt: skip
    _compare(k, routine, irp, marked, status)


def _compare(k: Kernel, routine: int, irp: int, marked: bool, status: int) -> None:
    who = symbol(k, routine)
    if status == STATUS_PENDING and not marked:
        complain(
            k, 0xC9, (0x23D, routine, irp, status), VERIFIER, routine,
            f"{who} returned STATUS_PENDING for an IRP that it has not marked pending: its sender may wait for ever",
            "call IoMarkIrpPending before the IRP is queued and STATUS_PENDING returned",
        )  # fmt: skip
    elif marked and status != STATUS_PENDING:
        complain(
            k, 0xC9, (0x23E, routine, irp, status), VERIFIER, routine,
            f"{who} marked the IRP pending and returned {status:#010x}: it would be completed twice for its sender",
            "return STATUS_PENDING for each IRP that was marked pending",
        )  # fmt: skip
