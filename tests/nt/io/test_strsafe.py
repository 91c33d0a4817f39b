"""ntstrsafe.h: strings with a limit, compiled into a driver."""

from __future__ import annotations

from typing import Any

import pytest

SOURCE = r"""
#include <ntstrsafe.h>
static WCHAR Wide[8];
static CHAR Narrow[8];
static WCHAR Room[6];
static NTSTATUS Seen[12];
static size_t Length;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNICODE_STRING String = {0, sizeof(Room), Room};

    Driver->DriverUnload = NULL;
    Seen[0] = RtlStringCbCopyW(Wide, sizeof(Wide), L"Lab");
    Seen[1] = RtlStringCchCatW(Wide, 8, L"0123456");
    Seen[2] = RtlStringCchLengthW(Wide, 8, &Length);
    Seen[3] = RtlStringCbPrintfA(Narrow, sizeof(Narrow), "%s%d", "COM", 12);
    Seen[4] = RtlStringCchPrintfA(Narrow + 4, 3, "%d", 12345);
    Seen[5] = RtlStringCchCopyNA(Narrow, 3, "xyz", 1);
    Seen[6] = RtlStringCbCopyA(Narrow, 0, "x");
    Seen[7] = RtlUnicodeStringPrintf(&String, L"Unit%u", 7);
    Seen[8] = RtlStringCchLengthA("abc", 3, NULL);
    Length += 100 * String.Length;
    return STATUS_SUCCESS;
}
"""
OVERFLOW, INVALID = 0x80000005, 0xC000000D


@pytest.mark.parametrize("world", ["x86", "x64"], indirect=True)
def test_strings_with_a_limit(world: Any) -> None:
    world.load(SOURCE, head="#include <ntddk.h>\nDRIVER_INITIALIZE DriverEntry;\n")
    k, names = world.k, world.k.images[-1].names
    seen = [k.memory.load(names["Seen"] + 4 * n, 4) for n in range(9)]
    assert seen == [0, OVERFLOW, 0, 0, OVERFLOW, 0, INVALID, 0, INVALID]
    assert k.wide(names["Wide"]) == "Lab0123" and world.variable("Length") == 7 + 100 * 10
    assert k.memory.read(names["Narrow"], 7) == b"x\0M112\0"
