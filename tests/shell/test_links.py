"""Links: whatever a report leads to, the command that shows it runs, and shows what it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ntshell.base.errors import NtshellError
from ntshell.debugger.session import Session, SessionOptions
from ntshell.shell.links import command_for
from ntshell.shell.report import Address, Fields, Link, Look, Report, Table, lines_of
from ntshell.shell.shell import Shell

REPORTS = (
    "!devchain", "!reg", "!reg q \\Registry\\Machine\\Hardware", "!levels", "!stages", "!ledger", "!timeline",
    "!drvobj lab 7", "!drvobj lab_late 7", "!dpcs", "!idt", "!lines", "!timer", "!pcr", "!events all 0n1000",
    "!findings", "!analyze -v", "k", "dv", "!thread", "!process 0 0", "!irp", "!pool", "!object \\Device",
    "!object \\??", "!handle", "lm", "x lab*!*", "dps @$csp L20", "dt DriverObject", "!devobj",
)  # fmt: skip
STOPS = (
    "g; io open \\\\.\\LAB1; io read 1 4; fire lab0", "g", "p-", "io cancel 1; io close 1; g", "tick 1s", "unload",
    "stage", "stage", "fire lab0", "p", "g", "p-; p-", "!tt 0", "t 20",
)  # fmt: skip


def links_of(report: Report) -> Iterator[Link]:
    """Every link of a report, once."""
    found: set[Link] = {line.link for line in lines_of(report) if line.link is not None}
    for block in report.blocks:
        cells = [cell for row in block.rows for cell in row] if isinstance(block, Table) else []
        cells += [cell for _, cell in block.items] if isinstance(block, Fields) else []
        found |= {cell.link for cell in cells if cell.link is not None}
    yield from sorted(found, key=str)


def quiet(shell: Shell, line: str) -> Report | None:
    """A command's report; None where it says that it cannot be done here."""
    try:
        return shell.run(line)[-1][2]
    except NtshellError:
        return None


@pytest.mark.parametrize("arch", ["x86", "x64"])
@pytest.mark.parametrize("driver", ["lab", "lab_late"])
def test_every_link_of_every_report_can_be_followed(driver: str, arch: str) -> None:
    shell = Shell(Session(SessionOptions(arch=arch)))
    shell.run(f"load {driver}")
    followed: dict[str, int] = {}
    for stop in STOPS:
        quiet(shell, stop)
        position = shell.session.k.journal.position
        links = {link for line in REPORTS if (report := quiet(shell, line)) is not None for link in links_of(report)}
        for link in sorted(links, key=str):
            command = command_for(shell, link)
            shell.run(command)  # raises when it cannot be followed
            followed[command.split()[0]] = followed.get(command.split()[0], 0) + 1
        assert shell.session.k.journal.position == position
    assert {"!devobj", "!drvobj", "!irp", "!thread", "!object", "!pool", "dt", "ls", "dps"} <= followed.keys()


def led(shell: Shell, expression: str) -> str:
    """The command for an address, without the address."""
    address = shell.address(expression)
    command = command_for(shell, Address(address, shell.session.k.arch.pointer))
    return command.removesuffix(shell.session.k.arch.format(address)).strip()


def test_what_lies_there_decides() -> None:
    shell = Shell(Session())
    shell.run("load lab; g; io open \\\\.\\LAB1; io read 1 4")
    k = shell.session.k
    shell.run("g; fire lab0; gu")
    driver = k.io.drivers[-1]
    device = k.struct("_DRIVER_OBJECT", driver.object).DeviceObject
    assert led(shell, f"{driver.object:x}") == "!drvobj"
    assert led(shell, f"{device:x}") == "!devobj"
    assert led(shell, f"{device + 4:x}") == "!pool"
    assert led(shell, "@$thread") == "!thread"
    assert led(shell, f"{k.io.requests[-1].irp:x}") == "!irp"
    assert led(shell, f"{k.ke.interrupts[0x35][0]:x}") == "dt nt!_KINTERRUPT"
    assert led(shell, f"{k.objects.children(chr(92) + '??')[1].address:x}") == "!object"
    assert led(shell, "LabUnload").startswith("ls `unload.c:")
    assert led(shell, "nt!KeSetEvent") == "ln"
    assert led(shell, "@$pcr") == "dps"
    assert led(shell, "@$pcr+1") == "db"
    assert led(shell, "0") == "ln"
    place = shell.symbols.place_of(shell.address("LabUnload"))
    assert place is not None
    assert f"{place.line}: " in shell.run(command_for(shell, place))[-1][2].text
    assert command_for(shell, Look("!reg")) == "!reg"


def test_a_file_that_two_drivers_have_is_named_by_its_path() -> None:
    shell = Shell(Session())
    shell.run("load lab; load lab_late")
    places = [shell.symbols.place_of(shell.address(f"{driver}!LabUnload")) for driver in ("lab", "lab_late")]
    for place in places:
        assert place is not None
        report = shell.run(command_for(shell, place))[-1][2]
        assert dict(report.data)["file"] == place.file


def test_the_registrys_lines_lead_to_their_keys() -> None:
    shell = Shell(Session())
    shell.run("load lab; g")
    lines = {line.text.strip(): line.link for line in lines_of(shell.run("!reg")[-1][2])}
    hardware = "\\Registry\\Machine\\Hardware"
    assert lines["LAB"] == Look(f"!reg q {hardware}\\ResourceMap\\LAB")
    assert lines["\\Device\\Lab0 = REG_SZ LAB1"] == Look(f"!reg q {hardware}\\DeviceMap\\LAB")
    spaced = lines["PC Compatible Eisa/Isa HAL"]
    assert spaced == Look(f'!reg q "{hardware}\\ResourceMap\\Hardware Abstraction Layer\\PC Compatible Eisa/Isa HAL"')
    assert ".Raw" in shell.run(command_for(shell, spaced))[-1][2].text
