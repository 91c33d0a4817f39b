"""The source pane: the file and the line that comes next, breakpoints, frames, other files, what does not compile."""

from __future__ import annotations

from pathlib import Path

from textual.content import Content
from textual.widgets import OptionList

from ntshell.base.place import Place
from ntshell.faces.tui.lines import LinesView
from ntshell.faces.tui.panes.code import CodeView
from ntshell.faces.tui.panes.source import SourcePane
from tests.faces.tui.conftest import Hand, Opened

BROKEN = """#include <ntddk.h>

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    LONG Count = Nowhere;
    return STATUS_SUCCESS
}
"""
WARNED = """#include <ntddk.h>

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    PULONG Pointer = 5;
    return STATUS_SUCCESS;
}
"""
INTERRUPTED = ("g", "unload", "fire lab0")  # LabIsr on top of LabUnload


def pane(hand: Hand) -> SourcePane:
    found = hand.app.workspace.panes["source"]
    assert isinstance(found, SourcePane)
    return found


def view(hand: Hand) -> CodeView:
    return pane(hand).view


def code(hand: Hand) -> list[str]:
    return [row.line.text for row in view(hand).rows]


def painted(hand: Hand, number: int) -> str:
    """A line as it is on the screen."""
    shown = view(hand)
    return shown.render_line(shown.index[number] - round(shown.scroll_y)).text


def title(hand: Hand) -> str:
    return Content.from_markup(pane(hand).border_title).plain


def in_sight(hand: Hand, number: int, margin: int = 0) -> bool:
    shown = view(hand)
    top, height = round(shown.scroll_y), shown.scrollable_content_region.height
    return top + margin <= shown.index[number] < top + height - margin


def position(hand: Hand) -> int:
    return hand.app.target.shell.session.k.journal.position


# --- text and the current statement ----------------------------------------------------------------------------------
async def test_the_whole_file_is_there_and_the_next_statement_marked(opened: Opened) -> None:
    async with opened("lab") as hand:
        assert pane(hand).file.endswith("init.c")
        assert code(hand)[0].startswith("/*")
        assert len(code(hand)) > 250
        assert view(hand).places == {28: "here"}
        assert painted(hand, 28).startswith(" > 28     LabReadConfiguration(&Config);")
        assert in_sight(hand, 28, 3)


async def test_the_line_is_marked_over_the_full_width(opened: Opened) -> None:
    async with opened("lab") as hand:
        shown = view(hand)
        strip = shown.render_line(shown.index[28] - round(shown.scroll_y))
        grounds = {segment.style.bgcolor for segment in strip if segment.style is not None}
        assert len(grounds) == 1
        other = shown.render_line(shown.index[30] - round(shown.scroll_y))
        assert grounds.isdisjoint({segment.style.bgcolor for segment in other if segment.style is not None})


