"""What is said on stderr: a user's mistake in one clear line, a compiler's complaint with its source line, a finding."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ntshell.base.errors import NtshellError

if TYPE_CHECKING:
    from ntshell.nt.kernel import Finding


def say(text: str) -> None:
    """A line of talk."""
    print(f"ntshell: {text}", file=sys.stderr, flush=True)


def complain(error: NtshellError) -> None:
    """Where, what, what to do."""
    for line in complaint(error):
        print(line, file=sys.stderr, flush=True)


def complaint(error: NtshellError) -> list[str]:
    """The lines that an error is told in."""
    problems = getattr(error, "problems", ())
    if not problems:
        return [f"ntshell: {error}"]
    lines = []
    for problem in problems:
        place = f"{problem.place}: " if problem.place else ""
        kind = "" if problem.kind == "error" else f"{problem.kind}: "
        lines.append(f"ntshell: {place}{kind}{problem.message}")
        if problem.source.strip():
            lines.append(f"    {problem.source.strip()}")
    return lines


def named(finding: Finding) -> str:
    """A finding in one line: where, which rule."""
    where = f"{finding.place}: " if finding.place else ""
    code = f"{finding.code:#x} " if finding.code else ""
    return f"{where}{code}{finding.name}: {finding.rule}"
