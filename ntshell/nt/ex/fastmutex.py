"""Fast mutexes: an exclusive lock that raises to APC_LEVEL; never recursive.

Rules: the safe form is taken at APC_LEVEL or below and keeps the IRQL from before in the mutex; the unsafe form wants
APC_LEVEL, or APCs off, already.  Release is the owner's and happens at APC_LEVEL.
"""

from __future__ import annotations

from functools import partial

from ntshell.nt.export import APC_LEVEL, Stage, export
from ntshell.nt.flow import Result, Wait
from ntshell.nt.ke.dispatcher import EVENT_SYNCHRONIZATION, initialize
from ntshell.nt.ke.event import set_event
from ntshell.nt.kernel import Kernel

VERIFIER = 0xC4


def _acquire(k: Kernel, address: int, old: int) -> Result:
    mutex = k.struct("_FAST_MUTEX", address)
    me = k.thread.object
    if mutex.Count <= 0 and mutex.Owner == me:
        k.bugcheck(
            VERIFIER, 0x1000, address,
            rule=f"the thread that holds the fast mutex at {k.arch.format(address)} asked for it again: it waits for ever",
            mend="fast mutexes are not recursive; acquire once, or use a mutex object",
        )  # fmt: skip
    mutex.Count = count = mutex.Count - 1
    if count == 0:
        return _owned(k, 0, address, old)
    mutex.Contention += 1
    return Wait((mutex.at("Event"),), then=partial(_owned, address=address, old=old), reason="WrFastMutex")


def _owned(k: Kernel, status: int, address: int, old: int) -> Result:
    mutex = k.struct("_FAST_MUTEX", address)
    mutex.Owner = k.thread.object
    if old >= 0:
        mutex.OldIrql = old
    return None


def _release(k: Kernel, address: int, safe: bool) -> None:
    mutex = k.struct("_FAST_MUTEX", address)
    if mutex.Count > 0 or mutex.Owner != k.thread.object:
        free = mutex.Count > 0
        k.bugcheck(
            VERIFIER, 0x1007 if free else 0x1004, address, mutex.Owner, k.thread.object,
            rule=f"the fast mutex at {k.arch.format(address)} was released "
            + ("but nobody holds it" if free else "by a thread that does not hold it"),
            mend="release it once, in the thread that acquired it",
        )  # fmt: skip
    old = mutex.OldIrql
    mutex.Owner = 0
    mutex.Count = count = mutex.Count + 1
    if count <= 0:
        set_event(k, mutex.at("Event"))
    if safe:
        k.set_irql(old)


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID NTAPI ExInitializeFastMutex(_Out_ PFAST_MUTEX FastMutex);",
    stage=Stage(entry=4),
)
def ExInitializeFastMutex(k: Kernel, FastMutex: int) -> None:
    """Make a fast mutex that nobody holds."""
    mutex = k.struct("_FAST_MUTEX", FastMutex)
    mutex.clear()
    mutex.Count = 1
    initialize(k, mutex.at("Event"), EVENT_SYNCHRONIZATION, k.sizeof("_KEVENT"), 0)


@export("_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI VOID FASTCALL ExAcquireFastMutex(_Inout_ PFAST_MUTEX FastMutex);")
def ExAcquireFastMutex(k: Kernel, FastMutex: int) -> Result:
    """Acquire a fast mutex, waiting for it; the IRQL is APC_LEVEL afterwards."""
    old = k.irql
    k.set_irql(APC_LEVEL)
    return _acquire(k, FastMutex, old)


@export("_IRQL_requires_(APC_LEVEL) NTKERNELAPI VOID FASTCALL ExReleaseFastMutex(_Inout_ PFAST_MUTEX FastMutex);")
def ExReleaseFastMutex(k: Kernel, FastMutex: int) -> None:
    """Release a fast mutex and go back to the IRQL from before."""
    if k.irql != APC_LEVEL:
        k.bugcheck(
            VERIFIER, 0x34, k.irql, 0, FastMutex,
            rule=f"a fast mutex was released at IRQL {k.irql}; its owner runs at APC_LEVEL until then",
            mend="leave the IRQL alone between acquire and release",
        )  # fmt: skip
    _release(k, FastMutex, True)


@export(
    "_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI BOOLEAN FASTCALL ExTryToAcquireFastMutex(_Inout_ PFAST_MUTEX FastMutex);"
)
def ExTryToAcquireFastMutex(k: Kernel, FastMutex: int) -> int:
    """Acquire a fast mutex if it is free."""
    mutex = k.struct("_FAST_MUTEX", FastMutex)
    if mutex.Count != 1:
        return 0
    old = k.irql
    k.set_irql(APC_LEVEL)
    mutex.Count = 0
    _owned(k, 0, FastMutex, old)
    return 1


@export(
    "_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI VOID FASTCALL ExAcquireFastMutexUnsafe(_Inout_ PFAST_MUTEX FastMutex);"
)
def ExAcquireFastMutexUnsafe(k: Kernel, FastMutex: int) -> Result:
    """Acquire a fast mutex; the caller has seen to it that no APC comes."""
    _apcs_off(k, FastMutex, 0x39, "acquired")
    return _acquire(k, FastMutex, -1)


@export(
    "_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI VOID FASTCALL ExReleaseFastMutexUnsafe(_Inout_ PFAST_MUTEX FastMutex);"
)
def ExReleaseFastMutexUnsafe(k: Kernel, FastMutex: int) -> None:
    """Release a fast mutex that was acquired by the unsafe form."""
    _apcs_off(k, FastMutex, 0x3A, "released")
    _release(k, FastMutex, False)


def apcs_off(k: Kernel) -> bool:
    """Whether normal kernel APCs cannot come to this thread now."""
    return k.irql >= APC_LEVEL or bool(k.struct("_KTHREAD", k.thread.object).KernelApcDisable)


def _apcs_off(k: Kernel, address: int, code: int, word: str) -> None:
    if not apcs_off(k):
        k.bugcheck(
            VERIFIER, code, k.irql, 0, address,
            rule=f"a fast mutex was {word} by the unsafe form at PASSIVE_LEVEL outside a critical region",
            mend="call KeEnterCriticalRegion first, or use the form without Unsafe",
        )  # fmt: skip
