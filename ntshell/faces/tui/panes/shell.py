"""The shell: what commands have said, and the line to type the next one on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label

from ntshell.faces.tui.lines import LinesView
from ntshell.faces.tui.pane import Pane
from ntshell.shell.report import Line, Report
from ntshell.shell.wrap import wrapped

if TYPE_CHECKING:
    from textual.app import ComposeResult


class ShellPane(Pane):
    """Output above, input below."""

    TITLE: ClassVar[str] = "Shell"
    HELP_TEXT: ClassVar[str] = "The debugger's commands and what they say; Tab completes, Enter alone repeats."

    class Given(Message):
        """The user has typed a line of commands."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    def compose(self) -> ComposeResult:
        """Output, then prompt and input."""
        yield LinesView(indent=0)
        with Horizontal(id="typing"):
            yield Label("kd> ", id="prompt", markup=False)
            yield Input(compact=True, id="input")

    @property
    def body(self) -> Widget:
        """The input takes the focus."""
        return self.query_one(Input)

    @property
    def output(self) -> LinesView:
        """What has been said."""
        return self.query_one(LinesView)

    def say(self, prompt: str, command: str, report: Report) -> None:
        """A command and its report."""
        lines = [Line(f"{prompt}{command}", "prompt")] if command else []
        self.output.append([*lines, *wrapped(report, self.output.room)])

    def stand(self, prompt: str) -> None:
        """The target stands again."""
        self.query_one("#prompt", Label).update(prompt)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A line was typed."""
        event.stop()
        event.input.value = ""
        self.post_message(self.Given(event.value))
