r"""IoQueryDeviceDescription: a walk over the hardware description tree that calls the driver back for each match.

Rules: a type that is NULL is a level that is not looked at; a number that is NULL means every one; the first callback
that fails ends the walk with its status.  The information blocks are paged pool, and gone when the callback returns.
"""

from __future__ import annotations

from struct import pack, unpack_from

import attrs

from ntshell.nt.cm.hardware import DESCRIPTION
from ntshell.nt.cm.registry import Key
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Call, Result
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import (
    STATUS_INVALID_PARAMETER,
    STATUS_OBJECT_NAME_NOT_FOUND,
    nt_success,
)

ADAPTERS = ("EisaAdapter", "MultifunctionAdapter", "TcAdapter")
TYPES = (
    "System", "CentralProcessor", "FloatingPointProcessor", "PrimaryIcache", "PrimaryDcache", "SecondaryIcache",
    "SecondaryDcache", "SecondaryCache", "EisaAdapter", "TcAdapter", "ScsiAdapter", "DtiAdapter", "MultifunctionAdapter",
    "DiskController", "TapeController", "CdRomController", "WormController", "SerialController", "NetworkController",
    "DisplayController", "ParallelController", "PointerController", "KeyboardController", "AudioController",
    "OtherController", "DiskPeripheral", "FloppyDiskPeripheral", "TapePeripheral", "ModemPeripheral",
    "MonitorPeripheral", "PrinterPeripheral", "PointerPeripheral", "KeyboardPeripheral", "TerminalPeripheral",
    "OtherPeripheral", "LinePeripheral", "NetworkPeripheral",
)  # fmt: skip
VALUES = ("Identifier", "Configuration Data", "Component Information")  # in the order of IO_QUERY_DEVICE_DATA_FORMAT
NONE = 0xFFFFFFFF


@attrs.frozen(eq=False, repr=False)
class Level:
    """A key met on the way: its type and number as the callback gets them."""

    type: int = NONE
    number: int = NONE
    key: Key | None = None


@attrs.frozen(eq=False, repr=False)
class Match:
    """What one callback is about."""

    bus: Level
    controller: Level
    peripheral: Level

    @property
    def path(self) -> str:
        """The deepest key's path."""
        for level in (self.peripheral, self.controller, self.bus):
            if level.key is not None:
                return level.key.path
        return DESCRIPTION


def _buses(k: Kernel, wanted: int | None, number: int | None) -> list[Level]:
    """The bus adapters of an interface type; one kind of bus is numbered through."""
    found: list[Level] = []
    counts: dict[int, int] = {}
    for adapter in ADAPTERS:
        above = k.registry.open(DESCRIPTION, adapter)
        for key in above.sorted() if above is not None else []:
            data = key.value("Configuration Data")
            kind = unpack_from("<i", data.data)[0] if data is not None and len(data.data) >= 4 else -1
            count = counts[kind] = counts.get(kind, 0) + 1
            if wanted in (None, kind) and number in (None, count - 1):
                found.append(Level(kind, count - 1, key))
    return found


def _below(k: Kernel, above: Key, wanted: int, number: int | None) -> list[Level]:
    name = TYPES[wanted] if 0 <= wanted < len(TYPES) else ""
    parent = k.registry.open(above, name) if name else None
    if parent is None:
        return []
    keys = sorted((int(key.name), key) for key in parent.sorted() if key.name.isdigit())
    return [Level(wanted, n, key) for n, key in keys if number in (None, n)]


def _matches(k: Kernel, types: tuple[int | None, ...], numbers: tuple[int | None, ...]) -> list[Match]:
    found: list[Match] = []
    for bus in _buses(k, types[0], numbers[0]):
        assert bus.key is not None
        shown = bus if types[0] is not None else Level()
        if types[1] is None and types[2] is None:
            found.append(Match(shown, Level(), Level()))
        controllers = [Level(key=bus.key)] if types[1] is None else _below(k, bus.key, types[1], numbers[1])
        for controller in controllers:
            if types[2] is None:
                found += [Match(shown, controller, Level())] if types[1] is not None else []
                continue
            assert controller.key is not None
            known = controller if types[1] is not None else Level()
            found += [Match(shown, known, each) for each in _below(k, controller.key, types[2], numbers[2])]
    return found


