"""The configuration manager: registry, hardware description, claims of resources, counts of devices."""

from ntshell.nt.cm import (
    config,
    hardware,
    query,
    querytable,
    registry,
    resourcemap,
    resources,
    rtlreg,
    zwkey,
    zwquery,
)
from ntshell.nt.kernel import Kernel

__all__ = [
    "boot",
    "config",
    "hardware",
    "query",
    "querytable",
    "registry",
    "resourcemap",
    "resources",
    "rtlreg",
    "zwkey",
    "zwquery",
]


def boot(k: Kernel) -> None:
    """Make the registry of a fresh machine, and its place in the namespace; ob has booted."""
    k.registry = registry.Registry(k, k.journal)
    hardware.fill(k.registry, k.machine.spec, k.arch.pointer)
    address = k.pool.allocate_system(zwkey.BODY, "key \\Registry")
    k.objects.insert("\\Registry", "Key", address, key=k.registry.root)
    config.boot(k)
    devices = k.registry.open(f"{hardware.CONTROL_SET}\\Control\\Session Manager\\DOS Devices")
    for value in devices.values:
        k.objects.insert(f"\\??\\{value.name}", "SymbolicLink", 0, target=value.text)
    k.registry.live = True
