"""Events: notification events release all that wait, synchronization events one, and are reset by it."""

from __future__ import annotations

from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.ke.checks import require_wait_level
from ntshell.nt.ke.dispatcher import initialize
from ntshell.nt.ke.wait import announce, wake
from ntshell.nt.kernel import Kernel


def set_event(k: Kernel, event: int) -> int:
    """Signal an event; its state before."""
    header = k.struct("_DISPATCHER_HEADER", event)
    old: int = header.SignalState
    header.SignalState = 1
    if not old:
        wake(k, event)
    return old


@export(
    "NTKERNELAPI VOID KeInitializeEvent(_Out_ PRKEVENT Event, _In_ EVENT_TYPE Type, _In_ BOOLEAN State);",
    stage=Stage(entry=4),
)
def KeInitializeEvent(k: Kernel, Event: int, Type: int, State: int) -> Result:
    """Makes an event of either type, signalled or not."""
    initialize(k, Event, Type & 1, k.sizeof("_KEVENT"), State)
    return None


@export("""_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI LONG KeSetEvent(_Inout_ PRKEVENT Event, _In_ KPRIORITY Increment, _In_ BOOLEAN Wait);""")
def KeSetEvent(k: Kernel, Event: int, Increment: int, Wait: int) -> Result:
    """Signals an event and returns its state before."""
    require_wait_level(k, Wait, 0x20016, "KeSetEvent")
    old = set_event(k, Event)
    if Wait:
        announce(k)
    return old


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI LONG KeResetEvent(_Inout_ PRKEVENT Event);",
    stage=Stage(unload=4),
)
def KeResetEvent(k: Kernel, Event: int) -> Result:
    """Makes an event not signalled and returns its state before."""
    header = k.struct("_DISPATCHER_HEADER", Event)
    old: int = header.SignalState
    header.SignalState = 0
    return old


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID KeClearEvent(_Inout_ PRKEVENT Event);",
    stage=Stage(unload=4),
)
def KeClearEvent(k: Kernel, Event: int) -> Result:
    """Makes an event not signalled."""
    k.struct("_DISPATCHER_HEADER", Event).SignalState = 0
    return None


@export("_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI LONG KeReadStateEvent(_In_ PRKEVENT Event);")
def KeReadStateEvent(k: Kernel, Event: int) -> Result:
    """Tells whether an event is signalled."""
    return int(k.struct("_DISPATCHER_HEADER", Event).SignalState)


@export("""_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI LONG KePulseEvent(_Inout_ PRKEVENT Event, _In_ KPRIORITY Increment, _In_ BOOLEAN Wait);""")
def KePulseEvent(k: Kernel, Event: int, Increment: int, Wait: int) -> Result:
    """Releases those that wait now and leaves the event not signalled; its state before."""
    require_wait_level(k, Wait, 0x20011, "KePulseEvent")
    old = set_event(k, Event)
    k.struct("_DISPATCHER_HEADER", Event).SignalState = 0
    if Wait:
        announce(k)
    return old
