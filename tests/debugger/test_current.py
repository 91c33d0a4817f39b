"""Which driver is the current one, and whose ladder and debts are told, when several come and go."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.base.errors import NotNow
from ntshell.debugger.leaks import outstanding
from ntshell.debugger.session import Session
from ntshell.debugger.timeline import ladder
from ntshell.shell.report import as_json
from ntshell.shell.shell import Shell
from ntshell.shell.status import status
from tests.run.rig import rig

OTHER = """
static VOID NTAPI Unload(PDRIVER_OBJECT Driver) { UNREFERENCED_PARAMETER(Driver); }
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    Driver->DriverUnload = Unload;
    return STATUS_SUCCESS;
}
"""


def both() -> Shell:
    """A shell on lab, and on lab_late, which did not get the hardware."""
    shell = Shell(Session())
    shell.run("load lab; g; load lab_late")
    assert shell.session.current == "lab_late"
    shell.run("g")
    return shell


def test_when_the_current_driver_goes_the_one_loaded_last_is_current() -> None:
    shell = both()
    session = shell.session
    assert session.current == "lab"
    owed = as_json(status(session))["status"]["owed"]
    facts = as_json(shell.view("!ledger"))
    assert owed == facts["owed"] == len(outstanding(session.k, "lab")) > 10
    assert shell.view("!stages").text.startswith("DriverEntry of lab\n")
    assert shell.view("!devchain").text.startswith("\\Driver\\lab\n")
    shell.run("p-")
    assert session.current == "lab_late"
    shell.run("g; unload; p")
    assert session.current == "lab" and session.stop.symbol == "lab!LabUnload"
    assert shell.view("!stages").text.startswith("Unload of lab\n")


def test_who_has_the_hardware_is_said() -> None:
    shell = Shell(Session())
    report = shell.run("load lab; g; load lab_late; g")[-1][2]
    assert "! driver lab_late wants IRQ 5, which driver lab (LAB) has: unload lab first" in report.text
    shell.run("unload lab; g")
    assert "unload lab first" not in shell.run("load lab_late; g")[-1][2].text


def test_a_driver_in_its_unload_is_current_and_its_lines_are_its_own(tmp_path: Path) -> None:
    found = rig(tmp_path)
    session, shell = found.session, Shell(found.session)
    other = found.write(OTHER, "other")
    shell.run("load lab")
    session.load(other)
    assert [view.state for view in ladder(session.k, "DriverEntry", "other")] == ["left"] * 6
    assert not shell.view("!stages").text.count("config.c")
    assert sum(view.state == "done" for view in ladder(session.k, "DriverEntry", "lab")) >= 5
    shell.run("g; io open \\\\.\\LAB1; unload lab; .driver other")
    assert session.current == "other"
    shell.run("io close 1")
    assert (session.current, session.stop.kind, session.stop.symbol) == ("lab", "unload", "lab!LabUnload")
    with pytest.raises(NotNow, match="lab is in its Unload"):
        shell.run(".driver other")
    shell.run("stage; stage")
    assert shell.evaluate("@$stage") == 1
    assert "interrupt" in [each["kind"] for each in as_json(shell.view("!ledger"))["given back"]]
    shell.run("g")
    assert session.current == "other"


ASIDE = """
static KDPC Dpc;
static PVOID Late;
static VOID NTAPI Deferred(PKDPC It, PVOID Context, PVOID One, PVOID Two)
{
    Late = ExAllocatePoolWithTag(NonPagedPool, 16, 'tfrD');
}
static VOID NTAPI Again(PDRIVER_OBJECT Driver, PVOID Context, ULONG Count)
{
    ExFreePool(Late);
    ExAllocatePoolWithTag(NonPagedPool, 32, 'niaR');
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    PDEVICE_OBJECT Device;
    IoCreateDevice(Driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    KeInitializeDpc(&Dpc, Deferred, NULL);
    KeInsertQueueDpc(&Dpc, NULL, NULL);
    IoRegisterDriverReinitialization(Driver, Again, NULL);
    return STATUS_SUCCESS;
}
"""


def test_what_others_take_is_not_booked_on_a_stage(tmp_path: Path) -> None:
    found = rig(tmp_path)
    found.start(found.write(ASIDE, "aside"))
    calls = [call for view in ladder(found.session.k, "DriverEntry", "aside") for call, _ in view.calls]
    assert any(call.startswith("took") for call in calls)
    assert not any("16 bytes" in call or "32 bytes" in call for call in calls)
    taken = [event.text for event in found.session.k.events if event.kind == "acquire"]
    assert any("16 bytes" in text for text in taken) and any("32 bytes" in text for text in taken)


def test_a_stage_that_was_passed_over_is_told_only_while_something_is_owed_there() -> None:
    for name, skipped in (("lab", set()), ("lab_late", {1}), ("hello", set())):
        session = Session()
        session.load(name)
        session.go()
        session.unload()
        seen = set()
        while session.stage().kind == "stage":
            seen |= set(as_json(Shell(session).view("!stages"))["skipped"])
        assert seen == skipped, name


def test_a_restart_keeps_the_order_and_tells_what_load_does(tmp_path: Path) -> None:
    found = rig(tmp_path)
    session, shell = found.session, Shell(found.session)
    crash = OTHER.replace("Driver->DriverUnload = Unload;", "*(volatile ULONG *)16 = 1; NotThere();")
    first, second = found.write("VOID NTAPI NotThere(VOID);\n" + crash, "first"), found.write(OTHER, "second")
    found.write(OTHER, "first")
    shell.run(f"load {first}; g; load {second}; g")
    found.write("VOID NTAPI NotThere(VOID);\n" + crash, "first")
    report = shell.run(".restart")[-1][2]
    assert session.stop.kind == "bugcheck"
    assert [source.name for source in session.sources] == ["first", "second"]
    assert "NotThere is declared, but it is defined neither here nor in ntshell" in report.text
