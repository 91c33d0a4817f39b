"""The lab card: its registers as the table says, and its share in a line, latched and level-sensitive."""

from __future__ import annotations

import pytest

from ntshell.machine.arch import X86
from ntshell.machine.bus import Device
from ntshell.machine.config import DEFAULT, DeviceSpec, LineSpec, MachineSpec
from ntshell.machine.lines import Line
from ntshell.machine.machine import Machine, build

CONTROL, STATUS, DATA, COUNT = range(0x300, 0x304)
SECOND = 4


def machine(latched: bool = True) -> Machine:
    return build(X86, MachineSpec(1, (LineSpec(5, latched),), DEFAULT.devices))


def read(m: Machine, port: int) -> int:
    return m.ports.read(port, 1)


def write(m: Machine, port: int, value: int) -> None:
    m.ports.write(port, 1, value)


def unit(m: Machine, n: int) -> Device:
    return m.devices[f"lab{n}"]


def line(m: Machine) -> Line:
    return m.lines.by_irq[5]


def test_a_fresh_unit_is_quiet() -> None:
    m = machine()
    assert [read(m, port) for port in (CONTROL, STATUS, DATA, COUNT)] == [0, 0, 0xFF, 0]
    assert not line(m).asking


def test_an_interrupt_fills_the_fifo_and_ends_busy() -> None:
    m = machine()
    write(m, CONTROL, 3)
    assert (read(m, CONTROL), read(m, STATUS)) == (3, 4)
    assert unit(m, 0).fire() == ""
    assert (read(m, CONTROL), read(m, STATUS), read(m, COUNT)) == (1, 3, 1)
    unit(m, 0).fire()
    assert [read(m, DATA) for _ in range(3)] == [0x41, 0x42, 0xFF]
    assert read(m, STATUS) == 1


def test_status_is_cleared_by_writing_one() -> None:
    m = machine()
    write(m, CONTROL, 1)
    unit(m, 0).fire()
    write(m, STATUS, 0)
    write(m, STATUS, 2)
    assert read(m, STATUS) & 1
    write(m, STATUS, 1)
    assert read(m, STATUS) == 2


def test_the_fifo_holds_sixteen_bytes_and_count_wraps() -> None:
    m = machine()
    for _ in range(257):
        unit(m, 0).fire()
    assert read(m, COUNT) == 1
    assert [read(m, DATA) for _ in range(17)] == [*range(0x41, 0x51), 0xFF]


def test_a_written_byte_comes_back() -> None:
    m = machine()
    write(m, DATA, 0x99)
    assert (read(m, STATUS), read(m, DATA), read(m, STATUS)) == (2, 0x99, 0)


def test_reset_clears_all_but_the_count() -> None:
    m = machine()
    write(m, CONTROL, 3)
    unit(m, 0).fire()
    write(m, CONTROL, 0x80)
    assert [read(m, port) for port in (CONTROL, STATUS, DATA, COUNT)] == [0, 0, 0xFF, 1]
    assert not line(m).drivers


def test_a_masked_unit_says_so_and_interrupts_when_it_is_enabled() -> None:
    m = machine()
    assert "masks it" in unit(m, 0).fire()
    assert unit(m, 0).pending()
    assert not line(m).asking
    write(m, CONTROL, 1)
    assert line(m).asking


def test_count_is_read_only_and_nobody_answers_elsewhere() -> None:
    m = machine()
    write(m, COUNT, 7)
    assert read(m, COUNT) == 0
    write(m, 0x308, 7)
    assert m.ports.read(0x308, 2) == 0xFFFF


def test_units_are_apart_but_share_the_line() -> None:
    m = machine()
    write(m, CONTROL + SECOND, 1)
    unit(m, 1).fire()
    assert (read(m, STATUS), read(m, STATUS + SECOND)) == (0, 3)
    assert line(m).drivers == ("lab1",)


def test_a_latched_line_sees_one_edge_of_the_whole_wire() -> None:
    m = machine()
    for base in (CONTROL, CONTROL + SECOND):
        write(m, base, 1)
    unit(m, 0).fire()
    m.lines.acknowledge(5)
    unit(m, 1).fire()  # the wire is up already: no edge, no interrupt
    assert line(m).drivers == ("lab0", "lab1")
    assert not line(m).asking
    write(m, STATUS, 1)
    assert not line(m).asking
    write(m, STATUS + SECOND, 1)
    unit(m, 1).fire()
    assert line(m).asking


def test_a_level_line_asks_for_as_long_as_it_is_driven() -> None:
    m = machine(latched=False)
    write(m, CONTROL, 1)
    unit(m, 0).fire()
    m.lines.acknowledge(5)
    assert line(m).asking
    write(m, STATUS, 1)
    assert not line(m).asking


@pytest.mark.parametrize("latched", [True, False])
def test_a_stray_interrupt_is_taken_once(latched: bool) -> None:
    m = machine(latched)
    m.lines.force(5)
    assert line(m).asking
    m.lines.acknowledge(5)
    assert not line(m).asking
    assert line(m).taken == 1


def test_everything_a_unit_does_can_be_taken_back() -> None:
    m = machine()
    pictures = []
    steps = [(CONTROL, 3), None, (DATA, 5), (STATUS, 1), (CONTROL, 0x80), None]

    def picture() -> tuple[object, ...]:
        wire = line(m)
        return (*(each.registers() for each in m.devices.values()), wire.drivers, wire.pending, wire.taken)

    for step in steps:
        pictures.append(picture())
        m.journal.begin()
        if step is None:
            unit(m, 0).fire()
        else:
            write(m, *step)
    for expected in reversed(pictures):
        m.journal.back()
        assert picture() == expected


def test_several_cards() -> None:
    other = DeviceSpec("lab", "card", "Isa", 0x340, 7, 1)
    m = build(X86, MachineSpec(1, (LineSpec(5, True), LineSpec(7, True)), (*DEFAULT.devices, other)))
    assert sorted(m.devices) == ["card0", "lab0", "lab1"]
    write(m, 0x340, 1)
    unit_of_other = m.devices["card0"]
    unit_of_other.fire()
    assert m.lines.by_irq[7].asking
    assert not line(m).asking
