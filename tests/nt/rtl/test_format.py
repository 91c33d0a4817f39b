"""One formatter for all: the kernel's format set."""

from __future__ import annotations

from typing import Any

import pytest

from ntshell.nt.rtl.format import Listed, Passed, format_text

CASES: list[tuple[str, tuple[Any, ...], str]] = [
    ("%d %u %x %X %o", (-1, -1, 255, 255, 8), "-1 4294967295 ff FF 10"),
    ("%5d|%-5d|%05d|%+d", (42, 42, -42, 7), "   42|42   |-0042|+7"),
    ("%#x %08lx %#010x", (255, 0xBEEF, 255), "0xff 0000beef 0x000000ff"),
    ("%*d %-*d|%.3d", (4, 7, 3, 1, 5), "   7 1  |005"),
    ("%I64x %I64d %lld", (0x123456789A, -5, -6), "123456789a -5 -6"),
    ("%hd %hu", (0x1FFFF, 0x1FFFF), "-1 65535"),
    ("%c%c %%", (72, 105), "Hi %"),
    ("%s", (0,), "(null)"),
    ("%y %", (), "%y %"),
    ("%ld %lu", (-3, 3), "-3 3"),
    ("%.2f", (1.5,), "1.50"),
]


@pytest.mark.parametrize(("form", "args", "expected"), CASES)
def test_numbers(world: Any, form: str, args: tuple[Any, ...], expected: str) -> None:
    assert format_text(world.k, form, Passed(args)) == expected


def test_strings(world: Any) -> None:
    k = world.k
    narrow, wide = world.text("abc"), world.text("wide", 2)
    counted, ansi = world.string("Device"), world.string("bytes", 1)

    def show(form: str, *args: int) -> str:
        return format_text(k, form, Passed(args))

    assert show("%s %S %ws %ls %wZ %Z", narrow, wide, wide, wide, counted, ansi) == "abc wide wide wide Device bytes"
    assert show("%.2s|%6s|%-6s|", narrow, narrow, narrow) == "ab|   abc|abc   |"
    assert format_text(k, "%s %S %hs", Passed((wide, narrow, narrow)), wide=True) == "wide abc abc"
    assert show("%p", 0x1234) == f"{0x1234:0{2 * k.arch.pointer}X}"


def test_va_list(world: Any) -> None:
    k = world.k
    block, at = world.block(64), 0
    for value, size in ((7, 4), (1 << 40, 8), (9, 4)):
        k.memory.store(block + at, size, value)
        at += max(size, k.arch.pointer)
    assert format_text(k, "%d %I64d %d", Listed(k, block)) == f"7 {1 << 40} 9"


def test_printing(world: Any) -> None:
    k = world.k
    world.call("DbgPrint", world.text("Lab: %d %wZ\n"), 3, world.string("x"))
    assert k.events[-1].kind == "print" and k.events[-1].text == "Lab: 3 x\n"
    k.set_irql(2)
    world.call("DbgPrint", world.text("%s"), world.text("fine"))
    world.check(0xC4, 0xE5, "DbgPrint", world.text("%wZ"), 0)


def test_sprintf(world: Any) -> None:
    k = world.k
    buffer = world.block(32)
    assert world.call("sprintf", buffer, world.text("%s-%d"), world.text("lab"), 2) == 5
    assert k.ansi(buffer) == "lab-2"
    assert world.call("swprintf", buffer, world.text("%s%d", 2), world.text("\\Lab", 2), 1) == 5
    assert k.wide(buffer) == "\\Lab1"
    assert world.call("_snprintf", buffer, 3, world.text("abcdef")) == -1
    assert world.call("_snprintf", buffer, 6, world.text("abcdef")) == 6
