"""What Unload gave back, and what a driver lost when it went: told when it is so, and not before or after."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.debugger.leaks import gone, leaked, outstanding, remedy, returned
from ntshell.debugger.session import Session
from ntshell.debugger.timeline import began
from tests.run.rig import rig


def test_what_unload_gives_back_is_what_was_held() -> None:
    session = Session()
    session.load("lab")
    session.go()
    k = session.k
    held = [(entry.kind, entry.text, str(entry.place)) for entry in outstanding(k, "lab")]
    assert len(held) > 10
    assert (returned(k, "lab"), began(k, "Unload", "lab")) == ([], -1)
    session.unload()
    assert began(k, "Unload", "lab") == k.journal.position
    session.stage()
    session.stage()
    some = returned(k, "lab")
    assert [(each.kind, str(each.place), str(each.taken)) for each in some] == [
        ("interrupt", "unload.c:37", "init.c:222")
    ]
    session.go()
    back = returned(k, "lab")
    assert sorted((each.kind, each.text, str(each.taken)) for each in back) == sorted(held)
    assert [each.position for each in back] == sorted(each.position for each in back)
    assert gone(k, "lab") and leaked(k, "lab") is None and outstanding(k, "lab") == []
    session.travel(began(k, "Unload", "lab"))
    assert (returned(k, "lab"), gone(k, "lab")) == ([], False)
    session.travel(k.journal.last)
    session.load("lab")
    assert (returned(k, "lab"), gone(k, "lab"), began(k, "Unload", "lab")) == ([], False, -1)


LEAKY = """
static VOID NTAPI Unload(PDRIVER_OBJECT Driver) { ExFreePool(ExAllocatePoolWithTag(NonPagedPool, 8, 'kaeL')); }
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    Driver->DriverUnload = Unload;
    return ExAllocatePoolWithTag(NonPagedPool, 64, 'kaeL') ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}
"""


def test_what_a_driver_leaks_until_it_is_loaded_again(tmp_path: Path) -> None:
    found = rig(tmp_path)
    name = found.write(LEAKY, "leaky")
    found.start(name)
    session = found.session
    session.unload()
    session.go()
    k = session.k
    loss = leaked(k, "leaky")
    assert loss is not None
    assert [(entry.kind, entry.routine) for entry in loss.held] == [("pool", "DriverEntry")]
    assert returned(k, "leaky") == []  # what Unload itself took is no debt of DriverEntry's
    found.load(name)
    assert leaked(k, "leaky") is None and not gone(k, "leaky")


@pytest.mark.parametrize(
    ("kind", "routine"),
    [("interrupt", "IoDisconnectInterrupt"), ("pool", "ExFreePool"), ("device", "IoDeleteDevice"), ("nothing", "")],
)
def test_the_remedy_names_a_routine(kind: str, routine: str) -> None:
    assert routine in remedy(kind)
