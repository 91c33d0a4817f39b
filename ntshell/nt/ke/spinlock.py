"""Spin locks, with their owners tracked as Driver Verifier does.

The lock word in memory is 0 when free, and the owner's KTHREAD with bit 0 set when held.  A processor that asks for
a lock it holds, or for one whose word is garbage, would spin for ever: bug check 0xF.  A release of a lock that is
not held is 0x10.
"""

from __future__ import annotations

from ntshell.nt.export import DISPATCH_LEVEL, Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.ke.checks import VERIFIER, level_name
from ntshell.nt.ke.irql import lower_irql
from ntshell.nt.ke.state import Holder
from ntshell.nt.kernel import Kernel

ALREADY_OWNED, NOT_OWNED = 0x0F, 0x10


def acquire(k: Kernel, lock: int, old: int | None = None) -> None:
    """Take a lock at the present IRQL; `old` is the level from before when it was raised for the lock."""
    word = k.pointer(lock)
    if word:
        _deadlock(k, lock, word)
    thread = k.machine.processor.thread
    owner = thread.object if thread is not None else 0
    k.set_pointer(lock, owner | 1)
    k.journal.put(k.ke.locks, lock, Holder(owner, k.irql if old is None else old, k.place()))


def release(k: Kernel, lock: int) -> None:
    """Give a lock back at the present IRQL."""
    held = k.ke.locks.get(lock)
    word = k.pointer(lock)
    if held is None or not word:
        k.bugcheck(
            NOT_OWNED,
            lock,
            rule=f"the spin lock at {k.arch.format(lock)} was released, but nobody holds it",
            mend="release a lock once, on the path that acquired it",
        )
    k.set_pointer(lock, 0)
    k.journal.delete(k.ke.locks, lock)


def acquire_raise(k: Kernel, lock: int, routine: str = "KeAcquireSpinLock") -> int:
    """Raise to DISPATCH_LEVEL and take a lock; the old IRQL."""
    old = k.irql
    if old > DISPATCH_LEVEL:
        k.bugcheck(
            VERIFIER,
            0x42,
            old,
            lock,
            rule=f"{routine} was called at {level_name(old)}: it would lower the level to DISPATCH_LEVEL",
            mend="share data with an ISR through KeSynchronizeExecution instead",
        )
    k.set_irql(DISPATCH_LEVEL)
    acquire(k, lock, old)
    return old


def release_lower(k: Kernel, lock: int, level: int, routine: str = "KeReleaseSpinLock") -> None:
    """Give a lock back and lower the IRQL."""
    if k.irql != DISPATCH_LEVEL:
        k.bugcheck(
            VERIFIER,
            0x32,
            k.irql,
            lock,
            rule=f"{routine} was called at {level_name(k.irql)}, not at DISPATCH_LEVEL",
            mend="do not change the level while the lock is held",
        )
    release(k, lock)
    lower_irql(k, level, routine)


def _deadlock(k: Kernel, lock: int, word: int) -> None:
    held: Holder | None = k.ke.locks.get(lock)
    where = k.arch.format(lock)
    if held is None:
        rule = f"the spin lock at {where} holds {word:#x}, so it was never initialized or has been overwritten"
        mend = "call KeInitializeSpinLock once before its first use"
    else:
        since = f", since {held.place}" if held.place is not None else ""
        rule = f"the spin lock at {where} was asked for by the processor that holds it{since}: it would spin for ever"
        mend = "never acquire a spin lock twice, and release it on every path"
    k.bugcheck(ALREADY_OWNED, lock, word, rule=rule, mend=mend)


def _at_dpc_level(k: Kernel, lock: int, subcode: int, routine: str) -> None:
    if k.irql < DISPATCH_LEVEL:
        k.bugcheck(
            VERIFIER,
            subcode,
            k.irql,
            lock,
            rule=f"{routine} was called at {level_name(k.irql)}; it may be called at DISPATCH_LEVEL only",
            mend="use the routine that changes the level, or raise it first",
        )


@export("NTKERNELAPI VOID KeInitializeSpinLock(_Out_ PKSPIN_LOCK SpinLock);", stage=Stage(entry=4))
def KeInitializeSpinLock(k: Kernel, SpinLock: int) -> Result:
    """Makes a spin lock free."""
    if SpinLock in k.ke.locks:
        k.journal.delete(k.ke.locks, SpinLock)
    k.set_pointer(SpinLock, 0)
    return None


@export("""_IRQL_requires_max_(DISPATCH_LEVEL)
NTHALAPI VOID KeAcquireSpinLock(_Inout_ PKSPIN_LOCK SpinLock, _Out_ PKIRQL OldIrql);""")
def KeAcquireSpinLock(k: Kernel, SpinLock: int, OldIrql: int) -> Result:
    """Raises the IRQL to DISPATCH_LEVEL, takes the lock and stores the old level."""
    k.memory.store(OldIrql, 1, acquire_raise(k, SpinLock))
    return None


