"""Cancel-safe queues: the driver's queue, the I/O manager's handling of cancellation.

Rules: the driver's callbacks insert, remove, look and lock; IRPs are marked pending and get a cancel routine of nt's
here. Who takes an IRP out clears that routine under the driver's lock: if it was cleared already, the IRP is being
cancelled and is left alone.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Call, Result, Then, after
from ntshell.nt.internal import internal
from ntshell.nt.io import cancel, packet
from ntshell.nt.io.common import nothing
from ntshell.nt.io.constants import SL_PENDING_RETURNED
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import STATUS_SUCCESS

CONTEXT_TYPE, CSQ_TYPE, CSQ_EX_TYPE = 1, 2, 3
CALLBACKS = (
    "CsqInsertIrp",
    "CsqRemoveIrp",
    "CsqPeekNextIrp",
    "CsqAcquireLock",
    "CsqReleaseLock",
    "CsqCompleteCanceledIrp",
)
SLOT = "Tail.Overlay.DriverContext[3]"


def _call(k: Kernel, csq: int, name: str, args: tuple[int, ...], then: Then) -> Call:
    return Call(int(k.struct("_IO_CSQ", csq)[name]), (csq, *args), then)


def _locked(k: Kernel, csq: int, body: Then) -> Result:
    """Take the driver's lock; `body` gets the IRQL to give back."""
    cell = k.pool.allocate_system(16, "the IRQL of a cancel-safe queue's lock")

    def taken(k: Kernel, _: int) -> Result:
        level = k.memory.load(cell, 1)
        k.pool.free_system(cell)
        return body(k, level)

    return _call(k, csq, "CsqAcquireLock", (cell,), taken)


def _unlock(k: Kernel, csq: int, level: int, then: Then) -> Call:
    return _call(k, csq, "CsqReleaseLock", (level,), then)


def _forget_context(k: Kernel, irp: int) -> None:
    """The IRP is in the queue no more: its context, if it has one, says so."""
    here = packet.irp(k, irp)
    held = here[SLOT]
    if held and k.struct("_IO_CSQ_IRP_CONTEXT", held).Type == CONTEXT_TYPE:
        k.struct("_IO_CSQ_IRP_CONTEXT", held).Irp = 0
    here[SLOT] = 0


@export(
    """NTKERNELAPI NTSTATUS IoCsqInitialize(_Out_ PIO_CSQ Csq, _In_ PIO_CSQ_INSERT_IRP CsqInsertIrp,
        _In_ PIO_CSQ_REMOVE_IRP CsqRemoveIrp, _In_ PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
        _In_ PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock, _In_ PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
        _In_ PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp);"""
)
def IoCsqInitialize(
    k: Kernel, Csq: int, CsqInsertIrp: int, CsqRemoveIrp: int, CsqPeekNextIrp: int, CsqAcquireLock: int,
    CsqReleaseLock: int, CsqCompleteCanceledIrp: int,
) -> Result:  # fmt: skip
    """Set up a cancel-safe queue with the driver's callbacks."""
    here = k.struct("_IO_CSQ", Csq)
    here.Type, here.ReservePointer = CSQ_TYPE, 0
    routines = (CsqInsertIrp, CsqRemoveIrp, CsqPeekNextIrp, CsqAcquireLock, CsqReleaseLock, CsqCompleteCanceledIrp)
    for name, routine in zip(CALLBACKS, routines, strict=True):
        here[name] = routine
    return STATUS_SUCCESS


@export(
    """NTKERNELAPI NTSTATUS IoCsqInitializeEx(_Out_ PIO_CSQ Csq, _In_ PIO_CSQ_INSERT_IRP_EX CsqInsertIrp,
        _In_ PIO_CSQ_REMOVE_IRP CsqRemoveIrp, _In_ PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
        _In_ PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock, _In_ PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
        _In_ PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp);"""
)
def IoCsqInitializeEx(
    k: Kernel, Csq: int, CsqInsertIrp: int, CsqRemoveIrp: int, CsqPeekNextIrp: int, CsqAcquireLock: int,
    CsqReleaseLock: int, CsqCompleteCanceledIrp: int,
) -> Result:  # fmt: skip
    """As IoCsqInitialize; the insert callback gets a context and may refuse the IRP."""
    IoCsqInitialize(
        k, Csq, CsqInsertIrp, CsqRemoveIrp, CsqPeekNextIrp, CsqAcquireLock, CsqReleaseLock, CsqCompleteCanceledIrp
    )
    k.struct("_IO_CSQ", Csq).Type = CSQ_EX_TYPE
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoCsqInsertIrp(_Inout_ PIO_CSQ Csq, _Inout_ PIRP Irp, _Out_opt_ PIO_CSQ_IRP_CONTEXT Context);"""
)
def IoCsqInsertIrp(k: Kernel, Csq: int, Irp: int, Context: int) -> Result:
    """Mark an IRP pending and put it into the queue."""
    return after(k, _insert(k, Csq, Irp, Context, 0), nothing)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI NTSTATUS IoCsqInsertIrpEx(_Inout_ PIO_CSQ Csq, _Inout_ PIRP Irp,
        _Out_opt_ PIO_CSQ_IRP_CONTEXT Context, _In_opt_ PVOID InsertContext);"""
)
def IoCsqInsertIrpEx(k: Kernel, Csq: int, Irp: int, Context: int, InsertContext: int) -> Result:
    """As IoCsqInsertIrp; the result is what the insert callback said."""
    return _insert(k, Csq, Irp, Context, InsertContext)


