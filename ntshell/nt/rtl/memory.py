"""RtlCompareMemory and its kin; checked-build assertions."""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.kernel import Finding, Kernel

HIGH = "_IRQL_requires_max_(HIGH_LEVEL) NTSYSAPI"


@export(
    f"{HIGH} SIZE_T NTAPI RtlCompareMemory(_In_ const VOID *Source1, _In_ const VOID *Source2, _In_ SIZE_T Length);"
)
def RtlCompareMemory(k: Kernel, Source1: int, Source2: int, Length: int) -> int:
    """Count the bytes that are equal before the first that is not."""
    one, two = k.memory.read(Source1, Length), k.memory.read(Source2, Length)
    if one == two:
        return Length
    return next(n for n in range(Length) if one[n] != two[n])


@export(f"{HIGH} SIZE_T NTAPI RtlCompareMemoryUlong(_In_ PVOID Source, _In_ SIZE_T Length, _In_ ULONG Pattern);")
def RtlCompareMemoryUlong(k: Kernel, Source: int, Length: int, Pattern: int) -> int:
    """Count the bytes that repeat a pattern."""
    data, pattern = k.memory.read(Source, Length & ~3), Pattern.to_bytes(4, "little")
    return next((n for n in range(0, len(data), 4) if data[n : n + 4] != pattern), len(data))


@export(f"{HIGH} VOID NTAPI RtlFillMemoryUlong(_Out_ PVOID Destination, _In_ SIZE_T Length, _In_ ULONG Pattern);")
def RtlFillMemoryUlong(k: Kernel, Destination: int, Length: int, Pattern: int) -> None:
    """Fill with a pattern of four bytes."""
    if Length >= 4:
        k.memory.load(Destination + (Length & ~3) - 1, 1)
        k.memory.write(Destination, Pattern.to_bytes(4, "little") * (Length // 4))


@export(f"""{HIGH} VOID NTAPI RtlAssert(_In_ PVOID VoidFailedAssertion, _In_ PVOID VoidFileName, _In_ ULONG LineNumber,
_In_opt_ PSTR MutableMessage);""")
def RtlAssert(k: Kernel, VoidFailedAssertion: int, VoidFileName: int, LineNumber: int, MutableMessage: int) -> None:
    """An ASSERT of the driver's failed: a finding; the driver goes on."""
    what = k.ansi(VoidFailedAssertion)
    message = k.ansi(MutableMessage) if MutableMessage else ""
    k.emit("print", f"*** Assertion failed: {message}{what}")
    k.report(
        Finding(
            0, "ASSERTION_FAILED", (LineNumber,), f"the driver's own assertion failed: {message}{what}",
            "see why the condition does not hold here", k.place(), k.journal.position, k.caller, False,
        )
    )  # fmt: skip