@export("_IRQL_requires_max_(DISPATCH_LEVEL) NTHALAPI KIRQL KeAcquireSpinLockRaiseToDpc(_Inout_ PKSPIN_LOCK SpinLock);")
def KeAcquireSpinLockRaiseToDpc(k: Kernel, SpinLock: int) -> Result:
    """Raises the IRQL to DISPATCH_LEVEL, takes the lock and returns the old level."""
    return acquire_raise(k, SpinLock, "KeAcquireSpinLockRaiseToDpc")


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTHALAPI KIRQL FASTCALL KfAcquireSpinLock(_Inout_ PKSPIN_LOCK SpinLock);",
    module="hal",
)
def KfAcquireSpinLock(k: Kernel, SpinLock: int) -> Result:
    """Raises the IRQL to DISPATCH_LEVEL, takes the lock and returns the old level."""
    return acquire_raise(k, SpinLock, "KfAcquireSpinLock")


@export("""_IRQL_requires_(DISPATCH_LEVEL)
NTHALAPI VOID KeReleaseSpinLock(_Inout_ PKSPIN_LOCK SpinLock, _In_ KIRQL NewIrql);""")
def KeReleaseSpinLock(k: Kernel, SpinLock: int, NewIrql: int) -> Result:
    """Gives the lock back and restores the IRQL from before."""
    release_lower(k, SpinLock, NewIrql)
    return None


@export(
    """_IRQL_requires_(DISPATCH_LEVEL)
    NTHALAPI VOID FASTCALL KfReleaseSpinLock(_Inout_ PKSPIN_LOCK SpinLock, _In_ KIRQL NewIrql);""",
    module="hal",
)
def KfReleaseSpinLock(k: Kernel, SpinLock: int, NewIrql: int) -> Result:
    """Gives the lock back and restores the IRQL from before."""
    release_lower(k, SpinLock, NewIrql, "KfReleaseSpinLock")
    return None


@export(
    "_IRQL_requires_min_(DISPATCH_LEVEL) NTKERNELAPI VOID KeAcquireSpinLockAtDpcLevel(_Inout_ PKSPIN_LOCK SpinLock);"
)
def KeAcquireSpinLockAtDpcLevel(k: Kernel, SpinLock: int) -> Result:
    """Takes the lock when the IRQL is DISPATCH_LEVEL already."""
    _at_dpc_level(k, SpinLock, 0x40, "KeAcquireSpinLockAtDpcLevel")
    acquire(k, SpinLock)
    return None


@export("""_IRQL_requires_min_(DISPATCH_LEVEL)
NTKERNELAPI VOID KeReleaseSpinLockFromDpcLevel(_Inout_ PKSPIN_LOCK SpinLock);""")
def KeReleaseSpinLockFromDpcLevel(k: Kernel, SpinLock: int) -> Result:
    """Gives back a lock that KeAcquireSpinLockAtDpcLevel took; the IRQL stays."""
    _at_dpc_level(k, SpinLock, 0x41, "KeReleaseSpinLockFromDpcLevel")
    release(k, SpinLock)
    return None


@export("""_IRQL_requires_min_(DISPATCH_LEVEL)
NTKERNELAPI VOID FASTCALL KefAcquireSpinLockAtDpcLevel(_Inout_ PKSPIN_LOCK SpinLock);""")
def KefAcquireSpinLockAtDpcLevel(k: Kernel, SpinLock: int) -> Result:
    """Takes the lock when the IRQL is DISPATCH_LEVEL already."""
    _at_dpc_level(k, SpinLock, 0x40, "KefAcquireSpinLockAtDpcLevel")
    acquire(k, SpinLock)
    return None


@export("""_IRQL_requires_min_(DISPATCH_LEVEL)
NTKERNELAPI VOID FASTCALL KefReleaseSpinLockFromDpcLevel(_Inout_ PKSPIN_LOCK SpinLock);""")
def KefReleaseSpinLockFromDpcLevel(k: Kernel, SpinLock: int) -> Result:
    """Gives back a lock that was taken at DISPATCH_LEVEL; the IRQL stays."""
    _at_dpc_level(k, SpinLock, 0x41, "KefReleaseSpinLockFromDpcLevel")
    release(k, SpinLock)
    return None


@export(
    """_IRQL_requires_(DISPATCH_LEVEL)
    NTKERNELAPI BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(_Inout_ PKSPIN_LOCK SpinLock);"""
)
def KeTryToAcquireSpinLockAtDpcLevel(k: Kernel, SpinLock: int) -> Result:
    """Takes the lock if it is free, and tells whether it did."""
    if k.pointer(SpinLock):
        return 0
    acquire(k, SpinLock)
    return 1


@export("_IRQL_requires_min_(DISPATCH_LEVEL) NTKERNELAPI BOOLEAN KeTestSpinLock(_In_ PKSPIN_LOCK SpinLock);")
def KeTestSpinLock(k: Kernel, SpinLock: int) -> Result:
    """Tells whether the lock is free."""
    return int(not k.pointer(SpinLock))
