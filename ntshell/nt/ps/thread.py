"""Threads: making one, and its end.

A thread has an ETHREAD, which is a waitable object, and a kernel stack with unmapped pages below it.  Its bottom frame is
nt's; the driver's routine is entered from there when the thread first runs.  A thread that is over is signalled at once;
its stack and its own reference go when another thread runs (`reap`), since until then interrupts still use that stack.

Rule: a system thread ends by PsTerminateSystemThread, or by returning; nobody else can end it.
"""

from __future__ import annotations

from ntshell.ctype.value import Value
from ntshell.machine.memory import PAGE, Region
from ntshell.machine.thread import ROOM, Pending, Thread
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import EndThread, Result
from ntshell.nt.ke.state import READY, TERMINATED
from ntshell.nt.kernel import Kernel
from ntshell.nt.ob import handle as handles
from ntshell.nt.ob import object as ob
from ntshell.nt.ob.namespace import Entry
from ntshell.nt.ps.state import next_id, user_process
from ntshell.nt.status import (
    STATUS_INVALID_HANDLE,
    STATUS_INVALID_PARAMETER,
    STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_SUCCESS,
)

PRIORITY = 8
STACKS_SPAN = 0x6000000  # address space for kernel stacks
FLAG_TERMINATED, FLAG_SYSTEM = 0x1, 0x10


# --- making ----------------------------------------------------------------------------------------------------------
def new_thread(
    k: Kernel, name: str, routine: int, context: int, system_process: bool = True, user: bool = False
) -> Thread:
    """A thread that is ready to enter `routine(context)`."""
    from ntshell.nt.ke.wait import make_ready

    reap(k)
    process = k.ps.system_process if system_process and not user else user_process(k)
    number = next_id(k)
    entry = ob.make(k, "Thread", k.sizeof("_ETHREAD"), f"thread {name}", number=number)
    thread = Thread(name, number, entry.address, priority=PRIORITY, user=user)
    limit = _stack(k, name)
    thread.stack_limit, thread.stack_base = limit, limit + k.arch.stack_size
    thread.stack = thread.stack_base - ROOM
    thread.facts["start"] = (routine, (context,))
    args, top = (routine, context), thread.stack_base
    thread.frames.append(Pending("nt!PspSystemThreadStartup", "thread", None, -1, args=args, stack=top))
    _fill(k, thread, process, routine)
    k.journal.append(k.machine.threads, thread)
    make_ready(k, thread)
    return thread


