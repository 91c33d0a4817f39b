"""Bug checks that a driver makes itself, and the callbacks it registers for any.

The machine stops at a bug check, so callbacks are kept on their list and shown, and none is called.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.flow import Result
from ntshell.nt.ke.checks import symbol
from ntshell.nt.kernel import Kernel

BUFFER_EMPTY, BUFFER_INSERTED = 0, 1
_ASK = "see what the driver tested before it did: the code and its parameters are its own"


@export(
    "_IRQL_requires_max_(HIGH_LEVEL) DECLSPEC_NORETURN NTKERNELAPI VOID KeBugCheck(_In_ ULONG BugCheckCode);",
    header="ntddk.h",
)
def KeBugCheck(k: Kernel, BugCheckCode: int) -> Result:
    """Stops the system with a code."""
    k.bugcheck(BugCheckCode, rule="the driver stopped the system with KeBugCheck", mend=_ASK)
    return None


@export("""_IRQL_requires_max_(HIGH_LEVEL)
DECLSPEC_NORETURN NTKERNELAPI VOID KeBugCheckEx(_In_ ULONG BugCheckCode, _In_ ULONG_PTR BugCheckParameter1,
    _In_ ULONG_PTR BugCheckParameter2, _In_ ULONG_PTR BugCheckParameter3, _In_ ULONG_PTR BugCheckParameter4);""")
def KeBugCheckEx(
    k: Kernel,
    BugCheckCode: int,
    BugCheckParameter1: int,
    BugCheckParameter2: int,
    BugCheckParameter3: int,
    BugCheckParameter4: int,
) -> Result:
    """Stops the system with a code and four parameters."""
    parameters = (BugCheckParameter1, BugCheckParameter2, BugCheckParameter3, BugCheckParameter4)
    k.bugcheck(BugCheckCode, *parameters, rule="the driver stopped the system with KeBugCheckEx", mend=_ASK)
    return None


@export(
    """_IRQL_requires_max_(HIGH_LEVEL)
    NTKERNELAPI BOOLEAN KeRegisterBugCheckCallback(_Out_ PKBUGCHECK_CALLBACK_RECORD CallbackRecord,
        _In_ PKBUGCHECK_CALLBACK_ROUTINE CallbackRoutine, _In_opt_ PVOID Buffer, _In_ ULONG Length,
        _In_ PUCHAR Component);""",
    acquires="callback",
)
def KeRegisterBugCheckCallback(
    k: Kernel, CallbackRecord: int, CallbackRoutine: int, Buffer: int, Length: int, Component: int
) -> Result:
    """Has a routine called when the system stops; FALSE when the record is in use or was not initialized."""
    record = k.struct("_KBUGCHECK_CALLBACK_RECORD", CallbackRecord)
    if record.State != BUFFER_EMPTY:
        return 0
    record.CallbackRoutine, record.Buffer = CallbackRoutine, Buffer
    record.Length, record.Component = Length, Component
    record.Checksum = CallbackRoutine + Buffer + Length + Component
    record.State = BUFFER_INSERTED
    k.list_insert_tail(k.ke.callback_list, record.at("Entry"))
    k.acquire("callback", CallbackRecord, f"bug check callback {symbol(k, CallbackRoutine)}")
    return 1


@export(
    """_IRQL_requires_max_(HIGH_LEVEL)
    NTKERNELAPI BOOLEAN KeDeregisterBugCheckCallback(_Inout_ PKBUGCHECK_CALLBACK_RECORD CallbackRecord);""",
    releases="callback",
)
def KeDeregisterBugCheckCallback(k: Kernel, CallbackRecord: int) -> Result:
    """Takes a bug check callback back; FALSE when it is not registered."""
    record = k.struct("_KBUGCHECK_CALLBACK_RECORD", CallbackRecord)
    if record.State != BUFFER_INSERTED:
        return 0
    k.list_remove(record.at("Entry"))
    record.State = BUFFER_EMPTY
    k.release("callback", CallbackRecord)
    return 1
