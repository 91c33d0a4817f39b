"""ExAllocatePool and ExFreePool break the rules as Driver Verifier has it, and undo."""

from __future__ import annotations

from typing import Any

import pytest

from ntshell.nt.flow import Raise

TAG = int.from_bytes(b"Lab ", "little")


def test_ledger_and_contents(world: Any) -> None:
    k = world.k
    address = world.call("ExAllocatePoolWithTag", 0, 64, TAG)
    assert [entry.text for entry in k.owed("test")] == ["tag 'Lab ', 64 bytes nonpaged"]
    assert k.memory.read(world.call("ExAllocatePoolZero", 1, 16, TAG), 16) == bytes(16)
    world.call("ExFreePool", address)
    assert len(k.owed("test")) == 1
    assert world.call("ExAllocatePool", 0, 1 << 30) == 0
    with pytest.raises(Raise):
        world.call("ExAllocatePoolWithQuota", 0, 1 << 30)
    with pytest.raises(Raise):
        world.call("ExAllocatePoolQuotaZero", 0, 1 << 30, TAG)
    assert k.memory.read(world.call("ExAllocatePoolQuotaZero", 1, 16, TAG), 16) == bytes(16)
    assert world.call("ExAllocatePoolWithQuota", 8, 1 << 30) == 0


def test_bad_requests(world: Any) -> None:
    world.check(0xC4, 0x00, "ExAllocatePool", 0, 0)
    world.check(0xC2, 0x9B, "ExAllocatePoolWithTag", 0, 4, 0)
    world.k.set_irql(2)
    world.check(0xC4, 0x01, "ExAllocatePool", 1, 4)


def test_bad_frees(world: Any) -> None:
    k = world.k
    address = world.call("ExAllocatePoolWithTag", 0, 64, TAG)
    assert world.check(0xC2, 0x0A, "ExFreePoolWithTag", address, 0x20202020).parameters[1:4] == (
        address,
        TAG,
        0x20202020,
    )
    world.check(0xC2, 0x46, "ExFreePool", address + 8)
    world.check(0xC2, 0x40, "ExFreePool", 0)
    world.call("ExFreePoolWithTag", address, TAG)
    world.check(0xC2, 0x07, "ExFreePool", address)
    paged = world.call("ExAllocatePoolWithTag", 1, 64, TAG)
    k.set_irql(2)
    world.check(0xC4, 0x11, "ExFreePool", paged)


def test_nothing_live_inside(world: Any) -> None:
    k = world.k
    block = world.call("ExAllocatePoolWithTag", 0, 512, TAG)
    world.call("ExInitializeResourceLite", block)
    world.check(0xC4, 0xD2, "ExFreePool", block)
    world.call("ExDeleteResourceLite", block)
    world.call("ExInitializeNPagedLookasideList", block, 0, 0, 0, 32, TAG, 0)
    world.check(0xC4, 0xCC, "ExFreePool", block)
    entry = world.call("ExAllocateFromNPagedLookasideList", block)
    world.call("ExFreeToNPagedLookasideList", block, entry)
    assert k.struct("_GENERAL_LOOKASIDE", block).TotalFrees == 1
    world.call("ExDeleteNPagedLookasideList", block)
    world.check(0xC4, 0xCB, "ExDeleteNPagedLookasideList", block)
    world.call("ExFreePool", block)
    assert not k.owed("test")


def test_undo(world: Any) -> None:
    k = world.k
    pictures = []

    def note() -> None:
        pictures.append(world.picture())
        k.journal.begin()

    note()
    block = world.call("ExAllocatePoolWithTag", 1, 512, TAG)
    note()
    k.memory.write(block, b"abc" * 100)
    note()
    world.call("ExFreePool", block)
    note()
    resource = world.call("ExAllocatePoolWithTag", 0, 512, TAG)
    world.call("ExInitializeResourceLite", resource)
    k.set_irql(1)
    note()
    assert world.call("ExAcquireResourceExclusiveLite", resource, 1) == 1
    assert world.call("ExAcquireResourceSharedLite", resource, 1) == 1
    note()
    world.call("ExReleaseResourceLite", resource)
    world.call("ExReleaseResourceLite", resource)
    world.call("ExDeleteResourceLite", resource)
    note()
    mapping = world.call("MmMapIoSpace", 0xD0000, 0x100, 0)
    note()
    world.call("MmUnmapIoSpace", mapping, 0x100)
    buffer = world.call("ExAllocatePoolWithTag", 1, 100, TAG)
    mdl = world.call("IoAllocateMdl", buffer, 100, 0, 0, 0)
    world.call("MmProbeAndLockPages", mdl, 0, 1)
    note()
    system = world.call("MmGetSystemAddressForMdlSafe", mdl, 16)
    k.memory.store(system, 4, 0x12345678)
    assert k.memory.load(buffer, 4) == 0x12345678
    note()
    world.call("MmUnlockPages", mdl)
    world.call("IoFreeMdl", mdl)
    last = world.picture()
    for expected in reversed(pictures):
        assert k.journal.back()
        assert world.picture() == expected
    for expected in [*pictures[1:], last]:
        assert k.journal.forward()
        assert world.picture() == expected
