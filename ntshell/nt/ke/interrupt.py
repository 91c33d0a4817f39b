"""Interrupt objects: connecting an ISR to a vector, and running code in step with it.

Rules (NT 4.0 DDK): the vector must be a device's; SynchronizeIrql is Irql or higher; FloatingSave is FALSE; a
vector is shared only when every connection says so and all have the same mode.  An ISR runs at SynchronizeIrql and
holds the interrupt spin lock; KeSynchronizeExecution runs a routine in the same way, so that neither comes between
the other's steps, and calling it from the ISR would never end.
"""

from __future__ import annotations

from functools import partial

from ntshell.ctype.value import Value
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Call, Result
from ntshell.nt.hal import irq
from ntshell.nt.ke import spinlock
from ntshell.nt.ke.checks import VERIFIER, level_name, symbol
from ntshell.nt.ke.state import PROCESSORS
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_SUCCESS

INTERRUPT_OBJECT = 22
LEVEL_SENSITIVE, LATCHED = 0, 1


# --- for the engine and the I/O manager -----------------------------------------------------------------------------
def connected(k: Kernel, vector: int) -> tuple[int, ...]:
    """The KINTERRUPTs of a vector, in connection order."""
    return k.ke.interrupts.get(vector, ())  # type: ignore[no-any-return]


def connect(
    k: Kernel,
    routine: int,
    context: int,
    lock: int,
    vector: int,
    irql: int,
    synchronize: int,
    mode: int,
    share: bool,
) -> int:
    """Make an interrupt object and put it last in its vector's chain; its address."""
    address: int = k.pool.allocate_system(k.sizeof("_KINTERRUPT"), "interrupt object")
    interrupt = k.struct("_KINTERRUPT", address)
    interrupt.clear()
    interrupt.Type, interrupt["Size"] = INTERRUPT_OBJECT, k.sizeof("_KINTERRUPT")
    interrupt.ServiceRoutine, interrupt.ServiceContext = routine, context
    interrupt.ActualLock = lock or interrupt.at("SpinLock")
    interrupt.Vector, interrupt.Irql, interrupt.SynchronizeIrql = vector, irql, synchronize
    interrupt.Mode, interrupt.ShareVector, interrupt.Connected = mode, share, 1
    chain = connected(k, vector)
    if chain:
        k.list_insert_tail(
            k.struct("_KINTERRUPT", chain[0]).at("InterruptListEntry"), interrupt.at("InterruptListEntry")
        )
    else:
        k.list_init(interrupt.at("InterruptListEntry"))
    k.journal.put(k.ke.interrupts, vector, (*chain, address))
    return address


def disconnect(k: Kernel, address: int) -> None:
    """Take an interrupt object out of its chain and free it."""
    interrupt = k.struct("_KINTERRUPT", address)
    chain = connected(k, interrupt.Vector)
    if address not in chain:
        k.bugcheck(
            0xC2,
            0x99,
            address,
            rule=f"IoDisconnectInterrupt was given {k.arch.format(address)}, which is no connected interrupt object",
            mend="disconnect once, with the pointer that IoConnectInterrupt stored",
        )
    rest = tuple(other for other in chain if other != address)
    if rest:
        k.journal.put(k.ke.interrupts, interrupt.Vector, rest)
    else:
        k.journal.delete(k.ke.interrupts, interrupt.Vector)
    k.list_remove(interrupt.at("InterruptListEntry"))
    interrupt.Connected = 0
    k.pool.free_system(address)


def enter(k: Kernel, address: int) -> int:
    """Go to an interrupt object's SynchronizeIrql and take its lock, as for its ISR; the IRQL before."""
    interrupt = k.struct("_KINTERRUPT", address)
    old = k.irql
    k.set_irql(max(old, interrupt.SynchronizeIrql))
    spinlock.acquire(k, interrupt.ActualLock, old)
    return old


def leave(k: Kernel, address: int, irql: int) -> None:
    """Give an interrupt object's lock back and restore the IRQL."""
    spinlock.release(k, k.struct("_KINTERRUPT", address).ActualLock)
    k.set_irql(irql)


