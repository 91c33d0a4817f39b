r"""The registry of a fresh machine, and the services key of a driver that is loaded.

`Hardware\Description` says what the machine file has: a bus adapter a bus, and below it a controller a device, as NTDETECT
would find them; `ResourceMap` begins with what the HAL keeps for itself; `DeviceMap` with the ports of a usual PC.
"""

from __future__ import annotations

from ntshell.machine.config import DeviceSpec, MachineSpec
from ntshell.nt.cm.lists import (
    BUS_NUMBERS,
    DEVICE_EXCLUSIVE,
    INTERRUPT,
    LATCHED,
    PORT,
    PORT_IO,
    UNDETERMINED,
    Claim,
    pack_full,
    pack_list,
)
from ntshell.nt.cm.registry import (
    REG_BINARY,
    REG_EXPAND_SZ,
    REG_FULL_RESOURCE_DESCRIPTOR,
    REG_RESOURCE_LIST,
    Key,
    Registry,
)

CONTROL_SET = "\\Registry\\Machine\\System\\ControlSet001"
SERVICES = "\\Registry\\Machine\\System\\CurrentControlSet\\Services"
HARDWARE = "\\Registry\\Machine\\Hardware"
DESCRIPTION = f"{HARDWARE}\\Description\\System"
DEVICE_MAP = f"{HARDWARE}\\DeviceMap"
RESOURCE_MAP = f"{HARDWARE}\\ResourceMap"
WINDOWS_NT = "\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion"

HAL_PORTS = (
    (0x0, 0x10), (0x20, 2), (0x40, 4), (0x48, 4), (0x61, 1), (0x70, 2), (0x80, 0x10), (0x92, 1), (0xA0, 2), (0xC0, 0x10),
    (0xD0, 0x10),
)  # fmt: skip
HAL_LINES = (0, 2, 8, 13)  # clock, cascade, real-time clock, numeric processor
DOS_DEVICES = (
    ("AUX", "\\DosDevices\\COM1"), ("MAILSLOT", "\\Device\\MailSlot"), ("NUL", "\\Device\\Null"),
    ("PIPE", "\\Device\\NamedPipe"), ("PRN", "\\DosDevices\\LPT1"), ("UNC", "\\Device\\Mup"),
)  # fmt: skip
DEVICE_MAPS = (
    ("KeyboardClass", ()),
    ("KeyboardPort", ()),
    ("PARALLEL PORTS", (("\\Device\\Parallel0", "\\DosDevices\\LPT1"),)),
    ("PointerClass", ()),
    ("PointerPort", ()),
    ("Scsi", ()),
    ("SERIALCOMM", (("Serial0", "COM1"), ("Serial1", "COM2"))),
    ("VIDEO", ()),
)
# Model -> the controller type of the description tree, and its identifier.
CONTROLLERS = {"lab": ("OtherController", "LAB")}


def fill(registry: Registry, spec: MachineSpec, pointer: int) -> None:
    """Make the keys of a machine that has just started."""
    _fixed(registry)
    _describe(registry, spec, pointer)
    _hal_claims(registry, pointer)


def _key(registry: Registry, path: str, volatile: bool = False) -> Key:
    key = registry.create(path, volatile)
    assert isinstance(key, Key), path
    return key


def _fixed(registry: Registry) -> None:
    _key(registry, "\\Registry\\Machine")
    _key(registry, "\\Registry\\User\\.Default")
    _key(registry, f"{CONTROL_SET}\\Services")
    registry.set_link(_key(registry, "\\Registry\\Machine\\System\\CurrentControlSet"), CONTROL_SET)
    select = _key(registry, "\\Registry\\Machine\\System\\Select")
    for name in ("Current", "Default", "LastKnownGood"):
        registry.set_number(select, name, 1)
    devices = _key(registry, f"{CONTROL_SET}\\Control\\Session Manager\\DOS Devices")
    for name, target in DOS_DEVICES:
        registry.set_text(devices, name, target)
    windows = _key(registry, WINDOWS_NT)
    registry.set_text(windows, "CurrentVersion", "4.0")
    registry.set_text(windows, "CurrentBuildNumber", "1381")
    registry.set_text(windows, "SystemRoot", "C:\\WINNT")
    _key(registry, f"{HARDWARE}\\Description", True)
    for name, values in DEVICE_MAPS:
        key = _key(registry, f"{DEVICE_MAP}\\{name}", True)
        for value, text in values:
            registry.set_text(key, value, text)
    _key(registry, RESOURCE_MAP, True)


