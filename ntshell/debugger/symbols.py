"""Symbols: the name of an address, the address of a name, and what a pattern takes in.

A symbol is `module!name`: functions and globals of the loaded drivers, and the routines and variables of nt and hal.
Rule: names are found without case, as WinDbg does; an address inside a routine is `module!name+0x8`, one in a driver that
has gone `<Unloaded_lab.sys>+0x8`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

import attrs

from ntshell.base.errors import UsageError
from ntshell.base.place import Place
from ntshell.ctype.table import wildcard
from ntshell.debugger.inspect import guess
from ntshell.machine.thread import Code
from ntshell.nt.export import EXPORTS
from ntshell.nt.kernel import Image, Kernel

NEAR = 0x1000  # how far from a routine of nt an address may lie and still be called by it


@attrs.frozen
class Symbol:
    """A named address; `kind` is `function`, `global` or `export`."""

    module: str
    name: str
    address: int
    kind: str
    size: int = 0
    place: Place | None = None

    @property
    def full(self) -> str:
        """`module!name`."""
        return f"{self.module}!{self.name}"


class Symbols:
    """All names of a kernel's modules, as they are loaded now."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self._kernel: list[tuple[int, str]] = []

    # --- of drivers and of nt --------------------------------------------------------------------------------------
    def of_image(self, image: Image) -> Iterator[Symbol]:
        """Functions, then globals, of a driver."""
        program = image.program
        for code in image.codes.values():
            place = program.place(code.info.place) if program is not None else None
            yield Symbol(image.name, code.name, code.address, "function", code.info.size, place)
        for name, variable in program.globals.items() if program is not None else ():
            address = image.base + program.section(variable.section).rva + variable.offset
            size = program.types.decode(variable.type).size
            yield Symbol(image.name, name, address, "global", size, program.place(variable.place))

    def of_kernel(self) -> Iterator[Symbol]:
        """Exports, internal routines and variables of nt and hal."""
        for name, address in self.k.addresses.items():
            found = EXPORTS.get(name)
            kind = "export" if address in self.k.routines else "global"
            yield Symbol(found.module if found else "nt", name.rpartition("!")[2], address, kind)

    def all(self) -> Iterator[Symbol]:
        """Everything that has a name; drivers first, the one loaded last before the others."""
        for image in reversed(self.drivers()):
            yield from self.of_image(image)
        yield from self.of_kernel()

    def drivers(self) -> list[Image]:
        """The loaded drivers' images in the order they came."""
        return [image for image in self.k.images if image.program is not None]

    # --- address to name -------------------------------------------------------------------------------------------
    def code_at(self, address: int) -> Code | None:
        """The driver function that an address lies in."""
        for image in self.drivers():
            if image.base <= address < image.base + image.size:
                return _code_in(image, address)
        return None

    def nearest(self, address: int) -> tuple[Symbol, int] | None:
        """The symbol that an address lies in or right behind, and how far."""
        for image in self.drivers():
            if image.base <= address < image.base + image.size:
                best = None
                for symbol in self.of_image(image):
                    if symbol.address <= address < symbol.address + max(symbol.size, 1):
                        if best is None or symbol.address > best.address:
                            best = symbol
                return None if best is None else (best, address - best.address)
        return self._nearest_of_kernel(address)

    def _nearest_of_kernel(self, address: int) -> tuple[Symbol, int] | None:
        if len(self._kernel) != len(self.k.addresses):
            self._kernel = sorted((at, name) for name, at in self.k.addresses.items())
        index = bisect_right(self._kernel, (address, "\x7f")) - 1
        if index < 0:
            return None
        at, name = self._kernel[index]
        follows = self._kernel[index + 1][0] if index + 1 < len(self._kernel) else at + NEAR
        if address - at >= min(NEAR, follows - at) and address != at:
            return None
        found = EXPORTS.get(name)
        kind = "export" if at in self.k.routines else "global"
        return Symbol(found.module if found else "nt", name.rpartition("!")[2], at, kind), address - at

    def name_of(self, address: int) -> str | None:
        """`lab!LabUnload+0x8`, or None for an address without a name."""
        found = self.nearest(address)
        if found is not None:
            symbol, offset = found
            return symbol.full + (f"+{offset:#x}" if offset else "")
        for image in self.k.images:
            if image.base <= address < image.base + image.size:
                return f"{image.name}+{address - image.base:#x}"
        for image in reversed(self.k.unloaded):
            if image.base <= address < image.base + image.size:
                return f"<Unloaded_{image.name}.sys>+{address - image.base:#x}"
        return None

    def show(self, address: int) -> str:
        """The name of an address, or its digits."""
        return self.name_of(address) or self.k.arch.format(address)

    def place_of(self, address: int) -> Place | None:
        """The source line of an address in a driver's code."""
        code = self.code_at(address)
        if code is None:
            return None
        return code.places[min((address - code.address) // 4, len(code.places) - 1)] if code.places else None

    # --- name to address -------------------------------------------------------------------------------------------
    def find(self, name: str, module: str = "") -> Symbol | None:
        """The symbol with a name, `module!` before it or not; the current driver's comes before others'."""
        prefix, _, bare = name.rpartition("!")
        best: Symbol | None = None
        for symbol in self.all():
            if symbol.name.lower() != bare.lower() or (prefix and symbol.module.lower() != prefix.lower()):
                continue
            if symbol.name == bare and symbol.module == (prefix or module or symbol.module):
                return symbol
            best = best or symbol
        return best

    def module(self, name: str) -> Image | None:
        """The loaded module with a name."""
        for image in reversed(self.k.images):
            if image.name.lower() == name.lower():
                return image
        return None

    def address_of(self, name: str, module: str = "") -> int:
        """A symbol's address, or a module's start; raises UsageError with what may have been meant."""
        found = self.find(name, module)
        if found is not None:
            return found.address
        image = self.module(name)
        if image is not None:
            return image.base
        raise UsageError(f"Couldn't resolve error at '{name}'", hint=self.suggestion(name))

    def suggestion(self, name: str) -> str:
        """`did you mean lab!LabUnload?`, or where to look."""
        prefix, _, bare = name.rpartition("!")
        known = {symbol.name: symbol.full if prefix else symbol.name for symbol in self.all()}
        near = guess(bare, known)
        if near and prefix:
            word = near.removeprefix("did you mean ").removesuffix("?")
            return f"did you mean {known[word]}?"
        return near or "x * lists the names of the current driver"

    # --- patterns --------------------------------------------------------------------------------------------------
    def match(self, pattern: str, module: str = "") -> list[Symbol]:
        """What a WinDbg pattern takes in: `lab!*`, `*Isr` (of the drivers), `nt!Ke*`, `hal!*`."""
        prefix, mark, bare = pattern.rpartition("!")
        wanted = re.compile(wildcard(bare or "*"), re.IGNORECASE)
        of = re.compile(wildcard(prefix), re.IGNORECASE) if mark else None
        found = []
        for symbol in self.all():
            if symbol.kind == "export" and not mark and ("*" in bare or "?" in bare):
                continue
            if wanted.fullmatch(symbol.name) and (of is None or of.fullmatch(symbol.module)):
                found.append(symbol)
        return sorted(found, key=lambda symbol: (symbol.module != module, symbol.module, symbol.address))

    def complete(self, prefix: str) -> list[tuple[str, str]]:
        """Names that begin so, with a note: what a shell offers.  Exports only once a letter is there."""
        module, mark, bare = prefix.rpartition("!")
        offers = []
        for symbol in self.all():
            if symbol.kind == "export" and not (bare or mark):
                continue
            if not symbol.name.lower().startswith(bare.lower()) or (mark and symbol.module.lower() != module.lower()):
                continue
            note = symbol.kind if symbol.place is None else f"{symbol.kind}, {symbol.place}"
            offers.append((symbol.full if mark else symbol.name, note))
        if not mark:
            offers += [
                (image.name + "!", "module") for image in self.k.images if image.name.lower().startswith(bare.lower())
            ]
        return offers


def _code_in(image: Image, address: int) -> Code | None:
    for code in image.codes.values():
        if code.address <= address < code.address + max(code.info.size, 4 * len(code.steps)):
            return code
    return None