def _stack(k: Kernel, name: str) -> int:
    """A kernel stack; the page below it and the one above stay empty."""
    size, pages, first = k.arch.stack_size, k.memory.pages, k.arch.stacks
    step = size + 2 * PAGE
    at = k.ps.stack_cursor
    for _ in range(STACKS_SPAN // step):
        if at + step > first + STACKS_SPAN:
            at = first
        if all(page not in pages for page in range(at // PAGE, (at + step) // PAGE)):
            break
        at += step
    k.journal.set(k.ps, "stack_cursor", at + step)
    base: int = at + PAGE
    k.memory.add(Region(base, size, "stack", bytearray(size), note=f"kernel stack of thread {name}"))
    return base


def _fill(k: Kernel, thread: Thread, process: int, routine: int) -> None:
    from ntshell.nt.ke.dispatcher import THREAD, initialize

    ethread = k.struct("_ETHREAD", thread.object)
    initialize(k, thread.object, THREAD, k.sizeof("_KTHREAD"), 0)
    _fill_kthread(k, ethread.member("Tcb"), thread, process)
    for head in ("IrpList", "PostBlockList", "ActiveTimerListHead"):
        k.list_init(ethread.at(head))
    ethread.ThreadsProcess, ethread.StartAddress = process, routine
    owner = k.struct("_EPROCESS", process)
    ethread.member("Cid").UniqueProcess = owner.UniqueProcessId
    ethread.member("Cid").UniqueThread = thread.number
    ethread.member("CreateTime").QuadPart = k.machine.now
    ethread.CrossThreadFlags = FLAG_SYSTEM if process == k.ps.system_process else 0
    k.list_insert_tail(owner.at("ThreadListHead"), ethread.at("ThreadListEntry"))
    k.list_insert_tail(owner.at("Pcb.ThreadListHead"), ethread.at("Tcb.ThreadListEntry"))
    owner.ActiveThreads = owner.ActiveThreads + 1


def _fill_kthread(k: Kernel, kthread: Value, thread: Thread, process: int) -> None:
    k.list_init(kthread.at("MutantListHead"))
    for state in ("ApcState", "SavedApcState"):
        k.list_init(kthread.at(f"{state}.ApcListHead[0]"))
        k.list_init(kthread.at(f"{state}.ApcListHead[1]"))
    kthread.member("ApcState").Process = process
    kthread.ApcStatePointer[0] = kthread.at("ApcState")
    kthread.ApcStatePointer[1] = kthread.at("SavedApcState")
    kthread.StackBase = kthread.InitialStack = kthread.KernelStack = thread.stack_base
    kthread.StackLimit = thread.stack_limit
    kthread.State, kthread.Priority, kthread.BasePriority = READY, PRIORITY, PRIORITY
    kthread.Affinity = kthread.UserAffinity = (1 << len(k.machine.processors)) - 1
    kthread.PreviousMode = int(thread.user)
    kthread.ApcQueueable = kthread.KernelStackResident = 1


# --- the end ---------------------------------------------------------------------------------------------------------
def terminate(k: Kernel, thread: Thread, status: int) -> None:
    """The thread is over: who waits for it goes on."""
    from ntshell.nt.ke.mutant import thread_ending
    from ntshell.nt.ke.wait import wake

    thread_ending(k, thread)
    _check_end(k, thread)
    reap(k)
    ethread = k.struct("_ETHREAD", thread.object)
    ethread.ExitStatus = status
    ethread.member("ExitTime").QuadPart = k.machine.now
    ethread.CrossThreadFlags = ethread.CrossThreadFlags | FLAG_TERMINATED
    process = ethread.deref("ThreadsProcess")
    process.ActiveThreads = process.ActiveThreads - 1
    k.list_remove(ethread.at("ThreadListEntry"))
    k.list_remove(ethread.at("Tcb.ThreadListEntry"))
    kthread = ethread.member("Tcb")
    kthread.State = TERMINATED
    k.journal.set(thread, "state", "terminated")
    k.journal.append(k.ps.dying, thread)
    k.release("thread", thread.object)
    k.emit("object", f"thread {thread.number:x} ({thread.name}) is over", number=thread.number, status=status)
    kthread.member("Header").SignalState = 1
    wake(k, thread.object)


def _check_end(k: Kernel, thread: Thread) -> None:
    """A thread must not end with APCs disabled."""
    kthread = k.struct("_KTHREAD", thread.object)
    if kthread.KernelApcDisable or k.irql:
        k.bugcheck(
            0x20, 0, kthread.KernelApcDisable & 0xFFFF, k.irql, 0,
            rule=f"thread {thread.number:x} ({thread.name}) ended at IRQL {k.irql} with its APC disable count at "
            f"{kthread.KernelApcDisable}",
            mend="leave every critical region, release what was acquired and lower the IRQL before the thread ends",
        )  # fmt: skip


def reap(k: Kernel) -> None:
    """Give back stack and reference of the threads that are over and no longer in use by the processor."""
    for index in range(len(k.ps.dying) - 1, -1, -1):
        thread = k.ps.dying[index]
        if any(processor.thread is thread for processor in k.machine.processors):
            continue
        k.journal.pop(k.ps.dying, index)
        k.memory.remove(k.memory.regions[thread.stack_limit])
        ob.dereference(k, ob.find(k, thread.object))


def _deleted(k: Kernel, entry: Entry) -> Result:
    threads = k.machine.threads
    for index, thread in enumerate(threads):
        if thread.object == entry.address:
            k.journal.pop(threads, index)
            break
    return 0


ob.DELETE["Thread"] = _deleted


# --- what drivers call -----------------------------------------------------------------------------------------------
@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS PsCreateSystemThread(_Out_ PHANDLE ThreadHandle, _In_ ULONG DesiredAccess,
        _In_opt_ POBJECT_ATTRIBUTES ObjectAttributes, _In_opt_ HANDLE ProcessHandle, _Out_opt_ PCLIENT_ID ClientId,
        _In_ PKSTART_ROUTINE StartRoutine, _In_opt_ PVOID StartContext);""",
    acquires=("thread", "handle"),
    stage=Stage(entry=5),
)
def PsCreateSystemThread(
    k: Kernel, ThreadHandle: int, DesiredAccess: int, ObjectAttributes: int, ProcessHandle: int, ClientId: int,
    StartRoutine: int, StartContext: int,
) -> Result:  # fmt: skip
    """Make a thread that runs a driver's routine, in the system process unless told else, and open a handle to it."""
    owner = handles.lookup(k, ProcessHandle) if ProcessHandle else None
    if ProcessHandle and (owner is None or owner.type != "Process"):
        return STATUS_INVALID_HANDLE if owner is None else STATUS_OBJECT_TYPE_MISMATCH
    code = k.codes.get(StartRoutine)
    name = code.name if code is not None else k.arch.format(StartRoutine)
    own = owner is None or owner.address == k.ps.system_process
    thread = new_thread(k, name, StartRoutine, StartContext, system_process=own)
    k.acquire("thread", thread.object, f"thread {thread.number:x} ({name})")
    handle = handles.open_handle(k, ob.find(k, thread.object), DesiredAccess)
    k.set_pointer(ThreadHandle, handle)
    if ClientId:
        cid = k.struct("_CLIENT_ID", ClientId)
        process = k.struct("_EPROCESS", k.struct("_ETHREAD", thread.object).ThreadsProcess)
        cid.UniqueProcess, cid.UniqueThread = process.UniqueProcessId, thread.number
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS PsTerminateSystemThread(_In_ NTSTATUS ExitStatus);""",
    releases="thread",
)
def PsTerminateSystemThread(k: Kernel, ExitStatus: int) -> Result:
    """End the calling system thread; the call does not return."""
    if k.thread.user:
        return STATUS_INVALID_PARAMETER
    return EndThread(ExitStatus)
