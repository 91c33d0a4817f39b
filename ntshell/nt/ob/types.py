r"""Object types: an OBJECT_TYPE in nt's memory for each, and its entry in `\ObjectTypes`.

Drivers see types only as pointers (`*IoFileObjectType`).
"""

from __future__ import annotations

from ntshell.nt.kernel import Kernel

TYPES = (
    "Adapter", "Callback", "Controller", "Device", "Directory", "Driver", "Event", "File", "Key", "Mutant", "Process",
    "Profile", "Section", "Semaphore", "SymbolicLink", "Thread", "Timer", "Token", "Type",
)  # fmt: skip


def boot(k: Kernel) -> None:
    """Make the types when the machine starts."""
    for index, name in enumerate(TYPES):
        size = k.sizeof("_OBJECT_TYPE")
        address = k.pool.allocate_system(size + 2 * len(name) + 2, f"object type {name}")
        body = k.struct("_OBJECT_TYPE", address)
        k.list_init(body.at("TypeList"))
        k.set_unicode(body.at("Name"), address + size, name)
        body.Index = index
        k.journal.put(k.objects.types, name, address)
        k.objects.insert(f"\\ObjectTypes\\{name}", "Type", address)
