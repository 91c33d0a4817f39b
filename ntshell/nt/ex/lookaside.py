"""Lookaside lists: blocks of one size, taken from and given back to a list in front of pool.

Rules: every list is linked into one of nt's two lists of them until it is deleted; the first member of a block on the
list is its link.  A depth of zero is kept, as with Driver Verifier on: each block goes to its own pages and back, so
that a touch after it was given back is seen.
"""

from __future__ import annotations

from functools import partial

from ntshell.nt.ex import pool, slist
from ntshell.nt.ex.data import list_head
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Call, Result
from ntshell.nt.kernel import Kernel

VERIFIER = 0xC4
HEADS = ("ExNPagedLookasideListHead", "ExPagedLookasideListHead")
MAXIMUM_DEPTH = 256
MAKE, DELETE = Stage(entry=4), Stage(unload=4)


def initialize(k: Kernel, address: int, paged: int, routines: tuple[int, int], flags: int, size: int, tag: int) -> None:
    """Make a list; `routines` are the driver's own Allocate and Free, or 0."""
    if _listed(k, address, paged):
        k.bugcheck(
            VERIFIER, 0xCA, address,
            rule=f"the lookaside list at {k.arch.format(address)} was initialized a second time",
            mend="delete it before it is initialized again",
        )  # fmt: skip
    if size < k.arch.pointer:
        k.bugcheck(
            VERIFIER, 0xCD, address, size, k.arch.pointer,
            rule=f"a lookaside list for blocks of {size} bytes; a block must hold a pointer",
            mend="give the size of the structure that is allocated from it",
        )  # fmt: skip
    name = "_PAGED_LOOKASIDE_LIST" if paged else "_NPAGED_LOOKASIDE_LIST"
    whole = k.struct(name, address)
    whole.clear()
    lookaside = k.struct("_GENERAL_LOOKASIDE", address)
    lookaside.MaximumDepth = MAXIMUM_DEPTH
    lookaside.Type = flags & ~1 | paged
    lookaside.Tag = tag
    lookaside["Size"] = size
    lookaside.Allocate = routines[0] or k.addresses.get("ExAllocatePoolWithTag", 0)
    lookaside.Free = routines[1] or k.addresses.get("ExFreePool", 0)
    k.list_insert_tail(list_head(k, HEADS[paged]), lookaside.at("ListEntry"))
    k.acquire("lookaside", address, f"lookaside list of {size}-byte blocks, tag '{pool.tag_text(tag)}'")


def _listed(k: Kernel, address: int, paged: int) -> bool:
    link = k.struct("_GENERAL_LOOKASIDE", address).at("ListEntry")
    return any(entry == link for entry in k.list_walk(list_head(k, HEADS[paged])))


def allocate(k: Kernel, address: int) -> Result:
    """A block of a list."""
    lookaside = k.struct("_GENERAL_LOOKASIDE", address)
    lookaside.TotalAllocates += 1
    entry = slist.pop(k, address)
    if entry:
        return entry
    lookaside.AllocateMisses += 1
    kind, size, tag, routine = lookaside.Type, lookaside["Size"], lookaside.Tag, lookaside.Allocate
    if routine in k.codes:
        return Call(routine, (kind, size, tag))
    return pool.allocate(k, kind, size, tag)


def release(k: Kernel, address: int, block: int) -> Result:
    """Give a block back to its list."""
    lookaside = k.struct("_GENERAL_LOOKASIDE", address)
    lookaside.TotalFrees += 1
    if slist.depth(k, address) < lookaside.Depth:
        slist.push(k, address, block)
        return None
    lookaside.FreeMisses += 1
    return _drop(k, lookaside.Free, block)


def _drop(k: Kernel, routine: int, block: int) -> Result:
    if routine in k.codes:
        return Call(routine, (block,), lambda k, value: None)
    pool.free(k, block)
    return None


def delete(k: Kernel, address: int, paged: int) -> Result:
    """Take a list out of use; the blocks on it go, those that are out stay owed."""
    if not _listed(k, address, paged):
        k.bugcheck(
            VERIFIER, 0xCB, address,
            rule=f"a lookaside list at {k.arch.format(address)} was deleted that was never initialized, or twice",
            mend="delete each list once",
        )  # fmt: skip
    lookaside = k.struct("_GENERAL_LOOKASIDE", address)
    k.list_remove(lookaside.at("ListEntry"))
    k.release("lookaside", address)
    return _drain(k, 0, address=address)


def _drain(k: Kernel, value: int, address: int) -> Result:
    """Free what is on the list, one block after the other."""
    routine = k.struct("_GENERAL_LOOKASIDE", address).Free
    while block := slist.pop(k, address):
        if routine in k.codes:
            return Call(routine, (block,), partial(_drain, address=address))
        pool.free(k, block)
    return None


