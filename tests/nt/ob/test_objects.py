from typing import Any

import pytest

from ntshell.machine.memory import AccessFault
from ntshell.nt import status
from ntshell.nt.flow import BugCheck
from ntshell.nt.ob import object as ob

LINK, TARGET = "\\??\\LAB1", "\\Device\\Lab0"


def device(world: Any) -> Any:
    entry = ob.make(world.k, "Section", 64, "section")
    world.k.objects.insert(TARGET, "Section", entry.address)
    return entry


def test_references_count_and_are_owed(world: Any) -> None:
    entry = device(world)
    assert entry.pointer_count == 2
    world.call("ObfReferenceObject", entry.address)
    world.call("ObfReferenceObject", entry.address)
    assert entry.pointer_count == 4
    assert world.owed("reference") == [f"{TARGET} (Section)"] * 2
    world.call("ObfDereferenceObject", entry.address)
    assert world.owed("reference") == [f"{TARGET} (Section)"]
    world.call("ObfDereferenceObject", entry.address)
    assert world.owed("reference") == []


def test_the_last_reference_deletes_and_a_late_touch_faults(world: Any) -> None:
    k, entry = world.k, device(world)
    world.call("ObfReferenceObject", entry.address)
    k.objects.detach(entry)
    ob.dereference(k, entry)
    assert k.objects.at(entry.address) is entry
    world.call("ObfDereferenceObject", entry.address)
    assert k.objects.at(entry.address) is None
    with pytest.raises(AccessFault):
        world.call("ObfDereferenceObject", entry.address)


def test_one_dereference_too_many_is_0x18(world: Any) -> None:
    entry = device(world)
    world.call("ObfDereferenceObject", entry.address)
    with pytest.raises(BugCheck) as caught:
        world.call("ObfDereferenceObject", entry.address)
    assert caught.value.code == 0x18 and TARGET in caught.value.rule


def test_what_is_no_object_has_no_count(world: Any) -> None:
    with pytest.raises(BugCheck) as caught:
        world.call("ObfReferenceObject", world.block(32))
    assert caught.value.code == 0x18


def test_symbolic_links(world: Any) -> None:
    k = world.k
    assert world.call("IoCreateSymbolicLink", world.name("\\DosDevices\\LAB1"), world.name(TARGET)) == 0
    entry = k.objects.lookup(LINK, follow=False)
    body = k.struct("_OBJECT_SYMBOLIC_LINK", entry.address)
    assert k.unicode(body.at("LinkTarget")) == TARGET and entry.pointer_count == 1
    assert world.owed("symbolic link") == [f"{LINK} -> {TARGET}"]
    again = world.call("IoCreateSymbolicLink", world.name(LINK.lower()), world.name(TARGET))
    assert again == status.STATUS_OBJECT_NAME_COLLISION
    assert world.call("IoDeleteSymbolicLink", world.name("\\dosdevices\\lab1")) == 0
    assert k.objects.lookup(LINK, follow=False) is None and world.owed("symbolic link") == []
    missing = world.call("IoDeleteSymbolicLink", world.name(LINK))
    assert missing == status.STATUS_OBJECT_NAME_NOT_FOUND


def test_a_links_target_by_handle(world: Any) -> None:
    k, out = world.k, world.block(8)
    world.call("IoCreateSymbolicLink", world.name(LINK), world.name(TARGET))
    assert world.call("ZwOpenSymbolicLinkObject", out, 1, world.attributes(LINK)) == 0
    handle = k.pointer(out)
    target = world.block("_UNICODE_STRING")
    string = k.struct("_UNICODE_STRING", target)
    string.Buffer, string.MaximumLength = world.block(64), 8
    assert world.call("ZwQuerySymbolicLinkObject", handle, target, 0) == status.STATUS_BUFFER_TOO_SMALL
    string.MaximumLength = 64
    assert world.call("ZwQuerySymbolicLinkObject", handle, target, 0) == 0
    assert k.unicode(target) == TARGET
    assert world.call("ZwClose", handle) == 0


