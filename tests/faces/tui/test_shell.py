"""The shell pane: commands typed, queued, repeated, mistaken; history, search, keys; what is said stays readable."""

from __future__ import annotations

from threading import Event

import pytest
from rich.cells import cell_len
from textual import events

from ntshell.faces import history
from ntshell.faces.tui.app import NtshellApp
from ntshell.faces.tui.commandline import CommandLine, spans
from ntshell.faces.tui.panes.shell import ROOM, shortened
from ntshell.shell import verbs
from tests.faces.tui.conftest import Hand, Opened


def line(hand: Hand) -> CommandLine:
    return hand.app.shell_pane.line


def said(hand: Hand) -> list[str]:
    return [row.line.text for row in hand.app.shell_pane.output.rows]


def test_a_prompt_is_shortened_from_its_middle() -> None:
    prompt = "0:0178 lab!LabUnload DISPATCH_LEVEL kd> "
    for room in range(3, 60):
        short = shortened(prompt, room)
        assert short.endswith("kd> ")
        assert len(short) <= max(room, len("kd> "))
        assert short == prompt or room < len(prompt)
        assert short.startswith("0:0178") or room < len("0:0178 kd> ")


async def test_there_is_room_to_type(opened: Opened) -> None:
    async with opened() as hand:
        for size in ((60, 20), (80, 24), (120, 40)):
            await hand.pilot.resize_terminal(*size)
            await hand.idle()
            assert line(hand).content_size.width >= ROOM


def test_what_is_typed_is_told_apart() -> None:
    verbs.load()
    text = 'bp lab!LabUnload "k" 10; nowhere'
    found = {text[start:end]: name for name, start, end in spans(text)}
    assert found["bp"] == "code--keyword"
    assert found["10"] == "code--number"
    assert found['"k"'] == "code--string"
    assert "nowhere" not in found
    assert spans("* all of it") == (("code--comment", 0, 11),)


async def test_keys_of_the_app_are_letters_in_the_input(opened: Opened) -> None:
    async with opened() as hand:
        position = hand.app.target.shell.session.k.journal.position
        keys = ["q", "p", "[", "]", "t", "z", "l", "+", "-", "1", "?", ":", "i", ">", "y"]
        await hand.press(*keys)
        assert line(hand).value == "".join(keys)
        assert hand.app.target.shell.session.k.journal.position == position
        assert hand.app.is_running


async def test_an_empty_line_repeats_and_says_what(opened: Opened) -> None:
    async with opened() as hand:
        await hand.type("p")
        await hand.press("enter")
        assert sum(text.endswith("kd> p") for text in said(hand)) == 2


async def test_a_mistake_is_echoed_with_its_hint(opened: Opened) -> None:
    async with opened() as hand:
        before = len(said(hand))
        await hand.type("r; foo; p")
        news = said(hand)[before:]
        echo = next(n for n, text in enumerate(news) if text.endswith("kd> foo"))
        assert "there is no command foo" in news[echo + 1]
        assert len(news) == echo + 3
        assert not any(text.endswith("kd> p") for text in news)
        await hand.press("up")
        assert line(hand).value == "r; foo; p"


async def test_what_was_typed_is_walked_and_suggested(opened: Opened) -> None:
    for each in ("bl", "bp lab!LabUnload", "k"):
        history.append(each)
    async with opened() as hand:
        await hand.press("b", "p")
        assert "bp lab!LabUnload" in hand.screen()
        await hand.press("right")
        assert line(hand).value == "bp lab!LabUnload"
        await hand.press("ctrl+u", "b", "up", "up", "up")
        assert line(hand).value == "bl"
        await hand.press("down", "down")
        assert line(hand).value == "b"
        await hand.press("p", "end")
        assert line(hand).value == "bp lab!LabUnload"


async def test_what_is_typed_is_on_file_at_once(opened: Opened) -> None:
    async with opened() as hand:
        await hand.type("bl")
        await hand.type("foo")
        assert history.read() == ["bl", "foo"]


async def test_search_backwards(opened: Opened) -> None:
    for each in ("!devobj Lab", "g", "!devstack Lab", "k"):
        history.append(each)
    async with opened() as hand:
        await hand.press("g", "ctrl+r", *"dev")
        assert line(hand).value == "!devstack Lab"
        assert "search 'dev':" in hand.screen()
        await hand.press("ctrl+r")
        assert line(hand).value == "!devobj Lab"
        await hand.press("x")
        assert "no search 'devx':" in hand.screen()
        await hand.press("escape")
        assert line(hand).value == "g"
        assert hand.app.focused is line(hand)
        await hand.press("ctrl+r", *"devs", "enter")
        assert line(hand).value == "!devstack Lab"
        assert "search" not in hand.screen()


