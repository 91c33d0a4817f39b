"""The source: the driver's C, the statement that comes next, breakpoints, where other frames wait, what does not compile.

The pane follows the stop.  It shows another file while the user looks at one: opened from the list of files, from a link, or
because it does not compile; `.` or the next step goes back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding, BindingType

from ntshell.base.place import Place
from ntshell.compiler.errors import CompileFailed
from ntshell.debugger.stop import Stop
from ntshell.faces.talk import error_report
from ntshell.faces.tui.pane import News, Pane
from ntshell.faces.tui.panes import frames
from ntshell.faces.tui.panes.code import SIGNS, CodeView
from ntshell.shell import source
from ntshell.shell.report import Line, Report, lines_of

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ntshell.faces.tui.app import NtshellApp

IN_VIEW = "ls *"


class SourcePane(Pane):
    """The reports of `ls *`, `bl`, `kn`, `.frame` and `lmv`, as one text with signs."""

    TITLE: ClassVar[str] = "Source"
    HELP_TEXT: ClassVar[str] = (
        "The driver's source: the statement that comes next, breakpoints, and where interrupted routines wait. "
        "A click in front of a line sets or clears a breakpoint. Signs: "
        + ", ".join(f"{sign.shown} {sign.means}" for sign in SIGNS.values())
        + "."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("full_stop", "current", "Current", show=False, id="source.current", tooltip="To the next statement"),
        Binding("shift+up,K", "frame(1)", "Caller", show=False, id="source.caller", tooltip="To the frame below"),
        Binding("shift+down,J", "frame(-1)", "Called", show=False, id="source.called", tooltip="To the frame above"),
        Binding("w", "choose_frame", "Stack", show=False, id="source.stack", tooltip="Choose a frame of the stack"),
        Binding("f", "choose_file", "Files", show=False, id="source.files", tooltip="Choose a file of the driver"),
        Binding("e", "problem(1)", "Next problem", show=False, id="source.problem", tooltip="What does not compile"),
        Binding("E", "problem(-1)", "Problem before", show=False, id="source.problem-before"),
    ]

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.reports: dict[str, Report] = {}
        self.stop: Stop | None = None
        self.opened = ""  # the command that lists the file that the user has opened
        self.goal = 0  # the line that is to be gone to
        self.broken: tuple[Line, ...] = ()  # problems of the driver that did not compile
        self.reading = ""  # the file of theirs that is shown
        self.file = ""
        self.called = ""  # what commands call the file

    def compose(self) -> ComposeResult:
        """The text."""
        yield CodeView()

    @property
    def view(self) -> CodeView:
        """The text."""
        return self.query_one(CodeView)

    @property
    def views(self) -> tuple[str, ...]:  # type: ignore[override]
        """What the pane is made of; one file more while the user has opened one."""
        return (IN_VIEW, "bl", "kn", ".frame", "lmv", *([self.opened] if self.opened else []))

    @property
    def target(self) -> NtshellApp:
        """Who does commands."""
        return cast("NtshellApp", self.app)

    # --- what there is -----------------------------------------------------------------------------------------------
    @property
    def frames(self) -> list[frames.Shown]:
        """The frames that have source."""
        return frames.frames(self.reports.get("kn"))

    @property
    def chosen(self) -> int:
        """The number of the frame in view; -1 when there is none."""
        return int(frames.facts_of(self.reports.get(".frame")).get("frame", -1))

    @property
    def problems(self) -> tuple[Line, ...]:
        """What the compiler complains of: in what did not compile, else in the current driver."""
        return self.broken or frames.problems(self.reports.get("lmv"))

    def show(self, news: News) -> None:
        """The target stands: follow it, unless it has not moved."""
        before = (self.chosen, self.stop)
        self.reports.update(news.reports)
        self.stop = news.stop
        if isinstance(news.failed, CompileFailed):
            self._break(news.failed)
        elif self.stop is not before[1]:
            self.opened = self.reading = ""
            self.broken = () if news.stop.kind == "load" else self.broken
        elif self.chosen != before[0] and not self.goal:
            self.opened = self.reading = ""
        if (self.chosen, self.stop) != before:
            self.goal = self.goal or -1
        self.draw()

    def _break(self, failed: CompileFailed) -> None:
        """What did not compile is shown, from its first problem on."""
        self.broken = frames.problems(error_report(failed))
        first = self.broken[0].link if self.broken else None
        if isinstance(first, Place):
            self.opened, self.reading, self.goal = "", first.file, first.line

    # --- drawing -----------------------------------------------------------------------------------------------------
    def draw(self) -> None:
        """Text, signs, title; what is as it was is not done again."""
        if not self._fetch():
            return
        view, stop = self.view, self.stop
        places = dict.fromkeys(frames.below(self.problems, self.file), "problem")
        here = 0
        if not self.reading:
            places |= frames.waiting(self.reports.get("kn"), self.chosen, self.file)
            if stop is not None and stop.place is not None and stop.place.file == self.file:
                here = stop.place.line
                places[here] = "here"
        view.sign(frames.points(self.reports.get("bl"), self.file), places)
        self.titled(self._title())
        if self.goal:
            in_view = next((line for line, name in places.items() if name == "frame"), here)
            target = self.goal if self.goal > 0 else in_view
            self.goal = 0
            if target:
                view.go(target)

    def _fetch(self) -> bool:
        """Have the view show the file that is meant; whether it shows one."""
        report = self.reports.get(self.opened or IN_VIEW, Report())
        facts = frames.facts_of(report)
        if self.reading:
            file, name, text = self.reading, self.reading, source.on_disk(self.reading)
        elif "file" in facts:
            file, name, text = facts["file"], facts["name"], tuple(lines_of(report)[1:])
            if not facts["current"] and self.file and not self.opened and self.goal <= 0:
                return True  # nothing is current: what is shown stays
        elif self.opened:
            return self._nothing_there(report)
        else:
            self.file = ""
            self.titled()
            self.view.tell(report)
            return False
        notes = frames.below(self.problems, file)
        if file != self.file or notes != self.view.notes or not _same(text, self.view.source):
            self.goal = self.goal or (-1 if file != self.file else 0)
            self.view.put(text, notes)
        self.file, self.called = file, name
        return True

    def _nothing_there(self, report: Report) -> bool:
        """A file that was to be opened is not loaded."""
        self.opened, self.goal = "", 0
        self.notify(report.text, severity="warning", timeout=4)
        return bool(self.file)

    def _title(self) -> str:
        """File, routine, what it interrupts; or why it is another file."""
        stop, file = self.stop, Place(self.file, 1).name
        if self.reading:
            count = len(self.broken)
            return f"{file} · does not compile: {count} problem{'s' if count > 1 else ''}"
        if stop is None or stop.place is None or not self.frames:
            return file
        if self.opened and stop.place.file != self.file:
            return f"{file} · . goes back to {stop.place}"
        inside = next((each for each in self.frames if each.number == self.chosen), self.frames[0])
        if inside.number != self.frames[0].number:
            return f"{file} · frame {inside.number:x}: {inside.symbol} waits"
        below = next((each for each in self.frames[1:] if each.interrupted), None)
        return f"{file} · {inside.symbol}" + (f" · interrupts {below.symbol} [{below.place}]" if below else "")

    # --- other places ------------------------------------------------------------------------------------------------
    def open_place(self, place: Place) -> None:
        """Show a place in any file of a driver, or of what did not compile."""
        self.goal = max(place.line, 1)
        self.opened = self.reading = ""
        if any(isinstance(each.link, Place) and each.link.file == place.file for each in self.broken):
            self.reading = place.file
            self.draw()
        else:
            self.opened = f"ls `{place.file}:*`"
            self.target.look()

    def action_current(self) -> None:
        """Back to the statement that comes next."""
        self.opened = self.reading = ""
        self.goal = -1
        if self.frames and self.chosen != self.frames[0].number:
            self.target.do(f".frame {self.frames[0].number:x}")
        else:
            self.draw()

    def action_frame(self, by: int) -> None:
        """To another frame of the stack, as `.frame` does."""
        numbers = [each.number for each in self.frames]
        now = numbers.index(self.chosen) if self.chosen in numbers else -1
        if 0 <= now + by < len(numbers) and numbers:
            self.target.do(f".frame {numbers[now + by]:x}")
        else:
            self.notify("no other frame there has source; kn shows the stack", timeout=3)

    def action_problem(self, by: int) -> None:
        """To the next problem of the compiler's, or the one before."""
        places = sorted(
            {each.link for each in self.problems if isinstance(each.link, Place)}, key=lambda p: (p.file, p.line)
        )
        here = (self.file, self.view.number)
        behind = [each for each in places if (each.file, each.line) > here]
        before = [each for each in places if (each.file, each.line) < here]
        if places:
            self.open_place((behind or places)[0] if by > 0 else (before or places)[-1])
        else:
            self.notify("the compiler complains of nothing", timeout=3)

    def action_choose_file(self) -> None:
        """Choose another file of the driver."""
        files = frames.facts_of(self.reports.get("lmv")).get("sources", ())
        offers = sorted(((file, Place(file, 1).name) for file in files), key=lambda offer: offer[1])
        self._choose("Files of the driver", offers, self.file, self._open_file)

    def _open_file(self, file: str) -> None:
        place = self.stop.place if self.stop is not None else None
        self.open_place(place if place is not None and place.file == file else Place(file, 1))

    def action_choose_frame(self) -> None:
        """Choose a frame of the stack."""
        offers = [(f"{each.number:x}", f"{each.number:02x} {each.symbol}", f"[{each.place}]") for each in self.frames]
        self._choose("Frames", offers, f"{self.chosen:x}", lambda number: self.target.do(f".frame {number}"))

    def _choose(self, title: str, offers: Sequence[tuple[str, ...]], now: str, chosen: Callable[[str], None]) -> None:
        """Have one of (value, label, note) chosen, beginning at the value that is so now."""
        from ntshell.faces.tui.screens.choose import Choice, Chooser

        if offers:
            choices = [Choice(*each) for each in offers]
            self.app.push_screen(Chooser(title, choices, now), lambda value: chosen(value) if value else None)
        else:
            self.notify("there is nothing to choose from; load SOURCE first", timeout=3)

    # --- breakpoints -------------------------------------------------------------------------------------------------
    def toggle_breakpoint(self) -> None:
        """At the cursor when the pane has the focus, else at the statement that comes next."""
        place = self.stop.place if self.stop is not None else None
        if self.view.has_focus and self.view.number:
            self._toggle(self.view.number)
        elif place is not None and place.file == self.file:
            self._toggle(place.line)
        else:
            self.notify("a breakpoint needs a line: go to one in the source (1), then b or F9", timeout=4)

    def on_code_view_pointed(self, message: CodeView.Pointed) -> None:
        """A click in front of a line."""
        message.stop()
        self._toggle(message.number)

    def _toggle(self, number: int) -> None:
        """Set a breakpoint at a line, or clear those that are there."""
        here = Place(self.file, number)
        there = [each for each, (_, places) in frames.breakpoints(self.reports.get("bl")).items() if here in places]
        self.target.do(f"bc {' '.join(map(str, there))}" if there else f"bp `{self.called}:{number}`")


def _same(text: tuple[Line, ...], other: tuple[Line, ...]) -> bool:
    """Whether two listings have the same source; which line is current does not count."""
    return len(text) == len(other) and all(
        line is was or line.text[1:] == was.text[1:] for line, was in zip(text, other, strict=True)
    )
