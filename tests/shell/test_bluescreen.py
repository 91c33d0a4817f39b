"""`.bluescreen`: what NT's screen says, every number the machine's own."""

from __future__ import annotations

import re

import pytest

from ntshell.debugger.session import Session, SessionOptions
from ntshell.shell.report import lines_of
from ntshell.shell.shell import Shell

RACE = "load lab_late; g; unload; g `unload.c:80`; fire lab0; g"


def crashed(arch: str = "x86") -> Shell:
    shell = Shell(Session(SessionOptions(arch=arch)))
    shell.run(RACE)
    return shell


def test_without_a_bug_check_there_is_none() -> None:
    assert "has not stopped" in Shell(Session()).view(".bluescreen").text


def test_the_stop_and_the_driver_are_named() -> None:
    shell = crashed()
    told = shell.view(".bluescreen").text
    values = ",".join(f"0x{value:08X}" for value in shell.session.k.crash.parameters)
    assert told.startswith(f"*** STOP: 0x000000D1 ({values})\nDRIVER_IRQL_NOT_LESS_OR_EQUAL\n")
    base = next(image.base for image in shell.session.k.images if image.name == "lab_late")
    at = shell.session.k.crash.parameters[3]
    assert f"*** Address {at:08x} has base at {base:08x} - lab_late.sys" in told
    assert "irql:16" in told
    assert max(map(len, told.splitlines())) <= 80


@pytest.mark.parametrize("arch", ["x86", "x64"])
def test_the_modules_and_the_stack_are_the_machines(arch: str) -> None:
    shell = crashed(arch)
    form = shell.session.k.arch.format
    told = shell.view(".bluescreen").text
    for image in shell.session.k.images:
        assert f"{form(image.base)} - {image.file}".replace("`", "") in told
    slots = re.findall(r"^([0-9a-f]+) ([0-9a-f]+) .* - \S+$", told, re.M)
    backs = [row[1].value.value for row in shell.view("k").blocks[0].rows]  # type: ignore[union-attr]
    assert [int(back, 16) for _, back in slots] == backs[:-1]
    for at, back in slots:
        assert shell.look.pointer(int(at, 16)) == int(back, 16)


def test_a_line_of_the_stack_leads_to_its_place() -> None:
    lines = lines_of(crashed().view(".bluescreen"))
    assert {str(line.link) for line in lines if line.link is not None} >= {"isr.c:27", "isr.c:52", "unload.c:80"}
