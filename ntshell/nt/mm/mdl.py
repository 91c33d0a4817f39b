"""Memory descriptor lists: buffers by their pages, locked in memory and mapped for the system.

Rules: an MDL is built for nonpaged pool, or its pages are locked (raising an exception when the buffer is bad) and
unlocked once; a locked one may be mapped once into system addresses; it is freed neither mapped nor locked.  The page
frames lie behind the structure.  Flags are those of the structure, as drivers and macros read them.
"""

from __future__ import annotations

from ntshell.ctype.value import Value
from ntshell.machine.memory import PAGE, AccessFault
from ntshell.nt.export import DISPATCH_LEVEL, export
from ntshell.nt.flow import Raise
from ntshell.nt.kernel import Kernel
from ntshell.nt.mm.space import frame_of, map_alias, unmap, user_half
from ntshell.nt.status import STATUS_ACCESS_VIOLATION, STATUS_CONFLICTING_ADDRESSES, STATUS_INSUFFICIENT_RESOURCES

VERIFIER = 0xC4
MAPPED, LOCKED, NONPAGED, FIXED, PARTIAL, PARTIAL_MAPPED = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
WRITE, IO_SPACE = 0x80, 0x800
DISPATCH = "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI"
USER_MODE = 1


def span(address: int, length: int) -> int:
    """Pages that a buffer touches."""
    return ((address & PAGE - 1) + length + PAGE - 1) // PAGE


def start(mdl: Value) -> int:
    """The virtual address of the buffer."""
    return int(mdl.StartVa + mdl.ByteOffset)


def describe(k: Kernel, address: int, base: int, length: int) -> Value:
    """Fill an MDL's header for a buffer (MmInitializeMdl)."""
    mdl = k.struct("_MDL", address)
    mdl.Next = 0
    mdl.MdlFlags = 0
    mdl["Size"] = mdl.size + span(base, length) * k.arch.pointer
    mdl.StartVa, mdl.ByteOffset, mdl.ByteCount = base & -PAGE & k.arch.mask, base & PAGE - 1, length
    return mdl


def allocate(k: Kernel, base: int, length: int) -> int:
    """A new MDL for a buffer, on the ledger; 0 when it is too long."""
    if length >= 0x80000000:
        return 0
    size = k.sizeof("_MDL") + span(base, length) * k.arch.pointer
    address: int = k.pool.allocate_system(size, "MDL")
    describe(k, address, base, length)
    k.acquire("mdl", address, f"MDL for {length} bytes at {k.arch.format(base)}")
    return address


def frames(k: Kernel, mdl: Value) -> None:
    """Put in the page frames of the buffer."""
    at, pointer = mdl.address + mdl.size, k.arch.pointer
    for n in range(span(mdl.ByteOffset, mdl.ByteCount)):
        frame = frame_of(k, mdl.StartVa + n * PAGE)
        k.memory.store(at + n * pointer, pointer, frame if frame is not None else k.arch.mask)


def _wrong(k: Kernel, mdl: Value, code: int, rule: str, mend: str) -> None:
    flags = mdl.MdlFlags & 0xFFFF
    words = f"the MDL at {k.arch.format(mdl.address)} {rule}"
    k.bugcheck(VERIFIER, code, mdl.address, flags, 0, rule=words, mend=mend)


# --- allocating --------------------------------------------------------------------------------------------------------
@export(
    f"""{DISPATCH} PMDL NTAPI IoAllocateMdl(_In_opt_ PVOID VirtualAddress, _In_ ULONG Length,
    _In_ BOOLEAN SecondaryBuffer, _In_ BOOLEAN ChargeQuota, _Inout_opt_ PIRP Irp);""",
    acquires="mdl",
    fails=(0,),
)
def IoAllocateMdl(k: Kernel, VirtualAddress: int, Length: int, SecondaryBuffer: int, ChargeQuota: int, Irp: int) -> int:
    """Allocate an MDL for a buffer, and link it to an IRP if one is given."""
    address = allocate(k, VirtualAddress, Length)
    if address and Irp:
        at = k.struct("_IRP", Irp).at("MdlAddress")
        if SecondaryBuffer:
            while k.pointer(at):
                at = k.struct("_MDL", k.pointer(at)).at("Next")
        k.set_pointer(at, address)
    return address


