"""IRPs as memory: how one is laid out, made, moved through, and freed.

Rules: `CurrentLocation` counts from `StackCount` (top) down to 1 and stands at `StackCount + 1` before the first
driver; the stack locations follow the IRP, the lowest driver's first. An IRP alone has its pages: a touch after it
was freed faults.
"""

from __future__ import annotations

from ntshell.ctype.value import Value
from ntshell.nt.io.constants import IO_TYPE_IRP, SL_ERROR_RETURNED, major_name
from ntshell.nt.io.state import IrpTrack
from ntshell.nt.kernel import Kernel

CURRENT = "Tail.Overlay.CurrentStackLocation"
THREAD = "Tail.Overlay.Thread"
FILE = "Tail.Overlay.OriginalFileObject"
TRACKS_KEPT = 512


def irp(k: Kernel, address: int) -> Value:
    """The IRP at an address."""
    return k.struct("_IRP", address)


def location(k: Kernel, address: int) -> Value:
    """IoGetCurrentIrpStackLocation."""
    return k.struct("_IO_STACK_LOCATION", irp(k, address)[CURRENT])


def next_location(k: Kernel, address: int) -> Value:
    """IoGetNextIrpStackLocation, what the next lower driver will see."""
    return k.struct("_IO_STACK_LOCATION", irp(k, address)[CURRENT] - k.sizeof("_IO_STACK_LOCATION"))


def size_of(k: Kernel, count: int) -> int:
    """IoSizeOfIrp."""
    return k.sizeof("_IRP") + count * k.sizeof("_IO_STACK_LOCATION")


def fill(k: Kernel, address: int, size: int, count: int) -> None:
    """Make zeroed memory an IRP."""
    here = irp(k, address)
    here.Type, here.Size = IO_TYPE_IRP, size & 0xFFFF
    here.StackCount, here.CurrentLocation = count, count + 1
    here[CURRENT] = address + k.sizeof("_IRP") + count * k.sizeof("_IO_STACK_LOCATION")
    k.list_init(here.at("ThreadListEntry"))


def make(k: Kernel, count: int, note: str, owned: bool = False) -> int:
    """A new IRP with `count` stack locations."""
    size = size_of(k, count)
    number = k.io.irps_made + 1
    k.journal.set(k.io, "irps_made", number)
    address = int(k.pool.allocate_system(size, f"IRP {number} ({note})"))
    fill(k, address, size, count)
    k.journal.put(k.io.irps, address, IrpTrack(address, note, owned=owned))
    return address


def free(k: Kernel, address: int) -> None:
    """Give an IRP's memory back."""
    k.pool.free_system(address)
    _forget_old(k)


def track(k: Kernel, address: int) -> IrpTrack:
    """What is known of an IRP; also of one that the driver laid out itself."""
    found: IrpTrack | None = k.io.irps.get(address)
    if found is None:
        found = IrpTrack(address, "made by a driver", owned=True)
        k.journal.put(k.io.irps, address, found)
    return found


def _forget_old(k: Kernel) -> None:
    """Drop what is known of IRPs that went long ago."""
    tracks = k.io.irps
    if len(tracks) <= TRACKS_KEPT:
        return
    live = {address for address in tracks if k.pool.block(address) is not None}
    dead = sorted(address for address in tracks if address not in live)
    for address in dead[: len(dead) // 2]:
        k.journal.delete(tracks, address)


def clear_location(here: Value) -> None:
    """What the I/O manager leaves of a stack location that the IRP has gone past on its way up."""
    here.MinorFunction = 0
    here.Flags = 0
    here.Control = here.Control & SL_ERROR_RETURNED
    for n in (1, 2, 3, 4):
        here[f"Parameters.Others.Argument{n}"] = 0
    here.FileObject = 0


def describe(k: Kernel, address: int) -> str:
    """An IRP in words: `IRP_MJ_READ IRP 81234560`."""
    here = irp(k, address)
    if here.CurrentLocation > here.StackCount:
        return f"IRP {k.arch.format(address)}"
    return f"{major_name(location(k, address).MajorFunction)} IRP {k.arch.format(address)}"


def is_irp(k: Kernel, address: int) -> bool:
    """Whether an IRP is there; freed memory faults."""
    return bool(irp(k, address).Type == IO_TYPE_IRP)
