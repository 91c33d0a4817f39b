"""Interrupt objects: who may connect to what, and what KeSynchronizeExecution holds while it calls."""

from __future__ import annotations

from typing import Any

import pytest

from ntshell.machine.memory import AccessFault
from ntshell.nt.flow import Call
from ntshell.nt.hal.irq import dirql_of, vector_of
from ntshell.nt.ke.interrupt import connected
from ntshell.nt.status import STATUS_INVALID_PARAMETER

USUAL = {"lock": 0, "mode": 1, "share": 1, "mask": 1, "floating": 0, "irql": None, "sync": None, "vector": None}


def connect(w: Any, **given: Any) -> tuple[int, int]:
    """Status, and the pointer that was stored."""
    arch, out, ask = w.k.arch.name, w.block(8), {**USUAL, **given}
    irql = dirql_of(arch, 5) if ask["irql"] is None else ask["irql"]
    vector = vector_of(arch, 5) if ask["vector"] is None else ask["vector"]
    sync = irql if ask["sync"] is None else ask["sync"]
    status = w.call(
        "IoConnectInterrupt", out, 0x5000, 0x77, ask["lock"], vector, irql, sync,
        ask["mode"], ask["share"], ask["mask"], ask["floating"],
    )  # fmt: skip
    return status, w.k.pointer(out)


def test_connected_objects(w: Any) -> None:
    w.k.caller = "lab"
    (status, first), (_, second) = connect(w), connect(w)
    vector = vector_of(w.k.arch.name, 5)
    assert status == 0 and connected(w.k, vector) == (first, second)
    here = w.k.struct("_KINTERRUPT", first)
    assert (here.Type, here.ServiceRoutine, here.ServiceContext, here.Vector) == (22, 0x5000, 0x77, vector)
    assert here.ActualLock == here.at("SpinLock") and here.Connected == 1
    assert list(w.k.list_walk(here.at("InterruptListEntry"))) == [
        w.k.struct("_KINTERRUPT", second).at("InterruptListEntry")
    ]
    assert [e.kind for e in w.k.owed("lab")] == ["interrupt", "interrupt"]
    w.call("IoDisconnectInterrupt", first)
    assert connected(w.k, vector) == (second,)
    w.call("IoDisconnectInterrupt", second)
    assert connected(w.k, vector) == () and w.k.owed() == []
    with pytest.raises(AccessFault):
        w.call("IoDisconnectInterrupt", second)


@pytest.mark.parametrize(
    "wrong", [{"irql": 4}, {"sync": 3}, {"mask": 2}, {"floating": 1}, {"vector": 0x99}, {"vector": 0x30, "irql": 28}]
)
def test_refused(w: Any, wrong: dict[str, int]) -> None:
    assert connect(w, **wrong) == (STATUS_INVALID_PARAMETER, 0)
    assert w.k.ke.interrupts == {} and w.k.owed() == []


@pytest.mark.parametrize(("first", "second"), [({"share": 0}, {}), ({}, {"share": 0}), ({}, {"mode": 0})])
def test_sharing(w: Any, first: dict[str, int], second: dict[str, int]) -> None:
    assert connect(w, **first)[0] == 0
    assert connect(w, **second) == (STATUS_INVALID_PARAMETER, 0)


def test_synchronize_execution(w: Any) -> None:
    _, interrupt = connect(w, sync=dirql_of(w.k.arch.name, 5) + 1)
    here = w.k.struct("_KINTERRUPT", interrupt)
    asked = w.call("KeSynchronizeExecution", interrupt, 0x6000, 5)
    assert isinstance(asked, Call) and (asked.routine, asked.args) == (0x6000, (5,))
    assert w.k.irql == here.SynchronizeIrql and here.SpinLock == w.k.thread.object | 1
    with w.dies(0x0F, here.ActualLock):
        w.call("KeSynchronizeExecution", interrupt, 0x6000, 5)
    assert asked.then is not None and asked.then(w.k, 0x101) == 1
    assert (w.k.irql, here.SpinLock) == (0, 0)
    w.k.set_irql(here.SynchronizeIrql + 1)
    with w.dies(0xC4, 0x30):
        w.call("KeSynchronizeExecution", interrupt, 0x6000, 5)


def test_routine_that_changes_the_irql(w: Any) -> None:
    _, interrupt = connect(w)
    asked = w.call("KeSynchronizeExecution", interrupt, 0x6000, 5)
    level = w.k.irql
    w.k.set_irql(2)
    assert asked.then is not None
    with w.dies(0xC8, 2 << 16 | level << 8 | 2, 0x6000):
        asked.then(w.k, 1)


def test_drivers_own_lock(w: Any) -> None:
    lock = w.block(8)
    w.call("KeInitializeSpinLock", lock)
    _, interrupt = connect(w, lock=lock)
    old = w.call("KeAcquireInterruptSpinLock", interrupt)
    assert w.k.pointer(lock) == w.k.thread.object | 1
    w.call("KeReleaseInterruptSpinLock", interrupt, old)
    assert (w.k.pointer(lock), w.k.irql) == (0, 0)
