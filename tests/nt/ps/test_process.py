"""What drivers find in a process, and the I/O permission map that they give it."""

from __future__ import annotations

from tests.nt.caller import World

DENIED = b"\xff" * 0x2000


def test_the_name_lies_where_nt_has_it(world: World) -> None:
    here = world.k.struct("_EPROCESS", world.call("IoGetCurrentProcess"))
    assert world.k.memory.read(here.address + 0x1DC, 7) == b"System\0"
    assert here.at("Peb") + world.k.arch.pointer <= here.at("ImageFileName")
    assert world.k.memory.read(here.address + 0x174, 16).strip(b"\0") == b""  # where a later NT has the name


def test_io_permission_map(world: World) -> None:
    k, allowed = world.k, bytes(0x80) + DENIED[0x80:]
    own, out = world.block(0x2000, allowed), world.block(0x2000)
    process = world.call("IoGetCurrentProcess")
    offset = k.struct("_EPROCESS", process).member("Pcb").IopmOffset
    if k.arch.name == "x64":
        assert world.call("Ke386SetIoAccessMap", 1, own) == world.call("Ke386IoSetAccessProcess", process, 1) == 0
        return
    assert world.call("Ke386QueryIoAccessMap", 1, out) == 1
    assert k.memory.read(out, 0x2000) == DENIED
    k.journal.log.clear()
    assert world.call("Ke386SetIoAccessMap", 1, own) == world.call("Ke386IoSetAccessProcess", process, 1) == 1
    assert k.struct("_EPROCESS", process).member("Pcb").IopmOffset == 0x88
    for number, expected in ((0, DENIED), (1, allowed)):
        assert world.call("Ke386QueryIoAccessMap", number, out) == 1
        assert k.memory.read(out, 0x2000) == expected
    for number in (0, 2):
        assert world.call("Ke386SetIoAccessMap", number, own) == 0
    assert world.call("Ke386QueryIoAccessMap", 2, out) == world.call("Ke386IoSetAccessProcess", process, 2) == 0
    assert world.call("Ke386IoSetAccessProcess", process, 0) == 1
    assert k.struct("_EPROCESS", process).member("Pcb").IopmOffset == offset
    world.undo_all()
    assert world.call("Ke386QueryIoAccessMap", 1, out) == 1
    assert k.memory.read(out, 0x2000) == DENIED
