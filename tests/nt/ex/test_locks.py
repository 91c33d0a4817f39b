"""Interlocked operations, sequenced lists, fast mutexes, resources, work items."""

from __future__ import annotations

from typing import Any

import pytest

from ntshell.nt import ps
from ntshell.nt.ex import slist
from ntshell.nt.flow import Call, Raise, Wait
from ntshell.nt.internal import INTERNALS


def test_interlocked(world: Any) -> None:
    k, call = world.k, world.call
    cell = world.block(16)
    k.memory.store(cell, 8, 0)
    assert call("InterlockedIncrement", cell) == 1 and call("InterlockedDecrement", cell) == 0
    call("InterlockedDecrement", cell)
    assert k.memory.load(cell, 4) == 0xFFFFFFFF
    assert call("InterlockedCompareExchange", cell, 5, -1) == 0xFFFFFFFF
    assert call("InterlockedExchange", cell, 9) == 5 and call("InterlockedExchangeAdd", cell, 2) == 9
    assert call("InterlockedOr", cell, 4) == 11 and k.memory.load(cell, 4) == 15
    assert call("InterlockedBitTestAndReset", cell, 0) == 1 and k.memory.load(cell, 4) == 14


def test_lists(world: Any) -> None:
    k, call = world.k, world.call
    head, lock, entries = world.block("_LIST_ENTRY"), world.block(8), [world.block("_LIST_ENTRY") for _ in range(2)]
    k.set_pointer(lock, 0)
    k.list_init(head)
    assert call("ExInterlockedInsertTailList", head, entries[0], lock) == 0
    assert call("ExInterlockedInsertHeadList", head, entries[1], lock) == entries[0]
    assert call("ExInterlockedRemoveHeadList", head, lock) == entries[1]
    assert call("ExInterlockedRemoveHeadList", head, lock) == entries[0]
    assert call("ExInterlockedRemoveHeadList", head, lock) == 0
    k.set_pointer(lock, 1)
    world.check(0x0F, lock, "ExInterlockedRemoveHeadList", head, lock)


def test_sequenced_list(world: Any) -> None:
    k, call = world.k, world.call
    head, entries = world.block("_SLIST_HEADER"), [world.block(16) for _ in range(3)]
    call("InitializeSListHead", head)
    for entry in entries:
        call("InterlockedPushEntrySList", head, entry)
    assert slist.depth(k, head) == 3
    assert [call("InterlockedPopEntrySList", head) for _ in range(4)] == [*reversed(entries), 0]


def test_fast_mutex(world: Any) -> None:
    k, call = world.k, world.call
    mutex = world.block("_FAST_MUTEX")
    call("ExInitializeFastMutex", mutex)
    assert call("ExAcquireFastMutex", mutex) is None and k.irql == 1
    world.check(0xC4, 0x1000, "ExAcquireFastMutex", mutex)
    first = k.processor.thread
    k.processor.thread = ps.new_thread(k, "other", 0, 0)
    waiting = call("ExAcquireFastMutex", mutex)
    assert isinstance(waiting, Wait) and waiting.objects == (k.struct("_FAST_MUTEX", mutex).at("Event"),)
    assert call("ExTryToAcquireFastMutex", mutex) == 0
    k.processor.thread = first
    call("ExReleaseFastMutex", mutex)
    assert k.irql == 0 and k.struct("_KEVENT", waiting.objects[0]).Header.SignalState == 1
    world.check(0xC4, 0x34, "ExReleaseFastMutex", mutex)


def test_resource(world: Any) -> None:
    k, call = world.k, world.call
    resource = world.block("_ERESOURCE")
    call("ExInitializeResourceLite", resource)
    world.check(0xC4, 0xD0, "ExInitializeResourceLite", resource)
    world.check(0xC4, 0x37, "ExAcquireResourceExclusiveLite", resource, 1)
    k.set_irql(1)
    threads = [k.processor.thread, *(ps.new_thread(k, f"t{n}", 0, 0) for n in range(6))]
    for thread in threads[:6]:
        k.processor.thread = thread
        assert call("ExAcquireResourceSharedLite", resource, 0) == 1
    assert call("ExIsResourceAcquiredSharedLite", resource) == 1
    world.check(0xC4, 0x1000, "ExAcquireResourceExclusiveLite", resource, 1)
    k.processor.thread = threads[6]
    assert call("ExAcquireResourceExclusiveLite", resource, 0) == 0
    world.check(0xE3, resource, "ExReleaseResourceLite", resource)
    for thread in threads[:6]:
        k.processor.thread = thread
        call("ExReleaseResourceLite", resource)
    k.processor.thread = threads[6]
    assert call("ExAcquireResourceExclusiveLite", resource, 1) == 1
    assert call("ExIsResourceAcquiredExclusiveLite", resource) == 1
    k.processor.thread = threads[0]
    waiting = call("ExAcquireResourceSharedLite", resource, 1)
    assert isinstance(waiting, Wait)
    world.check(0xC4, 0x100B, "ExDeleteResourceLite", resource)
    k.processor.thread = threads[6]
    call("ExReleaseResourceLite", resource)
    k.processor.thread = threads[0]
    assert waiting.then is not None and waiting.then(k, 0) == 1
    call("ExReleaseResourceLite", resource)
    call("ExDeleteResourceLite", resource)
    world.check(0xC4, 0xD1, "ExDeleteResourceLite", resource)
    assert not k.owed()


def test_work_item(world: Any) -> None:
    k, call = world.k, world.call
    item = call("IoAllocateWorkItem", 0x1234)
    before = len(k.machine.threads)
    call("IoQueueWorkItem", item, 0x5678, 1, 0x9ABC)
    assert len(k.machine.threads) == before + 1
    world.check(0xE4, 1, "IoQueueWorkItem", item, 0x5678, 1, 0x9ABC)
    world.check(0xE4, 1, "IoFreeWorkItem", item)
    routine, args = k.machine.threads[-1].facts["start"]
    assert routine == k.addresses["ExpWorkerThread"]
    waiting = INTERNALS["ExpWorkerThread"](k, *args)
    assert isinstance(waiting, Wait) and waiting.then is not None
    enter = waiting.then(k, 0)
    assert isinstance(enter, Call) and enter.routine == k.addresses["IopProcessWorkItem"]
    call_ = INTERNALS["IopProcessWorkItem"](k, *enter.args)
    assert (call_.routine, call_.args) == (0x5678, (0x1234, 0x9ABC))
    assert enter.then is not None and isinstance(enter.then(k, 0), Wait)
    call("IoFreeWorkItem", item)
    assert not k.owed()


def test_probes(world: Any) -> None:
    from ntshell.nt.mm.user import user_buffer

    k, call = world.k, world.call
    buffer = user_buffer(k, 100, b"data")
    assert k.memory.read(buffer, 5) == b"data\0"
    call("ProbeForRead", buffer, 100, 1)
    call("ProbeForWrite", buffer, 100, 4)
    for args, status in (
        ((world.block(8), 8, 1), 0xC0000005),
        ((buffer + 1, 4, 4), 0x80000002),
        ((buffer, 200, 1), 0xC0000005),
    ):
        with pytest.raises(Raise) as caught:
            call("ProbeForWrite", *args)
        assert caught.value.status == status
