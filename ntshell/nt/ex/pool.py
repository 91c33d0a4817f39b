"""Pool for drivers: ExAllocatePool, ExFreePool and their kin, checked as Driver Verifier checks them.

Rules: paged pool is taken and given back below DISPATCH_LEVEL; no request of zero bytes; a block is given back once, at
the address it was taken at, with its own tag if one is named; nothing that the kernel still uses lies in it.
"""

from __future__ import annotations

from ntshell.machine.memory import Region
from ntshell.nt.export import DISPATCH_LEVEL, Stage, export
from ntshell.nt.flow import Raise
from ntshell.nt.kernel import Kernel
from ntshell.nt.mm.space import user_half
from ntshell.nt.status import STATUS_INSUFFICIENT_RESOURCES

BAD_POOL_CALLER, VERIFIER = 0xC2, 0xC4
PAGED, MUST_SUCCEED, CACHE_ALIGNED, QUOTA_FAIL, RAISE, ZERO = 1, 2, 4, 8, 16, 0x400
NO_TAG = 0x656E6F4E  # 'None'
CACHE_LINE = 64
FREE = Stage(unload=3)
FLAG_UNINITIALIZED, FLAG_CACHE, FLAG_RAISE, FLAG_PAGED = 2, 8, 0x20, 0x100


def tag_text(tag: int) -> str:
    """A pool tag as the debugger shows it; the bit that protects a block is left out."""
    return (tag & 0x7FFFFFFF).to_bytes(4, "little").decode("latin-1")


def allocate(k: Kernel, kind: int, size: int, tag: int) -> int:
    """A block of a POOL_TYPE for the calling driver, on its ledger; 0 when there is none."""
    paged = bool(kind & PAGED)
    area = "paged" if paged else "nonpaged"
    _check(k, kind, size, tag, area)
    asked = size
    if kind & CACHE_ALIGNED:
        size = (size + CACHE_LINE - 1) & -CACHE_LINE
    text = tag_text(tag)
    address: int = k.pool.allocate(size, area, text, k.caller, zero=bool(kind & ZERO))
    if not address:
        if kind & RAISE:
            raise Raise(STATUS_INSUFFICIENT_RESOURCES)
        return 0
    k.acquire("pool", address, f"tag '{text}', {asked} bytes {area}")
    return address


def _check(k: Kernel, kind: int, size: int, tag: int, area: str) -> None:
    if size == 0:
        k.bugcheck(
            VERIFIER, 0x00, k.irql, kind, size,
            rule="the pool was asked for zero bytes",
            mend="ask for as many bytes as are needed",
        )  # fmt: skip
    if area == "paged" and k.irql >= DISPATCH_LEVEL:
        k.bugcheck(
            VERIFIER, 0x01, k.irql, kind, size,
            rule=f"paged pool was asked for at IRQL {k.irql}; it may be had below DISPATCH_LEVEL only",
            mend="take nonpaged pool, or take the block earlier at PASSIVE_LEVEL",
        )  # fmt: skip
    if k.irql > DISPATCH_LEVEL:
        k.bugcheck(
            VERIFIER, 0x02, k.irql, kind, size,
            rule=f"pool was asked for at IRQL {k.irql}, above DISPATCH_LEVEL",
            mend="take the block before the interrupt comes, or in a DPC",
        )  # fmt: skip
    if kind & MUST_SUCCEED and size > 4096:
        k.bugcheck(
            VERIFIER, 0x03, k.irql, kind, size,
            rule="more than a page of must-succeed pool was asked for",
            mend="take ordinary pool and handle NULL",
        )  # fmt: skip
    if tag == 0:
        k.bugcheck(
            BAD_POOL_CALLER, 0x9B, kind, size, 0,
            rule="pool was asked for with a tag of zero",
            mend="name a tag of four characters",
        )  # fmt: skip


