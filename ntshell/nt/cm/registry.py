r"""The registry: a tree of keys with values, as `\Registry\Machine\System\CurrentControlSet\Services`.

Rules: names are compared without case and kept as given; a volatile key is gone with the machine, and a key below it must
be volatile as well; a key with subkeys cannot be deleted; whoever holds a deleted key finds it `deleted`.  A link stands
for another key wherever it is met on a path.  Everything changes through the journal; `written` counts as the last write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ntshell.machine.journal import Journal
from ntshell.nt.status import (
    STATUS_CANNOT_DELETE,
    STATUS_CHILD_MUST_BE_VOLATILE,
    STATUS_KEY_DELETED,
    STATUS_OBJECT_NAME_INVALID,
    STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_OBJECT_PATH_SYNTAX_BAD,
    STATUS_SUCCESS,
)

if TYPE_CHECKING:
    from ntshell.nt.kernel import Kernel

REG_NONE, REG_SZ, REG_EXPAND_SZ, REG_BINARY, REG_DWORD, REG_DWORD_BIG_ENDIAN, REG_LINK, REG_MULTI_SZ = range(8)
REG_RESOURCE_LIST, REG_FULL_RESOURCE_DESCRIPTOR, REG_RESOURCE_REQUIREMENTS_LIST, REG_QWORD = range(8, 12)
TYPE_NAMES = (
    "REG_NONE", "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY", "REG_DWORD", "REG_DWORD_BIG_ENDIAN", "REG_LINK", "REG_MULTI_SZ",
    "REG_RESOURCE_LIST", "REG_FULL_RESOURCE_DESCRIPTOR", "REG_RESOURCE_REQUIREMENTS_LIST", "REG_QWORD",
)  # fmt: skip
TEXTS = (REG_SZ, REG_EXPAND_SZ, REG_LINK)
MAX_VALUE_NAME = 16383
LINKS_FOLLOWED = 16


@attrs.frozen(repr=False)
class ValueEntry:
    """A value of a key."""

    name: str
    type: int
    data: bytes

    @property
    def text(self) -> str:
        """A string value without its terminating zero."""
        return self.data.decode("utf-16-le", "replace").split("\0")[0]

    @property
    def texts(self) -> list[str]:
        """The strings of a REG_MULTI_SZ."""
        return [each for each in self.data.decode("utf-16-le", "replace").split("\0") if each]

    @property
    def number(self) -> int:
        """A REG_DWORD or REG_QWORD."""
        return int.from_bytes(self.data, "big" if self.type == REG_DWORD_BIG_ENDIAN else "little")


@attrs.define(eq=False, repr=False)
class Key:
    """A key; `values` keep the order in which they were made, `written` is an interrupt time."""

    name: str
    volatile: bool = False
    parent: Key | None = attrs.field(default=None, repr=False)
    link: str = ""
    class_name: str = ""
    subkeys: dict[str, Key] = attrs.field(factory=dict, repr=False)  # by upper-case name
    values: list[ValueEntry] = attrs.field(factory=list, repr=False)
    written: int = 0
    deleted: bool = False

    @property
    def path(self) -> str:
        """The full path."""
        return f"{self.parent.path if self.parent is not None else ''}\\{self.name}"

    def sorted(self) -> list[Key]:
        """The subkeys by name, as NT enumerates them."""
        return [self.subkeys[name] for name in sorted(self.subkeys)]

    def value(self, name: str) -> ValueEntry | None:
        """The value with a name; '' is the default value."""
        wanted = name.upper()
        for each in self.values:
            if each.name.upper() == wanted:
                return each
        return None


@attrs.define(eq=False, repr=False)
class Registry:
    """The whole tree; methods that may fail return an NTSTATUS."""

    kernel: Kernel
    journal: Journal
    root: Key = attrs.Factory(lambda: Key("Registry", True))
    live: bool = False  # the machine has started: changes are events
    configuration: int = 0  # address of the CONFIGURATION_INFORMATION

    # --- finding ---------------------------------------------------------------------------------------------------
    def open(self, path: str | Key, under: str = "", follow: bool = True) -> Key | None:
        """The key at a path, or at a path under a key; None when there is none."""
        start, names = self._start(path, under)
        return None if start is None else self._descend(start, names, follow, LINKS_FOLLOWED)

    def _start(self, path: str | Key, under: str) -> tuple[Key | None, list[str]]:
        if isinstance(path, Key):
            return path, [name for name in under.split("\\") if name]
        names = [name for name in f"{path}\\{under}".split("\\") if name]
        if not path.startswith("\\") or not names or names[0].upper() != "REGISTRY":
            return None, names
        return self.root, names[1:]

    def _descend(self, key: Key, names: list[str], follow: bool, links: int) -> Key | None:
        for n, name in enumerate(names):
            found = key.subkeys.get(name.upper())
            if found is None:
                return None
            if found.link and (follow or n + 1 < len(names)):
                if not links:
                    return None
                start, target = self._start(found.link, "")
                found = None if start is None else self._descend(start, target, True, links - 1)
                if found is None:
                    return None
            key = found
        return key

    # --- keys ------------------------------------------------------------------------------------------------------
    def create(self, path: str | Key, volatile: bool = False, under: str = "", parents: bool = True) -> Key | int:
        """The key at a path, made if it is not there, with the keys above it if `parents`; else an NTSTATUS."""
        key, names = self._start(path, under)
        if key is None:
            return STATUS_OBJECT_PATH_SYNTAX_BAD
        for n, name in enumerate(names):
            found = self._descend(key, [name], True, LINKS_FOLLOWED)
            if found is None:
                if name.upper() in key.subkeys or (n + 1 < len(names) and not parents):
                    return STATUS_OBJECT_NAME_NOT_FOUND
                if len(name) > 255:
                    return STATUS_OBJECT_NAME_INVALID
                made = self._make(key, name, volatile)
                if isinstance(made, int):
                    return made
                found = made
            key = found
        return key

    def _make(self, parent: Key, name: str, volatile: bool) -> Key | int:
        if parent.deleted:
            return STATUS_KEY_DELETED
        if parent.volatile and not volatile and parent is not self.root:
            return STATUS_CHILD_MUST_BE_VOLATILE
        key = Key(name, volatile, parent, written=self.kernel.machine.now)
        self.journal.put(parent.subkeys, name.upper(), key)
        self._touch(parent)
        self._say(f"key {key.path} made", path=key.path, what="create")
        return key

    def set_link(self, key: Key, target: str) -> None:
        """Make a key a link to another."""
        self.journal.set(key, "link", target)

    def delete(self, key: Key) -> int:
        """Delete a key, which must have no subkeys."""
        if key.deleted:
            return STATUS_KEY_DELETED
        if key.subkeys or key.parent is None or key.parent is self.root:
            return STATUS_CANNOT_DELETE
        self._say(f"key {key.path} deleted", path=key.path, what="delete")
        self.journal.delete(key.parent.subkeys, key.name.upper())
        self.journal.set(key, "deleted", True)
        self._touch(key.parent)
        return STATUS_SUCCESS

    # --- values ----------------------------------------------------------------------------------------------------
    def set_value(self, key: Key, name: str, type: int, data: bytes) -> int:
        """Write a value."""
        if key.deleted:
            return STATUS_KEY_DELETED
        if len(name) > MAX_VALUE_NAME:
            return STATUS_OBJECT_NAME_INVALID
        index = self._index(key, name)
        if index < 0:
            self.journal.append(key.values, ValueEntry(name, type, data))
        else:
            old = self.journal.pop(key.values, index)
            self.journal.insert(key.values, index, ValueEntry(old.name, type, data))
        self._touch(key)
        if self.live:
            self._say(f"{key.path} {name or '(default)'} = {show(type, data)}", path=key.path, value=name, what="set")
        return STATUS_SUCCESS

    def delete_value(self, key: Key, name: str) -> int:
        """Delete a value."""
        if key.deleted:
            return STATUS_KEY_DELETED
        index = self._index(key, name)
        if index < 0:
            return STATUS_OBJECT_NAME_NOT_FOUND
        self.journal.pop(key.values, index)
        self._touch(key)
        self._say(f"{key.path} {name or '(default)'} deleted", path=key.path, value=name, what="delete value")
        return STATUS_SUCCESS

    def set_text(self, key: Key, name: str, text: str, type: int = REG_SZ) -> int:
        """Write a string with its terminating zero."""
        return self.set_value(key, name, type, wide(text))

    def set_number(self, key: Key, name: str, number: int) -> int:
        """Write a REG_DWORD."""
        return self.set_value(key, name, REG_DWORD, (number & 0xFFFFFFFF).to_bytes(4, "little"))

    def _index(self, key: Key, name: str) -> int:
        wanted = name.upper()
        for n, each in enumerate(key.values):
            if each.name.upper() == wanted:
                return n
        return -1

    def _say(self, text: str, **data: str) -> None:
        if self.live:
            self.kernel.emit("registry", text, **data)

    def _touch(self, key: Key) -> None:
        self.journal.set(key, "written", self.kernel.machine.now)


def wide(text: str) -> bytes:
    """A text as zero-terminated UTF-16."""
    return text.encode("utf-16-le", "surrogatepass") + b"\0\0"


def show(type: int, data: bytes) -> str:
    """A value's data in one line, as `!reg` shows it."""
    value = ValueEntry("", type, data)
    if type in TEXTS:
        return value.text
    if type == REG_MULTI_SZ:
        return " ".join(value.texts)
    if type in (REG_DWORD, REG_QWORD, REG_DWORD_BIG_ENDIAN) and data:
        return f"{value.number:#x}"
    shown = data[:16].hex(" ")
    return f"{shown} ... ({len(data)} bytes)" if len(data) > 16 else shown
