"""How driver code that goes wrong ends, as NT would end it and at its line: stacks, divisions, jumps, writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run.rig import rig

CODES = {
    1: 0x7F, 3: 0x7F, 4: 0x7E, 10: 0x7E, 11: 0x7E, 12: 0x7E, 13: 0x7E, 14: 0x7E, 15: 0x7E, 16: 0x7E, 20: 0x7E, 21: 0x7E, 22: 0xFC,
    24: 0xFC, 25: 0x7E, 30: 0xBE, 31: 0xBE, 32: 0xBE, 33: 0xBE, 34: 0xBE,
}  # fmt: skip


@pytest.mark.parametrize("arch", ["x86", "x64"])
@pytest.mark.parametrize("scenario", CODES)
def test_ends_at_its_line(tmp_path: Path, scenario: int, arch: str) -> None:
    found = rig(tmp_path, arch)
    found.start("ends", scenario)
    finding = found.crash()
    assert finding.place is not None
    assert hex(finding.code) == hex(CODES[scenario]), finding.rule
    assert f"ends.c:{finding.place.line}" == found.at("ends", str(scenario))


@pytest.mark.parametrize(("arch", "room"), [("x86", 12), ("x64", 24)])
def test_the_stack_is_as_large_as_nts(tmp_path: Path, arch: str, room: int) -> None:
    found = rig(tmp_path, arch)
    found.start("ends", 1)
    assert f"{room} KB" in found.crash().rule
    size = len(found.session.k.thread.frames)
    assert room * 1024 // 400 < size <= room * 1024 // 200


@pytest.mark.parametrize(("scenario", "arch", "done"), [
    (40, "x86", 57), (41, "x86", 1), (42, "x86", 0xC0000094), (42, "x64", 0xC0000094), (43, "x64", 7), (26, "x86", 0xC0000005),
    (26, "x64", 0xC0000005), (44, "x86", 0xC0000095), (44, "x64", 0xC0000095), (45, "x86", 0x80000000),
])  # fmt: skip
def test_goes_on(tmp_path: Path, scenario: int, arch: str, done: int) -> None:
    found = rig(tmp_path, arch)
    found.start("ends", scenario)
    assert found.session.k.crash is None
    assert found.value("Done") == done


@pytest.mark.parametrize(("arch", "address"), [("x86", 0x41414141), ("x64", 0x4141414141414141)])
def test_a_return_address_that_was_written_over_is_gone_to(tmp_path: Path, arch: str, address: int) -> None:
    found = rig(tmp_path, arch)
    found.start("ends", 4)
    assert found.crash().parameters[1:] == (address, address, 8)
    assert "written over" in found.crash().rule


def test_too_large_a_local_is_a_double_fault_on_x86_only(tmp_path: Path) -> None:
    found = rig(tmp_path)
    found.start("ends", 2)
    assert (found.crash().code, "12 KB" in found.crash().rule) == (0x7F, True)