def free(k: Kernel, address: int, tag: int = 0) -> None:
    """Give a driver's block back; `tag` 0 for none named."""
    region = k.pool.block(address)
    if region is None or region.facts.get("use"):
        _refuse(k, address, region)
        return
    paged = region.kind == "paged"
    if k.irql >= DISPATCH_LEVEL and (paged or k.irql > DISPATCH_LEVEL):
        word = "paged" if paged else "nonpaged"
        k.bugcheck(
            VERIFIER, 0x11 if paged else 0x12, k.irql, int(paged), address,
            rule=f"{word} pool was freed at IRQL {k.irql}",
            mend="free it " + ("at PASSIVE_LEVEL" if paged else "at DISPATCH_LEVEL or below"),
        )  # fmt: skip
    if tag and tag_text(tag) != region.facts["tag"]:
        own = int.from_bytes(region.facts["tag"].encode("latin-1"), "little")
        k.bugcheck(
            BAD_POOL_CALLER, 0x0A, address, own, tag,
            rule=f"a block with tag '{region.facts['tag']}' was freed with tag '{tag_text(tag)}'",
            mend="free a block with the tag it was allocated with",
        )  # fmt: skip
    _still_used(k, region)
    k.pool.free(address, k.caller)
    k.release("pool", address)
    k.release("string", address)  # a buffer of the Rtl routines is pool, and may be freed as such


def _still_used(k: Kernel, region: Region) -> None:
    """Timers, DPCs, resources and lookaside lists that the kernel knows must not lie in what goes."""
    from ntshell.nt.ex.lookaside import live_lists
    from ntshell.nt.ex.resource import live_resources
    from ntshell.nt.ke.checks import live_objects

    live_objects(k, region.base, region.size)
    live_resources(k, region.base, region.size)
    live_lists(k, region.base, region.size)


def _refuse(k: Kernel, address: int, block: Region | None) -> None:
    """The bug check for an address that is no block of pool."""
    region = k.memory.find(address)
    shown = k.arch.format(address)
    if user_half(k, address):
        k.bugcheck(
            BAD_POOL_CALLER, 0x40, address, k.arch.mask // 2 + 1, 0,
            rule="ExFreePool was given NULL" if not address else f"ExFreePool was given {shown}, an address for users",
            mend="free only what was allocated, and check for NULL",
        )  # fmt: skip
    if block is not None and block.note.lower().startswith("irp"):
        k.bugcheck(
            VERIFIER, 0x105, address,
            rule=f"the IRP at {shown} was given to ExFreePool",
            mend="free an IRP with IoFreeIrp",
        )  # fmt: skip
    if region is not None and region.kind == "freed" and region.base == address:
        k.bugcheck(
            BAD_POOL_CALLER, 0x07, 0, 0, address,
            rule=f"the block at {shown} was freed twice; it was freed first at {region.facts.get('freed_by')}",
            mend="forget the pointer (set it to NULL) when its block is freed",
        )  # fmt: skip
    where = "where nothing is mapped"
    if region is not None:
        where = (
            f"{address - region.base:#x} bytes into {region.note or region.kind}"
            if address != region.base
            else region.note
        )
    k.bugcheck(
        BAD_POOL_CALLER, 0x46, address,
        rule=f"ExFreePool was given {shown}, {where}: no block of pool begins there",
        mend="free the address that the pool routine returned",
    )  # fmt: skip


