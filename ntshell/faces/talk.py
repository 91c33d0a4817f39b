"""What a face says by itself: a user's mistake in one clear line, a compiler's complaint with its source line, a finding.

On stderr behind `ntshell:`, or as a Report for a face that has panes; the words are the same.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ntshell.base.errors import NtshellError
from ntshell.shell.report import Line, Report, Text, lines_of

if TYPE_CHECKING:
    from ntshell.compiler.program import Problem
    from ntshell.nt.kernel import Finding


_LONGEST = 200  # characters


def say(text: str) -> None:
    """A line of talk."""
    print(f"ntshell: {text}", file=sys.stderr, flush=True)


def complain(error: NtshellError) -> None:
    """Where, what, what to do."""
    for line in complaint(error):
        print(line, file=sys.stderr, flush=True)


def complaint(error: NtshellError) -> list[str]:
    """The lines that an error is told in on stderr: as its report has them, the hint behind what it belongs to."""
    told: list[str] = []
    for line in lines_of(error_report(error)):
        if line.kind == "note":
            told[-1] += f" ({line.text})"
        else:
            told.append(f"ntshell: {line.text}" if line.kind == "bad" else line.text)
    return told


def error_report(error: NtshellError) -> Report:
    """An error for a pane: each problem leads to its place, its line of source below it; what to do is a note."""
    problems = getattr(error, "problems", ())
    lines = [line for problem in problems for line in _problem(problem)]
    if not problems:
        place = f"{error.place}: " if error.place else ""
        lines = [Line(f"{place}{error.message}", "bad", error.place)]
        lines += [Line(error.hint, "note")] if error.hint else []
    return Report((Text(tuple(lines)),))


def _problem(problem: Problem) -> list[Line]:
    place = f"{problem.place}: " if problem.place else ""
    kind = "" if problem.kind == "error" else f"{problem.kind}: "
    line = Line(f"{place}{kind}{problem.message}", "bad", problem.place)
    source = _shorten(problem.source.strip())
    return [line, Line(f"    {source}", "source", problem.place)] if source else [line]


def _shorten(source: str) -> str:
    """A line of source, without the end of one that a generator made very long."""
    return source if len(source) <= _LONGEST else f"{source[:_LONGEST]} ..."


def named(finding: Finding) -> str:
    """A finding in one line: where, which rule."""
    where = f"{finding.place}: " if finding.place else ""
    code = f"{finding.code:#x} " if finding.code else ""
    return f"{where}{code}{finding.name}: {finding.rule}"
