"""The registry: `!reg` shows a key; without one, what a driver leaves there: DeviceMap, ResourceMap, its service key."""

from __future__ import annotations

from ntshell.base.errors import UsageError
from ntshell.debugger.inspect import guess
from ntshell.nt.cm.hardware import DEVICE_MAPS
from ntshell.nt.cm.registry import TYPE_NAMES, Key, show
from ntshell.shell.command import command
from ntshell.shell.kinds import KeyPath
from ntshell.shell.links import look_at
from ntshell.shell.report import Line, Report, Table, Text, cell
from ntshell.shell.shell import Shell

GROUP = "Registry"
HARDWARE = "\\Registry\\Machine\\Hardware"
SERVICES = "\\Registry\\Machine\\System\\CurrentControlSet\\Services"
HAL = f"{HARDWARE}\\ResourceMap\\Hardware Abstraction Layer"
USUAL = {f"{HARDWARE}\\DeviceMap\\{name}".upper(): values for name, values in DEVICE_MAPS}
WORDS = ("q", "querykey")


@command("!reg", group=GROUP, examples=("!reg", "!reg q \\Registry\\Machine\\Hardware"))
def registry(shell: Shell, key: KeyPath = "") -> Report:
    r"""Show a registry key: `!reg [q] \Registry\Machine\...`; its subkeys and values.

    Without a key: DeviceMap and ResourceMap, and the service keys of the loaded drivers.
    """
    first, _, rest = key.partition(" ")
    path = (rest if first in WORDS else key).strip().strip('"')
    if not path or path in WORDS:
        return _overview(shell)
    if not path.startswith("\\"):
        path = "\\Registry\\Machine\\" + path
    found = shell.session.k.registry.open(path)
    if found is None:
        raise UsageError(f"there is no key {path}", hint=_near(shell, path))
    return _key_report(found)


def _near(shell: Shell, path: str) -> str:
    """The part of a path that is there, and what may have been meant."""
    above, _, name = path.rpartition("\\")
    while above:
        key = shell.session.k.registry.open(above)
        if key is not None:
            return guess(name, [each.name for each in key.sorted()], f"{above} is there")
        above, _, name = above.rpartition("\\")
    return "a path begins with \\Registry\\Machine"


def _key_report(key: Key) -> Report:
    blocks: list[Text | Table] = [Text((Line(f"Key {key.path}" + (" (volatile)" if key.volatile else ""), "head"),))]
    if key.subkeys:
        rows = tuple(
            (
                cell(each.name, link=look_at("!reg q", each.path)),
                cell(f"{len(each.subkeys)} subkeys, {len(each.values)} values"),
            )
            for each in key.sorted()
        )
        blocks.append(Table("subkeys", ("[SubKeyName]", ""), rows))
    values = tuple(
        (
            cell(_type(value.type)),
            cell(value.name, value.name or "(default)"),
            cell(value.data, show(value.type, value.data)),
        )
        for value in key.values
    )
    blocks.append(Table("values", ("[ValueType]", "[ValueName]", "[ValueData]"), values, empty="no values"))
    return Report(tuple(blocks), (("key", key.path),))


def _type(number: int) -> str:
    return TYPE_NAMES[number] if number < len(TYPE_NAMES) else f"{number:#x}"


def _overview(shell: Shell) -> Report:
    open_key = shell.session.k.registry.open
    keys = [open_key(f"{HARDWARE}\\DeviceMap"), open_key(f"{HARDWARE}\\ResourceMap")]
    keys += [open_key(f"{SERVICES}\\{image.name}") for image in shell.symbols.drivers()]
    lines: list[Line] = []
    for key in keys:
        if key is not None:
            lines += _tree(key, key.path, 0)
    return Report((Text(tuple(lines)),), (("keys", [key.path for key in keys if key is not None]),))


def _tree(key: Key, title: str, depth: int) -> list[Line]:
    """A key with everything below it; its lines lead to it.  What any PC has before a driver runs is only a note."""
    pad = "  " * depth
    empty = "" if key.values or key.subkeys else "  (empty)"
    link = look_at("!reg q", key.path)
    lines = [Line(f"{pad}{title}{empty}", "head" if not depth else "note" if _usual(key) else "plain", link)]
    for value in key.values:
        shown = show(value.type, value.data)
        kind = "note" if _usual(key, (value.name, shown)) else "plain"
        lines.append(Line(f"{pad}  {value.name or '(default)'} = {_type(value.type)} {shown}", kind, link))
    for each in key.sorted():
        lines += _tree(each, each.name, depth + 1)
    return lines


def _usual(key: Key, value: tuple[str, str] | None = None) -> bool:
    """Whether a key, or a value of it, is there in any PC before a driver runs."""
    path = key.path
    values = USUAL.get(path.upper(), ())
    return path.startswith(HAL) or (path.upper() in USUAL if value is None else value in values)
