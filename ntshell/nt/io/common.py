"""What all of the I/O manager uses: chaining what routines ask for, calling nt's own exports, sequences of calls.

Rules: `then(k, value)` gets plain values; a routine of nt that another part of nt calls is charged to no driver.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from ntshell.base.place import Place
from ntshell.ctype.value import Value
from ntshell.machine.memory import AccessFault
from ntshell.nt.export import EXPORTS
from ntshell.nt.flow import Call, Result, Wait
from ntshell.nt.kernel import Finding, Kernel

Then = Callable[[Any, int], Result]


def after(k: Kernel, result: Result, then: Then) -> Result:
    """Go on with `then` when what a routine asked for is there; at once if it asked for nothing."""
    if isinstance(result, Call | Wait):
        first = result.then
        if first is None:
            return attrs.evolve(result, then=then)
        inner = first
        return attrs.evolve(result, then=lambda kernel, value: after(kernel, inner(kernel, value), then))
    return then(k, result if isinstance(result, int) else 0)


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


def symbol(k: Kernel, address: int) -> str:
    """`module!Routine` of a routine's address."""
    code = k.codes.get(address)
    if code is not None:
        return code.symbol
    name = k.routines.get(address)
    return f"nt!{name}" if name else k.arch.format(address)


def end_of(k: Kernel, routine: int) -> Place | None:
    """The line where a routine ends: the place of a rule that it broke by returning."""
    code = k.codes.get(routine)
    return code.places[-1] if code is not None and code.places else None


def module_of(k: Kernel, routine: int) -> str:
    """The driver that a routine belongs to."""
    code = k.codes.get(routine)
    return code.module if code is not None else k.caller


def complain(k: Kernel, code: int, parameters: tuple[int, ...], name: str, routine: int, rule: str, mend: str) -> None:
    """Report a rule that a driver's routine broke and that does not stop the machine."""
    place = end_of(k, routine) or k.place()
    k.report(Finding(code, name, parameters, rule, mend, place, k.journal.position, module_of(k, routine), fatal=False))


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
