"""The target: the shell and its session, run on a thread of their own so that the app never waits for a driver.

One job at a time: a line of commands.  What each command says is sent as it comes, then where the session stands, with those
views (reports that panes show) that are not as they were.  Rule: while a job runs, nobody else touches the session, but
for `interrupt` and the numbers that tell of progress.
"""

from __future__ import annotations

import asyncio
import gc
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias, TypeVar, cast

import attrs

from ntshell.base.errors import NtshellError
from ntshell.debugger.stop import Stop
from ntshell.faces.talk import error_report
from ntshell.shell.report import Line, Report, Text, text
from ntshell.shell.script import run_file
from ntshell.shell.shell import Offered, QuitShell, Result, Shell
from ntshell.shell.status import status
from ntshell.shell.stops import ended

T = TypeVar("T")
SELDOM = 256  # jobs, which leave some 10 MiB of litter
LONG = 1_000_000  # entries of a journal that the collector would need too long for


@attrs.frozen
class Said:
    """What one command has said; `command` is empty for what nobody asked."""

    prompt: str
    command: str
    report: Report


@attrs.frozen
class Stood:
    """A job is done: where the session stands, the views that have changed, and the mistake that ended it."""

    stop: Stop
    moved: bool
    prompt: str
    status: Report
    views: dict[str, Report]
    failed: NtshellError | None = None
    quit: bool = False


Answer: TypeAlias = Said | Stood


class Target:
    """A shell that works off the app's turn."""

    def __init__(self, shell: Shell, answer: Callable[[Answer], object]) -> None:
        self.shell = shell
        self.answer = answer  # called on the target's thread
        self.views: dict[str, Report] = {}
        self.pool = ThreadPoolExecutor(1, "target")
        self.waiting: list[tuple[str, Future[object]]] = []  # what may be dropped, by what it was asked with
        self.jobs = 0  # done so far
        self.broken = False  # whether the user has broken into the job

    async def ask(self, look: Callable[[], T], name: str = "") -> T:
        """What something done on the target's thread gives, after whatever runs there.

        What has a name may be dropped before its turn: that raises CancelledError.
        """
        job = self.pool.submit(look)
        entry = (name, cast("Future[object]", job))
        if name:
            self.waiting.append(entry)
        try:
            return await asyncio.wrap_future(job)
        finally:
            if name:
                self.waiting.remove(entry)

    def drop(self) -> list[str]:
        """Do nothing more of what waits for its turn; the names of that."""
        return [name for name, job in list(self.waiting) if job.cancel()]

    # --- jobs: on the target's thread --------------------------------------------------------------------------------
    def run(self, line: str, wanted: Iterable[str]) -> None:
        """Do a line of commands."""
        self._follow(lambda: self.shell.execute(line), wanted)

    def run_file(self, path: Path, wanted: Iterable[str]) -> None:
        """Do a command file."""
        self._follow(lambda: self._in_file(path), wanted, f"Ctrl+C: the rest of {path.name} is not done")

    def _in_file(self, path: Path) -> Iterator[Result]:
        before = self.shell.session.stop
        for result in run_file(self.shell, path):
            yield result
            if self.shell.session.stop is not before and (error := ended(self.shell.session)) is not None:
                raise error

    def look(self, wanted: Iterable[str]) -> None:
        """Only make the views anew: other panes are seen."""
        self._follow(lambda: iter(()), wanted)

    def report(self, command: str) -> Report:
        """What a command that only looks has to say."""
        try:
            return self.shell.view(command)
        except NtshellError as error:
            return error_report(error)
        except Exception as bug:
            return _bug(bug)

    def complete(self, typed: str) -> list[Offered]:
        """What may be typed next; nothing where what is typed has no meaning."""
        try:
            return self.shell.complete(typed)
        except NtshellError:
            return []
        except Exception as bug:
            self.answer(Said("", "", _bug(bug)))
            return []

    def interrupt(self) -> None:
        """Break into what runs, and do no more of its line or file; from any thread."""
        self.broken = True
        self.shell.session.interrupt()

    def close(self) -> None:
        """The app ends."""
        self.interrupt()
        self.pool.shutdown(wait=False, cancel_futures=True)

    def _follow(self, work: Callable[[], Iterator[Result]], wanted: Iterable[str], broken: str = "") -> None:
        """Do a job and answer; `broken` is what to say when the user has broken into it."""
        before = self.shell.session.stop
        self.shell.doing = prompt = ""
        failed: NtshellError | None = None
        quitting = self.broken = False
        try:
            results = work()
            while not self.broken:
                prompt = self.shell.prompt()
                step = next(results, None)
                if step is None:
                    break
                self.answer(Said(prompt, step[1], step[2]))
            if self.broken and broken:
                self.answer(Said("", "", text(broken, kind="note")))
        except QuitShell:
            quitting = True
        except NtshellError as error:
            failed = error
            self.answer(Said(prompt, self.shell.doing, error_report(error)))
        except Exception as bug:
            self.answer(Said(prompt, self.shell.doing, _bug(bug)))
        session = self.shell.session
        moved = session.stop is not before
        views = self._views(wanted)
        self.answer(Stood(session.stop, moved, self.shell.prompt(), status(session), views, failed, quitting))
        self._tidy()

    def _tidy(self) -> None:
        """A run takes all that is there out of the collector's sight, painted lines too: let it see them now and then."""
        self.jobs += 1
        if self.jobs % SELDOM == 0 and len(self.shell.session.k.journal.log) < LONG:
            gc.unfreeze()
            gc.collect()
            gc.freeze()

    def _views(self, wanted: Iterable[str]) -> dict[str, Report]:
        """The wanted reports that are not as they were."""
        made = {command: self.report(command) for command in dict.fromkeys(wanted)}
        changed = {command: report for command, report in made.items() if self.views.get(command) != report}
        self.views = made
        return changed


def _bug(error: Exception) -> Report:
    """A fault of ours, told as one; the session goes on."""
    lines = "".join(traceback.format_exception(error)).rstrip().split("\n")
    told = "this is a bug of ntshell's, not yours; please report the lines above. .restart begins again"
    return Report((Text((*(Line(each, "bad") for each in lines), Line(told, "bad"))),))
