"""Opening objects by name, as OBJECT_ATTRIBUTES say: what all ZwOpenX and ZwCreateX routines of ob have in common."""

from __future__ import annotations

from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import attributes
from ntshell.nt.ob import handle as handles
from ntshell.nt.status import (
    STATUS_OBJECT_NAME_COLLISION,
    STATUS_OBJECT_NAME_EXISTS,
    STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_SUCCESS,
)


def open_named(k: Kernel, out: int, access: int, given: int, kind: str, follow: bool = True) -> int:
    """Store a handle to the object of a type that OBJECT_ATTRIBUTES name; returns an NTSTATUS."""
    wanted = attributes.read(k, given)
    if wanted.status:
        return wanted.status
    entry, rest, status = k.objects.resolve(wanted.path, follow)
    if entry is None:
        return int(status)
    if rest or entry.type != kind:
        return STATUS_OBJECT_TYPE_MISMATCH
    k.set_pointer(out, handles.open_handle(k, entry, access))
    return STATUS_SUCCESS


def open_existing(k: Kernel, out: int, access: int, wanted: attributes.Wanted, kind: str) -> int | None:
    """What comes of making an object whose name is taken, OBJ_OPENIF or not; None when the name is free."""
    there = k.objects.lookup(wanted.path) if wanted.path else None
    if there is None:
        return None
    if not wanted.flags & attributes.OBJ_OPENIF:
        return STATUS_OBJECT_NAME_COLLISION
    if there.type != kind:
        return STATUS_OBJECT_TYPE_MISMATCH
    k.set_pointer(out, handles.open_handle(k, there, access))
    return STATUS_OBJECT_NAME_EXISTS
