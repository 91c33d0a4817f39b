"""Whatever the kernel core does, undoing it brings back every byte and every table."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ntshell.machine.machine import TICK
from ntshell.nt.flow import BugCheck, Raise
from ntshell.nt.ke import dpc, timer

from .conftest import make_world

OPS = st.lists(st.tuples(st.integers(0, 13), st.integers(0, 2), st.integers(0, 3)), max_size=25)


def state(w: Any) -> Any:
    k = w.k
    threads = [(t.state, t.order, t.wait, len(t.frames), t.priority) for t in k.machine.threads]
    core = [getattr(k.ke, name) for name in ("locks", "interrupts", "float_saves", "wait_array", "readied")]
    held = sorted(k.held)  # the order of a dict is no state
    tables = copy.deepcopy((core, k.machine.now, k.irql, held, len(k.events), len(k.findings)))
    return w.picture(), threads, tables


def act(w: Any, things: dict[str, list[int]], op: int, which: int, amount: int) -> None:
    event, timers, dpcs = things["event"][which], things["timer"][which], things["dpc"][which]
    workers = w.k.machine.threads[1:]
    worker = workers[which]
    if op in (0, 1) and worker.state == "ready":
        w.park(worker, event, things["mutex"][0], every=bool(op), timeout=w.time(-amount * TICK) if amount else 0)
    actions = {
        2: lambda: w.call("KeSetEvent", event, 0, 0),
        3: lambda: w.call("KeResetEvent", event),
        4: lambda: w.call("KeInsertQueueDpc", dpcs, amount, 0),
        5: lambda: w.call("KeRemoveQueueDpc", dpcs),
        6: lambda: w.call("KeSetTimerEx", timers, -amount * TICK, amount * 5, dpcs),
        7: lambda: w.call("KeCancelTimer", timers),
        8: lambda: (w.k.journal.set(w.k.machine, "now", w.k.machine.now + amount * TICK), timer.expire(w.k)),
        9: lambda: dpc.take_dpc(w.k),
        10: lambda: w.call("KeAcquireSpinLockRaiseToDpc", things["lock"][which]),
        11: lambda: w.call("KeReleaseSpinLock", things["lock"][which], 0),
        12: lambda: w.call("KeReleaseMutex", things["mutex"][0], 0),
        13: lambda: w.call("KeReleaseSemaphore", things["semaphore"][0], 0, amount, 0),
    }
    if op in actions:
        actions[op]()


@settings(max_examples=40, deadline=None)
@given(OPS, st.sampled_from(["x86", "x64"]))
def test_undo(ops: list[tuple[int, int, int]], arch: str) -> None:
    w = make_world(arch)
    w.k.caller = "lab"
    things = {
        "event": [w.event(kind & 1) for kind in range(3)],
        "timer": [w.timer(kind & 1) for kind in range(3)],
        "dpc": [w.dpc() for _ in range(3)],
        "lock": [w.block(8) for _ in range(3)],
        "mutex": [w.block("_KMUTANT")],
        "semaphore": [w.block("_KSEMAPHORE")],
    }
    for lock in things["lock"]:
        w.call("KeInitializeSpinLock", lock)
    w.call("KeInitializeMutex", things["mutex"][0], 0)
    w.call("KeInitializeSemaphore", things["semaphore"][0], 0, 3)
    for n in range(3):
        w.thread(f"t{n}")
    pictures = []
    for op, which, amount in ops:
        pictures.append(state(w))
        w.k.journal.begin()
        try:
            act(w, things, op, which, amount)
        except (BugCheck, Raise):
            w.k.journal.back()
            w.k.journal.forget_future()
            assert state(w) == pictures.pop()
    pictures.append(state(w))
    for picture in reversed(pictures[:-1]):
        assert w.k.journal.back()
        assert state(w) == picture
    for picture in pictures[1:]:
        assert w.k.journal.forward()
        assert state(w) == picture
