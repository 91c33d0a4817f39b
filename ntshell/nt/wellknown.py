"""Privileges and security identifiers that everybody knows: what `SeExports` points at.

Rule: the members stand in the order of SE_EXPORTS; a number is a privilege's LUID, a tuple the identifier's authority and
subauthorities.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ntshell.machine.arch import Arch

if TYPE_CHECKING:
    from ntshell.nt.kernel import Kernel

Sid = tuple[int, ...]
PRIVILEGES = (2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 14, 11, 12, 13, 16, 17, 18, 19, 20, 21, 22, 23, 24)
SIDS: tuple[Sid, ...] = (
    (0, 0), (1, 0), (2, 0), (3, 0), (3, 1), (5,), (5, 1), (5, 2), (5, 3), (5, 4), (5, 18),
    *((5, 32, alias) for alias in range(544, 552)), (5, 11), (5, 12), (5, 7),
)  # fmt: skip
MEMBERS: tuple[int | Sid, ...] = (*PRIVILEGES, *SIDS, 25, 26, 27, (5, 19), (5, 20), 28, 29, 30)
_SID_ROOM = 16  # the longest has two subauthorities


def _size(arch: Arch) -> int:
    return sum(8 if isinstance(each, int) else arch.pointer for each in MEMBERS)


def room(arch: Arch) -> int:
    """Bytes of the variable, the structure behind it, and the identifiers behind that."""
    return arch.pointer + _size(arch) + _SID_ROOM * sum(isinstance(each, tuple) for each in MEMBERS)


def fill(k: Kernel, variable: int) -> None:
    """Point the variable at the structure, and give that its members."""
    here = variable + k.arch.pointer
    k.set_pointer(variable, here)
    sid = here + _size(k.arch)
    for member in MEMBERS:
        if isinstance(member, int):
            k.memory.write(here, struct.pack("<Q", member))
            here += 8
            continue
        k.set_pointer(here, sid)
        k.memory.write(sid, encoded(member))
        here += k.arch.pointer
        sid += _SID_ROOM


def encoded(sid: Sid) -> bytes:
    """The bytes of a security identifier: revision, count, authority (big endian), subauthorities."""
    authority, *rest = sid
    return bytes((1, len(rest))) + authority.to_bytes(6, "big") + struct.pack(f"<{len(rest)}I", *rest)
