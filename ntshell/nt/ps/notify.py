"""Notify routines for processes, threads and images.

Rules: eight routines of a kind at most, none twice.  Processes, threads of programs and images of programs do not come
and go here, so the routines are kept, and owed back, but there is nothing to call them for.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_SUCCESS

LIMIT = 8
STATUS_PROCEDURE_NOT_FOUND = 0xC000007A


def _add(k: Kernel, kind: str, routine: int) -> int:
    if (kind, routine) in k.ps.notify:
        return STATUS_INVALID_PARAMETER
    if sum(each == kind for each, _ in k.ps.notify) >= LIMIT:
        return STATUS_INSUFFICIENT_RESOURCES
    k.journal.append(k.ps.notify, (kind, routine))
    code = k.codes.get(routine)
    name = code.symbol if code is not None else k.arch.format(routine)
    k.acquire("callback", (kind, routine), f"{kind} notify routine {name}")
    return STATUS_SUCCESS


def _remove(k: Kernel, kind: str, routine: int) -> int:
    if (kind, routine) not in k.ps.notify:
        return STATUS_PROCEDURE_NOT_FOUND
    k.journal.pop(k.ps.notify, k.ps.notify.index((kind, routine)))
    k.release("callback", (kind, routine))
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS PsSetCreateProcessNotifyRoutine(_In_ PCREATE_PROCESS_NOTIFY_ROUTINE NotifyRoutine,
        _In_ BOOLEAN Remove);""",
    acquires="callback",
    releases="callback",
    header="ntddk.h",
)
def PsSetCreateProcessNotifyRoutine(k: Kernel, NotifyRoutine: int, Remove: int) -> Result:
    """Have a routine called when processes come and go, or no longer."""
    return (_remove if Remove else _add)(k, "process", NotifyRoutine)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS PsSetCreateThreadNotifyRoutine(_In_ PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine);""",
    acquires="callback",
    header="ntddk.h",
)
def PsSetCreateThreadNotifyRoutine(k: Kernel, NotifyRoutine: int) -> Result:
    """Have a routine called when threads come and go."""
    return _add(k, "thread", NotifyRoutine)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS PsRemoveCreateThreadNotifyRoutine(_In_ PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine);""",
    releases="callback",
    header="ntddk.h",
)
def PsRemoveCreateThreadNotifyRoutine(k: Kernel, NotifyRoutine: int) -> Result:
    """Have a routine no longer called when threads come and go."""
    return _remove(k, "thread", NotifyRoutine)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS PsSetLoadImageNotifyRoutine(_In_ PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine);""",
    acquires="callback",
    header="ntddk.h",
)
def PsSetLoadImageNotifyRoutine(k: Kernel, NotifyRoutine: int) -> Result:
    """Have a routine called when images are mapped."""
    return _add(k, "image", NotifyRoutine)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS PsRemoveLoadImageNotifyRoutine(_In_ PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine);""",
    releases="callback",
    header="ntddk.h",
)
def PsRemoveLoadImageNotifyRoutine(k: Kernel, NotifyRoutine: int) -> Result:
    """Have a routine no longer called when images are mapped."""
    return _remove(k, "image", NotifyRoutine)
