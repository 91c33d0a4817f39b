"""Command files: one command a line, `;` between commands, `*` and `$$` comments, expectations.

A mistake or a failed expectation is told with file and line.  Findings that were not expected since the last load make the
run fail; whoever runs the file asks `unexpected`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ntshell.base.errors import FileUnreadable, NtshellError
from ntshell.base.place import Place
from ntshell.nt.kernel import Finding
from ntshell.shell.shell import Result, Shell


def run_file(shell: Shell, path: Path | str) -> Iterator[Result]:
    """Run a command file; yields what each command has to say."""
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise FileUnreadable(f"{file} is no text file (UTF-8)") from None
    except OSError as error:
        raise FileUnreadable(f"cannot read {file}: {error.strerror}") from None
    yield from run_lines(shell, text.splitlines(), str(file))


def run_lines(shell: Shell, lines: Iterable[str], name: str) -> Iterator[Result]:
    """Run lines of commands; an empty line does nothing in a file."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield from shell.execute(line.rstrip("\n"))
        except NtshellError as error:
            raise _placed(error, Place(name, number)) from None


def _placed(error: NtshellError, place: Place) -> NtshellError:
    """The error with the line of the file that it comes from; a place in a driver's source is kept in its words."""
    if error.place is not None and error.place != place:
        error.message = f"{error.place}: {error.message}"
    error.place = place
    return error


def unexpected(shell: Shell) -> list[Finding]:
    """Findings since the last load that no `.expect_finding` named."""
    return shell.session.unexpected()


def summary(path: Path) -> str:
    """A command file's first comment line: what it shows."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.lstrip().startswith("*"):
            return line.strip("* ").strip()
    return ""
