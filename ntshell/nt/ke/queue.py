"""Device queues (KDEVICE_QUEUE): the packets that wait until a device is free.

A queue that is not busy takes nothing in: the insertion makes it busy and the caller starts the packet itself.  A
removal from a busy queue that is empty makes it not busy; from one that is not busy it is a bug check (2).
"""

from __future__ import annotations

from ntshell.ctype.value import Value
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel

DEVICE_QUEUE_OBJECT = 20
DEVICE_QUEUE_NOT_BUSY = 0x02


def initialize_device_queue(k: Kernel, address: int) -> None:
    """Make an empty queue that is not busy."""
    queue = k.struct("_KDEVICE_QUEUE", address)
    queue.Type, queue["Size"] = DEVICE_QUEUE_OBJECT, k.sizeof("_KDEVICE_QUEUE")
    k.list_init(queue.at("DeviceListHead"))
    queue.Lock = 0
    queue.Busy = 0


def insert_device_queue(k: Kernel, address: int, entry: int, key: int | None = None) -> bool:
    """Queue an entry, behind all of its key or lower; False when the queue was not busy, and is now."""
    queue = k.struct("_KDEVICE_QUEUE", address)
    item = k.struct("_KDEVICE_QUEUE_ENTRY", entry)
    if key is not None:
        item.SortKey = key
    if not queue.Busy:
        queue.Busy = 1
        item.Inserted = 0
        return False
    head = queue.at("DeviceListHead")
    k.list_insert_tail(head if key is None else _first(k, head, key + 1) or head, entry)
    item.Inserted = 1
    return True


def remove_device_queue(k: Kernel, address: int, key: int | None = None) -> int:
    """Dequeue the first entry, or the first of that key or higher (and then the first of all); 0 when there is none."""
    queue = k.struct("_KDEVICE_QUEUE", address)
    if not queue.Busy:
        k.bugcheck(
            DEVICE_QUEUE_NOT_BUSY,
            address,
            rule=f"an entry was asked of the device queue at {k.arch.format(address)}, which is not busy",
            mend="start the next packet once for each packet that was started",
        )
    head = queue.at("DeviceListHead")
    if k.list_empty(head):
        queue.Busy = 0
        return 0
    entry = (_first(k, head, key) if key is not None else 0) or k.pointer(head)
    _unlink(k, k.struct("_KDEVICE_QUEUE_ENTRY", entry))
    return entry


def remove_entry_device_queue(k: Kernel, entry: int) -> bool:
    """Take an entry out; False when it is not queued."""
    item = k.struct("_KDEVICE_QUEUE_ENTRY", entry)
    if not item.Inserted:
        return False
    _unlink(k, item)
    return True


def _first(k: Kernel, head: int, key: int) -> int:
    for entry in k.list_walk(head):
        if k.struct("_KDEVICE_QUEUE_ENTRY", entry).SortKey >= key:
            return entry
    return 0


def _unlink(k: Kernel, item: Value) -> None:
    k.list_remove(item.at("DeviceListEntry"))
    item.Inserted = 0


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID KeInitializeDeviceQueue(_Out_ PKDEVICE_QUEUE DeviceQueue);",
    stage=Stage(entry=4),
)
def KeInitializeDeviceQueue(k: Kernel, DeviceQueue: int) -> Result:
    """Makes an empty device queue that is not busy."""
    initialize_device_queue(k, DeviceQueue)
    return None


@export("""_IRQL_requires_(DISPATCH_LEVEL)
NTKERNELAPI BOOLEAN KeInsertDeviceQueue(_Inout_ PKDEVICE_QUEUE DeviceQueue,
    _Inout_ PKDEVICE_QUEUE_ENTRY DeviceQueueEntry);""")
def KeInsertDeviceQueue(k: Kernel, DeviceQueue: int, DeviceQueueEntry: int) -> Result:
    """Queues an entry at the tail; FALSE when the queue was not busy: it is now, and the caller starts the entry."""
    return int(insert_device_queue(k, DeviceQueue, DeviceQueueEntry))


@export("""_IRQL_requires_(DISPATCH_LEVEL)
NTKERNELAPI BOOLEAN KeInsertByKeyDeviceQueue(_Inout_ PKDEVICE_QUEUE DeviceQueue,
    _Inout_ PKDEVICE_QUEUE_ENTRY DeviceQueueEntry, _In_ ULONG SortKey);""")
def KeInsertByKeyDeviceQueue(k: Kernel, DeviceQueue: int, DeviceQueueEntry: int, SortKey: int) -> Result:
    """Queues an entry in order of its key; FALSE when the queue was not busy."""
    return int(insert_device_queue(k, DeviceQueue, DeviceQueueEntry, SortKey))


@export("""_IRQL_requires_(DISPATCH_LEVEL)
NTKERNELAPI PKDEVICE_QUEUE_ENTRY KeRemoveDeviceQueue(_Inout_ PKDEVICE_QUEUE DeviceQueue);""")
def KeRemoveDeviceQueue(k: Kernel, DeviceQueue: int) -> Result:
    """Dequeues the first entry; NULL when there is none, and the queue is not busy any more."""
    return remove_device_queue(k, DeviceQueue)


@export("""_IRQL_requires_(DISPATCH_LEVEL)
NTKERNELAPI PKDEVICE_QUEUE_ENTRY KeRemoveByKeyDeviceQueue(_Inout_ PKDEVICE_QUEUE DeviceQueue, _In_ ULONG SortKey);""")
def KeRemoveByKeyDeviceQueue(k: Kernel, DeviceQueue: int, SortKey: int) -> Result:
    """Dequeues the first entry of that key or a higher one, else the first of all; NULL when there is none."""
    return remove_device_queue(k, DeviceQueue, SortKey)


@export("""_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI BOOLEAN KeRemoveEntryDeviceQueue(_Inout_ PKDEVICE_QUEUE DeviceQueue,
    _Inout_ PKDEVICE_QUEUE_ENTRY DeviceQueueEntry);""")
def KeRemoveEntryDeviceQueue(k: Kernel, DeviceQueue: int, DeviceQueueEntry: int) -> Result:
    """Takes an entry out of the queue; FALSE when it is not in it."""
    return int(remove_entry_device_queue(k, DeviceQueueEntry))
