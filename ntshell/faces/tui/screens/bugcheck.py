"""What a stop brings over the panes: NT's blue screen when the machine has stopped, a word when a rule was broken.

From both one key leads to the analysis, and from there one back to before the fault.  The screen comes when a move ends in the
bug check, and only then: who has looked away from it is left in peace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.markup import escape
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, Static

from ntshell.faces.tui.screens.report import ReportScreen, close_all
from ntshell.faces.tui.typeahead import opens
from ntshell.shell.report import Fields, Report, lines_of

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ntshell.faces.tui.app import NtshellApp
    from ntshell.faces.tui.target import Stood

ANALYSIS = "!analyze -v"
BEFORE = Binding(
    "b,left_square_bracket", "before", "Before the fault", id="bugcheck.before", tooltip="Step back to before the fault"
)


def heed(app: NtshellApp, stood: Stood) -> None:
    """The target has moved and has findings: a bug check takes the screen, what was broken on the way is told."""
    if _crashed(stood.status):
        app.run_worker(_show(app), exit_on_error=True)
        return
    broken = [event for event in stood.stop.news if event.kind == "finding"]
    if broken:
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        where = f"{broken[0].place}: " if broken[0].place else ""
        key = "Esc a" if isinstance(app.focused, Input) else "a"
        told = f"{escape(where + broken[0].text)}{more}\n[@click=app.analyze]!analyze -v[/] ({key}) says why"
        app.notify(told, title="A rule was broken", severity="warning", timeout=4)


def _crashed(status: Report) -> bool:
    fields = next(dict(block.items) for block in status.blocks if isinstance(block, Fields))
    return bool(fields["crash"].text)


async def _show(app: NtshellApp) -> None:
    report = await app.target.ask(lambda: app.target.report(".bluescreen"))
    left, there = not dict(report.data).get("code"), isinstance(app.screen, BugcheckScreen)  # by what was typed ahead
    if not (left or there):
        await app.push_screen(BugcheckScreen(report))


async def analyse(app: NtshellApp) -> None:
    """Show why the machine has stopped, or the rule that was broken last."""
    report = await app.target.ask(lambda: app.target.report(ANALYSIS), ANALYSIS)
    if not isinstance(app.screen, AnalysisScreen):
        await app.push_screen(AnalysisScreen(ANALYSIS, report))


class BugcheckScreen(ModalScreen[None]):
    """The whole screen, as NT leaves it."""

    DEFAULT_CSS = """
    BugcheckScreen { background: #0000aa; }
    BugcheckScreen VerticalScroll { background: #0000aa; scrollbar-size: 0 1; scrollbar-background: #0000aa; }
    BugcheckScreen Static { background: #0000aa; color: #ffffff; width: auto; min-width: 100%; padding: 1 0 0 0; }
    BugcheckScreen Footer, BugcheckScreen FooterKey { background: #0000aa; color: #ffffff; }
    BugcheckScreen FooterKey .footer-key--key { background: #ffffff; color: #0000aa; padding: 0 1; }
    BugcheckScreen FooterKey .footer-key--description { background: #0000aa; color: #ffffff; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,a", "analyse", "Analysis", id="bugcheck.analyse", tooltip="Why, who, and how to mend it"),
        BEFORE,
        Binding(
            "escape", "dismiss", "Look around", id="bugcheck.look", tooltip="The panes of the machine as it stopped"
        ),
        Binding("R", "restart", "Begin again", id="bugcheck.restart", tooltip="The same drivers on a fresh machine"),
    ]

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report

    def compose(self) -> ComposeResult:
        """NT's lines, then the keys."""
        with VerticalScroll():
            yield Static(Content(self.report.text))
        yield Footer(compact=True, show_command_palette=False)

    def action_analyse(self) -> None:
        """Why."""
        opens(self.app, analyse(self.app))  # type: ignore[arg-type]

    def action_before(self) -> None:
        """To before the fault."""
        step_back(self.app)  # type: ignore[arg-type]

    def action_restart(self) -> None:
        """Begin again."""
        self.dismiss()
        self.app.do(".restart")  # type: ignore[attr-defined]


class AnalysisScreen(ReportScreen):
    """The analysis, from the name of what happened on; one key leads back to before the fault."""

    DEFAULT_CSS = """
    AnalysisScreen #report { width: 90%; max-width: 120; height: 1fr; }
    AnalysisScreen.-narrow #report { width: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [BEFORE]

    def __init__(self, command: str, report: Report) -> None:
        super().__init__(command, report)
        first = next((n for n, line in enumerate(lines_of(report)) if line.kind == "bad"), 0)
        self.trail[0].cursor = self.trail[0].top = first

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A rule that was broken stopped nothing: there is no fault to step back from."""
        return action != "before" or bool(dict(self.trail[0].report.data).get("bugcheck"))

    def action_before(self) -> None:
        """To before the fault."""
        step_back(self.app)  # type: ignore[arg-type]


def step_back(app: NtshellApp) -> None:
    """To the statement before the fault, and to the panes."""
    close_all(app)
    app.do("p-")
