"""Binding a compiled driver into memory: sections at their addresses, relocations, and its steps to this machine.

Sections are regions of their own: code and constants refuse to be written, data is plain memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ntshell.compiler.program import Function, Program, Section
from ntshell.machine.journal import slot
from ntshell.machine.memory import PAGE, AccessFault, Region
from ntshell.machine.thread import Code
from ntshell.nt.kernel import Image, Kernel
from ntshell.run import calls, unwind
from ntshell.run.faults import QuotientTooLarge

if TYPE_CHECKING:
    from ntshell.run.engine import Engine

ABSENT_ROOM = 0x1000  # of a variable that nobody has
STRIDE = 4  # bytes of address space a step takes
READS = {"ld1": "B", "ld2": "H", "ld4": "I", "ld8": "Q", "lds1": "b", "lds2": "h", "lds4": "i", "lds8": "q"}
FLOATS = {"ldf4": "f", "ldf8": "d"}


class ReadOnly:
    """Guard of code and constants."""

    def load(self, region: Region, address: int, size: int) -> int | None:
        """Reading is allowed."""
        return None

    def store(self, region: Region, address: int, size: int, value: int) -> bool:
        """Writing is not."""
        raise AccessFault(address, size, True, region, "read-only memory of an image")


class Gone:
    """Guard of an image that was unloaded."""

    def load(self, region: Region, address: int, size: int) -> int | None:
        """Nothing is there any more."""
        raise AccessFault(address, size, False, region, "the image was unloaded")

    def store(self, region: Region, address: int, size: int, value: int) -> bool:
        """Nothing is there any more."""
        raise AccessFault(address, size, True, region, "the image was unloaded")


def bind(engine: Engine, program: Program, file: str) -> Image:
    """Load a driver's image; its routines can be entered by address from now on."""
    k = engine.k
    base = _free_base(k, program.size)
    image = Image(program.name, base, program.size, file, program)
    for section in program.sections:
        _map(k, image, section)
    steps = _steps(engine, image)
    for name, function in program.functions.items():
        code = _code(program, function, image, steps[name])
        image.codes[name] = code
        image.names[name] = code.address
        k.journal.put(k.codes, code.address, code)
    for name, variable in program.globals.items():
        image.names[name] = base + program.section(variable.section).rva + variable.offset
    for name in program.imports:
        if name not in k.addresses and name not in k.absent.values():
            k.journal.put(k.absent, k.arch.absent + ABSENT_ROOM * len(k.absent), name)
    _relocate(k, image)
    k.journal.append(k.images, image)
    k.emit("load", f"{image.file} loaded at {k.arch.format(base)}", what="loaded", name=image.name, base=base)
    return image


def unbind(engine: Engine, image: Image) -> None:
    """The image goes: its addresses fault, and say whose they were."""
    k = engine.k
    for section in image.program.sections:
        region = k.memory.find(image.base + section.rva)
        if region is not None:
            k.journal.set(region, "kind", "unloaded")
            k.journal.set(region, "guard", Gone())
    for code in image.codes.values():
        k.journal.delete(k.codes, code.address)
        k.journal.set(code, "hazard", "unloaded")
    k.journal.set(image, "loaded", False)
    k.journal.pop(k.images, k.images.index(image))
    k.journal.append(k.unloaded, image)
    k.emit("load", f"{image.file} unloaded", what="unloaded", name=image.name, base=image.base)


def discard_init(k: Kernel, image: Image) -> None:
    """DriverEntry has succeeded: the INIT section is not needed again."""
    for code in image.codes.values():
        if code.info.section == "INIT":
            k.journal.set(code, "hazard", "discarded")


def _free_base(k: Kernel, size: int) -> int:
    """The next free address for a driver; those of unloaded ones are not used again."""
    base = k.arch.images
    for image in [*k.images, *k.unloaded]:
        if image.program is not None:
            base = max(base, (image.base + image.size + 2 * PAGE - 1) & ~(PAGE - 1))
    return base


