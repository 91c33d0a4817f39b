"""Deferred procedure calls: the processor's queue is the LIST_ENTRY list of KDPCs at KPRCB.DpcListHead.

Rules: a KDPC is queued at most once, a second request is dropped with its arguments; it is out of the queue when
its routine is called, so it can be queued again from there; high importance goes to the head.  DpcData is the queue
while it is queued, else NULL.
"""

from __future__ import annotations

from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.ke.checks import DPC_OBJECT, THREADED_DPC_OBJECT, TIMER_OR_DPC_INVALID, module_of, require_type, symbol
from ntshell.nt.ke.state import PROCESSORS
from ntshell.nt.kernel import Kernel

MEDIUM_IMPORTANCE, HIGH_IMPORTANCE = 1, 2
_KINDS = (DPC_OBJECT, THREADED_DPC_OBJECT)


# --- for the engine and the rest of the kernel ----------------------------------------------------------------------
def dpc_queued(k: Kernel) -> int:
    """How many DPCs are queued."""
    head = k.ke.dpc_list
    return 0 if k.pointer(head) == head else sum(1 for _ in k.list_walk(head))


def queued(k: Kernel) -> tuple[int, ...]:
    """The queued KDPCs, next first."""
    offset = k.struct("_KDPC", 0).at("DpcListEntry")
    return tuple(entry - offset for entry in k.list_walk(k.ke.dpc_list))


def take_dpc(k: Kernel) -> tuple[int, tuple[int, ...]] | None:
    """Dequeue the first DPC: its routine and the routine's arguments."""
    head = k.ke.dpc_list
    entry = k.pointer(head)
    if entry == head:
        return None
    address = entry - k.struct("_KDPC", 0).at("DpcListEntry")
    dpc = k.struct("_KDPC", address)
    _dequeue(k, address)
    prcb = k.struct("_KPRCB", k.ke.prcb)
    prcb.DpcCount = prcb.DpcCount + 1
    return dpc.DeferredRoutine, (address, dpc.DeferredContext, dpc.SystemArgument1, dpc.SystemArgument2)


def insert_dpc(k: Kernel, address: int, argument1: int = 0, argument2: int = 0) -> bool:
    """Queue a DPC; False when it is queued already."""
    require_type(k, address, _KINDS, 1, "DPC object", "KeInitializeDpc or IoInitializeDpcRequest")
    dpc = k.struct("_KDPC", address)
    if dpc.DpcData:
        return False
    state = k.ke
    dpc.SystemArgument1, dpc.SystemArgument2 = argument1, argument2
    dpc.DpcData = state.dpc_list
    insert = k.list_insert_head if dpc.Importance == HIGH_IMPORTANCE else k.list_insert_tail
    insert(state.dpc_list, dpc.at("DpcListEntry"))
    _depth(k, 1)
    routine = dpc.DeferredRoutine
    text = f"DPC of {symbol(k, routine)}"
    owner = module_of(k, routine)
    if owner:  # a DPC of nt's own is owed by nobody
        k.acquire("dpc", address, text, driver=owner)
    frame = k.driver_frame() if k.call_place is not None else None  # else the clock did it, on top of whatever ran
    by = frame.code.symbol if frame is not None else ""
    k.emit("dpc", f"{text} queued", action="queue", dpc=address, routine=routine, by=by)
    return True


def remove_dpc(k: Kernel, address: int) -> bool:
    """Take a DPC out of the queue; False when it is not in it."""
    dpc = k.struct("_KDPC", address)
    if not dpc.DpcData:
        return False
    _dequeue(k, address)
    k.emit("dpc", f"DPC of {symbol(k, dpc.DeferredRoutine)} removed", action="remove", dpc=address)
    return True


def initialize_dpc(k: Kernel, address: int, routine: int, context: int, kind: int = DPC_OBJECT) -> None:
    """Make a KDPC; one that is queued now would tear the queue apart."""
    if address in queued(k):
        k.bugcheck(
            TIMER_OR_DPC_INVALID,
            1,
            address,
            rule=f"the DPC at {k.arch.format(address)} was initialized again while it is queued",
            mend="initialize a KDPC once, and call KeRemoveQueueDpc before it is used for anything else",
        )
    dpc = k.struct("_KDPC", address)
    dpc.clear()
    dpc.Type = kind
    dpc.Importance = MEDIUM_IMPORTANCE
    dpc.DeferredRoutine, dpc.DeferredContext = routine, context


