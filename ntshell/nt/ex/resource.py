"""Executive resources (ERESOURCE): read-write locks of threads.

Rules: acquired with normal kernel APCs off (a critical region or APC_LEVEL); an exclusive owner may acquire again, either
way; asking for exclusive while owning shared waits for ever; waiters for exclusive hold new sharers back, except those
that own it and ExAcquireSharedStarveExclusive.  Owners are in OwnerEntry (exclusive, or the first sharer) and in the
table at OwnerTable; on release the exclusive waiter goes first if there is one, else all sharers.
"""

from __future__ import annotations

from functools import partial

from ntshell.ctype.value import Value
from ntshell.nt.ex.data import list_head
from ntshell.nt.ex.fastmutex import apcs_off
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result, Wait
from ntshell.nt.ke.dispatcher import EVENT_SYNCHRONIZATION, SEMAPHORE, initialize
from ntshell.nt.ke.event import set_event
from ntshell.nt.ke.semaphore import release_semaphore
from ntshell.nt.kernel import Kernel

VERIFIER = 0xC4
EXCLUSIVE = 0x80  # ResourceOwnedExclusive
HEAD = "ExpSystemResourcesList"
ENTRIES = 16  # rows of an owner table

SHARED, STARVE, WAIT_FOR_EXCLUSIVE = range(3)


def _resource(k: Kernel, address: int) -> Value:
    resource = k.struct("_ERESOURCE", address)
    head = list_head(k, HEAD)
    if not any(entry == address for entry in k.list_walk(head)):
        k.bugcheck(
            VERIFIER, 0x1002, address,
            rule=f"the resource at {k.arch.format(address)} is used but was never initialized, or is deleted already",
            mend="call ExInitializeResourceLite first, and use it no more after ExDeleteResourceLite",
        )  # fmt: skip
    return resource


def _rows(k: Kernel, resource: Value) -> list[Value]:
    """The owner entries in use or free: the one inside and those of the table."""
    rows = [k.struct("_OWNER_ENTRY", resource.at("OwnerEntry"))]
    table = resource.OwnerTable
    if table:
        size = k.sizeof("_OWNER_ENTRY")
        rows += [k.struct("_OWNER_ENTRY", table + n * size) for n in range(ENTRIES)]
    return rows


def _row_of(k: Kernel, resource: Value, thread: int) -> Value | None:
    for row in _rows(k, resource):
        if row.OwnerThread == thread and row.OwnerCount:
            return row
    return None


def _grant_shared(k: Kernel, resource: Value, thread: int) -> None:
    row = _row_of(k, resource, thread)
    if row is None:
        row = next((free for free in _rows(k, resource) if not free.OwnerCount), None)
        if row is None:
            resource.OwnerTable = k.pool.allocate_system(
                ENTRIES * k.sizeof("_OWNER_ENTRY"), "owner table of an ERESOURCE"
            )
            row = k.struct("_OWNER_ENTRY", resource.OwnerTable)
        row.OwnerThread = thread
        resource.ActiveEntries += 1
    row.OwnerCount += 1
    resource.ActiveCount = resource.ActiveEntries


def _grant_exclusive(k: Kernel, resource: Value, thread: int) -> None:
    row = k.struct("_OWNER_ENTRY", resource.at("OwnerEntry"))
    resource.Flag |= EXCLUSIVE
    resource.ActiveCount = resource.ActiveEntries = 1
    row.OwnerThread, row.OwnerCount = thread, 1


def acquire_exclusive(k: Kernel, address: int, wait: int) -> Result:
    """TRUE when the calling thread has it exclusively."""
    resource, me = _resource(k, address), k.thread.object
    _require_apcs_off(k, address, 0x37, "acquired")
    row = _row_of(k, resource, me)
    if resource.ActiveCount == 0:
        _grant_exclusive(k, resource, me)
        return 1
    if row is not None and resource.Flag & EXCLUSIVE:
        row.OwnerCount += 1
        return 1
    if not wait:
        return 0
    if row is not None:
        k.bugcheck(
            VERIFIER, 0x1000, address,
            rule=f"a thread asked for the resource at {k.arch.format(address)} exclusively while it owns it shared",
            mend="release the shared acquisition first",
        )  # fmt: skip
    if not resource.ExclusiveWaiters:
        event = k.pool.allocate_system(k.sizeof("_KEVENT"), "event of an ERESOURCE")
        initialize(k, event, EVENT_SYNCHRONIZATION, k.sizeof("_KEVENT"), 0)
        resource.ExclusiveWaiters = event
    resource.NumberOfExclusiveWaiters += 1
    resource.ContentionCount += 1
    return Wait((resource.ExclusiveWaiters,), then=lambda k, status: 1, reason="WrResource")


