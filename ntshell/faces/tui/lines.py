"""Lines on a screen: a scrolling view of many lines, of which only those in sight are ever painted.

Every pane that shows a report is one of these, and so is the shell's output.  Each line has a sign in front (`+` new, `*`
changed, `-` gone), a cursor can stand on it, and Enter or a double click opens what it links to.  Text is selected with the mouse
over any number of lines.  Rule: a sign never goes without its colour, and a colour never without its sign.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from ntshell.faces.tui import syntax
from ntshell.shell.changes import Marked
from ntshell.shell.report import Line, Link

SIGNS = {"+": "added", "*": "changed", "-": "removed"}
KEPT = 256  # painted lines, each of which costs kilobytes; more than any terminal has
MORE = "…"  # in the last cell of a line that goes on beyond it
INDENT = 2  # cells in front of a line: its sign and a blank
_SOURCE = re.compile(r"^(\s*[>*!]*\s*\d+[: ]\s?)(.*)$")


class LinesView(ScrollView, can_focus=True):
    """A list of lines with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor(-1)", "Up", show=False, id="lines.up"),
        Binding("down,j", "cursor(1)", "Down", show=False, id="lines.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="lines.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="lines.page-down"),
        Binding("home", "cursor(-1000000)", "First line", show=False, id="lines.first"),
        Binding("end", "cursor(1000000)", "Last line", show=False, id="lines.last"),
        Binding(
            "enter", "open", "Open", show=False, id="lines.open", tooltip="Show the report of what this line is about"
        ),
        Binding("left", "sideways(-8)", "Left", show=False, id="lines.left"),
        Binding("right", "sideways(8)", "Right", show=False, id="lines.right"),
        Binding("slash", "search", "Search", show=False, id="lines.search", tooltip="Search the lines of this pane"),
        Binding("n", "search_again(True)", "Next found", show=False, id="lines.search-next"),
        Binding("N", "search_again(False)", "Found before", show=False, id="lines.search-back"),
        Binding("y", "copy_line", "Copy line", show=False, id="lines.copy-line"),
        Binding("Y", "copy_all", "Copy all", show=False, id="lines.copy-all"),
    ]
    KINDS: ClassVar[tuple[str, ...]] = ("plain", "source", "current", "good", "bad", "note", "head", "print", "prompt")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"lines--{kind}" for kind in KINDS),
        *(f"lines--{word}" for word in SIGNS.values()),
        "lines--cursor",
        "lines--number",
        "lines--found",
        *syntax.CLASSES,
    }
    cursor: reactive[int] = reactive(0, init=False)

    class Opened(Message):
        """The user wants to see what a line links to."""

        def __init__(self, link: Link) -> None:
            super().__init__()
            self.link = link

    def __init__(self, indent: int = INDENT) -> None:
        super().__init__()
        self.rows: list[Marked] = []
        self.indent = indent
        self.found = ""  # the text that was searched for last
        self.searching = False  # the cursor shows what is found while the text is typed
        self._strips: dict[int, Strip] = {}  # painted lines
        self._colours: dict[str, Style] = {}
        self._widest = 0

    # --- what is shown -----------------------------------------------------------------------------------------------
    @property
    def room(self) -> int:
        """Cells that a line may have before it must be scrolled sideways."""
        return max(self.scrollable_content_region.width - self.indent, 0)

    def show(self, rows: Sequence[Marked]) -> None:
        """Show other lines; where the user has scrolled to stays, unless what changed is out of sight."""
        self.rows = list(rows)
        self._strips.clear()
        self._widest = max((cell_len(row.line.text) for row in self.rows), default=0) + self.indent
        self.set_reactive(LinesView.cursor, max(min(self.cursor, len(self.rows) - 1), 0))
        self.extend(Size(self._widest, len(self.rows)))
        self._bring_changes()
        self.refresh()

    def extend(self, size: Size) -> None:
        """Another size of what is scrolled; the attribute itself would have the whole screen laid out anew."""
        self.set_reactive(Widget.virtual_size, size)
        self._scroll_update(size)
        self.refresh()

    def _bring_changes(self) -> None:
        """Scroll so that the first line with a sign is in sight."""
        first = next((n for n, row in enumerate(self.rows) if row.sign), None)
        if first is not None:
            self.bring(first)

    def bring(self, index: int, margin: int = 0) -> None:
        """Scroll a line into sight, if it is not, or not so many lines off the edge; by one line when that is enough."""
        top, height = round(self.scroll_y), self.scrollable_content_region.height
        margin = min(margin, (height - 1) // 2)
        if not height or top + margin <= index < top + height - margin:
            return
        near = not margin and index in (top - 1, top + height)
        self.scroll_to(
            y=min(index, top + 1) if near else max(index - height // 3, 0), animate=False, immediate=True, force=True
        )

    # --- painting ----------------------------------------------------------------------------------------------------
    def notify_style_update(self) -> None:
        """Another theme: all colours are others."""
        super().notify_style_update()
        self._strips.clear()
        self._colours.clear()

    def render_line(self, y: int) -> Strip:
        """The line at a row of the screen."""
        scroll_x, scroll_y = self.scroll_offset
        index, width = scroll_y + y, self.scrollable_content_region.width
        if index >= len(self.rows):
            return Strip.blank(width, self.ground)
        strip = self._strips.get(index)
        if strip is None:
            if len(self._strips) >= KEPT:
                self._strips.clear()
            strip = self._strips[index] = Strip(self.segments(index))
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(index)) is not None:
            strip = self._selected(strip, span)
        pad = self.indent  # stays in sight when the text is scrolled sideways
        text = strip.crop_extend(pad + scroll_x, scroll_x + width, self.band(index))
        if strip.cell_length > scroll_x + width:
            more = Strip([Segment(MORE, self.style_of("lines--number"))])
            text = Strip.join([text.crop_extend(0, width - pad - 1, None), more])
        strip = Strip.join([strip.crop(0, pad).apply_offsets(0, index), text.apply_offsets(pad + scroll_x, index)])
        if index == self.cursor and (self.has_focus or self.searching):
            strip = strip.apply_style(self.style_of("lines--cursor"))
        return strip.apply_style(self.ground)

    def band(self, index: int) -> Style | None:
        """What a line has behind its end, over the full width."""
        return None

    @property
    def ground(self) -> Style:
        """The view's own style, which every line is painted on; kept, since asking for it costs as much as a line."""
        if "" not in self._colours:
            self._colours[""] = self.rich_style
        return self._colours[""]

    def style_of(self, name: str) -> Style:
        """The style of a component class, without what it inherits; what is half transparent lies on the background."""
        if name not in self._colours:
            rules, ground = self.get_component_styles(name), self.background_colors[1]
            below = ground + rules.background
            colour = below.get_contrast_text(rules.color.a) if rules.auto_color else rules.color
            self._colours[name] = rules.text_style + Style(
                color=(below + colour).rich_color if rules.has_rule("color") else None,
                bgcolor=below.rich_color if rules.has_rule("background") and rules.background.a else None,
            )
        return self._colours[name]

    def segments(self, index: int) -> list[Segment]:
        """A line in its colours: sign, text."""
        row = self.rows[index]
        word = SIGNS.get(row.sign)
        sign = Segment(row.sign.ljust(self.indent), self.style_of(f"lines--{word}") if word else None)
        parts = self.coloured(row.line)
        if word == "removed":
            parts = [Segment(text, self.style_of("lines--removed")) for text, *_ in parts]
        elif word is not None:
            parts = Segment.apply_style(parts, self.style_of(f"lines--{word}"))  # type: ignore[assignment]
        return [sign, *self._highlight_found(list(parts))]

    def coloured(self, line: Line) -> list[Segment]:
        """A line's text by what it is; source as C.  A current line is source only when it has a number in front."""
        found = _SOURCE.match(line.text) if line.kind in ("source", "current") else None
        if found is None and line.kind != "source":
            return [Segment(line.text, self.style_of(f"lines--{line.kind}"))]
        before, code = (found[1], found[2]) if found else ("", line.text)
        base = self.style_of(f"lines--{line.kind}")
        spans = syntax.highlighted(code)[0]
        if code.lstrip().startswith("*") and not code.lstrip().startswith("*="):  # inside a longer comment
            spans = (("code--comment", code),)
        number = Segment(before, base + self.style_of("lines--number"))
        return [number, *(Segment(text, base + self.style_of(name) if name else base) for name, text in spans)]

    def _highlight_found(self, parts: list[Segment]) -> list[Segment]:
        """Mark what was searched for."""
        text = "".join(part.text for part in parts).lower()
        if not self.found or self.found not in text:
            return parts
        style, strip, cuts = self.style_of("lines--found"), Strip(parts), []
        start = text.find(self.found)
        while start >= 0:
            cuts += [start, start + len(self.found)]
            start = text.find(self.found, cuts[-1])
        pieces = strip.divide([*cuts, strip.cell_length])
        marked = [piece.apply_style(style) if n % 2 else piece for n, piece in enumerate(pieces)]
        return list(Strip.join(marked))

    def _selected(self, strip: Strip, span: tuple[int, int]) -> Strip:
        start, end = span
        end = strip.cell_length if end == -1 else min(end, strip.cell_length)
        style = self.screen.get_component_rich_style("screen--selection")
        chosen = [Segment(part.text, (part.style or Style.null()) + style) for part in strip.crop(start, end)]
        return Strip.join([strip.crop(0, start), Strip(chosen), strip.crop(end)])

    # --- selecting ---------------------------------------------------------------------------------------------------
    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text under a selection, without what stands in front of the lines."""
        inside = (end and Offset(max(end.x - self.indent, 0), end.y) for end in selection)
        return Selection(*inside).extract("\n".join(row.line.text for row in self.rows)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """The user drags on."""
        self.refresh()

    # --- the cursor --------------------------------------------------------------------------------------------------
    @property
    def line(self) -> Line | None:
        """The line that the cursor is on."""
        return self.rows[self.cursor].line if self.rows else None

    def validate_cursor(self, cursor: int) -> int:
        """The cursor stays on a line."""
        return max(min(cursor, len(self.rows) - 1), 0)

    def watch_cursor(self, before: int, cursor: int) -> None:
        """Only the two lines are painted again."""
        self._refresh_rows(before, cursor)
        self.bring(cursor)

    def _refresh_rows(self, *indexes: int) -> None:
        top, width = round(self.scroll_y), self.size.width
        self.refresh(*(Region(0, index - top, width, 1) for index in indexes if index >= top))

    def on_focus(self) -> None:
        """The cursor shows."""
        self._refresh_rows(self.cursor)

    def on_blur(self) -> None:
        """The cursor hides."""
        self._refresh_rows(self.cursor)

    def action_cursor(self, by: int) -> None:
        """Move the cursor by lines."""
        self.cursor += by

    def action_page(self, direction: int) -> None:
        """Move the cursor by a screen."""
        self.cursor += direction * max(self.scrollable_content_region.height - 1, 1)

    def action_sideways(self, by: int) -> None:
        """Scroll by columns."""
        self.scroll_to(x=self.scroll_x + by, animate=False, immediate=True)

    def action_open(self) -> None:
        """Open what the line under the cursor links to."""
        if not self._open():
            self.notify("nothing more to show here", timeout=2)

    def _open(self) -> bool:
        link = self.line.link if self.line is not None else None
        if link is not None:
            self.post_message(self.Opened(link))
        return link is not None

    def on_click(self, event: events.Click) -> None:
        """A click brings the cursor, a second one opens."""
        index = round(self.scroll_y) + event.y
        if index < len(self.rows):
            self.cursor = index
            if event.chain == 2:
                self._open()

    def action_copy_line(self) -> None:
        """Copy the line under the cursor."""
        if self.line is not None:
            self.app.copy_to_clipboard(self.line.text.strip())
            self.notify("the line is copied", timeout=2)

    def action_copy_all(self) -> None:
        """Copy all lines."""
        text = "\n".join(row.line.text for row in self.rows)
        self.app.copy_to_clipboard(text)
        self.notify(f"{len(self.rows)} lines are copied", timeout=2)

    # --- searching ---------------------------------------------------------------------------------------------------
    def action_search(self) -> None:
        """Open the line to type what is searched for."""
        from ntshell.faces.tui.search import open_search

        open_search(self)

    def action_search_again(self, forward: bool) -> None:
        """To what is found next, or before."""
        if not self.found:
            self.notify("nothing was searched for yet; / searches", timeout=3)
        elif not self.search(self.found, forward, again=True):
            self.notify(f"'{self.found}' is not found", severity="warning", timeout=3)

    def search(self, text: str, forward: bool = True, again: bool = False) -> bool:
        """Go to the next line (or the one before) that contains a text, in either case; whether there is one."""
        self.found = text.lower()
        self._strips.clear()
        self.refresh()
        count, step = len(self.rows), 1 if forward else -1
        start = self.cursor + (step if again else 0)
        for n in range(count if text else 0):
            index = (start + n * step) % count
            column = self.rows[index].line.text.lower().find(self.found)
            if column >= 0:
                self.cursor = index
                self._bring_columns(column, column + len(text))
                return True
        return False

    def _bring_columns(self, start: int, end: int) -> None:
        """Scroll sideways as far as it takes to see some columns."""
        left = round(self.scroll_x)
        if start < left or end > left + self.room:
            self.scroll_to(x=max(end - self.room, 0) if end > self.room else 0, animate=False, immediate=True)

    def how_many(self) -> str:
        """Which of the lines that contain what was searched for the cursor is on: `2 of 17`."""
        found = [n for n, row in enumerate(self.rows) if self.found in row.line.text.lower()]
        return f"{found.index(self.cursor) + 1} of {len(found)}" if self.cursor in found else f"{len(found)}"
