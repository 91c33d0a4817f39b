"""Types and values read as WinDbg's `dt` writes them."""

from __future__ import annotations

import attrs
import pytest

from ntshell.ctype.basic import CHAR, LONG, UCHAR, ULONG, VOID, WCHAR
from ntshell.ctype.layout import Member, lay_out
from ntshell.ctype.show import (
    Options,
    element_rows,
    layout_rows,
    line,
    number_text,
    pointer_text,
    value_rows,
    value_text,
)
from ntshell.ctype.table import TypeTable
from ntshell.ctype.text import c_string, unicode_string, wide_string
from ntshell.ctype.types import Array, CType, Function, Pointer, Struct
from ntshell.ctype.value import Value

from .fakes import Bytes
from .kernel import kernel

BASE = 0x80001000


def name_of(address: int) -> str | None:
    return {0xF8A11A50: "blinker!BlinkUnload+0", 0xF8A11200: "blinker!BlinkOpen+0"}.get(address)


def driver(table: TypeTable) -> Value:
    """A driver object whose name lies behind it."""
    value = Value(table.struct("_DRIVER_OBJECT"), BASE, Bytes())
    value.Type, value.Size, value.Flags = 4, 168, 0x12
    value.DeviceObject = BASE + 0x400
    value.DriverStart = 0xF8A10000
    text = "\\Driver\\Blinker".encode("utf-16-le")
    value.DriverName.Length = value.DriverName.MaximumLength = len(text)
    value.DriverName.Buffer = BASE + 0x300
    value.memory.write(BASE + 0x300, text)
    value.DriverUnload = 0xF8A11A50
    value.MajorFunction[0] = 0xF8A11200
    return value


def test_a_layout() -> None:
    assert [line(row) for row in layout_rows(kernel().struct("_DRIVER_OBJECT"))] == [
        "   +0x000 Type             : Int2B",
        "   +0x002 Size             : Uint2B",
        "   +0x004 DeviceObject     : Ptr32 _DEVICE_OBJECT",
        "   +0x008 Flags            : Uint4B",
        "   +0x00c DriverStart      : Ptr32 Void",
        "   +0x010 DriverName       : _UNICODE_STRING",
        "   +0x018 DriverUnload     : Ptr32     void ",
        "   +0x01c MajorFunction    : [28] Ptr32     long ",
    ]
    rows = {row.name: row.text for row in layout_rows(kernel(8).struct("_DEVICE_OBJECT"))}
    assert rows["DriverObject"] == "Ptr64 _DRIVER_OBJECT"
    assert (rows["Busy"], rows["Mode"]) == ("Pos 0, 1 Bit", "Pos 1, 3 Bits")
    assert (rows["StackSize"], rows["Letter"], rows["Bus"]) == ("Char", "UChar", "_INTERFACE_TYPE")
    assert rows["Name"] == "[8] Wchar"


def test_a_value() -> None:
    rows = value_rows(driver(kernel()), options=Options(name_of=name_of))
    assert [line(row) for row in rows] == [
        "   +0x000 Type             : 0n4",
        "   +0x002 Size             : 0xa8",
        "   +0x004 DeviceObject     : 0x80001400 _DEVICE_OBJECT",
        "   +0x008 Flags            : 0x12",
        "   +0x00c DriverStart      : 0xf8a10000 Void",
        '   +0x010 DriverName       : _UNICODE_STRING "\\Driver\\Blinker"',
        "   +0x018 DriverUnload     : 0xf8a11a50     void  blinker!BlinkUnload+0",
        "   +0x01c MajorFunction    : [28] 0xf8a11200     long  blinker!BlinkOpen+0",
    ]
    assert [row.link for row in rows[2:5]] == [BASE + 0x400, None, 0xF8A10000]


def test_every_kind_of_member() -> None:
    value = Value(kernel().struct("_DEVICE_OBJECT"), BASE, Bytes())
    value.StackSize, value.Letter, value.Bus, value.Mode, value.Busy = -2, 0x41, 1, 3, 1
    value.Queue.Flink = value.Queue.Blink = value.Queue
    value.Due.QuadPart = -1
    value.Text = BASE + 0x800
    value.memory.write(BASE + 0x800, b"hello\x01\0")
    value.Name = "Lab0".encode("utf-16-le")
    value.Next = BASE + 0x900
    rows = {row.name: row.text for row in value_rows(value)}
    assert rows == {
        "DriverObject": "(null)",
        "StackSize": "0n-2 ''",
        "Letter": "0x41 'A'",
        "Bus": "0n1 ( Isa )",
        "Queue": "_LIST_ENTRY [ 0x8000100c - 0x8000100c ]",
        "Due": "_LARGE_INTEGER 0xffffffffffffffff",
        "Busy": "0y1",
        "Mode": "0y011 (0x3)",
        "Text": '0x80001800  "hello."',
        "Name": '[8]  "Lab0"',
        "Next": "0x80001900  -> (null)",
    }
    value.Bus, value.Mode = 9, 0
    rows = {row.name: row.text for row in value_rows(value, ("Bus", "Mode"))}
    assert rows == {"Bus": "0n9 (No matching name)", "Mode": "0y000 (0)"}


