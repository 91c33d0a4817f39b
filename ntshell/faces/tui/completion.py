"""The list of what may be typed next, each with its note, above the line being typed.

It lies over whatever is there and never has the focus: the input moves and takes.  Rule: the line that is chosen has a sign in
front, not only a colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget

from ntshell.shell.shell import Offered

ROWS = 8
NAME = 40  # cells that a name has at most where there are notes
SIGN = "> "


def common(offers: Sequence[Offered]) -> str:
    """What all offers begin with; '' when they do not begin at the same place."""
    if len({start for _, start, _ in offers}) != 1:
        return ""
    first, last = min(texts := [text for text, *_ in offers]), max(texts)
    return first[: next((n for n, char in enumerate(first) if char != last[n : n + 1]), len(first))]


class Choices(Widget):
    """The offers, a few of them at a time."""

    DEFAULT_CSS = """
    Choices {
        overlay: screen;
        display: none;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        background: $panel;
        color: $foreground;
        & > .choices--chosen { background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold; }
        & > .choices--note { color: $text-muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choices--chosen", "choices--note"}
    ALLOW_SELECT = False

    class Taken(Message):
        """An offer was clicked."""

        def __init__(self, offer: Offered) -> None:
            super().__init__()
            self.offer = offer

    def __init__(self) -> None:
        super().__init__(id="choices")
        self.offers: list[Offered] = []
        self.index: int | None = None
        self.top = 0
        self.rows = ROWS

    # --- open and closed ---------------------------------------------------------------------------------------------
    @property
    def is_open(self) -> bool:
        """Whether there is a list."""
        return bool(self.offers)

    @property
    def chosen(self) -> Offered | None:
        """The offer that the user has moved to."""
        return self.offers[self.index] if self.index is not None else None

    def open(self, offers: Sequence[Offered], at: Offset) -> None:
        """Show offers above a place on the screen: where what they complete begins."""
        self.offers, self.index, self.top = list(offers), None, 0
        self.rows = max(min(ROWS, at.y), 1)
        name, note = self._columns()
        width = min(len(SIGN) + name + note, self.screen.size.width)
        height = min(len(offers), self.rows)
        x = max(min(at.x - len(SIGN), self.screen.size.width - width), 0)
        self.absolute_offset = Offset(x, at.y - height)
        self.styles.width, self.styles.height = width, height
        self.display = True
        self.refresh(layout=True)

    def close(self) -> None:
        """Away with the list."""
        self.offers, self.index = [], None
        self.display = False

    def move(self, by: int) -> None:
        """To the next offer or the one before, round about; at first to the first or the last one."""
        last = len(self.offers) - 1
        self.index = (0 if by > 0 else last) if self.index is None else (self.index + by) % (last + 1)
        self._scroll(min(max(self.top, self.index - self._listed + 1), self.index))

    # --- what is seen ------------------------------------------------------------------------------------------------
    @property
    def _listed(self) -> int:
        """How many offers are seen; the last row counts them when they are more."""
        return self.rows if len(self.offers) <= self.rows else max(self.rows - 1, 1)

    def _scroll(self, top: int) -> None:
        self.top = max(min(top, len(self.offers) - self._listed), 0)
        self.refresh()

    def _columns(self) -> tuple[int, int]:
        """Cells for names and for notes."""
        notes = max(len(note) for *_, note in self.offers)
        names = max(len(text) for text, *_ in self.offers)
        return (min(names, NAME) if notes else names) + 2, notes + 1 if notes else 0

    def render(self) -> Text:
        """The offers in sight, and which of how many they are."""
        name, _ = self._columns() if self.offers else (0, 0)
        shown = [self._row(n, name) for n in range(self.top, min(self.top + self._listed, len(self.offers)))]
        if self._listed < len(self.offers) and self.rows > 1:
            count = f"  {self.top + 1}-{self.top + len(shown)} of {len(self.offers)}"
            shown.append(Text(count, self.get_visual_style("choices--note").rich_style))
        return Text("\n").join(shown)

    def _row(self, n: int, name: int) -> Text:
        text, _, note = self.offers[n]
        shown = text if len(text) <= name - 2 else f"{text[: name - 3]}…"
        if n == self.index:
            line = f"{SIGN}{shown.ljust(name)}{note}".ljust(self.size.width)
            return Text(line, self.get_visual_style("choices--chosen").rich_style)
        row = Text(f"{' ' * len(SIGN)}{shown.ljust(name)}")
        return row.append(note, self.get_visual_style("choices--note").rich_style)

    # --- by mouse ----------------------------------------------------------------------------------------------------
    def on_click(self, event: events.Click) -> None:
        """Take the offer that is clicked."""
        event.stop()
        if event.y < self._listed:
            self.post_message(self.Taken(self.offers[self.top + event.y]))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel goes through the list."""
        event.stop()
        self._scroll(self.top + 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel goes through the list."""
        event.stop()
        self._scroll(self.top - 1)
