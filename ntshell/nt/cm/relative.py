r"""Registry paths relative to a well-known place: what `RelativeTo` of the RtlXxxRegistryXxx routines means."""

from __future__ import annotations

import attrs

from ntshell.nt.cm.hardware import CONTROL_SET, DEVICE_MAP, SERVICES, WINDOWS_NT
from ntshell.nt.cm.registry import Key
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import handle as handles
from ntshell.nt.status import (
    STATUS_INVALID_HANDLE,
    STATUS_INVALID_PARAMETER,
    STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_OBJECT_PATH_SYNTAX_BAD,
)

HANDLE, OPTIONAL = 0x40000000, 0x80000000
ROOTS = (
    "",
    SERVICES,
    f"{CONTROL_SET}\\Control",
    WINDOWS_NT,
    DEVICE_MAP,
    "\\Registry\\User\\.Default",
)
DEVICEMAP = 4


@attrs.frozen(repr=False)
class Place:
    """A key to start from (a path, or a key that a handle stands for) and the path below it."""

    start: str | Key
    under: str
    volatile: bool


def place(k: Kernel, relative: int, path: int) -> Place | int:
    """What RelativeTo and Path mean; else an NTSTATUS."""
    if relative & HANDLE:
        entry = handles.lookup(k, path)
        if entry is None or entry.type != "Key":
            return STATUS_INVALID_HANDLE
        key: Key = entry.facts["key"]
        return Place(key, "", key.volatile)
    which = relative & 0xFF
    if which >= len(ROOTS):
        return STATUS_INVALID_PARAMETER
    text = k.wide(path)
    if which == 0 and not text.startswith("\\"):
        return STATUS_OBJECT_PATH_SYNTAX_BAD
    return Place(ROOTS[which] or text, text if which else "", which == DEVICEMAP)


def opened(k: Kernel, relative: int, path: int) -> Key | int:
    """The key that is there; else an NTSTATUS."""
    where = place(k, relative, path)
    if isinstance(where, int):
        return where
    key: Key | None = k.registry.open(where.start, where.under)
    return STATUS_OBJECT_NAME_NOT_FOUND if key is None else key
