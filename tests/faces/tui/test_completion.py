"""The list of completions and the line it stands over, by keys and clicks."""

from __future__ import annotations

from ntshell.faces.tui.completion import Choices, common
from ntshell.shell.command import TABLE
from tests.faces.tui.conftest import Hand, Opened


def choices(hand: Hand) -> Choices:
    return hand.app.shell_pane.query_one(Choices)


def value(hand: Hand) -> str:
    return hand.app.shell_pane.line.value


def test_what_offers_have_in_common() -> None:
    assert common([("unload", 0, ""), ("unstack", 0, "")]) == "un"
    assert common([("bp", 0, "")]) == "bp"
    assert common([("bp", 0, ""), ("bpx", 0, "")]) == "bp"
    assert common([("bp", 0, ""), ("g", 0, "")]) == ""
    assert common([("unload", 0, ""), ("unstack", 1, "")]) == ""


async def test_tab_lists_with_notes_and_enter_takes(opened: Opened) -> None:
    async with opened() as hand:
        await hand.press("b", "tab")
        assert [text for text, *_ in choices(hand).offers] == sorted(name for name in TABLE if name.startswith("b"))
        assert "Enable breakpoints." in hand.screen()
        await hand.press("tab", "down", "down", "up")
        assert "> bd" in hand.screen()
        await hand.press("enter")
        assert value(hand) == "bd"
        assert not choices(hand).is_open
        assert "Enable breakpoints." not in hand.screen()


async def test_the_list_goes_round(opened: Opened) -> None:
    async with opened() as hand:
        await hand.press("b", "tab", "up")
        last = choices(hand).offers[-1][0]
        assert f"> {last}  " in hand.screen()
        await hand.press("tab")
        assert "> bc  " in hand.screen()
        await hand.press("shift+tab")
        assert f"> {last}  " in hand.screen()


async def test_a_single_one_is_taken_at_once(opened: Opened) -> None:
    async with opened() as hand:
        await hand.press(*"unl", "tab")
        assert value(hand) == "unload"
        assert not choices(hand).is_open


async def test_only_the_word_at_the_cursor_is_replaced(opened: Opened) -> None:
    async with opened() as hand:
        hand.app.shell_pane.line.put("k; unl ; g")
        await hand.press(*["left"] * 4, "tab")
        assert value(hand) == "k; unload ; g"
        assert hand.app.shell_pane.line.cursor_position == 9


async def test_what_all_have_in_common_is_filled_in(opened: Opened) -> None:
    async with opened() as hand:
        await hand.press(*"bp", "space", *"DriverE", "tab")
        assert value(hand).startswith("bp ")
        assert "DriverEntry" in value(hand)
        hand.app.shell_pane.line.put("!dev")
        await hand.press("tab")
        assert value(hand) == "!dev"
        hand.app.shell_pane.line.put("!devs")
        await hand.press("tab")
        assert value(hand) == "!devstack"
        hand.app.shell_pane.line.put(".ex")
        await hand.press("tab")
        assert value(hand) == ".expect"
        assert [text for text, *_ in choices(hand).offers] == [".expect", ".expect_finding"]


async def test_typing_narrows(opened: Opened) -> None:
    async with opened() as hand:
        await hand.press("exclamation_mark", "tab")
        assert len(choices(hand).offers) > 8
        assert f"1-7 of {len(choices(hand).offers)}" in hand.screen()
        await hand.press(*"dev")
        assert [text for text, *_ in choices(hand).offers] == ["!devchain", "!devobj", "!devstack"]
        await hand.press("s", "tab")
        assert value(hand) == "!devstack"
        assert not choices(hand).is_open


async def test_escape_closes_only_the_list(opened: Opened) -> None:
    async with opened() as hand:
        await hand.press("b", "tab", "escape")
        assert not choices(hand).is_open
        assert hand.app.focused is hand.app.shell_pane.line
        assert value(hand) == "b"
        await hand.press("escape")
        assert hand.app.focused is not hand.app.shell_pane.line


async def test_enter_with_nothing_chosen_gives_the_line(opened: Opened) -> None:
    async with opened() as hand:
        await hand.press("b", "l", "tab")
        hand.app.shell_pane.line.put("")
        await hand.press("b", "tab", "l", "enter")
        assert value(hand) == ""
        assert "kd> bl" in hand.text("shell")


async def test_a_click_takes(opened: Opened) -> None:
    async with opened() as hand:
        await hand.press("b", "tab")
        await hand.pilot.click(Choices, offset=(4, 3))
        await hand.idle()
        assert value(hand) == "bl"
        assert hand.app.focused is hand.app.shell_pane.line


async def test_the_list_stays_on_the_screen(opened: Opened) -> None:
    async with opened() as hand:
        for size in ((80, 24), (120, 40), (200, 60)):
            await hand.pilot.resize_terminal(*size)
            hand.app.shell_pane.line.put("")
            await hand.press("exclamation_mark", "tab")
            shown = choices(hand).region
            assert hand.app.screen.region.contains_region(shown)
            assert shown.bottom == hand.app.shell_pane.line.region.y
            hand.app.shell_pane.line.put("k; " * 20 + "!")
            await hand.press("escape", "tab")
            assert hand.app.screen.region.contains_region(choices(hand).region)
            await hand.press("escape")


async def test_nothing_is_asked_while_the_target_runs(opened: Opened) -> None:
    async with opened() as hand:
        hand.app.running += 1
        await hand.press("b", "tab")
        assert not choices(hand).is_open
        hand.app.running -= 1
        await hand.press("tab")
        assert choices(hand).is_open
