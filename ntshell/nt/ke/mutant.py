"""Mutexes (KMUTANT): owned by a thread, recursively; a kernel mutex keeps normal kernel APCs off while it is owned.

SignalState is 1 when free, 0 when owned once, lower for each further time.  Rules: only the owner releases (0x11),
and no thread ends while it owns a kernel mutex (0x4000008A).
"""

from __future__ import annotations

from ntshell.ctype.value import Value
from ntshell.machine.thread import Thread
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.ke.checks import require_wait_level
from ntshell.nt.ke.dispatcher import MUTANT, initialize
from ntshell.nt.ke.wait import announce, wake
from ntshell.nt.kernel import Kernel

THREAD_NOT_MUTEX_OWNER, THREAD_TERMINATE_HELD_MUTEX = 0x11, 0x4000008A


def initialize_mutant(k: Kernel, address: int, owned: bool, apc_disable: int) -> None:
    """Make a mutant, free or owned by the present thread."""
    initialize(k, address, MUTANT, k.sizeof("_KMUTANT"), 0 if owned else 1)
    mutant = k.struct("_KMUTANT", address)
    mutant.Abandoned = 0
    mutant.ApcDisable = apc_disable
    mutant.OwnerThread = k.thread.object if owned else 0
    if owned:
        head = k.struct("_KTHREAD", k.thread.object).at("MutantListHead")
        k.list_insert_tail(head, mutant.at("MutantListEntry"))
    else:
        k.list_init(mutant.at("MutantListEntry"))


def release_mutant(k: Kernel, address: int) -> int:
    """Release a mutant once; its state before."""
    mutant = k.struct("_KMUTANT", address)
    old: int = mutant.Header.SignalState
    thread = k.thread.object
    if mutant.OwnerThread != thread:
        owner = mutant.OwnerThread
        k.bugcheck(
            THREAD_NOT_MUTEX_OWNER,
            thread,
            owner,
            address,
            rule=f"the mutex at {k.arch.format(address)} was released by a thread that does not own it; "
            + (f"thread {k.arch.format(owner)} does" if owner else "it is free"),
            mend="release a mutex in the thread that waited for it, as often as it waited",
        )
    mutant.Header.SignalState = old + 1
    if old == 0:
        _disown(k, mutant)
        wake(k, address)
    return old


def thread_ending(k: Kernel, thread: Thread) -> None:
    """A thread ends: abandon the mutants it owns; a kernel mutex among them is a bug check."""
    head = k.struct("_KTHREAD", thread.object).at("MutantListHead")
    offset = k.struct("_KMUTANT", 0).at("MutantListEntry")
    for entry in list(k.list_walk(head)):
        mutant = k.struct("_KMUTANT", entry - offset)
        if mutant.ApcDisable:
            k.bugcheck(
                THREAD_TERMINATE_HELD_MUTEX,
                thread.object,
                mutant.address,
                rule=f"thread {thread.number:x} ({thread.name}) ended while it owned the mutex at "
                f"{k.arch.format(mutant.address)}",
                mend="release every mutex that the thread waited for before it ends",
            )
        mutant.Header.SignalState = 1
        mutant.Abandoned = 1
        _disown(k, mutant)
        wake(k, mutant.address)


def _disown(k: Kernel, mutant: Value) -> None:
    owner = k.struct("_KTHREAD", mutant.OwnerThread)
    k.list_remove(mutant.at("MutantListEntry"))
    k.list_init(mutant.at("MutantListEntry"))
    mutant.OwnerThread = 0
    if mutant.ApcDisable:
        owner.KernelApcDisable = owner.KernelApcDisable + mutant.ApcDisable


@export(
    "NTKERNELAPI VOID KeInitializeMutex(_Out_ PRKMUTEX Mutex, _In_ ULONG Level);",
    stage=Stage(entry=4),
)
def KeInitializeMutex(k: Kernel, Mutex: int, Level: int) -> Result:
    """Makes a free mutex."""
    initialize_mutant(k, Mutex, False, 1)
    return None


@export(
    "NTKERNELAPI VOID KeInitializeMutant(_Out_ PRKMUTANT Mutant, _In_ BOOLEAN InitialOwner);",
    header="ntifs.h",
    stage=Stage(entry=4),
)
def KeInitializeMutant(k: Kernel, Mutant: int, InitialOwner: int) -> Result:
    """Makes a mutant, owned by the caller or free."""
    initialize_mutant(k, Mutant, bool(InitialOwner), 0)
    return None


@export("""_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI LONG KeReleaseMutex(_Inout_ PRKMUTEX Mutex, _In_ BOOLEAN Wait);""")
def KeReleaseMutex(k: Kernel, Mutex: int, Wait: int) -> Result:
    """Releases a mutex that the calling thread owns; 0 when it is free now."""
    require_wait_level(k, Wait, 0x20011, "KeReleaseMutex")
    old = release_mutant(k, Mutex)
    if Wait:
        announce(k)
    return old


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTKERNELAPI LONG KeReleaseMutant(_Inout_ PRKMUTANT Mutant, _In_ KPRIORITY Increment, _In_ BOOLEAN Abandoned,
        _In_ BOOLEAN Wait);""",
    header="ntifs.h",
)
def KeReleaseMutant(k: Kernel, Mutant: int, Increment: int, Abandoned: int, Wait: int) -> Result:
    """Releases a mutant; an abandoned one is freed whatever its count."""
    require_wait_level(k, Wait, 0x20011, "KeReleaseMutant")
    mutant = k.struct("_KMUTANT", Mutant)
    if Abandoned and mutant.OwnerThread:
        old: int = mutant.Header.SignalState
        mutant.Header.SignalState = 1
        mutant.Abandoned = 1
        _disown(k, mutant)
        wake(k, Mutant)
        return old
    old = release_mutant(k, Mutant)
    if Wait:
        announce(k)
    return old


@export("_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI LONG KeReadStateMutex(_In_ PRKMUTEX Mutex);")
def KeReadStateMutex(k: Kernel, Mutex: int) -> Result:
    """Tells a mutex's state: 1 when free."""
    return int(k.struct("_KMUTANT", Mutex).Header.SignalState)


@export(
    "_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI LONG KeReadStateMutant(_In_ PRKMUTANT Mutant);",
    header="ntifs.h",
)
def KeReadStateMutant(k: Kernel, Mutant: int) -> Result:
    """Tells a mutant's state: 1 when free."""
    return int(k.struct("_KMUTANT", Mutant).Header.SignalState)
