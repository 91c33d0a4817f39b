"""What a driver does to find and claim its hardware."""

from struct import pack
from typing import Any

import attrs
import pytest

from ntshell.machine.memory import AccessFault
from ntshell.nt import status
from ntshell.nt.cm.lists import Claim, pack_list, parse_list
from ntshell.nt.cm.query import TYPES
from ntshell.nt.flow import Call
from ntshell.nt.ob import object as ob

ISA, EISA, OTHER_CONTROLLER = 1, 2, 24
CARD = (Claim(1, 0, 1, 0x300, 8), Claim(2, 0, 1, 5, 0, 5))
MAP = "\\Registry\\Machine\\Hardware\\ResourceMap"


def number(world: Any, value: int) -> int:
    return int(world.block(4, pack("<I", value)))


def query(world: Any, bus: int | None, controller: int | None = None, peripheral: int | None = None) -> Any:
    types = [0 if each is None else number(world, each) for each in (bus, controller, peripheral)]
    return world.call("IoQueryDeviceDescription", types[0], 0, types[1], 0, types[2], 0, 0xABC0, 0x77)


def test_types_stand_at_their_numbers(world: Any) -> None:
    names = dict(world.k.types["CONFIGURATION_TYPE"].members)
    assert names["OtherController"] == OTHER_CONTROLLER == TYPES.index("OtherController")
    assert names["NetworkPeripheral"] == TYPES.index("NetworkPeripheral")


def test_query_calls_the_driver_with_what_the_tree_says(world: Any) -> None:
    k, call = world.k, query(world, ISA, OTHER_CONTROLLER)
    assert isinstance(call, Call) and call.routine == 0xABC0
    context, path, bus, bus_number, bus_info, controller, number_, info, peripheral, _, none = call.args
    assert (context, bus, bus_number, controller, number_, none) == (0x77, ISA, 0, OTHER_CONTROLLER, 0, 0)
    assert k.unicode(path).endswith("\\MultifunctionAdapter\\0\\OtherController\\0") and peripheral == 0xFFFFFFFF
    width = k.arch.pointer
    identifier = k.struct("_KEY_VALUE_FULL_INFORMATION", k.pointer(bus_info))
    assert k.wide(identifier.address + identifier.DataOffset) == "ISA" and identifier["Type"] == 1
    data = k.struct("_KEY_VALUE_FULL_INFORMATION", k.pointer(info + width))
    full = k.struct("_CM_FULL_RESOURCE_DESCRIPTOR", data.address + data.DataOffset)
    port = full.PartialResourceList.PartialDescriptors.element(0)
    assert (full.InterfaceType, port.u.Port.Start.LowPart, port.u.Port.Length) == (ISA, 0x300, 8)
    assert k.pointer(info + 2 * width)
    assert call.then(k, 0) == 0
    with pytest.raises(AccessFault):
        k.pointer(info)


def test_query_ends_with_the_callbacks_status_or_finds_nothing(world: Any) -> None:
    assert query(world, EISA, OTHER_CONTROLLER) == status.STATUS_OBJECT_NAME_NOT_FOUND
    assert query(world, ISA, 17) == status.STATUS_OBJECT_NAME_NOT_FOUND
    assert query(world, None) == status.STATUS_INVALID_PARAMETER
    assert query(world, ISA).then(world.k, status.STATUS_UNSUCCESSFUL) == status.STATUS_UNSUCCESSFUL


def driver(world: Any, name: str) -> int:
    entry = ob.make(world.k, "Driver", 128, name)
    world.k.objects.insert(f"\\Driver\\{name}", "Driver", entry.address)
    return entry.address


def report(world: Any, who: int, claims: tuple[Claim, ...], device: int = 0, override: int = 0, name: str = "") -> int:
    data, out = pack_list(claims, world.k.arch.pointer), world.block(1)
    given = (
        (0, 0, device, world.block(len(data), data), len(data))
        if device
        else (world.block(len(data), data), len(data), 0, 0, 0)
    )
    result = world.call("IoReportResourceUsage", world.name(name) if name else 0, who, *given, override, out)
    assert result == 0
    return int(world.k.memory.load(out, 1))


def test_a_claim_stands_in_the_map_and_goes_with_an_empty_list(world: Any) -> None:
    k, lab = world.k, driver(world, "Lab")
    assert report(world, lab, CARD) == 0
    key = k.registry.open(f"{MAP}\\Other\\Lab")
    assert parse_list(key.value(".Raw").data, k.arch.pointer) == list(CARD)
    translated = parse_list(key.value(".Translated").data, k.arch.pointer)[1]
    assert translated.vector != 5 and translated.start > 2
    assert world.owed("claim") == ["ports 0x300-0x307, IRQ 5 for driver Lab"]
    assert report(world, lab, ()) == 0
    assert k.registry.open(f"{MAP}\\Other") is None and world.owed("claim") == []


