"""IoGetConfigurationInformation: how many disks, serial ports and so on there are, in the system's one structure.

Rules: whoever makes a device raises its class's count, and lowers it when the device goes; each raise by a driver's own
store is an entry on the ledger until somebody lowers the count again.
"""

from __future__ import annotations

import attrs

from ntshell.machine.memory import Region
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Held, Kernel

STRUCT = "_CONFIGURATION_INFORMATION"
COUNTS = ("DiskCount", "FloppyCount", "CdRomCount", "TapeCount", "ScsiPortCount", "SerialCount", "ParallelCount")
CLAIMS = ("AtDiskPrimaryAddressClaimed", "AtDiskSecondaryAddressClaimed")
INITIAL = {"DiskCount": 1, "FloppyCount": 1, "CdRomCount": 1, "SerialCount": 2, "ParallelCount": 1}


@attrs.define(eq=False, repr=False)
class CountGuard:
    """Watches the stores of drivers into the counts."""

    kernel: Kernel
    fields: dict[str, tuple[int, int]]  # name -> offset, bytes

    def load(self, region: Region, address: int, size: int) -> int | None:
        """Reading is free."""
        return None

    def store(self, region: Region, address: int, size: int, value: int) -> bool:
        """Let the store happen, and note what it raises or lowers."""
        offset = address - region.base
        new = bytearray(region.data)
        new[offset : offset + size] = value.to_bytes(size, "little")
        for name, (start, length) in self.fields.items():
            before = int.from_bytes(region.data[start : start + length], "little")
            after = int.from_bytes(new[start : start + length], "little")
            if before != after:
                _changed(self.kernel, name, before, after)
        return False


def _changed(k: Kernel, name: str, before: int, after: int) -> None:
    frame = k.driver_frame()
    driver = frame.code.module if frame is not None else k.caller
    bits = 8 if name in CLAIMS else 32
    change = (after - before + (1 << (bits - 1))) % (1 << bits) - (1 << (bits - 1))
    for _ in range(min(change, 16)):
        n = 1
        while ("count", (name, n)) in k.held:
            n += 1
        k.acquire("count", (name, n), f"{name} raised from {before} to {after}", driver)
    for _ in range(min(-change, 16)):
        held = _newest(k, name, driver)
        if held is not None:
            k.release("count", held.key)


def _newest(k: Kernel, name: str, driver: str) -> Held | None:
    """The latest raise of a count, this driver's if it has one."""
    raised = [entry for entry in k.owed() if entry.kind == "count" and entry.key[0] == name]
    own = [entry for entry in raised if entry.driver == driver]
    found = own or raised
    return found[-1] if found else None


def boot(k: Kernel) -> int:
    """Make the structure; returns its address."""
    address: int = k.pool.allocate_system(k.sizeof(STRUCT), "CONFIGURATION_INFORMATION")
    info = k.struct(STRUCT, address)
    for name, count in INITIAL.items():
        info[name] = count
    info.Version = info.size
    fields = {name: (info.at(name) - address, 1 if name in CLAIMS else 4) for name in (*COUNTS, *CLAIMS)}
    k.memory.regions[address].guard = CountGuard(k, fields)
    k.registry.configuration = address
    return address


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI PCONFIGURATION_INFORMATION IoGetConfigurationInformation(VOID);""",
    acquires="count",
    releases="count",
    stage=Stage(entry=6, unload=7),
    header="ntddk.h",
)
def IoGetConfigurationInformation(k: Kernel) -> Result:
    """Get the system's counts of devices, which the driver raises for each device that it makes."""
    return int(k.registry.configuration)
