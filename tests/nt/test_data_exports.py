"""Variables that nt exports: what they hold."""

from __future__ import annotations

import struct

from .conftest import World


def test_well_known_privileges_and_identifiers(world: World) -> None:
    k = world.k
    exports = k.pointer(k.addresses["SeExports"])
    luids = struct.unpack("<23Q", k.memory.read(exports, 23 * 8))
    assert (luids[0], luids[5], luids[22]) == (2, 7, 24)  # SeCreateToken, SeTcb, SeRemoteShutdown
    pointer = k.arch.pointer
    sids = [k.pointer(exports + 23 * 8 + n * pointer) for n in range(22)]
    assert k.memory.read(sids[1], 12) == bytes((1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0))  # everyone
    assert k.memory.read(sids[11], 16) == bytes((1, 2, 0, 0, 0, 0, 0, 5)) + struct.pack("<2I", 32, 544)
    last = exports + 23 * 8 + 22 * pointer + 3 * 8 + 2 * pointer + 2 * 8
    assert struct.unpack("<Q", k.memory.read(last, 8)) == (30,)  # SeCreateGlobalPrivilege