# --- exports --------------------------------------------------------------------------------------------------------
@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoConnectInterrupt(_Out_ PKINTERRUPT *InterruptObject, _In_ PKSERVICE_ROUTINE ServiceRoutine,
        _In_opt_ PVOID ServiceContext, _In_opt_ PKSPIN_LOCK SpinLock, _In_ ULONG Vector, _In_ KIRQL Irql,
        _In_ KIRQL SynchronizeIrql, _In_ KINTERRUPT_MODE InterruptMode, _In_ BOOLEAN ShareVector,
        _In_ KAFFINITY ProcessorEnableMask, _In_ BOOLEAN FloatingSave);""",
    acquires="interrupt",
    stage=Stage(entry=5),
    fails=(STATUS_INSUFFICIENT_RESOURCES,),
)
def IoConnectInterrupt(
    k: Kernel,
    InterruptObject: int,
    ServiceRoutine: int,
    ServiceContext: int,
    SpinLock: int,
    Vector: int,
    Irql: int,
    SynchronizeIrql: int,
    InterruptMode: int,
    ShareVector: int,
    ProcessorEnableMask: int,
    FloatingSave: int,
) -> Result:
    """Connects an ISR to an interrupt vector and stores the interrupt object; from then on the ISR may be called."""
    k.set_pointer(InterruptObject, 0)
    number = irq.irq_of(k.arch.name, Vector)
    allowed = (
        number is not None
        and number not in irq.SYSTEM
        and Irql == irq.dirql_of(k.arch.name, number)
        and Irql <= SynchronizeIrql <= irq.HIGHEST[k.arch.name]
        and bool(ProcessorEnableMask & PROCESSORS)
        and not FloatingSave
        and _may_share(k, Vector, InterruptMode, ShareVector)
    )
    if not allowed:
        return STATUS_INVALID_PARAMETER
    address = connect(
        k, ServiceRoutine, ServiceContext, SpinLock, Vector, Irql, SynchronizeIrql, InterruptMode, bool(ShareVector)
    )
    k.set_pointer(InterruptObject, address)
    text = f"ISR {symbol(k, ServiceRoutine)} on IRQ {number} (vector {Vector:#x})"
    k.acquire("interrupt", address, text)
    k.emit("object", f"{text} connected", action="connect", interrupt=address, vector=Vector)
    return STATUS_SUCCESS


@export(
    "_IRQL_requires_max_(PASSIVE_LEVEL) NTKERNELAPI VOID IoDisconnectInterrupt(_In_ PKINTERRUPT InterruptObject);",
    releases="interrupt",
    stage=Stage(unload=1),
)
def IoDisconnectInterrupt(k: Kernel, InterruptObject: int) -> Result:
    """Disconnects an ISR; a DPC that it queued still runs."""
    vector = k.struct("_KINTERRUPT", InterruptObject).Vector
    disconnect(k, InterruptObject)
    k.release("interrupt", InterruptObject)
    k.emit("object", "interrupt disconnected", action="disconnect", interrupt=InterruptObject, vector=vector)
    return None


@export(
    """_IRQL_requires_max_(HIGH_LEVEL)
    NTKERNELAPI BOOLEAN KeSynchronizeExecution(_Inout_ PKINTERRUPT Interrupt,
        _In_ PKSYNCHRONIZE_ROUTINE SynchronizeRoutine, _In_opt_ PVOID SynchronizeContext);""",
)
def KeSynchronizeExecution(k: Kernel, Interrupt: int, SynchronizeRoutine: int, SynchronizeContext: int) -> Result:
    """Calls a routine at the interrupt's SynchronizeIrql with its spin lock held: the ISR cannot come between."""
    interrupt = k.struct("_KINTERRUPT", Interrupt)
    _require_not_held(k, interrupt, "KeSynchronizeExecution")
    _require_at_most(k, interrupt, "KeSynchronizeExecution")
    old = enter(k, Interrupt)
    return Call(
        SynchronizeRoutine,
        (SynchronizeContext,),
        then=partial(_synchronized, interrupt=Interrupt, routine=SynchronizeRoutine, irql=old),
    )


@export("_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI KIRQL KeAcquireInterruptSpinLock(_Inout_ PKINTERRUPT Interrupt);")
def KeAcquireInterruptSpinLock(k: Kernel, Interrupt: int) -> Result:
    """Raises to the interrupt's SynchronizeIrql, takes its spin lock and returns the old IRQL."""
    interrupt = k.struct("_KINTERRUPT", Interrupt)
    _require_not_held(k, interrupt, "KeAcquireInterruptSpinLock")
    _require_at_most(k, interrupt, "KeAcquireInterruptSpinLock")
    return enter(k, Interrupt)


@export("""_IRQL_requires_max_(HIGH_LEVEL)
NTKERNELAPI VOID KeReleaseInterruptSpinLock(_Inout_ PKINTERRUPT Interrupt, _In_ KIRQL OldIrql);""")
def KeReleaseInterruptSpinLock(k: Kernel, Interrupt: int, OldIrql: int) -> Result:
    """Gives an interrupt's spin lock back and restores the IRQL."""
    leave(k, Interrupt, OldIrql)
    return None


def _synchronized(k: Kernel, value: int, *, interrupt: int, routine: int, irql: int) -> Result:
    expected = k.struct("_KINTERRUPT", interrupt).SynchronizeIrql
    if k.irql != expected:
        k.bugcheck(
            0xC8,
            k.irql << 16 | expected << 8 | 2,
            routine,
            interrupt,
            rule=f"{symbol(k, routine)} was called at {level_name(expected)} by KeSynchronizeExecution "
            f"and returned at {level_name(k.irql)}",
            mend="leave the level as it was found",
        )
    leave(k, interrupt, irql)
    return value & 0xFF


def _require_not_held(k: Kernel, interrupt: Value, routine: str) -> None:
    if k.pointer(interrupt.ActualLock):
        k.bugcheck(
            spinlock.ALREADY_OWNED,
            interrupt.ActualLock,
            interrupt.address,
            rule=f"{routine} was called while the interrupt's spin lock is held, by its ISR or a routine in step "
            "with it: it would spin for ever",
            mend="an ISR holds the lock already and can touch the shared data as it is",
        )


def _require_at_most(k: Kernel, interrupt: Value, routine: str) -> None:
    level = interrupt.SynchronizeIrql
    if k.irql > level:
        k.bugcheck(
            VERIFIER,
            0x30,
            k.irql,
            level,
            rule=f"{routine} was called at {level_name(k.irql)}, above the interrupt's SynchronizeIrql ({level})",
            mend="call it at SynchronizeIrql or below",
        )


def _may_share(k: Kernel, vector: int, mode: int, share: int) -> bool:
    others = [k.struct("_KINTERRUPT", address) for address in connected(k, vector)]
    return all(share and other.ShareVector and other.Mode == mode for other in others)
