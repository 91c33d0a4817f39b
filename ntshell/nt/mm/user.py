"""Buffers of user programs: memory in the users' half, each alone on its pages like a pool block."""

from __future__ import annotations

from ntshell.nt.kernel import Kernel


def user_buffer(k: Kernel, size: int, data: bytes = b"") -> int:
    """A buffer of a user program that holds `data` and zeros behind it."""
    address: int = k.pool.allocate(size, "user", "", "user", zero=True, use="user buffer")
    if not address:
        raise MemoryError(f"no {size} bytes left for a user program")
    k.memory.write(address, data[:size])
    return address


def free_user_buffer(k: Kernel, address: int) -> None:
    """Give it back."""
    k.pool.free(address)