async def test_ctrl_c_drops_what_is_typed(opened: Opened) -> None:
    async with opened() as hand:
        await hand.press("b", "ctrl+c")
        assert line(hand).value == ""
        await hand.press("b", "tab", "ctrl+c")
        assert line(hand).value == "b"


async def test_ctrl_c_copies_a_selection_in_the_line(opened: Opened) -> None:
    async with opened() as hand:
        await hand.press(*"bl", "shift+left", "ctrl+c")
        assert hand.app.clipboard == "l"
        assert line(hand).value == "bl"


async def test_emacs_keys(opened: Opened) -> None:
    async with opened() as hand:
        line(hand).put("dt DeviceObject Flags")
        await hand.press("ctrl+w")
        assert line(hand).value == "dt DeviceObject "
        await hand.press("ctrl+a", "ctrl+right", "ctrl+k")
        assert line(hand).value == "dt "
        await hand.press("ctrl+u")
        assert line(hand).value == ""


async def test_a_line_typed_while_the_target_runs_waits(opened: Opened) -> None:
    async with opened() as hand:
        held = Event()
        hand.app.target.pool.submit(held.wait, 60)
        hand.app.do("g")
        line(hand).put("? 1 + 1")
        await hand.pilot.press("enter")
        await hand.pilot.pause()
        assert said(hand)[-1] == "waits for the target: ? 1 + 1"
        assert line(hand).value == ""
        held.set()
        await hand.idle()
        assert sum(text.endswith("kd> ? 1 + 1") for text in said(hand)) == 1


async def test_keys_typed_ahead_keep_their_order(opened: Opened) -> None:
    async with opened() as hand:
        keys = ["k", "enter", "x", "ctrl+u", "b", "l", "home", "?", "end", "enter", "ctrl+r", "k", "enter"]
        for key in keys:
            hand.app.post_message(events.Key(key, "?" if key == "?" else key if len(key) == 1 else None))
        await hand.idle()
        assert history.read() == ["k", "?bl"]
        assert line(hand).value == "k"


async def test_page_keys_scroll_the_output_from_the_input(opened: Opened) -> None:
    async with opened(size=(80, 24)) as hand:
        await hand.do(".help")
        await hand.press("pageup")
        assert "more below, PgDn --" in hand.screen()
        assert hand.app.focused is line(hand)
        await hand.press("ctrl+end")
        assert "more below" not in hand.screen()
        await hand.press("pageup", "b", "l", "enter")
        assert "more below" not in hand.screen()
        await hand.press("ctrl+l")
        assert not said(hand)


async def test_output_fits_the_pane_at_every_width(opened: Opened) -> None:
    async with opened(size=(120, 40)) as hand:
        await hand.do(".help", "!drvobj lab 7", "lm")
        for size in ((80, 24), (200, 60), (60, 20)):
            await hand.pilot.resize_terminal(*size)
            await hand.idle()
            output = hand.app.shell_pane.output
            assert max(cell_len(text) for text in said(hand)) <= output.room


async def test_a_drag_over_lines_then_ctrl_c_copies_them(opened: Opened) -> None:
    async with opened(size=(80, 24)) as hand:
        await hand.press("ctrl+l")
        await hand.do(".echo one two three", ".echo four five")
        output = hand.app.shell_pane.output
        assert said(hand)[1::2] == ["one two three", "four five"]
        await hand.pilot.mouse_down(output, offset=(4, 1))
        await hand.pilot.hover(output, offset=(4, 3))
        await hand.pilot.mouse_up(output, offset=(4, 3))
        await hand.press("ctrl+c")
        copied = hand.app.clipboard.split("\n")
        assert copied[0] == "two three"
        assert copied[1] == said(hand)[2]
        assert copied[2].startswith("four") and "four five".startswith(copied[2])


async def test_a_double_click_opens_what_a_line_is_about(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    links = []
    monkeypatch.setattr(NtshellApp, "on_lines_view_opened", lambda self, message: links.append(message.link))
    async with opened(size=(80, 24)) as hand:
        await hand.press("ctrl+l")
        await hand.do("lm")
        output = hand.app.shell_pane.output
        row = next(n for n, row in enumerate(output.rows) if row.line.link is not None)
        await hand.pilot.click(output, offset=(2, row - round(output.scroll_y)), times=2)
        await hand.idle()
        assert links == [output.rows[row].line.link]
        await hand.press("enter")
        assert len(links) == 2


async def test_several_lines_pasted_are_one(opened: Opened) -> None:
    async with opened() as hand:
        line(hand).post_message(events.Paste("* steps\nbl\n\n  ? 1 + 1\n"))
        await hand.idle()
        assert line(hand).value == "bl; ? 1 + 1"


@pytest.mark.parametrize("command", ["q", ".quit"])
async def test_quitting(opened: Opened, command: str) -> None:
    async with opened() as hand:
        await hand.type(command)
        assert hand.app.return_code == 0
        assert not hand.app.is_running