def test_a_conflict_is_told_and_not_written_unless_overridden(world: Any) -> None:
    k, lab, other = world.k, driver(world, "Lab"), driver(world, "Other")
    report(world, lab, CARD)
    wanted = (Claim(1, 1, 1, 0x304, 4),)
    assert report(world, other, wanted) == 1 and k.registry.open(f"{MAP}\\Other\\Other") is None
    assert "0x304" in k.events[-1].text
    assert report(world, other, wanted, override=1) == 1 and k.registry.open(f"{MAP}\\Other\\Other") is not None
    assert report(world, other, (Claim(1, 1, 1, 0x60, 1), Claim(2, 1, 1, 8, 0, 8))) == 1  # the HAL's clock
    assert report(world, lab, CARD[:1]) == 1  # what the other now has as well


def test_devices_of_one_driver_share_and_another_class_is_another_claim(world: Any) -> None:
    k, lab = world.k, driver(world, "Lab")
    devices = []
    for n in range(2):
        entry = ob.make(k, "Device", 64, "device")
        k.objects.insert(f"\\Device\\Lab{n}", "Device", entry.address)
        devices.append(entry.address)
    assert [report(world, lab, CARD[1:], device) for device in devices] == [0, 0]
    key = k.registry.open(f"{MAP}\\Other\\Lab")
    assert [each.name for each in key.values if each.name.endswith(".Raw")] == [
        "\\Device\\Lab0.Raw",
        "\\Device\\Lab1.Raw",
    ]
    alone = tuple(attrs.evolve(each, share=1) for each in CARD[1:])
    assert report(world, lab, alone, devices[0]) == 1
    shared = tuple(attrs.evolve(each, share=3) for each in CARD[1:])
    assert report(world, lab, (), devices[0]) == report(world, lab, (), devices[1]) == 0
    assert report(world, lab, shared, name="LAB RESOURCES") == 0
    assert report(world, driver(world, "Another"), shared) == 0
    report(world, lab, ())  # of class Other: not what was claimed
    assert [text for text in world.owed("claim") if "Lab" in text] == ["IRQ 5 for driver Lab"]


def requirements(world: Any, wishes: list[tuple[int, ...]]) -> int:
    """Each wish: option, type, share, flags, then length, alignment, low, high or low, high."""
    data = pack("<IiII3II", 0, ISA, 0, 0, 0, 0, 0, 1) + pack("<HHI", 1, 1, len(wishes))
    for option, type, share, flags, *rest in wishes:
        body = pack("<IIQQ", *rest) if len(rest) == 4 else pack("<II", *rest).ljust(24, b"\0")
        data += pack("<BBBBHH", option, type, share, 0, flags, 0) + body
    return int(world.block(len(data), data))


def test_assign_resources_picks_what_is_free(world: Any) -> None:
    k, lab, out, path = world.k, driver(world, "Lab"), world.block(8), world.name("\\Registry\\Machine\\X")
    report(world, driver(world, "First"), CARD)
    wanted = requirements(
        world, [(1, 1, 1, 1, 8, 8, 0x300, 0x307), (8, 1, 1, 1, 8, 8, 0x300, 0x33F), (0, 2, 1, 1, 5, 7)]
    )
    assert world.call("IoAssignResources", path, 0, lab, 0, wanted, out) == 0
    region = k.memory.find(k.pointer(out))
    claims = parse_list(bytes(region.data), k.arch.pointer)
    assert [each.text for each in claims] == ["ports 0x308-0x30f", "IRQ 6"]
    assert world.owed("pool") and "ports 0x308-0x30f, IRQ 6 for driver Lab" in world.owed("claim")
    nothing = requirements(world, [(0, 2, 1, 1, 5, 5)])
    assert world.call("IoAssignResources", path, 0, lab, 0, nothing, out) == status.STATUS_CONFLICTING_ADDRESSES
    assert k.pointer(out) == 0
    assert world.call("IoAssignResources", path, 0, lab, 0, 0, 0) == 0
    assert [text for text in world.owed("claim") if "Lab" in text] == []


def test_counts_are_owed_until_lowered(world: Any) -> None:
    k = world.k
    k.caller = "lab"
    info = k.struct("_CONFIGURATION_INFORMATION", world.call("IoGetConfigurationInformation"))
    assert (info.DiskCount, info.SerialCount) == (1, 2)
    info.SerialCount = info.SerialCount + 1
    info.SerialCount = info.SerialCount + 1
    assert world.owed("count") == ["SerialCount raised from 2 to 3", "SerialCount raised from 3 to 4"]
    info.SerialCount = info.SerialCount - 1
    assert world.owed("count") == ["SerialCount raised from 2 to 3"] and info.SerialCount == 3
    info.AtDiskPrimaryAddressClaimed = 1
    info.SerialCount = 2
    assert world.owed("count") == ["AtDiskPrimaryAddressClaimed raised from 0 to 1"]
