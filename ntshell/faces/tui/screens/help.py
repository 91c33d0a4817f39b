"""The help: what the focused pane shows, the keys that work there, and every key of the app with its id, as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen

from ntshell.faces.tui import keymap, keys
from ntshell.faces.tui.screens.report import ReportScreen, ReportView
from ntshell.shell.command import key_name
from ntshell.shell.report import Block, Line, Report, Table, Text, cell

if TYPE_CHECKING:
    from ntshell.faces.tui.app import NtshellApp
    from ntshell.faces.tui.keymap import Bound

GROUPS = {  # the bindings of a group; those that no group has stand under the first part of their id
    "Run": "command.p command.t command.gu command.g command.stage command.bp",
    "Back": "command.p- command.t- command.g- command.stage-",
    "Outside": "command.unload command.fire command.io command.tick",
    "Panes": "app.zoom app.layout app.taller app.lower app.wider app.narrower",
}
GROUP_OF = {name: group for group, names in GROUPS.items() for name in names.split()}
TITLES = {"command": "Look", "lines": "Lines of a pane", "typing": "Typing a command"}
ORDER = (*GROUPS, "Look", "Lines of a pane", "Typing a command", "App")

COPYING = (
    "Drag with the mouse over any text, then Ctrl+C copies it; y copies the line under the cursor, Y all lines of the pane.",
    "Ctrl+C breaks into a driver that runs.  Ctrl+S saves the session, a report or the screen.",
    "Ctrl+P finds everything by a few letters.  .help lists the commands, .help WORD explains one.",
)


class HelpView(ReportView):
    """The help's lines, which lead nowhere: Enter is no key of theirs."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """All but Enter."""
        return action != "open"


class HelpScreen(ReportScreen, inherit_bindings=False):
    """The help, as a report over the panes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q,backspace", "dismiss", "Back", id="help.back"),
    ]

    VIEW: ClassVar[type[ReportView]] = HelpView

    def __init__(self, app: NtshellApp) -> None:
        super().__init__("Help", report(app))


def report(app: NtshellApp) -> Report:
    """The help as a report."""
    pane = app.pane_in_focus()
    bound = keymap.bound(app)
    wide = max(len(_keys(each)) for each in bound.values())
    here = _here(app)
    blocks: list[Block] = []
    if pane is not None:
        blocks.append(_text((pane.TITLE, "head"), (pane.HELP_TEXT, "plain"), ("", "plain")))
        blocks += _table(f"Keys in {pane.TITLE}", {name: bound[name] for name in here if name in bound}, wide)
    blocks.append(_text(*((line, "plain") for line in COPYING), ("", "plain")))
    groups: dict[str, dict[str, Bound]] = {name: {} for name in ORDER}
    for name, each in bound.items():
        groups.setdefault(_group(name), {})[name] = each
    for title, members in groups.items():
        blocks += _table(title, members, wide)
    blocks.append(_text((f'Other keys: lines such as  "command.p" = "f10,n"  in {keymap.file()}', "note")))
    return Report(tuple(blocks))


def _here(app: NtshellApp) -> list[str]:
    """The bindings of the focused widget and its pane."""
    nodes: list[DOMNode] = list(app.focused.ancestors_with_self) if app.focused is not None else []
    inner = {node for node in nodes if not isinstance(node, Screen) and node is not app}
    active = app.screen.active_bindings.values()
    return list(dict.fromkeys(each.binding.id for each in active if each.node in inner and each.binding.id))


def _group(name: str) -> str:
    first = name.partition(".")[0]
    return GROUP_OF.get(name) or ("Panes" if name.startswith("app.pane-") else TITLES.get(first, first.capitalize()))


def _keys(each: Bound) -> str:
    return "  ".join(key_name(key) for key in each.keys)


def _table(title: str, members: dict[str, Bound], wide: int) -> list[Block]:
    rows = tuple(
        (
            cell(list(each.keys), _keys(each).ljust(wide)),
            cell(keys.clause(each.binding.tooltip or each.binding.description)),
            cell(name),
        )
        for name, each in members.items()
        if each.keys
    )
    table = Table(title.lower(), ("keys", "what", "id"), rows, title=title, headed=False, spare=("id",))
    return [table, _text(("", "plain"))] if rows else []


def _text(*lines: tuple[str, str]) -> Text:
    return Text(tuple(Line(text, kind) for text, kind in lines))
