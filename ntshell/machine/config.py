"""Machine files: what hardware there is, in TOML.

The file of a machine names interrupt lines (`[[line]]` irq, mode) and devices (`[[device]]` model, name, bus, port, irq,
units).  A line that only a device names is latched.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from ntshell.base.errors import FileUnreadable
from ntshell.base.shipped import folder

MODELS = {"lab": 4}  # ports a unit
BUSES = ("Isa", "Eisa", "Internal")


@attrs.frozen(repr=False)
class LineSpec:
    """An interrupt line and its mode."""

    irq: int
    latched: bool


@attrs.frozen(repr=False)
class DeviceSpec:
    """A card: its model, where its ports begin, its line and how many units it has."""

    model: str
    name: str
    bus: str
    port: int
    irq: int
    units: int

    @property
    def ports(self) -> int:
        """How many ports all its units take."""
        return MODELS[self.model] * self.units


@attrs.frozen(repr=False)
class MachineSpec:
    """A machine to build."""

    processors: int
    lines: tuple[LineSpec, ...]
    devices: tuple[DeviceSpec, ...]


# The shipped default.toml as it reads, so that the usual start need not parse it; a test holds them equal.
DEFAULT = MachineSpec(1, (LineSpec(5, True),), (DeviceSpec("lab", "lab", "Isa", 0x300, 5, 2),))


def default_file() -> Path:
    """The machine file that ships."""
    return folder("machines") / "default.toml"


def read_machine(path: Path | None) -> MachineSpec:
    """Read a machine file; None gives the one that ships."""
    if path is None:
        return DEFAULT
    import tomllib

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileUnreadable(f"cannot read machine file {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"machine file {path} is not TOML: {error}") from None
    return _spec(table, path)


def _spec(table: dict[str, Any], path: Path) -> MachineSpec:
    _known(table, {"processors", "line", "device"}, path)
    processors = _number(table, "processors", path, 1)
    if processors != 1:
        raise FileUnreadable(f"machine file {path}: processors = {processors}, but a machine has 1 processor")
    lines = {n: LineSpec(n, latched) for n, latched in (_line(entry, path) for entry in _tables(table, "line", path))}
    devices = tuple(_device(entry, path) for entry in _tables(table, "device", path))
    _apart(devices, path)
    for device in devices:
        lines.setdefault(device.irq, LineSpec(device.irq, True))
    return MachineSpec(processors, tuple(lines[irq] for irq in sorted(lines)), devices)


def _tables(table: dict[str, Any], name: str, path: Path) -> list[dict[str, Any]]:
    entries = table.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise FileUnreadable(f"machine file {path}: {name} is written as [[{name}]] tables")
    return entries


def _apart(devices: tuple[DeviceSpec, ...], path: Path) -> None:
    """No two devices have the same unit names or ports."""
    ports: dict[int, str] = {}
    names: set[str] = set()
    for device in devices:
        for unit in (f"{device.name}{n}" for n in range(device.units)):
            if unit in names:
                raise FileUnreadable(f"machine file {path}: two units are called {unit}")
            names.add(unit)
        for port in range(device.port, device.port + device.ports):
            if port in ports:
                raise FileUnreadable(f"machine file {path}: port {port:#x} belongs to {ports[port]} and {device.name}")
            ports[port] = device.name


def _line(entry: dict[str, Any], path: Path) -> tuple[int, bool]:
    _known(entry, {"irq", "mode"}, path)
    mode = entry.get("mode", "latched")
    if mode not in ("latched", "level"):
        raise FileUnreadable(f'machine file {path}: line mode {mode!r} is neither "latched" nor "level"')
    return _irq(entry, path), mode == "latched"


def _device(entry: dict[str, Any], path: Path) -> DeviceSpec:
    _known(entry, {"model", "name", "bus", "port", "irq", "units"}, path)
    model = entry.get("model")
    if model not in MODELS:
        raise FileUnreadable(f"machine file {path}: no device model {model!r}; there is {', '.join(MODELS)}")
    bus = entry.get("bus", "Isa")
    if bus not in BUSES:
        raise FileUnreadable(f"machine file {path}: bus {bus!r} is none of {', '.join(BUSES)}")
    units = _number(entry, "units", path, 1)
    if not 1 <= units <= 16:
        raise FileUnreadable(f"machine file {path}: units = {units}, but a device has 1 to 16")
    name = str(entry.get("name", model))
    return DeviceSpec(str(model), name, bus, _number(entry, "port", path, 0x300), _irq(entry, path), units)


def _irq(entry: dict[str, Any], path: Path) -> int:
    irq = _number(entry, "irq", path, 5)
    if not 1 <= irq <= 15 or irq in (2, 8):
        raise FileUnreadable(f"machine file {path}: irq = {irq}, but a device's line is 1, 3 to 7 or 9 to 15")
    return irq


def _number(entry: dict[str, Any], name: str, path: Path, default: int) -> int:
    value = entry.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 0xFFFF:
        raise FileUnreadable(f"machine file {path}: {name} = {value!r} is no number from 0 to 65535")
    return value


def _known(entry: dict[str, Any], names: set[str], path: Path) -> None:
    for name in entry:
        if name not in names:
            raise FileUnreadable(f"machine file {path}: {name!r} is not known; here stand {', '.join(sorted(names))}")
