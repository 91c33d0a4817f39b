"""Breakpoints that a driver asks for itself: int 3, not a fault; the debugger stops and the driver goes on after it."""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.kernel import Kernel


class DebugBreak(Exception):
    """The driver breaks into the debugger; what raised it is done, going on continues behind it."""


@export("_IRQL_requires_max_(HIGH_LEVEL) VOID NTAPI DbgBreakPoint(VOID);")
def DbgBreakPoint(k: Kernel) -> None:
    """Break into the kernel debugger."""
    k.emit("print", "Break instruction exception: DbgBreakPoint")
    raise DebugBreak


@export("_IRQL_requires_max_(HIGH_LEVEL) VOID NTAPI DbgBreakPointWithStatus(_In_ ULONG Status);")
def DbgBreakPointWithStatus(k: Kernel, Status: int) -> None:
    """Break into the kernel debugger with a status for it to show."""
    k.emit("print", f"Break instruction exception: status {Status:#x}")
    raise DebugBreak
