"""A source file on screen: numbers, signs in front, the line that matters over the full width, notes between the lines.

A line has two signs: a breakpoint's, and why the line matters now.  Rule: other signs repaint only the lines that have them;
the text is laid out and coloured once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import ClassVar

import attrs
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message

from ntshell.faces.tui import syntax
from ntshell.faces.tui.lines import LinesView
from ntshell.shell.changes import Marked
from ntshell.shell.report import Line, Report
from ntshell.shell.source import code_of
from ntshell.shell.wrap import wrapped

MARGIN = 3  # lines seen above and below the one that matters


@attrs.frozen
class Sign:
    """What stands in front of a line: the sign, one for terminals without Unicode, what it means."""

    shown: str
    plain: str
    means: str
    banded: bool = False  # the line is marked over the full width


SIGNS: dict[str, Sign] = {
    "on": Sign("●", "*", "breakpoint"),
    "off": Sign("○", "o", "breakpoint that is disabled"),
    "here": Sign(">", ">", "the statement that comes next", banded=True),
    "frame": Sign("=", "=", "where the chosen frame waits", banded=True),
    "interrupted": Sign("»", "~", "where an interrupted routine waits"),
    "caller": Sign("^", "^", "where a caller waits"),
    "problem": Sign("!", "!", "what the compiler complains of"),
}
Signs = Mapping[int, str]  # line -> name of a sign


class CodeView(LinesView):
    """Lines of C."""

    DEFAULT_CSS = """
    .code--on, .code--problem { color: $text-error; text-style: bold; }
    .code--off { color: $text-error; }
    .code--here { color: $text-primary; text-style: bold; }
    .code--frame { color: $text-accent; text-style: bold; }
    .code--interrupted { color: $text-warning; text-style: bold; }
    .code--caller { color: $text-muted; text-style: bold; }
    .code--band-here { background: $primary 30%; text-style: bold; }
    .code--band-frame { background: $accent 25%; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"code--{name}" for name in SIGNS),
        *(f"code--band-{name}" for name, sign in SIGNS.items() if sign.banded),
    }

    class Pointed(Message):
        """The user has clicked in front of a line: `number` is the line's."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self) -> None:
        super().__init__()
        self.numbers: list[int] = []  # of each row; 0 for a note
        self.index: dict[int, int] = {}  # line -> row
        self.points: Signs = {}
        self.places: Signs = {}
        self.source: tuple[Line, ...] = ()
        self.notes: Mapping[int, Sequence[Line]] = {}
        self.said = Report()  # what is shown when there is no file
        self._coloured = syntax.Coloured(())

    # --- what is shown -----------------------------------------------------------------------------------------------
    def put(self, source: Sequence[Line], notes: Mapping[int, Sequence[Line]]) -> None:
        """Show a file, with notes below lines of it."""
        self.source, self.notes = tuple(source), notes
        code = [code_of(line) for line in source]
        self._coloured = syntax.Coloured(code)
        self.indent = 3 + max(len(str(len(code))), 2)
        rows, self.numbers = list[Marked](), []
        for number, text in enumerate(code, start=1):
            rows.append(Marked("", Line(text, "source")))
            self.numbers.append(number)
            for note in self._notes(notes[number], len(text) - len(text.lstrip())) if number in notes else ():
                rows.append(Marked("", note))
                self.numbers.append(0)
        self.index = {number: n for n, number in enumerate(self.numbers) if number}
        self.scroll_to(x=0, animate=False, immediate=True)
        self.show(rows)

    def _notes(self, notes: Sequence[Line], indent: int) -> list[Line]:
        """Notes as rows that need no scrolling."""
        before = " " * min(indent, 8)
        width = max(self.room - len(before), 20)
        return [Line(before + part, note.kind) for note in notes for part in wrap(f"! {note.text}", width)]

    def tell(self, said: Report) -> None:
        """Show no file, but what is said instead."""
        self.said, self.indent, self.index = said, 2, {}
        self.source, self.notes, self.points, self.places = (), {}, {}, {}
        self.show([Marked("", Line(line.text, "note")) for line in wrapped(said, self.room)])
        self.numbers = [0] * len(self.rows)

    def sign(self, points: Signs, places: Signs) -> None:
        """Other signs; only their lines are painted again."""
        before = {(n, name) for signs in (self.points, self.places) for n, name in signs.items()}
        after = {(n, name) for signs in (points, places) for n, name in signs.items()}
        self.points, self.places = points, places
        rows = [self.index[n] for n, _ in before ^ after if n in self.index]
        for row in rows:
            self._strips.pop(row, None)
        self._refresh_rows(*rows)

    @property
    def number(self) -> int:
        """The line that the cursor is on; on a note the line above it."""
        return next((number for number in reversed(self.numbers[: self.cursor + 1]) if number), 0)

    def go(self, number: int) -> None:
        """Bring the cursor to a line, and the line into sight with some around it."""
        before, row = self.cursor, self.index.get(number, 0)
        self.set_reactive(LinesView.cursor, row)
        self.bring(row, MARGIN)
        self._refresh_rows(before, row)

    def on_resize(self) -> None:
        """Another size: notes are wrapped anew, and the cursor stays in sight."""
        number = self.number
        if self.notes:
            self.put(self.source, self.notes)
        elif not self.source:
            self.tell(self.said)
        if number:
            self.go(number)

    # --- painting ----------------------------------------------------------------------------------------------------
    def band(self, index: int) -> Style | None:
        """The colour of a line that matters, over the full width."""
        name = self.places.get(self.numbers[index], "")
        return self.style_of(f"code--band-{name}") if name and SIGNS[name].banded else None

    def segments(self, index: int) -> list[Segment]:
        """Signs, number, code; a note stands where the code does."""
        number = self.numbers[index]
        if not number:
            line = self.rows[index].line
            return [Segment(" " * self.indent), *self._highlight_found([Segment(line.text, self._of_kind(line))])]
        band = self.band(index)  # in sixteen colours grey on it would not be seen
        front = [
            self._signed(self.points.get(number, "")),
            self._signed(self.places.get(number, "")),
            Segment(f"{number:>{self.indent - 3}} ", None if band else self.style_of("lines--number")),
        ]
        spans = self._coloured.line(number - 1)
        code = self._highlight_found([Segment(text, self.style_of(name) if name else None) for name, text in spans])
        return list(Segment.apply_style([*front, *code], band))

    def _signed(self, name: str) -> Segment:
        if not name:
            return Segment(" ")
        return Segment(SIGNS[name].plain if self.plain else SIGNS[name].shown, self.style_of(f"code--{name}"))

    def _of_kind(self, line: Line) -> Style:
        return self.style_of(f"lines--{line.kind}")

    @property
    def plain(self) -> bool:
        """Whether the terminal's encoding lacks the signs."""
        try:
            "".join(sign.shown for sign in SIGNS.values()).encode(self.app.console.encoding)
        except (UnicodeEncodeError, LookupError):
            return True
        return False

    def on_click(self, event: events.Click) -> None:
        """In front of a line a click is for its breakpoint."""
        index = round(self.scroll_y) + event.y
        if event.x < self.indent and index < len(self.rows) and self.numbers[index]:
            event.prevent_default()
            self.cursor = index
            self.post_message(self.Pointed(self.numbers[index]))
