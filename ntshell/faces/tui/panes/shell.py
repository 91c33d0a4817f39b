"""The shell: what commands have said, and the line to type the next one on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Label

from ntshell.faces.tui.commandline import CommandLine
from ntshell.faces.tui.completion import Choices
from ntshell.faces.tui.pane import Pane
from ntshell.faces.tui.scrollback import Scrollback
from ntshell.shell.report import Report, text

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ntshell.faces.tui.app import NtshellApp

ROOM = 30  # cells that are left to type, whatever the prompt says


def shortened(prompt: str, room: int) -> str:
    """A prompt of at most so many cells: the position stays longest, the status line has the rest."""
    words = prompt.split()
    while len(" ".join(words)) >= room and len(words) > 1:
        words.pop(1 if len(words) > 2 else 0)
    return f"{' '.join(words)} "


class ShellPane(Pane):
    """Output above, input below."""

    TITLE: ClassVar[str] = "Shell"
    HELP_TEXT: ClassVar[str] = "The debugger's commands and what they say; Tab completes, Enter alone repeats."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "clear", "Clear the output", show=False, id="shell.clear"),
        Binding("pageup", "page(-1)", "Output up", show=False, id="shell.page-up"),
        Binding("pagedown", "page(1)", "Output down", show=False, id="shell.page-down"),
        Binding("ctrl+end", "to_end", "Output's end", show=False, id="shell.end"),
    ]

    class Given(Message):
        """The user has typed a line of commands."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.prompt = "kd> "
        self.asked = ""  # what a search has in place of the prompt

    def compose(self) -> ComposeResult:
        """Output, then prompt and input, and over all what may be typed next."""
        choices = Choices()
        yield Scrollback()
        with Horizontal(id="typing"):
            yield Label(self.prompt, id="prompt", markup=False)
            yield CommandLine(choices)
        yield choices

    # --- parts -------------------------------------------------------------------------------------------------------
    @property
    def body(self) -> Widget:
        """The input takes the focus."""
        return self.line

    @property
    def line(self) -> CommandLine:
        """Where commands are typed."""
        return self.query_one(CommandLine)

    @property
    def output(self) -> Scrollback:
        """What has been said."""
        return self.query_one(Scrollback)

    @property
    def home(self) -> NtshellApp:
        """The app, which has the target."""
        return cast("NtshellApp", self.app)

    # --- what is shown -----------------------------------------------------------------------------------------------
    def say(self, prompt: str, command: str, report: Report) -> None:
        """A command and its report."""
        echo = [text(f"{prompt}{command}", kind="prompt")] if command else []
        self.output.say(*echo, report)

    def stand(self, prompt: str) -> None:
        """The target stands again."""
        self.prompt = prompt
        self._show_prompt()

    def _show_prompt(self) -> None:
        room = self.scrollable_content_region.width - ROOM
        label, shown = self.query_one("#prompt", Label), self.asked or shortened(self.prompt, room)
        label.update(shown, layout=cell_len(shown) != label.size.width)

    def on_resize(self) -> None:
        """Another width may have room for another prompt."""
        self._show_prompt()

    def on_command_line_searching(self, message: CommandLine.Searching) -> None:
        """What is searched for stands where the prompt was."""
        self.asked = message.asked
        self._show_prompt()

    def offer(self, line: str) -> None:
        """Put a line into the input, for the user to go on with."""
        self.focus_body()
        self.line.put(line)

    # --- commands ----------------------------------------------------------------------------------------------------
    def on_command_line_given(self, message: CommandLine.Given) -> None:
        """A line was typed; while the target runs, it waits its turn."""
        self.output.to_end()
        if self.home.running and message.line.strip():
            self.output.say(text(f"waits for the target: {message.line}", kind="note"))
        self.post_message(self.Given(message.line))

    def on_command_line_wanted(self, message: CommandLine.Wanted) -> None:
        """Ask for completions; not while the target runs, which is the only one to know."""
        if not self.home.running:
            self.run_worker(self._complete(message), exclusive=True, group="completion")
        elif message.forced:
            self.notify("the target runs; what may be typed is known when it stands", timeout=2)

    async def _complete(self, wanted: CommandLine.Wanted) -> None:
        target = self.home.target
        offers = await target.ask(lambda: target.complete(wanted.text))
        self.line.offer(wanted.text, offers, wanted.forced)

    def on_choices_taken(self, message: Choices.Taken) -> None:
        """An offer was clicked."""
        self.line.take(message.offer)

    # --- the output's keys, from the input ---------------------------------------------------------------------------
    def action_clear(self) -> None:
        """Clear the output."""
        self.output.clear()

    def action_page(self, direction: int) -> None:
        """Scroll the output."""
        self.output.page(direction)

    def action_to_end(self) -> None:
        """Scroll the output to its end."""
        self.output.to_end()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel over the input scrolls the output."""
        self.output.scroll_down(animate=False)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel over the input scrolls the output."""
        self.output.scroll_up(animate=False)
