"""Remove locks: how many routines are using a device, so that whoever takes it away can wait for them.

Rules: `IoCount` counts the initial reference and every acquisition; once `Removed` is set, acquiring fails with
STATUS_DELETE_PENDING, and the wait ends when all have released.
"""

from __future__ import annotations

from ntshell.ctype.value import Value
from ntshell.nt.export import export
from ntshell.nt.flow import Result, Wait
from ntshell.nt.io.common import nothing, nt, set_event
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import STATUS_DELETE_PENDING, STATUS_SUCCESS


def _common(k: Kernel, lock: int) -> Value:
    return k.struct("_IO_REMOVE_LOCK_COMMON_BLOCK", lock)


def _release(k: Kernel, lock: int) -> None:
    here = _common(k, lock)
    count = here.IoCount - 1
    if count < 0:
        k.bugcheck(
            0xC4, 0xDD, 0, 0, 0,
            rule=f"the remove lock at {k.arch.format(lock)} was released more often than it was acquired",
            mend="release it once for each IoAcquireRemoveLock that succeeded",
        )  # fmt: skip
    here.IoCount = count
    if count == 0:
        set_event(k, here.at("RemoveEvent"))


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI VOID IoInitializeRemoveLockEx(_In_ PIO_REMOVE_LOCK Lock, _In_ ULONG AllocateTag,
        _In_ ULONG MaxLockedMinutes, _In_ ULONG HighWatermark, _In_ ULONG RemlockSize);""",
)
def IoInitializeRemoveLockEx(
    k: Kernel, Lock: int, AllocateTag: int, MaxLockedMinutes: int, HighWatermark: int, RemlockSize: int
) -> Result:
    """Set up a remove lock; IoInitializeRemoveLock is a macro for it."""
    here = _common(k, Lock)
    here.Removed, here.IoCount = 0, 1
    nt(k, "KeInitializeEvent", here.at("RemoveEvent"), 1, 0)
    return None


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI NTSTATUS IoAcquireRemoveLockEx(_Inout_ PIO_REMOVE_LOCK RemoveLock, _In_opt_ PVOID Tag,
        _In_ PCSTR File, _In_ ULONG Line, _In_ ULONG RemlockSize);"""
)
def IoAcquireRemoveLockEx(k: Kernel, RemoveLock: int, Tag: int, File: int, Line: int, RemlockSize: int) -> Result:
    """Keep the device from being removed; fails when that has begun."""
    here = _common(k, RemoveLock)
    if here.Removed:
        return STATUS_DELETE_PENDING
    here.IoCount = here.IoCount + 1
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoReleaseRemoveLockEx(_Inout_ PIO_REMOVE_LOCK RemoveLock, _In_opt_ PVOID Tag,
        _In_ ULONG RemlockSize);"""
)
def IoReleaseRemoveLockEx(k: Kernel, RemoveLock: int, Tag: int, RemlockSize: int) -> Result:
    """Give an acquisition back."""
    _release(k, RemoveLock)
    return None


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI VOID IoReleaseRemoveLockAndWaitEx(_Inout_ PIO_REMOVE_LOCK RemoveLock, _In_opt_ PVOID Tag,
        _In_ ULONG RemlockSize);"""
)
def IoReleaseRemoveLockAndWaitEx(k: Kernel, RemoveLock: int, Tag: int, RemlockSize: int) -> Result:
    """Begin the removal: give the last acquisition back and wait until all others have been."""
    here = _common(k, RemoveLock)
    here.Removed = 1
    _release(k, RemoveLock)
    _release(k, RemoveLock)
    if here.IoCount <= 0:
        return None
    return Wait((here.at("RemoveEvent"),), then=nothing)