def live_lists(k: Kernel, start: int, size: int) -> None:
    """Bug check when memory about to go holds a lookaside list."""
    for name in HEADS:
        head = k.addresses.get(name)
        if head is None or k.list_empty(head):
            continue
        offset = k.struct("_GENERAL_LOOKASIDE", 0).at("ListEntry")
        for entry in k.list_walk(head):
            if start <= entry - offset < start + size:
                k.bugcheck(
                    VERIFIER, 0xCC, entry - offset, start, size,
                    rule=f"pool was freed that holds a lookaside list, at {k.arch.format(entry - offset)}",
                    mend="delete the list before its memory goes",
                )  # fmt: skip


# --- the exports -----------------------------------------------------------------------------------------------------
@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID NTAPI ExInitializeNPagedLookasideList(
    _Out_ PNPAGED_LOOKASIDE_LIST Lookaside, _In_opt_ PALLOCATE_FUNCTION Allocate, _In_opt_ PFREE_FUNCTION Free,
    _In_ ULONG Flags, _In_ SIZE_T Size, _In_ ULONG Tag, _In_ USHORT Depth);""",
    acquires="lookaside",
    stage=MAKE,
)
def ExInitializeNPagedLookasideList(
    k: Kernel, Lookaside: int, Allocate: int, Free: int, Flags: int, Size: int, Tag: int, Depth: int
) -> None:
    """Make a lookaside list of nonpaged blocks."""
    initialize(k, Lookaside, 0, (Allocate, Free), Flags, Size, Tag)


@export(
    """_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI VOID NTAPI ExInitializePagedLookasideList(
    _Out_ PPAGED_LOOKASIDE_LIST Lookaside, _In_opt_ PALLOCATE_FUNCTION Allocate, _In_opt_ PFREE_FUNCTION Free,
    _In_ ULONG Flags, _In_ SIZE_T Size, _In_ ULONG Tag, _In_ USHORT Depth);""",
    acquires="lookaside",
    stage=MAKE,
)
def ExInitializePagedLookasideList(
    k: Kernel, Lookaside: int, Allocate: int, Free: int, Flags: int, Size: int, Tag: int, Depth: int
) -> None:
    """Make a lookaside list of paged blocks."""
    initialize(k, Lookaside, 1, (Allocate, Free), Flags, Size, Tag)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PVOID NTAPI ExAllocateFromNPagedLookasideList(_Inout_ PNPAGED_LOOKASIDE_LIST Lookaside);""",
    acquires="pool",
    fails=(0,),
)
def ExAllocateFromNPagedLookasideList(k: Kernel, Lookaside: int) -> Result:
    """Take a block of a nonpaged lookaside list."""
    return allocate(k, Lookaside)


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI PVOID NTAPI ExAllocateFromPagedLookasideList(_Inout_ PPAGED_LOOKASIDE_LIST Lookaside);""",
    acquires="pool",
    fails=(0,),
)
def ExAllocateFromPagedLookasideList(k: Kernel, Lookaside: int) -> Result:
    """Take a block of a paged lookaside list."""
    return allocate(k, Lookaside)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID NTAPI ExFreeToNPagedLookasideList(
    _Inout_ PNPAGED_LOOKASIDE_LIST Lookaside, _In_ PVOID Entry);""",
    releases="pool",
)
def ExFreeToNPagedLookasideList(k: Kernel, Lookaside: int, Entry: int) -> Result:
    """Give a block back to a nonpaged lookaside list."""
    return release(k, Lookaside, Entry)


@export(
    """_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI VOID NTAPI ExFreeToPagedLookasideList(
    _Inout_ PPAGED_LOOKASIDE_LIST Lookaside, _In_ PVOID Entry);""",
    releases="pool",
)
def ExFreeToPagedLookasideList(k: Kernel, Lookaside: int, Entry: int) -> Result:
    """Give a block back to a paged lookaside list."""
    return release(k, Lookaside, Entry)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID NTAPI ExDeleteNPagedLookasideList(_Inout_ PNPAGED_LOOKASIDE_LIST Lookaside);""",
    releases=("lookaside", "pool"),
    stage=DELETE,
)
def ExDeleteNPagedLookasideList(k: Kernel, Lookaside: int) -> Result:
    """Take a nonpaged lookaside list out of use."""
    return delete(k, Lookaside, 0)


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI VOID NTAPI ExDeletePagedLookasideList(_Inout_ PPAGED_LOOKASIDE_LIST Lookaside);""",
    releases=("lookaside", "pool"),
    stage=DELETE,
)
def ExDeletePagedLookasideList(k: Kernel, Lookaside: int) -> Result:
    """Take a paged lookaside list out of use."""
    return delete(k, Lookaside, 1)
