"""Cancelling: the cancel spin lock, and IoCancelIrp.

Rules: a cancel routine is entered at DISPATCH_LEVEL with the cancel spin lock held and must release it, to
Irp->CancelIrql; there is one such lock for all drivers, so it is held for a short while and nothing is completed
under it.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Call, Result
from ntshell.nt.io import packet
from ntshell.nt.ke.checks import symbol
from ntshell.nt.ke.spinlock import acquire_raise, release
from ntshell.nt.kernel import Kernel


def acquire(k: Kernel) -> int:
    """Take the cancel spin lock; the IRQL from before."""
    return acquire_raise(k, k.io.cancel_lock, "IoAcquireCancelSpinLock")


def let_go(k: Kernel, level: int) -> None:
    """Release the cancel spin lock and go to an IRQL."""
    release(k, k.io.cancel_lock)
    k.set_irql(level)


def held(k: Kernel) -> bool:
    """Whether anybody holds the cancel spin lock."""
    return bool(k.pointer(k.io.cancel_lock))


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoAcquireCancelSpinLock(_Out_ PKIRQL Irql);"""
)
def IoAcquireCancelSpinLock(k: Kernel, Irql: int) -> Result:
    """Take the lock that guards the cancel routines of all IRPs."""
    old = acquire(k)
    k.memory.store(Irql, 1, old)
    return None


@export(
    """_IRQL_requires_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoReleaseCancelSpinLock(_In_ KIRQL Irql);"""
)
def IoReleaseCancelSpinLock(k: Kernel, Irql: int) -> Result:
    """Release it; a cancel routine passes Irp->CancelIrql."""
    release(k, k.io.cancel_lock)
    if Irql > k.irql:
        k.bugcheck(
            0xC4, 0x31, k.irql, Irql, 0,
            rule=f"IoReleaseCancelSpinLock was to lower the IRQL to {Irql}, it is {k.irql}",
            mend="pass the level that IoAcquireCancelSpinLock stored, or Irp->CancelIrql in a cancel routine",
        )  # fmt: skip
    k.set_irql(Irql)
    return None


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI BOOLEAN IoCancelIrp(_In_ PIRP Irp);"""
)
def IoCancelIrp(k: Kernel, Irp: int) -> Result:
    """Mark an IRP cancelled and have its cancel routine called, if it has one."""
    return cancel_irp(k, Irp)


def cancel_irp(k: Kernel, irp: int) -> Result:
    """IoCancelIrp; 1 when a cancel routine was called."""
    here = packet.irp(k, irp)
    known = packet.track(k, irp)
    if known.completed and here.CancelRoutine:
        k.bugcheck(
            0x48, irp, here.CancelRoutine, 0, 0,
            rule="an IRP is cancelled that has been completed with its cancel routine set",
            mend="clear the cancel routine before the IRP is completed",
        )  # fmt: skip
    old = acquire(k)
    here.Cancel = 1
    routine = here.CancelRoutine
    here.CancelRoutine = 0
    if not routine:
        let_go(k, old)
        return 0
    here.CancelIrql = old
    k.emit("irp", f"{packet.describe(k, irp)} is cancelled", what="cancel", irp=irp)
    return enter(k, routine, packet.location(k, irp).DeviceObject, irp, old)


def enter(k: Kernel, routine: int, device: int, irp: int, level: int) -> Call:
    """Call a cancel routine, the lock being held; it must come back with the lock released, at `level`."""

    def then(k: Kernel, value: int) -> Result:
        if held(k):
            k.bugcheck(
                0xF, k.io.cancel_lock, 0, 0, 0,
                rule=f"the cancel routine {symbol(k, routine)} returned with the cancel spin lock held",
                mend="call IoReleaseCancelSpinLock(Irp->CancelIrql) on every path of a cancel routine",
            )  # fmt: skip
        if k.irql != level:
            k.bugcheck(
                0xC9, 0x12, routine, level, k.irql,
                rule=f"the cancel routine {symbol(k, routine)} returned at IRQL {k.irql}, not at {level}",
                mend="pass Irp->CancelIrql to IoReleaseCancelSpinLock",
            )  # fmt: skip
        return 1

    return Call(routine, (device, irp), then)
