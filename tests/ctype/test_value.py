"""Values read and write what C would."""

from __future__ import annotations

import timeit
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntshell.ctype.basic import BASIC, CHAR, DOUBLE, FLOAT, INT, LONG, LONGLONG, UCHAR, ULONG, ULONGLONG, USHORT
from ntshell.ctype.layout import Member, lay_out
from ntshell.ctype.types import Array, CType, Integer, Pointer, Struct
from ntshell.ctype.value import Value, containing, entries
from ntshell.machine.memory import AccessFault

from .fakes import Bytes
from .kernel import kernel

BASE = 0x80001000


def device() -> Value:
    """A zeroed _DEVICE_OBJECT."""
    return Value(kernel().struct("_DEVICE_OBJECT"), BASE, Bytes())


def test_scalars_read_with_their_sign() -> None:
    value = device()
    value.StackSize, value.Letter, value.Bus, value.DriverObject = -2, 0xFE, -1, 0x80002000
    assert (value.StackSize, value.Letter, value.Bus, value.DriverObject) == (-2, 0xFE, -1, 0x80002000)
    assert value.memory.read(value.at("StackSize"), 2) == b"\xfe\xfe"
    value["Letter"] = 0x1FF
    assert value["Letter"] == 0xFF


def test_aggregates_are_values_and_anonymous_members_the_parents() -> None:
    value = device()
    value.Due.QuadPart = -2
    assert (value.Due.LowPart, value.Due.HighPart, value.Due.u.HighPart) == (0xFFFFFFFE, -1, -1)
    assert value["Due.u.LowPart"] == 0xFFFFFFFE
    value["Due.u.LowPart"] = 7
    assert value.member("Due.LowPart").get() == 7
    assert value.at("Due.u.HighPart") == value.Due.address + 4
    assert value.Due.size == 8


def test_bit_fields_change_alone() -> None:
    value = device()
    value.memory.store(value.at("Busy"), 4, 0xFFFFFFFF)
    value.Mode = 2
    assert (value.Busy, value.Mode) == (1, 2)
    bits = value.member("Mode")
    bits.set(5)
    assert bits.get() == -3
    assert value.memory.load(value.at("Mode"), 4) == 0xFFFFFFFB


def test_arrays_are_indexed() -> None:
    value = device()
    value.Name[2] = 0x41
    assert list(value.Name) == [0, 0, 0x41, 0, 0, 0, 0, 0]
    assert (len(value.Name), value.member("Name[2]").get(), value["Name[2]"]) == (8, 0x41, 0x41)
    for index in (8, -1):
        with pytest.raises(IndexError):
            value.Name[index]
    value.Name = b"B\0C\0"
    assert list(value.Name)[:3] == [0x42, 0x43, 0x41]
    with pytest.raises(ValueError, match="do not make"):
        value.Name = bytes(17)


def test_tails_have_no_bound() -> None:
    memory = Bytes()
    for count in (0, 1):
        struct = lay_out(Struct("_T"), [Member("Count", ULONG), Member("Tail", Array(USHORT, count))])
        value = Value(struct, BASE, memory)
        value.Tail[5] = 9
        assert value.Tail[5] == 9


def test_pointers_lead_on_and_take_values() -> None:
    value = device()
    other = Value(value.type, BASE + 0x200, value.memory)
    value.Next = BASE + 0x100
    value.memory.store(BASE + 0x100, 4, other.address)
    other.Letter = 3
    assert value.deref("Next").deref() == other
    assert value.deref("Next").deref().Letter == 3
    assert value.member("Next")[0] == other.address
    value.DriverObject = other
    assert value.DriverObject == other.address
    with pytest.raises(TypeError):
        value.deref("Letter")


def test_structs_are_copied() -> None:
    value = device()
    value.Due.QuadPart = 1 << 40
    other = Value(value.type, BASE + 0x200, value.memory)
    other.Due = value.Due
    assert other.Due.QuadPart == 1 << 40
    value.clear()
    assert not any(value.raw())
    with pytest.raises(ValueError, match="do not make"):
        other.Due = other


