"""Memory for the tests of C types: a bytearray at an address, faults outside it, as the machine's memory does."""

from __future__ import annotations

from ntshell.machine.memory import AccessFault


class Bytes:
    """`data` at `base`."""

    def __init__(self, size: int = 4096, base: int = 0x80001000) -> None:
        self.base = base
        self.data = bytearray(size)

    def _offset(self, address: int, size: int, write: bool) -> int:
        if not self.base <= address <= self.base + len(self.data) - size:
            raise AccessFault(address, size, write, None, "not mapped")
        return address - self.base

    def load(self, address: int, size: int) -> int:
        return int.from_bytes(self.read(address, size), "little")

    def store(self, address: int, size: int, value: int) -> None:
        self.write(address, (value & (1 << size * 8) - 1).to_bytes(size, "little"))

    def read(self, address: int, size: int) -> bytes:
        offset = self._offset(address, size, False)
        return bytes(self.data[offset : offset + size])

    def write(self, address: int, data: bytes) -> None:
        offset = self._offset(address, len(data), True)
        self.data[offset : offset + len(data)] = data
