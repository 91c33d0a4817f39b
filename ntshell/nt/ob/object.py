"""Objects and their references: making one, counting, and what happens when the last reference goes.

Rules: an object's maker holds one reference, its name one, every handle one.  An object whose count reaches zero is
deleted by its type's procedure in `DELETE`; one that has none and was made by `make` gives its memory back.  A count that
goes below what names and handles hold is bug check 0x18.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result, after
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob.namespace import Entry
from ntshell.nt.status import (
    STATUS_INVALID_PARAMETER,
    STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_SUCCESS,
)

Procedure = Callable[[Kernel, Entry], Result]

# What a type does when the last reference to one of its objects goes, and (CLOSE) when a handle to it is closed.
DELETE: dict[str, Procedure] = {}
CLOSE: dict[str, Procedure] = {}


def make(k: Kernel, type: str, size: int, note: str, **facts: Any) -> Entry:
    """A new object without a name, in system memory of its own that is zero."""
    address = k.pool.allocate_system(size, note)
    entry: Entry = k.objects.create(type, address, **facts, system=True)
    return entry


def reference(k: Kernel, entry: Entry) -> int:
    """Take a reference; returns the new count."""
    k.journal.set(entry, "pointer_count", entry.pointer_count + 1)
    return entry.pointer_count


def dereference(k: Kernel, entry: Entry) -> Result:
    """Give a reference back; the result is the new count, or what the object's deletion asks for."""
    count = entry.pointer_count - 1
    held = entry.handle_count + (entry.parent is not None)
    if count < 0 or count < held and entry.address:
        k.bugcheck(
            0x18,
            k.objects.types.get(entry.type, 0),
            entry.address,
            0,
            0,
            rule=f"{describe(entry)} was dereferenced more often than it was referenced",
            mend="call ObDereferenceObject once for each reference that the driver took, and drop the extra call",
        )
    k.journal.set(entry, "pointer_count", count)
    return delete(k, entry) if count == 0 else count


def delete(k: Kernel, entry: Entry) -> Result:
    """The last reference is gone: the object is no more."""
    k.emit("object", f"{describe(entry)} is deleted", type=entry.type, address=entry.address)
    procedure = DELETE.get(entry.type)
    result: Result = procedure(k, entry) if procedure is not None else 0
    return after(k, result, lambda kernel, _: dispose(kernel, entry))


def dispose(k: Kernel, entry: Entry) -> int:
    """Forget an object and give back the memory that `make` took for it."""
    k.objects.forget(entry)
    if entry.facts.get("system"):
        k.pool.free_system(entry.address)
    return 0


def make_temporary(k: Kernel, entry: Entry) -> Result:
    """ObMakeTemporaryObject: the name goes as soon as no handle holds it, and the object with its last reference."""
    k.journal.set(entry, "temporary", True)
    if entry.handle_count or not k.objects.detach(entry):
        return 0
    return delete(k, entry) if entry.pointer_count == 0 else 0


def describe(entry: Entry) -> str:
    r"""The object in words: `\Device\Lab0`, or `Thread object 81234560`."""
    return entry.path or f"{entry.type} object {entry.address:x}"


def title(entry: Entry) -> str:
    """The object for the ledger: with its type when it is named."""
    return f"{entry.path} ({entry.type})" if entry.path else describe(entry)


def find(k: Kernel, address: int) -> Entry:
    """The object whose body a driver's pointer points at; a pointer to none is bug check 0x18, to freed memory a fault."""
    entry: Entry | None = k.objects.at(address)
    if entry is None:
        k.memory.load(address, 1)
        k.bugcheck(
            0x18, 0, address, 0, 0,
            rule=f"{k.arch.format(address)} is the address of no object, so it has no reference count",
            mend="pass ObReferenceObject and ObDereferenceObject the body of a live object",
        )  # fmt: skip
    assert entry is not None
    return entry


