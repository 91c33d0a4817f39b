"""What a kernel routine may ask of the machine instead of returning a value.

A kernel routine never runs driver code and never blocks: it returns a value, a `Call` (enter that routine, then go on) or
a `Wait` (park this thread, then go on).  `then(k, value)` is the rest of the routine and may again return any of these.
A `then` holds plain values only (ints, strings): the journal does not look inside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import attrs

from ntshell.base.place import Place


@attrs.frozen(repr=False)
class Call:
    """Enter the routine at `routine` (a driver's or an export's address) with `args`.

    `then(k, value)` gets its result, unsigned, of the width of its C type.  Without `then` the result is handed on.
    """

    routine: int
    args: tuple[int, ...] = ()
    then: Callable[[Any, int], Result] | None = None


@attrs.frozen(repr=False)
class Wait:
    """Park the current thread until `objects` (addresses of dispatcher objects) are signalled, or `deadline` comes.

    `deadline` is an interrupt time in 100 ns units, None for ever.  `then(k, status)` gets STATUS_SUCCESS (WAIT_0 + n
    for any of several) or STATUS_TIMEOUT.  `io` marks the wait for an I/O request's end: no clock is moved for it.
    """

    objects: tuple[int, ...]
    deadline: int | None = None
    all: bool = False
    then: Callable[[Any, int], Result] | None = None
    reason: str = "Executive"
    alertable: bool = False
    io: bool = False


@attrs.frozen(repr=False)
class EndThread:
    """The current thread is over (PsTerminateSystemThread)."""

    status: int


Result: TypeAlias = "int | bytes | None | Call | Wait | EndThread"
Then: TypeAlias = "Callable[[Any, int], Result]"


def after(k: Any, result: Result, then: Then) -> Result:
    """Go on with `then` when what a routine asked for is there; at once if it asked for nothing."""
    if isinstance(result, Call | Wait):
        first = result.then
        if first is None:
            return attrs.evolve(result, then=then)
        return attrs.evolve(result, then=lambda kernel, value: after(kernel, first(kernel, value), then))
    return then(k, result if isinstance(result, int) else 0)


class BugCheck(Exception):
    """NT stops here: `code` and four parameters; `rule` says in words what was broken, `mend` how to mend it.

    `module` and `place` say whose fault it is and where, if not that of the line where the driver stands.
    """

    module: str = ""
    place: Place | None = None

    def __init__(self, code: int, *parameters: int, rule: str = "", mend: str = "") -> None:
        super().__init__(f"bug check {code:#x}")
        self.code = code
        self.parameters = (*parameters, 0, 0, 0, 0)[:4]
        self.rule = rule
        self.mend = mend


class Raise(Exception):
    """The routine raises an NT exception (ExRaiseStatus, a failed probe): `status` is its code, unsigned."""

    def __init__(self, status: int) -> None:
        super().__init__(f"exception {status:#x}")
        self.status = status
