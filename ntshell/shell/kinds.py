"""Kinds: what the words of commands mean, how they are read and what is offered for them.

Rule: a bare number is hexadecimal wherever WinDbg reads it so; kinds that read decimal say it in their label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import Annotated, Any, TypeAlias

from ntshell.base.errors import UsageError
from ntshell.debugger import pseudo
from ntshell.shell.command import Kind, Offer


def plain(shell: Any, text: str) -> str:
    """A word as it is, without its quotes."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def offer_names(shell: Any, prefix: str) -> Iterable[Offer]:
    """Symbols, variables and pseudo-registers."""
    if prefix.startswith("@"):
        return [each for each in pseudo.names() if each[0].startswith(prefix)]
    from ntshell.debugger.inspect_frame import locals_of

    if re.search(r"->|\w\.", prefix):
        return offer_members(shell, prefix)
    scope = shell.scope
    if len(prefix) > 3 and prefix.isupper():  # STATUS_..., IOCTL_...: a constant
        tables = scope.look.tables(scope.module)
        constants = {name: number for table in tables for name, number in table.constants.items()}
        found = [(name, f"{number:#x}") for name, number in sorted(constants.items()) if name.startswith(prefix)]
        return [*found, *scope.symbols.complete(prefix)]
    found = [(each.name, each.kind) for each in locals_of(scope.frame, scope.look)] if scope.frame is not None else []
    return [*found, *scope.symbols.complete(prefix)]


def offer_members(shell: Any, prefix: str) -> Iterable[Offer]:
    """Members of the structure before the last `->` or dot."""
    from ntshell.ctype.show import spelled
    from ntshell.ctype.types import Pointer, Struct
    from ntshell.debugger.expression import evaluate_typed

    cut = max(prefix.rfind("->") + 2, prefix.rfind(".") + 1)
    lead = prefix[:cut]
    try:
        ctype = evaluate_typed(shell.scope, lead.removesuffix("->").removesuffix("."), values=True).type
    except UsageError:
        return []
    ctype = ctype.target if isinstance(ctype, Pointer) else ctype
    return [(lead + field.name, spelled(field.type)) for field in ctype.flat()] if isinstance(ctype, Struct) else []


def offer_irps(shell: Any, prefix: str) -> Iterable[Offer]:
    """IRPs that are not completed, pending requests among them."""
    k = shell.session.k
    return [(k.arch.format(at), irp.note) for at, irp in sorted(k.io.irps.items()) if not irp.completed]


def offer_positions(shell: Any, prefix: str) -> Iterable[Offer]:
    """The ends of recorded time."""
    journal = shell.session.k.journal
    return [(f"{journal.oldest:x}", "oldest position"), (f"{journal.last:x}", "last position")]


def offer_places(shell: Any, prefix: str) -> Iterable[Offer]:
    """Names, and the files of the drivers' source when a position in them begins."""
    module, tick, _ = prefix.rpartition("`")
    if not tick:
        return offer_names(shell, prefix)
    files = {
        PurePath(place.file).name: image.name
        for image in shell.symbols.drivers()
        if module.rstrip("!") in ("", image.name)
        for code in image.codes.values()
        for place in code.places[:1]
    }
    return [(f"{module}`{file}:", name) for file, name in sorted(files.items())]


def offer_types(shell: Any, prefix: str) -> Iterable[Offer]:
    """Names of types."""
    return [(name, "type") for name in shell.look.type_names(shell.session.current) if name.startswith(prefix)][:200]


def offer_drivers(shell: Any, prefix: str) -> Iterable[Offer]:
    """Loaded drivers."""
    return [(image.name, image.file) for image in shell.symbols.drivers()]


def offer_sources(shell: Any, prefix: str) -> Iterable[Offer]:
    """Bundled drivers, `.c` files and folders."""
    from pathlib import Path

    from ntshell.debugger.source import bundled_names, described

    found = [(name, described(name)) for name in bundled_names()]
    folder = Path(prefix or ".")
    folder = folder if prefix.endswith("/") or not prefix else folder.parent
    if folder.is_dir():
        for each in sorted(folder.iterdir()):
            if each.suffix == ".c" or (each.is_dir() and not each.name.startswith(".")):
                found.append((f"{each}/" if each.is_dir() else str(each), "folder" if each.is_dir() else "C source"))
    return found


def offer_devices(shell: Any, prefix: str) -> Iterable[Offer]:
    """Devices of the machine, and lines."""
    machine = shell.session.k.machine
    found = [(name, f"IRQ {device.irq}") for name, device in machine.devices.items()]
    return [*found, *[(str(irq), "interrupt line") for irq in machine.lines.by_irq], ("--force", "a stray interrupt")]


def offer_objects(shell: Any, prefix: str) -> Iterable[Offer]:
    """Names in the object namespace."""
    path = prefix if prefix.startswith("\\") else "\\Device\\"
    above = path.rpartition("\\")[0] or "\\"
    return [(entry.path, entry.type) for entry in shell.session.k.objects.children(above)]


