"""Time: interrupt time, system time, ticks, and the performance counter.

Interrupt time is the machine's `now`, 100 ns units since the start.  Drivers see time move by clock ticks of 10 ms;
a due time falls on the first tick at or after it.  The machine is always started at the same moment.
"""

from __future__ import annotations

from ntshell.machine.machine import TICK
from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel

BOOT_TIME = 124_828_632_000_000_000  # 1996-07-26 14:00:00 as system time: 100 ns since 1601
FREQUENCY = 1_193_182  # Hz of the interval timer behind the performance counter
SECOND = 10_000_000
MILLISECOND = 10_000


def up_to_tick(time: int) -> int:
    """The first clock tick at or after a time."""
    return -(-time // TICK) * TICK


def due(k: Kernel, interval: int) -> int:
    """Interrupt time of a DueTime: negative is relative, positive an absolute system time."""
    if interval < 0:
        return up_to_tick(k.machine.now - interval)
    return up_to_tick(interval - BOOT_TIME) if interval else k.machine.now


def interrupt_time(k: Kernel) -> int:
    """Interrupt time as of the last tick."""
    return k.machine.now // TICK * TICK


def system_time(k: Kernel) -> int:
    """System time as of the last tick."""
    return BOOT_TIME + interrupt_time(k)


@export("_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI VOID KeQuerySystemTime(_Out_ PLARGE_INTEGER CurrentTime);")
def KeQuerySystemTime(k: Kernel, CurrentTime: int) -> Result:
    """Stores the system time: 100 ns units since 1601-01-01."""
    k.memory.store(CurrentTime, 8, system_time(k))
    return None


@export("_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI VOID KeQueryTickCount(_Out_ PLARGE_INTEGER TickCount);")
def KeQueryTickCount(k: Kernel, TickCount: int) -> Result:
    """Stores the number of clock ticks since the start."""
    k.memory.store(TickCount, 8, k.machine.now // TICK)
    return None


@export("_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI ULONG KeQueryTimeIncrement(VOID);")
def KeQueryTimeIncrement(k: Kernel) -> Result:
    """Tells how many 100 ns units a clock tick has."""
    return TICK


@export("_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI ULONGLONG KeQueryInterruptTime(VOID);")
def KeQueryInterruptTime(k: Kernel) -> Result:
    """Tells the interrupt time: 100 ns units since the start."""
    return interrupt_time(k)


@export(
    """_IRQL_requires_max_(HIGH_LEVEL)
    NTKERNELAPI LARGE_INTEGER KeQueryPerformanceCounter(_Out_opt_ PLARGE_INTEGER PerformanceFrequency);""",
    module="hal",
)
def KeQueryPerformanceCounter(k: Kernel, PerformanceFrequency: int) -> Result:
    """Tells the performance counter, and its frequency."""
    if PerformanceFrequency:
        k.memory.store(PerformanceFrequency, 8, FREQUENCY)
    return k.machine.now * FREQUENCY // SECOND


@export(
    "_IRQL_requires_max_(HIGH_LEVEL) NTHALAPI VOID KeStallExecutionProcessor(_In_ ULONG MicroSeconds);",
    module="hal",
)
def KeStallExecutionProcessor(k: Kernel, MicroSeconds: int) -> Result:
    """Busy-waits; far less than a clock tick passes, so virtual time stays where it is."""
    return None