def _insert(k: Kernel, csq: int, irp: int, context: int, insert_context: int) -> Result:
    here = packet.irp(k, irp)
    if context:
        block = k.struct("_IO_CSQ_IRP_CONTEXT", context)
        block.Type, block.Irp, block.Csq = CONTEXT_TYPE, irp, csq
    here[SLOT] = context or csq
    extended = k.struct("_IO_CSQ", csq).Type == CSQ_EX_TYPE

    def locked(k: Kernel, level: int) -> Result:
        location = packet.location(k, irp)
        location.Control = location.Control | SL_PENDING_RETURNED
        args = (irp, insert_context) if extended else (irp,)
        return _call(k, csq, "CsqInsertIrp", args, lambda kernel, status: inserted(kernel, level, status))

    def inserted(k: Kernel, level: int, status: int) -> Result:
        status = status & 0xFFFFFFFF if extended else STATUS_SUCCESS
        if status >> 31:
            here = packet.irp(k, irp)
            location = packet.location(k, irp)
            location.Control = location.Control & ~SL_PENDING_RETURNED
            here[SLOT] = 0
            return _unlock(k, csq, level, lambda kernel, _: status)
        here = packet.irp(k, irp)
        here.CancelRoutine = k.address_of("IopCsqCancelRoutine")
        if here.Cancel:
            here.CancelRoutine = 0
            return _call(k, csq, "CsqRemoveIrp", (irp,), lambda kernel, _: cancelled(kernel, level, status))
        return _unlock(k, csq, level, lambda kernel, _: status)

    def cancelled(k: Kernel, level: int, status: int) -> Result:
        _forget_context(k, irp)
        return _unlock(k, csq, level, lambda kernel, _: _complete(kernel, csq, irp, status))

    return _locked(k, csq, locked)


def _complete(k: Kernel, csq: int, irp: int, status: int) -> Result:
    return _call(k, csq, "CsqCompleteCanceledIrp", (irp,), lambda kernel, _: status)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PIRP IoCsqRemoveNextIrp(_Inout_ PIO_CSQ Csq, _In_opt_ PVOID PeekContext);"""
)
def IoCsqRemoveNextIrp(k: Kernel, Csq: int, PeekContext: int) -> Result:
    """Take the next matching IRP out of the queue that is not being cancelled; NULL when there is none."""

    def peek(k: Kernel, level: int, irp: int) -> Result:
        return _call(k, Csq, "CsqPeekNextIrp", (irp, PeekContext), lambda kernel, found: seen(kernel, level, found))

    def seen(k: Kernel, level: int, irp: int) -> Result:
        if not irp:
            return _unlock(k, Csq, level, lambda kernel, _: 0)
        here = packet.irp(k, irp)
        if not here.CancelRoutine:
            return peek(k, level, irp)
        here.CancelRoutine = 0
        return _call(k, Csq, "CsqRemoveIrp", (irp,), lambda kernel, _: removed(kernel, level, irp))

    def removed(k: Kernel, level: int, irp: int) -> Result:
        _forget_context(k, irp)
        return _unlock(k, Csq, level, lambda kernel, _: irp)

    return _locked(k, Csq, lambda kernel, level: peek(kernel, level, 0))


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PIRP IoCsqRemoveIrp(_Inout_ PIO_CSQ Csq, _Inout_ PIO_CSQ_IRP_CONTEXT Context);"""
)
def IoCsqRemoveIrp(k: Kernel, Csq: int, Context: int) -> Result:
    """Take the IRP of a context out of the queue; NULL when it has gone or is being cancelled."""

    def locked(k: Kernel, level: int) -> Result:
        irp = int(k.struct("_IO_CSQ_IRP_CONTEXT", Context).Irp)
        if not irp or not packet.irp(k, irp).CancelRoutine:
            return _unlock(k, Csq, level, lambda kernel, _: 0)
        packet.irp(k, irp).CancelRoutine = 0
        return _call(k, Csq, "CsqRemoveIrp", (irp,), lambda kernel, _: removed(kernel, level, irp))

    def removed(k: Kernel, level: int, irp: int) -> Result:
        _forget_context(k, irp)
        return _unlock(k, Csq, level, lambda kernel, _: irp)

    return _locked(k, Csq, locked)


@internal("IopCsqCancelRoutine")
def cancel_routine(k: Kernel, device: int, irp: int) -> Result:
    """The cancel routine of an IRP in a cancel-safe queue: takes it out and has the driver complete it."""
    here = packet.irp(k, irp)
    cancel.let_go(k, here.CancelIrql)
    held = int(here[SLOT])
    csq = held
    if k.struct("_IO_CSQ_IRP_CONTEXT", held).Type == CONTEXT_TYPE:
        csq = int(k.struct("_IO_CSQ_IRP_CONTEXT", held).Csq)

    def locked(k: Kernel, level: int) -> Result:
        return _call(k, csq, "CsqRemoveIrp", (irp,), lambda kernel, _: removed(kernel, level))

    def removed(k: Kernel, level: int) -> Result:
        _forget_context(k, irp)
        return _unlock(k, csq, level, lambda kernel, _: _complete(kernel, csq, irp, 0))

    return _locked(k, csq, locked)
