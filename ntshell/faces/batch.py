"""The batch face: commands from files, from -c, or from stdin, with an exit code.

stdout is data.  As text each command is echoed behind the prompt it was given at (`0:012a PASSIVE kd> p`), then its
report follows: what comes out reads as a transcript.  With --json there is one object a command and line and nothing else:
`command`, `ok`, `position`, then the report's own facts, or `error` (with `place`, `hint`) when it failed.  stderr is talk.

Rules: the first mistake ends a run; so does Ctrl+C, after breaking in, and a spent budget.  A finding that no command
expected makes the exit code 1, whatever is loaded or restarted after it.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from ntshell.base.errors import Deadlock, Exit, NtshellError
from ntshell.base.place import Place
from ntshell.debugger.session import Session, SessionOptions
from ntshell.faces.interrupts import breaking_in
from ntshell.faces.talk import complain, named, say
from ntshell.shell.record import Before
from ntshell.shell.report import Report, as_json
from ntshell.shell.stops import ended

if TYPE_CHECKING:
    from ntshell.nt.kernel import Finding
    from ntshell.shell.shell import Shell


def write(report: Report, command: str, json: bool, position: int = 0) -> None:
    """A report on stdout, as text or as one JSON object."""
    if json:
        _object({"command": command, "ok": True, "position": position}, as_json(report))
    elif report.text:
        print(report.text, flush=True)


def _object(head: dict[str, Any], rest: dict[str, Any]) -> None:
    from json import dumps

    found = head | {name: value for name, value in rest.items() if name not in head}
    print(dumps(found, ensure_ascii=False), flush=True)


def _line_of(place: Place) -> str:
    """The line of a command file."""
    file = Path(place.file)
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else []
    return lines[place.line - 1].strip() if 0 < place.line <= len(lines) else ""


class Interrupted(NtshellError):
    """Ctrl+C."""

    exit_code = Exit.INTERRUPTED


@attrs.define
class Batch:
    """Runs commands on a fresh machine each time."""

    options: SessionOptions
    json: bool = False
    failed: list[Finding] = attrs.Factory(list)  # findings that can no longer be expected
    line: str = ""  # the line that is being done

    def run(self, commands: list[str], file: str, sources: list[str] | None = None) -> int:
        """Load sources, do commands, then a command file ('-' is stdin, '' is none); returns the exit code."""
        from ntshell.shell.shell import QuitShell, Shell

        self.failed = []
        shell = Shell(Session(self.options))
        gc.enable()
        try:
            for source in sources or ():
                self._line(shell, f'load "{source}"' if " " in source else f"load {source}")
            for line in commands:
                self._line(shell, line)
            if file:
                self._file(shell, file)
            self._unfinished(shell)
        except QuitShell:
            pass
        except NtshellError as error:
            self._complain(error)
            self._tell(shell)
            return int(error.exit_code)
        return int(Exit.BROKEN if self._tell(shell) else Exit.CLEAN)

    # --- where commands come from ------------------------------------------------------------------------------------
    def _line(self, shell: Shell, line: str) -> None:
        self.line = line
        self._follow(shell, shell.execute(line))

    def _file(self, shell: Shell, file: str) -> None:
        from ntshell.shell.script import run_file, run_lines

        self.line = ""
        if file == "-":
            self._follow(shell, run_lines(shell, self._remembered(sys.stdin), "stdin"))
        else:
            self._follow(shell, run_file(shell, Path(file)))

    def _remembered(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            self.line = line.strip()
            yield line

    # --- what comes of them --------------------------------------------------------------------------------------------
    def _follow(self, shell: Shell, results: Iterator[tuple[Any, str, Report]]) -> None:
        session = shell.session
        while True:
            prompt, before = shell.prompt(), Before.of(session)
            with breaking_in(session) as seen:
                step = next(results, None)
            if step is None:
                return
            self.failed.extend(before.lost(session))
            _, text, report = step
            if not self.json:
                print(f"{prompt}{text}", flush=True)
            write(report, text, self.json, session.k.journal.position)
            if seen:
                place = session.stop.place
                raise Interrupted("interrupted", place if place and place.line else None)
            if (error := ended(session)) is not None:
                raise error

    def _unfinished(self, shell: Shell) -> None:
        """A driver that hangs at the end has failed; one that was merely left standing is told of."""
        session = shell.session
        journal = session.k.journal
        if session.k.crash is not None or journal.position < journal.last:  # it went back on purpose
            return
        for name, routine in session.unfinished():
            if session.stop.kind == "idle":
                raise Deadlock(f"{name}: its {routine} waits for what does not come", session.stop.place)
            say(f"the commands end while {name} stands in its {routine}")

    def _complain(self, error: NtshellError) -> None:
        if self.json:
            place = error.place
            line = self.line or (_line_of(place) if place else "")
            where = {"file": place.file, "line": place.line} if place else None
            facts = {"error": error.message, "place": where, "hint": error.hint, "exit": int(error.exit_code)}
            _object({"command": line, "ok": False}, facts)
        complain(error)

    def _tell(self, shell: Shell) -> bool:
        """Name the findings that nobody expected; whether there are any."""
        found = [*self.failed, *shell.session.unexpected()]
        for finding in found:
            say(f"finding: {named(finding)}")
        return bool(found)
