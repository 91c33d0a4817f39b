"""The app: panes over a target, keys that run commands.

Everything that the user does to the target is a line of the shell's language, given to the target and echoed in the shell pane;
everything that is seen is a Report that came back.  The app itself knows neither kernel nor driver.
"""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import ClassVar, cast

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Footer, Input

from ntshell import __version__
from ntshell.base.errors import NotNow, NtshellError
from ntshell.base.place import Place
from ntshell.faces.talk import error_report
from ntshell.faces.tui import keymap, keys, settings
from ntshell.faces.tui.commandline import CommandLine
from ntshell.faces.tui.lines import LinesView
from ntshell.faces.tui.pane import News, Pane
from ntshell.faces.tui.panes.devices import DevicesPane
from ntshell.faces.tui.panes.irql import IrqlPane
from ntshell.faces.tui.panes.ledger import LedgerPane
from ntshell.faces.tui.panes.registry import RegistryPane
from ntshell.faces.tui.panes.shell import ShellPane
from ntshell.faces.tui.panes.source import SourcePane
from ntshell.faces.tui.panes.stages import StagesPane
from ntshell.faces.tui.panes.timeline import TimelinePane
from ntshell.faces.tui.screens import small
from ntshell.faces.tui.statusline import StatusLine
from ntshell.faces.tui.target import Answer, Said, Stood, Target
from ntshell.faces.tui.typeahead import Typeahead, opens
from ntshell.faces.tui.workspace import Workspace
from ntshell.shell.command import key_name
from ntshell.shell.report import text
from ntshell.shell.shell import Shell
from ntshell.shell.stops import brief

PANES: dict[str, Callable[[str], Pane]] = {
    "source": SourcePane,
    "devices": DevicesPane,
    "registry": RegistryPane,
    "irql": IrqlPane,
    "stages": StagesPane,
    "ledger": LedgerPane,
    "timeline": TimelinePane,
    "shell": ShellPane,
}
WELCOME = (
    f"ntshell {__version__} · F1 helps, Ctrl+P has everything, .help lists the commands",
    "new here? F7 opens a walkthrough; Esc leaves this input, then letters are keys",
)
PATIENCE = 0.2  # seconds before a run is shown to be one


