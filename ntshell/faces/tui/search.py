"""Searching the lines of a pane: a field at the pane's bottom, and what is found shown while it is typed.

Enter keeps what is found, Escape goes back to where one was; `n` and `N` go on from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Label

from ntshell.faces.tui.lines import LinesView

if TYPE_CHECKING:
    from textual.app import ComposeResult


def open_search(view: LinesView) -> None:
    """Open the field below a view, or go to the one that is open."""
    pane = view.parent
    assert isinstance(pane, Widget)
    if pane.query(SearchLine):
        pane.query_one(SearchLine).query_one(Input).focus()
    else:
        pane.mount(SearchLine(view), after=view)


class SearchLine(Horizontal):
    """A slash, the text, and how much is found."""

    DEFAULT_CSS = """
    SearchLine { height: 1; background: $panel; }
    SearchLine Label { width: auto; text-style: bold; }
    SearchLine Input { width: 1fr; background: $panel; }
    SearchLine .-none { color: $text-error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Back", show=False, id="search.give-up", tooltip="Back to where the search began"),
        Binding("down", "again(True)", "Next", show=False, id="search.next"),
        Binding("up", "again(False)", "Before", show=False, id="search.back"),
    ]

    def __init__(self, view: LinesView) -> None:
        super().__init__()
        self.view = view
        self.began = (view.cursor, view.scroll_offset)

    def compose(self) -> ComposeResult:
        """A slash, the field, the count."""
        yield Label("/", markup=False)
        yield Input(compact=True, placeholder="search")
        yield Label("", id="count", markup=False)

    def on_mount(self) -> None:
        """Type at once."""
        self.view.searching = True
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """From where the search began to the first that is found."""
        event.stop()
        self._begin_again()
        self._tell(event.value, self.view.search(event.value))

    def action_again(self, forward: bool) -> None:
        """To the next, or the one before."""
        text = self.query_one(Input).value
        self._tell(text, self.view.search(text, forward, again=True))

    def _tell(self, text: str, found: bool) -> None:
        count = self.query_one("#count", Label)
        count.set_class(not found, "-none")
        count.update(f" {self.view.how_many()} " if found else " not found " if text else "")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """What is found is kept."""
        event.stop()
        self.view.focus()

    def action_give_up(self) -> None:
        """Back to where the search began."""
        self.view.search("")
        self._begin_again()
        self.view.focus()

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """The user has gone elsewhere: as Enter, but the focus stays there."""
        event.stop()
        self.view.searching = False
        self.remove()

    def _begin_again(self) -> None:
        cursor, (x, y) = self.began
        self.view.cursor = cursor
        self.view.scroll_to(x, y, animate=False, immediate=True)
