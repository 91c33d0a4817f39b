"""A walkthrough beside the panes: read, run the next command, go on; with little room it stands below them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.faces.tui.screens.bugcheck import BugcheckScreen
from ntshell.faces.tui.screens.walkthrough import Step, WalkthroughPanel
from ntshell.tutor import walkthrough
from tests.faces.tui.conftest import Hand, Opened

CRASH = """#include <ntddk.h>
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    *(volatile ULONG *)16 = 1;
    return STATUS_SUCCESS;
}
"""
FIRST = walkthrough.shipped()[0]


def panel(hand: Hand) -> WalkthroughPanel:
    return hand.app.screen_stack[0].query_one(WalkthroughPanel)


def commands(hand: Hand) -> list[str]:
    return [str(step.render()).rstrip() for step in panel(hand).query(Step)]


async def opening(hand: Hand) -> None:
    await hand.press("f7")
    await hand.press("enter")
    await hand.idle()


async def test_its_commands_are_run_in_order(opened: Opened) -> None:
    async with opened("lab", size=(160, 50)) as hand:
        await opening(hand)
        assert "Where are we?" in hand.screen() and "Source" in hand.screen()
        assert commands(hand)[0] == " > load lab"
        await hand.press("enter", "enter", "f7")
        assert commands(hand)[:4] == [" ✓ load lab", " ✓ !ledger", " ✓ !drvobj lab", " > t"]
        said = hand.text("shell")
        assert "kd> !ledger" in said and "loaded already" not in said
        await hand.press("escape")
        assert not hand.app.query(WalkthroughPanel)


async def test_it_can_be_followed_to_the_end(opened: Opened) -> None:
    async with opened("hello", size=(160, 50)) as hand:
        await opening(hand)
        for _ in walkthrough.read(FIRST).commands:
            hand.app.action_walk()
        await hand.idle()
        assert "lab.sys unloaded" in hand.text("shell")
        await hand.press("f7")  # there is nothing more
        assert not any(line.startswith(" >") for line in commands(hand))


async def test_a_click_runs_a_command(opened: Opened) -> None:
    async with opened("lab", size=(160, 50)) as hand:
        await opening(hand)
        await hand.pilot.click(panel(hand).query(Step)[1])
        await hand.idle()
        assert commands(hand)[:3] == ["   load lab", " ✓ !ledger", " > !drvobj lab"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_text_and_panes_are_always_seen_both(opened: Opened, size: tuple[int, int]) -> None:
    async with opened("lab", size=size) as hand:
        panes = [pane.TITLE for pane in hand.app.workspace.seen]
        await opening(hand)
        assert "Where are we?" in hand.screen() and "Enter: load lab" in hand.screen()
        await hand.press("enter")
        assert "kd> load lab" in hand.text("shell") and "kd>" in hand.screen()
        assert "Enter: !ledger" in hand.screen() and "✓ load lab" in hand.screen()
        assert [pane.TITLE for pane in hand.app.workspace.seen] == panes
        assert all(title in hand.screen() for title in panes)


async def test_it_says_that_it_begins_anew(opened: Opened) -> None:
    async with opened("lab", size=(160, 50)) as hand:
        await opening(hand)
        await hand.press("enter")
        said = " ".join(hand.text("shell").split())
        told = said.index("the walkthrough goes back to the beginning (!tt 0)")
        assert told < said.index("kd> !tt 0") and "breakpoints stay" in said


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_after_a_blue_screen_enter_goes_on(
    opened: Opened, size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver, file = tmp_path / "crash.c", tmp_path / "crash.md"
    driver.write_text(CRASH)
    file.write_text(f"# Crash\n\nSee:\n\n```kd\nload {driver}\ng\n!stages\n```\n")
    monkeypatch.setattr(walkthrough, "shipped", lambda: [file])
    async with opened("lab", size=size) as hand:
        await opening(hand)
        await hand.press("enter", "enter")
        assert isinstance(hand.app.screen, BugcheckScreen)
        await hand.press("escape")
        assert panel(hand).has_focus_within
        await hand.press("enter")
        assert "kd> !stages" in hand.text("shell")


async def test_what_is_still_under_way_is_undone_too(opened: Opened) -> None:
    async with opened("hello", size=(160, 50)) as hand:
        await opening(hand)
        await hand.do("!tt 0")
        hand.app.do("load lab")
        hand.app.action_walk()
        await hand.idle()
        said = hand.text("shell")
        assert said.count("kd> load lab") == 2 and "loaded already" not in said
