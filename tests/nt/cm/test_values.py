"""Registry values through the routines that drivers call."""

from struct import pack
from typing import Any

import pytest

from ntshell.nt import status
from ntshell.nt.cm.querytable import DELETE, DIRECT, NOEXPAND, NOVALUE, REQUIRED, SUBKEY, TOPKEY
from ntshell.nt.cm.registry import REG_DWORD, REG_EXPAND_SZ, REG_MULTI_SZ, REG_SZ, Key, wide
from ntshell.nt.flow import Call

DEVICEMAP, SERVICES, OPTIONAL, HANDLE = 4, 1, 0x80000000, 0x40000000
LAB = "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Lab"


def write(world: Any, relative: int, path: str, name: str, text: str) -> int:
    data = wide(text)
    given = (world.wide(path), world.wide(name), REG_SZ, world.block(len(data), data), len(data))
    return int(world.call("RtlWriteRegistryValue", relative, *given))


def test_device_map_values_are_owed(world: Any) -> None:
    k = world.k
    assert write(world, DEVICEMAP, "LAB", "\\Device\\Lab0", "LAB1") == 0
    key = k.registry.open("\\Registry\\Machine\\Hardware\\DeviceMap\\Lab")
    assert key.volatile and key.value("\\device\\lab0").text == "LAB1"
    assert world.owed("devicemap") == ["Hardware\\DeviceMap\\LAB: \\Device\\Lab0 = LAB1"]
    assert write(world, DEVICEMAP, "SERIALCOMM", "Serial0", "COM9") == 0
    assert len(world.owed("devicemap")) == 1  # it was there before
    gone = world.call("RtlDeleteRegistryValue", DEVICEMAP, world.wide("LAB"), world.wide("\\Device\\Lab0"))
    assert gone == 0 and world.owed("devicemap") == []
    again = world.call("RtlDeleteRegistryValue", DEVICEMAP, world.wide("LAB"), world.wide("\\Device\\Lab0"))
    assert again == status.STATUS_OBJECT_NAME_NOT_FOUND


def test_what_lies_on_disk_is_not_owed(world: Any) -> None:
    assert write(world, SERVICES, "Lab", "X", "y") == 0
    assert world.k.registry.open(LAB).value("X").text == "y"
    assert world.k.owed() == []
    assert write(world, SERVICES, "Lab\\Deep\\Down", "X", "y") == status.STATUS_OBJECT_NAME_NOT_FOUND
    assert world.call("RtlCheckRegistryKey", SERVICES, world.wide("lab")) == 0
    assert world.call("RtlCheckRegistryKey", SERVICES, world.wide("none")) == status.STATUS_OBJECT_NAME_NOT_FOUND
    assert world.call("RtlCheckRegistryKey", 99, world.wide("none")) == status.STATUS_INVALID_PARAMETER
    assert world.call("RtlCreateRegistryKey", DEVICEMAP, world.wide("Made")) == 0
    assert world.owed("registry") == ["key Hardware\\DeviceMap\\Made"]


# --- RtlQueryRegistryValues ------------------------------------------------------------------------------------------
@pytest.fixture
def lab(world: Any) -> Any:
    registry = world.k.registry
    key = registry.create(LAB)
    assert isinstance(key, Key)
    registry.set_number(key, "Count", 7)
    registry.set_text(key, "Name", "lab card")
    registry.set_value(key, "List", REG_MULTI_SZ, wide("one") + wide("two") + b"\0\0")
    registry.set_text(key, "Path", "%SystemRoot%\\x", REG_EXPAND_SZ)
    registry.set_value(key, "Blob", 3, bytes(range(12)))
    registry.set_number(registry.create(f"{LAB}\\Sub"), "Inner", 9)
    return world


def table(world: Any, *rows: dict[str, Any]) -> int:
    k = world.k
    size = k.sizeof("_RTL_QUERY_REGISTRY_TABLE")
    address: int = world.block(size * (len(rows) + 1))
    for n, row in enumerate(rows):
        here = k.struct("_RTL_QUERY_REGISTRY_TABLE", address + n * size)
        for name, value in row.items():
            setattr(here, name, world.wide(value) if name == "Name" else value)
    return address


def query(world: Any, *rows: dict[str, Any], path: str = "Lab", relative: int = SERVICES) -> Any:
    given = table(world, *rows)
    return world.call("RtlQueryRegistryValues", relative, world.wide(path), given, 0x55, 0)