# --- the exports -----------------------------------------------------------------------------------------------------
@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PVOID NTAPI ExAllocatePool(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes);""",
    acquires="pool",
    fails=(0,),
)
def ExAllocatePool(k: Kernel, PoolType: int, NumberOfBytes: int) -> int:
    """Allocate pool without a tag."""
    return allocate(k, PoolType, NumberOfBytes, NO_TAG)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI PVOID NTAPI ExAllocatePoolWithTag(_In_ POOL_TYPE PoolType,
    _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);""",
    acquires="pool",
    fails=(0,),
)
def ExAllocatePoolWithTag(k: Kernel, PoolType: int, NumberOfBytes: int, Tag: int) -> int:
    """Allocate pool with a tag that tells whose it is."""
    return allocate(k, PoolType, NumberOfBytes, Tag)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI PVOID NTAPI ExAllocatePoolWithTagPriority(_In_ POOL_TYPE PoolType,
    _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag, _In_ EX_POOL_PRIORITY Priority);""",
    acquires="pool",
    fails=(0,),
)
def ExAllocatePoolWithTagPriority(k: Kernel, PoolType: int, NumberOfBytes: int, Tag: int, Priority: int) -> int:
    """Allocate pool with a tag and a word on how much it matters."""
    return allocate(k, PoolType, NumberOfBytes, Tag)


def _quota(k: Kernel, kind: int, size: int, tag: int) -> int:
    """Quota forms raise an exception instead of returning NULL unless they are told otherwise."""
    return allocate(k, kind & ~QUOTA_FAIL if kind & QUOTA_FAIL else kind | RAISE, size, tag)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PVOID NTAPI ExAllocatePoolWithQuota(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes);""",
    acquires="pool",
)
def ExAllocatePoolWithQuota(k: Kernel, PoolType: int, NumberOfBytes: int) -> int:
    """Allocate pool charged to the current process; raises an exception when there is none."""
    return _quota(k, PoolType, NumberOfBytes, NO_TAG)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI PVOID NTAPI ExAllocatePoolWithQuotaTag(_In_ POOL_TYPE PoolType,
    _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);""",
    acquires="pool",
)
def ExAllocatePoolWithQuotaTag(k: Kernel, PoolType: int, NumberOfBytes: int, Tag: int) -> int:
    """Allocate tagged pool charged to the current process; raises an exception when there is none."""
    return _quota(k, PoolType, NumberOfBytes, Tag)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI PVOID NTAPI ExAllocatePoolZero(_In_ POOL_TYPE PoolType,
    _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);""",
    acquires="pool",
    fails=(0,),
)
def ExAllocatePoolZero(k: Kernel, PoolType: int, NumberOfBytes: int, Tag: int) -> int:
    """Allocate zeroed pool with a tag."""
    return allocate(k, PoolType | ZERO, NumberOfBytes, Tag)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI PVOID NTAPI ExAllocatePoolQuotaZero(_In_ POOL_TYPE PoolType,
    _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);""",
    acquires="pool",
)
def ExAllocatePoolQuotaZero(k: Kernel, PoolType: int, NumberOfBytes: int, Tag: int) -> int:
    """Allocate zeroed pool charged to the current process; raises an exception when there is none."""
    return _quota(k, PoolType | ZERO, NumberOfBytes, Tag)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI PVOID NTAPI ExAllocatePoolUninitialized(_In_ POOL_TYPE PoolType,
    _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);""",
    acquires="pool",
    fails=(0,),
)
def ExAllocatePoolUninitialized(k: Kernel, PoolType: int, NumberOfBytes: int, Tag: int) -> int:
    """Allocate pool whose content is whatever it is."""
    return allocate(k, PoolType, NumberOfBytes, Tag)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI PVOID NTAPI ExAllocatePool2(_In_ POOL_FLAGS Flags,
    _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);""",
    acquires="pool",
    fails=(0,),
)
def ExAllocatePool2(k: Kernel, Flags: int, NumberOfBytes: int, Tag: int) -> int:
    """Allocate pool by flags; zeroed unless they say otherwise."""
    kind = PAGED if Flags & FLAG_PAGED else 0
    kind |= CACHE_ALIGNED if Flags & FLAG_CACHE else 0
    kind |= RAISE if Flags & FLAG_RAISE else 0
    kind |= 0 if Flags & FLAG_UNINITIALIZED else ZERO
    return allocate(k, kind, NumberOfBytes, Tag)


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID NTAPI ExFreePool(_In_ PVOID P);",
    releases=("pool", "string"),
    stage=FREE,
)
def ExFreePool(k: Kernel, P: int) -> None:
    """Give a block of pool back."""
    free(k, P)


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID NTAPI ExFreePoolWithTag(_In_ PVOID P, _In_ ULONG Tag);",
    releases=("pool", "string"),
    stage=FREE,
)
def ExFreePoolWithTag(k: Kernel, P: int, Tag: int) -> None:
    """Give a block of pool back that has this tag."""
    free(k, P, Tag)
