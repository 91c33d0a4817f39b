"""Buffers of user programs: memory in the users' half, each alone on its pages like a pool block."""

from __future__ import annotations

from ntshell.nt.kernel import Kernel


def user_buffer(k: Kernel, size: int, data: bytes = b"", note: str = "user buffer") -> int:
    """A buffer of a user program that holds `data` and zeros behind it; 0 when there is no room."""
    address: int = k.pool.allocate(size, "user", "User", "user", zero=True, use="user buffer")
    if address:
        k.memory.regions[address].note = note
        k.memory.write(address, data[:size])
    return address


def free_user_buffer(k: Kernel, address: int) -> None:
    """Give it back."""
    k.pool.free(address)
