r"""RtlQueryRegistryValues: read values as a table says, into variables or through the driver's routine.

Rules, as NT has them: the table ends with an entry that has neither a routine nor the flags SUBKEY or DIRECT; an entry
with a name asks for one value, one without for all of the key; SUBKEY goes to a key below the top one, TOPKEY back;
a REG_MULTI_SZ is handed over string by string and a REG_EXPAND_SZ expanded, unless NOEXPAND; a value that is not there
counts as its default, or fails if REQUIRED.  A routine's STATUS_BUFFER_TOO_SMALL is no failure.
"""

from __future__ import annotations

import attrs

from ntshell.ctype.value import Value
from ntshell.nt.cm import ledger
from ntshell.nt.cm.registry import (
    REG_EXPAND_SZ,
    REG_MULTI_SZ,
    REG_NONE,
    REG_SZ,
    Key,
    ValueEntry,
    wide,
)
from ntshell.nt.cm.relative import OPTIONAL, opened
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Call, Result
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import (
    STATUS_BUFFER_TOO_SMALL,
    STATUS_INVALID_PARAMETER,
    STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_SUCCESS,
    nt_success,
)

SUBKEY, TOPKEY, REQUIRED, NOVALUE, NOEXPAND, DIRECT, DELETE = (1 << n for n in range(7))
TYPECHECK = 0x100
TABLE = "_RTL_QUERY_REGISTRY_TABLE"
STRINGS = (REG_SZ, REG_EXPAND_SZ, REG_MULTI_SZ)
ENVIRONMENT = (("%SYSTEMROOT%", "C:\\WINNT"), ("%SYSTEMDRIVE%", "C:"))


@attrs.frozen(eq=False, repr=False)
class Query:
    """One call of RtlQueryRegistryValues; `row` is the address of the entry at hand, `key` the key it looks in."""

    top: Key
    key: Key
    row: int
    context: int


@attrs.frozen(repr=False)
class Delivery:
    """A value on its way to the driver; `index` says which DIRECT string of the entry it is."""

    name: str
    type: int
    data: bytes
    index: int = 0
    delete: bool = False


def _run(k: Kernel, query: Query) -> Result:
    """Go through the table until a routine of the driver is to be called."""
    while True:
        row = k.struct(TABLE, query.row)
        if not row.QueryRoutine and not row.Flags & (SUBKEY | DIRECT):
            return STATUS_SUCCESS
        found = _row(k, query, row)
        if isinstance(found, int):
            return found
        query, deliveries = found
        if row.QueryRoutine and deliveries:
            return _call(k, query, tuple(deliveries))
        for each in deliveries:
            status = _direct(k, row, each)
            if not nt_success(status) and status != STATUS_BUFFER_TOO_SMALL:
                return status
            _dispose(k, query, each)
        query = attrs.evolve(query, row=query.row + row.size)


def _row(k: Kernel, query: Query, row: Value) -> tuple[Query, list[Delivery]] | int:
    """What an entry asks for; else the NTSTATUS that ends the call."""
    flags, name = row.Flags, k.wide(row.Name) if row.Name else None
    if flags & DIRECT and (name is None or flags & SUBKEY or row.QueryRoutine):
        return STATUS_INVALID_PARAMETER
    if flags & (SUBKEY | TOPKEY):
        query = attrs.evolve(query, key=query.top)
    if flags & SUBKEY:
        if name is None:
            return STATUS_INVALID_PARAMETER
        key = k.registry.open(query.top, name)
        if key is None:
            return STATUS_OBJECT_NAME_NOT_FOUND
        query = attrs.evolve(query, key=key)
        return _all(k, query, row) if row.QueryRoutine else (query, [])
    if name is not None:
        return _one(k, query, row, name)
    if flags & NOVALUE:
        return query, [Delivery("", REG_NONE, b"", -1)]
    return _all(k, query, row)


def _all(k: Kernel, query: Query, row: Value) -> tuple[Query, list[Delivery]] | int:
    if not query.key.values and row.Flags & REQUIRED:
        return STATUS_OBJECT_NAME_NOT_FOUND
    return query, [each for value in query.key.values for each in _expand(row, value)]


def _one(k: Kernel, query: Query, row: Value, name: str) -> tuple[Query, list[Delivery]] | int:
    value = query.key.value(name)
    if value is not None and row.Flags & TYPECHECK and row.DefaultType >> 24 != value.type:
        return STATUS_OBJECT_TYPE_MISMATCH
    if value is not None and value.type != REG_NONE:
        return query, _expand(row, value)
    default = row.DefaultType & 0xFFFFFF
    if default == REG_NONE:
        return STATUS_OBJECT_NAME_NOT_FOUND if row.Flags & REQUIRED else (query, [])
    data = _default(k, default, row.DefaultData, row.DefaultLength)
    return query, _expand(row, ValueEntry(name, default, data), delete=False)


def _default(k: Kernel, type: int, address: int, length: int) -> bytes:
    """The default's bytes; a string without a length ends at its zero, a REG_MULTI_SZ at two."""
    if not address:
        return b""
    if length or type not in STRINGS:
        return k.memory.read(address, length)
    if type != REG_MULTI_SZ:
        return wide(k.wide(address))
    data = b""
    while text := k.wide(address + len(data)):
        data += wide(text)
    return data + b"\0\0"