def played(world: Any, result: Any, fail_at: int = -1) -> tuple[list[tuple[Any, ...]], int]:
    """Call what is asked for, as the engine would; the calls and the final status."""
    k, calls = world.k, list[tuple[Any, ...]]()
    while isinstance(result, Call):
        name, type, data, length, context, entry = result.args
        calls.append((k.wide(name), type, k.memory.read(data, length) if data else b"", context, entry))
        result = result.then(k, status.STATUS_UNSUCCESSFUL if len(calls) - 1 == fail_at else 0)
    return calls, result


def test_direct_values(lab: Any) -> None:
    k, number, string, blob = lab.k, lab.block(4), lab.block("_UNICODE_STRING"), lab.block(24, pack("<I", 24))
    result = query(
        lab,
        {"Flags": DIRECT, "Name": "count", "EntryContext": number},
        {"Flags": DIRECT, "Name": "Name", "EntryContext": string},
        {"Flags": DIRECT, "Name": "Blob", "EntryContext": blob},
    )
    assert result == 0 and k.memory.load(number, 4) == 7 and k.unicode(string) == "lab card"
    assert k.memory.read(blob, 20) == pack("<II", 12, 3) + bytes(range(12))
    assert lab.owed("pool")
    raw = lab.block(12, pack("<i", -12))
    assert query(lab, {"Flags": DIRECT, "Name": "Blob", "EntryContext": raw}) == 0
    assert k.memory.read(raw, 12) == bytes(range(12))


def test_defaults_and_required(lab: Any) -> None:
    k, number, text = lab.k, lab.block(4), lab.block("_UNICODE_STRING")
    default = lab.block(4, pack("<I", 42))
    result = query(
        lab,
        {"Flags": DIRECT, "Name": "No", "EntryContext": number, "DefaultType": REG_DWORD, "DefaultData": default,
         "DefaultLength": 4},
        {"Flags": DIRECT, "Name": "No", "EntryContext": text, "DefaultType": REG_SZ, "DefaultData": lab.wide("dflt")},
        {"Flags": DIRECT, "Name": "No", "EntryContext": number},
    )  # fmt: skip
    assert result == 0 and k.memory.load(number, 4) == 42 and k.unicode(text) == "dflt"
    required = query(lab, {"Flags": DIRECT | REQUIRED, "Name": "No", "EntryContext": number})
    assert required == status.STATUS_OBJECT_NAME_NOT_FOUND
    assert query(lab, {"Flags": DIRECT, "EntryContext": number}) == status.STATUS_INVALID_PARAMETER


def test_paths(lab: Any) -> None:
    row = {"QueryRoutine": 0x1000, "Flags": 0}
    assert query(lab, row, path="None") == status.STATUS_OBJECT_NAME_NOT_FOUND
    assert query(lab, row, path="None", relative=SERVICES | OPTIONAL) == 0
    assert played(lab, query(lab, {**row, "Name": "Count"}, path=LAB, relative=0))[0][0][0] == "Count"


def test_a_routine_gets_every_string_expanded(lab: Any) -> None:
    calls, result = played(
        lab,
        query(
            lab,
            {"QueryRoutine": 0x1000, "Name": "List", "EntryContext": 1},
            {"QueryRoutine": 0x1000, "Name": "List", "Flags": NOEXPAND, "EntryContext": 2},
            {"QueryRoutine": 0x1000, "Name": "Path", "EntryContext": 3},
            {"QueryRoutine": 0x1000, "Flags": NOVALUE, "EntryContext": 4},
        ),
    )
    assert result == 0
    assert calls == [
        ("List", REG_SZ, wide("one"), 0x55, 1),
        ("List", REG_SZ, wide("two"), 0x55, 1),
        ("List", REG_MULTI_SZ, wide("one") + wide("two") + b"\0\0", 0x55, 2),
        ("Path", REG_SZ, wide("C:\\WINNT\\x"), 0x55, 3),
        ("", 0, b"", 0x55, 4),
    ]


def test_subkeys_and_back(lab: Any) -> None:
    number = lab.block(4)
    rows = (
        {"Flags": SUBKEY, "Name": "Sub"},
        {"Flags": DIRECT, "Name": "Inner", "EntryContext": number},
        {"QueryRoutine": 0x1000, "Flags": TOPKEY, "Name": "Count"},
        {"QueryRoutine": 0x1000, "Flags": SUBKEY, "Name": "Sub"},
    )
    calls, result = played(lab, query(lab, *rows))
    assert result == 0 and lab.k.memory.load(number, 4) == 9
    assert [call[0] for call in calls] == ["Count", "Inner"]


