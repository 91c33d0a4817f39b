"""Saving: what may be kept in a file, what it is called at first, and how it gets there.

The session is written by `.save`, a command as any other; reports and screens are texts that the app has already.  In a browser
the file goes to whoever looks, not to the disk of the machine that serves.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from ntshell.base.errors import UsageError
from ntshell.faces.tui.lines import LinesView

if TYPE_CHECKING:
    from ntshell.faces.tui.app import NtshellApp

SESSION = "session"


@attrs.frozen
class Kind:
    """Something to save: its text is made when it is saved."""

    name: str
    title: str
    about: str
    file: str  # what the file is called at first
    text: Callable[[], str]


def kinds(app: NtshellApp) -> list[Kind]:
    """What there is to save now."""
    shell = app.target.shell
    driver = shell.session.current or "session"
    found = [
        Kind(
            SESSION,
            "session",
            "What was done, as a command file",
            f"{driver}.nts",
            lambda: shell.record.file(shell.session, Path(f"{driver}.nts")),
        ),
        Kind("svg", "screen as a picture", "The screen as SVG", f"{driver}.svg", app.export_screenshot),
        Kind(
            "screen", "screen as text", "The screen, without its colours", f"{driver}-screen.txt", lambda: screen(app)
        ),
    ]
    if shell.last_output:
        output = shell.last_output
        found.insert(
            1,
            Kind("report", "last report", "What the last command said", f"{driver}-report.txt", lambda: f"{output}\n"),
        )
    pane = app.pane_in_focus()
    view = next(iter(pane.query(LinesView)), None) if pane is not None else None
    if pane is not None and view is not None:
        lines = [row.line.text for row in view.rows]
        about = f"All lines of {pane.TITLE}"
        text = "".join(f"{line}\n" for line in lines)
        found.insert(-2, Kind("pane", "this pane", about, f"{driver}-{pane.id}.txt", lambda: text))
    return found


def screen(app: NtshellApp) -> str:
    """The screen as plain text."""
    strips = app.screen._compositor.render_strips()
    return "".join(f"{''.join(part.text for part in strip).rstrip()}\n" for strip in strips)


def free(name: str) -> str:
    """The name, or with a number such that no file of the current folder has it."""
    path, n = Path(name), 1
    while path.exists():
        n += 1
        path = Path(name).with_stem(f"{Path(name).stem}-{n}")
    return str(path)


def ask(app: NtshellApp, chosen: str = SESSION) -> None:
    """Ask what to save, and where."""
    from ntshell.faces.tui.screens.save import SaveScreen

    def answered(answer: tuple[Kind, Path] | None) -> None:
        if answer is not None:
            app.run_worker(store(app, *answer), exit_on_error=True)

    app.push_screen(SaveScreen(kinds(app), chosen), answered)


async def store(app: NtshellApp, kind: Kind, path: Path) -> None:
    """Save; whether a file that is there may be overwritten has been asked."""
    if app.is_web:
        text = await app.target.ask(kind.text)
        app.deliver_text(io.StringIO(text), save_filename=path.name)
        app.notify(f"{path.name} is sent to your browser")
    elif kind.name == SESSION:
        app.do(f'.save "{path}"' + (" --force" if path.exists() else ""))
    else:
        try:
            path.write_text(kind.text(), encoding="utf-8")
        except OSError as error:
            app.complain(UsageError(f"cannot write {path}: {error.strerror}"))
        else:
            app.notify(f"{path} is saved")
