"""A walkthrough beside the panes: read, run the next command, go on.

The text is Markdown; each command stands on a line of its own, `>` at the one that comes next, `✓` where one was run.  Where
there is no room beside the panes it stands below them.  Rule: text and panes are always seen both.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.markup import escape
from textual.message import Message
from textual.widgets import Static

from ntshell.tutor import walkthrough

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widgets import Markdown

    from ntshell.faces.tui.app import NtshellApp

ROOM = 150  # columns from which text and panes stand side by side, and the panes keep what they show


class Step(Static):
    """A command of a walkthrough; a click runs it."""

    class Chosen(Message):
        """The user wants this one."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, command: str, index: int) -> None:
        super().__init__(markup=False)
        self.command, self.index, self.done = command, index, False

    def stand(self, coming: int) -> None:
        """Show whether it was run, or comes next."""
        now = self.index == coming
        self.update(f" {'>' if now else '✓' if self.done else ' '} {self.command} ")
        self.set_class(now, "-next")
        self.set_class(self.done, "-done")

    def on_click(self) -> None:
        """Run it."""
        self.post_message(self.Chosen(self.index))


class WalkthroughPanel(Vertical):
    """A walkthrough, and how far one has come."""

    DEFAULT_CSS = """
    WalkthroughPanel { width: 48; height: 100%; background: $surface; }
    WalkthroughPanel { border-top: solid $surface-lighten-2; border-left: solid $surface-lighten-2; }
    WalkthroughPanel { border-title-color: $foreground; border-title-style: bold; }
    WalkthroughPanel:focus-within { border-top: heavy $accent; border-left: heavy $accent; border-title-color: $text-accent; }
    WalkthroughPanel VerticalScroll { padding: 0 1; scrollbar-size: 0 1; }
    WalkthroughPanel Markdown { padding: 0; margin: 0; background: $surface; }
    WalkthroughPanel MarkdownH2 { margin: 1 0 0 0; }
    WalkthroughPanel Step { height: auto; background: $panel; color: $foreground; }
    WalkthroughPanel Step.-last { margin-bottom: 1; }
    WalkthroughPanel Step.-next { color: $text-accent; text-style: bold; background: $accent 25%; }
    WalkthroughPanel Step.-done { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,n", "next", "Run next", id="walkthrough.next", tooltip="Run the walkthrough's next command"),
        Binding("escape", "close", "Close", id="walkthrough.close", tooltip="Close the walkthrough"),
    ]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.walkthrough = walkthrough.read(path)
        self.coming = 0

    def compose(self) -> ComposeResult:
        """Text and commands by turns."""
        from textual.widgets import Markdown  # its parser is large

        index = 0
        with VerticalScroll():
            for part in self.walkthrough.parts:
                if part.text:
                    yield Markdown(part.text, open_links=False)
                for command in part.commands:
                    step = Step(command, index)
                    step.set_class(command is part.commands[-1], "-last")
                    index += 1
                    yield step

    def on_mount(self) -> None:
        """Nothing is run yet."""
        self._fit()
        self._stand()
        self.focus_body()

    def focus_body(self) -> None:
        """Give the text the focus."""
        self.query_one(VerticalScroll).focus()

    def on_resize(self) -> None:
        """Beside the panes, or below them."""
        self._fit()

    def _fit(self) -> None:
        self.app.screen_stack[0].query_one("#middle").set_class(self.app.size.width < ROOM, "-low")

    @property
    def steps(self) -> list[Step]:
        """The commands."""
        return list(self.query(Step))

    def _stand(self) -> None:
        """Show how far one has come, and what comes next."""
        steps = self.steps
        for step in steps:
            step.stand(self.coming)
        done = sum(step.done for step in steps)
        coming = f"Enter: {steps[self.coming].command}" if self.coming < len(steps) else "the end; Esc closes"
        self.border_title = escape(f"{done}/{len(steps)} · {coming} · {self.walkthrough.title}")

    def on_step_chosen(self, message: Step.Chosen) -> None:
        """A click."""
        message.stop()
        self.coming = message.index
        self.action_next()

    def action_next(self) -> None:
        """Run the next command; what it does is seen in the panes."""
        steps = self.steps
        if self.coming >= len(steps):
            self.notify("this was the last command; Esc closes the walkthrough")
            return
        step = steps[self.coming]
        self._run(step)
        step.done = True
        self.coming += 1
        self._stand()
        self.call_after_refresh(self.query_one(VerticalScroll).scroll_to_widget, step, animate=False, top=True)

    def _run(self, step: Step) -> None:
        """Run a command; the first one on a machine that has done nothing yet."""
        app = cast("NtshellApp", self.app)
        if step.index == 0:
            app.begin_anew("the walkthrough")
        app.do(step.command)

    def action_close(self) -> None:
        """Close it."""
        cast("NtshellApp", self.app).workspace.show_pane("source")
        self.remove()

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """A link to another walkthrough opens that."""
        event.stop()
        target = next((path for path in walkthrough.shipped() if path.name == event.href), None)
        if target is not None:
            open_walkthrough(cast("NtshellApp", self.app), target)


def open_walkthrough(app: NtshellApp, path: Path) -> None:
    """Open a walkthrough, in place of one that is open."""
    base = app.screen_stack[0]
    for each in base.query(WalkthroughPanel):
        each.remove()
    base.query_one("#middle").mount(WalkthroughPanel(path))


def walk(app: NtshellApp) -> None:
    """Run the next command of the walkthrough, and go there; choose one if none is open."""
    panel = next(iter(app.screen_stack[0].query(WalkthroughPanel)), None)
    if panel is None:
        paths = walkthrough.shipped()
        app.search_commands(
            [(escape(walkthrough.title(path)), partial(open_walkthrough, app, path), path.name) for path in paths],
            placeholder="Which walkthrough?",
        )
    else:
        panel.focus_body()
        panel.action_next()
