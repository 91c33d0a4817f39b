"""The error log: entries that a driver allocates, fills and hands over.

Rules: an entry that was handed over belongs to the I/O manager; what is in it stands in `k.io.error_log` from then
on. Packets are limited to ERROR_LOG_MAXIMUM_SIZE; a NULL result is no error for a driver.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.io import stack
from ntshell.nt.io.constants import IO_TYPE_DEVICE
from ntshell.nt.kernel import Kernel


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI PVOID IoAllocateErrorLogEntry(_In_ PVOID IoObject, _In_ UCHAR EntrySize);""",
    acquires="errorlog",
    fails=(0,),
)
def IoAllocateErrorLogEntry(k: Kernel, IoObject: int, EntrySize: int) -> Result:
    """Make an error log entry of `EntrySize` bytes for a driver or device object."""
    largest = 240 if k.arch.pointer == 8 else 152
    if not k.struct("_IO_ERROR_LOG_PACKET", 0).at("DumpData") <= EntrySize <= largest:
        return 0
    address = int(k.pool.allocate_system(EntrySize, f"error log entry of {k.caller}"))
    k.journal.put(k.io.error_packets, address, (IoObject, EntrySize))
    k.acquire("errorlog", address, f"error log entry, {EntrySize} bytes")
    return address


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoWriteErrorLogEntry(_In_ PVOID ElEntry);""",
    releases="errorlog",
)
def IoWriteErrorLogEntry(k: Kernel, ElEntry: int) -> Result:
    """Hand an entry over; it is not the driver's any more."""
    source, size = _take(k, ElEntry, "IoWriteErrorLogEntry")
    packet = k.struct("_IO_ERROR_LOG_PACKET", ElEntry)
    code, status = packet.ErrorCode & 0xFFFFFFFF, packet.FinalStatus & 0xFFFFFFFF
    text = f"{_who(k, source)}: error {code:#010x}, final status {status:#010x}"
    k.journal.append(k.io.error_log, (text, k.memory.read(ElEntry, size)))
    k.emit("print", f"error log: {text}", code=code, status=status)
    k.pool.free_system(ElEntry)
    return None


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID IoFreeErrorLogEntry(_In_ PVOID ElEntry);""",
    releases="errorlog",
)
def IoFreeErrorLogEntry(k: Kernel, ElEntry: int) -> Result:
    """Give an entry back that is not to be written."""
    _take(k, ElEntry, "IoFreeErrorLogEntry")
    k.pool.free_system(ElEntry)
    return None


def _take(k: Kernel, address: int, routine: str) -> tuple[int, int]:
    if address not in k.io.error_packets:
        k.memory.load(address, 1)
        k.bugcheck(
            0xC2, 0x7, 0, 0, address,
            rule=f"{routine} was given {k.arch.format(address)}, which is no error log entry of the driver's",
            mend="hand over each entry of IoAllocateErrorLogEntry once",
        )  # fmt: skip
    k.release("errorlog", address)
    found: tuple[int, int] = k.journal.delete(k.io.error_packets, address)
    return found


def _who(k: Kernel, source: int) -> str:
    if k.memory.load(source, 2) == IO_TYPE_DEVICE:
        return stack.name(k, source)
    record = k.io.driver(source)
    return record.path if record is not None else k.arch.format(source)
