"""Registers and pseudo-registers: `@$irql`, `@$ledger`, `@eip`, `@$t0` and their kin.

Each is one function of the scope; help and completion read the same table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from ntshell.base.errors import UsageError
from ntshell.debugger.inspect import BrokenList, guess
from ntshell.debugger.timeline import last_status
from ntshell.machine.memory import AccessFault
from ntshell.machine.thread import Pending
from ntshell.nt.ladder import Rung, current

if TYPE_CHECKING:
    from ntshell.debugger.expression import Scope

_SCRATCH = re.compile(r"t(1?\d)")


def read(scope: Scope, text: str) -> int:
    """The value of `@$name`, `$name` or `@register`."""
    name = text.lstrip("@").lstrip("$").lower()
    scratch = _SCRATCH.fullmatch(name)
    if scratch is not None:
        return scope.user[int(scratch[1])] if int(scratch[1]) < len(scope.user) else 0
    found = TABLE.get(name)
    if found is None:
        raise UsageError(f"Bad register error at '{text}'", hint=guess(name, TABLE, "r lists the registers"))
    return found[0](scope)


def write(scope: Scope, text: str, value: int) -> None:
    """Set one of `$t0` to `$t19`; all others show the machine and are read-only."""
    scratch = _SCRATCH.fullmatch(text.lstrip("@").lstrip("$").lower())
    if scratch is None or int(scratch[1]) >= len(scope.user):
        raise UsageError(f"{text} cannot be set", hint="$t0 to $t19 are yours; the machine's own state is the driver's")
    scope.user[int(scratch[1])] = value & ((1 << 64) - 1)


def names() -> list[tuple[str, str]]:
    """`@$irql` and so on with what they mean."""
    shown = [
        (f"@${name}" if not words.startswith("register") else f"@{name}", words) for name, (_, words) in TABLE.items()
    ]
    return [*shown, ("@$t0", "yours, as are $t1 to $t19: r $t0 = 5")]


def climb(scope: Scope) -> Rung | None:
    """Where the current driver is in its DriverEntry or Unload; None when it is in neither."""
    for thread in scope.k.machine.threads:
        rung = current(thread) if thread.state != "terminated" else None
        if rung is not None and rung.driver == scope.module:
            return rung
    return None


def _stage(scope: Scope) -> int:
    rung = climb(scope)
    return rung.number if rung is not None else 0


def _dpcs(scope: Scope) -> int:
    count = 0
    try:
        for _ in scope.look.links(scope.k.ke.dpc_list):
            count += 1
    except BrokenList:
        pass
    return count


def _devices(scope: Scope) -> int:
    return len(devices_of(scope, scope.driver.object)) if scope.driver is not None else 0


def devices_of(scope: Scope, driver: int) -> list[int]:
    """A driver's device objects, newest first; ends where the chain cannot be read."""
    found: list[int] = []
    try:
        address = int(scope.look.struct("_DRIVER_OBJECT", driver).DeviceObject)
        while address and address not in found and len(found) < 4096:
            found.append(address)
            address = int(scope.look.struct("_DEVICE_OBJECT", address).NextDevice)
    except AccessFault:
        pass
    return found


def _ip(scope: Scope) -> int:
    frame = scope.frame
    return 0 if frame is None else frame.code.address + 4 * (frame.at if frame.at >= 0 else frame.pc)


def _ra(scope: Scope) -> int:
    from ntshell.debugger.inspect_frame import stack_rows

    rows = stack_rows(scope.k.machine.processor.thread, scope.symbols)
    return next((row.back for row in rows if row.frame is scope.frame and row.frame is not None), 0)


def _sp(scope: Scope) -> int:
    thread = scope.k.machine.processor.thread
    return thread.stack if thread is not None else 0


def _bp(scope: Scope) -> int:
    return scope.frame.stack - 2 * scope.k.arch.pointer if scope.frame is not None else 0


def _thread(scope: Scope) -> int:
    thread = scope.k.machine.processor.thread
    return thread.object if thread is not None else 0


def _returned(scope: Scope) -> int:
    """What the routine that returned last handed back, while its caller in the kernel has it."""
    thread = scope.k.machine.processor.thread
    for entry in reversed(thread.frames) if thread is not None else ():
        if isinstance(entry, Pending) and entry.pc:
            return int(entry.value or 0)
    return 0


def _crash(index: int) -> Callable[[Scope], int]:
    def value(scope: Scope) -> int:
        crash = scope.k.crash
        return 0 if crash is None else crash.code if index == 0 else crash.parameters[index - 1]

    return value


def _entry(scope: Scope) -> int:
    return int(scope.driver.entry) if scope.driver is not None else 0


TABLE: dict[str, tuple[Callable[[Scope], int], str]] = {
    "irql": (lambda s: s.k.irql, "the processor's IRQL"),
    "stage": (_stage, "number of the rung of DriverEntry or Unload, 0 before the first"),
    "dpcs": (_dpcs, "DPCs in the processor's queue"),
    "ledger": (lambda s: len(s.k.owed()), "entries outstanding on the ledger"),
    "bugcheck": (_crash(0), "bug check code, 0 if there was none"),
    "status": (lambda s: last_status(s.k), "last NTSTATUS of DriverEntry or a user request"),
    "devices": (_devices, "device objects of the current driver"),
    "findings": (lambda s: len(s.k.findings), "findings reported so far"),
    "position": (lambda s: s.k.journal.position, "the position in time"),
    "ip": (_ip, "where the frame in view stands"),
    "ra": (_ra, "where it returns to"),
    "csp": (_sp, "the stack pointer"),
    "thread": (_thread, "ETHREAD of the thread that runs"),
    "proc": (lambda s: int(getattr(s.k.ps, "system_process", 0) or 0), "EPROCESS of the System process"),
    "retreg": (_returned, "what the routine that returned last handed back to the kernel"),
    "exentry": (_entry, "DriverEntry of the current driver"),
    "frame": (lambda s: s.number, "number of the frame in view"),
    "bug_code": (_crash(0), "bug check code"),
    "bug_param1": (_crash(1), "its first parameter"),
    "bug_param2": (_crash(2), "its second parameter"),
    "bug_param3": (_crash(3), "its third parameter"),
    "bug_param4": (_crash(4), "its fourth parameter"),
    "ptrsize": (lambda s: s.k.arch.pointer, "bytes of a pointer"),
    "pagesize": (lambda s: 0x1000, "bytes of a page"),
    "pcr": (lambda s: s.k.processor.pcr, "the processor's KPCR"),
    "pcrb": (lambda s: s.k.processor.prcb, "the processor's KPRCB"),
    "now": (lambda s: s.k.machine.now, "interrupt time in 100 ns"),
    "eip": (_ip, "register: instruction pointer (x86)"),
    "esp": (_sp, "register: stack pointer (x86)"),
    "ebp": (_bp, "register: base of the frame (x86)"),
    "rip": (_ip, "register: instruction pointer (x64)"),
    "rsp": (_sp, "register: stack pointer (x64)"),
    "rbp": (_bp, "register: base of the frame (x64)"),
}
