r"""The device object chain as NT has it: `!devchain` walks DriverObject -> DeviceObject -> NextDevice ... NULL.

Lines are short, so that a narrow pane holds them.  A driver may have thousands of devices: the first ones are shown, the others
only walked, so that the end of the chain is always told.  Each is read from memory once, and the symbolic links are looked up
once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from ntshell.ctype.value import Value
from ntshell.debugger.inspect import BrokenList, Inspector
from ntshell.machine.memory import AccessFault
from ntshell.nt.io.constants import IO_TYPE_DEVICE, MAJOR_NAMES
from ntshell.nt.ob.namespace import Entry
from ntshell.shell.command import command
from ntshell.shell.kinds import DriverName
from ntshell.shell.links import look_at
from ntshell.shell.report import Address, Line, Link, Report, Text
from ntshell.shell.shell import Shell
from ntshell.shell.verbs.objects import doe_words, driver_object, flag_names, name_of, own_extension, queued_irps
from ntshell.shell.wrap import broken

GROUP = "Objects and devices"
SHOWN = 100  # devices; of a longer chain the rest is counted
WIDTH = 40  # characters that every line keeps to where names allow
INSIDE = "|   "


class Copy:
    """The bytes of one structure, read once: a Value's memory that is quick to ask."""

    def __init__(self, base: int, data: bytes) -> None:
        self.base, self.data = base, data

    def load(self, address: int, size: int) -> int:
        """An unsigned integer."""
        return int.from_bytes(self.read(address, size), "little")

    def read(self, address: int, size: int) -> bytes:
        """Bytes of the structure."""
        return self.data[address - self.base : address - self.base + size]

    def store(self, address: int, size: int, value: int) -> None:
        """A copy is not written to."""
        raise AccessFault(address, size, True, None, "inspection writes nothing")

    def write(self, address: int, data: bytes) -> None:
        """A copy is not written to."""
        raise AccessFault(address, len(data), True, None, "inspection writes nothing")


@attrs.define(eq=False, repr=False)
class Chain:
    """A walk along a driver's chain: what it has found out, and the lines that say it."""

    shell: Shell
    k: Any
    look: Inspector
    links: dict[int, list[str]]  # device object -> paths of the symbolic links that lead there
    flags: dict[int, str]  # bit of DEVICE_OBJECT.Flags -> its name
    lines: list[Line] = attrs.Factory(list)
    facts: list[dict[str, Any]] = attrs.Factory(list)
    words: dict[int, list[str]] = attrs.Factory(dict)  # flags -> lines of words

    def say(self, text: str, link: Link | None = None, kind: str = "plain") -> None:
        """Add a line."""
        self.lines.append(Line(text, kind, link))

    def address(self, value: int) -> Address:
        """An address that a line leads to."""
        return Address(value, self.k.arch.pointer)


@command("!devchain", group=GROUP, examples=("load lab; g; !devchain", "load lab; !devchain lab"))
def devchain(shell: Shell, driver: DriverName = "") -> Report:
    r"""Show a driver's chain of device objects: DriverObject -> DeviceObject -> NextDevice ... NULL.

    With each device its name, flags, extension, references, current and queued IRPs, the devices attached above, and the
    symbolic links that lead there.
    """
    k = shell.session.k
    address = driver_object(shell, driver)
    chain = Chain(shell, k, shell.look, _links(k), flag_names(shell, "DO_"))
    chain.say(f"{name_of(shell, address) or 'a driver'}{_state(k, address)}", chain.address(address), "head")
    chain.say(f"DriverObject {k.arch.format(address)}", chain.address(address))
    count = _walk(chain, address)
    facts = (
        ("driver", chain.address(address)),
        ("name", _image(k, address)),
        ("drivers", shell.session.loaded),
        ("count", count),
        ("chain", chain.facts),
    )
    return Report((Text(tuple(chain.lines)),), facts)


def _image(k: Any, driver: int) -> str:
    """The module name of a driver; '' when the object is nobody's."""
    record = k.io.driver(driver)
    return record.image if record is not None else ""


def _state(k: Any, driver: int) -> str:
    """In words, what is being done to a driver; '' when it just runs."""
    record = k.io.driver(driver)
    words = {"starting": " in DriverEntry", "unloading": " in Unload", "unload pending": ": unload pending"}
    return words.get(record.state, "") if record is not None else ""


def _links(k: Any) -> dict[int, list[str]]:
    """The symbolic links that lead to devices, by the devices' addresses."""
    found: dict[int, list[str]] = {}
    waiting: list[tuple[str, Entry]] = [("", k.objects.root)]
    while waiting:
        above, entry = waiting.pop()
        for child in entry.children.values():
            path = f"{above}\\{child.name}"
            if child.children:
                waiting.append((path, child))
            elif child.type == "SymbolicLink":
                target = k.objects.lookup(child.target)
                if target is not None and target.type == "Device":
                    found.setdefault(target.address, []).append(path)
    return {address: sorted(paths) for address, paths in found.items()}