def _dequeue(k: Kernel, address: int) -> None:
    dpc = k.struct("_KDPC", address)
    k.list_remove(dpc.at("DpcListEntry"))
    dpc.DpcData = 0
    _depth(k, -1)
    k.release("dpc", address)


def _depth(k: Kernel, change: int) -> None:
    prcb = k.struct("_KPRCB", k.ke.prcb)
    prcb.DpcQueueDepth = prcb.DpcQueueDepth + change


# --- exports --------------------------------------------------------------------------------------------------------
@export(
    """NTKERNELAPI VOID KeInitializeDpc(_Out_ PRKDPC Dpc, _In_ PKDEFERRED_ROUTINE DeferredRoutine,
    _In_opt_ PVOID DeferredContext);""",
    stage=Stage(entry=4),
)
def KeInitializeDpc(k: Kernel, Dpc: int, DeferredRoutine: int, DeferredContext: int) -> Result:
    """Makes a DPC object of a routine and its context."""
    initialize_dpc(k, Dpc, DeferredRoutine, DeferredContext)
    return None


@export(
    """NTKERNELAPI VOID KeInitializeThreadedDpc(_Out_ PRKDPC Dpc, _In_ PKDEFERRED_ROUTINE DeferredRoutine,
    _In_opt_ PVOID DeferredContext);""",
    stage=Stage(entry=4),
)
def KeInitializeThreadedDpc(k: Kernel, Dpc: int, DeferredRoutine: int, DeferredContext: int) -> Result:
    """Makes a threaded DPC; it runs as an ordinary one, which the system may always do."""
    initialize_dpc(k, Dpc, DeferredRoutine, DeferredContext, THREADED_DPC_OBJECT)
    return None


@export(
    """_IRQL_requires_max_(HIGH_LEVEL)
    NTKERNELAPI BOOLEAN KeInsertQueueDpc(_Inout_ PRKDPC Dpc, _In_opt_ PVOID SystemArgument1,
        _In_opt_ PVOID SystemArgument2);""",
    acquires="dpc",
)
def KeInsertQueueDpc(k: Kernel, Dpc: int, SystemArgument1: int, SystemArgument2: int) -> Result:
    """Queues a DPC; FALSE when it is queued already."""
    return int(insert_dpc(k, Dpc, SystemArgument1, SystemArgument2))


@export(
    "_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI BOOLEAN KeRemoveQueueDpc(_Inout_ PRKDPC Dpc);",
    releases="dpc",
    stage=Stage(unload=2),
)
def KeRemoveQueueDpc(k: Kernel, Dpc: int) -> Result:
    """Takes a DPC out of the queue; FALSE when it is not in it. One that is running goes on."""
    return int(remove_dpc(k, Dpc))


@export("_IRQL_requires_max_(PASSIVE_LEVEL) NTKERNELAPI VOID KeFlushQueuedDpcs(VOID);", stage=Stage(unload=2))
def KeFlushQueuedDpcs(k: Kernel) -> Result:
    """Returns when every queued DPC has run; at PASSIVE_LEVEL they run before the caller's next step in any case."""
    return None


@export("NTKERNELAPI VOID KeSetImportanceDpc(_Inout_ PRKDPC Dpc, _In_ KDPC_IMPORTANCE Importance);")
def KeSetImportanceDpc(k: Kernel, Dpc: int, Importance: int) -> Result:
    """Says where in the queue a DPC goes: to the head when its importance is high."""
    k.struct("_KDPC", Dpc).Importance = Importance
    return None


@export(
    "NTKERNELAPI VOID KeSetTargetProcessorDpc(_Inout_ PRKDPC Dpc, _In_ CCHAR Number);",
    header="ntddk.h",
)
def KeSetTargetProcessorDpc(k: Kernel, Dpc: int, Number: int) -> Result:
    """Says on which processor a DPC is to run."""
    if not PROCESSORS >> (Number & 0xFF) & 1:
        k.bugcheck(
            TIMER_OR_DPC_INVALID,
            3,
            Dpc,
            Number & 0xFF,
            len(k.machine.processors),
            rule=f"KeSetTargetProcessorDpc names processor {Number & 0xFF}, which does not exist",
            mend="give a number below KeNumberProcessors",
        )
    k.struct("_KDPC", Dpc).Number = Number
    return None
