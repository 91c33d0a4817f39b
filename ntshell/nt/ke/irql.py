"""Raising and lowering the processor's IRQL.

Rules: KeRaiseIrql never goes down, KeLowerIrql never goes up, and a DPC routine never goes below DISPATCH_LEVEL.
Each breach is what Driver Verifier makes of it.  What a lower IRQL lets in is delivered before the driver's next
step.
"""

from __future__ import annotations

from ntshell.nt.export import DISPATCH_LEVEL, export
from ntshell.nt.flow import Result
from ntshell.nt.hal.irq import HIGHEST
from ntshell.nt.ke.checks import VERIFIER, in_dpc, level_name
from ntshell.nt.kernel import Kernel

SYNCH = {"x86": 27, "x64": 12}


def raise_irql(k: Kernel, level: int) -> int:
    """Raise the IRQL; the old one."""
    old = k.irql
    if level < old or level > HIGHEST[k.arch.name]:
        k.bugcheck(
            VERIFIER,
            0x30,
            old,
            level,
            rule=f"KeRaiseIrql to {level_name(level)} was called at {level_name(old)}: a raise never goes down",
            mend="raise to the present level or a higher one, and use KeLowerIrql to go back",
        )
    k.set_irql(level)
    return old


def lower_irql(k: Kernel, level: int, routine: str = "KeLowerIrql") -> None:
    """Lower the IRQL."""
    now = k.irql
    if level > now or level > HIGHEST[k.arch.name]:
        k.bugcheck(
            VERIFIER,
            0x31,
            now,
            level,
            rule=f"{routine} to {level_name(level)} was called at {level_name(now)}: it never goes up",
            mend="give it the level that the matching raise returned",
        )
    if level < DISPATCH_LEVEL <= now and in_dpc(k):
        k.bugcheck(
            VERIFIER,
            0x31,
            now,
            level,
            1,
            rule=f"{routine} to {level_name(level)} was called in a DPC routine, which stays at DISPATCH_LEVEL",
            mend="lower only to the level that the routine was entered at",
        )
    k.set_irql(level)


@export(
    "_IRQL_requires_max_(HIGH_LEVEL) NTHALAPI KIRQL FASTCALL KfRaiseIrql(_In_ KIRQL NewIrql);",
    module="hal",
)
def KfRaiseIrql(k: Kernel, NewIrql: int) -> Result:
    """Raises the processor's IRQL and returns the old one."""
    return raise_irql(k, NewIrql)


@export(
    "_IRQL_requires_max_(HIGH_LEVEL) NTHALAPI VOID FASTCALL KfLowerIrql(_In_ KIRQL NewIrql);",
    module="hal",
)
def KfLowerIrql(k: Kernel, NewIrql: int) -> Result:
    """Lowers the processor's IRQL."""
    lower_irql(k, NewIrql)
    return None


@export(
    "_IRQL_requires_max_(HIGH_LEVEL) NTHALAPI VOID KeRaiseIrql(_In_ KIRQL NewIrql, _Out_ PKIRQL OldIrql);",
    module="hal",
)
def KeRaiseIrql(k: Kernel, NewIrql: int, OldIrql: int) -> Result:
    """Raises the processor's IRQL and stores the old one."""
    k.memory.store(OldIrql, 1, raise_irql(k, NewIrql))
    return None


@export(
    "_IRQL_requires_max_(HIGH_LEVEL) NTHALAPI VOID KeLowerIrql(_In_ KIRQL NewIrql);",
    module="hal",
)
def KeLowerIrql(k: Kernel, NewIrql: int) -> Result:
    """Restores the IRQL from before KeRaiseIrql; what waited for the lower level runs first."""
    lower_irql(k, NewIrql)
    return None


@export("_IRQL_requires_max_(HIGH_LEVEL) NTHALAPI KIRQL KeGetCurrentIrql(VOID);", module="hal")
def KeGetCurrentIrql(k: Kernel) -> Result:
    """Tells the processor's IRQL."""
    return k.irql


@export("_IRQL_requires_max_(DISPATCH_LEVEL) NTHALAPI KIRQL KeRaiseIrqlToDpcLevel(VOID);", module="hal")
def KeRaiseIrqlToDpcLevel(k: Kernel) -> Result:
    """Raises the IRQL to DISPATCH_LEVEL and returns the old one."""
    return raise_irql(k, DISPATCH_LEVEL)


@export("_IRQL_requires_max_(HIGH_LEVEL) NTHALAPI KIRQL KeRaiseIrqlToSynchLevel(VOID);", module="hal")
def KeRaiseIrqlToSynchLevel(k: Kernel) -> Result:
    """Raises the IRQL to SYNCH_LEVEL and returns the old one."""
    return raise_irql(k, SYNCH[k.arch.name])
