"""A choice out of some things, over the panes: a digit or a click takes one, or the arrows (or `j`, `k`) and Enter; Esc none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import attrs
from rich.cells import cell_len, set_cell_size
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

if TYPE_CHECKING:
    from textual.app import ComposeResult

DIGITS = 9


@attrs.frozen
class Choice:
    """Something to choose: what is given back, how it is called, and a note beside it."""

    value: str
    label: str
    note: str = ""


class Chooser(ModalScreen[str]):
    """Gives back the value of the choice that was taken; None for none.  It begins at the value that is so now."""

    DEFAULT_CSS = """
    Chooser { align: center middle; }
    Chooser #choices { width: auto; max-width: 100%; height: auto; max-height: 80%; padding: 0 1; }
    Chooser #choices { border: round $accent; background: $surface; border-subtitle-color: $text-muted; }
    Chooser #choices { border-title-color: $text-accent; border-title-style: bold; }
    Chooser OptionList { width: auto; min-width: 40; max-width: 100%; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Back", id="choose.back"),
        Binding("j", "move(1)", "Down", show=False, id="choose.down"),
        Binding("k", "move(-1)", "Up", show=False, id="choose.up"),
        *(Binding(str(n), f"take({n})", show=False, id=f"choose.{n}") for n in range(1, DIGITS + 1)),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], now: str = "") -> None:
        super().__init__()
        self.named, self.choices = title, choices
        self.first = next((n for n, choice in enumerate(choices) if choice.value == now), 0)

    def compose(self) -> ComposeResult:
        """The choices with their digits."""
        with Vertical(id="choices") as box:
            box.border_title = self.named
            box.border_subtitle = "digit or Enter, Esc: none"
            yield OptionList(*self._options(), compact=True)

    def on_mount(self) -> None:
        """Begin at what is so now."""
        self._list.highlighted = self.first

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def _options(self) -> list[Option]:
        room = max(cell_len(choice.label) for choice in self.choices)
        shown = []
        for n, choice in enumerate(self.choices, 1):
            digit = str(n) if n <= DIGITS else " "
            label = set_cell_size(choice.label, room)
            shown.append(Option(Content(f"{digit}  {label}   {choice.note}".rstrip())))
        return shown

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click."""
        event.stop()
        self.dismiss(self.choices[event.option_index].value)

    def action_take(self, digit: int) -> None:
        """A digit."""
        if digit <= len(self.choices):
            self.dismiss(self.choices[digit - 1].value)

    def action_move(self, by: int) -> None:
        """Up and down by letters too."""
        self._list.highlighted = ((self._list.highlighted or 0) + by) % len(self.choices)
