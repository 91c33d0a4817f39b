"""The HAL: vectors and levels, bus addresses, configuration space, ports and registers."""

from __future__ import annotations

from typing import Any

import pytest

from ntshell.machine.arch import ARCHES
from ntshell.machine.config import DEFAULT
from ntshell.machine.machine import build
from ntshell.nt import hal
from ntshell.nt.export import EXPORTS
from ntshell.nt.hal.irq import dirql_of, irq_of, vector_of
from ntshell.nt.kernel import Kernel
from ntshell.nt.mm.pool import Pool

assert hal
INTERNAL, ISA, EISA, PCI = 0, 1, 2, 5
PORT = 0x300


@pytest.fixture(params=["x86", "x64"])
def k(request: pytest.FixtureRequest) -> Kernel:
    machine = build(ARCHES[request.param], DEFAULT)
    kernel = Kernel(machine, None, machine.journal, machine.memory, machine.arch)  # type: ignore[arg-type]
    kernel.pool = Pool(kernel)
    return kernel


def call(k: Kernel, name: str, *args: int) -> Any:
    return EXPORTS[name].run(k, *args)


def block(k: Kernel, size: int = 8) -> int:
    return int(k.pool.allocate_system(size, "test"))


def test_x86_vectors() -> None:
    assert [(vector_of("x86", irq), dirql_of("x86", irq)) for irq in (1, 3, 5, 15)] == [
        (0x31, 26), (0x33, 24), (0x35, 22), (0x3F, 12)
    ]  # fmt: skip
    assert (dirql_of("x86", 0), dirql_of("x86", 8)) == (28, 27)


@pytest.mark.parametrize("arch", ["x86", "x64"])
def test_vectors_and_lines_agree(arch: str) -> None:
    vectors = [vector_of(arch, irq) for irq in range(16)]
    assert [irq_of(arch, vector) for vector in vectors] == list(range(16))
    if arch == "x64":
        assert [vector >> 4 for vector in vectors] == [dirql_of(arch, irq) for irq in range(16)]
    assert irq_of(arch, 0x99) is None


def test_interrupt_vector(k: Kernel) -> None:
    irql, affinity = block(k), block(k)
    vector = call(k, "HalGetInterruptVector", ISA, 0, 5, 5, irql, affinity)
    assert vector == vector_of(k.arch.name, 5)
    assert (k.memory.load(irql, 1), k.pointer(affinity)) == (dirql_of(k.arch.name, 5), 1)
    assert call(k, "HalGetInterruptVector", ISA, 0, 2, 2, irql, affinity) == vector_of(k.arch.name, 9)
    for interface, bus, level in ((ISA, 1, 5), (ISA, 0, 16), (99, 0, 5), (ISA, 0, 0), (INTERNAL, 0, 2), (ISA, 0, 8)):
        assert call(k, "HalGetInterruptVector", interface, bus, level, level, irql, affinity) == 0
        assert (k.memory.load(irql, 1), k.pointer(affinity)) == (0, 0)


@pytest.mark.parametrize(
    ("interface", "bus", "address", "space", "good"),
    [
        (ISA, 0, 0x300, 1, True),
        (ISA, 0, 0x10000, 1, False),
        (ISA, 0, 0xD0000, 0, True),
        (ISA, 0, 0x1000000, 0, False),
        (EISA, 0, 0x1000000, 0, True),
        (PCI, 0, 0xFEBC0000, 0, True),
        (PCI, 1, 0xFEBC0000, 0, False),
        (3, 0, 0x300, 1, False),
        (ISA, 0, 0x300, 7, False),
    ],
)
def test_bus_addresses(k: Kernel, interface: int, bus: int, address: int, space: int, good: bool) -> None:
    cell, out = block(k), block(k)
    k.memory.store(cell, 4, space)
    assert call(k, "HalTranslateBusAddress", interface, bus, address, cell, out) == good
    assert k.memory.load(out, 8) == (address if good else 0) and k.memory.load(cell, 4) == space


def test_configuration_space(k: Kernel) -> None:
    data = block(k, 64)
    assert call(k, "HalGetBusData", 4, 0, 0, data, 64) == 2 and k.memory.load(data, 4) == 0xFFFF
    assert call(k, "HalGetBusData", 4, 1, 0, data, 64) == 0
    assert call(k, "HalGetBusDataByOffset", 4, 0, 3, data, 0, 1) == 1
    assert call(k, "HalGetBusDataByOffset", 4, 0, 3, data, 4, 64) == 0  # an empty slot has a vendor only
    assert call(k, "HalSetBusData", 4, 0, 0, data, 64) == 0
    assert call(k, "HalGetBusData", 0, 0, 0, data, 64) == 0
    k.set_pointer(data, 0x1234)
    assert call(k, "HalAssignSlotResources", 0, 0, 0, 0, PCI, 0, 0, data) == 0xC000000E and k.pointer(data) == 0


def test_ports(k: Kernel) -> None:
    buffer = block(k, 64)
    k.memory.write(buffer, b"AB")
    call(k, "WRITE_PORT_UCHAR", PORT, 1)
    call(k, "WRITE_PORT_BUFFER_UCHAR", PORT + 2, buffer, 2)
    assert call(k, "READ_PORT_UCHAR", PORT) == 1 and call(k, "READ_PORT_UCHAR", PORT + 1) == 2
    call(k, "READ_PORT_BUFFER_UCHAR", PORT + 2, buffer + 8, 3)
    assert k.memory.read(buffer + 8, 3) == b"AB\xff"
    assert call(k, "READ_PORT_USHORT", 0x1000) == 0xFFFF and call(k, "READ_PORT_ULONG", 0x1000) == 0xFFFFFFFF
    device = k.machine.devices["lab0"]
    device.fire()
    assert k.machine.lines.by_irq[5].pending
    call(k, "WRITE_PORT_UCHAR", PORT + 1, 1)
    assert not device.pending()


def test_port_access_is_undone(k: Kernel) -> None:
    device = k.machine.devices["lab0"]
    before = device.registers()
    k.journal.begin()
    call(k, "WRITE_PORT_USHORT", PORT, 0x0003)
    call(k, "WRITE_PORT_UCHAR", PORT + 2, 7)
    assert device.registers() != before and k.journal.back() and device.registers() == before


def test_registers(k: Kernel) -> None:
    base, buffer = block(k, 64), block(k, 64)
    call(k, "WRITE_REGISTER_ULONG", base, 0x11223344)
    assert call(k, "READ_REGISTER_USHORT", base) == 0x3344 and call(k, "READ_REGISTER_UCHAR", base + 3) == 0x11
    call(k, "READ_REGISTER_BUFFER_USHORT", base, buffer, 2)
    assert k.memory.load(buffer, 4) == 0x11223344
    call(k, "WRITE_REGISTER_BUFFER_UCHAR", base + 8, buffer, 3)
    assert k.memory.read(base + 8, 4) == b"\x44\x33\x22\0"