def acquire_shared(k: Kernel, address: int, wait: int, manner: int = SHARED) -> Result:
    """TRUE when the calling thread has it shared (or had it exclusively)."""
    resource, me = _resource(k, address), k.thread.object
    _require_apcs_off(k, address, 0x37, "acquired")
    row = _row_of(k, resource, me)
    if resource.Flag & EXCLUSIVE:
        if row is not None:
            row.OwnerCount += 1
            return 1
        free = False
    else:
        waiting = resource.NumberOfExclusiveWaiters
        free = not waiting or manner == STARVE or (manner == SHARED and row is not None)
    if free:
        _grant_shared(k, resource, me)
        return 1
    if not wait:
        return 0
    if not resource.SharedWaiters:
        semaphore = k.pool.allocate_system(k.sizeof("_KSEMAPHORE"), "semaphore of an ERESOURCE")
        initialize(k, semaphore, SEMAPHORE, k.sizeof("_KSEMAPHORE"), 0)
        k.struct("_KSEMAPHORE", semaphore).Limit = 0x7FFFFFFF
        resource.SharedWaiters = semaphore
    resource.NumberOfSharedWaiters += 1
    resource.ContentionCount += 1
    return Wait((resource.SharedWaiters,), then=partial(_shared_at_last, address=address), reason="WrResource")


def _shared_at_last(k: Kernel, status: int, address: int) -> Result:
    _grant_shared(k, k.struct("_ERESOURCE", address), k.thread.object)
    return 1


def release(k: Kernel, address: int, thread: int) -> None:
    """A thread gives up one acquisition; the last one lets waiters in."""
    resource = _resource(k, address)
    _require_apcs_off(k, address, 0x38, "released")
    row = _row_of(k, resource, thread)
    if row is None:
        k.bugcheck(
            0xE3, address, thread, resource.OwnerTable, 3,
            rule=f"the resource at {k.arch.format(address)} was released by a thread that does not own it",
            mend="release it as often as it was acquired, in the thread that acquired it",
        )  # fmt: skip
        return
    row.OwnerCount = count = row.OwnerCount - 1
    if count:
        return
    row.OwnerThread = 0
    resource.ActiveEntries -= 1
    resource.ActiveCount = resource.ActiveEntries
    if resource.ActiveEntries:
        return
    resource.Flag &= ~EXCLUSIVE
    _let_in(k, resource)


def _let_in(k: Kernel, resource: Value) -> None:
    """Nobody owns it any more: the first waiter for exclusive gets it, or all sharers."""
    if resource.NumberOfExclusiveWaiters:
        event = resource.ExclusiveWaiters
        block = k.struct("_KWAIT_BLOCK", k.pointer(k.struct("_KEVENT", event).at("Header.WaitListHead")))
        resource.NumberOfExclusiveWaiters -= 1
        _grant_exclusive(k, resource, block.Thread)
        set_event(k, event)
    elif resource.NumberOfSharedWaiters:
        _let_sharers_in(k, resource)


def _let_sharers_in(k: Kernel, resource: Value) -> None:
    count = resource.NumberOfSharedWaiters
    if count:
        resource.NumberOfSharedWaiters = 0
        release_semaphore(k, resource.SharedWaiters, count)


def live_resources(k: Kernel, start: int, size: int) -> None:
    """Bug check when memory about to go holds a resource."""
    head = k.addresses.get(HEAD)
    if head is None or k.list_empty(head):
        return
    for entry in k.list_walk(head):
        if start <= entry < start + size:
            k.bugcheck(
                VERIFIER, 0xD2, entry, start, size,
                rule=f"pool was freed that holds an executive resource, at {k.arch.format(entry)}",
                mend="call ExDeleteResourceLite before its memory goes",
            )  # fmt: skip