def test_all_values_until_one_fails_and_deletion(lab: Any) -> None:
    calls, result = played(lab, query(lab, {"QueryRoutine": 0x1000}), fail_at=1)
    assert len(calls) == 2 and result == status.STATUS_UNSUCCESSFUL
    played(lab, query(lab, {"QueryRoutine": 0x1000, "Name": "Count", "Flags": DELETE}))
    assert lab.k.registry.open(LAB).value("Count") is None


# --- ZwXxxKey --------------------------------------------------------------------------------------------------------
def opened(world: Any, path: str) -> int:
    out = world.block(8)
    assert world.call("ZwOpenKey", out, 1, world.attributes(path)) == 0
    return int(world.k.pointer(out))


def test_values_by_handle(lab: Any) -> None:
    k, handle, info, length = lab.k, opened(lab, LAB), lab.block(256), lab.block(4)
    assert lab.call("ZwQueryValueKey", handle, lab.name("count"), 2, info, 256, length) == 0
    partial = k.struct("_KEY_VALUE_PARTIAL_INFORMATION", info)
    assert (partial["Type"], partial.DataLength) == (REG_DWORD, 4)
    assert k.memory.load(partial.at("Data"), 4) == 7 and k.memory.load(length, 4) == 16
    assert lab.call("ZwQueryValueKey", handle, lab.name("Name"), 2, info, 8, length) == status.STATUS_BUFFER_TOO_SMALL
    assert lab.call("ZwQueryValueKey", handle, lab.name("Name"), 2, info, 14, length) == status.STATUS_BUFFER_OVERFLOW
    missing = lab.call("ZwQueryValueKey", handle, lab.name("none"), 2, info, 256, length)
    assert missing == status.STATUS_OBJECT_NAME_NOT_FOUND
    assert lab.call("ZwEnumerateValueKey", handle, 1, 1, info, 256, length) == 0
    full = k.struct("_KEY_VALUE_FULL_INFORMATION", info)
    assert k.memory.read(full.at("Name"), full.NameLength).decode("utf-16-le") == "Name"
    assert k.wide(info + full.DataOffset) == "lab card"
    assert lab.call("ZwEnumerateValueKey", handle, 99, 1, info, 256, length) == status.STATUS_NO_MORE_ENTRIES
    data = lab.block(4, pack("<I", 3))
    assert lab.call("ZwSetValueKey", handle, lab.name("New"), 0, REG_DWORD, data, 4) == 0
    assert k.registry.open(LAB).value("new").number == 3
    assert lab.call("ZwDeleteValueKey", handle, lab.name("New")) == 0
    by_handle = played(
        lab, lab.call("RtlQueryRegistryValues", HANDLE, handle, table(lab, {"QueryRoutine": 1, "Name": "Count"}), 0, 0)
    )
    assert by_handle[0][0][0] == "Count"
    assert lab.owed("handle") and lab.call("ZwClose", handle) == 0 and lab.owed("handle") == []


def test_keys_by_handle(lab: Any) -> None:
    k, info, length, out, how = lab.k, lab.block(256), lab.block(4), lab.block(8), lab.block(4)
    handle = opened(lab, LAB)
    assert lab.call("ZwEnumerateKey", handle, 0, 0, info, 256, length) == 0
    basic = k.struct("_KEY_BASIC_INFORMATION", info)
    assert k.memory.read(basic.at("Name"), basic.NameLength).decode("utf-16-le") == "Sub"
    assert lab.call("ZwQueryKey", handle, 2, info, 256, length) == 0
    full = k.struct("_KEY_FULL_INFORMATION", info)
    assert (full.SubKeys, full.Values, full.MaxNameLen, full.MaxValueNameLen) == (1, 5, 6, 10)
    given = lab.attributes("Fresh", root=handle)
    assert lab.call("ZwCreateKey", out, 0xF, given, 0, 0, 1, how) == 0 and k.memory.load(how, 4) == 1
    fresh = k.pointer(out)
    assert lab.owed("registry") == ["key System\\ControlSet001\\Services\\Lab\\Fresh"]
    assert lab.call("ZwCreateKey", out, 0xF, given, 0, 0, 1, how) == 0 and k.memory.load(how, 4) == 2
    assert lab.call("ZwDeleteKey", fresh) == 0 and lab.owed("registry") == []
    assert lab.call("ZwQueryKey", fresh, 0, info, 256, length) == status.STATUS_KEY_DELETED
    deep = lab.call("ZwCreateKey", out, 0xF, lab.attributes(f"{LAB}\\x\\y"), 0, 0, 0, 0)
    assert deep == status.STATUS_OBJECT_NAME_NOT_FOUND
    other = lab.call("ZwOpenKey", out, 1, lab.attributes("\\Device"))
    assert other == status.STATUS_OBJECT_TYPE_MISMATCH