# --- the ledger of references ----------------------------------------------------------------------------------------
def charge(k: Kernel, entry: Entry) -> None:
    """Enter a reference on the calling driver's ledger."""
    n = 0
    while ("reference", (entry.address, n)) in k.held:
        n += 1
    k.acquire("reference", (entry.address, n), title(entry))


def discharge(k: Kernel, entry: Entry) -> None:
    """Strike out the newest reference to an object."""
    n = 0
    while ("reference", (entry.address, n)) in k.held:
        n += 1
    k.release("reference", (entry.address, n - 1) if n else entry.address)


def has_type(k: Kernel, entry: Entry, wanted: int) -> bool:
    """Whether an object is of the type whose OBJECT_TYPE is at `wanted`; 0 for any."""
    return not wanted or k.objects.types.get(entry.type) == wanted


# --- what drivers call -----------------------------------------------------------------------------------------------
@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI LONG_PTR FASTCALL ObfReferenceObject(_In_ PVOID Object);""",
    acquires="reference",
)
def ObfReferenceObject(k: Kernel, Object: int) -> Result:
    """Take a reference to an object, so that it stays; ObReferenceObject is a macro for it."""
    entry = find(k, Object)
    count = reference(k, entry)
    charge(k, entry)
    return count


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI NTSTATUS ObReferenceObjectByPointer(_In_ PVOID Object, _In_ ACCESS_MASK DesiredAccess,
        _In_opt_ POBJECT_TYPE ObjectType, _In_ KPROCESSOR_MODE AccessMode);""",
    acquires="reference",
)
def ObReferenceObjectByPointer(k: Kernel, Object: int, DesiredAccess: int, ObjectType: int, AccessMode: int) -> Result:
    """Take a reference to an object when it is of the type asked for."""
    entry = find(k, Object)
    if not has_type(k, entry, ObjectType):
        return STATUS_OBJECT_TYPE_MISMATCH
    reference(k, entry)
    charge(k, entry)
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI LONG_PTR FASTCALL ObfDereferenceObject(_In_ PVOID Object);""",
    releases="reference",
    stage=Stage(unload=4),
)
def ObfDereferenceObject(k: Kernel, Object: int) -> Result:
    """Give back a reference to an object; the last one deletes it.  ObDereferenceObject is a macro for it."""
    entry = find(k, Object)
    discharge(k, entry)
    return dereference(k, entry)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS ObReferenceObjectByName(_In_ PUNICODE_STRING ObjectName, _In_ ULONG Attributes,
        _In_opt_ PACCESS_STATE AccessState, _In_ ACCESS_MASK DesiredAccess, _In_opt_ POBJECT_TYPE ObjectType,
        _In_ KPROCESSOR_MODE AccessMode, _Inout_opt_ PVOID ParseContext, _Out_ PVOID *Object);""",
    acquires="reference",
    header="ntifs.h",
)
def ObReferenceObjectByName(
    k: Kernel, ObjectName: int, Attributes: int, AccessState: int, DesiredAccess: int, ObjectType: int,
    AccessMode: int, ParseContext: int, Object: int,
) -> Result:  # fmt: skip
    """Take a reference to the object with a name."""
    if not ObjectName or not Object:
        return STATUS_INVALID_PARAMETER
    entry, rest, status = k.objects.resolve(k.unicode(ObjectName))
    if entry is None:
        return int(status)
    if rest or not entry.address:
        return STATUS_OBJECT_NAME_NOT_FOUND
    if not has_type(k, entry, ObjectType):
        return STATUS_OBJECT_TYPE_MISMATCH
    k.set_pointer(Object, entry.address)
    reference(k, entry)
    charge(k, entry)
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI VOID ObMakeTemporaryObject(_In_ PVOID Object);""",
    header="ntifs.h",
)
def ObMakeTemporaryObject(k: Kernel, Object: int) -> Result:
    """Let a permanent object's name go with its last handle."""
    return make_temporary(k, find(k, Object))
