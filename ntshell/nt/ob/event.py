"""Named events: IoCreateNotificationEvent and IoCreateSynchronizationEvent.

Rules: the event is made signalled, or opened when one of that name is there; the driver holds a handle to it, which it
closes, and the pointer is good for as long as the handle is open.
"""

from __future__ import annotations

from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import handle as handles
from ntshell.nt.ob import object as ob
from ntshell.nt.status import STATUS_SUCCESS

NOTIFICATION, SYNCHRONIZATION = 0, 1
_ALL_ACCESS = 0x1F0003


def make_event(k: Kernel, kind: int, signalled: bool, path: str = "") -> int:
    """An event object with one handle; returns the handle, or 0 when the name cannot be given."""
    from ntshell.nt.ke.dispatcher import initialize

    entry = ob.make(k, "Event", k.sizeof("_KEVENT"), f"event {path}".strip())
    initialize(k, entry.address, kind, k.sizeof("_KEVENT"), int(signalled))
    if path and k.objects.insert(path, "Event", entry.address, temporary=True) != STATUS_SUCCESS:
        ob.dereference(k, entry)
        return 0
    handle = handles.open_handle(k, entry, _ALL_ACCESS)
    ob.dereference(k, entry)
    return handle


def _named(k: Kernel, name: int, handle_out: int, kind: int) -> Result:
    path = k.unicode(name)
    entry = k.objects.lookup(path)
    if entry is not None and entry.type == "Event":
        handle = handles.open_handle(k, entry, _ALL_ACCESS)
    else:
        handle = make_event(k, kind, True, path)
        entry = handles.lookup(k, handle)
    k.set_pointer(handle_out, handle)
    return entry.address if entry is not None else 0


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI PKEVENT IoCreateNotificationEvent(_In_ PUNICODE_STRING EventName, _Out_ PHANDLE EventHandle);""",
    acquires="handle",
    stage=Stage(entry=4),
    fails=(0,),
)
def IoCreateNotificationEvent(k: Kernel, EventName: int, EventHandle: int) -> Result:
    """Make or open a named notification event."""
    return _named(k, EventName, EventHandle, NOTIFICATION)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI PKEVENT IoCreateSynchronizationEvent(_In_ PUNICODE_STRING EventName, _Out_ PHANDLE EventHandle);""",
    acquires="handle",
    stage=Stage(entry=4),
    fails=(0,),
)
def IoCreateSynchronizationEvent(k: Kernel, EventName: int, EventHandle: int) -> Result:
    """Make or open a named synchronization event."""
    return _named(k, EventName, EventHandle, SYNCHRONIZATION)