def full_information(name: str, type: int, data: bytes) -> bytes:
    """A KEY_VALUE_FULL_INFORMATION."""
    text = name.encode("utf-16-le")
    offset = 20 + len(text) + 3 & ~3
    return pack("<5I", 0, type, offset, len(data), len(text)) + text + bytes(offset - 20 - len(text)) + data


def _information(k: Kernel, level: Level, blocks: list[int]) -> int:
    """An array of pointers to what a key says; 0 for a level that is not looked at."""
    if level.key is None:
        return 0
    pointers = []
    for name in VALUES:
        value = level.key.value(name)
        pointers.append(_block(k, full_information(value.name, value.type, value.data), blocks) if value else 0)
    return _block(k, b"".join(each.to_bytes(k.arch.pointer, "little") for each in pointers), blocks)


def _block(k: Kernel, data: bytes, blocks: list[int]) -> int:
    address: int = k.pool.allocate(len(data), "paged", "Io  ", "nt")
    k.memory.regions[address].note = "configuration information, valid during the callback only"
    k.memory.write(address, data)
    blocks.append(address)
    return address


def _call(k: Kernel, matches: tuple[Match, ...], routine: int, context: int) -> Result:
    """Call the driver for the first match, then for the others."""
    match, blocks = matches[0], list[int]()
    buffer = _block(k, match.path.encode("utf-16-le") + b"\0\0", blocks)
    name = _block(k, bytes(k.sizeof("_UNICODE_STRING")), blocks)
    k.set_unicode(name, buffer, match.path)
    args: tuple[int, ...] = (context, name)
    for level in (match.bus, match.controller, match.peripheral):
        args += (level.type, level.number, _information(k, level, blocks))
    taken = tuple(blocks)

    def then(kernel: Kernel, status: int) -> Result:
        for block in taken:
            kernel.pool.free(block, "nt")
        if not nt_success(status) or len(matches) == 1:
            return status
        return _call(kernel, matches[1:], routine, context)

    return Call(routine, args, then)


def _number(k: Kernel, address: int) -> int | None:
    return k.memory.load(address, 4) if address else None


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoQueryDeviceDescription(_In_opt_ PINTERFACE_TYPE BusType, _In_opt_ PULONG BusNumber,
        _In_opt_ PCONFIGURATION_TYPE ControllerType, _In_opt_ PULONG ControllerNumber,
        _In_opt_ PCONFIGURATION_TYPE PeripheralType, _In_opt_ PULONG PeripheralNumber,
        _In_ PIO_QUERY_DEVICE_ROUTINE CalloutRoutine, _Inout_opt_ PVOID Context);""",
    stage=Stage(entry=1),
    header="ntddk.h",
    fails=(STATUS_OBJECT_NAME_NOT_FOUND,),
)
def IoQueryDeviceDescription(
    k: Kernel, BusType: int, BusNumber: int, ControllerType: int, ControllerNumber: int, PeripheralType: int,
    PeripheralNumber: int, CalloutRoutine: int, Context: int,
) -> Result:  # fmt: skip
    """Look devices up in the hardware description tree; the driver's callback gets each that matches."""
    types = tuple(_number(k, each) for each in (BusType, ControllerType, PeripheralType))
    numbers = tuple(_number(k, each) for each in (BusNumber, ControllerNumber, PeripheralNumber))
    if types == (None, None, None):
        return STATUS_INVALID_PARAMETER
    matches = _matches(k, types, numbers)
    if not matches:
        return STATUS_OBJECT_NAME_NOT_FOUND
    return _call(k, tuple(matches), CalloutRoutine, Context)