def _walk(chain: Chain, driver: int) -> int:
    """Follow the pointers until NULL or until they lead nowhere; how many devices there are."""
    look, form, ctype = chain.look, chain.k.arch.format, chain.k.types["_DEVICE_OBJECT"]
    seen: set[int] = set()
    try:
        here = int(look.struct("_DRIVER_OBJECT", driver).DeviceObject)
        while here and here not in seen:
            device = Value(ctype, here, Copy(here, look.eye.read(here, ctype.size)))
            if device.Type != IO_TYPE_DEVICE:
                raise AccessFault(here, ctype.size, False, None, "its Type is another")
            if len(seen) < SHOWN:
                chain.say("|  NextDevice" if seen else "|  DeviceObject")
                _device(chain, device)
            seen.add(here)
            here = int(device.NextDevice)
    except AccessFault as fault:
        _more(chain, len(seen))
        _stray(chain, fault.address, "is no DEVICE_OBJECT" if look.readable(fault.address) else "cannot be read")
        return len(seen)
    _more(chain, len(seen))
    if here:
        chain.say(f"! {form(here)} once more: the chain is a ring", chain.address(here), "bad")
    else:
        chain.say("+-> NULL")
    return len(seen)


def _more(chain: Chain, count: int) -> None:
    """What comes between the devices shown and the end."""
    if count > SHOWN:
        chain.say(f"|  ... {count - SHOWN} more device objects", None, "note")
    chain.say("|  NextDevice" if count else "|  DeviceObject")


def _stray(chain: Chain, address: int, why: str, lead: str = "") -> None:
    """A pointer leads to what is no device object."""
    link = chain.address(address)
    chain.say(f"{lead}! {chain.k.arch.format(address)} {why}", link, "bad")
    for part in broken(chain.look.where(address) or "nothing is there", WIDTH - len(lead) - 2):
        chain.say(f"{lead}  {part}", link, "bad")


def _device(chain: Chain, device: Value) -> None:
    """The lines of one device."""
    at, form = device.address, chain.k.arch.format
    link, name = chain.address(at), name_of(chain.shell, at)
    flags, extension, references = device.Flags, device.DeviceExtension, device.ReferenceCount
    chain.say(f"+-> {form(at)} {name or '(no name)'}", link)
    for part in _flag_lines(chain, flags):
        chain.say(part, link)
    chain.say(f"{INSIDE}Ext {form(extension)}  RefCount {references}", chain.address(extension) if extension else link)
    irps = list(_irps(chain, device))
    above = list(_attached(chain, device))
    paths = chain.links.get(at, [])
    for path in paths:
        chain.say(f"{INSIDE}<- {path}", look_at("!object", path))
    chain.facts.append(
        {
            "device": link,
            "name": name,
            "flags": flags,
            "extension": chain.address(extension),
            "references": references,
            "irps": irps,
            "attached": above,
            "links": paths,
        }
    )


def _flag_lines(chain: Chain, flags: int) -> list[str]:
    found = chain.words.get(flags)
    if found is None:
        words = " ".join(name for bit, name in sorted(chain.flags.items()) if flags & bit) or "Flags 0"
        found = chain.words[flags] = [INSIDE + part for part in broken(words, WIDTH - len(INSIDE))]
    return found


def _irps(chain: Chain, device: Value) -> Iterator[Address]:
    """The IRP that the device works on, and those in its queue."""
    if device.CurrentIrp:
        yield _irp(chain, "CurrentIrp", int(device.CurrentIrp))
    if not device.DeviceQueue.Busy:
        return
    try:
        for irp in queued_irps(chain.look, device.address):
            yield _irp(chain, "Queued IRP", irp)
    except BrokenList as list_:
        for n, part in enumerate(broken(f"! {list_.why}", WIDTH - len(INSIDE), 2)):
            chain.say(INSIDE + "  " * bool(n) + part, None, "bad")


def _irp(chain: Chain, label: str, irp: int) -> Address:
    link = chain.address(irp)
    shown = f"{INSIDE}{label} {chain.k.arch.format(irp)}"
    try:
        at = chain.look.struct("_IRP", irp).member("Tail.Overlay.CurrentStackLocation").get()
        major = chain.look.struct("_IO_STACK_LOCATION", at).MajorFunction
        chain.say(f"{shown} {MAJOR_NAMES[major] if major < len(MAJOR_NAMES) else f'{major:#x}'}", link)
    except AccessFault as fault:
        chain.say(shown, link, "bad")
        chain.say(f"{INSIDE}  ! {chain.look.where(fault.address) or 'nothing is there'}", link, "bad")
    return link


def _attached(chain: Chain, device: Value) -> Iterator[Address]:
    """The devices attached above, lowest first; and whether the device itself is attached, or about to go."""
    look = chain.look
    here, seen = int(device.AttachedDevice), {device.address}
    try:
        while here and here not in seen:
            seen.add(here)
            above = look.struct("_DEVICE_OBJECT", here)
            _whose(chain, "^ AttachedDevice", above)
            yield chain.address(here)
            here = int(above.AttachedDevice)
        own = own_extension(look, device)
        if own.AttachedTo:
            _whose(chain, "v AttachedTo", look.struct("_DEVICE_OBJECT", own.AttachedTo))
        if own.ExtensionFlags:
            chain.say(f"{INSIDE}{doe_words(own.ExtensionFlags)}", chain.address(device.address))
    except AccessFault as fault:
        _stray(chain, fault.address, "cannot be read", INSIDE)


def _whose(chain: Chain, label: str, device: Value) -> None:
    """The lines of a device above or below."""
    link = chain.address(device.address)
    names = f"{name_of(chain.shell, device.DriverObject)} {name_of(chain.shell, device.address)}".strip()
    chain.say(f"{INSIDE}{label} {chain.k.arch.format(device.address)}", link)
    chain.say(f"{INSIDE}  {names}", link)
