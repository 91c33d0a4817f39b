"""Waiting: parking a thread on dispatcher objects, and waking it.

A parked thread has a KWAIT_BLOCK for each object, linked into the object's WaitListHead and chained from the
KTHREAD; so `dt` sees who waits for what, and an object that is freed while somebody waits breaks that list as it
would in NT. Waiters are served in the order they came.

Rules: only a wait with a time-out of zero may be made at DISPATCH_LEVEL; more than THREAD_WAIT_OBJECTS objects need
the caller's wait blocks; after Wait=TRUE (KeSetEvent and its kin) the next call is the wait, and it restores the
IRQL.
"""

from __future__ import annotations

import attrs

from ntshell.machine.thread import Pending, Thread
from ntshell.nt.export import DISPATCH_LEVEL, Stage, export
from ntshell.nt.flow import Result, Wait
from ntshell.nt.ke import clock
from ntshell.nt.ke.checks import VERIFIER, in_dpc, level_name
from ntshell.nt.ke.dispatcher import KINDS, is_signalled, satisfy
from ntshell.nt.ke.state import READY, WAITING
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import STATUS_SUCCESS, STATUS_TIMEOUT

WAIT_ALL, WAIT_ANY = 0, 1
THREAD_WAIT_OBJECTS, MAXIMUM_WAIT_OBJECTS = 3, 64
BLOCK_ACTIVE, BLOCK_INACTIVE = 1, 5
REASONS = ("Executive", "FreePage", "PageIn", "PoolAllocation", "DelayExecution", "Suspended", "UserRequest")
_WR_BASE = 7  # WrExecutive and the rest repeat the same words


@attrs.frozen(repr=False)
class Parked:
    """What a waiting thread waits for; `blocks` is the address of its first KWAIT_BLOCK, 0 for a mere delay."""

    objects: tuple[int, ...]
    deadline: int | None
    all: bool
    reason: str
    alertable: bool
    io: bool
    blocks: int
    order: int


# --- for the engine -------------------------------------------------------------------------------------------------
def begin_wait(k: Kernel, thread: Thread, wait: Wait) -> int | None:
    """Satisfy a wait at once and return its status, or park the thread and return None."""
    array = k.ke.wait_array
    if array:
        k.journal.set(k.ke, "wait_array", 0)
    found = _try(k, thread.object, wait.objects, wait.all)
    if found is not None:
        return found
    if wait.deadline is not None and wait.deadline <= k.machine.now:
        return STATUS_TIMEOUT
    blocks = _link(k, thread.object, wait, array) if wait.objects else 0
    _count(k)
    parked = Parked(wait.objects, wait.deadline, wait.all, wait.reason, wait.alertable, wait.io, blocks, k.ke.readied)
    k.journal.set(thread, "wait", parked)
    k.journal.set(thread, "state", "waiting")
    kthread = k.struct("_KTHREAD", thread.object)
    kthread.State = WAITING
    kthread.WaitReason = REASONS.index(wait.reason) if wait.reason in REASONS else 0
    kthread.Alertable = wait.alertable
    k.emit(
        "wait", f"{thread.name} waits", begin=True, number=thread.number, objects=wait.objects, deadline=wait.deadline
    )
    return None


def end_wait(k: Kernel, thread: Thread, status: int) -> None:
    """Unpark a thread: its wait gives `status`, and it is ready to run."""
    parked: Parked = thread.wait
    if parked.blocks:
        _unlink(k, parked.blocks)
    kthread = k.struct("_KTHREAD", thread.object)
    kthread.WaitBlockList = 0
    kthread.WaitStatus = status
    pending = thread.frames[-1]
    assert isinstance(pending, Pending)
    k.journal.set(pending, "value", status)
    k.journal.set(pending, "pc", 1)
    k.journal.set(thread, "wait", None)
    make_ready(k, thread)
    k.emit("wait", f"{thread.name} goes on", begin=False, number=thread.number, status=status)


def make_ready(k: Kernel, thread: Thread) -> None:
    """Put a thread behind the others that are ready."""
    _count(k)
    k.journal.set(thread, "order", k.ke.readied)
    k.journal.set(thread, "state", "ready")
    k.struct("_KTHREAD", thread.object).State = READY


