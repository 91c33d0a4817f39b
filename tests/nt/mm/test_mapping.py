"""Device memory, contiguous memory, MDLs: what is mapped, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ntshell.machine.memory import AccessFault
from ntshell.nt.flow import Raise
from ntshell.nt.mm.user import user_buffer


def test_device_memory(world: Any) -> None:
    k, call = world.k, world.call
    address = call("MmMapIoSpace", 0xD0010, 0x100, 0)
    k.memory.store(address, 4, 5)
    assert address & 0xFFF == 0x10 and k.memory.load(address, 4) == 0xFFFFFFFF
    assert call("MmGetPhysicalAddress", address) == 0xD0010
    world.check(0xDA, 0x305, "MmUnmapIoSpace", address, 0x200)
    world.check(0xDA, 0x400, "MmUnmapIoSpace", address + 4, 0x100)
    call("MmUnmapIoSpace", address, 0x100)
    world.check(0xDA, 0x400, "MmUnmapIoSpace", address, 0x100)
    with pytest.raises(AccessFault):
        k.memory.load(address, 1)
    assert not k.owed()


def test_contiguous_memory(world: Any) -> None:
    k, call = world.k, world.call
    address = call("MmAllocateContiguousMemory", 0x3000, 0xFFFFFF)
    physical = call("MmGetPhysicalAddress", address)
    assert physical < 1 << 24 and call("MmGetPhysicalAddress", address + 0x2004) == physical + 0x2004
    assert call("MmAllocateContiguousMemory", 0x3000, 0xFFFF) == 0
    again = call("MmMapIoSpace", physical, 0x1000, 0)
    k.memory.store(again, 4, 0xABCD)
    assert k.memory.load(address, 4) == 0xABCD
    call("MmUnmapIoSpace", again, 0x1000)
    assert k.memory.load(address, 4) == 0xABCD
    world.check(0xC2, 0x46, "ExFreePool", address)
    call("MmFreeContiguousMemory", address)
    world.check(0xC2, 0x60, "MmFreeContiguousMemory", address)
    other = call("MmAllocateNonCachedMemory", 100)
    world.check(0xC4, 0x16, "MmFreeNonCachedMemory", other, 99)
    call("MmFreeNonCachedMemory", other, 100)
    assert not k.owed()


def test_user_buffer_through_an_mdl(world: Any) -> None:
    k, call = world.k, world.call
    buffer = user_buffer(k, 5000, b"hello")
    mdl = call("IoAllocateMdl", buffer, 5000, 0, 0, 0)
    world.check(0xC4, 0xB3, "MmMapLockedPagesSpecifyCache", mdl, 0, 1, 0, 0, 16)
    world.check(0xC4, 0x7C, "MmUnlockPages", mdl)
    call("MmProbeAndLockPages", mdl, 1, 1)
    world.check(0xC4, 0xB0, "MmProbeAndLockPages", mdl, 1, 1)
    with pytest.raises(Raise):
        call("MmMapLockedPagesSpecifyCache", mdl, 1, 1, 0x10000, 0, 16)
    system = call("MmGetSystemAddressForMdlSafe", mdl, 16)
    assert call("MmGetSystemAddressForMdl", mdl) == system
    k.set_irql(2)
    k.memory.write(system, b"HELLO")
    k.set_irql(0)
    assert k.memory.read(buffer, 5) == b"HELLO"
    part = call("IoAllocateMdl", buffer, 5000, 0, 0, 0)
    call("IoBuildPartialMdl", mdl, part, buffer + 4096, 100)
    assert call("MmGetSystemAddressForMdl", part) == system + 4096
    call("IoFreeMdl", part)
    world.check(0xC4, 0xB8, "IoFreeMdl", mdl)
    call("MmUnlockPages", mdl)
    with pytest.raises(AccessFault):
        k.memory.load(system, 1)
    call("IoFreeMdl", mdl)
    assert not k.owed()


def test_pool_mdls(world: Any) -> None:
    k, call = world.k, world.call
    block, paged = world.block(64), call("ExAllocatePoolWithTag", 1, 64, 0x31313131)
    mdl = call("IoAllocateMdl", block, 64, 0, 0, 0)
    call("MmBuildMdlForNonPagedPool", mdl)
    assert call("MmGetSystemAddressForMdl", mdl) == block
    world.check(0xC4, 0x7D, "MmUnlockPages", mdl)
    other = call("IoAllocateMdl", paged, 64, 0, 0, 0)
    world.check(0xC4, 0x7F, "MmBuildMdlForNonPagedPool", other)
    assert call("MmIsAddressValid", paged) == 0
    call("MmProbeAndLockPages", other, 0, 0)
    assert call("MmIsAddressValid", paged) == 1
    k.set_irql(2)
    k.memory.load(paged, 1)
    k.set_irql(0)
    bad = call("IoAllocateMdl", 0x10000, 64, 0, 0, 0)
    with pytest.raises(Raise):
        call("MmProbeAndLockPages", bad, 0, 0)


def test_a_freed_block_faults_through_its_mapping(world: Any) -> None:
    k, call = world.k, world.call
    paged = call("ExAllocatePoolWithTag", 1, 64, 0x31313131)
    mdl = call("IoAllocateMdl", paged, 64, 0, 0, 0)
    call("MmProbeAndLockPages", mdl, 0, 0)
    system = call("MmGetSystemAddressForMdl", mdl)
    call("ExFreePool", paged)
    with pytest.raises(AccessFault, match="freed"):
        k.memory.load(system, 1)


def test_routine_address(world: Any) -> None:
    assert world.call("MmGetSystemRoutineAddress", world.string("KeSetEvent")) == world.k.addresses["KeSetEvent"]
    assert world.call("MmGetSystemRoutineAddress", world.string("Nothing")) == 0


def test_contiguous_memory_within_a_boundary(world: Any) -> None:
    k, size, boundary = world.k, 0x3000, 0x10000
    for _ in range(12):
        address = world.call("MmAllocateContiguousMemorySpecifyCache", size, 0, 0xFFFFFF, boundary, 0)
        first = world.call("MmGetPhysicalAddress", address)
        assert address and first // boundary == (first + size - 1) // boundary
    assert world.call("MmAllocateContiguousMemorySpecifyCache", 2 * boundary, 0, 0xFFFFFF, boundary, 0) == 0
    assert len([held for held in k.owed() if held.kind == "memory"]) == 12


def test_each_lock_of_a_section_is_owed(world: Any) -> None:
    k = world.k
    image = next(iter(k.images))
    base = image.base
    assert world.call("MmLockPagableDataSection", base + 4) == base == world.call("MmLockPagableCodeSection", base)
    assert len([held for held in k.owed() if held.kind == "section"]) == 2
    for _ in range(2):
        world.call("MmUnlockPagableImageSection", base)
    assert not [held for held in k.owed() if held.kind == "section"]
    world.check(0x1A, 0x1001, "MmUnlockPagableImageSection", base)