@export(
    f"{DISPATCH} PMDL NTAPI MmCreateMdl(_Out_opt_ PMDL MemoryDescriptorList, _In_ PVOID Base, _In_ SIZE_T Length);",
    acquires="mdl",
)
def MmCreateMdl(k: Kernel, MemoryDescriptorList: int, Base: int, Length: int) -> int:
    """Fill an MDL for a buffer, or allocate one."""
    if not MemoryDescriptorList:
        return allocate(k, Base, Length)
    return describe(k, MemoryDescriptorList, Base, Length).address


@export(f"{DISPATCH} VOID NTAPI IoFreeMdl(_In_ PMDL Mdl);", releases="mdl")
def IoFreeMdl(k: Kernel, Mdl: int) -> None:
    """Free an MDL; its pages must be neither locked nor mapped."""
    mdl = k.struct("_MDL", Mdl)
    flags = mdl.MdlFlags
    if flags & PARTIAL and flags & PARTIAL_MAPPED:
        MmUnmapLockedPages(k, mdl.MappedSystemVa, Mdl)
    elif flags & MAPPED and not flags & PARTIAL:
        _wrong(k, mdl, 0xB8, "was freed while its pages are mapped", "call MmUnmapLockedPages or MmUnlockPages first")
    elif flags & LOCKED:
        _wrong(k, mdl, 0xB8, "was freed while its pages are locked", "call MmUnlockPages first")
    k.pool.free_system(Mdl)
    k.release("mdl", Mdl)


@export("_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI SIZE_T NTAPI MmSizeOfMdl(_In_ PVOID Base, _In_ SIZE_T Length);")
def MmSizeOfMdl(k: Kernel, Base: int, Length: int) -> int:
    """Bytes that an MDL for a buffer takes."""
    return k.sizeof("_MDL") + span(Base, Length) * k.arch.pointer


# --- building and locking ----------------------------------------------------------------------------------------------
@export(f"{DISPATCH} VOID NTAPI MmBuildMdlForNonPagedPool(_Inout_ PMDL MemoryDescriptorList);")
def MmBuildMdlForNonPagedPool(k: Kernel, MemoryDescriptorList: int) -> None:
    """Fill in the pages of a buffer in nonpaged memory."""
    mdl = k.struct("_MDL", MemoryDescriptorList)
    if mdl.MdlFlags & (LOCKED | MAPPED | NONPAGED | PARTIAL):
        _wrong(k, mdl, 0xB0, "was built although it is built or locked already", "build an MDL once")
    base = start(mdl)
    region = k.memory.find(base)
    if region is None or region.kind == "freed":
        raise AccessFault(base, 1, False, region, "an MDL was built for it")
    if region.kind in ("paged", "user"):
        _wrong(
            k, mdl, 0x7F, "was built for nonpaged pool but describes pageable memory", "lock it by MmProbeAndLockPages"
        )
    mdl.MdlFlags |= NONPAGED
    mdl.MappedSystemVa = base
    frames(k, mdl)


@export(f"""{DISPATCH} VOID NTAPI MmProbeAndLockPages(_Inout_ PMDL MemoryDescriptorList, _In_ KPROCESSOR_MODE AccessMode,
_In_ LOCK_OPERATION Operation);""")
def MmProbeAndLockPages(k: Kernel, MemoryDescriptorList: int, AccessMode: int, Operation: int) -> None:
    """Lock a buffer's pages in memory; raises an exception when the buffer is bad."""
    mdl = k.struct("_MDL", MemoryDescriptorList)
    if mdl.MdlFlags & (LOCKED | MAPPED | NONPAGED | PARTIAL | IO_SPACE):
        _wrong(k, mdl, 0xB0, "was locked although it is built or locked already", "unlock it first")
    base, length = start(mdl), mdl.ByteCount
    region = k.memory.find(base)
    user = user_half(k, base)
    there = region is not None and region.kind != "freed" and region.base <= base and base + length <= region.end
    if region is None or not there or (AccessMode == USER_MODE and not user):
        raise Raise(STATUS_ACCESS_VIOLATION)
    if region.kind == "io":
        _wrong(k, mdl, 0x6F, "describes device memory, which cannot be locked", "map device memory by MmMapIoSpace")
    if region.kind in ("paged", "user") and k.irql >= DISPATCH_LEVEL:
        raise AccessFault(base, length, False, region, f"pageable memory was locked at IRQL {k.irql}")
    k.journal.put(region.facts, "locked", region.facts.get("locked", 0) + 1)
    mdl.MdlFlags |= LOCKED | (WRITE if Operation else 0)
    mdl.Process = k.struct("_KTHREAD", k.thread.object).ApcState.Process if user else 0
    frames(k, mdl)