def offer_device_objects(shell: Any, prefix: str) -> Iterable[Offer]:
    """Named device objects."""
    return [
        (entry.name, entry.path) for entry in shell.session.k.objects.children("\\Device") if entry.type == "Device"
    ]


def offer_links(shell: Any, prefix: str) -> Iterable[Offer]:
    r"""What a user program may open: `\\.\LAB1`."""
    return [("\\\\.\\" + entry.name, entry.target) for entry in shell.session.k.objects.children("\\??")]


def offer_keys(shell: Any, prefix: str) -> Iterable[Offer]:
    """Registry keys."""
    path = prefix if prefix.startswith("\\") else "\\Registry\\Machine\\"
    key = shell.session.k.registry.open(path.rpartition("\\")[0] or "\\Registry")
    return [(each.path, f"{len(each.values)} values") for each in key.sorted()] if key is not None else []


def offer_commands(shell: Any, prefix: str) -> Iterable[Offer]:
    """Commands."""
    from ntshell.shell import verbs
    from ntshell.shell.command import TABLE

    verbs.load()
    return [(name, TABLE[name].summary) for name in sorted(TABLE)]


def offer_handles(shell: Any, prefix: str) -> Iterable[Offer]:
    """The user program's open handles."""
    return [(str(file.handle), file.path) for file in shell.session.k.io.files if file.handle]


def offer_breakpoints(shell: Any, prefix: str) -> Iterable[Offer]:
    """Ids of breakpoints."""
    return [("*", "all"), *[(str(n), each.where) for n, each in sorted(shell.session.breakpoints.table.items())]]


def read_count(shell: Any, text: str) -> int:
    """A hexadecimal count, at least 1."""
    value = shell.evaluate(text)
    if not 1 <= value <= 1_000_000_000:
        raise UsageError(f"{text} is no count", hint="a count is hexadecimal: p 10 makes 16 steps, p 0n10 makes 10")
    return int(value)


def decimal(text: str) -> int:
    """A decimal number, or hexadecimal with 0x; `0n` is allowed too."""
    try:
        return (
            int(text[2:]) if text.lower().startswith("0n") else int(text, 16 if text.lower().startswith("0x") else 10)
        )
    except ValueError:
        raise UsageError(f"'{text}' is no number", hint="here numbers are decimal, or hexadecimal with 0x") from None


_TIME = re.compile(r"(\d+(?:\.\d+)?)(ns|us|ms|s|min)?")
_UNITS = {"ns": 0.01, "us": 10, "ms": 10_000, "s": 10_000_000, "min": 600_000_000, None: 10_000}


def read_time(shell: Any, text: str) -> int:
    """A time such as `100ms` in units of 100 ns."""
    found = _TIME.fullmatch(text.lower())
    if found is None:
        raise UsageError(f"'{text}' is no time", hint="such as 100ms, 1s, 10us, 5min; a bare number counts ms")
    return round(float(found[1]) * _UNITS[found[2]])


Address: TypeAlias = Annotated[int, Kind("address", lambda shell, text: shell.address(text), offer_names)]
Expression: TypeAlias = Annotated[str, Kind("expression", lambda shell, text: text, offer_names, "rest")]
Count: TypeAlias = Annotated[int, Kind("count", read_count)]
Range: TypeAlias = Annotated[str, Kind("range", lambda shell, text: text, offer_names, "rest")]
Word: TypeAlias = Annotated[str, Kind("word", plain)]
Words: TypeAlias = Annotated[str, Kind("text", lambda shell, text: text, takes="rest")]
TypeName: TypeAlias = Annotated[str, Kind("type", plain, offer_types)]
Pattern: TypeAlias = Annotated[str, Kind("pattern", plain, offer_names)]
SourceName: TypeAlias = Annotated[str, Kind("source", plain, offer_sources)]
DriverName: TypeAlias = Annotated[str, Kind("driver", plain, offer_drivers)]
Target: TypeAlias = Annotated[str, Kind("device", plain, offer_devices)]
ObjectPath: TypeAlias = Annotated[str, Kind("object", plain, offer_objects)]
DeviceName: TypeAlias = Annotated[str, Kind("device", plain, offer_device_objects)]
Symbol: TypeAlias = Annotated[str, Kind("symbol", plain, offer_names)]
CommandName: TypeAlias = Annotated[str, Kind("word", plain, offer_commands)]
KeyPath: TypeAlias = Annotated[str, Kind("key", plain, offer_keys, "rest")]
BreakpointIds: TypeAlias = Annotated[str, Kind("id", plain, offer_breakpoints)]
Time: TypeAlias = Annotated[int, Kind("time", read_time)]
Irp: TypeAlias = Annotated[int, Kind("address", lambda shell, text: shell.address(text), offer_irps)]
Position: TypeAlias = Annotated[str, Kind("expression", lambda shell, text: text, offer_positions, "rest")]
