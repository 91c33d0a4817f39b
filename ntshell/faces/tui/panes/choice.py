"""A small list over the panes from which one thing is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Choice(ModalScreen[str]):
    """Offers as (what is shown, value); answers the value, or nothing after Escape."""

    DEFAULT_CSS = """
    Choice { align: center middle; background: $background 60%; }
    Choice OptionList { width: auto; min-width: 30; max-width: 90%; height: auto; max-height: 80%;
        background: $surface; border: round $accent; border-title-color: $accent; border-subtitle-color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss('')", "Back", id="choice.back"),
        Binding("j", "move(True)", "Down", show=False, id="choice.down"),
        Binding("k", "move(False)", "Up", show=False, id="choice.up"),
    ]

    def __init__(self, title: str, offers: list[tuple[str, str]], now: str = "") -> None:
        super().__init__()
        self.named, self.offers, self.now = title, offers, now

    def compose(self) -> ComposeResult:
        """The list."""
        offered = OptionList(*(Option(shown) for shown, _ in self.offers), markup=False)
        offered.border_title, offered.border_subtitle = self.named, "Enter chooses, Esc goes back"
        yield offered

    def on_mount(self) -> None:
        """Begin at what is so now."""
        values = [value for _, value in self.offers]
        self.query_one(OptionList).highlighted = values.index(self.now) if self.now in values else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """One is chosen."""
        self.dismiss(self.offers[event.option_index][1])

    def action_move(self, down: bool) -> None:
        """Up and down by letters too."""
        offered = self.query_one(OptionList)
        if down:
            offered.action_cursor_down()
        else:
            offered.action_cursor_up()
