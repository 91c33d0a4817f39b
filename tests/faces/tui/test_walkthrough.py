"""A walkthrough beside the panes: read, run the next command, go on; at 80 columns it covers them while one reads."""

from __future__ import annotations

from ntshell.faces.tui.screens.walkthrough import Step, WalkthroughPanel
from ntshell.tutor import walkthrough
from tests.faces.tui.conftest import Hand, Opened

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


async def test_with_little_room_it_covers_the_panes_while_one_reads(opened: Opened) -> None:
    async with opened("lab", size=(80, 24)) as hand:
        await opening(hand)
        assert "Where are we?" in hand.screen() and "kd>" not in hand.screen()
        await hand.press("f7")
        assert "Where are we?" not in hand.screen() and "kd>" in hand.screen()
        await hand.press("f7")
        assert commands(hand)[:2] == [" ✓ load lab", " > !ledger"] and "!ledger" in hand.screen()


async def test_what_is_still_under_way_is_undone_too(opened: Opened) -> None:
    async with opened("hello", size=(160, 50)) as hand:
        await opening(hand)
        await hand.do("!tt 0")
        hand.app.do("load lab")
        hand.app.action_walk()
        await hand.idle()
        said = hand.text("shell")
        assert said.count("kd> load lab") == 2 and "loaded already" not in said
