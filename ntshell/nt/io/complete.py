"""Completing an IRP: the way back up through the completion routines, and what the I/O manager does at the top.

Rules: each stack location's completion routine is called when its conditions hold, with the device of the driver that
set it; STATUS_MORE_PROCESSING_REQUIRED stops there, the IRP is that driver's again. A location without a routine
hands its pending mark on. At the top buffered data, status block and event are dealt with and the IRP is freed:
whoever touches it then faults.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Call, Result, after
from ntshell.nt.internal import internal
from ntshell.nt.io import packet
from ntshell.nt.io.common import complain, gone, nt, set_event
from ntshell.nt.io.constants import (
    FO_SYNCHRONOUS_IO,
    IRP_ASSOCIATED_IRP,
    IRP_BUFFERED_IO,
    IRP_DEALLOCATE_BUFFER,
    IRP_INPUT_OPERATION,
    SL_INVOKE_ON_CANCEL,
    SL_INVOKE_ON_ERROR,
    SL_INVOKE_ON_SUCCESS,
    SL_PENDING_RETURNED,
)
from ntshell.nt.io.irp import VERIFIER
from ntshell.nt.ke.checks import symbol
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import (
    STATUS_INVALID_DEVICE_REQUEST,
    STATUS_MORE_PROCESSING_REQUIRED,
    STATUS_PENDING,
    nt_success,
)

MASK = 0xFFFFFFFF


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID FASTCALL IofCompleteRequest(_In_ PIRP Irp, _In_ CCHAR PriorityBoost);""",
    releases="irp",
)
def IofCompleteRequest(k: Kernel, Irp: int, PriorityBoost: int) -> Result:
    """The IRP is done: it goes back up to whoever sent it; IoCompleteRequest is a macro for it."""
    return complete(k, Irp, PriorityBoost)


@internal("IopInvalidDeviceRequest")
def invalid_device_request(k: Kernel, device: int, irp: int) -> Result:
    """What MajorFunction holds where a driver has put nothing: fails with STATUS_INVALID_DEVICE_REQUEST."""
    here = packet.irp(k, irp)
    here.IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST
    here.IoStatus.Information = 0
    return after(k, complete(k, irp, 0), lambda kernel, _: STATUS_INVALID_DEVICE_REQUEST)


def complete(k: Kernel, irp: int, boost: int) -> Result:
    """IoCompleteRequest, for drivers and for nt alike."""
    _check(k, irp)
    here = packet.irp(k, irp)
    status = here.IoStatus.Status & MASK
    k.emit("irp", f"{packet.describe(k, irp)} completed, {status:#010x}", what="complete", irp=irp, status=status)
    known = packet.track(k, irp)
    k.journal.set(known, "status", status)
    return _next(k, irp, boost)


def _check(k: Kernel, irp: int) -> None:
    known = k.io.irps.get(irp)
    if gone(k, irp) and known is not None:
        k.bugcheck(
            0x44, irp, 0, 0, 0,
            rule=f"IoCompleteRequest was called for IRP {k.arch.format(irp)}, which was completed and freed before",
            mend="complete an IRP once: whoever takes it out of the queue, under the queue's lock, completes it",
        )  # fmt: skip
    here = packet.irp(k, irp)
    if not packet.is_irp(k, irp) or here.CurrentLocation > here.StackCount + 1:
        k.bugcheck(
            0x44, irp, 0, 0, 0,
            rule=f"IoCompleteRequest was called twice for IRP {k.arch.format(irp)}",
            mend="complete an IRP once: whoever takes it out of the queue, under the queue's lock, completes it",
        )  # fmt: skip
    if here.CancelRoutine:
        k.bugcheck(
            0x48, irp, here.CancelRoutine, 0, 0,
            rule=f"an IRP was completed with its cancel routine {symbol(k, here.CancelRoutine)} still set",
            mend="call IoSetCancelRoutine(Irp, NULL) under the cancel spin lock before IoCompleteRequest",
        )  # fmt: skip
    status = here.IoStatus.Status & MASK
    if status in (STATUS_PENDING, MASK):
        k.bugcheck(
            0xC9, 0x6, status, irp, 0,
            rule=f"an IRP was completed with status {status:#x}, which says nothing about how it ended",
            mend="set Irp->IoStatus.Status to the final status before IoCompleteRequest",
        )  # fmt: skip


def _next(k: Kernel, irp: int, boost: int) -> Result:
    """Go up one stack location after another, as far as no completion routine has to be asked."""
    here = packet.irp(k, irp)
    size = k.sizeof("_IO_STACK_LOCATION")
    while here.CurrentLocation <= here.StackCount:
        below = k.struct("_IO_STACK_LOCATION", here[packet.CURRENT])
        number = here.CurrentLocation
        here.CurrentLocation = number + 1
        here[packet.CURRENT] = below.address + size
        control = below.Control
        pending = bool(control & SL_PENDING_RETURNED)
        here.PendingReturned = pending
        if pending:
            known = packet.track(k, irp)
            k.journal.set(known, "marked", (*known.marked, number))
        if _wanted(here.IoStatus.Status & MASK, bool(here.Cancel), control) and below.CompletionRoutine:
            return _ask(k, irp, boost, below.address, pending)
        if pending and here.CurrentLocation <= here.StackCount:
            _mark(k, irp)
        packet.clear_location(below)
    return _top(k, irp, boost)


def _wanted(status: int, cancelled: bool, control: int) -> bool:
    if nt_success(status) and control & SL_INVOKE_ON_SUCCESS:
        return True
    if not nt_success(status) and control & SL_INVOKE_ON_ERROR:
        return True
    return cancelled and bool(control & SL_INVOKE_ON_CANCEL)


