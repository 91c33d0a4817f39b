"""How a compilation fails."""

from __future__ import annotations

from collections.abc import Sequence

from ntshell.base.errors import Exit, NtshellError
from ntshell.compiler.program import Problem


class CompileFailed(NtshellError):
    """The source does not compile; `problems` has every error, then the warnings."""

    exit_code = Exit.COMPILE

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        count = sum(each.kind == "error" for each in problems)
        super().__init__(first.message, first.place, "" if count == 1 else f"and {count - 1} more")
        self.problems = tuple(problems)
