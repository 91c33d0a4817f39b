"""The processors and what belongs to them: their number, the floating-point state.

Rule: floating-point state is restored in the thread and at the IRQL that saved it (0xE7).
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.ke.checks import level_name
from ntshell.nt.ke.state import PROCESSORS
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import STATUS_SUCCESS

INVALID_FLOATING_POINT_STATE = 0xE7
_FPU_START = 0x27F  # control word: 53 bits, all exceptions masked


@export("_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI KAFFINITY KeQueryActiveProcessors(VOID);")
def KeQueryActiveProcessors(k: Kernel) -> Result:
    """Tells which processors there are, as a mask."""
    return PROCESSORS


@export("_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI ULONG KeGetCurrentProcessorNumber(VOID);")
def KeGetCurrentProcessorNumber(k: Kernel) -> Result:
    """Tells on which processor the caller runs, from 0."""
    return k.processor.number


@export(
    """_IRQL_requires_max_(HIGH_LEVEL)
    NTKERNELAPI ULONG KeGetCurrentProcessorNumberEx(_Out_opt_ PPROCESSOR_NUMBER ProcNumber);""",
    header="ntddk.h",
)
def KeGetCurrentProcessorNumberEx(k: Kernel, ProcNumber: int) -> Result:
    """Tells on which processor the caller runs, over all groups; there is one group."""
    if ProcNumber:
        here = k.struct("_PROCESSOR_NUMBER", ProcNumber)
        here.Group, here.Number, here.Reserved = 0, k.processor.number, 0
    return k.processor.number


@export(
    "_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI ULONG KeQueryActiveProcessorCount(_Out_opt_ PKAFFINITY Mask);",
    header="ntddk.h",
)
def KeQueryActiveProcessorCount(k: Kernel, Mask: int) -> Result:
    """Tells how many processors there are, and which, as a mask."""
    if Mask:
        k.set_pointer(Mask, PROCESSORS)
    return PROCESSORS.bit_count()


@export("""_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI NTSTATUS KeSaveFloatingPointState(_Out_ PKFLOATING_SAVE FloatSave);""")
def KeSaveFloatingPointState(k: Kernel, FloatSave: int) -> Result:
    """Saves the floating-point state, so that the caller may use it."""
    size = k.sizeof("_KFLOATING_SAVE")
    k.memory.write(FloatSave, _FPU_START.to_bytes(size, "little"))
    k.journal.put(k.ke.float_saves, FloatSave, (k.thread.object, k.irql))
    return STATUS_SUCCESS


@export("""_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI NTSTATUS KeRestoreFloatingPointState(_In_ PKFLOATING_SAVE FloatSave);""")
def KeRestoreFloatingPointState(k: Kernel, FloatSave: int) -> Result:
    """Restores what KeSaveFloatingPointState saved."""
    saved = k.ke.float_saves.get(FloatSave)
    mend = "pair each save with one restore, in the same thread and at the same level"
    if saved is None:
        rule = f"KeRestoreFloatingPointState was given {k.arch.format(FloatSave)}, where nothing is saved"
        k.bugcheck(INVALID_FLOATING_POINT_STATE, 0, FloatSave, rule=rule, mend=mend)
    thread, irql = saved or (0, 0)
    if irql != k.irql:
        rule = f"floating-point state saved at {level_name(irql)} was restored at {level_name(k.irql)}"
        k.bugcheck(INVALID_FLOATING_POINT_STATE, 1, irql, k.irql, rule=rule, mend=mend)
    if thread != k.thread.object:
        rule = "floating-point state was restored in another thread than the one that saved it"
        k.bugcheck(INVALID_FLOATING_POINT_STATE, 2, thread, k.thread.object, rule=rule, mend=mend)
    k.journal.delete(k.ke.float_saves, FloatSave)
    return STATUS_SUCCESS
