"""What the executive keeps in memory for itself, by its names in nt: list heads and queues.

Each is made at first use and found again under its name among nt's symbols.
"""

from __future__ import annotations

from ntshell.nt.kernel import Kernel

LISTS = ("ExpSystemResourcesList", "ExNPagedLookasideListHead", "ExPagedLookasideListHead", "ExpCallbackListHead")


def cell(k: Kernel, name: str, size: int) -> tuple[int, bool]:
    """The address of one of nt's variables, and whether it is fresh (zeroed)."""
    found = k.addresses.get(name)
    if found is not None:
        return found, False
    address: int = k.pool.allocate_system(size, name)
    k.journal.put(k.addresses, name, address)
    return address, True


def list_head(k: Kernel, name: str) -> int:
    """The address of one of nt's list heads."""
    address, fresh = cell(k, name, 2 * k.arch.pointer)
    if fresh:
        k.list_init(address)
    return address


def start(k: Kernel) -> None:
    """Make them all before any driver is loaded."""
    for name in LISTS:
        list_head(k, name)
