"""Device registers mapped into memory: what READ_PORT_X is for ports, these are for MmMapIoSpace's addresses."""

from __future__ import annotations

from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel

_WRITE = Stage(entry=5, unload=1)
_ANY = "_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI "


def _move(k: Kernel, source: int, target: int, count: int, width: int) -> None:
    """A buffer form: registers follow one another, as in memory."""
    for offset in range(0, count * width, width):
        k.memory.store(target + offset, width, k.memory.load(source + offset, width))


@export(_ANY + "UCHAR READ_REGISTER_UCHAR(_In_ PUCHAR Register);", module="hal")
def READ_REGISTER_UCHAR(k: Kernel, Register: int) -> Result:
    """Reads a byte from a mapped register."""
    return k.memory.load(Register, 1)


@export(_ANY + "VOID WRITE_REGISTER_UCHAR(_In_ PUCHAR Register, _In_ UCHAR Value);", module="hal", stage=_WRITE)
def WRITE_REGISTER_UCHAR(k: Kernel, Register: int, Value: int) -> Result:
    """Writes a byte to a mapped register."""
    k.memory.store(Register, 1, Value)
    return None


@export(_ANY + "USHORT READ_REGISTER_USHORT(_In_ PUSHORT Register);", module="hal")
def READ_REGISTER_USHORT(k: Kernel, Register: int) -> Result:
    """Reads 2 bytes from a mapped register."""
    return k.memory.load(Register, 2)


@export(_ANY + "VOID WRITE_REGISTER_USHORT(_In_ PUSHORT Register, _In_ USHORT Value);", module="hal", stage=_WRITE)
def WRITE_REGISTER_USHORT(k: Kernel, Register: int, Value: int) -> Result:
    """Writes 2 bytes to a mapped register."""
    k.memory.store(Register, 2, Value)
    return None


@export(_ANY + "ULONG READ_REGISTER_ULONG(_In_ PULONG Register);", module="hal")
def READ_REGISTER_ULONG(k: Kernel, Register: int) -> Result:
    """Reads 4 bytes from a mapped register."""
    return k.memory.load(Register, 4)


@export(_ANY + "VOID WRITE_REGISTER_ULONG(_In_ PULONG Register, _In_ ULONG Value);", module="hal", stage=_WRITE)
def WRITE_REGISTER_ULONG(k: Kernel, Register: int, Value: int) -> Result:
    """Writes 4 bytes to a mapped register."""
    k.memory.store(Register, 4, Value)
    return None


@export(
    _ANY + "VOID READ_REGISTER_BUFFER_UCHAR(_In_ PUCHAR Register, _Out_ PUCHAR Buffer, _In_ ULONG Count);",
    module="hal",
)
def READ_REGISTER_BUFFER_UCHAR(k: Kernel, Register: int, Buffer: int, Count: int) -> Result:
    """Reads bytes from mapped registers into a buffer."""
    _move(k, Register, Buffer, Count, 1)
    return None


@export(
    _ANY + "VOID WRITE_REGISTER_BUFFER_UCHAR(_In_ PUCHAR Register, _In_ PUCHAR Buffer, _In_ ULONG Count);",
    module="hal",
    stage=_WRITE,
)
def WRITE_REGISTER_BUFFER_UCHAR(k: Kernel, Register: int, Buffer: int, Count: int) -> Result:
    """Writes the bytes of a buffer to mapped registers."""
    _move(k, Buffer, Register, Count, 1)
    return None


@export(
    _ANY + "VOID READ_REGISTER_BUFFER_USHORT(_In_ PUSHORT Register, _Out_ PUSHORT Buffer, _In_ ULONG Count);",
    module="hal",
)
def READ_REGISTER_BUFFER_USHORT(k: Kernel, Register: int, Buffer: int, Count: int) -> Result:
    """Reads 2-byte units from mapped registers into a buffer."""
    _move(k, Register, Buffer, Count, 2)
    return None


@export(
    _ANY + "VOID WRITE_REGISTER_BUFFER_USHORT(_In_ PUSHORT Register, _In_ PUSHORT Buffer, _In_ ULONG Count);",
    module="hal",
    stage=_WRITE,
)
def WRITE_REGISTER_BUFFER_USHORT(k: Kernel, Register: int, Buffer: int, Count: int) -> Result:
    """Writes the 2-byte units of a buffer to mapped registers."""
    _move(k, Buffer, Register, Count, 2)
    return None


@export(
    _ANY + "VOID READ_REGISTER_BUFFER_ULONG(_In_ PULONG Register, _Out_ PULONG Buffer, _In_ ULONG Count);",
    module="hal",
)
def READ_REGISTER_BUFFER_ULONG(k: Kernel, Register: int, Buffer: int, Count: int) -> Result:
    """Reads 4-byte units from mapped registers into a buffer."""
    _move(k, Register, Buffer, Count, 4)
    return None


@export(
    _ANY + "VOID WRITE_REGISTER_BUFFER_ULONG(_In_ PULONG Register, _In_ PULONG Buffer, _In_ ULONG Count);",
    module="hal",
    stage=_WRITE,
)
def WRITE_REGISTER_BUFFER_ULONG(k: Kernel, Register: int, Buffer: int, Count: int) -> Result:
    """Writes the 4-byte units of a buffer to mapped registers."""
    _move(k, Buffer, Register, Count, 4)
    return None
