"""Timers: KTIMERs on one list in order of their due times, and the end of waits, which the clock serves as well.

A due time is an interrupt time and falls on a clock tick.  When it comes the timer is signalled, its DPC is queued,
waits end, and a periodic timer is set again.  The queue of the DPC and the timer are two things: KeCancelTimer
takes a timer off its list, but a DPC that it queued stays queued.
"""

from __future__ import annotations

from ntshell.ctype.value import Value
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.ke import clock
from ntshell.nt.ke.checks import TIMER_OR_DPC_INVALID, require_type, symbol
from ntshell.nt.ke.dispatcher import TIMER_NOTIFICATION, TIMER_SYNCHRONIZATION, initialize
from ntshell.nt.ke.dpc import insert_dpc
from ntshell.nt.ke.wait import expire_waits, next_deadline, wake
from ntshell.nt.kernel import Kernel

_KINDS = (TIMER_NOTIFICATION, TIMER_SYNCHRONIZATION)


# --- for the engine and the rest of the kernel ----------------------------------------------------------------------
def next_due(k: Kernel) -> int | None:
    """Interrupt time of the next thing that the clock will do; None when there is none."""
    times = [time for time in (_first_timer(k), next_deadline(k)) if time is not None]
    return min(times, default=None)


def expire(k: Kernel) -> None:
    """Do all that is due now: timers in order, then waits that are over."""
    now = k.machine.now
    while (due := _first_timer(k)) is not None and due <= now:
        _expire_first(k)
    expire_waits(k)


def set_timers(k: Kernel) -> tuple[int, ...]:
    """The KTIMERs that are set, soonest first."""
    offset = _link_offset(k)
    return tuple(entry - offset for entry in k.list_walk(k.ke.timer_list))


def set_timer(k: Kernel, address: int, due_time: int, period: int, dpc: int) -> bool:
    """Set a timer: `due_time` as KeSetTimer takes it, `period` in ms; whether it was set before."""
    require_type(k, address, _KINDS, 0, "timer", "KeInitializeTimer")
    timer = k.struct("_KTIMER", address)
    was_set = _remove(k, timer)
    timer.Header.SignalState = 0
    timer.Dpc, timer.Period = dpc, period
    timer.Header.Absolute = due_time > 0
    due = clock.due(k, due_time)
    if due <= k.machine.now:
        due = _fire(k, timer, k.machine.now)
    if due:
        _insert(k, timer, due)
        text = f"timer of {symbol(k, k.struct('_KDPC', dpc).DeferredRoutine)}" if dpc else "timer without a DPC"
        k.acquire("timer", address, text + (f", every {period} ms" if period else ""))
        k.emit("timer", f"{text} set", action="set", timer=address, due=due, period=period)
    return was_set


def cancel_timer(k: Kernel, address: int) -> bool:
    """Take a timer off the list; False when it is not set."""
    timer = k.struct("_KTIMER", address)
    found = _remove(k, timer)
    if found:
        k.release("timer", address)
        k.emit("timer", "timer cancelled", action="cancel", timer=address)
    return found


# --- the list -------------------------------------------------------------------------------------------------------
def _link_offset(k: Kernel) -> int:
    return k.struct("_KTIMER", 0).at("TimerListEntry")


def _first_timer(k: Kernel) -> int | None:
    head = k.ke.timer_list
    entry = k.pointer(head)
    if entry == head:
        return None
    due: int = k.struct("_KTIMER", entry - _link_offset(k)).DueTime.QuadPart
    return due


def _insert(k: Kernel, timer: Value, due: int) -> None:
    timer.DueTime.QuadPart = due
    timer.Header.Inserted = 1
    offset = _link_offset(k)
    before = k.ke.timer_list
    for entry in k.list_walk(k.ke.timer_list):
        if k.struct("_KTIMER", entry - offset).DueTime.QuadPart > due:
            before = entry
            break
    k.list_insert_tail(before, timer.at("TimerListEntry"))


