"""What all of the I/O manager uses: ends of what routines ask for, calling nt's own exports, findings about a routine.

Rule: a routine of nt that another part of nt calls is charged to no driver.
"""

from __future__ import annotations

from typing import Any

from ntshell.base.place import Place
from ntshell.ctype.value import Value
from ntshell.machine.memory import AccessFault
from ntshell.nt.export import EXPORTS
from ntshell.nt.flow import Result, Then
from ntshell.nt.ke.checks import module_of
from ntshell.nt.kernel import Finding, Kernel


def to_level(level: int) -> Then:
    """A `then` that goes back to an IRQL and returns nothing."""

    def then(k: Kernel, value: int) -> Result:
        k.set_irql(level)
        return None

    return then


def nothing(k: Kernel, value: int) -> Result:
    """A `then` that returns nothing."""
    return None


def nt(k: Kernel, name: str, *args: Any) -> Any:
    """Run an export of nt for nt itself: nothing is charged to the driver whose call is being served."""
    caller, k.caller = k.caller, ""
    try:
        return EXPORTS[name].run(k, *args)
    finally:
        k.caller = caller


def set_event(k: Kernel, event: int, increment: int = 0) -> None:
    """KeSetEvent on behalf of the I/O manager."""
    nt(k, "KeSetEvent", event, increment, 0)


def end_of(k: Kernel, routine: int) -> Place | None:
    """The line where a routine ends: the place of a rule that it broke by returning."""
    code = k.codes.get(routine)
    return code.places[-1] if code is not None and code.places else None


def complain(k: Kernel, code: int, parameters: tuple[int, ...], name: str, routine: int, rule: str, mend: str) -> None:
    """Report a rule that a driver's routine broke and that does not stop the machine."""
    place, driver = end_of(k, routine) or k.place(), module_of(k, routine) or k.caller
    k.report(Finding(code, name, parameters, rule, mend, place, k.journal.position, driver, fatal=False))


def gone(k: Kernel, address: int) -> bool:
    """Whether an address lies in a block that has been freed."""
    region = k.memory.find(address)
    return region is not None and region.kind == "freed"


def readable(k: Kernel, address: int) -> bool:
    """Whether something is mapped at an address and may be read."""
    try:
        k.memory.load(address, 2)
    except AccessFault:
        return False
    return True


def has(value: Value, name: str) -> bool:
    """Whether a structure has a member, for those that differ between targets."""
    try:
        value.at(name)
    except AttributeError:
        return False
    return True