def _describe(registry: Registry, spec: MachineSpec, pointer: int) -> None:
    system = _key(registry, DESCRIPTION, True)
    registry.set_text(system, "Identifier", "AT/AT COMPATIBLE")
    buses = [device.bus for device in spec.devices]
    if "Eisa" not in buses:
        buses.append("Isa")
    adapters = 0
    for bus in ("Isa", "Eisa", "Internal"):
        if bus not in buses:
            continue
        kind = "EisaAdapter" if bus == "Eisa" else "MultifunctionAdapter"
        place = f"{DESCRIPTION}\\{kind}\\{0 if bus == 'Eisa' else adapters}"
        adapters += bus != "Eisa"
        _component(registry, place, bus.upper(), pack_full((), BUS_NUMBERS[bus], 0, pointer))
        _devices(registry, place, [device for device in spec.devices if device.bus == bus], spec, pointer)


def _devices(registry: Registry, place: str, devices: list[DeviceSpec], spec: MachineSpec, pointer: int) -> None:
    latched = {line.irq: line.latched for line in spec.lines}
    numbers: dict[str, int] = {}
    for device in devices:
        kind, identifier = CONTROLLERS[device.model]
        number = numbers.get(kind, 0)
        numbers[kind] = number + 1
        bus = BUS_NUMBERS[device.bus]
        claims = (
            Claim(PORT, UNDETERMINED, PORT_IO, device.port, device.ports, 0, bus),
            Claim(INTERRUPT, UNDETERMINED, LATCHED if latched[device.irq] else 0, device.irq, 0, device.irq, bus),
        )
        _component(registry, f"{place}\\{kind}\\{number}", identifier, pack_full(claims, bus, 0, pointer))


def _component(registry: Registry, path: str, identifier: str, configuration: bytes) -> None:
    key = _key(registry, path, True)
    registry.set_value(key, "Component Information", REG_BINARY, bytes(12) + b"\xff\xff\xff\xff")
    registry.set_text(key, "Identifier", identifier)
    registry.set_value(key, "Configuration Data", REG_FULL_RESOURCE_DESCRIPTOR, configuration)


def _hal_claims(registry: Registry, pointer: int) -> None:
    claims = [Claim(PORT, DEVICE_EXCLUSIVE, PORT_IO, start, length) for start, length in HAL_PORTS]
    claims += [Claim(INTERRUPT, DEVICE_EXCLUSIVE, LATCHED, irq, 0, irq) for irq in HAL_LINES]
    key = _key(registry, f"{RESOURCE_MAP}\\Hardware Abstraction Layer\\PC Compatible Eisa/Isa HAL", True)
    registry.set_value(key, ".Raw", REG_RESOURCE_LIST, pack_list(claims, pointer))
    registry.set_value(key, ".Translated", REG_RESOURCE_LIST, pack_list(claims, pointer))


def service_key(registry: Registry, name: str, image: str = "") -> str:
    """The services key of a driver, made when it is not there; returns the path that DriverEntry gets."""
    key = _key(registry, f"{SERVICES}\\{name}")
    if not key.values:
        registry.set_number(key, "Type", 1)
        registry.set_number(key, "Start", 3)
        registry.set_number(key, "ErrorControl", 1)
        registry.set_text(key, "ImagePath", image or f"\\SystemRoot\\System32\\drivers\\{name}.sys", REG_EXPAND_SZ)
    _key(registry, f"{SERVICES}\\{name}\\Parameters")
    return f"{SERVICES}\\{name}"
