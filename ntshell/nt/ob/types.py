r"""Object types: an OBJECT_TYPE in nt's memory for each, and its entry in `\ObjectTypes`.

Drivers see types only as pointers (`*IoFileObjectType`), so an OBJECT_TYPE's inside is just its name.
"""

from __future__ import annotations

from ntshell.nt.kernel import Kernel

TYPES = (
    "Adapter", "Callback", "Controller", "Device", "Directory", "Driver", "Event", "File", "Key", "Mutant", "Process",
    "Profile", "Section", "Semaphore", "SymbolicLink", "Thread", "Timer", "Token", "Type",
)  # fmt: skip
_SIZE = 192


def start(k: Kernel) -> None:
    """Make the types when the machine starts."""
    for name in TYPES:
        address = k.pool.allocate_system(_SIZE, f"object type {name}")
        k.set_unicode(address, address + 2 * k.arch.pointer, name)
        k.journal.put(k.objects.types, name, address)
        k.objects.insert(f"\\ObjectTypes\\{name}", "Type", address)