@export(f"{DISPATCH} VOID NTAPI MmUnlockPages(_Inout_ PMDL MemoryDescriptorList);")
def MmUnlockPages(k: Kernel, MemoryDescriptorList: int) -> None:
    """Unlock a buffer's pages; a mapping of them ends."""
    mdl = k.struct("_MDL", MemoryDescriptorList)
    flags = mdl.MdlFlags
    if flags & NONPAGED:
        _wrong(k, mdl, 0x7D, "of nonpaged pool was unlocked", "unlock only what MmProbeAndLockPages locked")
    if flags & PARTIAL:
        _wrong(k, mdl, 0xB4, "was unlocked, but is a part of another", "unlock the MDL that it was built from")
    if not flags & LOCKED:
        _wrong(k, mdl, 0x7C, "was unlocked but is not locked", "unlock it once, after MmProbeAndLockPages succeeded")
    if flags & MAPPED:
        MmUnmapLockedPages(k, mdl.MappedSystemVa, MemoryDescriptorList)
    region = k.memory.find(start(mdl))
    if region is not None and region.facts.get("locked"):
        k.journal.put(region.facts, "locked", region.facts["locked"] - 1)
    mdl.MdlFlags &= ~(LOCKED | WRITE)


@export(f"""{DISPATCH} VOID NTAPI IoBuildPartialMdl(_In_ PMDL SourceMdl, _Inout_ PMDL TargetMdl, _In_ PVOID VirtualAddress,
_In_ ULONG Length);""")
def IoBuildPartialMdl(k: Kernel, SourceMdl: int, TargetMdl: int, VirtualAddress: int, Length: int) -> None:
    """Make an MDL describe a part of another's buffer."""
    source, target = k.struct("_MDL", SourceMdl), k.struct("_MDL", TargetMdl)
    end = start(source) + source.ByteCount
    length = Length or end - VirtualAddress
    target.StartVa, target.ByteOffset = VirtualAddress & -PAGE & k.arch.mask, VirtualAddress & PAGE - 1
    target.ByteCount = length
    target.Process = source.Process
    flags = PARTIAL | source.MdlFlags & (NONPAGED | IO_SPACE | WRITE) | target.MdlFlags & FIXED
    if source.MdlFlags & (MAPPED | NONPAGED):
        flags |= 0x100 if source.MdlFlags & MAPPED else 0
        target.MappedSystemVa = source.MappedSystemVa + VirtualAddress - start(source)
        flags |= MAPPED if source.MdlFlags & MAPPED else 0
    target.MdlFlags = flags
    frames(k, target)


# --- mapping -----------------------------------------------------------------------------------------------------------
def map_pages(k: Kernel, address: int, mode: int, must: bool = False) -> int:
    """Map a locked MDL's pages into system or user addresses; 0 when there is no room."""
    mdl = k.struct("_MDL", address)
    flags = mdl.MdlFlags
    if mode != USER_MODE and flags & (MAPPED | NONPAGED):
        _wrong(k, mdl, 0xB2, "was mapped although its pages have a system address", "use MmGetSystemAddressForMdlSafe")
    if not flags & (LOCKED | PARTIAL | NONPAGED):
        _wrong(k, mdl, 0xB3, "was mapped although its pages are not locked", "call MmProbeAndLockPages first")
    base = start(mdl)
    found = map_alias(
        k, "user" if mode == USER_MODE else "io", base, mdl.ByteCount, f"mapping of an MDL's buffer at {base:#x}"
    )
    if not found:
        if must:
            raise Raise(STATUS_INSUFFICIENT_RESOURCES)
        return 0
    if mode != USER_MODE:
        mdl.MappedSystemVa = found
        mdl.MdlFlags = flags | MAPPED | (PARTIAL_MAPPED if flags & PARTIAL else 0)
    return found


