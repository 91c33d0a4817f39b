"""The I/O permission map: which ports a user's process may touch by itself.

Rules (NT 4.0, x86): there are map 0, which allows nothing and cannot be set, and map 1, the machine's one; a bit that is set
forbids its port.  A process is given one of them.  A processor in 64-bit mode has none: there every call is refused.  No
header of the kit has these routines, drivers declare them.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel

MAP_SIZE = 0x2000  # 65536 ports
MAPS = 2
NO_MAP, OWN_MAP = 0x20AD, 0x88  # offsets in the TSS: beyond its end, and where the map lies
DENIED = b"\xff" * MAP_SIZE
LEVEL = "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI BOOLEAN NTAPI"


def _known(k: Kernel, number: int) -> bool:
    return k.arch.name == "x86" and number < MAPS


@export(f"{LEVEL} Ke386SetIoAccessMap(_In_ ULONG MapNumber, _In_ PVOID IoAccessMap);", header="ntifs.h")
def Ke386SetIoAccessMap(k: Kernel, MapNumber: int, IoAccessMap: int) -> Result:
    """Copy 8192 bytes into the I/O permission map; FALSE for a number other than 1."""
    if not _known(k, MapNumber) or not MapNumber:
        return 0
    k.journal.set(k.ke, "io_map", k.memory.read(IoAccessMap, MAP_SIZE))
    return 1


@export(f"{LEVEL} Ke386QueryIoAccessMap(_In_ ULONG MapNumber, _Out_ PVOID IoAccessMap);", header="ntifs.h")
def Ke386QueryIoAccessMap(k: Kernel, MapNumber: int, IoAccessMap: int) -> Result:
    """Copy an I/O permission map to a buffer of 8192 bytes."""
    if not _known(k, MapNumber):
        return 0
    k.memory.write(IoAccessMap, k.ke.io_map or DENIED if MapNumber else DENIED)
    return 1


@export(f"{LEVEL} Ke386IoSetAccessProcess(_Inout_ PEPROCESS Process, _In_ ULONG MapNumber);", header="ntifs.h")
def Ke386IoSetAccessProcess(k: Kernel, Process: int, MapNumber: int) -> Result:
    """Give a process the I/O permission map, or with 0 take it away."""
    if not _known(k, MapNumber):
        return 0
    k.struct("_EPROCESS", Process).member("Pcb").IopmOffset = OWN_MAP if MapNumber else NO_MAP
    return 1
