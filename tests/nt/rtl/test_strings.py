"""Counted strings, C strings, numbers, bit maps, time."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ntshell.nt.rtl.convert import number
from ntshell.nt.rtl.time import DAY_MS, MS, _days_before, fields


def test_counted(world: Any) -> None:
    k, call = world.k, world.call
    string = world.block("_UNICODE_STRING")
    call("RtlInitUnicodeString", string, world.text("\\Device\\Lab0", 2))
    assert k.unicode(string) == "\\Device\\Lab0" and k.struct("_UNICODE_STRING", string).MaximumLength == 26
    room = world.string("ab", room=8)
    assert call("RtlAppendUnicodeToString", room, world.text("cd", 2)) == 0
    assert k.unicode(room) == "abcd"
    assert call("RtlAppendUnicodeStringToString", room, string) == 0xC0000023
    call("RtlCopyUnicodeString", room, string)
    assert k.unicode(room) == "\\Dev"
    assert call("RtlEqualUnicodeString", world.string("LAB"), world.string("lab"), 1) == 1
    assert call("RtlCompareUnicodeString", world.string("a"), world.string("b"), 0) < 0
    assert call("RtlPrefixUnicodeString", world.string("\\DEV"), string, 1) == 1
    call("RtlInitUnicodeString", string, 0)
    assert k.unicode(string) == ""


def test_converted(world: Any) -> None:
    k, call = world.k, world.call
    string = world.block("_UNICODE_STRING")
    assert call("RtlAnsiStringToUnicodeString", string, world.string("Lab", 1), 1) == 0
    assert k.unicode(string) == "Lab" and [entry.kind for entry in k.owed()] == ["string"]
    call("RtlFreeUnicodeString", string)
    assert not k.owed() and k.struct("_UNICODE_STRING", string).Buffer == 0
    room = world.string("", room=20)
    assert call("RtlIntegerToUnicodeString", 0x2F8, 16, room) == 0 and k.unicode(room) == "2F8"
    value = world.block(8)
    assert call("RtlUnicodeStringToInteger", world.string("0x300"), 0, value) == 0 and k.memory.load(value, 4) == 0x300
    assert call("RtlIntegerToUnicodeString", 123456, 2, world.string("", room=8)) == 0x80000005
    guid = world.block(16)
    text = world.string("{4d36e978-e325-11ce-bfc1-08002be10318}")
    assert call("RtlGUIDFromString", text, guid) == 0
    assert call("RtlStringFromGUID", guid, string) == 0 and k.unicode(string) == k.unicode(text)


def test_c_strings(world: Any) -> None:
    k, call = world.k, world.call
    buffer = world.block(32)
    for unit, names in ((1, ("strcpy", "strcat", "strlen", "strcmp")), (2, ("wcscpy", "wcscat", "wcslen", "wcscmp"))):
        copy, append, length, compare = names
        call(copy, buffer, world.text("ab", unit))
        call(append, buffer, world.text("cd", unit))
        assert call(length, buffer) == 4 and call(compare, buffer, world.text("abcd", unit)) == 0
    assert call("_wcsicmp", world.text("LAB", 2), world.text("lab", 2)) == 0
    assert call("strncmp", world.text("abx"), world.text("aby"), 2) == 0
    text = world.text("one two one")
    assert call("strstr", text, world.text("two")) == text + 4
    assert call("strchr", text, ord("n")) == text + 1 and call("strrchr", text, ord("n")) == text + 9
    assert call("strchr", text, ord("z")) == 0
    call("memset", buffer, 0x41, 8)
    call("memmove", buffer + 2, buffer, 4)
    assert k.memory.read(buffer, 8) == b"A" * 8
    world.check(0xC4, 0xF0, "memcpy", buffer + 1, buffer, 4)


def test_bit_map(world: Any) -> None:
    k, call = world.k, world.call
    header, buffer = world.block("_RTL_BITMAP"), world.block(8)
    k.memory.write(buffer, bytes(8))
    call("RtlInitializeBitMap", header, buffer, 50)
    call("RtlSetBits", header, 0, 10)
    assert k.memory.load(buffer, 4) == 0x3FF and call("RtlNumberOfClearBits", header) == 40
    assert call("RtlFindClearBitsAndSet", header, 4, 0) == 10
    assert call("RtlAreBitsSet", header, 0, 14) == 1 and call("RtlAreBitsClear", header, 14, 36) == 1
    assert call("RtlFindClearBits", header, 40, 0) == 0xFFFFFFFF
    call("RtlClearBits", header, 2, 1)
    assert call("RtlFindClearBits", header, 1, 0) == 2


@given(st.text(alphabet="0123456789abcdefxo+- gz", max_size=12), st.sampled_from([0, 2, 8, 10, 16]))
def test_numbers_never_fail(text: str, base: int) -> None:
    assert 0 <= (number(text, base) or 0) <= 0xFFFFFFFF


@given(st.integers(0, 0x7FFF35F4F06C58F0))
def test_time_comes_back(time: int) -> None:
    year, month, day, hour, minute, second, milliseconds, weekday = fields(time)
    assert 1601 <= year and 1 <= month <= 12 and 1 <= day <= 31 and 0 <= weekday < 7
    start = _days_before(year) * DAY_MS * MS
    assert start <= time < _days_before(year + 1) * DAY_MS * MS
    assert time // MS % 1000 == milliseconds and time // (MS * 1000) % 60 == second
    assert (hour, minute) == (time // (MS * 3_600_000) % 24, time // (MS * 60_000) % 60)


def test_large_integers(world: Any) -> None:
    k, call = world.k, world.call
    rest = world.block(8)
    assert call("RtlExtendedLargeIntegerDivide", 1000, 7, rest) == 142 and k.memory.load(rest, 4) == 6
    assert call("RtlEnlargedUnsignedMultiply", 0xFFFFFFFF, 0xFFFFFFFF) == 0xFFFFFFFF**2
    assert call("RtlLargeIntegerShiftRight", -1, 60) == 15
    time, parts = world.block(8), world.block(16)
    k.memory.store(time, 8, 126_000_000_000_000_000)
    call("RtlTimeToTimeFields", time, parts)
    k.memory.store(time, 8, 0)
    assert call("RtlTimeFieldsToTime", parts, time) == 1 and k.memory.load(time, 8) == 126_000_000_000_000_000
