"""Device memory, contiguous and noncached memory, and what lies under an address.

Rules: device memory that nothing decodes reads as ones and swallows stores; a mapping is undone once, from its first
address, with its own length; contiguous memory lies below 16 MB; `MmIsAddressValid` is FALSE for what may be paged out.
"""

from __future__ import annotations

import attrs

from ntshell.machine.memory import PAGE, Region
from ntshell.nt.export import EXPORTS, Stage, export
from ntshell.nt.kernel import Kernel
from ntshell.nt.mm.space import LOWEST, frame_of, map_alias, page_of, unmap

SYSTEM_PTE_MISUSE, BAD_POOL_CALLER, VERIFIER = 0xDA, 0xC2, 0xC4
CLAIM, RELEASE = Stage(entry=3), Stage(unload=3)


@attrs.define(eq=False, repr=False)
class OpenBus:
    """Physical addresses where no device answers."""

    def load(self, region: Region, address: int, size: int) -> int | None:
        """All ones."""
        return (1 << 8 * size) - 1

    def store(self, region: Region, address: int, size: int, value: int) -> bool:
        """Nobody listens."""
        return True


_OPEN = OpenBus()


def map_io(k: Kernel, physical: int, size: int) -> int:
    """Map physical addresses; 0 when it cannot be done."""
    physical &= (1 << 64) - 1
    if size <= 0 or size > k.pool.areas["io"].limit:
        return 0
    offset = physical & PAGE - 1
    under = page_of(k, physical >> 12)
    if under is not None:
        address = map_alias(k, "io", under + offset, size, f"mapping of physical {physical:#x}")
        region = k.memory.find(address)
    else:
        room = k.pool.reserve("io", offset + size)
        address = room + offset if room else 0
        facts = {"area": "io", "use": "device memory", "tag": "", "size": size, "allocated_by": k.place()}
        facts |= {"freed_by": None, "driver": k.caller, "physical": physical - offset}
        data = bytearray(b"\xff" * size)
        region = Region(address, size, "io", data, _OPEN, f"device memory at physical {physical:#x}", facts)
        if address:
            k.memory.add(region)
    if not address or region is None:
        return 0
    k.journal.put(region.facts, "mapped", (address, size))
    k.acquire("mapping", address, f"{size:#x} bytes of physical memory at {physical:#x}")
    return address


