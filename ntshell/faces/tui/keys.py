"""The keys of the app: one table, from which bindings, footer, help and the user's keymap all come.

Commands bring their own keys (`command(..., key=, button=)`); here stand those of the app itself.  Every binding has an
id, by which a keymap file may give it other keys.
"""

from __future__ import annotations

import re

from textual.binding import Binding
from textual.command import Provider

from ntshell.shell import verbs
from ntshell.shell.command import TABLE

APP = (
    Binding("question_mark,f1", "help", "Help", id="app.help", tooltip="What the pane shows, and every key"),
    Binding(
        "ctrl+p", "command_palette", "Menu", id="app.palette", priority=True, tooltip="Everything that can be done"
    ),
    Binding("ctrl+s", "save", "Save", show=False, id="app.save", tooltip="Save the session, a report or the screen"),
    Binding(
        "f7,m", "walk", "Walkthrough", show=False, id="app.walk", tooltip="Open a walkthrough; run its next command"
    ),
    Binding("colon,c", "focus_shell", "Command", show=False, id="app.command", tooltip="Type a command"),
    Binding("escape", "leave", "Back", show=False, id="app.leave", tooltip="Out of the input, or out of a zoomed pane"),
    Binding("z", "zoom", "Zoom", show=False, id="app.zoom", tooltip="Give the pane all the room, or take it back"),
    Binding(
        "l,f2", "next_layout", "Layout", show=False, id="app.layout", tooltip="The next layout: learn, source, full"
    ),
    Binding("plus,equals_sign", "resize(False, 1)", "Taller", show=False, id="app.taller"),
    Binding("minus", "resize(False, -1)", "Lower", show=False, id="app.lower"),
    Binding("greater_than_sign", "resize(True, 2)", "Wider", show=False, id="app.wider"),
    Binding("less_than_sign", "resize(True, -2)", "Narrower", show=False, id="app.narrower"),
    *(
        Binding(str(n), f"pane('{name.lower()}')", name, show=False, id=f"app.pane-{name.lower()}")
        for n, name in enumerate(
            ("Source", "Devices", "Registry", "IRQL", "Stages", "Ledger", "Timeline", "Shell"), start=1
        )
    ),
    Binding("ctrl+c", "copy_or_break", "Copy or break", show=False, id="app.break", priority=True),
    Binding("q", "quit", "Quit", id="app.quit", tooltip="Leave ntshell"),
    Binding("ctrl+q", "quit", "Quit", id="app.quit-anywhere", priority=True),
)


ALWAYS = ("app.break", "app.quit-anywhere")  # they come even while other keys wait, or nothing can be seen

# what the footer shows, the most wanted first: a narrow terminal cuts the end off
FOOTER = "p t p- g stage fire app.help app.palette unload gu".split()


def bindings() -> list[Binding]:
    """All bindings of the app, those of the footer first and in its order."""
    verbs.load()
    found = [*command_bindings(), *APP]
    order = {(name if "." in name else f"command.{name}"): n for n, name in enumerate(FOOTER)}
    return sorted(found, key=lambda each: order.get(each.id or "", len(order)))


def palette() -> type[Provider]:
    """What Ctrl+P offers; read when it opens."""
    from ntshell.faces.tui.palette import Entries

    return Entries


# commands whose key must first find out what is meant, or whose report comes over the panes
ASKS = {"fire": "fire", "bp": "toggle_breakpoint", "!analyze": "analyze"}


def command_bindings() -> list[Binding]:
    """One for each command that has a key: the key runs it as if it had been typed."""
    return [
        Binding(
            command.key,
            ASKS.get(command.name, f"do({command.name!r})"),
            command.button or command.summary.rstrip("."),
            show=bool(command.button),
            id=f"command.{command.name}",
            tooltip=command.summary,
        )
        for command in dict.fromkeys(TABLE.values())
        if command.key
    ]


def clause(text: str) -> str:
    """The first clause of what is told of a key or a command, where there is no room for more."""
    return re.split(r"[;:.]\s|\.$", text)[0]
