"""Type tables: by name, written and read back, layered, lazy and quick."""

from __future__ import annotations

import marshal
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntshell.ctype.basic import BASIC, LONG, UCHAR, ULONG, USHORT, WCHAR, basic
from ntshell.ctype.layout import Member, lay_out
from ntshell.ctype.table import TypeTable, UnknownType, encode, encode_type
from ntshell.ctype.types import Array, CType, Enum, Floating, Function, Integer, Pointer, Struct

from .kernel import kernel

scalars = st.sampled_from(list(BASIC.values())) | st.just(Integer("odd", 2, True)) | st.just(Floating("odd", 4))
types: st.SearchStrategy[CType] = st.recursive(
    scalars,
    lambda inner: (
        st.builds(Pointer, inner, st.sampled_from([4, 8]))
        | st.builds(Array, inner, st.integers(0, 300))
        | st.builds(Function, inner, st.lists(inner, max_size=3).map(tuple), st.booleans())
    ),
)


@given(types)
def test_a_type_is_read_back_as_written(ctype: CType) -> None:
    assert TypeTable().decode(marshal.loads(marshal.dumps(encode_type(ctype)))) == ctype


@given(st.lists(st.tuples(scalars.filter(lambda t: t.size > 0), st.integers(0, 8)), max_size=6), st.booleans())
def test_a_struct_is_read_back_as_written(members: list[tuple[CType, int]], union: bool) -> None:
    struct = Struct("_S", union)
    made = [
        Member(f"f{at}", t, w if w and isinstance(t, Integer) and t.name != "_Bool" else None)
        for at, (t, w) in enumerate(members)
    ]
    lay_out(struct, [*made, Member("self", Pointer(struct, 8))])
    back = TypeTable(marshal.loads(marshal.dumps(encode({}, {"_S": struct}, {})))).struct("_S")
    assert (back.size, back.align, back.is_union, back.complete) == (struct.size, struct.align, union, True)
    assert back.fields[:-1] == struct.fields[:-1]
    pointer = back.fields[-1].type
    assert isinstance(pointer, Pointer)
    assert pointer.target is back


def test_names_are_found() -> None:
    table = kernel()
    driver = table["_DRIVER_OBJECT"]
    assert table["DRIVER_OBJECT"] is driver is table["struct _DRIVER_OBJECT"]
    assert table["PDRIVER_OBJECT"] == Pointer(driver, 4)
    assert table["unsigned long"] == ULONG
    assert table.constants["IRP_MJ_READ"] == 3
    assert isinstance(table["_INTERFACE_TYPE"], Enum)
    assert table.get("_NOTHING") is None
    assert "_NOTHING" not in table
    with pytest.raises(UnknownType, match="no type called _NOTHING"):
        table["_NOTHING"]
    with pytest.raises(UnknownType):
        table.struct("ULONG")


def test_what_is_reached_is_in_the_table() -> None:
    assert kernel().struct("_DEVICE_OBJECT").lookup("Queue") is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unsigned long int", ULONG),
        ("long unsigned", ULONG),
        ("const volatile ULONG", ULONG),
        ("signed", BASIC["int"]),
        ("unsigned __int64", BASIC["unsigned long long"]),
        ("wchar_t", WCHAR),
        ("ULONG *", Pointer(ULONG, 4)),
        ("ULONG**", Pointer(Pointer(ULONG, 4), 4)),
        ("ULONG * const", Pointer(ULONG, 4)),
        ("unsigned char[16]", Array(UCHAR, 16)),
        ("unsigned char*[2][3]", Array(Array(Pointer(UCHAR, 4), 3), 2)),
    ],
)
def test_c_spellings_are_parsed(text: str, expected: CType) -> None:
    assert kernel().parse(text) == expected


@pytest.mark.parametrize("text", ["", "*", "ULONG ULONG", "_NOTHING *", "ULONG[", "ULONG)", "unsigned float"])
def test_what_is_no_type_is_refused(text: str) -> None:
    with pytest.raises(UnknownType):
        kernel().parse(text)


def test_pointers_have_the_targets_width() -> None:
    assert kernel(8).parse("PDRIVER_OBJECT*").size == 8
    assert kernel(8).struct("_DRIVER_OBJECT").size == 280


def test_basic_types_are_microsofts() -> None:
    sizes = [found.size for name in ("long", "long double", "wchar_t", "short int") if (found := basic(name))]
    assert sizes == [4, 8, 2, 2]
    assert basic("nothing") is None


def test_wildcards_are_windbgs() -> None:
    table = kernel()
    assert table.match("_d*") == ("_DEVICE_OBJECT", "_DRIVER_OBJECT")
    assert table.match("*driver?object") == ("DRIVER_OBJECT", "PDRIVER_OBJECT", "_DRIVER_OBJECT")
    assert table.match("_D[ER]*") == ("_DEVICE_OBJECT", "_DRIVER_OBJECT")
    assert table.match("_#ULONG") == ("ULONG",)
    assert table.match("ULONG(") == ()


def test_a_drivers_table_lies_over_the_kernels() -> None:
    base = kernel()
    unit = lay_out(Struct("_UNIT"), [Member("Device", base["PDEVICE_OBJECT"]), Member("Rate", USHORT)])
    spec = encode({"UNIT": unit, "ULONG": LONG}, {}, {"RATE": 1}, base)
    assert list(spec["tags"]) == ["_UNIT"]
    table = TypeTable(marshal.loads(marshal.dumps(spec))).over(base)
    field = table.struct("UNIT").lookup("Device")
    assert field is not None
    assert isinstance(field.type, Pointer)
    assert field.type.target is base["_DEVICE_OBJECT"]
    assert (table["ULONG"], base["ULONG"]) == (LONG, ULONG)
    assert table.constants == {"RATE": 1, "IRP_MJ_READ": 3}
    assert table.match("*UNIT") == ("UNIT", "_UNIT")
    assert "DRIVER_OBJECT" in set(table.names())


def test_a_tag_that_is_never_defined_stays_incomplete() -> None:
    table = TypeTable(encode({"PX": Pointer(Struct("_X"), 4)}, {}, {}))
    pointer = table["PX"]
    assert isinstance(pointer, Pointer)
    assert isinstance(pointer.target, Struct)
    assert not pointer.target.complete
    assert pointer.target is table["_X"]


def test_a_thousand_structs_load_in_no_time() -> None:
    tags: dict[str, Struct | Enum] = {}
    for number in range(1000):
        struct = Struct(f"_S{number}")
        tags[struct.tag] = lay_out(struct, [Member(f"F{at}", Pointer(struct, 4)) for at in range(12)])
    data = marshal.dumps(encode({tag[1:]: each for tag, each in tags.items()}, tags, {f"C{n}": n for n in range(3000)}))
    best = 1.0
    for _ in range(10):
        start = time.perf_counter()
        TypeTable(marshal.loads(data))
        best = min(best, time.perf_counter() - start)
    assert best < 0.003
