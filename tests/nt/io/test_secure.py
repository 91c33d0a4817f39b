"""IoCreateDeviceSecure: a device as any other, made with a descriptor in SDDL."""

from __future__ import annotations

import pytest

from .conftest import World

DRIVER = """
#include <wdmsec.h>
static NTSTATUS Make(PDRIVER_OBJECT Driver, PCUNICODE_STRING Sddl, PDEVICE_OBJECT *Device)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\\\Device\\\\T0");
    return IoCreateDeviceSecure(Driver, 16, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, Sddl, NULL, Device);
}
NTSTATUS Bad;
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNICODE_STRING NoSddl = RTL_CONSTANT_STRING(L"everybody");
    PDEVICE_OBJECT Device;
    Bad = Make(Driver, &NoSddl, &Device);
    return Make(Driver, &SDDL_DEVOBJ_SYS_ALL_ADM_ALL, &Device);
}
"""


@pytest.mark.parametrize("world", ["x86", "x64"], indirect=True)
def test_a_secure_device(world: World) -> None:
    record = world.load(DRIVER, "secure")
    assert record.state == "running", world.k.crash
    assert world.variable("Bad") & 0xFFFFFFFF == 0xC000000D
    assert [held.text for held in world.k.owed() if held.kind == "device"] == ["\\Device\\T0"]
