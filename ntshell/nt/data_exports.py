"""Data that nt exports: variables that drivers read by name, such as `*IoFileObjectType`.

`DATA_EXPORTS` has, by name, the declaration that the driver is compiled against and the bytes that the variable takes on
a target (no declaration: the driver's own, or a header, has it).  Boot gives each an address; `fill` then puts in what they hold.

Rule: a variable declared as a pointer (`POBJECT_TYPE *IoFileObjectType`) holds the address of nt's own cell, which lies
right behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ntshell.machine.arch import Arch
from ntshell.nt import wellknown

if TYPE_CHECKING:
    from ntshell.nt.kernel import Kernel

OBJECT_TYPES = {
    "CmKeyObjectType": "Key",
    "ExEventObjectType": "Event",
    "ExSemaphoreObjectType": "Semaphore",
    "IoAdapterObjectType": "Adapter",
    "IoControllerObjectType": "Controller",
    "IoDeviceObjectType": "Device",
    "IoDriverObjectType": "Driver",
    "IoFileObjectType": "File",
    "PsProcessType": "Process",
    "PsThreadType": "Thread",
    "SeTokenObjectType": "Token",
}
# In no header of the kit.
UNDECLARED = {f"Io{kind}ObjectType" for kind in ("Adapter", "Controller", "Device", "Driver")}
BUILD = 1381  # NT 4.0
FREE_BUILD = 0xF0000000


def _two_pointers(arch: Arch) -> int:
    return 2 * arch.pointer


def _pointer(arch: Arch) -> int:
    return arch.pointer


DATA_EXPORTS: dict[str, tuple[str, Callable[[Arch], int]]] = {
    **{name: ("" if name in UNDECLARED else f"extern POBJECT_TYPE *{name};", _two_pointers) for name in OBJECT_TYPES},
    "PsInitialSystemProcess": ("extern PEPROCESS PsInitialSystemProcess;", _pointer),
    "NtBuildNumber": ("", _two_pointers),
    "KeNumberProcessors": (
        "#ifdef _WIN64\nextern CCHAR KeNumberProcessors;\n#else\nextern PCCHAR KeNumberProcessors;\n#endif",
        lambda arch: arch.pointer if arch.pointer == 8 else _two_pointers(arch),  # the number itself since Windows XP
    ),
    "KdDebuggerEnabled": ("extern PBOOLEAN KdDebuggerEnabled;", _two_pointers),
    "KdDebuggerNotPresent": ("extern PBOOLEAN KdDebuggerNotPresent;", _two_pointers),
    "KdComPortInUse": ("", _two_pointers),  # at its end NULL: no debugger holds a serial port
    "InitSafeBootMode": ("extern PULONG InitSafeBootMode;", _two_pointers),
    "MmHighestUserAddress": ("extern PVOID *MmHighestUserAddress;", _two_pointers),
    "MmSystemRangeStart": ("extern PVOID *MmSystemRangeStart;", _two_pointers),
    "MmUserProbeAddress": ("extern PULONG_PTR MmUserProbeAddress;", _two_pointers),
    "SeExports": ("", wellknown.room),
}


def declarations() -> str:
    """The header text of all of them."""
    return "\n".join(text for text, _ in DATA_EXPORTS.values() if text) + "\n"


def fill(k: Kernel) -> None:
    """Give every variable its value, once ob and ps have started."""
    pointer = k.arch.pointer
    for name, (_, size) in DATA_EXPORTS.items():
        address = k.addresses[name]
        if name == "SeExports":
            wellknown.fill(k, address)
            continue
        if size(k.arch) == 2 * pointer:
            k.set_pointer(address, address + pointer)
            address += pointer
        k.set_pointer(address, _value(k, name))


def _value(k: Kernel, name: str) -> int:
    if name in OBJECT_TYPES:
        return int(k.objects.types[OBJECT_TYPES[name]])
    if name == "PsInitialSystemProcess":
        return int(k.ps.system_process)
    wide = k.arch.pointer == 8
    return {
        "NtBuildNumber": FREE_BUILD | BUILD,
        "KeNumberProcessors": len(k.machine.processors),
        "KdDebuggerEnabled": 1,
        "MmHighestUserAddress": 0x7FFFFFEFFFF if wide else 0x7FFEFFFF,
        "MmSystemRangeStart": 0xFFFF080000000000 if wide else 0x80000000,
        "MmUserProbeAddress": 0x7FFFFFF0000 if wide else 0x7FFF0000,
    }.get(name, 0)
