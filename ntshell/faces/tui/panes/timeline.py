"""The timeline: IRQL as height over positions, with marks; a click, a drag or a key goes there.

The report has as many columns as the pane is wide, so the pane asks anew when its width changes.  While the mouse is dragged
one `!tt` at a time is under way, and only the place where the mouse is now counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from ntshell.debugger.timeline import SIGNS
from ntshell.faces.tui.pane import News, Pane
from ntshell.faces.tui.panes.skyline import History, Picture, gutter

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.timer import Timer

    from ntshell.faces.tui.app import NtshellApp

PACE = 0.1  # seconds between two travels of a drag, at least
SETTLED = 0.05  # seconds after which another width is taken to last
STYLES = (
    *("here", "chosen", "name", "now", "passive", "dispatch", "device"),
    *("passive-later", "dispatch-later", "device-later", "here-here"),
    *(f"{word.lower()}{when}" for word in SIGNS.values() for when in ("", "-later", "-here")),
)


class Graph(Widget, can_focus=True):
    """The picture, with a column that the user looks at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left", "choose(-1)", "Earlier", show=False, id="timeline.earlier", tooltip="Look at the column before"
        ),
        Binding("right", "choose(1)", "Later", show=False, id="timeline.later", tooltip="Look at the column after"),
        Binding("home", "choose(-1000000)", "First", show=False, id="timeline.first", tooltip="Look at the oldest"),
        Binding("end", "choose(1000000)", "Last", show=False, id="timeline.last", tooltip="Look at the latest"),
        Binding("enter", "go", "Go there", id="timeline.go", tooltip="Travel to the column that is looked at"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"timeline--{name}" for name in STYLES}
    DEFAULT_CSS = """
    Graph { height: 1fr; background: $background; }
    Graph > .timeline--here, Graph > .timeline--here-here { color: $text-accent; text-style: bold; }
    Graph > .timeline--chosen { color: $foreground; text-style: bold; }
    Graph > .timeline--name { color: $text-muted; }
    Graph > .timeline--now { text-style: bold; }
    Graph > .timeline--passive { color: $primary; }
    Graph > .timeline--dispatch { color: $warning; }
    Graph > .timeline--device { color: $error; }
    Graph > .timeline--passive-later { color: $primary 40%; }
    Graph > .timeline--dispatch-later { color: $warning 40%; }
    Graph > .timeline--device-later { color: $error 40%; }
    Graph > .timeline--finding, Graph > .timeline--finding-later { color: $text-error; text-style: bold; }
    Graph > .timeline--input { color: $text-accent; }
    Graph > .timeline--interrupt { color: $text-error; }
    Graph > .timeline--dpc { color: $text-warning; }
    Graph > .timeline--stage { color: $text-success; }
    Graph > .timeline--call { color: $text-muted; }
    Graph > .timeline--input-later, Graph > .timeline--interrupt-later, Graph > .timeline--dpc-later,
    Graph > .timeline--stage-later, Graph > .timeline--call-later { color: $text-disabled; }
    Graph > .timeline--input-here, Graph > .timeline--interrupt-here, Graph > .timeline--dpc-here,
    Graph > .timeline--stage-here, Graph > .timeline--call-here, Graph > .timeline--finding-here {
        color: $text-accent; text-style: bold reverse;
    }
    """
    history: reactive[History] = reactive(History(), init=False)
    chosen: reactive[int] = reactive(-1, init=False)

    class Looked(Message):
        """The user looks at another column, or at none (-1)."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    class Wanted(Message):
        """The user wants to go to a column."""

        def __init__(self, index: int, dragging: bool) -> None:
            super().__init__()
            self.index, self.dragging = index, dragging

    def __init__(self) -> None:
        super().__init__()
        self.dragging = False
        self._rows: list[Strip] = []
        self._inks: dict[str, Style] = {}  # by name; kept, since asking for them costs more than painting

    # --- painting ----------------------------------------------------------------------------------------------------
    @property
    def picture(self) -> Picture:
        """What there is to paint."""
        return Picture(self.history, self.size.width, self.size.height, self.chosen)

    def watch_history(self) -> None:
        """Time has moved."""
        self._rows.clear()

    def watch_chosen(self) -> None:
        """The user looks elsewhere."""
        self._rows.clear()
        self.post_message(self.Looked(self.chosen))

    def on_resize(self) -> None:
        """More or less room."""
        self._rows.clear()

    def notify_style_update(self) -> None:
        """Another theme: all colours are others."""
        super().notify_style_update()
        self._rows.clear()
        self._inks.clear()

    def render_line(self, y: int) -> Strip:
        """A row of the picture."""
        if not self._inks:
            self._inks = {name: self.get_component_rich_style(f"timeline--{name}") for name in STYLES}
        if not self._rows:
            rows = self.picture.rows()
            self._rows = [Strip(Segment(text, self._inks.get(name)) for text, name in row if text) for row in rows]
        row = self._rows[y] if y < len(self._rows) else Strip([])
        return row.adjust_cell_length(self.size.width).apply_style(self.rich_style)

    # --- looking and going -------------------------------------------------------------------------------------------
    def action_choose(self, by: int) -> None:
        """Look at another column."""
        count = len(self.history.columns)
        start = self.chosen if self.chosen >= 0 else self.history.here
        self.chosen = max(min(start + by, count - 1), 0) if count else -1

    def action_go(self) -> None:
        """Go to the column that is looked at."""
        if self.chosen >= 0:
            self.post_message(self.Wanted(self.chosen, False))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go there, and follow the mouse from now on."""
        if not self.history.columns or event.button != 1:
            return
        event.stop()
        self.dragging = True
        self.capture_mouse()
        self._follow(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Look where the mouse is; go there while it is held down."""
        if self.history.columns:
            self._follow(event.x)

    def _follow(self, x: int) -> None:
        index = self.picture.column_at(x)
        moved = index != self.chosen
        self.chosen = index
        if self.dragging and moved:
            self.post_message(self.Wanted(index, True))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """The drag ends where the mouse is."""
        if self.dragging:
            event.stop()
            self.dragging = False
            self.release_mouse()
            self.post_message(self.Wanted(self.picture.column_at(event.x), False))

    def on_leave(self) -> None:
        """The mouse looks no more."""
        if not self.has_focus and not self.dragging:
            self.chosen = -1

    def on_blur(self) -> None:
        """Nor does the keyboard."""
        self.chosen = -1


class TimelinePane(Pane):
    """The report of `!timeline`, as a picture."""

    TITLE: ClassVar[str] = "Timeline"
    HELP_TEXT: ClassVar[str] = (
        "What has happened since the machine started: the higher, the higher the IRQL, with a mark for each "
        + ", ".join(f"{sign} {word}" for sign, word in SIGNS.items())
        + "; a click, a drag, or Left, Right, Home, End and Enter go there."
    )

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.wanted: int | None = None  # the position to go to as soon as the target stands
        self._asking: Timer | None = None
        self._pacing: Timer | None = None

    def compose(self) -> ComposeResult:
        """The picture."""
        yield Graph()

    @property
    def graph(self) -> Graph:
        """The picture."""
        return self.query_one(Graph)

    @property
    def ntshell(self) -> NtshellApp:
        """The app, by which everything is done."""
        return cast("NtshellApp", self.app)

    # --- asking ------------------------------------------------------------------------------------------------------
    def on_resize(self) -> None:
        """Ask for as many columns as there is room for, once the width has settled."""
        width = self.graph.size.width
        views = (f"!timeline 0n{width - gutter(width)}",) if width else ()
        if views and views != self.views:
            self.views = views
            if self._asking is not None:
                self._asking.stop()
            self._asking = self.set_timer(SETTLED, self.ntshell.look)

    def show(self, news: News) -> None:
        """Show the columns."""
        report = news.reports.get(self.views[0]) if self.views else None
        if report is not None:
            history = History.of(report)
            self.folded = not history.columns
            if not self.graph.dragging:
                self.graph.set_reactive(Graph.chosen, -1)
            self.graph.history = history
        self.say(self.graph.chosen)

    # --- telling -----------------------------------------------------------------------------------------------------
    def on_graph_looked(self, message: Graph.Looked) -> None:
        """The title says what is there."""
        self.say(message.index)

    def say(self, index: int) -> None:
        """Tell about a column in the title; about the present when none is chosen."""
        history = self.graph.history
        if not 0 <= index < len(history.columns):
            behind = f" of {history.last:04x}" if history.last > history.position else ""
            self.titled(f"{history.position:04x}{behind}" if history.columns else "")
            return
        column = history.columns[index]
        words = ", ".join(SIGNS[mark] for mark in column.marks)
        there = f"{history.target(index):04x}  {history.level(column.irql)}"
        self.titled("  ".join(filter(None, (there, words, column.text))))

    # --- going -------------------------------------------------------------------------------------------------------
    def on_graph_wanted(self, message: Graph.Wanted) -> None:
        """Go there: with the pace of a drag, and at once when it ends."""
        self.wanted = self.graph.history.target(message.index)
        if not message.dragging or self._pacing is None:
            self.travel()

    def travel(self) -> None:
        """Go where the user wants to be if the target stands, and look again in a while."""
        if self._pacing is not None:
            self._pacing.stop()
            self._pacing = None
        if self.wanted is None:
            return
        if not self.ntshell.running:
            wanted, self.wanted = self.wanted, None
            if wanted != self.graph.history.position:
                self.ntshell.do(f"!tt {wanted:x}")
        self._pacing = self.set_timer(PACE, self.travel)
