"""Sequenced singly linked lists (SLIST_HEADER): a depth, a sequence number and the first entry in one word or two.

Rules: entries are aligned (16 bytes on x64); every push counts the sequence up, as the processor's compare-exchange needs.
The forms with a spin lock take it for as long as they run, which nothing can see here.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.kernel import Kernel


def first(k: Kernel, head: int) -> int:
    """Address of the first entry, 0 when empty."""
    if k.arch.pointer == 4:
        return k.memory.load(head, 4)
    return k.memory.load(head + 8, 8) >> 4 << 4


def depth(k: Kernel, head: int) -> int:
    """How many entries there are."""
    return k.memory.load(head + 4, 2) if k.arch.pointer == 4 else k.memory.load(head, 2)


def _put(k: Kernel, head: int, entry: int, change: int) -> None:
    count = (depth(k, head) + change) & 0xFFFF
    if k.arch.pointer == 4:
        sequence = k.memory.load(head + 6, 2) + (change > 0)
        k.memory.store(head, 8, entry | count << 32 | (sequence & 0xFFFF) << 48)
        return
    sequence = (k.memory.load(head, 8) >> 16) + (change > 0)
    k.memory.store(head, 8, count | (sequence & (1 << 48) - 1) << 16)
    k.memory.store(head + 8, 8, entry | 3)  # HeaderType and Init


def push(k: Kernel, head: int, entry: int) -> int:
    """Put an entry at the front; the one that was there."""
    old = first(k, head)
    k.set_pointer(entry, old)
    _put(k, head, entry, 1)
    return old


def pop(k: Kernel, head: int) -> int:
    """Take the front entry; 0 when there is none."""
    entry = first(k, head)
    if entry:
        _put(k, head, k.pointer(entry), -1)
    return entry


def flush(k: Kernel, head: int) -> int:
    """Take all entries; the first of them."""
    entry = first(k, head)
    if entry:
        _put(k, head, 0, -depth(k, head))
    return entry


def initialize(k: Kernel, head: int) -> None:
    """Make a list empty."""
    k.memory.write(head, bytes(2 * k.arch.pointer))


@export("_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI VOID NTAPI InitializeSListHead(_Out_ PSLIST_HEADER SListHead);")
def InitializeSListHead(k: Kernel, SListHead: int) -> None:
    """Make a sequenced list empty."""
    initialize(k, SListHead)


@export("_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI VOID NTAPI ExInitializeSListHead(_Out_ PSLIST_HEADER SListHead);")
def ExInitializeSListHead(k: Kernel, SListHead: int) -> None:
    """Make a sequenced list empty."""
    initialize(k, SListHead)


@export("_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI USHORT NTAPI ExQueryDepthSList(_In_ PSLIST_HEADER SListHead);")
def ExQueryDepthSList(k: Kernel, SListHead: int) -> int:
    """Tell how many entries a sequenced list has."""
    return depth(k, SListHead)


@export("""_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI PSLIST_ENTRY FASTCALL InterlockedPushEntrySList(
_Inout_ PSLIST_HEADER ListHead, _Inout_ PSLIST_ENTRY ListEntry);""")
def InterlockedPushEntrySList(k: Kernel, ListHead: int, ListEntry: int) -> int:
    """Put an entry at the front of a sequenced list."""
    return push(k, ListHead, ListEntry)


@export("""_IRQL_requires_max_(HIGH_LEVEL)
NTKERNELAPI PSLIST_ENTRY FASTCALL InterlockedPopEntrySList(_Inout_ PSLIST_HEADER ListHead);""")
def InterlockedPopEntrySList(k: Kernel, ListHead: int) -> int:
    """Take the front entry of a sequenced list."""
    return pop(k, ListHead)


@export("""_IRQL_requires_max_(HIGH_LEVEL)
NTKERNELAPI PSLIST_ENTRY FASTCALL InterlockedFlushSList(_Inout_ PSLIST_HEADER ListHead);""")
def InterlockedFlushSList(k: Kernel, ListHead: int) -> int:
    """Take all entries of a sequenced list."""
    return flush(k, ListHead)


@export("""_IRQL_requires_max_(HIGH_LEVEL)
NTKERNELAPI PSLIST_ENTRY FASTCALL ExInterlockedFlushSList(_Inout_ PSLIST_HEADER ListHead);""")
def ExInterlockedFlushSList(k: Kernel, ListHead: int) -> int:
    """Take all entries of a sequenced list."""
    return flush(k, ListHead)


@export("""_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI PSLIST_ENTRY FASTCALL ExInterlockedPushEntrySList(
_Inout_ PSLIST_HEADER ListHead, _Inout_ PSLIST_ENTRY ListEntry, _Inout_ PKSPIN_LOCK Lock);""")
def ExInterlockedPushEntrySList(k: Kernel, ListHead: int, ListEntry: int, Lock: int) -> int:
    """Put an entry at the front of a sequenced list under a lock."""
    return push(k, ListHead, ListEntry)


@export("""_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI PSLIST_ENTRY FASTCALL ExInterlockedPopEntrySList(
_Inout_ PSLIST_HEADER ListHead, _Inout_ PKSPIN_LOCK Lock);""")
def ExInterlockedPopEntrySList(k: Kernel, ListHead: int, Lock: int) -> int:
    """Take the front entry of a sequenced list under a lock."""
    return pop(k, ListHead)
