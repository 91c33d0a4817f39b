"""A session on small C drivers of the tests' own: loading them, finding their lines, reading their variables."""

from __future__ import annotations

from pathlib import Path

import attrs

from ntshell.debugger.session import Session, SessionOptions
from ntshell.debugger.stop import Stop
from ntshell.nt.kernel import Finding

DRIVERS = Path(__file__).parent / "drivers"
HEAD = "#include <ntddk.h>\nDRIVER_INITIALIZE DriverEntry;\n"


@attrs.define(eq=False)
class Rig:
    """A session and a folder for sources that a test writes."""

    session: Session
    folder: Path

    def write(self, source: str, name: str = "t", head: str = HEAD) -> str:
        """A driver of a test's own; its path."""
        path = self.folder / f"{name}.c"
        path.write_text(head + source)
        return str(path)

    def load(self, name: str, scenario: int | None = None) -> Stop:
        """Load a driver of the drivers folder, or one that was written; set its variable `Scenario`."""
        path = name if name.endswith(".c") else str(DRIVERS / f"{name}.c")
        stop = self.session.load(path)
        assert stop.kind == "load", stop
        if scenario is not None:
            self.session.k.memory.store(self.address("Scenario"), 4, scenario)
        return stop

    def start(self, name: str, scenario: int | None = None) -> Stop:
        """Load a driver and let it run until nothing does."""
        self.load(name, scenario)
        return self.session.go()

    def address(self, name: str) -> int:
        """Where a variable or routine of the current driver lies."""
        k = self.session.k
        image = next(each for each in (*k.images, *k.unloaded) if each.name == self.session.current)
        return image.names[name]

    def value(self, name: str, index: int = 0) -> int:
        """A ULONG of the driver, also of one that has been unloaded."""
        data = self.session.k.memory.peek(self.address(name) + 4 * index, 4)
        assert data is not None
        return int.from_bytes(data, "little")

    def trace(self) -> list[tuple[int, int]]:
        """What the driver noted: (what, IRQL)."""
        noted = [self.value("Trace", n) for n in range(self.value("Traced"))]
        return [(each >> 8, each & 0xFF) for each in noted]

    def at(self, name: str, mark: str) -> str:
        """The breakpoint text of the line that carries a mark in its comment."""
        path = DRIVERS / f"{name}.c" if (DRIVERS / f"{name}.c").is_file() else self.folder / f"{name}.c"
        lines = path.read_text().split("\n")
        return f"{name}.c:{next(n for n, line in enumerate(lines, 1) if f'@{mark} ' in line)}"

    def break_at(self, *where: str) -> None:
        """Breakpoints."""
        for each in where:
            self.session.breakpoints.add(self.session.k, each)

    def crash(self) -> Finding:
        """The bug check."""
        assert self.session.k.crash is not None, self.session.stop
        return self.session.k.crash


def rig(folder: Path, arch: str = "x86", machine: str = "", steps: int | None = None) -> Rig:
    """A fresh one; `machine` is the text of a machine file."""
    path = None
    if machine:
        path = folder / "machine.toml"
        path.write_text(machine)
    return Rig(Session(SessionOptions(arch=arch, machine=path, steps=steps)), folder)
