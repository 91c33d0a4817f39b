"""A whole kernel, booted, with a thread to call from; no driver runs."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from ntshell.compiler import kernel_types
from ntshell.machine.arch import ARCHES
from ntshell.machine.config import DEFAULT
from ntshell.machine.memory import Region
from ntshell.nt import ps
from ntshell.nt.export import EXPORTS
from ntshell.nt.flow import BugCheck
from ntshell.nt.kernel import Kernel
from ntshell.run.boot import boot


@attrs.define(eq=False)
class World:
    """A kernel and what a test does with it."""

    k: Kernel

    def call(self, name: str, *args: Any) -> Any:
        """Call an export as a driver would."""
        return EXPORTS[name].run(self.k, *args)

    def block(self, what: str | int) -> int:
        """Nonpaged pool for a structure or of a size."""
        size = what if isinstance(what, int) else self.k.sizeof(what)
        return int(self.k.pool.allocate(size, "nonpaged", "Test", "test"))

    def text(self, text: str, unit: int = 1) -> int:
        """A zero-terminated string."""
        data = text.encode("latin-1" if unit == 1 else "utf-16-le") + bytes(unit)
        address = self.block(len(data))
        self.k.memory.write(address, data)
        return address

    def string(self, text: str, unit: int = 2, room: int = 0) -> int:
        """A counted string."""
        address = self.block("_UNICODE_STRING")
        buffer = self.block(max(room, len(text) * unit, 1))
        data = text.encode("latin-1" if unit == 1 else "utf-16-le")
        self.k.memory.write(buffer, data)
        string = self.k.struct("_UNICODE_STRING", address)
        string.Length, string.MaximumLength, string.Buffer = len(data), max(room, len(data)), buffer
        return address

    def check(self, code: int, parameter: int | None, name: str, *args: Any) -> BugCheck:
        """A call that ends in a bug check."""
        with pytest.raises(BugCheck) as caught:
            self.call(name, *args)
        assert caught.value.code == code, caught.value.rule
        assert parameter is None or caught.value.parameters[0] == parameter, caught.value.rule
        assert caught.value.rule and caught.value.mend
        return caught.value

    def picture(self) -> Any:
        """Everything that these routines could have changed."""
        k = self.k
        regions = {base: _region(region) for base, region in k.memory.regions.items()}
        pages = {page: region.base for page, region in k.memory.pages.items()}
        areas = [(a.cursor, a.used, a.oldest, a.youngest, sorted(a.freed)) for a in k.pool.areas.values()]
        held = {key: (entry.text, entry.driver) for key, entry in k.held.items()}
        return regions, pages, areas, held, dict(k.addresses), len(k.events), k.irql, len(k.findings)


def _region(region: Region) -> Any:
    return region.size, region.kind, bytes(region.data), region.note, tuple(sorted(region.facts.items(), key=str))


@pytest.fixture(params=["x86", "x64"])
def world(request: pytest.FixtureRequest) -> World:
    k = boot(ARCHES[request.param], DEFAULT, kernel_types(request.param)).k
    thread = ps.new_thread(k, "test", 0, 0)
    k.processor.thread = thread
    k.caller = "test"
    return World(k)
