"""Semaphores: a count up to a limit; every satisfied wait takes one."""

from __future__ import annotations

from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Raise, Result
from ntshell.nt.ke.checks import require_wait_level
from ntshell.nt.ke.dispatcher import SEMAPHORE, initialize
from ntshell.nt.ke.wait import announce, wake
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import STATUS_SEMAPHORE_LIMIT_EXCEEDED


def release_semaphore(k: Kernel, semaphore: int, adjustment: int) -> int:
    """Add to a semaphore's count; the count before."""
    object_ = k.struct("_KSEMAPHORE", semaphore)
    old: int = object_.Header.SignalState
    if adjustment < 0 or old + adjustment > object_.Limit:
        raise Raise(STATUS_SEMAPHORE_LIMIT_EXCEEDED)
    object_.Header.SignalState = old + adjustment
    if old <= 0 < adjustment:
        wake(k, semaphore)
    return old


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID KeInitializeSemaphore(_Out_ PRKSEMAPHORE Semaphore, _In_ LONG Count, _In_ LONG Limit);""",
    stage=Stage(entry=4),
)
def KeInitializeSemaphore(k: Kernel, Semaphore: int, Count: int, Limit: int) -> Result:
    """Makes a semaphore with a count and a limit."""
    initialize(k, Semaphore, SEMAPHORE, k.sizeof("_KSEMAPHORE"), Count)
    k.struct("_KSEMAPHORE", Semaphore).Limit = Limit
    return None


@export("""_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI LONG KeReleaseSemaphore(_Inout_ PRKSEMAPHORE Semaphore, _In_ KPRIORITY Increment, _In_ LONG Adjustment,
    _In_ BOOLEAN Wait);""")
def KeReleaseSemaphore(k: Kernel, Semaphore: int, Increment: int, Adjustment: int, Wait: int) -> Result:
    """Adds to the count and returns the one before; raises STATUS_SEMAPHORE_LIMIT_EXCEEDED over the limit."""
    require_wait_level(k, Wait, 0x20011, "KeReleaseSemaphore")
    old = release_semaphore(k, Semaphore, Adjustment)
    if Wait:
        announce(k)
    return old


@export("NTKERNELAPI LONG KeReadStateSemaphore(_In_ PRKSEMAPHORE Semaphore);")
def KeReadStateSemaphore(k: Kernel, Semaphore: int) -> Result:
    """Tells a semaphore's count."""
    return int(k.struct("_KSEMAPHORE", Semaphore).Header.SignalState)
