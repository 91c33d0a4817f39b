"""Threads as the kernel core sees them: delays, priorities, critical regions.

Rules: priorities go from 1 to 31; a critical region is left as often as it was entered (0xC4/0x3E).
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.ke.checks import VERIFIER
from ntshell.nt.ke.state import PROCESSORS
from ntshell.nt.ke.wait import delay, open_wait, thread_of
from ntshell.nt.kernel import Finding, Kernel

LOWEST, HIGHEST_PRIORITY, REALTIME = 1, 31, 16
PROCESS_BASE = 8  # base priority of the system process


@export("""_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI NTSTATUS KeDelayExecutionThread(_In_ KPROCESSOR_MODE WaitMode, _In_ BOOLEAN Alertable,
    _In_ PLARGE_INTEGER Interval);""")
def KeDelayExecutionThread(k: Kernel, WaitMode: int, Alertable: int, Interval: int) -> Result:
    """Parks the calling thread for a while, or until an absolute time."""
    open_wait(k)
    return delay(k, k.struct("_LARGE_INTEGER", Interval).QuadPart, bool(Alertable))


@export("_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI PKTHREAD KeGetCurrentThread(VOID);")
def KeGetCurrentThread(k: Kernel) -> Result:
    """Tells the thread whose stack is in use."""
    return k.thread.object


@export("""_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI KPRIORITY KeSetPriorityThread(_Inout_ PKTHREAD Thread, _In_ KPRIORITY Priority);""")
def KeSetPriorityThread(k: Kernel, Thread: int, Priority: int) -> Result:
    """Sets a thread's priority and returns the old one."""
    return _set_priority(k, Thread, Priority)


@export("_IRQL_requires_max_(PASSIVE_LEVEL) NTKERNELAPI KPRIORITY KeQueryPriorityThread(_In_ PKTHREAD Thread);")
def KeQueryPriorityThread(k: Kernel, Thread: int) -> Result:
    """Tells a thread's priority."""
    return int(k.struct("_KTHREAD", Thread).Priority)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI LONG KeSetBasePriorityThread(_Inout_ PKTHREAD Thread, _In_ LONG Increment);""",
    header="ntddk.h",
)
def KeSetBasePriorityThread(k: Kernel, Thread: int, Increment: int) -> Result:
    """Sets a thread's base priority relative to its process, and returns the old increment."""
    kthread = k.struct("_KTHREAD", Thread)
    old: int = kthread.BasePriority - PROCESS_BASE
    base = min(max(PROCESS_BASE + Increment, LOWEST), REALTIME - 1)
    kthread.BasePriority = base
    _set_priority(k, Thread, base)
    return old


@export("_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI VOID KeEnterCriticalRegion(VOID);")
def KeEnterCriticalRegion(k: Kernel) -> Result:
    """Keeps normal kernel APCs from the calling thread."""
    kthread = k.struct("_KTHREAD", k.thread.object)
    kthread.KernelApcDisable = kthread.KernelApcDisable - 1
    return None


@export("_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI VOID KeLeaveCriticalRegion(VOID);")
def KeLeaveCriticalRegion(k: Kernel) -> Result:
    """Ends what KeEnterCriticalRegion began."""
    kthread = k.struct("_KTHREAD", k.thread.object)
    if not kthread.KernelApcDisable:
        k.bugcheck(
            VERIFIER,
            0x3E,
            rule="KeLeaveCriticalRegion was called outside a critical region",
            mend="call it once for each KeEnterCriticalRegion, in the same thread",
        )
    kthread.KernelApcDisable = kthread.KernelApcDisable + 1
    return None


@export("_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI BOOLEAN KeAreApcsDisabled(VOID);")
def KeAreApcsDisabled(k: Kernel) -> Result:
    """Tells whether normal kernel APCs are kept from the calling thread."""
    return int(bool(k.struct("_KTHREAD", k.thread.object).KernelApcDisable))


@export("_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID KeSetSystemAffinityThread(_In_ KAFFINITY Affinity);")
def KeSetSystemAffinityThread(k: Kernel, Affinity: int) -> Result:
    """Has the calling thread run on the processors of a mask."""
    if not Affinity & PROCESSORS:
        k.bugcheck(
            0x03,
            Affinity,
            rule=f"KeSetSystemAffinityThread was given {Affinity:#x}, which names no processor of this machine",
            mend="give a subset of what KeQueryActiveProcessors returns",
        )
    kthread = k.struct("_KTHREAD", k.thread.object)
    kthread.Affinity, kthread.SystemAffinityActive = Affinity & PROCESSORS, 1
    return None


@export("_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI VOID KeRevertToUserAffinityThread(VOID);", header="ntddk.h")
def KeRevertToUserAffinityThread(k: Kernel) -> Result:
    """Ends what KeSetSystemAffinityThread began."""
    kthread = k.struct("_KTHREAD", k.thread.object)
    kthread.Affinity, kthread.SystemAffinityActive = kthread.UserAffinity, 0
    return None


def _set_priority(k: Kernel, address: int, priority: int) -> int:
    if not LOWEST <= priority <= HIGHEST_PRIORITY:
        _out_of_range(k, priority)
        priority = min(max(priority, LOWEST), HIGHEST_PRIORITY)
    kthread = k.struct("_KTHREAD", address)
    old: int = kthread.Priority
    kthread.Priority = priority
    thread = thread_of(k, address)
    if thread is not None:
        k.journal.set(thread, "priority", priority)
    return old


def _out_of_range(k: Kernel, priority: int) -> None:
    k.report(
        Finding(
            code=0,
            name="PRIORITY_OUT_OF_RANGE",
            parameters=(priority,),
            rule=f"a thread's priority was set to {priority}; it goes from {LOWEST} to {HIGHEST_PRIORITY}",
            mend="give LOW_REALTIME_PRIORITY (16) or another level from 1 to 31",
            place=k.place(),
            position=k.journal.position,
            driver=k.caller,
            fatal=False,
        )
    )
