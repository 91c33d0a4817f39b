"""The device object chain: what it tells of devices, and what it says when the chain is broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ntshell.base.errors import NotNow
from ntshell.debugger.session import Session, SessionOptions
from ntshell.shell.links import command_for
from ntshell.shell.report import Address, Look, lines_of
from ntshell.shell.shell import Shell
from tests.run.rig import HEAD


def started(*lines: str, arch: str = "x86") -> Shell:
    shell = Shell(Session(SessionOptions(arch=arch)))
    for line in lines:
        shell.run(line)
    return shell


def chain(shell: Shell, driver: str = "") -> list[str]:
    return [line.text for line in lines_of(shell.run(f"!devchain {driver}")[-1][2])]


def facts(shell: Shell) -> dict[str, Any]:
    return dict(shell.run("!devchain")[-1][2].data)


def test_the_chain_of_a_driver_with_requests() -> None:
    shell = started("load lab; g", "io open \\\\.\\LAB1; io read 1 4; io read 1 4; g")
    k = shell.session.k
    one, other = (k.objects.lookup(f"\\Device\\Lab{n}").address for n in (1, 0))
    reads = [k.arch.format(request.irp) for request in k.io.requests if request.state == "pending"]
    assert chain(shell) == [
        "\\Driver\\lab",
        f"DriverObject {k.io.drivers[-1].object:08x}",
        "|  DeviceObject",
        f"+-> {one:08x} \\Device\\Lab1",
        "|   DO_BUFFERED_IO DO_DEVICE_HAS_NAME",
        f"|   Ext {k.struct('_DEVICE_OBJECT', one).DeviceExtension:08x}  RefCount 0",
        "|   <- \\??\\LAB2",
        "|  NextDevice",
        f"+-> {other:08x} \\Device\\Lab0",
        "|   DO_BUFFERED_IO DO_DEVICE_HAS_NAME",
        f"|   Ext {k.struct('_DEVICE_OBJECT', other).DeviceExtension:08x}  RefCount 1",
        f"|   CurrentIrp {reads[0]} IRP_MJ_READ",
        f"|   Queued IRP {reads[1]} IRP_MJ_READ",
        "|   <- \\??\\LAB1",
        "|  NextDevice",
        "+-> NULL",
    ]
    lines = {line.text: line.link for line in lines_of(shell.run("!devchain")[-1][2])}
    assert lines["|   <- \\??\\LAB1"] == Look("!object \\??\\LAB1")
    assert lines[f"+-> {one:08x} \\Device\\Lab1"] == Address(one, 4)
    last = [line.link for line in lines_of(shell.run("!devchain")[-1][2])][10:14]
    assert [command_for(shell, link).split()[0] for link in last if link is not None] == [
        "!pool", "!irp", "!irp", "!object",
    ]  # fmt: skip
    assert facts(shell)["count"] == 2
    shell.run("unload")
    assert chain(shell)[0] == "\\Driver\\lab: unload pending"
    assert "|   DOE_UNLOAD_PENDING" in chain(shell)


@pytest.mark.parametrize("arch", ["x86", "x64"])
def test_it_fits_a_narrow_pane(arch: str) -> None:
    shell = started("load lab_late; g", "io open \\\\.\\LAB1; io read 1 4; g", arch=arch)
    assert max(map(len, chain(shell))) <= (40 if arch == "x86" else 48)


def test_without_devices_and_without_a_driver() -> None:
    shell = started("load lab")
    assert chain(shell)[0] == "\\Driver\\lab in DriverEntry"
    assert chain(shell)[2:] == ["|  DeviceObject", "+-> NULL"]
    shell.run("g; unload; g")
    with pytest.raises(NotNow, match="not loaded any more"):
        shell.run("!devchain")


FILTER = """
static PDEVICE_OBJECT Mine, Lower;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\\\Device\\\\Lab0");
    IoCreateDevice(Driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Mine);
    return IoAttachDevice(Mine, &Name, &Lower);
}
"""


def test_what_is_attached_stands_with_the_device(tmp_path: Path) -> None:
    source = tmp_path / "filter.c"
    source.write_text(HEAD + FILTER)
    shell = started("load lab; g", f"load {source}; g")
    k = shell.session.k
    lower = k.objects.lookup("\\Device\\Lab0").address
    upper = k.struct("_DEVICE_OBJECT", lower).AttachedDevice
    below, above = chain(shell, "lab"), chain(shell)
    at = below.index(f"|   ^ AttachedDevice {upper:08x}")
    assert below[at + 1] == "|     \\Driver\\filter"
    assert below[at - 3] == f"+-> {lower:08x} \\Device\\Lab0"
    assert f"+-> {upper:08x} (no name)" in above
    at = above.index(f"|   v AttachedTo {lower:08x}")
    assert above[at + 1] == "|     \\Driver\\lab \\Device\\Lab0"


def test_a_broken_chain_says_so() -> None:
    shell = started("load lab; g")
    k = shell.session.k
    one, other = (k.objects.lookup(f"\\Device\\Lab{n}").address for n in (1, 0))

    def last(next_device: int) -> list[str]:
        k.struct("_DEVICE_OBJECT", other).NextDevice = next_device
        return chain(shell)[-3:]

    assert last(one)[-1] == f"! {one:08x} once more: the chain is a ring"
    assert last(0x10)[-2:] == ["! 00000010 cannot be read", "  nothing is there"]
    driver = k.io.drivers[-1].object
    assert last(driver)[-2:] == [f"! {driver:08x} is no DEVICE_OBJECT", "  driver object \\Driver\\lab"]
    extension = k.struct("_DEVICE_OBJECT", one).DeviceExtension
    assert last(extension)[-3:-1] == [f"! {extension:08x} is no DEVICE_OBJECT", "  device object and extension of"]
    freed = next(region for area in k.pool.areas.values() for region in area.freed.values() if len(region.note) < 30)
    found = last(freed.base)
    assert found[-2].endswith("cannot be read") and found[-1].endswith("(freed)")
    k.struct("_DEVICE_OBJECT", other).CurrentIrp = freed.base
    assert f"|   CurrentIrp {freed.base:08x}" in chain(shell)
    assert any(line.startswith("|     ! ") and line.endswith("(freed)") for line in chain(shell))


MANY = """
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    ULONG i;
    PDEVICE_OBJECT Device;
    for (i = 0; i < 300; i++) { IoCreateDevice(Driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device); }
    return STATUS_SUCCESS;
}
"""


def test_a_long_chain_is_counted(tmp_path: Path) -> None:
    source = tmp_path / "many.c"
    source.write_text(HEAD + MANY)
    shell = started(f"load {source}; g")
    assert chain(shell)[-3:] == ["|  ... 200 more device objects", "|  NextDevice", "+-> NULL"]
    assert facts(shell)["count"] == 300
    assert len(facts(shell)["chain"]) == 100
