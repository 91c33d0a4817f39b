"""The lab card: one unit of an ISA board, four ports, a 16-byte FIFO, and a share in the board's interrupt line.

| port | name    | meaning                                                                                   |
|------|---------|-------------------------------------------------------------------------------------------|
| +0   | CONTROL | bit 0: interrupt enable; bit 1: start a transfer (busy until the next interrupt); bit 7: reset |
| +1   | STATUS  | bit 0: interrupt pending, write 1 to clear; bit 1: data in the FIFO; bit 2: busy            |
| +2   | DATA    | read takes a byte from the FIFO (0xFF when empty), write puts one                           |
| +3   | COUNT   | interrupts raised by this unit, modulo 256, read only                                       |

The unit drives the shared line while it is pending and enabled.
"""

from __future__ import annotations

import attrs

from ntshell.machine.journal import Journal
from ntshell.machine.lines import Lines

CONTROL, STATUS, DATA, COUNT = range(4)
ENABLE, START, RESET = 0x01, 0x02, 0x80
PENDING, HAS_DATA, BUSY = 0x01, 0x02, 0x04
FIFO = 16
FIRST_BYTE = 0x41


@attrs.define(eq=False, repr=False)
class LabUnit:
    """One unit; its state changes only through the journal."""

    name: str
    irq: int
    journal: Journal
    lines: Lines
    enable: bool = False
    waiting: bool = False
    busy: bool = False
    count: int = 0
    next_byte: int = FIRST_BYTE
    fifo: tuple[int, ...] = ()

    def read(self, register: int, size: int) -> int:
        """Registers are bytes; a wider read gives the following registers too."""
        return sum(self._read_byte(register + n) << (8 * n) for n in range(size))

    def write(self, register: int, size: int, value: int) -> None:
        """A wider write goes on to the following registers."""
        for n in range(size):
            self._write_byte(register + n, value >> (8 * n) & 0xFF)

    def fire(self) -> str:
        """The unit has received a byte and asks for service."""
        if len(self.fifo) < FIFO:
            self.journal.set(self, "fifo", (*self.fifo, self.next_byte))
        self.journal.set(self, "next_byte", (self.next_byte + 1) & 0xFF)
        self.journal.set(self, "count", (self.count + 1) & 0xFF)
        self.journal.set(self, "waiting", True)
        self.journal.set(self, "busy", False)
        self._drive()
        return "" if self.enable else f"{self.name} masks it: bit 0 of its CONTROL register is 0"

    def enabled(self) -> bool:
        """Bit 0 of CONTROL."""
        return self.enable

    def pending(self) -> bool:
        """Bit 0 of STATUS."""
        return self.waiting

    def registers(self) -> tuple[tuple[str, int], ...]:
        """CONTROL, STATUS, the FIFO's depth and COUNT."""
        return (
            ("CONTROL", self._control()),
            ("STATUS", self._status()),
            ("FIFO", len(self.fifo)),
            ("COUNT", self.count),
        )

    def _control(self) -> int:
        return (ENABLE if self.enable else 0) | (START if self.busy else 0)

    def _status(self) -> int:
        return (PENDING if self.waiting else 0) | (HAS_DATA if self.fifo else 0) | (BUSY if self.busy else 0)

    def _read_byte(self, register: int) -> int:
        if register == CONTROL:
            return self._control()
        if register == STATUS:
            return self._status()
        if register == COUNT:
            return self.count
        if register != DATA or not self.fifo:
            return 0xFF
        byte = self.fifo[0]
        self.journal.set(self, "fifo", self.fifo[1:])
        return byte

    def _write_byte(self, register: int, value: int) -> None:
        if register == CONTROL:
            self._write_control(value)
        elif register == STATUS and value & PENDING:
            self.journal.set(self, "waiting", False)
        elif register == DATA and len(self.fifo) < FIFO:
            self.journal.set(self, "fifo", (*self.fifo, value))
        self._drive()

    def _write_control(self, value: int) -> None:
        if value & RESET:
            for name, clear in (("enable", False), ("waiting", False), ("busy", False), ("fifo", ())):
                self.journal.set(self, name, clear)
            return
        self.journal.set(self, "enable", bool(value & ENABLE))
        if value & START:
            self.journal.set(self, "busy", True)

    def _drive(self) -> None:
        self.lines.drive(self.irq, self.name, self.enable and self.waiting)