def test_handles(world: Any) -> None:
    k, out = world.k, world.block(8)
    assert world.call("ZwCreateDirectoryObject", out, 0xF, world.attributes("\\Lab")) == 0
    handle = k.pointer(out)
    assert handle % 4 == 0 and world.owed("handle") == [f"handle {handle:#x} to \\Lab (Directory)"]
    assert world.call("ZwOpenDirectoryObject", out, 1, world.attributes("\\lab")) == 0
    second = k.pointer(out)
    assert second != handle
    world.call("ZwClose", handle)
    assert k.objects.lookup("\\Lab") is not None
    world.call("ZwClose", second)
    assert k.objects.lookup("\\Lab") is None and world.owed("handle") == []
    with pytest.raises(BugCheck) as caught:
        world.call("ZwClose", second)
    assert caught.value.code == 0x93 and caught.value.parameters[:2] == (second, 1)


def test_reference_by_handle(world: Any) -> None:
    k, out, info = world.k, world.block(8), world.block(8)
    event = world.call("IoCreateNotificationEvent", world.name("\\BaseNamedObjects\\LabEvent"), out)
    handle = k.pointer(out)
    assert k.struct("_KEVENT", event).member("Header").SignalState == 1
    wanted = k.pointer(k.pointer(k.addresses["ExEventObjectType"]))
    other = k.pointer(k.pointer(k.addresses["IoFileObjectType"]))
    assert world.call("ObReferenceObjectByHandle", handle, 0, wanted, 0, out, info) == 0
    assert k.pointer(out) == event
    mismatch = world.call("ObReferenceObjectByHandle", handle, 0, other, 0, out, 0)
    assert mismatch == status.STATUS_OBJECT_TYPE_MISMATCH and k.pointer(out) == 0
    assert world.call("ObReferenceObjectByHandle", 0x1234, 0, 0, 1, out, 0) == status.STATUS_INVALID_HANDLE
    for bad, code in ((0x1234, 0x3C), (0, 0xF5)):
        with pytest.raises(BugCheck) as caught:
            world.call("ObReferenceObjectByHandle", bad, 0, 0, 0, out, 0)
        assert (caught.value.code, caught.value.parameters[0]) == (0xC4, code)
    world.call("ZwClose", handle)
    assert k.objects.lookup("\\BaseNamedObjects\\LabEvent") is None
    assert k.objects.at(event) is not None
    world.call("ObfDereferenceObject", event)
    assert k.objects.at(event) is None


def test_names_of_objects(world: Any) -> None:
    k, entry, info, length = world.k, device(world), world.block(128), world.block(4)
    small = world.call("ObQueryNameString", entry.address, info, 8, length)
    assert small == status.STATUS_INFO_LENGTH_MISMATCH
    assert world.call("ObQueryNameString", entry.address, info, k.memory.load(length, 4), length) == 0
    assert k.unicode(info) == TARGET


def test_a_relative_name_needs_its_root(world: Any) -> None:
    k, out = world.k, world.block(8)
    world.call("ZwOpenDirectoryObject", out, 1, world.attributes("\\Device"))
    root = k.pointer(out)
    assert world.call("ZwCreateDirectoryObject", out, 1, world.attributes("Sub", root=root)) == 0
    assert k.objects.lookup("\\Device\\Sub") is not None
    bad = world.call("ZwCreateDirectoryObject", out, 1, world.attributes("Sub"))
    assert bad == status.STATUS_OBJECT_PATH_SYNTAX_BAD


def test_events_by_handle(world: Any) -> None:
    k, out, zero = world.k, world.block(8), world.block(8)
    path = "\\BaseNamedObjects\\LabDone"
    assert world.call("ZwCreateEvent", out, 3, world.attributes(path), 1, 0) == 0
    handle = k.pointer(out)
    assert world.call("ZwCreateEvent", out, 3, world.attributes(path), 1, 0) == status.STATUS_OBJECT_NAME_COLLISION
    assert world.call("ZwOpenEvent", out, 3, world.attributes(path)) == 0
    other = k.pointer(out)
    assert world.call("ZwWaitForSingleObject", handle, 0, zero) == status.STATUS_TIMEOUT
    assert world.call("ZwSetEvent", other, out) == 0 and k.memory.load(out, 4) == 0
    assert world.call("ZwWaitForSingleObject", handle, 0, zero) == 0
    assert world.call("ZwWaitForSingleObject", handle, 0, zero) == status.STATUS_TIMEOUT
    assert world.call("ZwWaitForSingleObject", 0x999, 0, zero) == status.STATUS_INVALID_HANDLE
    world.call("ZwClose", handle)
    world.call("ZwClose", other)
    assert k.objects.lookup(path) is None
