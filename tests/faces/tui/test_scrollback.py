"""The shell's output: wrapped anew with the width, bounded, followed, copied as it was said."""

from __future__ import annotations

from itertools import pairwise

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.selection import Selection

from ntshell.faces.tui.scrollback import KEPT, Scrollback, pieces
from ntshell.shell.report import Line, Report, Table, Text, cell, text

LONG = "the interrupt object is disconnected before the memory that its   service routine uses is given back"


class Output(App[None]):
    """A scrollback and nothing else."""

    def compose(self) -> ComposeResult:
        yield Scrollback()

    @property
    def output(self) -> Scrollback:
        return self.query_one(Scrollback)

    @property
    def shown(self) -> list[str]:
        lines = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip)[: self.output.room].rstrip() for strip in lines]


@pytest.mark.parametrize("width", [7, 20, 33, 79, 200])
def test_every_row_fits_and_nothing_is_lost(width: int) -> None:
    lines = (Line(LONG), Line("  " + LONG, "note"), Line("x" * 50, "print"), Line(""), Line("漢字 " * 20))
    for line in lines:
        parts = list(pieces(Report((Text((line,)),)), width))
        assert all(len(part.text.encode("utf-16-le")) // 2 <= max(width, 7) for part in parts)
        assert parts[0].at == 0
        for one, after in pairwise(parts):
            assert one.at < after.at
            assert line.text[one.at : after.at].strip() == one.text.strip()
        assert line.text[parts[-1].at :] == parts[-1].text[parts[-1].indent :]


def test_source_goes_on_to_the_right_of_its_code() -> None:
    line = Line(">  100:     Status = IoConnectInterrupt(&Board->Interrupt, LabIsr, Board, NULL, Vector);", "current")
    first, *rest = pieces(Report((Text((line,)),)), 50)
    assert rest and all(part.text.startswith(" " * 16) and part.text[16] != " " for part in rest)
    assert "".join([first.text, *(part.text for part in rest)]).replace(" ", "") == line.text.replace(" ", "")


async def test_another_width_wraps_anew() -> None:
    app = Output()
    async with app.run_test(size=(40, 20)) as pilot:
        app.output.say(text(LONG), Report((Table("t", ("name", "about"), ((cell("a"), cell(LONG)),)),)))
        await pilot.pause()
        narrow = len(app.output.rows)
        await pilot.resize_terminal(150, 20)
        await pilot.pause()
        assert len(app.output.rows) == 3 < narrow
        assert app.shown[0] == LONG
        await pilot.resize_terminal(40, 20)
        await pilot.pause()
        assert len(app.output.rows) == narrow
        assert max(map(len, app.shown)) <= 40


async def test_follows_the_end_unless_scrolled_up() -> None:
    app = Output()
    async with app.run_test(size=(40, 10)) as pilot:
        app.output.say(text(*(f"line {n}" for n in range(100))))
        await pilot.pause()
        assert app.shown[9] == "line 99"
        app.output.page(-1)
        await pilot.pause()
        assert app.shown[0] == "line 81"
        assert app.shown[9] == "-- 10 more below, PgDn --"
        app.output.say(text("news"))
        await pilot.pause()
        assert app.shown[0] == "line 81"
        assert app.shown[9] == "-- 11 more below, PgDn --"
        app.output.page(1)
        app.output.page(1)
        await pilot.pause()
        assert app.shown[9] == "news"
        app.output.say(text("more news"))
        await pilot.pause()
        assert app.shown[9] == "more news"


async def test_what_is_dropped_is_said_to_be() -> None:
    app = Output()
    async with app.run_test(size=(40, 10)) as pilot:
        for start in range(0, 2 * KEPT, 100):
            app.output.say(text(*(f"line {n}" for n in range(start, start + 100))))
        await pilot.pause()
        rows = app.output.rows
        assert len(rows) == KEPT + 1
        assert "is gone" in rows[0].line.text
        assert [rows[1].line.text, rows[-1].line.text] == [f"line {KEPT}", f"line {2 * KEPT - 1}"]
        assert sum(len(report.text.split("\n")) for report in app.output.reports) <= KEPT + 100
        app.output.clear()
        assert not app.output.rows


async def test_a_wrapped_line_is_copied_as_one() -> None:
    app = Output()
    async with app.run_test(size=(30, 20)):
        app.output.say(text("first", LONG, "last"))
        assert len(app.output.rows) > 4
        app.output.action_copy_all()
        assert app.clipboard == f"first\n{LONG}\nlast"
        app.output.cursor = 2
        app.output.action_copy_line()
        assert app.clipboard == LONG
        end = len(app.output.rows) - 2
        part = app.output.get_selection(Selection(Offset(4, 1), Offset(8, 2)))
        assert part is not None and LONG[4:].startswith(part[0]) and len(part[0]) > 20
        inside = app.output.get_selection(Selection(Offset(4, end), Offset(7, end)))
        assert inside is not None and inside[0] in LONG and len(inside[0]) == 3


async def test_a_drag_over_lines_selects_them() -> None:
    app = Output()
    async with app.run_test(size=(30, 20)) as pilot:
        app.output.say(text("first", "second", "third"))
        await pilot.pause()
        await pilot.mouse_down(offset=(2, 0))
        await pilot.hover(offset=(3, 2))
        await pilot.mouse_up(offset=(3, 2))
        assert app.screen.get_selected_text() in ("rst\nsecond\nthi", "rst\nsecond\nthir")
