"""What has been said: reports one below the other, wrapped to the width and wrapped anew when that changes.

What is added is scrolled to, unless the user has scrolled up: then the last row in sight says how much more there is.  A line
that was wrapped is copied as the one line that it is.  Rule: the last KEPT lines are kept, and what is dropped is said to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs
from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from textual.geometry import Size
from textual.selection import Selection
from textual.strip import Strip

from ntshell.faces.tui.lines import LinesView
from ntshell.shell.changes import Marked
from ntshell.shell.report import Line, Report, Table, Text, lines_of
from ntshell.shell.wrap import HANG, broken, wrapped

KEPT = 5000
NUMBERED = re.compile(r"[>*!\s]*\d+[: ]\s*")  # what stands in front of the code in a line of source
GONE = Line(f"what was said before is gone: the last {KEPT:,} lines are kept", "note")


@attrs.frozen
class Piece:
    """A row of the screen: a line, or what of it stands in this row."""

    line: Line  # the whole
    text: str  # as shown
    at: int = 0  # where in the line the text begins; more than 0 where it goes on
    indent: int = 0  # cells in front of it that are not the line's

    @property
    def shown(self) -> Line:
        """The row as a line."""
        return self.line if self.text == self.line.text else attrs.evolve(self.line, text=self.text)


def pieces(report: Report, width: int) -> Iterator[Piece]:
    """The rows of a report; all of them fit: what words cannot break is broken as a terminal does."""
    for block in report.blocks:
        if isinstance(block, Table):
            for line in wrapped(Report((block,)), width):
                yield from _chopped(Piece(line, line.text), width)
            continue
        for line in lines_of(Report((block,))):
            if len(line.text) <= width and line.text.isascii():
                yield Piece(line, line.text)
            else:
                for part in _broken(line, width):
                    yield from _chopped(part, width)


def _broken(line: Line, width: int) -> Iterator[Piece]:
    at = 0
    for n, text in enumerate(_parts(line, width)):
        own = text.lstrip() if n else text
        at = line.text.index(own, at)
        yield Piece(line, text, at, len(text) - len(own))
        at += len(own)


def _parts(line: Line, width: int) -> list[str]:
    """A line broken between words; source goes on to the right of where its code began."""
    code = NUMBERED.match(line.text) if line.kind in ("source", "current") else None
    if code is None or code.end() + HANG > width // 2:
        return [part.text for part in wrapped(Report((Text((line,)),)), width)]
    first, *rest = broken(line.text, width, code.end() + HANG)
    return [first, *(" " * (code.end() + HANG) + each for each in rest)]


def _chopped(piece: Piece, width: int) -> Iterator[Piece]:
    if not width or cell_len(piece.text) <= width:
        yield piece
        return
    indent, at = piece.indent if piece.indent < width // 2 else 0, piece.at
    for part in chop_cells(piece.text[piece.indent :], width - indent):
        yield Piece(piece.line, " " * indent + part, at, indent)
        at += len(part)


class Scrollback(LinesView):
    """The shell's output."""

    DEFAULT_CSS = "Scrollback { overflow-x: hidden; scrollbar-gutter: stable; }"

    def __init__(self) -> None:
        super().__init__(indent=0)
        self.reports: list[Report] = []
        self.pieces: list[Piece] = []
        self.follows = True  # whether the end is in sight, and to be kept there
        self._width = 0

    # --- adding ------------------------------------------------------------------------------------------------------
    def say(self, *reports: Report) -> None:
        """Add reports at the end."""
        self.reports += reports
        self.pieces += [piece for report in reports for piece in pieces(report, self.room)]
        first = len(self.rows)
        self.rows += [Marked("", piece.shown) for piece in self.pieces[first:]]
        self._drop()
        self._laid()

    def clear(self) -> None:
        """Begin with an empty screen."""
        self.reports, self.pieces, self.rows = [], [], []
        self.follows = True
        self._strips.clear()
        self._laid()

    def _drop(self) -> None:
        """Let go of what is too long ago."""
        over = len(self.pieces) - KEPT
        if over <= 0:
            return
        self.pieces[:over] = [Piece(GONE, GONE.text)]
        self.rows[:over] = [Marked("", GONE)]
        self._strips.clear()
        self.screen.clear_selection()
        if not self.follows:
            self.scroll_to(y=max(self.scroll_y - over, 0), animate=False, force=True, immediate=True)
        size = 0
        for n in range(len(self.reports) - 1, -1, -1):  # each has a row for each line at least
            size += len(lines_of(self.reports[n]))
            if size >= KEPT:
                del self.reports[:n]
                return

    def _laid(self) -> None:
        """The rows are others: as many as there are now, the end in sight if it was."""
        self.extend(Size(self.room, len(self.rows)))
        if self.follows:
            self.set_reactive(LinesView.cursor, max(len(self.rows) - 1, 0))
            self.to_end()
        self.refresh()

    def on_resize(self) -> None:
        """Another width: all is wrapped anew, and what was in sight stays about there."""
        if self.room != self._width:
            share = self.scroll_y / max(len(self.rows), 1)
            self._width = self.room
            self.pieces = [piece for report in self.reports for piece in pieces(report, self.room)]
            self.rows = [Marked("", piece.shown) for piece in self.pieces]
            self._strips.clear()
            self._drop()
            self.extend(Size(self.room, len(self.rows)))
            if not self.follows:
                self.scroll_to(y=round(share * len(self.rows)), animate=False, force=True, immediate=True)
        self._laid()

    # --- scrolling ---------------------------------------------------------------------------------------------------
    def to_end(self) -> None:
        """Scroll to the end, and follow what is said."""
        self.follows = True
        self.scroll_to(y=self.max_scroll_y, animate=False, force=True, immediate=True)

    def page(self, direction: int) -> None:
        """Scroll by a screen, as the input's page keys do."""
        self.scroll_relative(
            y=direction * max(self.scrollable_content_region.height - 1, 1), animate=False, force=True, immediate=True
        )

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The end is followed while it is in sight."""
        super().watch_scroll_y(old_value, new_value)
        self.follows = round(new_value) >= self.max_scroll_y

    def render_line(self, y: int) -> Strip:
        """A row; the last one tells what lies below it."""
        height, width = self.scrollable_content_region.height, self.scrollable_content_region.width
        below = len(self.rows) - round(self.scroll_y) - height
        if below <= 0 or y != height - 1 or self.follows:
            return super().render_line(y)
        text = f"-- {below + 1:,} more below, PgDn --"
        hint = Strip([Segment(text, self.style_of("lines--current"))]).crop_extend(0, width, None)
        return hint.apply_style(self.ground)

    # --- copying: lines as they were said, not as they are wrapped ----------------------------------------------------
    @property
    def line(self) -> Line | None:
        """The whole line that the cursor is on."""
        return self.pieces[self.cursor].line if self.cursor < len(self.pieces) else None

    def action_copy_all(self) -> None:
        """Copy all that is kept."""
        text, _ = self.get_selection(Selection(None, None)) or ("", "")
        self.app.copy_to_clipboard(text)
        self.notify("all that was said is copied", timeout=2)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text under a selection, each line as it was said."""
        if not self.pieces:
            return None
        start, end = selection
        top, bottom = start.y if start else 0, min(end.y if end else len(self.pieces), len(self.pieces) - 1)
        found: list[str] = []
        for y in range(top, bottom + 1):
            piece = self.pieces[y]
            begin, stop = piece.at, self._stop(y)
            if start and y == top:
                begin = piece.at + max(start.x - piece.indent, 0)
            if end and y == end.y:
                stop = min(stop, piece.at + max(end.x - piece.indent, 0))
            text = piece.line.text[begin:stop]
            if piece.at and found:
                found[-1] += text
            else:
                found.append(text)
        return "\n".join(found), "\n"

    def _stop(self, y: int) -> int:
        """Where in its line the text of a row ends, with the blanks that wrapping took."""
        after = self.pieces[y + 1] if y + 1 < len(self.pieces) else None
        return after.at if after is not None and after.at else len(self.pieces[y].line.text)
