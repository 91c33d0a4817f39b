"""The configuration manager: registry, hardware description, claims of resources, counts of devices."""

from ntshell.nt.cm import boot, config, query, querytable, registry, resourcemap, resources, rtlreg, zwkey, zwquery
from ntshell.nt.kernel import Kernel

__all__ = [
    "boot", "config", "query", "querytable", "registry", "resourcemap", "resources", "rtlreg", "start", "zwkey", "zwquery",
]  # fmt: skip


def start(k: Kernel) -> None:
    """Make the registry of a fresh machine, and its place in the namespace; ob has started."""
    k.registry = registry.Registry(k, k.journal)
    boot.fill(k.registry, k.machine.spec, k.arch.pointer)
    address = k.pool.allocate_system(32, "key \\Registry")
    k.objects.insert("\\Registry", "Key", address, key=k.registry.root)
    config.start(k)
    for value in k.registry.open(f"{boot.CONTROL_SET}\\Control\\Session Manager\\DOS Devices").values:
        k.objects.insert(f"\\??\\{value.name}", "SymbolicLink", 0, target=value.text)