def _mark(k: Kernel, irp: int) -> None:
    above = packet.location(k, irp)
    above.Control = above.Control | SL_PENDING_RETURNED


def _ask(k: Kernel, irp: int, boost: int, below: int, pending: bool) -> Result:
    """Call the completion routine that the driver above put into the location below its own."""
    here = packet.irp(k, irp)
    location = k.struct("_IO_STACK_LOCATION", below)
    routine, context = location.CompletionRoutine, location.Context
    packet.clear_location(location)
    number = here.CurrentLocation
    within = number <= here.StackCount
    device = packet.location(k, irp).DeviceObject if within else 0
    level = k.irql

    def then(k: Kernel, value: int) -> Result:
        if k.irql != level:
            k.bugcheck(
                0xC4, 0xFA, routine, level, k.irql,
                rule=f"the completion routine {symbol(k, routine)} entered at IRQL {level} returned at {k.irql}",
                mend="restore the IRQL before it returns",
            )  # fmt: skip
        if value & MASK == STATUS_MORE_PROCESSING_REQUIRED:
            return None
        if pending and within and not packet.location(k, irp).Control & SL_PENDING_RETURNED:
            complain(
                k, 0xC9, (0x228, routine, irp), VERIFIER, routine,
                f"the completion routine {symbol(k, routine)} did not hand the pending mark on",
                "begin such a completion routine with: if (Irp->PendingReturned) IoMarkIrpPending(Irp);",
            )  # fmt: skip
        return _next(k, irp, boost)

    return Call(routine, (device, irp, context), then)


# --- the top ---------------------------------------------------------------------------------------------------------
def _top(k: Kernel, irp: int, boost: int) -> Result:
    """No driver is left above."""
    here = packet.irp(k, irp)
    known = packet.track(k, irp)
    k.journal.set(known, "completed", True)
    if here.Flags & IRP_ASSOCIATED_IRP:
        return _associated(k, irp, boost)
    if not here[packet.THREAD]:
        k.bugcheck(
            0xA, k.arch.pointer, k.irql, 1, 0,
            rule=f"{known.note}: the IRP was completed with no thread and no completion routine that takes it back",
            mend="set a completion routine that frees the IRP and returns STATUS_MORE_PROCESSING_REQUIRED",
        )  # fmt: skip
    finish(k, irp, boost)
    return None


def _associated(k: Kernel, irp: int, boost: int) -> Result:
    """One part of a master IRP's work is done; the last one completes the master."""
    master = packet.irp(k, irp).AssociatedIrp.MasterIrp
    _free_mdls(k, irp)
    packet.free(k, irp)
    above = packet.irp(k, master)
    left = above.AssociatedIrp.IrpCount - 1
    above.AssociatedIrp.IrpCount = left
    return complete(k, master, boost) if left == 0 else None


def finish(k: Kernel, irp: int, boost: int) -> None:
    """What NT does in the requesting thread's context: data, status block, event; then the IRP is gone."""
    here = packet.irp(k, irp)
    status, information = here.IoStatus.Status & MASK, int(here.IoStatus.Information)
    _copy_back(k, irp, status, information)
    _free_mdls(k, irp)
    if status >> 30 != 3 or here.PendingReturned:
        _signal(k, irp, status, information, boost)
    nt_list = here.at("ThreadListEntry")
    if not k.list_empty(nt_list):
        k.list_remove(nt_list)
    file = k.io.file_at(here[packet.FILE]) if packet.track(k, irp).counted else None
    k.release("irp", irp)
    packet.free(k, irp)
    if file is not None:
        k.journal.set(file, "outstanding", file.outstanding - 1)
        if file.outstanding == 0:
            set_event(k, file.drained)


def _copy_back(k: Kernel, irp: int, status: int, information: int) -> None:
    here = packet.irp(k, irp)
    flags, buffer = here.Flags, here.AssociatedIrp.SystemBuffer
    if not flags & IRP_BUFFERED_IO:
        return
    if flags & IRP_INPUT_OPERATION and status >> 30 != 3 and information:
        room = packet.track(k, irp).room
        if room >= 0 and information > room:
            k.bugcheck(
                0xC9, 0x312, 0, irp, information,
                rule=f"the IRP says that {information} bytes were returned, its output buffer has {room}",
                mend="put into IoStatus.Information the bytes that were really stored in the system buffer",
            )  # fmt: skip
        k.memory.write(here.UserBuffer, k.memory.read(buffer, information))
    if flags & IRP_DEALLOCATE_BUFFER and buffer:
        k.pool.free_system(buffer)


def _signal(k: Kernel, irp: int, status: int, information: int, boost: int) -> None:
    """Status block and event, whose ever they are."""
    here = packet.irp(k, irp)
    if here.UserIosb:
        block = k.struct("_IO_STATUS_BLOCK", here.UserIosb)
        block.Status, block.Information = status, information
    if here.UserEvent:
        set_event(k, here.UserEvent, boost)
    file = here[packet.FILE]
    if file:
        if not here.UserEvent:
            set_event(k, k.struct("_FILE_OBJECT", file).at("Event"), boost)
        if k.struct("_FILE_OBJECT", file).Flags & FO_SYNCHRONOUS_IO:
            k.struct("_FILE_OBJECT", file).FinalStatus = status


def _free_mdls(k: Kernel, irp: int) -> None:
    """Unlock and free the MDLs that hang on an IRP."""
    mdl = int(packet.irp(k, irp).MdlAddress)
    while mdl:
        here = k.struct("_MDL", mdl)
        following = int(here.Next)
        if here.MdlFlags & 0x2:  # MDL_PAGES_LOCKED
            nt(k, "MmUnlockPages", mdl)
        nt(k, "IoFreeMdl", mdl)
        mdl = following