def _map(k: Kernel, image: Image, section: Section) -> None:
    """A section in whole pages, as the loader maps it: what is left of the last one is zeros."""
    data = bytearray(-(-section.size // PAGE) * PAGE)
    content = {".data": image.program.data, ".rdata": image.program.rdata}.get(section.name, b"")
    data[: len(content)] = content
    if section.name not in (".data", ".rdata"):
        data[:] = b"\xcc" * len(data)  # of code
    guard = None if section.name == ".data" else ReadOnly()
    note = f"the {section.name} section of {image.file}"
    k.memory.add(Region(image.base + section.rva, len(data), "image", data, guard, note, {"module": image.name}))


def _code(program: Program, function: Function, image: Image, steps: tuple[Any, ...]) -> Code:
    kind = program.types.decode(function.result)
    return Code(
        name=function.name,
        module=image.name,
        address=image.base + function.rva,
        steps=steps,
        active=steps,
        places=tuple(program.place(where) for where in function.places),
        statements=function.statements,
        slots=function.slots,
        frame_size=function.frame_size,
        spills=function.spills,
        info=function,
        result_size=kind.size,
        hazard="paged" if function.section.startswith("PAGE") else "",
    )


def _relocate(k: Kernel, image: Image) -> None:
    """Put addresses where initialised data has them."""
    program = image.program
    for section, offset, symbol, addend in program.relocations:
        region = k.memory.find(image.base + program.section(section).rva)
        assert region is not None
        value = _address(k, image, symbol) + addend
        at = image.base + program.section(section).rva + offset - region.base
        region.data[at : at + k.arch.pointer] = (value & k.arch.mask).to_bytes(k.arch.pointer, "little")


def _address(k: Kernel, image: Image, symbol: str) -> int:
    """Address of a section, global, function or import; where nothing is, for what ntshell does not have."""
    for section in image.program.sections:
        if section.name == symbol:
            return image.base + int(section.rva)
    found = image.names.get(symbol) or k.addresses.get(symbol)
    return found or next((address for address, name in k.absent.items() if name == symbol), 0)


def absent(k: Kernel, address: int) -> str:
    """What ntshell does not have and was meant to be at an address; nothing for any other address."""
    return k.absent.get(address - (address - k.arch.absent) % ABSENT_ROOM, "")


def _steps(engine: Engine, image: Image) -> dict[str, tuple[Any, ...]]:
    """Run the generated module in the names that it needs."""
    k, memory = engine.k, engine.k.memory
    names: dict[str, Any] = {"J": k.journal.log.append, "SLOT": slot, "B": image.base}
    names |= {name: memory.loader(layout) for name, layout in (READS | FLOATS).items()}
    names |= {f"st{size}": memory.storer(layout) for size, layout in (("1", "B"), ("2", "H"), ("4", "I"), ("8", "Q"))}
    names |= {"stf4": memory.storer("f"), "stf8": memory.storer("d"), "div": div, "mod": mod}
    names["copy"] = lambda to, source, size: memory.write(to, memory.read(source, size))
    names["fill"] = lambda to, size, byte: memory.write(to, bytes([byte & 0xFF]) * size)
    names["put"] = memory.write
    names["F"] = lambda name: _address(k, image, name)
    names["exception_pointers"] = lambda: unwind.exception_pointers(k)
    names["exception_code"] = lambda: unwind.exception_code(k.thread)
    names |= _requests(engine, image)
    exec(image.program.python, names)
    found: dict[str, tuple[Any, ...]] = names["STEPS"]
    return found


def _requests(engine: Engine, image: Image) -> dict[str, Any]:
    """Names by which a step leaves a request; each returns -1, and the engine carries it out."""
    codes = image.codes

    def request(what: Any, *args: Any) -> int:
        engine.request = (what, *args)
        return -1

    def trap(kind: str, pc: int = -1) -> int:
        if kind == "breakpoint":
            return request(calls.debug_break, pc)
        return request(calls.fell_through)

    return {
        "enter": lambda name, args, out, pc: request(calls.enter, codes[name], args, out, pc),
        "export": lambda name, args, out, pc: request(calls.export, name, args, out, pc),
        "indirect": lambda address, args, out, pc: request(calls.indirect, address, args, out, pc),
        "ret": lambda value=0: request(calls.leave, value),
        "filtered": lambda value: request(unwind.filtered, value),
        "unwound": lambda region: request(unwind.unwound, region),
        "trap": trap,
    }


def div(a: int, b: int, beyond: int = 0) -> int:
    """C's division of integers: towards zero; `beyond` is the quotient that the processor traps at."""
    if b == 0:
        raise ZeroDivisionError
    quotient = abs(a) // abs(b)
    if beyond and quotient == beyond and (a < 0) == (b < 0):
        raise QuotientTooLarge
    return quotient if (a < 0) == (b < 0) else -quotient


def mod(a: int, b: int, beyond: int = 0) -> int:
    """C's remainder: it has the dividend's sign; the processor traps where it does for the quotient."""
    if b == 0:
        raise ZeroDivisionError
    if beyond and b == -1 and a == -beyond:
        raise QuotientTooLarge
    remainder = abs(a) % abs(b)
    return remainder if a >= 0 else -remainder
