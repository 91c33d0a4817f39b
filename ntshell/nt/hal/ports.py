"""Device registers: ports in I/O space, and registers mapped into memory.

A port routine uses the low 16 bits of its address, as the processor does.
"""

from __future__ import annotations

from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel

_WRITE = Stage(entry=5, unload=1)
_ANY = "_IRQL_requires_max_(HIGH_LEVEL) NTHALAPI "


@export(_ANY + "UCHAR READ_PORT_UCHAR(_In_ PUCHAR Port);", module="hal")
def READ_PORT_UCHAR(k: Kernel, Port: int) -> Result:
    """Reads a byte from a port."""
    return k.machine.ports.read(Port & 0xFFFF, 1)


@export(_ANY + "USHORT READ_PORT_USHORT(_In_ PUSHORT Port);", module="hal")
def READ_PORT_USHORT(k: Kernel, Port: int) -> Result:
    """Reads 2 bytes from a port."""
    return k.machine.ports.read(Port & 0xFFFF, 2)


@export(_ANY + "ULONG READ_PORT_ULONG(_In_ PULONG Port);", module="hal")
def READ_PORT_ULONG(k: Kernel, Port: int) -> Result:
    """Reads 4 bytes from a port."""
    return k.machine.ports.read(Port & 0xFFFF, 4)


@export(_ANY + "VOID WRITE_PORT_UCHAR(_In_ PUCHAR Port, _In_ UCHAR Value);", module="hal", stage=_WRITE)
def WRITE_PORT_UCHAR(k: Kernel, Port: int, Value: int) -> Result:
    """Writes a byte to a port."""
    k.machine.ports.write(Port & 0xFFFF, 1, Value)
    return None


@export(_ANY + "VOID WRITE_PORT_USHORT(_In_ PUSHORT Port, _In_ USHORT Value);", module="hal", stage=_WRITE)
def WRITE_PORT_USHORT(k: Kernel, Port: int, Value: int) -> Result:
    """Writes 2 bytes to a port."""
    k.machine.ports.write(Port & 0xFFFF, 2, Value)
    return None


@export(_ANY + "VOID WRITE_PORT_ULONG(_In_ PULONG Port, _In_ ULONG Value);", module="hal", stage=_WRITE)
def WRITE_PORT_ULONG(k: Kernel, Port: int, Value: int) -> Result:
    """Writes 4 bytes to a port."""
    k.machine.ports.write(Port & 0xFFFF, 4, Value)
    return None


def _read_ports(k: Kernel, port: int, buffer: int, count: int, width: int) -> None:
    read = k.machine.ports.read
    port &= 0xFFFF
    for n in range(count):
        k.memory.store(buffer + n * width, width, read(port, width))


def _write_ports(k: Kernel, port: int, buffer: int, count: int, width: int) -> None:
    write = k.machine.ports.write
    port &= 0xFFFF
    for n in range(count):
        write(port, width, k.memory.load(buffer + n * width, width))


@export(_ANY + "VOID READ_PORT_BUFFER_UCHAR(_In_ PUCHAR Port, _Out_ PUCHAR Buffer, _In_ ULONG Count);", module="hal")
def READ_PORT_BUFFER_UCHAR(k: Kernel, Port: int, Buffer: int, Count: int) -> Result:
    """Reads bytes from one port into a buffer."""
    _read_ports(k, Port, Buffer, Count, 1)
    return None


@export(_ANY + "VOID READ_PORT_BUFFER_USHORT(_In_ PUSHORT Port, _Out_ PUSHORT Buffer, _In_ ULONG Count);", module="hal")
def READ_PORT_BUFFER_USHORT(k: Kernel, Port: int, Buffer: int, Count: int) -> Result:
    """Reads 2-byte units from one port into a buffer."""
    _read_ports(k, Port, Buffer, Count, 2)
    return None


@export(_ANY + "VOID READ_PORT_BUFFER_ULONG(_In_ PULONG Port, _Out_ PULONG Buffer, _In_ ULONG Count);", module="hal")
def READ_PORT_BUFFER_ULONG(k: Kernel, Port: int, Buffer: int, Count: int) -> Result:
    """Reads 4-byte units from one port into a buffer."""
    _read_ports(k, Port, Buffer, Count, 4)
    return None


@export(
    _ANY + "VOID WRITE_PORT_BUFFER_UCHAR(_In_ PUCHAR Port, _In_ PUCHAR Buffer, _In_ ULONG Count);",
    module="hal",
    stage=_WRITE,
)
def WRITE_PORT_BUFFER_UCHAR(k: Kernel, Port: int, Buffer: int, Count: int) -> Result:
    """Writes the bytes of a buffer to one port."""
    _write_ports(k, Port, Buffer, Count, 1)
    return None


@export(
    _ANY + "VOID WRITE_PORT_BUFFER_USHORT(_In_ PUSHORT Port, _In_ PUSHORT Buffer, _In_ ULONG Count);",
    module="hal",
    stage=_WRITE,
)
def WRITE_PORT_BUFFER_USHORT(k: Kernel, Port: int, Buffer: int, Count: int) -> Result:
    """Writes the 2-byte units of a buffer to one port."""
    _write_ports(k, Port, Buffer, Count, 2)
    return None


@export(
    _ANY + "VOID WRITE_PORT_BUFFER_ULONG(_In_ PULONG Port, _In_ PULONG Buffer, _In_ ULONG Count);",
    module="hal",
    stage=_WRITE,
)
def WRITE_PORT_BUFFER_ULONG(k: Kernel, Port: int, Buffer: int, Count: int) -> Result:
    """Writes the 4-byte units of a buffer to one port."""
    _write_ports(k, Port, Buffer, Count, 4)
    return None
