"""Our compiler lays our headers' structures out as the driver kit's compiler does."""

from __future__ import annotations

import pytest

from ntshell.compiler import kernel_types
from ntshell.ctype.table import TypeTable
from ntshell.ctype.types import Array, CType, Field, Struct

from .layouts import ARCHES, Row, rows


def members(struct: Struct, base: int = 0) -> dict[str, tuple[int, Field]]:
    """Every member by its name, those of anonymous structs and unions included, with its offset in the whole."""
    found: dict[str, tuple[int, Field]] = {}
    for field in struct.fields:
        if field.name:
            found[field.name] = (base + field.offset, field)
        elif isinstance(field.type, Struct):
            found.update(members(field.type, base + field.offset))
    return found


def place(struct: Struct, path: str) -> tuple[int, CType]:
    """Offset and type of a dotted path."""
    offset, here = 0, struct
    names = path.split(".")
    for name in names[:-1]:
        at, field = members(here)[name]
        assert isinstance(field.type, Struct), f"{path}: {name} is no struct"
        offset, here = offset + at, field.type
    at, field = members(here)[names[-1]]
    return offset + at, field.type


def measured(table: TypeTable, row: Row) -> tuple[int, int]:
    """Offset and size of a row, as our compiler has it."""
    struct = table[row.struct]
    assert isinstance(struct, Struct), f"{row.struct} is no struct"
    if not row.path:
        return 0, struct.size
    offset, kind = place(struct, row.path)
    return offset, kind.size


@pytest.mark.parametrize("arch", ARCHES)
def test_compiled_layouts_are_the_kits(arch: str) -> None:
    table = kernel_types(arch)
    wrong = [
        f"{row.struct}.{row.path}: {got} instead of {(row.offset, row.size)}"
        for row in rows(arch)
        if (got := measured(table, row)) != (row.offset, row.size)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("arch", ARCHES)
def test_kernel_structures_are_known(arch: str) -> None:
    """The kernel's own structures, which drivers do not see, are in the same table."""
    table = kernel_types(arch)
    for tag in ("_KINTERRUPT", "_KTHREAD", "_ETHREAD", "_EPROCESS", "_KPRCB", "_KPCR", "_IO_TIMER"):
        struct = table[tag]
        assert isinstance(struct, Struct) and struct.complete, tag
    blocks = members(table["_KTHREAD"])["WaitBlock"][1].type
    assert isinstance(blocks, Array) and blocks.count == 4