@export(
    f"{DISPATCH} PVOID NTAPI MmMapLockedPages(_In_ PMDL MemoryDescriptorList, _In_ KPROCESSOR_MODE AccessMode);",
)
def MmMapLockedPages(k: Kernel, MemoryDescriptorList: int, AccessMode: int) -> int:
    """Map locked pages."""
    return map_pages(k, MemoryDescriptorList, AccessMode, True)


@export(
    f"""{DISPATCH} PVOID NTAPI MmMapLockedPagesSpecifyCache(_In_ PMDL MemoryDescriptorList, _In_ KPROCESSOR_MODE AccessMode,
    _In_ MEMORY_CACHING_TYPE CacheType, _In_opt_ PVOID RequestedAddress, _In_ ULONG BugCheckOnFailure,
    _In_ MM_PAGE_PRIORITY Priority);""",
    fails=(0,),
)
def MmMapLockedPagesSpecifyCache(
    k: Kernel,
    MemoryDescriptorList: int,
    AccessMode: int,
    CacheType: int,
    RequestedAddress: int,
    BugCheckOnFailure: int,
    Priority: int,
) -> int:
    """Map locked pages with a caching type; for users a failure is raised, and no address can be asked for."""
    if BugCheckOnFailure:
        mdl = k.struct("_MDL", MemoryDescriptorList)
        _wrong(k, mdl, 0x82, "was mapped with BugCheckOnFailure TRUE", "pass FALSE and handle NULL")
    user = AccessMode == USER_MODE
    if user and RequestedAddress:
        raise Raise(STATUS_CONFLICTING_ADDRESSES)
    return map_pages(k, MemoryDescriptorList, AccessMode, must=user)


@export(f"{DISPATCH} VOID NTAPI MmUnmapLockedPages(_In_ PVOID BaseAddress, _In_ PMDL MemoryDescriptorList);")
def MmUnmapLockedPages(k: Kernel, BaseAddress: int, MemoryDescriptorList: int) -> None:
    """End a mapping of locked pages."""
    mdl = k.struct("_MDL", MemoryDescriptorList)
    flags = mdl.MdlFlags
    region = k.memory.find(BaseAddress)
    if not user_half(k, BaseAddress):
        if flags & PARTIAL and not flags & PARTIAL_MAPPED:
            _wrong(k, mdl, 0xB5, "is partial and was unmapped, but its mapping is its source's", "unmap the source")
        if not flags & MAPPED or mdl.MappedSystemVa != BaseAddress:
            _wrong(k, mdl, 0xB6, "was unmapped but is not mapped there", "unmap it once, from its MappedSystemVa")
        mdl.MdlFlags = flags & ~(MAPPED | PARTIAL_MAPPED | 0x100)
    if region is None or "alias_of" not in region.facts or region.kind == "freed":
        _wrong(
            k, mdl, 0xB9, f"was unmapped from {k.arch.format(BaseAddress)}, no mapping of it", "unmap what was mapped"
        )
    else:
        unmap(k, region)


def _system_address(k: Kernel, address: int, must: bool) -> int:
    mdl = k.struct("_MDL", address)
    if mdl.MdlFlags & (MAPPED | NONPAGED):
        return int(mdl.MappedSystemVa)
    return map_pages(k, address, 0, must)


@export(f"{DISPATCH} PVOID NTAPI MmGetSystemAddressForMdl(_Inout_ PMDL Mdl);")
def MmGetSystemAddressForMdl(k: Kernel, Mdl: int) -> int:
    """The system address of an MDL's buffer, mapped now if it is not."""
    return _system_address(k, Mdl, True)


@export(f"{DISPATCH} PVOID NTAPI MmGetSystemAddressForMdlSafe(_Inout_ PMDL Mdl, _In_ ULONG Priority);", fails=(0,))
def MmGetSystemAddressForMdlSafe(k: Kernel, Mdl: int, Priority: int) -> int:
    """The system address of an MDL's buffer, mapped now if it is not; NULL when there is no room."""
    return _system_address(k, Mdl, False)
