"""What Ctrl+P offers: everything that the app can do, found by a few letters.

One list of entries, made anew when the palette opens; an entry is a name, what it does in one sentence, its keys, and what
choosing it runs.  Rules: whatever is done to the target is a line of its language; what begins with nothing typed is short.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import attrs
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.markup import escape

from ntshell.base.shipped import folder
from ntshell.debugger.source import bundled_names, described
from ntshell.faces.tui import keymap, keys, saving
from ntshell.faces.tui.layouts import LAYOUTS
from ntshell.faces.tui.settings import THEME
from ntshell.shell import verbs
from ntshell.shell.command import TABLE, Command, key_name
from ntshell.shell.script import summary
from ntshell.tutor import walkthrough

if TYPE_CHECKING:
    from ntshell.faces.tui.app import NtshellApp

FIRST = ("p", "t", "gu", "g", "stage", "p-", "g-", "unload", "fire", ".restart")  # what a newcomer needs
NOT_ACTIONS = ("app.palette", "app.leave", "app.pane-")  # nothing to choose here, or told below by another name


@attrs.frozen
class Entry:
    """One thing to choose."""

    name: str  # what letters are looked for in
    about: str
    run: Callable[[], object]
    usage: str = ""  # shown behind the name
    keys: tuple[str, ...] = ()
    first: bool = False  # whether it is there before anything is typed

    @property
    def clause(self) -> str:
        """The sentence, as far as the palette has room for it."""
        return keys.clause(self.about)

    def rank(self, query: str, score: float) -> float:
        """How well letters are met: in one piece in the name, as words of the sentence, or scattered over the name (`score`)."""
        if self.name.lower().startswith(f"{query.strip(': ')}:"):
            return 1000  # a whole group, in its own order
        if query in self.name.lower():
            return 100 + score
        told = f"{self.name} {self.about}".lower()
        return 50 if all(word in told for word in query.split()) else score

    def shown(self, found: Content) -> Content:
        """The line of the palette: name, usage, keys."""
        told = "  ".join(key_name(key) for key in self.keys)
        usage = Content.styled(f" {self.usage}", "not bold") if self.usage else Content()
        return Content.assemble(found, usage, Content.styled(f"   {told}", "dim not bold") if told else Content())


class Entries(Provider):
    """All entries, for Textual's palette."""

    async def startup(self) -> None:
        """Gather the entries."""
        self.entries = list(entries(cast("NtshellApp", self.app)))

    async def discover(self) -> Hits:
        """What is there before anything is typed."""
        for each in self.entries:
            if each.first:
                yield DiscoveryHit(each.shown(Content(each.name)), each.run, each.name, escape(each.clause))

    async def search(self, query: str) -> Hits:
        """What the letters are found in."""
        matcher = self.matcher(query)
        for each in self.entries:
            score, places = matcher.fuzzy_search.match(query, each.name)
            if rank := each.rank(query.lower(), score):
                found = Content(each.name)
                for place in places:
                    found = found.stylize(matcher.match_style, place, place + 1)
                yield Hit(rank, each.shown(found), each.run, each.name, escape(each.clause))


def entries(app: NtshellApp) -> Iterator[Entry]:
    """Everything there is to choose."""
    bound = keymap.bound(app, whole=False)
    yield from _commands(app, bound)
    yield from _actions(app, bound)
    yield from _walkthroughs(app)
    yield from _files(app)
    for name in bundled_names():
        yield Entry(f"Load {name}", described(name), partial(app.do, f"load {name}"))
    for name in LAYOUTS:
        yield Entry(f"Layout: {name}", "Where the panes stand", partial(setattr, app.workspace, "layout_name", name))
    for pane in app.workspace.panes.values():
        had = bound.get(f"app.pane-{pane.id}")
        show = partial(app.action_pane, pane.id or "")
        yield Entry(f"Pane: {pane.TITLE}", pane.HELP_TEXT, show, keys=had.keys if had else ())
    for kind in saving.kinds(app):
        yield Entry(f"Save: {kind.title}", kind.about, partial(saving.ask, app, kind.name))
    for theme in sorted(app.available_themes.values(), key=lambda theme: (not theme.dark, theme.name)):
        usage = ", ".join(
            word for word, so in (("in use", theme.name == app.theme), ("the default", theme.name == THEME)) if so
        )
        about = "A dark theme" if theme.dark else "A light theme"
        yield Entry(f"Theme: {theme.name}", about, partial(app.action_theme, theme.name), usage and f"({usage})")


def _commands(app: NtshellApp, bound: dict[str, keymap.Bound]) -> Iterator[Entry]:
    verbs.load()
    commands = {command.name: command for command in dict.fromkeys(TABLE.values())}
    first = [commands[name] for name in FIRST if name in commands]
    for command in dict.fromkeys([*first, *commands.values()]):
        had = bound.get(f"command.{command.name}")
        usage = " ".join(argument.usage for argument in command.arguments)
        yield Entry(
            command.name, command.summary, _chosen(app, command), usage, had.keys if had else (), command in first
        )


def _chosen(app: NtshellApp, command: Command) -> Callable[[], object]:
    """A command runs as its key does; one that needs words waits for them in the input."""
    if command.name in keys.ASKS:
        return lambda: app.run_action(keys.ASKS[command.name])
    if any(argument.required for argument in command.arguments):
        return lambda: _offer(app, f"{command.name} ")
    return lambda: app.do(command.name)


def _offer(app: NtshellApp, text: str) -> None:
    """Put the beginning of a line into the shell's input."""
    app.action_focus_shell()
    app.shell_pane.offer(text)


def _actions(app: NtshellApp, bound: dict[str, keymap.Bound]) -> Iterator[Entry]:
    for name, each in bound.items():
        if not name.startswith(("command.", *NOT_ACTIONS)):
            run = partial(app.run_action, each.binding.action)
            about = each.binding.tooltip or each.binding.description
            yield Entry(each.binding.description, about, run, keys=each.keys, first=name == "app.help")


def _walkthroughs(app: NtshellApp) -> Iterator[Entry]:
    def open_walkthrough(path: Path) -> None:
        from ntshell.faces.tui.screens.walkthrough import open_walkthrough

        open_walkthrough(app, path)

    for path in walkthrough.shipped():
        name = f"Walkthrough: {walkthrough.title(path)}"
        yield Entry(name, "Text to read, with commands to run on the way", partial(open_walkthrough, path), first=True)


def _files(app: NtshellApp) -> Iterator[Entry]:
    """The command files that ship, and those of the current folder."""
    here = Path.cwd()
    shipped = folder("commands")
    for path in [*sorted(shipped.glob("*.nts")), *(sorted(here.glob("*.nts")) if here != shipped else ())]:
        try:
            about = summary(path)
        except (OSError, UnicodeDecodeError):
            continue
        yield Entry(f"Run {path.name}", about, partial(_run_file, app, path))


def _run_file(app: NtshellApp, path: Path) -> None:
    """Run a command file; one that loads drivers begins on a machine that has done nothing."""
    if re.search(r"^load ", path.read_text(encoding="utf-8", errors="replace"), re.M):
        app.begin_anew(path.name)
    app.do_file(path)
