"""The line to type commands on: colours, what was typed before, reverse search, completion.

Keys are those of the line shell.  While the list of completions is open, Up, Down, Tab, Enter and Esc are the list's; while a
search goes on, what is typed is searched for.  The input neither does commands nor asks the target: it says what it wants.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

import attrs
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, _TokenType
from rich.cells import cell_len
from rich.highlighter import Highlighter
from rich.style import Style
from rich.text import Text
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from ntshell.faces.lexer import CommandLexer
from ntshell.faces.tui.completion import Choices, common
from ntshell.faces.tui.recall import Recall
from ntshell.shell.shell import Offered

NAMES: dict[_TokenType, str] = {
    Keyword: "code--keyword",
    Name.Variable: "code--type",
    Name.Function: "code--function",
    Name.Attribute: "code--type",
    Number: "code--number",
    String: "code--string",
    Comment: "code--comment",
    Operator: "code--operator",
    Punctuation: "code--operator",
}
OF_SEARCH = frozenset(
    {"ctrl+r", "enter", "escape", "ctrl+g"}
)  # keys that go on with a search, or end it in their own way
ELSEWHERE = frozenset({"left", "right", "home", "end", "ctrl+left", "ctrl+right", "ctrl+a", "ctrl+e"})
_LEXER = CommandLexer(stripnl=False, ensurenl=False)


@lru_cache(maxsize=16)
def spans(text: str) -> tuple[tuple[str, int, int], ...]:
    """What of a command line has which component class: class, start, end."""
    named = [
        (next((NAMES[each] for each in (kind, kind.parent) if each in NAMES), ""), start, start + len(value))
        for start, kind, value in _LEXER.get_tokens_unprocessed(text)
    ]
    return tuple(each for each in named if each[0])


class Colours(Highlighter):
    """The colours of a command line, by the theme."""

    def __init__(self, line: CommandLine) -> None:
        self.line = line

    def highlight(self, text: Text) -> None:
        """Give each part its style."""
        for name, start, end in spans(text.plain):
            style = self.line.get_visual_style(name).rich_style
            text.stylize(Style(color=style.color, bold=style.bold, italic=style.italic), start, end)


class FromHistory(Suggester):
    """Suggests the latest line that begins as the one being typed."""

    def __init__(self, recall: Recall) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.recall = recall

    async def get_suggestion(self, value: str) -> str | None:
        """The line, or None."""
        return self.recall.suggested(value)


@attrs.define
class Search:
    """A search backwards through what was typed."""

    before: str  # what stood there
    text: str = ""
    at: int | None = None  # the line that is found

    @property
    def asked(self) -> str:
        """What stands in place of the prompt."""
        return f"{'no ' if self.text and self.at is None else ''}search '{self.text}': "


class CommandLine(Input):
    """One line of commands."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "recall(-1)", "Earlier line", show=False, id="typing.earlier"),
        Binding("down", "recall(1)", "Later line", show=False, id="typing.later"),
        Binding("ctrl+r", "search", "Search what was typed", show=False, id="typing.search"),
        Binding("tab", "complete(1)", "Complete", show=False, id="typing.complete"),
        Binding("shift+tab", "complete(-1)", "Complete, upwards", show=False, id="typing.complete-up"),
        Binding("escape,ctrl+g", "close", "Close the list", show=False, id="typing.close"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = set(NAMES.values())

    class Given(Message):
        """The user has typed a line of commands."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    class Wanted(Message):
        """Completions are wanted for a text; `forced` by a key, not by typing on."""

        def __init__(self, text: str, forced: bool) -> None:
            super().__init__()
            self.text, self.forced = text, forced

    class Searching(Message):
        """A search goes on, `asked` is to stand in place of the prompt; or has ended: ''."""

        def __init__(self, asked: str) -> None:
            super().__init__()
            self.asked = asked

    def __init__(self, choices: Choices) -> None:
        self.recall = Recall()
        super().__init__(
            compact=True,
            select_on_focus=False,
            id="input",
            highlighter=Colours(self),
            suggester=FromHistory(self.recall),
        )
        self.choices = choices
        self.listed = ""  # the text that the list is for
        self.search: Search | None = None

    @property
    def before(self) -> str:
        """The text before the cursor."""
        return self.value[: self.cursor_position]

    def put(self, text: str) -> None:
        """Show another text, the cursor at its end."""
        self.value = text
        self.cursor_position = len(text)

    def give_up(self) -> bool:
        """Drop the search, the list or the text, whichever is first; False when there is nothing to drop."""
        if self._closes():
            return True
        typed = bool(self.value)
        self.put("")
        return typed

    # --- keys --------------------------------------------------------------------------------------------------------
    async def _on_key(self, event: events.Key) -> None:
        """A key that types into the search, or ends what is open by moving elsewhere."""
        if self.search is not None and event.key not in OF_SEARCH:
            if event.is_printable or event.key == "backspace":
                text = self.search.text
                self._search_for(text + event.character if event.is_printable and event.character else text[:-1])
                event.prevent_default()
                event.stop()
                return
            self._end_search()
        if event.key in ELSEWHERE:
            self.choices.close()

    def _on_paste(self, event: events.Paste) -> None:
        """Several lines become one: nothing of them is lost, and nothing is done before Enter."""
        lines = [line.strip() for line in event.text.splitlines()]
        text = "; ".join(line for line in lines if line and not line.startswith("*"))
        self.replace(text, *self.selection)
        event.prevent_default()
        event.stop()

    def on_blur(self) -> None:
        """The list goes with the focus."""
        self.choices.close()

    async def action_submit(self) -> None:
        """Take what is chosen or found, else give the line."""
        chosen = self.choices.chosen if self.listed == self.before else None
        if self.search is not None:
            self._end_search()
        elif chosen is not None:
            self.take(chosen)
        else:
            self.choices.close()
            line = self.value
            self.recall.add(line)
            self.put("")
            self.post_message(self.Given(line))

    def action_close(self) -> None:
        """Close the list, or give up the search; else the key is not for this line."""
        if not self._closes():
            raise SkipAction

    def _closes(self) -> bool:
        if self.search is not None:
            self._end_search(self.search.before)
        elif self.choices.is_open:
            self.choices.close()
        else:
            return False
        return True

    def action_end(self, select: bool = False) -> None:
        """To the end; at the end it takes what is suggested."""
        if self.cursor_at_end and not select:
            self.action_cursor_right()
        else:
            super().action_end(select)

    # --- what was typed before ---------------------------------------------------------------------------------------
    def action_recall(self, by: int) -> None:
        """An earlier or later line that begins with what is typed; in the list, the offer above or below."""
        if self.choices.is_open:
            self.choices.move(by)
            return
        line = self.recall.walk(self.value, by)
        if line is not None:
            self.put(line)

    def action_search(self) -> None:
        """Search backwards; once more: the one before."""
        self.choices.close()
        if self.search is None:
            self.search = Search(self.value)
            self._show_search()
        elif self.search.at is not None:
            at = self.recall.found(self.search.text, self.search.at)
            self._show_search(self.search.at if at is None else at)

    def _search_for(self, text: str) -> None:
        assert self.search is not None
        self.search.text = text
        last = self.search.at + 1 if self.search.at is not None else None
        self._show_search(self.recall.found(text, last) if text else None)

    def _show_search(self, at: int | None = None) -> None:
        assert self.search is not None
        self.search.at = at
        if at is not None:
            self.put(self.recall.lines[at])
        self.post_message(self.Searching(self.search.asked))

    def _end_search(self, text: str | None = None) -> None:
        self.search = None
        if text is not None:
            self.put(text)
        self.post_message(self.Searching(""))

    # --- completion --------------------------------------------------------------------------------------------------
    def action_complete(self, by: int) -> None:
        """Ask for completions; with the list open, go through it, or take the only one."""
        if self.search is not None:
            self._end_search()
        if not self.choices.is_open or self.listed != self.before:
            if by < 0:
                raise SkipAction  # backwards to another pane
            self.post_message(self.Wanted(self.before, True))
        elif len(self.choices.offers) == 1:
            self.take(self.choices.offers[0])
        else:
            self.choices.move(by)

    def on_input_changed(self) -> None:
        """Typing narrows the list."""
        if self.choices.is_open:
            self.post_message(self.Wanted(self.before, False))

    def offer(self, text: str, offers: Sequence[Offered], forced: bool) -> None:
        """Completions for a text are known: take the only one, fill in what all have in common, list them."""
        if text != self.before or not (forced or self.choices.is_open):
            return
        whole = [each for each in offers if text[each[1] :] != each[0]]
        if not whole:
            self.choices.close()
        elif forced and len(offers) == 1:
            self.take(offers[0])
        else:
            shared, start = common(offers), offers[0][1]
            if forced and len(shared) > len(text) - start:
                self.replace(shared, start, self.cursor_position)
            self.listed = self.before
            self.choices.open(offers, self.cursor_screen_offset - (self._cells_from(start), 0))

    def take(self, offer: Offered) -> None:
        """Put an offer in place of what it completes."""
        text, start, _ = offer
        self.choices.close()
        self.replace(text, start, self.cursor_position)
        self.focus()

    def _cells_from(self, start: int) -> int:
        return cell_len(self.value[start : self.cursor_position]) + (1 if self.cursor_at_end else 0)
