"""The machine as a whole: built from a machine file, run by the engine, undone by its journal."""

from __future__ import annotations

import attrs

from ntshell.machine.arch import Arch
from ntshell.machine.bus import Device, PortSpace
from ntshell.machine.config import DeviceSpec, MachineSpec
from ntshell.machine.devices.lab import LabUnit
from ntshell.machine.journal import Journal
from ntshell.machine.lines import Line, Lines
from ntshell.machine.memory import Memory
from ntshell.machine.processor import Processor
from ntshell.machine.thread import Thread

TICK = 100_000  # the clock interrupts every 10 ms, in units of 100 ns


@attrs.define(eq=False, repr=False)
class Machine:
    """Everything that a driver could touch, and what the debugger must be able to take back."""

    arch: Arch
    spec: MachineSpec
    journal: Journal
    memory: Memory
    lines: Lines
    ports: PortSpace
    devices: dict[str, Device]
    processors: list[Processor]
    threads: list[Thread] = attrs.Factory(list)
    now: int = 0  # interrupt time: 100 ns since the machine was started

    @property
    def processor(self) -> Processor:
        """The processor that runs now."""
        return self.processors[0]


def build(arch: Arch, spec: MachineSpec) -> Machine:
    """A fresh machine; nothing runs on it yet."""
    journal = Journal()
    lines = Lines(journal, {line.irq: Line(line.irq, line.latched) for line in spec.lines})
    ports = PortSpace()
    devices: dict[str, Device] = {}
    for device in spec.devices:
        for unit, model in enumerate(_units(device, journal, lines)):
            devices[model.name] = model
            ports.add(device.port + 4 * unit, 4, model)
    processors = [Processor(number) for number in range(spec.processors)]
    return Machine(arch, spec, journal, Memory(arch, journal), lines, ports, devices, processors)


def _units(device: DeviceSpec, journal: Journal, lines: Lines) -> list[LabUnit]:
    return [LabUnit(f"{device.name}{n}", device.irq, journal, lines) for n in range(device.units)]