def _require_apcs_off(k: Kernel, address: int, code: int, word: str) -> None:
    if not apcs_off(k):
        k.bugcheck(
            VERIFIER, code, k.irql, 0, address,
            rule=f"a resource was {word} with normal kernel APCs enabled",
            mend="call KeEnterCriticalRegion before it is acquired and KeLeaveCriticalRegion after it is released",
        )  # fmt: skip


# --- the exports -----------------------------------------------------------------------------------------------------
@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI NTSTATUS NTAPI ExInitializeResourceLite(_Out_ PERESOURCE Resource);",
    acquires="resource",
    stage=Stage(entry=4),
)
def ExInitializeResourceLite(k: Kernel, Resource: int) -> int:
    """Make a resource that nobody owns."""
    head = list_head(k, HEAD)
    if any(entry == Resource for entry in k.list_walk(head)):
        k.bugcheck(
            VERIFIER, 0xD0, Resource,
            rule=f"the resource at {k.arch.format(Resource)} was initialized a second time",
            mend="initialize it once, or delete it in between",
        )  # fmt: skip
    k.struct("_ERESOURCE", Resource).clear()
    k.list_insert_tail(head, Resource)
    k.acquire("resource", Resource, f"resource at {k.arch.format(Resource)}")
    return 0


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI NTSTATUS NTAPI ExReinitializeResourceLite(_Inout_ PERESOURCE Resource);"
)
def ExReinitializeResourceLite(k: Kernel, Resource: int) -> int:
    """Make a resource that is in use as good as new."""
    resource = _resource(k, Resource)
    resource.ActiveCount = resource.Flag = resource.ActiveEntries = resource.ContentionCount = 0
    resource.NumberOfSharedWaiters = resource.NumberOfExclusiveWaiters = 0
    for row in _rows(k, resource):
        row.OwnerThread = row.OwnerCount = 0
    return 0


@export(
    "_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI NTSTATUS NTAPI ExDeleteResourceLite(_Inout_ PERESOURCE Resource);",
    releases="resource",
    stage=Stage(unload=4),
)
def ExDeleteResourceLite(k: Kernel, Resource: int) -> int:
    """Take a resource out of use."""
    if not any(entry == Resource for entry in k.list_walk(list_head(k, HEAD))):
        k.bugcheck(
            VERIFIER, 0xD1, Resource,
            rule=f"the resource at {k.arch.format(Resource)} was deleted but never initialized, or twice",
            mend="delete each resource once",
        )  # fmt: skip
    resource = k.struct("_ERESOURCE", Resource)
    if resource.ActiveCount:
        k.bugcheck(
            VERIFIER, 0x100B, Resource, _rows(k, resource)[0].OwnerThread,
            rule=f"the resource at {k.arch.format(Resource)} was deleted while a thread owns it",
            mend="release it before it is deleted",
        )  # fmt: skip
    k.list_remove(Resource)
    for member in ("OwnerTable", "SharedWaiters", "ExclusiveWaiters"):
        if resource[member]:
            k.pool.free_system(resource[member])
            resource[member] = 0
    k.release("resource", Resource)
    return 0


_TAKE = "_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI BOOLEAN NTAPI"
_PARAMS = "(_Inout_ PERESOURCE Resource, _In_ BOOLEAN Wait);"


@export(f"{_TAKE} ExAcquireResourceExclusiveLite{_PARAMS}")
def ExAcquireResourceExclusiveLite(k: Kernel, Resource: int, Wait: int) -> Result:
    """Acquire a resource for this thread alone."""
    return acquire_exclusive(k, Resource, Wait)


@export(f"{_TAKE} ExTryToAcquireResourceExclusiveLite(_Inout_ PERESOURCE Resource);")
def ExTryToAcquireResourceExclusiveLite(k: Kernel, Resource: int) -> Result:
    """Acquire a resource for this thread alone if that needs no wait."""
    return acquire_exclusive(k, Resource, 0)


