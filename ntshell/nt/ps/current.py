"""Who runs: the current process and thread, whose a thread is, client ids."""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import object as ob
from ntshell.nt.ob.namespace import Entry
from ntshell.nt.ps.thread import FLAG_SYSTEM, FLAG_TERMINATED
from ntshell.nt.status import STATUS_INVALID_PARAMETER, STATUS_SUCCESS


def _process(k: Kernel) -> int:
    """The EPROCESS of the thread that runs."""
    return int(k.struct("_ETHREAD", k.thread.object).ThreadsProcess)


@export("""_IRQL_requires_max_(HIGH_LEVEL)
NTKERNELAPI PEPROCESS IoGetCurrentProcess(VOID);""")
def IoGetCurrentProcess(k: Kernel) -> Result:
    """Tell the process of the thread that runs; PsGetCurrentProcess is a macro for it."""
    return _process(k)


@export(
    """_IRQL_requires_max_(HIGH_LEVEL)
    NTKERNELAPI HANDLE PsGetCurrentProcessId(VOID);""",
    header="ntddk.h",
)
def PsGetCurrentProcessId(k: Kernel) -> Result:
    """Tell the id of the process of the thread that runs."""
    return int(k.struct("_EPROCESS", _process(k)).UniqueProcessId)


@export(
    """_IRQL_requires_max_(HIGH_LEVEL)
    NTKERNELAPI HANDLE PsGetCurrentThreadId(VOID);""",
    header="ntddk.h",
)
def PsGetCurrentThreadId(k: Kernel) -> Result:
    """Tell the id of the thread that runs."""
    return k.thread.number


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI HANDLE PsGetProcessId(_In_ PEPROCESS Process);""",
    header="ntddk.h",
)
def PsGetProcessId(k: Kernel, Process: int) -> Result:
    """Tell a process's id."""
    return int(k.struct("_EPROCESS", Process).UniqueProcessId)


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI HANDLE PsGetThreadId(_In_ PETHREAD Thread);""",
    header="ntddk.h",
)
def PsGetThreadId(k: Kernel, Thread: int) -> Result:
    """Tell a thread's id."""
    return int(k.struct("_ETHREAD", Thread).member("Cid").UniqueThread)


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI BOOLEAN PsIsThreadTerminating(_In_ PETHREAD Thread);""",
    header="ntifs.h",
)
def PsIsThreadTerminating(k: Kernel, Thread: int) -> Result:
    """Tell whether a thread is over."""
    return int(bool(k.struct("_ETHREAD", Thread).CrossThreadFlags & FLAG_TERMINATED))


@export("NTKERNELAPI BOOLEAN IoIsSystemThread(_In_ PETHREAD Thread);", header="ntifs.h")
def IoIsSystemThread(k: Kernel, Thread: int) -> Result:
    """Tell whether a thread is the system's, not a program's."""
    return _is_system(k, Thread)


@export("NTKERNELAPI BOOLEAN PsIsSystemThread(_In_ PETHREAD Thread);", header="ntifs.h")
def PsIsSystemThread(k: Kernel, Thread: int) -> Result:
    """Tell whether a thread is the system's, not a program's."""
    return _is_system(k, Thread)


def _is_system(k: Kernel, thread: int) -> int:
    return int(bool(k.struct("_ETHREAD", thread).CrossThreadFlags & FLAG_SYSTEM))


@export("NTKERNELAPI PEPROCESS PsGetThreadProcess(_In_ PETHREAD Thread);", header="ntifs.h")
def PsGetThreadProcess(k: Kernel, Thread: int) -> Result:
    """Tell the process that a thread belongs to."""
    return int(k.struct("_ETHREAD", Thread).ThreadsProcess)


@export("NTKERNELAPI HANDLE PsGetThreadProcessId(_In_ PETHREAD Thread);", header="ntddk.h")
def PsGetThreadProcessId(k: Kernel, Thread: int) -> Result:
    """Tell the id of the process that a thread belongs to."""
    return int(k.struct("_ETHREAD", Thread).member("Cid").UniqueProcess)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI BOOLEAN IoIs32bitProcess(_In_opt_ PIRP Irp);"""
)
def IoIs32bitProcess(k: Kernel, Irp: int) -> Result:
    """Tell whether a request comes from a 32-bit program: every program is of the machine's own width."""
    return int(k.arch.pointer == 4)


def _found(k: Kernel, kind: str, number: int) -> Entry | None:
    for entry in k.objects.known.values():
        if entry.type == kind and entry.facts.get("number") == number:
            found: Entry = entry
            return found
    return None


def _look_up(k: Kernel, kind: str, number: int, out: int) -> int:
    entry = _found(k, kind, number)
    if entry is None:
        return STATUS_INVALID_PARAMETER
    ob.reference(k, entry)
    ob.charge(k, entry)
    k.set_pointer(out, entry.address)
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI NTSTATUS PsLookupProcessByProcessId(_In_ HANDLE ProcessId, _Outptr_ PEPROCESS *Process);""",
    acquires="reference",
    header="ntifs.h",
)
def PsLookupProcessByProcessId(k: Kernel, ProcessId: int, Process: int) -> Result:
    """Find a process by its id and take a reference to it."""
    return _look_up(k, "Process", ProcessId, Process)


@export(
    """_IRQL_requires_max_(APC_LEVEL)
    NTKERNELAPI NTSTATUS PsLookupThreadByThreadId(_In_ HANDLE ThreadId, _Outptr_ PETHREAD *Thread);""",
    acquires="reference",
    header="ntifs.h",
)
def PsLookupThreadByThreadId(k: Kernel, ThreadId: int, Thread: int) -> Result:
    """Find a thread by its id and take a reference to it."""
    return _look_up(k, "Thread", ThreadId, Thread)