def _remove(k: Kernel, timer: Value) -> bool:
    if not timer.Header.Inserted:
        return False
    k.list_remove(timer.at("TimerListEntry"))
    timer.Header.Inserted = 0
    return True


def _expire_first(k: Kernel) -> None:
    timer = k.struct("_KTIMER", k.pointer(k.ke.timer_list) - _link_offset(k))
    due = timer.DueTime.QuadPart
    _remove(k, timer)
    k.emit("timer", "timer expired", action="expire", timer=timer.address, due=due)
    again = _fire(k, timer, due)
    if again:
        _insert(k, timer, again)
    else:
        k.release("timer", timer.address)


def _fire(k: Kernel, timer: Value, due: int) -> int:
    """Signal a timer and queue its DPC; when it is due again, 0 for never."""
    timer.Header.SignalState = 1
    wake(k, timer.address)
    if timer.Dpc:
        time = clock.system_time(k)
        insert_dpc(k, timer.Dpc, time & 0xFFFFFFFF, time >> 32)
    return clock.up_to_tick(due + timer.Period * clock.MILLISECOND) if timer.Period else 0


def _initialize(k: Kernel, address: int, kind: int) -> None:
    if address in set_timers(k):
        k.bugcheck(
            TIMER_OR_DPC_INVALID,
            0,
            address,
            rule=f"the timer at {k.arch.format(address)} was initialized again while it is set",
            mend="initialize a KTIMER once, and call KeCancelTimer before it is used for anything else",
        )
    k.struct("_KTIMER", address).clear()
    initialize(k, address, kind, k.sizeof("_KTIMER"), 0)


# --- exports --------------------------------------------------------------------------------------------------------
@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID KeInitializeTimer(_Out_ PKTIMER Timer);",
    stage=Stage(entry=4),
)
def KeInitializeTimer(k: Kernel, Timer: int) -> Result:
    """Makes a notification timer."""
    _initialize(k, Timer, TIMER_NOTIFICATION)
    return None


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI VOID KeInitializeTimerEx(_Out_ PKTIMER Timer, _In_ TIMER_TYPE Type);""",
    stage=Stage(entry=4),
)
def KeInitializeTimerEx(k: Kernel, Timer: int, Type: int) -> Result:
    """Makes a timer of either type."""
    _initialize(k, Timer, TIMER_NOTIFICATION + (Type & 1))
    return None


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI BOOLEAN KeSetTimer(_Inout_ PKTIMER Timer, _In_ LARGE_INTEGER DueTime, _In_opt_ PKDPC Dpc);""",
    acquires=("timer", "dpc"),
)
def KeSetTimer(k: Kernel, Timer: int, DueTime: int, Dpc: int) -> Result:
    """Sets a timer that expires once; TRUE when it was set before."""
    return int(set_timer(k, Timer, DueTime, 0, Dpc))


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI BOOLEAN KeSetTimerEx(_Inout_ PKTIMER Timer, _In_ LARGE_INTEGER DueTime, _In_ LONG Period,
        _In_opt_ PKDPC Dpc);""",
    acquires=("timer", "dpc"),
)
def KeSetTimerEx(k: Kernel, Timer: int, DueTime: int, Period: int, Dpc: int) -> Result:
    """Sets a timer that expires once, or again every Period milliseconds; TRUE when it was set before."""
    return int(set_timer(k, Timer, DueTime, max(Period, 0), Dpc))


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI BOOLEAN KeCancelTimer(_Inout_ PKTIMER Timer);",
    releases="timer",
    stage=Stage(unload=2),
)
def KeCancelTimer(k: Kernel, Timer: int) -> Result:
    """Takes a timer off the list; FALSE when it has expired already, and then its DPC may be queued or running."""
    return int(cancel_timer(k, Timer))


@export("_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI BOOLEAN KeReadStateTimer(_In_ PKTIMER Timer);")
def KeReadStateTimer(k: Kernel, Timer: int) -> Result:
    """Tells whether a timer is signalled."""
    return int(k.struct("_KTIMER", Timer).Header.SignalState > 0)
