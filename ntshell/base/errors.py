"""Errors that a user can mend: one clear line (where, what), a hint (what to do), and an exit code.

Anything else that escapes is a bug of ntshell's and is shown as a traceback that says so.
"""

from __future__ import annotations

from enum import IntEnum

from ntshell.base.place import Place


class Exit(IntEnum):
    """What a run ends with; the numbers are part of the interface."""

    CLEAN = 0
    BROKEN = 1  # the driver broke a rule or bug-checked, or an expectation failed
    USAGE = 2  # usage, or a file that cannot be read
    COMPILE = 3  # the C source did not compile
    BUDGET = 4  # the step budget is spent
    INTERRUPTED = 130


class NtshellError(Exception):
    """A user's mistake: `message` says what, `place` where, `hint` what to do."""

    exit_code: Exit = Exit.USAGE

    def __init__(self, message: str, place: Place | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message}" + (f" ({self.hint})" if self.hint else "")


class UsageError(NtshellError):
    """The command line, a command's words or a file's name are wrong."""


class FileUnreadable(NtshellError):
    """A file that was named cannot be read, or is not what it should be."""


class NotNow(NtshellError):
    """A command that makes no sense in the present state (nothing loaded, already at the end, bug-checked)."""


class Crashed(NotNow):
    """A command that wants something to run on a machine that has stopped with a bug check."""

    exit_code = Exit.BROKEN


class DriverFailed(NotNow):
    """A command that wants a driver which did not come up, or does not go on."""

    exit_code = Exit.BROKEN


class Deadlock(NtshellError):
    """A driver's routine waits for what never comes."""

    exit_code = Exit.BUDGET


class ExpectationFailed(NtshellError):
    """A command file's expectation does not hold."""

    exit_code = Exit.BROKEN


class BudgetSpent(NtshellError):
    """The driver used up the steps it was given."""

    exit_code = Exit.BUDGET