@export(f"{_TAKE} ExAcquireResourceSharedLite{_PARAMS}")
def ExAcquireResourceSharedLite(k: Kernel, Resource: int, Wait: int) -> Result:
    """Acquire a resource together with other sharers."""
    return acquire_shared(k, Resource, Wait)


@export(f"{_TAKE} ExAcquireSharedStarveExclusive{_PARAMS}")
def ExAcquireSharedStarveExclusive(k: Kernel, Resource: int, Wait: int) -> Result:
    """Acquire a resource shared, in front of those that wait for it exclusively."""
    return acquire_shared(k, Resource, Wait, STARVE)


@export(f"{_TAKE} ExAcquireSharedWaitForExclusive{_PARAMS}")
def ExAcquireSharedWaitForExclusive(k: Kernel, Resource: int, Wait: int) -> Result:
    """Acquire a resource shared, behind those that wait for it exclusively."""
    return acquire_shared(k, Resource, Wait, WAIT_FOR_EXCLUSIVE)


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID FASTCALL ExReleaseResourceLite(_Inout_ PERESOURCE Resource);"
)
def ExReleaseResourceLite(k: Kernel, Resource: int) -> None:
    """Give up an acquisition of this thread's."""
    release(k, Resource, k.thread.object)


@export("""_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID NTAPI ExReleaseResourceForThreadLite(
_Inout_ PERESOURCE Resource, _In_ ERESOURCE_THREAD ResourceThreadId);""")
def ExReleaseResourceForThreadLite(k: Kernel, Resource: int, ResourceThreadId: int) -> None:
    """Give up an acquisition of another thread's."""
    release(k, Resource, ResourceThreadId)


@export(
    "_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI VOID NTAPI ExConvertExclusiveToSharedLite(_Inout_ PERESOURCE Resource);"
)
def ExConvertExclusiveToSharedLite(k: Kernel, Resource: int) -> None:
    """Turn exclusive ownership into shared; sharers that wait come in."""
    resource = _resource(k, Resource)
    row = _row_of(k, resource, k.thread.object)
    if row is None or not resource.Flag & EXCLUSIVE:
        k.bugcheck(
            VERIFIER, 0x1007, Resource,
            rule="a resource was converted to shared by a thread that does not own it exclusively",
            mend="convert only what this thread acquired exclusively",
        )  # fmt: skip
    resource.Flag &= ~EXCLUSIVE
    _let_sharers_in(k, resource)


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI BOOLEAN NTAPI ExIsResourceAcquiredExclusiveLite(_In_ PERESOURCE Resource);"
)
def ExIsResourceAcquiredExclusiveLite(k: Kernel, Resource: int) -> int:
    """Tell whether this thread owns a resource exclusively."""
    resource = _resource(k, Resource)
    return int(bool(resource.Flag & EXCLUSIVE) and _row_of(k, resource, k.thread.object) is not None)


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI ULONG NTAPI ExIsResourceAcquiredSharedLite(_In_ PERESOURCE Resource);"
)
def ExIsResourceAcquiredSharedLite(k: Kernel, Resource: int) -> int:
    """Tell how often this thread owns a resource, either way."""
    row = _row_of(k, _resource(k, Resource), k.thread.object)
    return int(row.OwnerCount) if row is not None else 0


@export("_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI ULONG NTAPI ExGetSharedWaiterCount(_In_ PERESOURCE Resource);")
def ExGetSharedWaiterCount(k: Kernel, Resource: int) -> int:
    """Tell how many threads wait for a resource shared."""
    return int(_resource(k, Resource).NumberOfSharedWaiters)


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI ULONG NTAPI ExGetExclusiveWaiterCount(_In_ PERESOURCE Resource);"
)
def ExGetExclusiveWaiterCount(k: Kernel, Resource: int) -> int:
    """Tell how many threads wait for a resource exclusively."""
    return int(_resource(k, Resource).NumberOfExclusiveWaiters)


@export("_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI ULONG_PTR NTAPI ExGetCurrentResourceThread(VOID);")
def ExGetCurrentResourceThread(k: Kernel) -> int:
    """Tell this thread's number as an owner of resources."""
    return k.thread.object
