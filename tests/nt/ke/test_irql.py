"""IRQL and spin locks: what moves, what is in memory, and each bug check."""

from __future__ import annotations

from typing import Any

import pytest

from ntshell.nt.export import EXPORTS
from ntshell.nt.ke.checks import wrong_irql


def test_raise_and_lower(w: Any) -> None:
    old = w.block(1)
    w.call("KeRaiseIrql", 2, old)
    assert (w.k.irql, w.k.memory.load(old, 1)) == (2, 0)
    assert w.call("KfRaiseIrql", 5) == 2
    w.call("KfLowerIrql", 2)
    w.call("KeLowerIrql", 0)
    assert w.call("KeGetCurrentIrql") == 0
    assert w.call("KeRaiseIrqlToDpcLevel") == 0 and w.k.irql == 2
    assert w.call("KeRaiseIrqlToSynchLevel") == 2
    assert w.k.irql == {"x86": 27, "x64": 12}[w.k.arch.name]


def test_wrong_directions(w: Any) -> None:
    w.k.set_irql(2)
    with w.dies(0xC4, 0x30, 2, 1):
        w.call("KfRaiseIrql", 1)
    with w.dies(0xC4, 0x30, 2, 32):
        w.call("KfRaiseIrql", 32)
    with w.dies(0xC4, 0x31, 2, 5, 0):
        w.call("KeLowerIrql", 5)
    w.k.journal.set(w.k.processor, "in_dpc", True)
    with w.dies(0xC4, 0x31, 2, 0, 1):
        w.call("KeLowerIrql", 0)


def test_spin_lock_word(w: Any) -> None:
    lock, old = w.block(8), w.block(1)
    w.call("KeInitializeSpinLock", lock)
    w.call("KeAcquireSpinLock", lock, old)
    assert w.k.pointer(lock) == w.k.thread.object | 1
    assert (w.k.irql, w.k.memory.load(old, 1)) == (2, 0)
    assert w.call("KeTryToAcquireSpinLockAtDpcLevel", lock) == 0 and w.call("KeTestSpinLock", lock) == 0
    w.call("KeReleaseSpinLock", lock, 0)
    assert (w.k.pointer(lock), w.k.irql, w.k.ke.locks) == (0, 0, {})


def test_nested_locks(w: Any) -> None:
    outer, inner = w.block(8), w.block(8)
    w.call("KeInitializeSpinLock", outer)
    w.call("KeInitializeSpinLock", inner)
    old = w.call("KeAcquireSpinLockRaiseToDpc", outer)
    w.call("KeAcquireSpinLockAtDpcLevel", inner)
    assert set(w.k.ke.locks) == {outer, inner}
    w.call("KeReleaseSpinLockFromDpcLevel", inner)
    assert w.k.irql == 2
    w.call("KeReleaseSpinLock", outer, old)
    assert w.k.irql == 0


def test_spin_lock_misuse(w: Any) -> None:
    lock, old = w.block(8), w.block(1)
    with w.dies(0x0F, lock):
        w.call("KeAcquireSpinLock", lock, old)  # poison: never initialized
    w.k.set_irql(0)
    w.call("KeInitializeSpinLock", lock)
    with w.dies(0xC4, 0x32, 0, lock):
        w.call("KeReleaseSpinLock", lock, 0)
    with w.dies(0xC4, 0x40, 0, lock):
        w.call("KeAcquireSpinLockAtDpcLevel", lock)
    with w.dies(0xC4, 0x41, 0, lock):
        w.call("KeReleaseSpinLockFromDpcLevel", lock)
    w.call("KfAcquireSpinLock", lock)
    with w.dies(0x0F, lock):
        w.call("KeAcquireSpinLockAtDpcLevel", lock)
    with w.dies(0xC4, 0x31, 2, 7):
        w.call("KfReleaseSpinLock", lock, 7)
    with w.dies(0x10, lock):
        w.call("KeReleaseSpinLockFromDpcLevel", lock)
    w.k.set_irql(5)
    with w.dies(0xC4, 0x42, 5, lock):
        w.call("KeAcquireSpinLock", lock, old)


@pytest.mark.parametrize(("name", "irql", "code"), [("KeSetEvent", 5, 0x80), ("KeCancelTimer", 5, 0xE5)])
def test_verifier_sub_codes(x86: Any, name: str, irql: int, code: int) -> None:
    x86.k.set_irql(irql)
    with x86.dies(0xC4, code, irql):
        wrong_irql(x86.k, EXPORTS[name], (1, 2, 3))
