"""Dispatcher objects: what all things that a thread may wait for have in common.

The header's SignalState says whether a wait is satisfied, its list holds the KWAIT_BLOCKs of those that wait.
Satisfying a wait resets synchronization objects, takes one from a semaphore, and gives a mutant to the thread.
"""

from __future__ import annotations

from ntshell.ctype.value import Value
from ntshell.nt.kernel import Kernel

EVENT_NOTIFICATION, EVENT_SYNCHRONIZATION, MUTANT, PROCESS, QUEUE, SEMAPHORE, THREAD = range(7)
TIMER_NOTIFICATION, TIMER_SYNCHRONIZATION = 8, 9
KINDS = frozenset(range(7)) | {8, 9}
_KIND = 0x7


def initialize(k: Kernel, address: int, kind: int, size: int, state: int) -> Value:
    """Fill a DISPATCHER_HEADER; `size` is the object's, in bytes."""
    header = k.struct("_DISPATCHER_HEADER", address)
    header.Lock = kind | (size // 4) << 16
    header.SignalState = state
    k.list_init(header.at("WaitListHead"))
    return header


def is_signalled(k: Kernel, address: int, thread: int) -> bool:
    """Whether a wait of that KTHREAD on that object would be satisfied now."""
    header = k.struct("_DISPATCHER_HEADER", address)
    if header.SignalState > 0:
        return True
    return bool(header.Type == MUTANT and k.struct("_KMUTANT", address).OwnerThread == thread)


def satisfy(k: Kernel, address: int, thread: int) -> int:
    """Take what the wait is for; STATUS_ABANDONED's bit when a mutant's owner went without releasing it."""
    header = k.struct("_DISPATCHER_HEADER", address)
    kind = header.Type
    if kind == MUTANT:
        return _own(k, address, thread)
    if kind & _KIND == EVENT_SYNCHRONIZATION:
        header.SignalState = 0
    elif kind == SEMAPHORE:
        header.SignalState = header.SignalState - 1
    return 0


def _own(k: Kernel, address: int, thread: int) -> int:
    mutant = k.struct("_KMUTANT", address)
    state = mutant.Header.SignalState - 1
    mutant.Header.SignalState = state
    if state != 0:
        return 0
    owner = k.struct("_KTHREAD", thread)
    if mutant.ApcDisable:
        owner.KernelApcDisable = owner.KernelApcDisable - mutant.ApcDisable
    mutant.OwnerThread = thread
    k.list_insert_tail(owner.at("MutantListHead"), mutant.at("MutantListEntry"))
    if not mutant.Abandoned:
        return 0
    mutant.Abandoned = 0
    return 0x80
