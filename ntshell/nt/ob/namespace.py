r"""The object namespace: directories, symbolic links and named objects, as `\Device\Lab0` or `\??\LAB1`.

Rules: names are compared without case and kept as they were given; an `Entry` is an object's header (type, counts, name)
whether it is named or not; a name is one reference to its object.  A permanent object keeps its name when nobody refers
to it, a temporary one loses it with its last handle.  Everything changes through the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from ntshell.machine.journal import Journal
from ntshell.nt.status import (
    STATUS_OBJECT_NAME_COLLISION,
    STATUS_OBJECT_NAME_INVALID,
    STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_OBJECT_PATH_NOT_FOUND,
    STATUS_OBJECT_PATH_SYNTAX_BAD,
    STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_SUCCESS,
)

LINKS_FOLLOWED = 32  # on one path, before it is taken for a ring
PARSED = frozenset({"Device", "Key", "File"})  # types that take the rest of a path for themselves

DIRECTORIES = (
    "\\??", "\\ArcName", "\\BaseNamedObjects", "\\Callback", "\\Device", "\\Driver", "\\Drivers", "\\FileSystem",
    "\\KnownDlls", "\\Nls", "\\ObjectTypes", "\\Security", "\\Windows",
)  # fmt: skip
LINKS = (("\\DosDevices", "\\??"), ("\\GLOBAL??", "\\??"))


@attrs.define(eq=False, repr=False)
class Entry:
    """An object: `address` is its body in memory (0 when it has none), `target` where a symbolic link leads."""

    name: str
    type: str
    address: int = 0
    target: str = ""
    pointer_count: int = 1
    handle_count: int = 0
    temporary: bool = False
    parent: Entry | None = attrs.field(default=None, repr=False)
    children: dict[str, Entry] = attrs.field(factory=dict, repr=False)  # of a directory, by upper-case name
    facts: dict[str, Any] = attrs.Factory(dict)

    @property
    def path(self) -> str:
        r"""The full name; `\` for the root, '' for an object without a name."""
        if self.parent is None:
            return self.name
        return f"{self.parent.path.rstrip(chr(92))}\\{self.name}"

    def sorted(self) -> list[Entry]:
        """A directory's entries by name."""
        return [self.children[name] for name in sorted(self.children)]


def _root() -> Entry:
    return Entry("\\", "Directory")


@attrs.define(eq=False, repr=False)
class Namespace:
    """All objects: the tree of names, and every object by its address; `handles` and `types` are ob's own."""

    journal: Journal
    root: Entry = attrs.Factory(_root)
    known: dict[int, Entry] = attrs.Factory(dict)  # every object that has an address
    types: dict[str, int] = attrs.Factory(dict)  # type name -> address of its OBJECT_TYPE
    handles: dict[int, Any] = attrs.Factory(dict)  # handle -> ob.handle.Handle
    last_handle: int = 0

    # --- finding ---------------------------------------------------------------------------------------------------
    def lookup(self, path: str, follow: bool = True) -> Entry | None:
        """The object with exactly that name; `follow` goes through a link at the path's end as well."""
        entry, rest, _ = self.resolve(path, follow)
        return entry if not rest else None

    def resolve(self, path: str, follow: bool = True) -> tuple[Entry | None, str, int]:
        r"""The object that a path leads to, what the path goes on with (`\file`) for its type to parse, and the status."""
        links = LINKS_FOLLOWED
        while links:
            if not path.startswith("\\"):
                return None, path, STATUS_OBJECT_PATH_SYNTAX_BAD
            entry, rest, status = self._walk(path)
            if entry is None or entry.type != "SymbolicLink" or not (follow or rest):
                return entry, rest, status
            path = entry.target + rest
            links -= 1
        return None, path, STATUS_OBJECT_NAME_NOT_FOUND

    def _walk(self, path: str) -> tuple[Entry | None, str, int]:
        """As far as directories go: the first entry that is none, or the path's last one."""
        here = self.root
        parts = path[1:].split("\\") if path != "\\" else []
        for n, part in enumerate(parts):
            rest = "".join(f"\\{each}" for each in parts[n + 1 :])
            if not part:
                return None, "\\" + part + rest, STATUS_OBJECT_NAME_INVALID
            found = here.children.get(part.upper())
            if found is None:
                status = STATUS_OBJECT_PATH_NOT_FOUND if rest else STATUS_OBJECT_NAME_NOT_FOUND
                return None, "\\" + part + rest, status
            if found.type != "Directory":
                if rest and found.type != "SymbolicLink" and found.type not in PARSED:
                    return None, rest, STATUS_OBJECT_TYPE_MISMATCH
                return found, rest, STATUS_SUCCESS
            here = found
        return here, "", STATUS_SUCCESS

    def at(self, address: int) -> Entry | None:
        """The object whose body is at an address."""
        return self.known.get(address)

    def children(self, path: str) -> list[Entry]:
        """A directory's entries by name; none when it is no directory."""
        entry = self.lookup(path)
        return entry.sorted() if entry is not None and entry.type == "Directory" else []

    def walk(self, entry: Entry | None = None) -> Iterator[Entry]:
        """Every named object, parents before their children, by name."""
        entry = entry or self.root
        yield entry
        for child in entry.sorted():
            yield from self.walk(child)

    # --- making and unmaking ---------------------------------------------------------------------------------------
    def create(self, type: str, address: int, **facts: Any) -> Entry:
        """An object without a name; its one reference is its maker's."""
        entry = Entry("", type, address, temporary=True, facts=dict(facts))
        if address:
            self.journal.put(self.known, address, entry)
        return entry

    def insert(self, path: str, type: str, address: int, **facts: Any) -> int:
        """Give a name to the object at `address`, which is made when it is new; returns an NTSTATUS.

        Facts called `target` and `temporary` are the entry's own; an object named so is permanent unless told else.
        """
        parent, name, status = self._place(path)
        if parent is None:
            return status
        target, temporary = str(facts.pop("target", "")), bool(facts.pop("temporary", False))
        entry = self.known.get(address) if address else None
        if entry is None:
            entry = self.create(type, address, **facts)
        self.journal.set(entry, "target", target)
        self.attach(entry, parent, name, temporary)
        return STATUS_SUCCESS

    def attach(self, entry: Entry, parent: Entry, name: str, temporary: bool) -> None:
        """Put an object into a directory under a name that is free there."""
        self.journal.set(entry, "name", name)
        self.journal.set(entry, "parent", parent)
        self.journal.set(entry, "temporary", temporary)
        self.journal.set(entry, "pointer_count", entry.pointer_count + 1)
        self.journal.put(parent.children, name.upper(), entry)

    def _place(self, path: str) -> tuple[Entry | None, str, int]:
        """The directory and the free name in it that a new object's path means."""
        if not path.startswith("\\"):
            return None, "", STATUS_OBJECT_PATH_SYNTAX_BAD
        entry, rest, status = self.resolve(path, follow=False)
        if entry is not None:
            return None, "", STATUS_OBJECT_TYPE_MISMATCH if rest else STATUS_OBJECT_NAME_COLLISION
        if status != STATUS_OBJECT_NAME_NOT_FOUND:
            return None, "", status
        above, _, name = path.rpartition("\\")
        parent, rest, status = self.resolve(above or "\\")
        if parent is None or rest or parent.type != "Directory":
            return None, "", STATUS_OBJECT_PATH_NOT_FOUND
        return parent, name, STATUS_SUCCESS

    def remove(self, path: str) -> bool:
        """Take the name itself (not what a link leads to) out of its directory, and the reference with it."""
        entry = self.lookup(path, follow=False)
        return entry is not None and self.detach(entry)

    def detach(self, entry: Entry) -> bool:
        """Take an object's name away; whether it had one."""
        parent = entry.parent
        if parent is None or entry.name.upper() not in parent.children:
            return False
        self.journal.delete(parent.children, entry.name.upper())
        self.journal.set(entry, "parent", None)
        self.journal.set(entry, "name", "")
        self.journal.set(entry, "pointer_count", entry.pointer_count - 1)
        return True

    def forget(self, entry: Entry) -> None:
        """The object is gone: neither its name nor its address leads to it."""
        self.detach(entry)
        if entry.address and self.known.get(entry.address) is entry:
            self.journal.delete(self.known, entry.address)


def standard(journal: Journal, allocate: Callable[[str, str], int] | None = None) -> Namespace:
    r"""A namespace with NT's directories and `\DosDevices`; `allocate(type, note)` gives memory for a body."""
    space = Namespace(journal)
    for path in DIRECTORIES:
        space.insert(path, "Directory", allocate("Directory", f"object directory {path}") if allocate else 0)
    for path, target in LINKS:
        space.insert(
            path, "SymbolicLink", allocate("SymbolicLink", f"symbolic link {path}") if allocate else 0, target=target
        )
    for entry in space.walk():
        entry.pointer_count = 1
    return space
