"""A booted kernel, called as a driver in the system thread would call it; no engine runs.  For cm, ob and ps."""

from __future__ import annotations

from typing import Any

import attrs

from ntshell.compiler import kernel_types
from ntshell.machine.arch import ARCHES
from ntshell.machine.config import DEFAULT
from ntshell.machine.machine import build
from ntshell.machine.memory import Region
from ntshell.nt import cm, data_exports, hal, ke, ob, ps, se
from ntshell.nt.export import EXPORTS
from ntshell.nt.kernel import Kernel
from ntshell.nt.mm.pool import Pool
from ntshell.nt.ps.thread import new_thread

assert hal and se  # they declare exports


@attrs.define(eq=False)
class World:
    """A kernel, and what a test does with it; blocks are the driver's."""

    k: Kernel

    def block(self, what: str | int, data: bytes = b"") -> int:
        size = what if isinstance(what, int) else self.k.sizeof(what)
        address = self.k.pool.allocate(size, "nonpaged", "Test", "lab")
        self.k.memory.write(address, data.ljust(size, b"\0"))
        return address

    def name(self, text: str) -> int:
        data = text.encode("utf-16-le")
        address = self.block("_UNICODE_STRING")
        self.k.set_unicode(address, self.block(len(data) + 2), text)
        return address

    def wide(self, text: str) -> int:
        data = text.encode("utf-16-le") + b"\0\0"
        return self.block(len(data), data)

    def attributes(self, path: str, flags: int = 0x40, root: int = 0) -> int:
        address = self.block("_OBJECT_ATTRIBUTES")
        given = self.k.struct("_OBJECT_ATTRIBUTES", address)
        given.Length, given.Attributes, given.RootDirectory = given.size, flags, root
        given.ObjectName = self.name(path) if path else 0
        return address

    def call(self, name: str, *args: int) -> Any:
        return EXPORTS[name].run(self.k, *args)

    def owed(self, kind: str) -> list[str]:
        return [held.text for held in self.k.owed() if held.kind == kind]

    def undo_all(self) -> None:
        log = self.k.journal.log
        while log:
            entry = log.pop()
            entry[0](*entry[1:])


def make_world(arch: str) -> World:
    machine = build(ARCHES[arch], DEFAULT)
    k = Kernel(machine, kernel_types(arch), machine.journal, machine.memory, machine.arch)
    k.pool = Pool(k)
    for package in (ke, ob, ps, cm):
        package.boot(k)
    at = k.arch.nt + 0x20000
    region = Region(at, 4096, "nt", bytearray(4096))
    k.memory.add(region)
    for name, (_, size) in sorted(data_exports.DATA_EXPORTS.items()):
        k.addresses[name] = at
        at += size(k.arch)
    data_exports.fill(k)
    machine.processor.thread = new_thread(k, "system", 0, 0)
    k.caller = "lab"
    k.journal.log.clear()
    return World(k)
