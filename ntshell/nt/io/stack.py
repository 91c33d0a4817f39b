"""Device stacks: who is attached to whom, the extension that NT keeps beside a device object, the names of devices.

Rules: a device attached above another is `AttachedDevice` of the lower one and has the lower one in `AttachedTo` of
its own extension; requests enter at the top.
"""

from __future__ import annotations

from ntshell.ctype.value import Value
from ntshell.nt.io.common import has
from ntshell.nt.io.constants import DOE_GOING, IO_TYPE_DEVICE
from ntshell.nt.kernel import Kernel

FULL, PUBLIC = "_EXTENDED_DEVOBJ_EXTENSION", "_DEVOBJ_EXTENSION"


def extension_type(k: Kernel) -> str:
    """The full DEVOBJ_EXTENSION, of which the DDK declares the first members only."""
    return FULL if FULL in k.types else PUBLIC


def device(k: Kernel, address: int) -> Value:
    """The DEVICE_OBJECT at an address."""
    return k.struct("_DEVICE_OBJECT", address)


def extension(k: Kernel, address: int) -> Value:
    """The DEVOBJ_EXTENSION of a device."""
    return k.struct(extension_type(k), device(k, address).DeviceObjectExtension)


def flags(k: Kernel, address: int) -> int:
    """ExtensionFlags: DOE_UNLOAD_PENDING and its like."""
    here = extension(k, address)
    return int(here.ExtensionFlags) if has(here, "ExtensionFlags") else 0


def set_flags(k: Kernel, address: int, bits: int) -> None:
    """Set bits in ExtensionFlags."""
    here = extension(k, address)
    here.ExtensionFlags = here.ExtensionFlags | bits


def going(k: Kernel, address: int) -> bool:
    """Whether the device is being unloaded or deleted: no open, no attachment any more."""
    return bool(flags(k, address) & DOE_GOING)


def attached_to(k: Kernel, address: int) -> int:
    """The device that this one is attached to; 0 for none."""
    return int(extension(k, address).AttachedTo)


def top(k: Kernel, address: int) -> int:
    """The highest device of the stack that a device is in."""
    while above := int(device(k, address).AttachedDevice):
        address = above
    return address


def related(k: Kernel, file: int) -> int:
    """The device that requests for a file object are sent to."""
    return top(k, int(k.struct("_FILE_OBJECT", file).DeviceObject))


def devices_of(k: Kernel, driver: int) -> list[int]:
    """A driver's device objects, newest first."""
    found: list[int] = []
    address = int(k.struct("_DRIVER_OBJECT", driver).DeviceObject)
    while address and len(found) < 10_000:
        found.append(address)
        address = int(device(k, address).NextDevice)
    return found


def name(k: Kernel, address: int) -> str:
    r"""`\Device\Lab0`, or words for a device without a name."""
    return k.io.device_names.get(address) or f"device {k.arch.format(address)}"


def driver_name(k: Kernel, address: int) -> str:
    r"""`\Driver\lab` of a device's driver."""
    record = k.io.driver(int(device(k, address).DriverObject))
    return record.path if record is not None else "its driver"


def require(k: Kernel, address: int, routine: str) -> None:
    """Bug check 0xC9 when what a driver passes is no device object."""
    if not address:
        k.bugcheck(
            0xC9, 0x204, 0, 0, 0,
            rule=f"{routine} was given a NULL device object",
            mend="check that the device was found or made before it is used",
        )  # fmt: skip
    if device(k, address).Type != IO_TYPE_DEVICE:
        k.bugcheck(
            0xC9, 0x4, address, 0, 0,
            rule=f"{routine} was given {k.arch.format(address)}, which is no device object",
            mend="pass the device object that IoCreateDevice or an attach routine gave",
        )  # fmt: skip
