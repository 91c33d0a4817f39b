"""The dialog of saving: what, and the file's name.  A file that is there already is overwritten only by one more Enter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ntshell.faces.tui.saving import Kind, free

if TYPE_CHECKING:
    from textual.app import ComposeResult


class SaveScreen(ModalScreen[tuple[Kind, Path]]):
    """Gives back what is to be saved, and where; None for nothing."""

    AUTO_FOCUS = "Input"
    DEFAULT_CSS = """
    SaveScreen { align: center middle; }
    SaveScreen #save { width: 74; max-width: 100%; height: auto; max-height: 100%; padding: 0 1; background: $surface; }
    SaveScreen #save { border: round $accent; border-title-color: $text-accent; border-title-style: bold; }
    SaveScreen #save { border-subtitle-color: $text-muted; }
    SaveScreen OptionList { height: auto; background: $surface; border: none; padding: 0; }
    SaveScreen Input { margin: 1 0 0 0; }
    SaveScreen #told { height: auto; min-height: 1; color: $text-warning; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", id="save.back"),
        Binding("up", "kind(-1)", "Up", show=False, id="save.up"),
        Binding("down", "kind(1)", "Down", show=False, id="save.down"),
    ]

    def __init__(self, kinds: list[Kind], chosen: str) -> None:
        super().__init__()
        self.kinds = kinds
        self.first = next((n for n, kind in enumerate(kinds) if kind.name == chosen), 0)
        self.offered = ""  # the name that goes with the choice; another one is the user's own
        self.warned = ""  # the name that the user was told exists

    def compose(self) -> ComposeResult:
        """What, where, and what is in the way."""
        room = max(len(kind.title) for kind in self.kinds) + 2
        with Vertical(id="save") as box:
            box.border_title = "Save"
            box.border_subtitle = "arrows: what, Enter: save, Esc: nothing"
            choices = OptionList(
                *(Option(Content(f"{kind.title:<{room}}{kind.about}")) for kind in self.kinds), compact=True
            )
            choices.can_focus = False
            yield choices
            yield Input(compact=True)
            yield Static(id="told", markup=False)

    def on_mount(self) -> None:
        """Begin with the first."""
        self.query_one(OptionList).highlighted = self.first

    def action_kind(self, by: int) -> None:
        """Something else."""
        choices = self.query_one(OptionList)
        choices.highlighted = ((choices.highlighted or 0) + by) % len(self.kinds)

    @property
    def kind(self) -> Kind:
        """What is chosen."""
        return self.kinds[self.query_one(OptionList).highlighted or 0]

    def on_option_list_option_highlighted(self) -> None:
        """The name that goes with it."""
        field = self.query_one(Input)
        field.value = self.offered = free(self.kind.file)
        field.action_end()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click only chooses."""
        event.stop()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another name, another question."""
        self.query_one("#told", Static).update("")
        self.warned = ""

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save, if nothing is in the way."""
        event.stop()
        kind, name = self.kind, self.query_one(Input).value.strip()  # not as it was when Enter was pressed
        if name == self.offered:
            name = free(kind.file)
        path = Path(name).expanduser()
        if not path.suffix and path.name and not path.is_dir():
            path = path.with_suffix(Path(kind.file).suffix)
        told = self._in_the_way(path) if name and '"' not in name else "a file's name is needed, without quotes"
        if told and not (path.is_file() and self.warned == name):
            self.query_one("#told", Static).update(told)
            self.warned = name
            return
        self.dismiss((kind, path))

    def _in_the_way(self, path: Path) -> str:
        if self.app.is_web:
            return ""
        if path.is_dir():
            return f"{path} is a folder"
        if not path.parent.is_dir():
            return f"there is no folder {path.parent}"
        return f"{path} is there already; Enter once more overwrites it" if path.exists() else ""
