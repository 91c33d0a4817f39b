"""A machine just big enough to run a compiled program: memory, frames, calls; there are no exceptions.

`run(program, "main")` gives what the function returns.  Exports are plain Python callables on argument values.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ntshell.compiler import Options, Program, compile_driver
from ntshell.run.image import div, mod

BASE = 0x10000
STACK = 0x400000
SIZE = 0x410000
IMPORTS = 0x300000


class Fault(Exception):
    """An access outside memory."""


class Frame:
    def __init__(self, name: str, slots: list[Any], out: int) -> None:
        self.name, self.slots, self.out, self.pc = name, slots, out, 0
        self.stack = 0


class Harness:
    """A program loaded at BASE."""

    def __init__(self, program: Program, exports: Mapping[str, Callable[..., Any]] | None = None) -> None:
        self.program = program
        self.pointer = 8 if program.arch == "x64" else 4
        self.memory = bytearray(SIZE)
        self.exports = dict(exports or {})
        self.frames: list[Frame] = []
        self.sp = STACK
        self.result: Any = None
        self.log: list[tuple[Any, ...]] = []
        self.steps_run = 0
        self.addresses = {name: IMPORTS + 16 * n for n, name in enumerate(program.imports)}
        self.by_address = {BASE + f.rva: name for name, f in program.functions.items()}
        self._load()
        names = self._names()
        exec(program.python, names)
        self.steps = names["STEPS"]

    def _load(self) -> None:
        for name, content in ((".data", self.program.data), (".rdata", self.program.rdata)):
            at = BASE + self.program.section(name).rva
            self.memory[at : at + len(content)] = content
        for section, offset, symbol, addend in self.program.relocations:
            value = self.address(symbol) + addend
            at = BASE + self.program.section(section).rva + offset
            self.memory[at : at + self.pointer] = value.to_bytes(self.pointer, "little")

    def address(self, name: str) -> int:
        if name.startswith("."):
            return BASE + self.program.section(name).rva
        if name in self.program.functions:
            return BASE + self.program.functions[name].rva
        return self.addresses[name]

    def _names(self) -> dict[str, Any]:
        names: dict[str, Any] = {"J": self.log.append, "SLOT": "slot", "B": BASE, "F": self.address}
        layouts = {"1": "B", "2": "H", "4": "I", "8": "Q", "s1": "b", "s2": "h", "s4": "i", "s8": "q"}
        for name, layout in {**layouts, "f4": "f", "f8": "d"}.items():
            names["ld" + name] = self._loader(struct.Struct("<" + layout))
            if name[0] != "s":
                names["st" + name] = self._storer(struct.Struct("<" + layout), layout in "fd")
        names.update(copy=self._copy, fill=self._fill, put=self._put, div=div, mod=mod)
        names.update(enter=self._enter, export=self._export, indirect=self._indirect, ret=self._ret)
        names.update(trap=self._trap)
        return names

    def _loader(self, layout: struct.Struct) -> Callable[[int], Any]:
        def load(address: int) -> Any:
            self._check(address, layout.size)
            return layout.unpack_from(self.memory, address)[0]

        return load

    def _storer(self, layout: struct.Struct, floating: bool) -> Callable[[int, Any], None]:
        mask = (1 << 8 * layout.size) - 1

        def store(address: int, value: Any) -> None:
            self._check(address, layout.size)
            layout.pack_into(self.memory, address, value if floating else value & mask)

        return store

    def _check(self, address: int, size: int) -> None:
        if not 0x1000 <= address <= SIZE - size:
            raise Fault(hex(address))

    def _copy(self, to: int, source: int, count: int) -> None:
        self._check(to, count)
        self._check(source, count)
        self.memory[to : to + count] = bytes(self.memory[source : source + count])

    def _fill(self, to: int, count: int, byte: int) -> None:
        self._put(to, bytes([byte]) * count)

    def _put(self, to: int, data: bytes) -> None:
        self._check(to, len(data))
        self.memory[to : to + len(data)] = data

    # --- calls -----------------------------------------------------------------------------------------------------
    def _enter(self, name: str, args: tuple[Any, ...], out: int, then: int) -> int:
        self.frames[-1].pc = then
        self.push(name, args, out)
        return -1

    def push(self, name: str, args: tuple[Any, ...], out: int) -> None:
        function = self.program.functions[name]
        base = (self.sp - function.frame_size - 8 - 8 * len(args)) & ~15
        slots = [base, *args] + [0] * max(0, function.slots - len(args) - 1)
        for slot, offset, size in function.spills:
            self._spill(base + offset, size, slots[slot])
        if function.named >= 0:
            for n, value in enumerate(args[function.named :]):
                size = 8 if isinstance(value, float) else self.pointer
                self._spill(base + function.frame_size + self.pointer * n, size, value)
            del slots[function.slots :]
        frame = Frame(name, slots, out)
        self.frames.append(frame)
        frame.stack = self.sp
        self.sp = base
        if base < STACK - 0x80000:
            raise RecursionError

    def _spill(self, at: int, size: int, value: Any) -> None:
        if isinstance(value, float):
            self.memory[at : at + size] = struct.pack("<f" if size == 4 else "<d", value)
        elif size in (1, 2, 4, 8):
            self.memory[at : at + size] = (value & (1 << 8 * size) - 1).to_bytes(size, "little")
        else:
            self._copy(at, value, size)

    def _export(self, name: str, args: tuple[Any, ...], out: int, then: int) -> int:
        result = self.exports[name](*args)
        if out >= 0:
            self.frames[-1].slots[out] = result or 0
        return then

    def _indirect(self, address: int, args: tuple[Any, ...], out: int, then: int) -> int:
        name = self.by_address.get(address)
        if name is not None:
            return self._enter(name, args, out, then)
        for known, at in self.addresses.items():
            if at == address:
                return self._export(known, args, out, then)
        raise Fault(hex(address))

    def _ret(self, value: Any = 0) -> int:
        frame = self.frames.pop()
        self.sp = frame.stack
        if not self.frames:
            self.result = value
        elif frame.out >= 0:
            self.frames[-1].slots[frame.out] = value
        return -1

    def _trap(self, kind: str, pc: int = -1) -> int:
        if kind == "unreachable" and self.frames[-1].out < 0 and len(self.frames) > 1:
            return self._ret()  # nobody uses the value
        raise AssertionError(kind)

    def run(self, name: str, *args: Any, limit: int = 3_000_000) -> Any:
        """Call a function and give its result."""
        self.push(name, args, -1)
        while self.frames:
            frame = self.frames[-1]
            if self.steps_run > limit:
                raise TimeoutError(f"more than {limit} steps")
            self.steps_run += 1
            pc = self.steps[frame.name][frame.pc](frame.slots)
            if pc >= 0:
                frame.pc = pc
            del self.log[:]
        return self.result


def compiled(*sources: Path, arch: str = "x86", include: tuple[Path, ...] = ()) -> Program:
    """A program from its files, without any export."""
    return compile_driver(sources[0].stem, list(sources), Options(arch, include), {}, "test")


def compiled_text(tmp_path: Path, text: str, arch: str = "x86") -> Program:
    """A program from a text."""
    path = tmp_path / "test.c"
    path.write_text(text)
    return compiled(path, arch=arch)
