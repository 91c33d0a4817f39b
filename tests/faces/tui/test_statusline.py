"""The line on top: the reason first, and as many facts as there is room for."""

from __future__ import annotations

from ntshell.faces.tui.statusline import StatusLine
from tests.faces.tui.conftest import Hand, Opened


def line(hand: Hand) -> str:
    return hand.app.query_one(StatusLine).render().plain


async def test_reason_place_and_facts(opened: Opened) -> None:
    async with opened("lab") as hand:
        assert "lab!DriverEntry is about to run [init.c:" in line(hand)
        assert line(hand).rstrip().endswith("IRQL 0 PASSIVE")
        await hand.do("bp LabReleaseHardware", "g", "unload", "g")
        assert "> Breakpoint 0 hit: lab!LabReleaseHardware [" in line(hand)
        assert "owed 1" in line(hand)


async def test_little_room_keeps_reason_and_irql(opened: Opened) -> None:
    async with opened("lab", size=(60, 24)) as hand:
        assert line(hand).startswith(" > lab!DriverEntry is about")
        assert "IRQL 0" in line(hand)
        assert "position" not in line(hand)


async def test_a_long_reason_is_cut_before_place_and_irql(opened: Opened) -> None:
    async with opened("lab", size=(80, 24)) as hand:
        await hand.do("stage", "stage", "stage")
        assert "… " not in line(hand)
        assert "…: lab!" in line(hand)
        assert ".c:" in line(hand)
        assert line(hand).rstrip().endswith("IRQL 0 PASSIVE")


async def test_raised_irql_bug_check_and_the_way_back(opened: Opened) -> None:
    async with opened("lab_late") as hand:
        await hand.do("g", "unload", "g `unload.c:83`", "fire lab0")
        status = hand.app.query_one(StatusLine)
        assert status.has_class("-raised")
        assert "IRQL 22 DIRQL" in line(hand)
        await hand.do("g")
        assert "! bug check 0xd1 DRIVER_IRQL_NOT_LESS_OR_EQUAL" in line(hand)
        assert status.has_class("-bad")
        await hand.do("p-")
        assert not status.has_class("-bad")


async def test_the_recorded_future_is_told(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("p 5")
        last = hand.app.target.shell.session.k.journal.last
        await hand.do("p-")
        assert f"/{last:x}" in line(hand)