def _expand(row: Value, value: ValueEntry, delete: bool = True) -> list[Delivery]:
    flags = row.Flags
    gone = bool(delete and flags & DELETE)
    if value.type == REG_MULTI_SZ and not flags & NOEXPAND:
        texts = value.texts
        return [
            Delivery(value.name, REG_SZ, wide(text), n, gone and n + 1 == len(texts)) for n, text in enumerate(texts)
        ]
    if value.type == REG_EXPAND_SZ and not flags & NOEXPAND:
        text = value.text
        for variable, meaning in ENVIRONMENT:
            at = text.upper().find(variable)
            if at >= 0:
                text = text[:at] + meaning + text[at + len(variable) :]
        return [Delivery(value.name, REG_SZ, wide(text), 0, gone)]
    return [Delivery(value.name, value.type, value.data, 0, gone)]


def _dispose(k: Kernel, query: Query, each: Delivery) -> None:
    if each.delete:
        ledger.delete_value(k, query.key, each.name)


# --- into variables --------------------------------------------------------------------------------------------------
def _direct(k: Kernel, row: Value, each: Delivery) -> int:
    """Store a value where EntryContext points."""
    target: int = row.EntryContext
    if each.type in STRINGS:
        return _direct_string(k, target + each.index * k.sizeof("_UNICODE_STRING"), each.data)
    if len(each.data) <= 4:
        k.memory.write(target, each.data)
        return STATUS_SUCCESS
    room = k.memory.load(target, 4)
    if room & 0x80000000:
        if (1 << 32) - room < len(each.data):
            return STATUS_BUFFER_TOO_SMALL
        k.memory.write(target, each.data)
        return STATUS_SUCCESS
    if room < len(each.data) + 8:
        return STATUS_BUFFER_TOO_SMALL
    k.memory.store(target, 4, len(each.data))
    k.memory.store(target + 4, 4, each.type)
    k.memory.write(target + 8, each.data)
    return STATUS_SUCCESS


def _direct_string(k: Kernel, target: int, data: bytes) -> int:
    string = k.struct("_UNICODE_STRING", target)
    data = data[:0xFFFE]
    if not string.Buffer:
        address = k.pool.allocate(max(len(data), 2), "paged", "RtlQ", k.caller)
        k.acquire("pool", address, f"tag 'RtlQ', {len(data)} bytes paged (string from RtlQueryRegistryValues)")
        string.Buffer, string.MaximumLength = address, len(data)
    elif len(data) > string.MaximumLength:
        return STATUS_BUFFER_TOO_SMALL
    k.memory.write(string.Buffer, data)
    string.Length = max(len(data) - 2, 0)
    return STATUS_SUCCESS


# --- through the driver's routine ------------------------------------------------------------------------------------
def _call(k: Kernel, query: Query, deliveries: tuple[Delivery, ...]) -> Result:
    """Call the driver for the first of an entry's values, then for the others, then go on with the table."""
    each, row = deliveries[0], k.struct(TABLE, query.row)
    name = data = 0
    if each.index >= 0:
        name = _block(k, wide(each.name))
        data = _block(k, each.data) if each.data else 0
    args = (name, each.type, data, len(each.data), query.context, row.EntryContext)

    def then(kernel: Kernel, status: int) -> Result:
        for block in (name, data):
            if block:
                kernel.pool.free(block, "nt")
        if not nt_success(status) and status != STATUS_BUFFER_TOO_SMALL:
            return status
        _dispose(kernel, query, each)
        if len(deliveries) > 1:
            return _call(kernel, query, deliveries[1:])
        return _run(kernel, attrs.evolve(query, row=query.row + kernel.sizeof(TABLE)))

    return Call(row.QueryRoutine, args, then)


def _block(k: Kernel, data: bytes) -> int:
    address: int = k.pool.allocate(len(data), "paged", "RtlQ", "nt")
    k.memory.regions[address].note = "registry value, valid during the query routine only"
    k.memory.write(address, data)
    return address


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTSYSAPI NTSTATUS RtlQueryRegistryValues(_In_ ULONG RelativeTo, _In_ PCWSTR Path,
        _Inout_ PRTL_QUERY_REGISTRY_TABLE QueryTable, _In_opt_ PVOID Context, _In_opt_ PVOID Environment);""",
    acquires="pool",
    releases=("devicemap", "registry"),
    stage=Stage(entry=1),
    fails=(STATUS_OBJECT_NAME_NOT_FOUND,),
)
def RtlQueryRegistryValues(
    k: Kernel, RelativeTo: int, Path: int, QueryTable: int, Context: int, Environment: int
) -> Result:
    """Read registry values as a table says."""
    key = opened(k, RelativeTo, Path)
    if isinstance(key, int):
        return STATUS_SUCCESS if RelativeTo & OPTIONAL and key == STATUS_OBJECT_NAME_NOT_FOUND else key
    return _run(k, Query(key, key, QueryTable, Context))