def unmap_io(k: Kernel, address: int, size: int) -> None:
    """Undo `map_io`."""
    region = k.memory.find(address)
    shown = k.arch.format(address)
    mapped = region.facts.get("mapped") if region is not None and region.kind != "freed" else None
    if region is None or mapped is None or mapped[0] != address:
        k.bugcheck(
            SYSTEM_PTE_MISUSE, 0x400, address & -PAGE, (size + PAGE - 1) // PAGE, 0,
            rule=f"MmUnmapIoSpace was given {shown}, where MmMapIoSpace mapped nothing"
            + (", or it was unmapped already" if region is not None and region.kind == "freed" else ""),
            mend="unmap each mapping once, from the address that MmMapIoSpace returned",
        )  # fmt: skip
        return
    if mapped[1] != size:
        k.bugcheck(
            SYSTEM_PTE_MISUSE, 0x305, address, size, mapped[1],
            rule=f"MmUnmapIoSpace was given {size:#x} bytes at {shown}, where {mapped[1]:#x} are mapped",
            mend="keep the length that was mapped and pass it again",
        )  # fmt: skip
    unmap(k, region)
    k.release("mapping", address)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI PVOID NTAPI MmMapIoSpace(_In_ PHYSICAL_ADDRESS PhysicalAddress,
    _In_ SIZE_T NumberOfBytes, _In_ MEMORY_CACHING_TYPE CacheType);""",
    acquires="mapping",
    stage=CLAIM,
    fails=(0,),
)
def MmMapIoSpace(k: Kernel, PhysicalAddress: int, NumberOfBytes: int, CacheType: int) -> int:
    """Map device memory into the system's addresses."""
    return map_io(k, PhysicalAddress, NumberOfBytes)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID NTAPI MmUnmapIoSpace(_In_ PVOID BaseAddress, _In_ SIZE_T NumberOfBytes);""",
    releases="mapping",
    stage=RELEASE,
)
def MmUnmapIoSpace(k: Kernel, BaseAddress: int, NumberOfBytes: int) -> None:
    """Unmap device memory."""
    unmap_io(k, BaseAddress, NumberOfBytes)


# --- memory that drivers take in pages ---------------------------------------------------------------------------------
def allocate_pages(k: Kernel, size: int, use: str, highest: int | None = None, boundary: int = 0) -> int:
    """`contiguous` memory up to a physical address, or `noncached` memory, on the ledger; 0 when there is none.

    `boundary` is a physical address of which no multiple lies within the memory, 0 for any.
    """
    area = "contiguous" if use == "contiguous" else "nonpaged"
    if size <= 0 or 0 < boundary < size:
        return 0
    misfits: list[int] = []
    while address := int(k.pool.allocate(max(size, PAGE), area, "", k.caller, use=use)):
        first = (frame_of(k, address) or 0) << 12
        if not boundary or first // boundary == (first + size - 1) // boundary:
            break
        misfits.append(address)
    for each in misfits:
        k.pool.free(each)
    if not address:
        return 0
    if highest is not None and first + size - 1 > highest & (1 << 64) - 1:
        k.pool.free(address)
        return 0
    k.journal.put(k.memory.regions[address].facts, "asked", size)
    k.acquire("memory", address, f"{size:#x} bytes of {use} memory")
    return address


def free_pages(k: Kernel, address: int, use: str, size: int | None = None) -> None:
    """Undo `allocate_pages`."""
    region = k.memory.regions.get(address)
    if region is None or region.kind == "freed" or region.facts.get("use") != use:
        k.bugcheck(
            BAD_POOL_CALLER, 0x60, address,
            rule=f"{k.arch.format(address)} was freed as {use} memory but is none, or was freed already",
            mend="free it once, with the routine that belongs to the one that allocated it",
        )  # fmt: skip
        return
    asked = region.facts["asked"]
    if size is not None and size != asked:
        k.bugcheck(
            VERIFIER, 0x16, 0, address, 0,
            rule=f"{asked:#x} bytes of {use} memory were freed as {size:#x}",
            mend="pass the size that was allocated",
        )  # fmt: skip
    k.pool.free(address, k.caller)
    k.release("memory", address)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI PVOID NTAPI MmAllocateContiguousMemory(_In_ SIZE_T NumberOfBytes,
    _In_ PHYSICAL_ADDRESS HighestAcceptableAddress);""",
    acquires="memory",
    fails=(0,),
)
def MmAllocateContiguousMemory(k: Kernel, NumberOfBytes: int, HighestAcceptableAddress: int) -> int:
    """Allocate physically contiguous nonpaged memory."""
    return allocate_pages(k, NumberOfBytes, "contiguous", HighestAcceptableAddress)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI PVOID NTAPI MmAllocateContiguousMemorySpecifyCache(
    _In_ SIZE_T NumberOfBytes, _In_ PHYSICAL_ADDRESS LowestAcceptableAddress,
    _In_ PHYSICAL_ADDRESS HighestAcceptableAddress, _In_ PHYSICAL_ADDRESS BoundaryAddressMultiple,
    _In_ MEMORY_CACHING_TYPE CacheType);""",
    acquires="memory",
    fails=(0,),
)
def MmAllocateContiguousMemorySpecifyCache(
    k: Kernel,
    NumberOfBytes: int,
    LowestAcceptableAddress: int,
    HighestAcceptableAddress: int,
    BoundaryAddressMultiple: int,
    CacheType: int,
) -> int:
    """Allocate physically contiguous memory of a range and caching type."""
    if LowestAcceptableAddress > LOWEST << 12:
        return 0
    return allocate_pages(k, NumberOfBytes, "contiguous", HighestAcceptableAddress, BoundaryAddressMultiple)


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID NTAPI MmFreeContiguousMemory(_In_ PVOID BaseAddress);",
    releases="memory",
    stage=RELEASE,
)
def MmFreeContiguousMemory(k: Kernel, BaseAddress: int) -> None:
    """Free contiguous memory."""
    free_pages(k, BaseAddress, "contiguous")


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID NTAPI MmFreeContiguousMemorySpecifyCache(
    _In_ PVOID BaseAddress, _In_ SIZE_T NumberOfBytes, _In_ MEMORY_CACHING_TYPE CacheType);""",
    releases="memory",
    stage=RELEASE,
)
def MmFreeContiguousMemorySpecifyCache(k: Kernel, BaseAddress: int, NumberOfBytes: int, CacheType: int) -> None:
    """Free contiguous memory of a caching type."""
    free_pages(k, BaseAddress, "contiguous", NumberOfBytes)


