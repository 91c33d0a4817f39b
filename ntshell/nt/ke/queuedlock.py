"""Queued spin locks: a spin lock whose waiters stand in line, each with a KLOCK_QUEUE_HANDLE on its own stack.

Rules: the lock word is that of the spin lock, so both forms must not be mixed; the handle remembers lock and IRQL, and is
given to the release. The one processor never waits, so nobody stands in line.
"""

from __future__ import annotations

from ntshell.ctype.value import Value
from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.ke.spinlock import NOT_OWNED, acquire, acquire_raise, release, release_lower
from ntshell.nt.kernel import Kernel

_HANDLE = "_Out_ PKLOCK_QUEUE_HANDLE LockHandle"


def _fill(k: Kernel, handle: int, lock: int, irql: int) -> None:
    here = k.struct("_KLOCK_QUEUE_HANDLE", handle)
    here.LockQueue.Next, here.LockQueue.Lock, here.OldIrql = 0, lock, irql


def _held(k: Kernel, handle: int, routine: str) -> Value:
    here = k.struct("_KLOCK_QUEUE_HANDLE", handle)
    if here.LockQueue.Lock not in k.ke.locks:
        k.bugcheck(
            NOT_OWNED,
            here.LockQueue.Lock,
            rule=f"{routine} was given the handle at {k.arch.format(handle)}, by which no spin lock is held",
            mend="release a lock once, with the handle that acquired it",
        )
    return here


@export(f"""_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI VOID FASTCALL KeAcquireInStackQueuedSpinLock(_Inout_ PKSPIN_LOCK SpinLock, {_HANDLE});""")
def KeAcquireInStackQueuedSpinLock(k: Kernel, SpinLock: int, LockHandle: int) -> Result:
    """Raises the IRQL to DISPATCH_LEVEL, takes the lock and keeps the old level in the handle."""
    _fill(k, LockHandle, SpinLock, acquire_raise(k, SpinLock, "KeAcquireInStackQueuedSpinLock"))
    return None


@export("""_IRQL_requires_(DISPATCH_LEVEL)
NTKERNELAPI VOID FASTCALL KeReleaseInStackQueuedSpinLock(_In_ PKLOCK_QUEUE_HANDLE LockHandle);""")
def KeReleaseInStackQueuedSpinLock(k: Kernel, LockHandle: int) -> Result:
    """Gives the handle's lock back and restores the level from before."""
    here = _held(k, LockHandle, "KeReleaseInStackQueuedSpinLock")
    release_lower(k, here.LockQueue.Lock, here.OldIrql, "KeReleaseInStackQueuedSpinLock")
    return None


@export(f"""_IRQL_requires_min_(DISPATCH_LEVEL)
NTKERNELAPI VOID FASTCALL KeAcquireInStackQueuedSpinLockAtDpcLevel(_Inout_ PKSPIN_LOCK SpinLock, {_HANDLE});""")
def KeAcquireInStackQueuedSpinLockAtDpcLevel(k: Kernel, SpinLock: int, LockHandle: int) -> Result:
    """Takes the lock when the IRQL is DISPATCH_LEVEL already."""
    acquire(k, SpinLock)
    _fill(k, LockHandle, SpinLock, k.irql)
    return None


@export("""_IRQL_requires_min_(DISPATCH_LEVEL)
NTKERNELAPI VOID FASTCALL KeReleaseInStackQueuedSpinLockFromDpcLevel(_In_ PKLOCK_QUEUE_HANDLE LockHandle);""")
def KeReleaseInStackQueuedSpinLockFromDpcLevel(k: Kernel, LockHandle: int) -> Result:
    """Gives the handle's lock back; the IRQL stays."""
    release(k, _held(k, LockHandle, "KeReleaseInStackQueuedSpinLockFromDpcLevel").LockQueue.Lock)
    return None
