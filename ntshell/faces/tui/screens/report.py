"""The report of one command over the panes: what Enter on an object, an address, a routine or a key opens.

The title is the command, so that one learns it.  Links go deeper in the same screen, Esc comes back one; a place closes the
screen, for the source pane shows it.  Rule: reports are made on the target's thread, after whatever runs there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.markup import escape
from textual.screen import ModalScreen
from textual.widgets import Footer

from ntshell.faces.tui.lines import LinesView
from ntshell.faces.tui.typeahead import opens
from ntshell.shell.changes import Marked
from ntshell.shell.links import command_for
from ntshell.shell.report import Link, Report
from ntshell.shell.wrap import wrapped

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from ntshell.faces.tui.app import NtshellApp


def open_link(app: NtshellApp, link: Link) -> None:
    """Show the report of what a link leads to: deeper in the screen that is open, or in a new one."""

    def look() -> tuple[str, Report]:
        command = command_for(app.target.shell, link)
        return command, app.target.report(command)

    async def job() -> None:
        command, report = await app.target.ask(look, "a report")
        if isinstance(app.screen, ReportScreen):
            app.screen.deeper(command, report)
        else:
            await app.push_screen(ReportScreen(command, report))

    opens(app, job())


def close_all(app: NtshellApp) -> None:
    """Back to the panes."""
    for screen in reversed(app.screen_stack[1:]):
        if isinstance(screen, ModalScreen):
            screen.dismiss()


@attrs.define
class Page:
    """A report that was opened, the line that the cursor is on, and the one at the top."""

    command: str
    report: Report
    cursor: int = 0
    top: int = 0


class ReportView(LinesView):
    """A report's lines, none wider than the view."""

    def __init__(self, page: Page) -> None:
        super().__init__(indent=0)
        self.page = page

    def turn(self, page: Page) -> None:
        """Show another report, as it was left."""
        self.page.cursor, self.page.top = self.cursor, round(self.scroll_y)
        self.page = page
        self.draw()

    def draw(self) -> None:
        """Lay the report out for the width that there is."""
        self.show([Marked("", line) for line in wrapped(self.page.report, self.room)])
        self.scroll_to(0, self.page.top, animate=False, immediate=True)
        self.cursor = self.page.cursor

    def on_resize(self) -> None:
        """Another width."""
        if self.rows:
            self.page.cursor = self.cursor
        self.draw()


class ReportScreen(ModalScreen[None]):
    """One report, and those that were opened from it."""

    DEFAULT_CSS = """
    ReportScreen { align: center middle; }
    ReportScreen #report { width: 80%; height: 80%; border: round $accent; background: $background; }
    ReportScreen #report { border-title-color: $text-accent; border-title-style: bold; }
    ReportScreen.-narrow #report, ReportScreen.-low #report {
        width: 100%; height: 1fr; border: none; border-top: heavy $accent;
    }
    """
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-narrow"), (100, "-wide")]  # type: ignore[misc]
    VERTICAL_BREAKPOINTS: ClassVar[list[tuple[int, str]] | None] = [(0, "-low"), (30, "-high")]  # type: ignore[misc]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace,q", "back", "Back", id="report.back", tooltip="To the report before, or the panes"),
        Binding("r", "run", "Run in shell", id="report.run", tooltip="Run the command in the shell, for the record"),
    ]

    VIEW: ClassVar[type[ReportView]] = ReportView

    def __init__(self, command: str, report: Report) -> None:
        super().__init__()
        self.trail = [Page(command, report)]

    def compose(self) -> ComposeResult:
        """The report in a frame, the keys below."""
        with Vertical(id="report"):
            yield self.VIEW(self.trail[-1])
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """The title is there from the first frame."""
        self._title()

    def deeper(self, command: str, report: Report) -> None:
        """Show what a line of the present report leads to, unless that is the report itself."""
        if command == self.trail[-1].command:
            return
        self.trail.append(Page(command, report))
        self._turn()

    def _turn(self) -> None:
        self.query_one(ReportView).turn(self.trail[-1])
        self._title()

    def _title(self) -> None:
        """The command, behind those that led to it."""
        self.query_one("#report").border_title = escape(" > ".join(page.command for page in self.trail))

    def action_back(self) -> None:
        """To the report before, or to the panes."""
        self.trail.pop()
        if self.trail:
            self._turn()
        else:
            self.dismiss()

    def action_run(self) -> None:
        """Have the command done in the shell, where it stays."""
        app: NtshellApp = self.app  # type: ignore[assignment]
        command = self.trail[-1].command
        app.do(command)
        self.notify(f"{command} is in the shell", timeout=2, markup=False)

    def on_click(self, event: events.Click) -> None:
        """A click beside the report closes it."""
        if event.widget is self:
            self.dismiss()
