"""Work items: routines that a system worker thread runs at PASSIVE_LEVEL.

Rules: a queue of each type is a list and a semaphore, its thread is made when the first item is queued; an item is off
the queue before its routine runs, so the routine may free or queue it again; a routine returns at PASSIVE_LEVEL.
An IO_WORKITEM is nt's own: a WORK_QUEUE_ITEM, the driver's routine, the device object and the context.
"""

from __future__ import annotations

from functools import partial

from ntshell.nt.ex.data import cell
from ntshell.nt.export import PASSIVE_LEVEL, Stage, export
from ntshell.nt.flow import Call, Result, Wait
from ntshell.nt.internal import internal
from ntshell.nt.ke.dispatcher import SEMAPHORE, initialize
from ntshell.nt.ke.semaphore import release_semaphore
from ntshell.nt.kernel import Kernel

WORKER_BAD_IRQL, WORKER_INVALID, VERIFIER = 0xE1, 0xE4, 0xC4
NAMES = ("Critical", "Delayed", "HyperCritical", "Normal", "Background", "RealTime", "SuperCritical")


def queue(k: Kernel, kind: int) -> int:
    """The address of a work queue (list head, semaphore); its thread is made with it."""
    name = NAMES[kind] if kind < len(NAMES) else "Custom"
    links = 2 * k.arch.pointer
    address, fresh = cell(k, f"ExWorkerQueue{name}", links + k.sizeof("_KSEMAPHORE"))
    if fresh:
        from ntshell.nt.ps.thread import new_thread

        k.list_init(address)
        initialize(k, address + links, SEMAPHORE, k.sizeof("_KSEMAPHORE"), 0)
        k.struct("_KSEMAPHORE", address + links).Limit = 0x7FFFFFFF
        new_thread(k, f"{name} worker", k.address_of("ExpWorkerThread"), address)
    return address


def enqueue(k: Kernel, item: int, kind: int) -> None:
    """Put a WORK_QUEUE_ITEM at the end of a queue."""
    head = queue(k, kind)
    if any(entry == item for entry in k.list_walk(head)):
        k.bugcheck(
            WORKER_INVALID, 1, item, 0, 0,
            rule=f"the work item at {k.arch.format(item)} was queued while it is queued already",
            mend="queue it again only after its routine has begun",
        )  # fmt: skip
    region = k.memory.find(item)
    if region is not None and region.kind == "paged":
        k.bugcheck(
            VERIFIER, 0x131, item,
            rule=f"the work item at {k.arch.format(item)} lies in pageable memory",
            mend="keep work items in nonpaged pool",
        )  # fmt: skip
    k.list_insert_tail(head, item)
    release_semaphore(k, head + 2 * k.arch.pointer, 1)


@internal("ExpWorkerThread")
def worker_thread(k: Kernel, head: int) -> Result:
    """A worker's loop: wait for an item, run it, again."""
    return _next(k, head)


def _next(k: Kernel, head: int) -> Result:
    return Wait((head + 2 * k.arch.pointer,), then=partial(_take, head=head), reason="WrQueue")


def _take(k: Kernel, status: int, head: int) -> Result:
    item = k.pointer(head)
    if item == head:
        return _next(k, head)
    k.list_remove(item)
    entry = k.struct("_WORK_QUEUE_ITEM", item)
    routine, parameter = entry.WorkerRoutine, entry.Parameter
    k.set_pointer(item, 0)
    return Call(routine, (parameter,), partial(_done, head=head, routine=routine, parameter=parameter))


def _done(k: Kernel, value: int, head: int, routine: int, parameter: int) -> Result:
    if k.irql != PASSIVE_LEVEL:
        k.bugcheck(
            WORKER_BAD_IRQL, routine, k.irql, parameter, parameter,
            rule=f"a work item's routine returned at IRQL {k.irql}",
            mend="lower the IRQL or release the lock before the routine returns",
        )  # fmt: skip
    return _next(k, head)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID NTAPI ExQueueWorkItem(_Inout_ PWORK_QUEUE_ITEM WorkItem, _In_ WORK_QUEUE_TYPE QueueType);"""
)
def ExQueueWorkItem(k: Kernel, WorkItem: int, QueueType: int) -> None:
    """Have a system worker thread run an item."""
    enqueue(k, WorkItem, QueueType)


# --- the I/O manager's ------------------------------------------------------------------------------------------------
def _part(k: Kernel, item: int, n: int) -> int:
    """The address of an IO_WORKITEM's routine (0), device object (1) or context (2)."""
    return item + k.sizeof("_WORK_QUEUE_ITEM") + n * k.arch.pointer


@internal("IopProcessWorkItem")
def process_work_item(k: Kernel, item: int) -> Result:
    """What the worker calls for an IO_WORKITEM: the driver's routine; the item may be freed by it."""
    routine, device, context = (k.pointer(_part(k, item, n)) for n in range(3))
    return Call(routine, (device, context), lambda k, value: None)


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI PIO_WORKITEM NTAPI IoAllocateWorkItem(_In_ PDEVICE_OBJECT DeviceObject);",
    acquires="workitem",
    fails=(0,),
)
def IoAllocateWorkItem(k: Kernel, DeviceObject: int) -> int:
    """Allocate a work item for a device."""
    item: int = k.pool.allocate_system(_part(k, 0, 3), "IO_WORKITEM")
    k.set_pointer(_part(k, item, 1), DeviceObject)
    k.acquire("workitem", item, f"work item for the device at {k.arch.format(DeviceObject)}")
    return item


@export("""_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID NTAPI IoQueueWorkItem(_Inout_ PIO_WORKITEM IoWorkItem,
_In_ PIO_WORKITEM_ROUTINE WorkerRoutine, _In_ WORK_QUEUE_TYPE QueueType, _In_opt_ PVOID Context);""")
def IoQueueWorkItem(k: Kernel, IoWorkItem: int, WorkerRoutine: int, QueueType: int, Context: int) -> None:
    """Have a system worker thread call a routine with the device and a context."""
    entry = k.struct("_WORK_QUEUE_ITEM", IoWorkItem)
    k.set_pointer(_part(k, IoWorkItem, 0), WorkerRoutine)
    k.set_pointer(_part(k, IoWorkItem, 2), Context)
    entry.WorkerRoutine = k.address_of("IopProcessWorkItem")
    entry.Parameter = IoWorkItem
    enqueue(k, IoWorkItem, QueueType)


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID NTAPI IoFreeWorkItem(_In_ PIO_WORKITEM IoWorkItem);",
    releases="workitem",
    stage=Stage(unload=3),
)
def IoFreeWorkItem(k: Kernel, IoWorkItem: int) -> None:
    """Free a work item; it must not be queued."""
    if k.pointer(IoWorkItem):
        k.bugcheck(
            WORKER_INVALID, 1, IoWorkItem, 0, 0,
            rule=f"the work item at {k.arch.format(IoWorkItem)} was freed while it is queued",
            mend="free it when its routine has run",
        )  # fmt: skip
    k.pool.free_system(IoWorkItem)
    k.release("workitem", IoWorkItem)