async def test_a_step_leaves_what_is_in_view_and_paints_two_lines(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("f10")
        shown = view(hand)
        rows, top = shown.rows, shown.scroll_offset
        kept = {n: strip for n, strip in shown._strips.items() if n not in (29, 30)}
        assert len(kept) > 10
        await hand.press("f10")
        assert shown.places == {31: "here"}
        assert shown.rows is rows
        assert shown.scroll_offset == top
        assert all(shown._strips.get(n) is strip for n, strip in kept.items())


async def test_follows_the_stop_into_another_file_and_back(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("f11")
        assert title(hand).startswith("Source  config.c · lab!LabReadConfiguration")
        await hand.press("f11", "shift+f11")
        assert title(hand).startswith("Source  init.c · lab!DriverEntry")


async def test_scrolled_away_and_back_with_a_key(opened: Opened) -> None:
    async with opened("lab", size=(80, 24)) as hand:
        await hand.press("escape", "1", "end")
        assert not in_sight(hand, 28)
        await hand.do("bp LabIsr")  # looking and setting breakpoints does not move the text
        assert not in_sight(hand, 28)
        await hand.press("full_stop")
        assert in_sight(hand, 28, 3)
        assert view(hand).number == 28
        await hand.press("end", "f10")
        assert in_sight(hand, 30, 3)


async def test_a_pane_that_was_out_of_sight_catches_up(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "5", "z", "f11")
        assert pane(hand).file.endswith("init.c")
        await hand.press("z")
        assert pane(hand).file.endswith("config.c")
        assert "here" in view(hand).places.values()


async def test_idle_keeps_the_file(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("g")
        assert pane(hand).file.endswith("init.c")
        assert view(hand).places == {}
        assert title(hand) == "Source  init.c"


async def test_without_a_driver_it_says_what_to_do(opened: Opened) -> None:
    async with opened("nothing_of_that_name") as hand:
        assert "load SOURCE" in hand.text("source")
        await hand.press("f9")
        assert position(hand) == 0


# --- breakpoints -----------------------------------------------------------------------------------------------------
async def test_a_key_sets_and_clears_at_the_cursor(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "1", "down", "down", "b")
        assert "bp `init.c:30`" in hand.text("shell")
        assert view(hand).points == {30: "on"}
        assert painted(hand, 30).startswith("●")
        await hand.press("f9")
        assert "bc 0" in hand.text("shell")
        assert view(hand).points == {}


async def test_out_of_the_pane_it_is_the_current_statement(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("f9")
        assert "bp `init.c:28`" in hand.text("shell")


async def test_a_click_in_front_of_a_line(opened: Opened) -> None:
    async with opened("lab") as hand:
        row = view(hand).index[30] - round(view(hand).scroll_y)
        for x, points in ((1, {30: "on"}), (0, {})):
            await hand.pilot.click(CodeView, offset=(x, row))
            await hand.idle()
            assert view(hand).points == points
        await hand.pilot.click(CodeView, offset=(12, row))
        await hand.idle()
        assert view(hand).points == {}
        assert view(hand).number == 30


async def test_the_sign_stands_where_the_breakpoint_is(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("bp `init.c:29`")
        assert view(hand).points == {30: "on"}
        await hand.do("bd 0")
        assert view(hand).points == {30: "off"}
        assert painted(hand, 30).startswith("○")


async def test_plain_signs_where_the_encoding_has_no_others(opened: Opened) -> None:
    async with opened("lab") as hand:
        hand.app.console._file = open("/dev/null", "w", encoding="ascii")  # noqa: SIM115
        await hand.do("bp `init.c:30`")
        assert painted(hand, 30).startswith("*")


# --- the stack -------------------------------------------------------------------------------------------------------
async def test_what_is_interrupted_is_told_and_marked(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("bp LabIsr", *INTERRUPTED)
        assert "isr.c · lab!LabIsr · interrupts lab!LabUnload [unload.c:24]" in title(hand)
        pane(hand).open_place(Place(pane(hand).file.replace("isr.c", "unload.c"), 1))
        await hand.idle()
        assert view(hand).places == {24: "interrupted"}
        assert ". goes back to isr.c:67" in title(hand)
        await hand.press("escape", "1", "full_stop")
        assert view(hand).places == {67: "here"}


async def test_callers_are_marked(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("g LabCreateUnit")
        assert "caller" in view(hand).places.values()
        number = next(n for n, name in view(hand).places.items() if name == "caller")
        view(hand).go(number)
        assert painted(hand, number).startswith(" ^")


async def test_walks_over_frames(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("bp LabIsr", *INTERRUPTED)
        await hand.press("escape", "1", "shift+up")
        assert ".frame 2" in hand.text("shell")
        assert view(hand).places == {24: "frame"}
        assert "frame 2: lab!LabUnload waits" in title(hand)
        assert hand.app.target.shell.scope.frame.code.name == "LabUnload"
        await hand.press("shift+up")
        assert view(hand).places == {24: "frame"}
        await hand.press("shift+down")
        assert view(hand).places == {67: "here"}
        await hand.press("K", "full_stop")
        assert view(hand).places == {67: "here"}


async def test_chooses_a_frame(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("bp LabIsr", *INTERRUPTED)
        await hand.press("escape", "1", "w")
        shown = next(line for line in hand.screen().splitlines() if "lab!LabUnload" in line and "[unload.c:24]" in line)
        assert "2  0" in shown
        await hand.press("2")
        assert view(hand).places == {24: "frame"}
        await hand.press("w", "k", "enter")  # the list begins at the frame that is in view
        assert view(hand).places == {67: "here"}


async def test_a_step_takes_the_frame_on_top_again(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("bp LabIsr", *INTERRUPTED)
        await hand.press("escape", "1", "shift+up", "f10")
        assert view(hand).places == {68: "here"}


# --- other files -----------------------------------------------------------------------------------------------------
async def test_chooses_another_file_and_a_step_comes_back(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "1", "f")
        files = hand.app.screen.query_one(OptionList)
        names = [str(files.get_option_at_index(n).prompt)[1:].strip() for n in range(files.option_count)]
        assert names == sorted(names)
        await hand.press(*["home"], *["down"] * names.index("unload.c"), "enter")
        assert pane(hand).file.endswith("unload.c")
        await hand.press("b")
        await hand.press("f10")
        assert pane(hand).file.endswith("init.c")


async def test_escape_chooses_nothing(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "1", "f", "down", "escape")
        assert pane(hand).file.endswith("init.c")
        assert hand.app.focused is view(hand)


async def test_a_link_to_a_place_is_shown_here(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("g")
        ledger = hand.app.workspace.panes["ledger"].query_one(LinesView)
        row, place = next((n, row.line.link) for n, row in enumerate(ledger.rows) if isinstance(row.line.link, Place))
        ledger.focus()
        ledger.cursor = row
        await hand.press("enter")
        assert pane(hand).file == place.file
        assert view(hand).number == place.line
        assert hand.app.focused is view(hand)


async def test_a_place_that_no_driver_has(opened: Opened) -> None:
    async with opened("lab") as hand:
        pane(hand).open_place(Place("elsewhere.c", 3))
        await hand.idle()
        assert pane(hand).file.endswith("init.c")
        assert any("elsewhere.c" in note.message for note in hand.app._notifications)


# --- what does not compile -------------------------------------------------------------------------------------------
async def test_a_driver_that_does_not_compile(opened: Opened, tmp_path: Path) -> None:
    driver = tmp_path / "broken.c"
    driver.write_text(BROKEN)
    async with opened(str(driver), size=(80, 24)) as hand:
        assert title(hand).startswith("Source  broken.c · does not compile")
        problem = next(iter(view(hand).places))
        assert set(view(hand).places.values()) == {"problem"}
        assert view(hand).number == problem
        assert painted(hand, problem).startswith(" !")
        note = view(hand).rows[view(hand).index[problem] + 1].line
        assert note.kind == "bad"
        assert note.text.lstrip().startswith("! ")


async def test_the_next_load_clears_the_problems(opened: Opened, tmp_path: Path) -> None:
    driver = tmp_path / "broken.c"
    driver.write_text(BROKEN)
    async with opened("lab", str(driver)) as hand:
        assert pane(hand).file == str(driver)
        await hand.press("f10")
        assert pane(hand).file.endswith("init.c")
        await hand.press("escape", "1", "e")
        assert pane(hand).file == str(driver)
        driver.write_text(WARNED.replace("= 5", "= NULL"))
        await hand.do(f"load {driver}")
        assert view(hand).places == {5: "here"}
        assert len(view(hand).rows) == 7


async def test_warnings_are_notes(opened: Opened, tmp_path: Path) -> None:
    driver = tmp_path / "warned.c"
    driver.write_text(WARNED)
    async with opened(str(driver)) as hand:
        notes = [row.line for row in view(hand).rows if row.line.kind == "note"]
        assert "warning" in notes[0].text
        assert view(hand).places == {5: "here"}


# --- copying ---------------------------------------------------------------------------------------------------------
async def test_what_is_copied_has_no_numbers(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.press("escape", "1", "y")
        assert hand.app.clipboard == "LabReadConfiguration(&Config);"
        row = view(hand).index[28] - round(view(hand).scroll_y)
        await hand.pilot.mouse_down(CodeView, offset=(1, row))
        await hand.pilot.hover(CodeView, offset=(20, row + 2))
        await hand.pilot.mouse_up(CodeView, offset=(20, row + 2))
        await hand.press("ctrl+c")
        assert hand.app.clipboard.startswith("    LabReadConfiguration(&Config);\n\n    Driver")
        assert view(hand).points == {}
