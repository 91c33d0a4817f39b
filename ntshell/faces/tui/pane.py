"""A pane: a titled box of the workspace around one body, and the pane that shows the report of one command.

A pane names the commands whose Reports it wants (`views`); the target makes them off the app's turn after each command, and
`show` is called only when one of them has changed or time has moved.  Rule: a pane shows nothing that those Reports lack.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import attrs
from textual import events
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.reactive import reactive

from ntshell.faces.tui.lines import LinesView
from ntshell.shell.changes import compared
from ntshell.shell.report import Line, Report
from ntshell.shell.wrap import fitted

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from ntshell.base.errors import NtshellError
    from ntshell.debugger.stop import Stop


@attrs.frozen
class News:
    """What a pane is told after a command: where the session stands, and the reports of the pane's views."""

    stop: Stop
    moved: bool  # time went on or back since the news before
    reports: Mapping[str, Report]
    failed: NtshellError | None = None  # the mistake that ended the job


class Pane(Vertical):
    """A titled box; subclasses say what is in it."""

    TITLE: ClassVar[str] = ""
    HELP_TEXT: ClassVar[str] = ""  # one sentence: what the pane shows
    views: tuple[str, ...] = ()
    folded: reactive[bool] = reactive(False, init=False)

    class Grabbed(Message):
        """The mouse went down on the pane's title (`across` is False) or its left edge."""

        def __init__(self, pane: Pane, across: bool, at: Offset) -> None:
            super().__init__()
            self.pane, self.across, self.at = pane, across, at

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.border_title = self.TITLE

    @property
    def body(self) -> Widget:
        """What takes the focus."""
        return self.children[0]

    def focus_body(self) -> None:
        """Give the pane the focus; a folded one opens."""
        self.folded = False
        self.body.focus()

    def show(self, news: News) -> None:
        """Show what has become of the target."""

    def forget(self) -> None:
        """The pane is out of sight, and is told no more."""

    def watch_folded(self, folded: bool) -> None:
        """A folded pane is its title."""
        self.set_class(folded, "-folded")
        self.refresh(layout=True)

    def titled(self, more: str = "") -> None:
        """A word about what the pane has now, behind its title."""
        self.border_title = Content.assemble(self.TITLE, (f"  {more}", "not bold")) if more else self.TITLE

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The title and the left edge are handles."""
        if event.y == 0 or event.x == 0:
            event.stop()
            self.post_message(self.Grabbed(self, event.x == 0 and event.y > 0, event.screen_offset))

    async def on_click(self, event: events.Click) -> None:
        """A click on the title opens a folded pane; two give it all the room, or take that back."""
        if event.y == 0:
            self.focus_body()
            if event.chain == 2:
                await self.run_action("app.zoom")


class ReportPane(Pane):
    """Shows the report of one command, with what the latest step changed marked."""

    THINGS: ClassVar[bool] = False  # each line is a thing of its own, which comes or goes but becomes no other

    def __init__(self, name: str, command: str = "") -> None:
        super().__init__(name)
        self.views = (command,) if command else self.views
        self.report = Report()
        self.before: Report | None = None  # as it was before the latest move; None when that changed nothing
        self.stop: Stop | None = None  # where the target stood then
        self.away = False  # whether the pane is told nothing

    def compose(self) -> ComposeResult:
        """The report's lines."""
        yield LinesView()

    @property
    def view(self) -> LinesView:
        """The lines."""
        return self.query_one(LinesView)

    def show(self, news: News) -> None:
        """Show the report; what differs from the one before the latest move is marked."""
        report = news.reports.get(self.views[0], self.report)
        same, missed = report == self.report, self.away and news.stop is not self.stop
        self.stop, self.away = news.stop, False
        if same and not missed and not (news.moved and self.before is not None):
            return
        if news.moved or missed:
            self.before = None if same or missed or not self.report.blocks else self.report
        self.report = report
        self.draw()

    def forget(self) -> None:
        """The pane is out of sight: if time moves meanwhile, what it shows next is nothing that a step has changed."""
        self.away = True

    def draw(self) -> None:
        """Lay the report out for the width that there is, and show it."""
        room = self.view.room
        lines = self.laid_out(self.report, room)
        old = self.laid_out(self.before, room) if self.before is not None else lines
        self.folded = self.nothing_in(self.report)
        self.titled(self.note(self.report))
        self.view.show(compared(old, lines, self.THINGS))

    def laid_out(self, report: Report, room: int) -> list[Line]:
        """The lines of a report in so many cells."""
        return fitted(report, room)

    def on_resize(self) -> None:
        """Another width: other columns may have room."""
        if self.report.blocks:
            self.draw()

    def nothing_in(self, report: Report) -> bool:
        """Whether there is nothing to see, so that the title is enough."""
        return not report.blocks

    def note(self, report: Report) -> str:
        """A few words for the title."""
        return ""


def owner(report: Report, key: str = "driver") -> str:
    """Whose report it is, before the rest of a title, when more than one driver is loaded."""
    facts = dict(report.data)
    return f"{facts[key]} " if len(facts.get("drivers", ())) > 1 else ""
