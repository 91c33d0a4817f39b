"""Waits: who is parked with which wait blocks, who is woken in which order and with what status."""

from __future__ import annotations

from typing import Any

import pytest

from ntshell.machine.machine import TICK
from ntshell.nt.flow import Raise, Wait
from ntshell.nt.ke import mutant, timer
from ntshell.nt.status import STATUS_SEMAPHORE_LIMIT_EXCEEDED, STATUS_TIMEOUT


def test_header(w: Any) -> None:
    event = w.block("_KEVENT")
    w.call("KeInitializeEvent", event, 1, 1)
    header = w.k.struct("_KEVENT", event).Header
    assert (header.Type, header["Size"], header.SignalState) == (1, w.k.sizeof("_KEVENT") // 4, 1)
    assert w.k.list_empty(header.at("WaitListHead"))


def test_parked_thread_is_in_the_objects_list(w: Any) -> None:
    event, thread = w.event(), w.thread()
    assert w.park(thread, event) is None
    header = w.k.struct("_DISPATCHER_HEADER", event)
    kthread = w.k.struct("_KTHREAD", thread.object)
    (entry,) = w.k.list_walk(header.at("WaitListHead"))
    block = w.k.struct("_KWAIT_BLOCK", entry)
    assert entry == kthread.at("WaitBlock") == kthread.WaitBlockList == block.NextWaitBlock
    assert (block.Thread, block.Object, block.WaitKey, block.WaitType) == (thread.object, event, 0, 1)
    assert (thread.state, kthread.State) == ("waiting", 5)
    assert w.call("KeSetEvent", event, 0, 0) == 0
    assert w.result(thread) == 0 and kthread.State == 1
    assert header.SignalState == 0 and w.k.list_empty(header.at("WaitListHead"))


def test_notification_wakes_all_synchronization_one(w: Any) -> None:
    threads = [w.thread(f"t{n}") for n in range(3)]
    one, every = w.event(1), w.event(0)
    for thread in threads:
        w.park(thread, one)
    w.call("KeSetEvent", one, 0, 0)
    assert [t.state for t in threads] == ["ready", "waiting", "waiting"]
    w.call("KePulseEvent", one, 0, 0)
    assert [t.state for t in threads] == ["ready", "ready", "waiting"]
    w.park(threads[0], every)
    w.park(threads[1], every)
    w.call("KeSetEvent", every, 0, 0)
    assert [t.state for t in threads] == ["ready", "ready", "waiting"]
    assert w.call("KeReadStateEvent", every) == 1 and w.call("KeResetEvent", every) == 1
    assert w.call("KeReadStateEvent", every) == 0
    assert threads[0].order < threads[1].order


def test_any_and_all(w: Any) -> None:
    thread, first, second = w.thread(), w.event(), w.event()
    w.park(thread, first, second)
    w.call("KeSetEvent", second, 0, 0)
    assert w.result(thread) == 1
    w.k.journal.pop(thread.frames)
    w.park(thread, first, second, every=True)
    w.call("KeSetEvent", second, 0, 0)
    assert thread.state == "waiting" and w.call("KeReadStateEvent", second) == 1
    w.call("KeSetEvent", first, 0, 0)
    assert w.result(thread) == 0
    assert w.call("KeReadStateEvent", first) == w.call("KeReadStateEvent", second) == 0


def test_satisfied_at_once(w: Any) -> None:
    event = w.event(1, 1)
    assert w.park(w.thread(), w.event(), event) == 1
    assert w.call("KeReadStateEvent", event) == 0


def test_limits(w: Any) -> None:
    with w.dies(0x0C):
        w.call("KeWaitForMultipleObjects", 4, w.block(64), 1, 0, 0, 0, 0, 0)
    with w.dies(0x0C):
        w.call("KeWaitForMultipleObjects", 65, w.block(1024), 1, 0, 0, 0, 0, w.block(8))


def test_callers_wait_blocks(w: Any) -> None:
    thread, events = w.thread(), [w.event() for _ in range(5)]
    blocks, array = w.block(5 * w.k.sizeof("_KWAIT_BLOCK")), w.block(40)
    for n, event in enumerate(events):
        w.k.set_pointer(array + n * w.k.arch.pointer, event)
    w.run(thread)
    assert w.wait(thread, w.call("KeWaitForMultipleObjects", 5, array, 1, 0, 0, 0, 0, blocks)) is None
    assert w.k.struct("_KTHREAD", thread.object).WaitBlockList == blocks and w.k.ke.wait_array == 0
    w.call("KeSetEvent", events[4], 0, 0)
    assert w.result(thread) == 4
    assert all(w.k.list_empty(w.k.struct("_KEVENT", event).Header.at("WaitListHead")) for event in events)


def test_poll_and_levels(w: Any) -> None:
    event, poll, later = w.event(), w.time(0), w.time(-1)
    w.k.set_irql(2)
    assert w.call("KeWaitForSingleObject", event, 0, 0, 0, poll) == STATUS_TIMEOUT
    w.call("KeSetEvent", event, 0, 0)
    assert w.call("KeWaitForSingleObject", event, 0, 0, 0, poll) == 0
    with w.dies(0xC4, 0x121, 2, event):
        w.call("KeWaitForSingleObject", event, 0, 0, 0, 0)
    with w.dies(0xC4, 0x122, 2, event):
        w.call("KeWaitForSingleObject", event, 0, 0, 0, later)
    w.k.journal.set(w.k.processor, "in_dpc", True)
    with w.dies(0xB8, w.k.thread.object):
        w.call("KeWaitForSingleObject", event, 0, 0, 0, 0)
    w.k.set_irql(5)
    with w.dies(0xC4, 0x120, 5, event):
        w.call("KeWaitForSingleObject", event, 0, 0, 0, poll)


def test_time_out_on_a_tick(w: Any) -> None:
    thread = w.thread()
    assert w.park(thread, w.event(), timeout=w.time(-1)) is None
    assert timer.next_due(w.k) == TICK
    w.k.journal.set(w.k.machine, "now", TICK)
    timer.expire(w.k)
    assert w.result(thread) == STATUS_TIMEOUT and timer.next_due(w.k) is None


def test_delay(w: Any) -> None:
    thread = w.k.thread
    delay = w.call("KeDelayExecutionThread", 0, 0, w.time(-3 * TICK))
    assert w.wait(thread, delay) is None and timer.next_due(w.k) == 3 * TICK
    w.k.journal.set(w.k.machine, "now", 3 * TICK)
    timer.expire(w.k)
    assert delay.then(w.k, w.result(thread)) == 0


def test_set_event_with_wait_true(w: Any) -> None:
    done, work, thread = w.event(), w.event(), w.k.thread
    w.call("KeSetEvent", work, 0, 1)
    assert w.k.irql == 2
    result = w.call("KeWaitForSingleObject", done, 0, 0, 0, 0)
    assert isinstance(result, Wait) and w.k.irql == 0
    assert w.wait(thread, result) is None
    w.k.set_irql(2)
    with w.dies(0xC4, 0x20016):
        w.call("KeSetEvent", work, 0, 1)


def test_semaphore(w: Any) -> None:
    semaphore, threads = w.block("_KSEMAPHORE"), [w.thread(), w.thread(), w.thread()]
    w.call("KeInitializeSemaphore", semaphore, 1, 4)
    assert w.park(threads[0], semaphore) == 0 and w.call("KeReadStateSemaphore", semaphore) == 0
    w.park(threads[1], semaphore)
    w.park(threads[2], semaphore)
    assert w.call("KeReleaseSemaphore", semaphore, 0, 3, 0) == 0
    assert [t.state for t in threads[1:]] == ["ready", "ready"] and w.call("KeReadStateSemaphore", semaphore) == 1
    with pytest.raises(Raise) as raised:
        w.call("KeReleaseSemaphore", semaphore, 0, 4, 0)
    assert raised.value.status == STATUS_SEMAPHORE_LIMIT_EXCEEDED


def test_mutex(w: Any) -> None:
    mutex, main, other = w.block("_KMUTANT"), w.k.thread, w.thread()
    w.call("KeInitializeMutex", mutex, 0)
    poll = w.time(0)
    for state in (0, -1):
        assert w.call("KeWaitForSingleObject", mutex, 0, 0, 0, poll) == 0
        assert w.call("KeReadStateMutex", mutex) == state
    here, kthread = w.k.struct("_KMUTANT", mutex), w.k.struct("_KTHREAD", main.object)
    assert (here.OwnerThread, kthread.KernelApcDisable) == (main.object, -1)
    assert list(w.k.list_walk(kthread.at("MutantListHead"))) == [here.at("MutantListEntry")]
    assert w.park(other, mutex) is None
    assert w.call("KeReleaseMutex", mutex, 0) == -1 and other.state == "waiting"
    assert w.call("KeReleaseMutex", mutex, 0) == 0 and w.result(other) == 0
    assert (here.OwnerThread, kthread.KernelApcDisable) == (other.object, 0)
    with w.dies(0x11, main.object, other.object, mutex):
        w.call("KeReleaseMutex", mutex, 0)
    with w.dies(0x4000008A, other.object, mutex):
        mutant.thread_ending(w.k, other)


def test_abandoned_mutant(w: Any) -> None:
    address, other, waiter = w.block("_KMUTANT"), w.thread(), w.thread()
    w.run(other)
    w.call("KeInitializeMutant", address, 1)
    assert w.park(waiter, w.event(), address) is None
    mutant.thread_ending(w.k, other)
    assert w.result(waiter) == 0x81 and w.k.struct("_KMUTANT", address).OwnerThread == waiter.object


def test_uninitialized_object(w: Any) -> None:
    with w.dies(0xC4, 0x1002):
        w.call("KeWaitForSingleObject", w.block("_KEVENT"), 0, 0, 0, 0)


def test_critical_region_and_priority(w: Any) -> None:
    with w.dies(0xC4, 0x3E):
        w.call("KeLeaveCriticalRegion")
    w.call("KeEnterCriticalRegion")
    assert w.call("KeAreApcsDisabled") == 1
    w.call("KeLeaveCriticalRegion")
    assert w.call("KeSetPriorityThread", w.k.thread.object, 16) == 8 and w.k.thread.priority == 16
    assert w.call("KeQueryPriorityThread", w.call("KeGetCurrentThread")) == 16
    assert w.call("KeSetBasePriorityThread", w.k.thread.object, 3) == 0 and w.k.thread.priority == 11
    w.call("KeSetPriorityThread", w.k.thread.object, 99)
    assert w.k.findings[-1].name == "PRIORITY_OUT_OF_RANGE" and w.k.thread.priority == 31
