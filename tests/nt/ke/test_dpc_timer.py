"""DPCs and timers: their real lists, their ledger entries, and memory that goes while they are on them."""

from __future__ import annotations

from typing import Any

from ntshell.machine.machine import TICK
from ntshell.nt.ke import checks, clock, dpc, timer
from ntshell.nt.kernel import Image


def pass_time(w: Any, time: int) -> None:
    w.k.journal.set(w.k.machine, "now", time)
    timer.expire(w.k)


def test_dpc_queue_is_the_prcbs_list(w: Any) -> None:
    first, second, urgent = w.dpc(0x1000, 7), w.dpc(0x2000), w.dpc(0x3000)
    w.call("KeSetImportanceDpc", urgent, 2)
    assert w.call("KeInsertQueueDpc", first, 1, 2) == 1
    assert w.call("KeInsertQueueDpc", first, 3, 4) == 0
    w.call("KeInsertQueueDpc", second, 0, 0)
    w.call("KeInsertQueueDpc", urgent, 0, 0)
    prcb = w.k.struct("_KPRCB", w.k.processor.prcb)
    here = w.k.struct("_KDPC", first)
    assert prcb.DpcQueueDepth == dpc.dpc_queued(w.k) == 3
    assert prcb.DpcListHead.Flink == w.k.struct("_KDPC", urgent).at("DpcListEntry")
    assert (here.DpcData, here.SystemArgument1, here.SystemArgument2) == (prcb.at("DpcListHead"), 1, 2)
    assert dpc.queued(w.k) == (urgent, first, second)
    assert dpc.take_dpc(w.k) == (0x3000, (urgent, 0, 0, 0))
    assert dpc.take_dpc(w.k) == (0x1000, (first, 7, 1, 2))
    assert here.DpcData == 0 and w.call("KeRemoveQueueDpc", first) == 0
    assert w.call("KeRemoveQueueDpc", second) == 1
    assert dpc.take_dpc(w.k) is None and (prcb.DpcQueueDepth, prcb.DpcCount) == (0, 2)


def test_dpc_misuse(w: Any) -> None:
    with w.dies(0xC7, 1):
        w.call("KeInsertQueueDpc", w.block("_KDPC"), 0, 0)
    queued = w.dpc()
    w.call("KeInsertQueueDpc", queued, 0, 0)
    with w.dies(0xC7, 1, queued):
        w.call("KeInitializeDpc", queued, 0, 0)
    with w.dies(0xC7, 1, queued, queued - 8, queued + 24):
        checks.live_objects(w.k, queued - 8, 32)
    checks.live_objects(w.k, queued + w.k.sizeof("_KDPC"), 4096)
    with w.dies(0xC7, 3, queued, 1, 1):
        w.call("KeSetTargetProcessorDpc", queued, 1)


def test_dpc_is_owed_by_the_routines_driver(w: Any) -> None:
    image = Image("lab", 0xF8A10000, 0x1000, program=object())
    w.k.images.append(image)
    mine, nts = w.dpc(0xF8A10010), w.dpc(0x80400010)
    w.k.caller = "other"
    w.call("KeInsertQueueDpc", mine, 0, 0)
    w.call("KeInsertQueueDpc", nts, 0, 0)
    assert [(e.kind, e.key, e.driver) for e in w.k.owed()] == [("dpc", mine, "lab")]
    dpc.take_dpc(w.k)
    assert w.k.owed() == []


def test_timer_list_is_in_order_of_due_times(w: Any) -> None:
    timers = [w.timer() for _ in range(3)]
    for address, due in zip(timers, (3, 1, 2), strict=True):
        assert w.call("KeSetTimer", address, -due * TICK + 1, 0) == 0
    assert timer.set_timers(w.k) == (timers[1], timers[2], timers[0])
    here = w.k.struct("_KTIMER", timers[1])
    assert (here.DueTime.QuadPart, here.Header.Inserted, here.Header.Type) == (TICK, 1, 8)
    assert timer.next_due(w.k) == TICK
    assert w.call("KeSetTimer", timers[1], -5 * TICK, 0) == 1
    assert timer.set_timers(w.k)[-1] == timers[1]
    assert w.call("KeCancelTimer", timers[1]) == 1 and w.call("KeCancelTimer", timers[1]) == 0


def test_expiry_queues_the_dpc_and_signals(w: Any) -> None:
    once, routine, thread = w.timer(), w.dpc(0x4444, 9), w.thread()
    w.k.caller = "lab"
    w.call("KeSetTimer", once, -TICK, routine)
    assert [e.kind for e in w.k.owed("lab")] == ["timer"]
    w.park(thread, once)
    pass_time(w, TICK)
    assert w.call("KeReadStateTimer", once) == 1 and w.result(thread) == 0
    assert w.k.owed() == [] and timer.next_due(w.k) is None
    found = dpc.take_dpc(w.k)
    assert found is not None and found[0] == 0x4444 and found[1][:2] == (routine, 9)


def test_periodic(w: Any) -> None:
    again, routine = w.timer(1), w.dpc()
    w.call("KeSetTimerEx", again, -TICK, 25, routine)
    pass_time(w, TICK)
    assert timer.next_due(w.k) == 4 * TICK and dpc.dpc_queued(w.k) == 1
    pass_time(w, 7 * TICK)
    assert dpc.dpc_queued(w.k) == 1 and w.k.struct("_KTIMER", again).Header.Inserted == 1
    assert w.call("KeCancelTimer", again) == 1 and timer.next_due(w.k) is None


def test_due_at_once_and_absolute(w: Any) -> None:
    now, later = w.timer(), w.timer()
    assert w.call("KeSetTimer", now, 0, 0) == 0 and w.call("KeReadStateTimer", now) == 1
    w.call("KeSetTimer", later, clock.BOOT_TIME + 50 * TICK, 0)
    assert timer.next_due(w.k) == 50 * TICK and w.k.struct("_KTIMER", later).Header.Absolute == 1
    w.call("KeSetTimer", later, clock.BOOT_TIME - 1, 0)
    assert w.call("KeReadStateTimer", later) == 1 and timer.next_due(w.k) is None


def test_timer_misuse(w: Any) -> None:
    with w.dies(0xC7, 0):
        w.call("KeSetTimer", w.block("_KTIMER"), -1, 0)
    here = w.timer()
    w.call("KeSetTimer", here, -1, 0)
    with w.dies(0xC7, 0, here):
        w.call("KeInitializeTimer", here)
    with w.dies(0xC7, 0, here, here, here + 4):
        checks.live_objects(w.k, here, 4)


def test_clock(w: Any) -> None:
    cell = w.block(8)
    pass_time(w, 3 * TICK + 5)
    w.call("KeQuerySystemTime", cell)
    assert w.k.memory.load(cell, 8) == clock.BOOT_TIME + 3 * TICK
    w.call("KeQueryTickCount", cell)
    assert w.k.memory.load(cell, 8) == 3
    assert w.call("KeQueryInterruptTime") == 3 * TICK and w.call("KeQueryTimeIncrement") == TICK
    assert w.call("KeQueryPerformanceCounter", cell) == (3 * TICK + 5) * clock.FREQUENCY // 10_000_000
    assert w.k.memory.load(cell, 8) == clock.FREQUENCY