def test_members_are_picked_and_opened() -> None:
    value = driver(kernel())
    lines = [line(row) for row in value_rows(value, ("Flags", "DriverName."))]
    assert lines == [
        "   +0x008 Flags            : 0x12",
        '   +0x010 DriverName       : _UNICODE_STRING "\\Driver\\Blinker"',
        "      +0x000 Length           : 0x1e",
        "      +0x002 MaximumLength    : 0x1e",
        '      +0x004 Buffer           : 0x80001300  "\\Driver\\Blinker"',
    ]
    assert [row.name for row in value_rows(value, ("DriverName.Length", "*Driver"))] == [
        "DriverStart",
        "DriverName",
        "Length",
        "DriverUnload",
    ]
    assert line(value_rows(value, ("Flags",))[0], offsets=False, width=5) == "   Flags : 0x12"
    assert len(layout_rows(value.type, options=Options(depth=1))) == 8 + 3


def test_depth_follows_pointers_when_asked() -> None:
    value = driver(kernel())
    opened = value_rows(value, options=Options(depth=1, pointers=True))
    assert "StackSize" in {row.name for row in opened if row.depth == 1}
    value.DeviceObject = 0
    opened = value_rows(value, options=Options(depth=1, pointers=True))
    assert "StackSize" not in {row.name for row in opened}


def test_elements_have_rows() -> None:
    value = driver(kernel())
    rows = [row for row in value_rows(value, ("MajorFunction",), Options(elements=True, name_of=name_of)) if row.depth]
    assert line(rows[0]) == "       [00] 0xf8a11200     long  blinker!BlinkOpen+0"
    assert (len(rows), line(rows[27])) == (28, "       [27] (null)")
    assert element_rows(value.MajorFunction)[0].text == "0xf8a11200     long"


def test_memory_that_cannot_be_read_is_said_so() -> None:
    memory = Bytes()
    away = Value(kernel().struct("_DEVICE_OBJECT"), 0x1000, memory)
    rows = {row.name: row.text for row in value_rows(away, options=Options(depth=1, pointers=True))}
    assert (rows["Letter"], rows["Queue"], rows["Name"]) == ("??", "_LIST_ENTRY <unreadable>", "[8]  <unreadable>")
    near = driver(kernel())
    near.DriverName.Buffer = 0x2000
    assert value_rows(near, ("DriverName",))[0].text == "_UNICODE_STRING <unreadable>"
    assert (c_string(memory, 0), wide_string(memory, 0), unicode_string(near.DriverName)) == (None, None, None)


def test_a_string_may_end_with_the_memory() -> None:
    memory = Bytes()
    memory.write(BASE + 4093, b"end")
    assert c_string(memory, BASE + 4093) == "end"
    assert c_string(memory, BASE + 4093, limit=2) == "en"


def test_unnamed_structs_are_called_so() -> None:
    struct = lay_out(Struct("_S"), [Member("u", lay_out(Struct("<unnamed-a.c:3>"), [Member("x", LONG)]))])
    assert line(layout_rows(struct)[0]) == "   +0x000 u                : <unnamed-tag>"


@pytest.mark.parametrize(
    ("ctype", "number", "text"),
    [
        (ULONG, 44, "0x2c"),
        (LONG, -3, "0n-3"),
        (CHAR, 65, "0n65 'A'"),
        (UCHAR, 0, "0x0 ''"),
        (WCHAR, 0x41, "0x41 'A'"),
        (Pointer(Pointer(VOID, 4), 4), 0x10, "0x00000010  -> ??"),
        (Pointer(Function(Pointer(Struct("_IRP"), 4)), 4), 0x10, "0x00000010     _IRP*"),
        (Pointer(ULONG, 4), 0x10, "0x00000010 Uint4B"),
    ],
)
def test_numbers_at_hand(ctype: CType, number: int, text: str) -> None:
    assert number_text(number, ctype, Bytes()).text == text


def test_addresses_have_all_their_digits() -> None:
    assert pointer_text(0xFFFF80000063A030, 8) == "0xffff8000`0063a030"
    assert pointer_text(0x30, 4) == "0x00000030"


def test_empty_arrays_and_rows_are_values() -> None:
    value = Value(Array(ULONG, 0), BASE, Bytes())
    assert value_text(value).text == "[0]"
    row = layout_rows(kernel().struct("_LIST_ENTRY"))[0]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        row.text = ""  # type: ignore[misc]