def test_lists_are_walked() -> None:
    value = device()
    link = value.type.lookup("Queue").type
    nodes = [Value(value.type, BASE + 0x100 * n, value.memory) for n in (1, 2, 3)]
    head = Value(link, BASE + 0x800, value.memory)
    around = [head, *(node.Queue for node in nodes), head]
    for here, after in pairwise(around):
        here.Flink = after
        after.Blink = here
    assert list(entries(head, value.type, "Queue")) == nodes
    nodes[2].Queue.Flink = nodes[0].Queue
    assert len(list(entries(head, value.type, "Queue", limit=10))) == 10
    assert containing(value.type, "Queue", nodes[1].at("Queue"), value.memory) == nodes[1]


def test_a_name_that_is_no_member_is_an_error() -> None:
    value = device()
    with pytest.raises(AttributeError, match="struct _DEVICE_OBJECT has no member Nothing"):
        value.Nothing  # noqa: B018
    with pytest.raises(AttributeError):
        value.Nothing = 1
    with pytest.raises(AttributeError):
        value.at("Due.Nothing")
    with pytest.raises(AttributeError):
        value.Name.Nothing  # noqa: B018


def test_a_members_name_may_be_one_of_ours() -> None:
    struct = lay_out(Struct("_S"), [Member("type", ULONG), Member("size", ULONG), Member("u", ULONG)])
    value = Value(struct, BASE, Bytes())
    value["type"], value["size"], value.u = 1, 2, 3
    assert (value["type"], value["size"], value.u) == (1, 2, 3)
    assert (value.type, value.size) == (struct, 12)


def test_memory_that_is_not_there_faults() -> None:
    value = Value(kernel().struct("_DEVICE_OBJECT"), 0, Bytes())
    with pytest.raises(AccessFault):
        value.Letter  # noqa: B018


@pytest.mark.parametrize(("ctype", "number"), [(FLOAT, 0.5), (DOUBLE, 1e100), (BASIC["_Bool"], 7), (CHAR, 200)])
def test_a_scalar_is_set_and_got(ctype: CType, number: float) -> None:
    value = Value(ctype, BASE, Bytes())
    value.set(number)
    assert value.get() == {7: 1, 200: -56}.get(number, number)


units = st.sampled_from([UCHAR, CHAR, USHORT, ULONG, LONG, INT, ULONGLONG, LONGLONG])


@given(st.lists(st.tuples(units, st.integers(1, 8)), min_size=1, max_size=8), st.data())
def test_bit_fields_keep_what_was_stored_and_nothing_else(
    fields: list[tuple[Integer, int]], data: st.DataObject
) -> None:
    made = [Member(f"F{at}", ctype, width) for at, (ctype, width) in enumerate(fields)]
    value = Value(lay_out(Struct("_B"), made), BASE, Bytes())
    expected = {}
    for at in data.draw(st.lists(st.integers(0, len(fields) - 1), max_size=12)):
        ctype, width = fields[at]
        number = data.draw(st.integers(-(1 << width), 1 << width))
        setattr(value, f"F{at}", number)
        number &= (1 << width) - 1
        expected[at] = number - (1 << width) if ctype.signed and number >> (width - 1) else number
    assert {at: value[f"F{at}"] for at in expected} == expected
    assert all(value[f"F{at}"] == 0 for at in range(len(fields)) if at not in expected)


def test_a_read_is_quick() -> None:
    value = device()
    value.memory.load = lambda address, size: 5  # type: ignore[method-assign]
    assert min(timeit.repeat(lambda: value.Letter, number=20000, repeat=5)) / 20000 < 1.5e-6


def test_pointers_index_what_they_point_at() -> None:
    memory = Bytes()
    memory.store(BASE, 4, BASE + 0x10)
    memory.store(BASE + 0x14, 4, 77)
    assert Value(Pointer(ULONG, 4), BASE, memory)[1] == 77
