"""OBJECT_ATTRIBUTES: the name, its root directory, and the flags with which an object is opened or made."""

from __future__ import annotations

import attrs

from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import handle as handles
from ntshell.nt.status import (
    STATUS_INVALID_HANDLE,
    STATUS_INVALID_PARAMETER,
    STATUS_OBJECT_PATH_SYNTAX_BAD,
    STATUS_SUCCESS,
)

OBJ_PERMANENT = 0x10
OBJ_CASE_INSENSITIVE = 0x40
OBJ_OPENIF = 0x80
OBJ_OPENLINK = 0x100


@attrs.frozen(repr=False)
class Wanted:
    """What OBJECT_ATTRIBUTES ask for: a full path ('' for no name), flags, and the status of reading them."""

    path: str
    flags: int
    status: int = STATUS_SUCCESS


def read(k: Kernel, address: int) -> Wanted:
    """Read OBJECT_ATTRIBUTES; a name under a root directory becomes a full path."""
    if not address:
        return Wanted("", 0)
    given = k.struct("_OBJECT_ATTRIBUTES", address)
    if given.Length != given.size:
        return Wanted("", 0, STATUS_INVALID_PARAMETER)
    name, flags = k.unicode(given.ObjectName), given.Attributes
    if not given.RootDirectory:
        bad = bool(name) and not name.startswith("\\")
        return Wanted(name, flags, STATUS_OBJECT_PATH_SYNTAX_BAD if bad else STATUS_SUCCESS)
    root = handles.lookup(k, given.RootDirectory)
    if root is None:
        return Wanted("", flags, STATUS_INVALID_HANDLE)
    if name.startswith("\\"):
        return Wanted(name, flags, STATUS_OBJECT_PATH_SYNTAX_BAD)
    above = root.facts["key"].path if root.type == "Key" else root.path
    return Wanted(f"{above.rstrip(chr(92))}\\{name}" if name else above, flags)
