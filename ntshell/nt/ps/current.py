"""Who runs: the current process and thread, client ids, the system's version."""

from __future__ import annotations

from ntshell.nt.data_exports import BUILD
from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import object as ob
from ntshell.nt.ob.namespace import Entry
from ntshell.nt.ps.thread import FLAG_TERMINATED
from ntshell.nt.status import STATUS_INVALID_PARAMETER, STATUS_SUCCESS

MAJOR, MINOR = 4, 0
SERVICE_PACK = "Service Pack 6"


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


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI BOOLEAN PsGetVersion(_Out_opt_ PULONG MajorVersion, _Out_opt_ PULONG MinorVersion,
        _Out_opt_ PULONG BuildNumber, _Out_opt_ PUNICODE_STRING CSDVersion);""",
    header="ntddk.h",
)
def PsGetVersion(k: Kernel, MajorVersion: int, MinorVersion: int, BuildNumber: int, CSDVersion: int) -> Result:
    """Tell the system's version; the result is whether it is a checked build."""
    for address, value in ((MajorVersion, MAJOR), (MinorVersion, MINOR), (BuildNumber, BUILD)):
        if address:
            k.memory.store(address, 4, value)
    if CSDVersion:
        string, data = k.struct("_UNICODE_STRING", CSDVersion), SERVICE_PACK.encode("utf-16-le")
        fits = data[: string.MaximumLength & ~1]
        k.memory.write(string.Buffer, fits)
        string.Length = len(fits)
    return 0


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
