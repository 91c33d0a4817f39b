"""The I/O space: which device answers at a port.

Ports nobody answers read as all ones and swallow writes, as on an ISA bus.
"""

from __future__ import annotations

from typing import Protocol

import attrs


class Device(Protocol):
    """A device model: registers, and a line that it drives."""

    name: str
    irq: int

    def read(self, register: int, size: int) -> int:
        """Read `size` bytes at an offset from the device's base."""

    def write(self, register: int, size: int, value: int) -> None:
        """Write `size` bytes at an offset from the device's base."""

    def fire(self) -> str:
        """What the user's `fire` does: the device has something to say.  Returns why its line stays quiet, or ''."""

    def enabled(self) -> bool:
        """Whether the device lets its interrupt out."""

    def pending(self) -> bool:
        """Whether it has an interrupt waiting inside."""

    def registers(self) -> tuple[tuple[str, int], ...]:
        """Name and value of each register, without the side effects of a read."""


@attrs.frozen(repr=False)
class PortRange:
    """`count` ports from `base` that belong to a device."""

    base: int
    count: int
    device: Device


@attrs.define(eq=False, repr=False)
class PortSpace:
    """All ports of the machine."""

    ports: dict[int, PortRange] = attrs.Factory(dict)

    def add(self, base: int, count: int, device: Device) -> None:
        """Give ports to a device, when the machine is built."""
        found = PortRange(base, count, device)
        for port in range(base, base + count):
            self.ports[port] = found

    def read(self, port: int, size: int) -> int:
        """IN of 1, 2 or 4 bytes."""
        found = self.ports.get(port)
        return (1 << (8 * size)) - 1 if found is None else found.device.read(port - found.base, size)

    def write(self, port: int, size: int, value: int) -> None:
        """OUT of 1, 2 or 4 bytes."""
        found = self.ports.get(port)
        if found is not None:
            found.device.write(port - found.base, size, value)