def wake(k: Kernel, address: int) -> None:
    """After an object's signal state rose: end the waits that it satisfies, first come first served."""
    header = k.struct("_DISPATCHER_HEADER", address)
    head = header.at("WaitListHead")
    if k.list_empty(head):
        return
    for entry in list(k.list_walk(head)):
        if header.SignalState <= 0:
            return
        block = k.struct("_KWAIT_BLOCK", entry)
        thread = thread_of(k, block.Thread)
        if thread is None or thread.wait is None:
            continue
        if block.WaitType == WAIT_ANY:
            status = block.WaitKey + satisfy(k, address, thread.object)
        else:
            every = _try(k, thread.object, thread.wait.objects, True)
            if every is None:
                continue
            status = every
        end_wait(k, thread, status)


def expire_waits(k: Kernel) -> None:
    """End the waits whose time is over, in the order of their deadlines."""
    due = [t for t in k.machine.threads if t.wait is not None and t.wait.deadline is not None]
    late = [t for t in due if t.wait.deadline <= k.machine.now]
    for thread in sorted(late, key=lambda t: (t.wait.deadline, t.wait.order)):
        end_wait(k, thread, STATUS_TIMEOUT)


def next_deadline(k: Kernel) -> int | None:
    """The soonest time-out of a wait."""
    times = [t.wait.deadline for t in k.machine.threads if t.wait is not None and t.wait.deadline is not None]
    return min(times, default=None)


def thread_of(k: Kernel, kthread: int) -> Thread | None:
    """The thread with that KTHREAD."""
    for thread in k.machine.threads:
        if thread.object == kthread:
            return thread
    return None


# --- wait blocks ----------------------------------------------------------------------------------------------------
def _try(k: Kernel, thread: int, objects: tuple[int, ...], every: bool) -> int | None:
    if not objects:
        return None
    if every and len(objects) > 1:
        if not all(is_signalled(k, address, thread) for address in objects):
            return None
        abandoned = [satisfy(k, address, thread) for address in objects]
        return max(abandoned)
    for key, address in enumerate(objects):
        if is_signalled(k, address, thread):
            return key + satisfy(k, address, thread)
    return None


def _link(k: Kernel, thread: int, wait: Wait, array: int) -> int:
    kthread = k.struct("_KTHREAD", thread)
    size = k.sizeof("_KWAIT_BLOCK")
    first = array or kthread.at("WaitBlock")
    for key, address in enumerate(wait.objects):
        block = k.struct("_KWAIT_BLOCK", first + key * size)
        block.Thread = thread
        block.Object = address
        block.WaitKey = key
        block.WaitType = WAIT_ALL if wait.all and len(wait.objects) > 1 else WAIT_ANY
        block.BlockState = BLOCK_ACTIVE
        block.NextWaitBlock = first + (key + 1) % len(wait.objects) * size
        k.list_insert_tail(k.struct("_DISPATCHER_HEADER", address).at("WaitListHead"), block.address)
    kthread.WaitBlockList = first
    return first


def _unlink(k: Kernel, first: int) -> None:
    here = first
    while True:
        block = k.struct("_KWAIT_BLOCK", here)
        k.list_remove(here)
        block.BlockState = BLOCK_INACTIVE
        here = block.NextWaitBlock
        if here == first:
            return


def _count(k: Kernel) -> None:
    k.journal.set(k.ke, "readied", k.ke.readied + 1)


# --- Wait=TRUE ------------------------------------------------------------------------------------------------------
def announce(k: Kernel) -> None:
    """The caller of KeSetEvent (or kin) with Wait TRUE stays at DISPATCH_LEVEL until its wait, which comes next."""
    kthread = k.struct("_KTHREAD", k.thread.object)
    kthread.WaitIrql = k.irql
    kthread.WaitNext = 1
    k.set_irql(DISPATCH_LEVEL)


def open_wait(k: Kernel) -> None:
    """At the head of every wait: the level goes back if the wait was announced."""
    kthread = k.struct("_KTHREAD", k.thread.object)
    if kthread.WaitNext:
        kthread.WaitNext = 0
        k.set_irql(kthread.WaitIrql)


# --- exports --------------------------------------------------------------------------------------------------------
def require_level(k: Kernel, address: int, timeout: int, blocking: bool, routine: str) -> None:
    """Bug check for a wait at a level that allows none."""
    irql = k.irql
    if irql < DISPATCH_LEVEL or not blocking and irql == DISPATCH_LEVEL:
        return
    if irql > DISPATCH_LEVEL:
        code, why = 0x120, "no wait of any kind is possible there"
    elif in_dpc(k):
        k.bugcheck(
            0xB8,
            k.thread.object,
            0,
            k.thread.stack,
            rule=f"{routine} would block in a DPC routine: no other thread can run until the routine returns",
            mend="hand the work to a system thread or a work item",
        )
    else:
        code = 0x122 if timeout else 0x121
        why = "only a time-out of zero is allowed there"
    k.bugcheck(
        VERIFIER,
        code,
        irql,
        address,
        timeout,
        rule=f"{routine} was called at {level_name(irql)}; {why}",
        mend="wait at PASSIVE_LEVEL or APC_LEVEL, or poll with a time-out of zero",
    )


