"""Exceptions that a driver raises, and the probes of a user's buffer that raise them.

Rules: a probe is for the users' half only: an address beyond it is an access violation; a buffer that is not aligned as
asked is STATUS_DATATYPE_MISALIGNMENT; a length of zero is never wrong; a write probe touches every page.
"""

from __future__ import annotations

from ntshell.machine.memory import PAGE
from ntshell.nt.export import export
from ntshell.nt.flow import Raise
from ntshell.nt.kernel import Kernel
from ntshell.nt.mm.space import user_half
from ntshell.nt.status import STATUS_ACCESS_VIOLATION

STATUS_DATATYPE_MISALIGNMENT = 0x80000002
HIGH = "_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI"
APC = "_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI"


@export(f"{APC} VOID NTAPI ExRaiseStatus(_In_ NTSTATUS Status);")
def ExRaiseStatus(k: Kernel, Status: int) -> None:
    """Raise an exception."""
    raise Raise(Status)


@export(f"{APC} VOID NTAPI ExRaiseAccessViolation(VOID);")
def ExRaiseAccessViolation(k: Kernel) -> None:
    """Raise STATUS_ACCESS_VIOLATION."""
    raise Raise(STATUS_ACCESS_VIOLATION)


@export(f"{APC} VOID NTAPI ExRaiseDatatypeMisalignment(VOID);")
def ExRaiseDatatypeMisalignment(k: Kernel) -> None:
    """Raise STATUS_DATATYPE_MISALIGNMENT."""
    raise Raise(STATUS_DATATYPE_MISALIGNMENT)


def _probe(k: Kernel, address: int, length: int, alignment: int) -> None:
    if alignment and address & alignment - 1:
        raise Raise(STATUS_DATATYPE_MISALIGNMENT)
    if not user_half(k, address + length - 1) or address + length > k.arch.mask:
        raise Raise(STATUS_ACCESS_VIOLATION)


@export(f"{APC} VOID NTAPI ProbeForRead(_In_ const volatile VOID *Address, _In_ SIZE_T Length, _In_ ULONG Alignment);")
def ProbeForRead(k: Kernel, Address: int, Length: int, Alignment: int) -> None:
    """Raise an exception unless a buffer lies in the users' half and is aligned."""
    if Length:
        _probe(k, Address, Length, Alignment)


@export(f"{APC} VOID NTAPI ProbeForWrite(_Inout_ volatile VOID *Address, _In_ SIZE_T Length, _In_ ULONG Alignment);")
def ProbeForWrite(k: Kernel, Address: int, Length: int, Alignment: int) -> None:
    """Raise an exception unless a buffer is the users', aligned, and can be written."""
    if not Length:
        return
    _probe(k, Address, Length, Alignment)
    places = {Address, Address + Length - 1, *range((Address & -PAGE) + PAGE, Address + Length, PAGE)}
    for place in sorted(places):
        if not k.memory.holds(place):
            raise Raise(STATUS_ACCESS_VIOLATION)


@export("_IRQL_requires_max_(DISPATCH_LEVEL) NTKERNELAPI KPROCESSOR_MODE NTAPI ExGetPreviousMode(VOID);")
def ExGetPreviousMode(k: Kernel) -> int:
    """KernelMode for a system thread, UserMode for a program's."""
    return int(k.thread.user)


@export(f"{HIGH} VOID NTAPI ExSystemTimeToLocalTime(_In_ PLARGE_INTEGER SystemTime, _Out_ PLARGE_INTEGER LocalTime);")
def ExSystemTimeToLocalTime(k: Kernel, SystemTime: int, LocalTime: int) -> None:
    """System time as local time; the machine stands at Greenwich."""
    k.memory.store(LocalTime, 8, k.memory.load(SystemTime, 8))


@export(f"{HIGH} VOID NTAPI ExLocalTimeToSystemTime(_In_ PLARGE_INTEGER LocalTime, _Out_ PLARGE_INTEGER SystemTime);")
def ExLocalTimeToSystemTime(k: Kernel, LocalTime: int, SystemTime: int) -> None:
    """Local time as system time; the machine stands at Greenwich."""
    k.memory.store(SystemTime, 8, k.memory.load(LocalTime, 8))


@export(
    "_IRQL_requires_max_(PASSIVE_LEVEL) NTKERNELAPI BOOLEAN NTAPI ExIsProcessorFeaturePresent(_In_ ULONG ProcessorFeature);"
)
def ExIsProcessorFeaturePresent(k: Kernel, ProcessorFeature: int) -> int:
    """Whether the processor has a feature: compare-exchange of 8 bytes and the time stamp counter."""
    return int(ProcessorFeature in (2, 8))
