"""Interrupt lines: wires from devices to the interrupt controller.

A device *drives* a line while it wants service.  A latched line remembers a rising edge until it is taken; a
level-sensitive one asks for as long as anybody drives it.  Whether and when a request is taken is the engine's affair.
"""

from __future__ import annotations

import attrs

from ntshell.machine.journal import Journal


@attrs.define(eq=False, repr=False)
class Line:
    """An interrupt line: IRQ number, mode, which devices drive it, and whether a request is waiting."""

    irq: int
    latched: bool = True
    drivers: tuple[str, ...] = ()  # names of the devices that drive it now
    pending: bool = False  # latched: an edge was seen and not yet taken; also set by a forced interrupt
    taken: int = 0  # interrupts taken since the machine was started
    dismissed: int = 0  # ... that no ISR claimed
    repeats: int = 0  # taken in a row with nothing else run in between
    settled: int = -1  # the position at which its latest interrupt was over

    @property
    def asking(self) -> bool:
        """Whether the controller would interrupt now if the IRQL let it."""
        return self.pending or (not self.latched and bool(self.drivers))


@attrs.define(eq=False, repr=False)
class Lines:
    """All lines of the machine, by IRQ."""

    journal: Journal
    by_irq: dict[int, Line] = attrs.Factory(dict)

    def drive(self, irq: int, device: str, high: bool) -> None:
        """A device begins or ends to drive a line; a latched line sees a rising edge of the wire as a whole."""
        line = self.by_irq[irq]
        before = line.drivers
        after = tuple(sorted({*before, device})) if high else tuple(name for name in before if name != device)
        if after == before:
            return
        self.journal.set(line, "drivers", after)
        if line.latched and after and not before:
            self.journal.set(line, "pending", True)

    def force(self, irq: int) -> None:
        """A stray edge that no device made."""
        self.journal.set(self.by_irq[irq], "pending", True)

    def acknowledge(self, irq: int) -> None:
        """The interrupt was taken: the latch is clear."""
        line = self.by_irq[irq]
        self.journal.set(line, "pending", False)
        self.journal.set(line, "taken", line.taken + 1)