class NtshellApp(App[int], inherit_bindings=False):
    """ntshell in a terminal."""

    TITLE = "ntshell"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings()]
    COMMANDS: ClassVar[set[Callable[[], type[Provider]]]] = {keys.palette}  # type: ignore[assignment]

    class Answered(Message):
        """The target has said something, or stands; comes from its thread."""

        def __init__(self, answer: Answer) -> None:
            super().__init__()
            self.answer = answer

    def __init__(self, shell: Shell, first: list[str]) -> None:
        super().__init__()
        self.target = Target(shell, lambda answer: self.post_message(self.Answered(answer)))
        self.first = first
        self.settings, damaged = settings.read()
        self.complaints = [error for error in (damaged, settings.apply_theme(self, self.settings)) if error]
        self.status = StatusLine()
        self.workspace = Workspace([make(name) for name, make in PANES.items()], *self.settings.arranged())
        self.running = 0  # jobs that are not done
        self.since = 0.0
        self.heard: list[Said] = []  # said, and not yet shown
        self.typeahead = Typeahead(self, super().on_event)
        self.fired = ""  # the line that an interrupt was raised with last

    def compose(self) -> ComposeResult:
        """Status line, panes, footer."""
        yield self.status
        with Horizontal(id="middle"):  # a walkthrough may stand beside the panes
            yield self.workspace
        yield Footer(compact=True, show_command_palette=False)

    # --- parts -------------------------------------------------------------------------------------------------------
    @property
    def shell_pane(self) -> ShellPane:
        """The pane where commands are typed and answered."""
        return cast(ShellPane, self.workspace.panes["shell"])

    def complain(self, error: NtshellError) -> None:
        """Tell what is wrong with something that the user gave."""
        self.shell_pane.say("", "", error_report(error))

    # --- giving the target something to do ---------------------------------------------------------------------------
    def on_mount(self) -> None:
        """Begin with the lines that were given."""
        self.set_interval(PATIENCE, self._progress)
        self.shell_pane.focus_body()
        self.shell_pane.say("", "", text(*WELCOME, kind="note"))
        for error in [*self.complaints, *keymap.apply(self)]:
            self.complain(error)
        for line in self.first:
            self.do(line)

    def do(self, line: str) -> None:
        """Have a line of commands done, as if it had been typed."""
        self._job(lambda wanted: self.target.run(line, wanted), line)

    def do_file(self, path: Path) -> None:
        """Have a command file done."""
        self._job(lambda wanted: self.target.run_file(path, wanted), path.name)

    def begin_anew(self, what: str) -> None:
        """Go back to a machine that has done nothing: what a walkthrough, or a command file that loads, begins with."""
        journal = self.target.shell.session.k.journal
        if journal.oldest:
            self.complain(NotNow("history no longer reaches back to the beginning", hint="open ntshell anew for this"))
        elif self.running or journal.position:
            told = f"{what} goes back to the beginning (!tt 0); breakpoints stay, its load drops what was recorded"
            self.shell_pane.say("", "", text(told, kind="note"))
            self.do("!tt 0")

    def look(self) -> None:
        """Have the views made for the panes that are seen now."""
        self._job(self.target.look)

    def _job(self, work: Callable[[list[str]], None], name: str = "") -> None:
        wanted = [view for pane in self.workspace.seen for view in pane.views]
        self.running += 1
        self.since = monotonic()

        async def job() -> None:
            try:
                with suppress(CancelledError):
                    await self.target.ask(lambda: work(wanted), name)
            finally:
                self.running -= 1
                if not self.running:
                    self.status.run(None)

        self.run_worker(job(), exit_on_error=True)

    def _progress(self) -> None:
        self._tell()
        if self.running and monotonic() - self.since > PATIENCE:
            self.status.run(self.target.shell.session.k.journal.position)

    # --- hearing from it ---------------------------------------------------------------------------------------------
    def on_ntshell_app_answered(self, message: Answered) -> None:
        """The target has said something, or stands; what it said is shown with where it stands, in one frame."""
        if isinstance(message.answer, Said):
            self.heard.append(message.answer)
        else:
            with self.batch_update():
                self._tell()
                self._stand(message.answer)

    def _tell(self) -> None:
        seen = self.workspace.panes["source"] in self.workspace.seen
        for each in self.heard:
            self.shell_pane.say(each.prompt, each.command, brief(each.report) if seen else each.report)
        self.heard.clear()

    def _stand(self, stood: Stood) -> None:
        if stood.quit:
            self.exit(0)
            return
        self.shell_pane.stand(stood.prompt)
        self.status.stand(stood.stop, stood.status)
        news = News(stood.stop, stood.moved, stood.views, stood.failed)
        for pane in self.workspace.seen:
            pane.show(news)
        if stood.moved and stood.stop.findings:
            from ntshell.faces.tui.screens import bugcheck

            bugcheck.heed(self, stood)

    def on_shell_pane_given(self, message: ShellPane.Given) -> None:
        """A line was typed."""
        self.do(message.line)

    def on_workspace_arranged(self, message: Workspace.Arranged) -> None:
        """Other panes may be seen now."""
        self.remember()
        self.look()

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        """A line's link is to be shown: a place in the source pane, anything else as a report over the panes."""
        from ntshell.faces.tui.screens import report

        if isinstance(message.link, Place):
            report.close_all(self)
            cast(SourcePane, self.workspace.show_pane("source")).open_place(message.link)
        else:
            report.open_link(self, message.link)

    def get_key_display(self, binding: Binding) -> str:
        """Keys as the footer and the help show them."""
        return key_name(binding.key)

    # --- keys --------------------------------------------------------------------------------------------------------
    async def on_event(self, event: events.Event) -> None:
        """Keys come one at a time, and none where nothing can be seen; two of them always do."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        covered = not small.fits(self.size)
        if (covered or self.running) and isinstance(event, events.Key) and event.key in keymap.always(self):
            await super().on_event(event)
        elif not covered:
            await self.typeahead.take(event)

    # --- actions -----------------------------------------------------------------------------------------------------
    def action_do(self, line: str) -> None:
        """Run a command that has a key."""
        self.do(line)

    def action_fire(self) -> None:
        """Raise an interrupt line; which one is asked where there are several."""
        from ntshell.faces.tui.screens.fire import fire

        fire(self)

    def action_analyze(self) -> None:
        """Show why the machine has stopped, or the rule that was broken last."""
        from ntshell.faces.tui.screens.bugcheck import analyse

        opens(self, analyse(self))

    def action_toggle_breakpoint(self) -> None:
        """At the line that the source pane means."""
        cast(SourcePane, self.workspace.panes["source"]).toggle_breakpoint()

    def action_focus_shell(self) -> None:
        """To the input."""
        self.workspace.show_pane("shell")

    def action_leave(self) -> None:
        """Out of the input, or out of a zoomed pane."""
        if self.workspace.zoomed:
            self.workspace.zoomed = ""
        elif isinstance(self.focused, Input):
            self.workspace.show_pane("source")

    def action_pane(self, name: str) -> None:
        """To a pane."""
        self.workspace.show_pane(name)

    def action_zoom(self) -> None:
        """Give the focused pane all the room, or take it back."""
        pane = self.pane_in_focus()
        self.workspace.zoomed = "" if self.workspace.zoomed or pane is None else pane.id or ""

    def pane_in_focus(self) -> Pane | None:
        """The pane that has the focus."""
        node = self.focused
        return next((each for each in node.ancestors_with_self if isinstance(each, Pane)), None) if node else None

    def action_next_layout(self) -> None:
        """The next layout."""
        self.workspace.next_layout()

    def action_resize(self, across: bool, by: int) -> None:
        """Make the focused pane larger or smaller."""
        pane = self.pane_in_focus()
        if pane is not None:
            self.workspace.resize(pane, across, by)

    def action_help(self) -> None:
        """What the pane shows, and every key."""
        from ntshell.faces.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self))

    def action_save(self) -> None:
        """Save the session, a report or the screen."""
        from ntshell.faces.tui import saving

        saving.ask(self)

    def action_walk(self) -> None:
        """Open a walkthrough; run its next command."""
        from ntshell.faces.tui.screens.walkthrough import walk

        walk(self)

    def on_resize(self, event: events.Resize) -> None:
        """A terminal that is too small is told so."""
        small.cover(self, event.size)

    def action_theme(self, name: str) -> None:
        """Another theme."""
        self.theme = name
        self.remember(name)

    def remember(self, theme: str = "") -> None:
        """Keep what the user has chosen, if it is anything new."""
        space = self.workspace
        now = settings.Settings(space.layout_name, theme or self.settings.theme, settings.copied(space.shares))
        if now != self.settings:
            self.settings = now
            settings.write(now)

    def action_copy_or_break(self) -> None:
        """Copy what is selected, else break into what runs, else drop what is typed, else tell how to leave."""
        typing = self.focused if isinstance(self.focused, Input) else None
        selected = self.screen.get_selected_text() or (typing.selected_text if typing else "")
        if selected:
            self.copy_to_clipboard(selected)
            self.notify(f"{len(selected)} characters are copied", timeout=2)
        elif self.running:
            self._break()
        elif not (isinstance(typing, CommandLine) and typing.give_up()):
            self.notify("nothing runs and nothing is selected; Ctrl+Q leaves", timeout=3)

    def _break(self) -> None:
        """Break into what runs; what waits for it is dropped, and told."""
        keys_too = ", and the keys behind it" if self.typeahead.drop() else ""
        dropped = self.target.drop()
        self.target.interrupt()
        if dropped:
            many = f"{len(dropped)} commands that waited are" if len(dropped) > 1 else "1 command that waited is"
            self.shell_pane.say("", "", text(f"{many} dropped{keys_too}: {'; '.join(dropped)}", kind="note"))

    async def action_quit(self) -> None:
        """Leave."""
        self.exit(0)

    def _fatal_error(self) -> None:
        """A bug of ours ends the app; the command line tells it, as it tells every bug."""
        self._close_messages_no_wait()

    def on_unmount(self) -> None:
        """The target is let go."""
        self.target.close()