def reason_name(number: int) -> str:
    """A KWAIT_REASON in words."""
    return REASONS[number % _WR_BASE] if 0 <= number < 2 * _WR_BASE else REASONS[0]


def _wait(k: Kernel, wait: Wait, timeout: int, routine: str) -> Result:
    open_wait(k)
    interval = k.struct("_LARGE_INTEGER", timeout).QuadPart if timeout else None
    require_level(k, wait.objects[0], timeout, interval != 0, routine)
    for address in wait.objects:
        if k.memory.load(address, 1) not in KINDS:
            k.bugcheck(
                VERIFIER,
                0x1002,
                address,
                rule=f"{routine} waits for {k.arch.format(address)}, which is no initialized dispatcher object",
                mend="initialize the object first, and wait for its address",
            )
    if interval == 0:
        found = _try(k, k.thread.object, wait.objects, wait.all)
        k.journal.set(k.ke, "wait_array", 0)
        return STATUS_TIMEOUT if found is None else found
    if interval is not None:
        wait = attrs.evolve(wait, deadline=clock.due(k, interval))
    return wait


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI NTSTATUS KeWaitForSingleObject(_In_ PVOID Object, _In_ KWAIT_REASON WaitReason,
        _In_ KPROCESSOR_MODE WaitMode, _In_ BOOLEAN Alertable, _In_opt_ PLARGE_INTEGER Timeout);""",
    stage=Stage(unload=2),
)
def KeWaitForSingleObject(
    k: Kernel, Object: int, WaitReason: int, WaitMode: int, Alertable: int, Timeout: int
) -> Result:
    """Waits until an object is signalled or the time is over."""
    wait = Wait((Object,), reason=reason_name(WaitReason), alertable=bool(Alertable))
    return _wait(k, wait, Timeout, "KeWaitForSingleObject")


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI NTSTATUS KeWaitForMultipleObjects(_In_ ULONG Count, _In_ PVOID *Object, _In_ WAIT_TYPE WaitType,
        _In_ KWAIT_REASON WaitReason, _In_ KPROCESSOR_MODE WaitMode, _In_ BOOLEAN Alertable,
        _In_opt_ PLARGE_INTEGER Timeout, _Out_opt_ PKWAIT_BLOCK WaitBlockArray);""",
    stage=Stage(unload=2),
)
def KeWaitForMultipleObjects(
    k: Kernel,
    Count: int,
    Object: int,
    WaitType: int,
    WaitReason: int,
    WaitMode: int,
    Alertable: int,
    Timeout: int,
    WaitBlockArray: int,
) -> Result:
    """Waits until any or all of several objects are signalled, or the time is over."""
    limit = MAXIMUM_WAIT_OBJECTS if WaitBlockArray else THREAD_WAIT_OBJECTS
    if not 0 < Count <= limit:
        k.bugcheck(
            0x0C,
            Count,
            limit,
            rule=f"KeWaitForMultipleObjects was asked to wait for {Count} objects; "
            + ("there may be 64 at most" if WaitBlockArray else "without a WaitBlockArray there may be 3 at most"),
            mend="give an array of that many KWAIT_BLOCKs in nonpaged memory, for 64 objects at most",
        )
    width = k.arch.pointer
    objects = tuple(k.pointer(Object + n * width) for n in range(Count))
    k.journal.set(k.ke, "wait_array", WaitBlockArray)
    wait = Wait(objects, all=WaitType == WAIT_ALL, reason=reason_name(WaitReason), alertable=bool(Alertable))
    return _wait(k, wait, Timeout, "KeWaitForMultipleObjects")


def delay(k: Kernel, interval: int, alertable: bool) -> Result:
    """Park the present thread for a while; a status of success when it is over."""
    return Wait((), clock.due(k, interval), reason="DelayExecution", alertable=alertable, then=_delayed)


def _delayed(k: Kernel, status: int) -> Result:
    return STATUS_SUCCESS if status == STATUS_TIMEOUT else status