@export(
    "_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI PVOID NTAPI MmAllocateNonCachedMemory(_In_ SIZE_T NumberOfBytes);",
    acquires="memory",
    fails=(0,),
)
def MmAllocateNonCachedMemory(k: Kernel, NumberOfBytes: int) -> int:
    """Allocate memory that is not cached."""
    return allocate_pages(k, NumberOfBytes, "noncached")


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI VOID NTAPI MmFreeNonCachedMemory(_In_ PVOID BaseAddress, _In_ SIZE_T NumberOfBytes);""",
    releases="memory",
    stage=RELEASE,
)
def MmFreeNonCachedMemory(k: Kernel, BaseAddress: int, NumberOfBytes: int) -> None:
    """Free memory that is not cached."""
    free_pages(k, BaseAddress, "noncached", NumberOfBytes)


# --- questions about addresses -----------------------------------------------------------------------------------------
@export(
    "_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI PHYSICAL_ADDRESS NTAPI MmGetPhysicalAddress(_In_ PVOID BaseAddress);"
)
def MmGetPhysicalAddress(k: Kernel, BaseAddress: int) -> int:
    """The physical address under a virtual one; 0 where nothing is mapped."""
    frame = frame_of(k, BaseAddress) if k.memory.find(BaseAddress) is not None else None
    return (frame << 12 | BaseAddress & PAGE - 1) if frame is not None else 0


@export("_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI BOOLEAN NTAPI MmIsAddressValid(_In_ PVOID VirtualAddress);")
def MmIsAddressValid(k: Kernel, VirtualAddress: int) -> int:
    """Whether a touch would find its page now; what may be paged out is not there."""
    region = k.memory.find(VirtualAddress)
    if region is None or region.kind in ("freed", "unloaded"):
        return 0
    return int(region.kind != "paged" or bool(region.facts.get("locked")))


@export("_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI MM_SYSTEMSIZE NTAPI MmQuerySystemSize(VOID);")
def MmQuerySystemSize(k: Kernel) -> int:
    """How much memory the machine has, in three classes: a small system."""
    return 0


@export("_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI BOOLEAN NTAPI MmIsThisAnNtAsSystem(VOID);")
def MmIsThisAnNtAsSystem(k: Kernel) -> int:
    """Whether this is a server: a workstation."""
    return 0


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI PVOID NTAPI MmGetSystemRoutineAddress(_In_ PUNICODE_STRING SystemRoutineName);"""
)
def MmGetSystemRoutineAddress(k: Kernel, SystemRoutineName: int) -> int:
    """The address of a kernel routine by name; NULL when there is none."""
    name = k.unicode(SystemRoutineName)
    return k.addresses.get(name, 0) if name in EXPORTS else 0
