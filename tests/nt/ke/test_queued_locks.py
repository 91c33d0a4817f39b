"""Queued spin locks and what is asked of processors."""

from __future__ import annotations

from typing import Any


def test_a_queued_lock_raises_and_restores(w: Any) -> None:
    lock, handle = w.block("_KSPIN_LOCK_QUEUE"), w.block("_KLOCK_QUEUE_HANDLE")
    w.call("KeInitializeSpinLock", lock)
    w.call("KeAcquireInStackQueuedSpinLock", lock, handle)
    here = w.k.struct("_KLOCK_QUEUE_HANDLE", handle)
    assert (w.k.irql, here.LockQueue.Lock, here.OldIrql) == (2, lock, 0)
    with w.dies(0x0F, lock):
        w.call("KeAcquireInStackQueuedSpinLockAtDpcLevel", lock, handle)
    w.call("KeReleaseInStackQueuedSpinLock", handle)
    assert w.k.irql == 0 and w.k.pointer(lock) == 0
    with w.dies(0x10, lock):
        w.call("KeReleaseInStackQueuedSpinLock", handle)


def test_a_queued_lock_at_dispatch_level(w: Any) -> None:
    lock, handle = w.block("_KSPIN_LOCK_QUEUE"), w.block("_KLOCK_QUEUE_HANDLE")
    w.call("KeInitializeSpinLock", lock)
    w.k.set_irql(2)
    w.call("KeAcquireInStackQueuedSpinLockAtDpcLevel", lock, handle)
    assert w.k.pointer(lock) and w.k.irql == 2
    w.call("KeReleaseInStackQueuedSpinLockFromDpcLevel", handle)
    assert not w.k.pointer(lock) and w.k.irql == 2


def test_one_processor(w: Any) -> None:
    number, mask = w.block("_PROCESSOR_NUMBER"), w.block(8)
    assert w.call("KeGetCurrentProcessorNumberEx", number) == 0
    assert w.k.struct("_PROCESSOR_NUMBER", number).Number == 0
    assert w.call("KeQueryActiveProcessorCount", mask) == 1 and w.k.pointer(mask) == 1


def test_affinity_stands_in_the_thread(w: Any) -> None:
    kthread = w.k.struct("_KTHREAD", w.k.thread.object)
    kthread.UserAffinity = 1
    w.call("KeSetSystemAffinityThread", 3)
    assert (kthread.Affinity, kthread.SystemAffinityActive) == (1, 1)
    w.call("KeRevertToUserAffinityThread")
    assert (kthread.Affinity, kthread.SystemAffinityActive) == (1, 0)
    with w.dies(0x03, 2):
        w.call("KeSetSystemAffinityThread", 2)
