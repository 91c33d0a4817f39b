/* Structured exception handling against the kernel itself: codes, probes, raising, every way out. */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

static int Returning(void)
{
    __try {
        return 1;
    } __finally {
        DbgPrint("finally, abnormal %d\n", AbnormalTermination() != 0);
    }
    return 2;
}

static int Jumping(int n)
{
    __try {
        if (n)
            goto out;
        DbgPrint("stays\n");
    } __finally {
        DbgPrint("left\n");
    }
    return 1;
out:
    return 2;
}

static LONG Look(PEXCEPTION_POINTERS Pointers)
{
    PEXCEPTION_RECORD Record = Pointers->ExceptionRecord;
    PCONTEXT Context = Pointers->ContextRecord;

#ifdef _WIN64
    DbgPrint("at it %d\n", (PVOID)Context->Rip == Record->ExceptionAddress && Context->Rip != 0);
#else
    DbgPrint("at it %d\n", (PVOID)Context->Eip == Record->ExceptionAddress && Context->Eip != 0);
#endif
    DbgPrint("%x with %d: %x %x\n", Record->ExceptionCode, Record->NumberParameters,
             (ULONG)Record->ExceptionInformation[0], (ULONG)Record->ExceptionInformation[1]);
    return EXCEPTION_EXECUTE_HANDLER;
}

static NTSTATUS Probe(PVOID Address, ULONG Length)
{
    NTSTATUS Status = STATUS_SUCCESS;

    try {
        ProbeForRead(Address, Length, sizeof(ULONG));
        ProbeForWrite(Address, Length, 1);
    } except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

static LONG Filter(ULONG Code, PEXCEPTION_POINTERS Pointers)
{
    DbgPrint("filter %x %d\n", Code, Pointers->ExceptionRecord->ExceptionCode == (NTSTATUS)Code);
    return Code == STATUS_ACCESS_VIOLATION ? EXCEPTION_EXECUTE_HANDLER : EXCEPTION_CONTINUE_SEARCH;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    volatile ULONG *Nowhere = (ULONG *)(ULONG_PTR)16;
    int i;

    UNREFERENCED_PARAMETER(DriverObject);
    __try {
        ExRaiseStatus(STATUS_INVALID_PARAMETER);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        DbgPrint("raised %x\n", GetExceptionCode()); /* -> raised c000000d */
    }
    __try {
        ExRaiseAccessViolation();
    } __except (GetExceptionCode() == STATUS_ACCESS_VIOLATION ? EXCEPTION_EXECUTE_HANDLER : EXCEPTION_CONTINUE_SEARCH) {
        DbgPrint("violation\n"); /* -> violation */
    }
    DbgPrint("%d\n", Returning()); /* -> finally, abnormal 1 */ /* -> 1 */
    DbgPrint("%d\n", Jumping(1));  /* -> left */ /* -> 2 */
    DbgPrint("%d\n", Jumping(0));  /* -> stays */ /* -> left */ /* -> 1 */
    __try {
        if (RegistryPath != NULL)
            __leave;
        DbgPrint("not here\n");
    } __finally {
        DbgPrint("abnormal %d\n", AbnormalTermination() != 0); /* -> abnormal 0 */
    }
    __try {
        __try {
            *Nowhere = 1;
        } __except (Filter(_exception_code(), GetExceptionInformation())) { /* -> filter c0000005 1 */
            DbgPrint("caught\n"); /* -> caught */
        }
        __try {
            ExRaiseStatus(STATUS_NO_MEMORY);
        } __except (Filter(GetExceptionCode(), GetExceptionInformation())) { /* -> filter c0000017 1 */
            DbgPrint("not here\n");
        }
    } __except (1) {
        DbgPrint("outer\n"); /* -> outer */
    }
    for (i = 0; i < 4; i++)
        __try {
            if (i == 1)
                continue;
            if (i == 2)
                break;
            DbgPrint("round %d\n", i); /* -> round 0 */
        } __finally {
            DbgPrint("end %d\n", i); /* -> end 0 */ /* -> end 1 */ /* -> end 2 */
        }
    if (i == 2)
        __try {
            ExRaiseDatatypeMisalignment();
        } __except (GetExceptionCode() == STATUS_DATATYPE_MISALIGNMENT) {
            DbgPrint("unbraced\n"); /* -> unbraced */
        }
    else
        DbgPrint("not here\n");
    DbgPrint("%x\n", Probe((PVOID)(ULONG_PTR)0x80000001, 4)); /* -> 80000002 */
#ifdef _WIN64
    DbgPrint("%x\n", Probe((PVOID)0xFFFFF80000000000, 4)); /* -> c0000005 */
#else
    DbgPrint("%x\n", Probe((PVOID)0x80100000, 4));
#endif
    DbgPrint("%x\n", Probe(NULL, 0)); /* -> 0 */
    __try {
        *(volatile ULONG *)0x1000 = 1;
    } __except (Look(GetExceptionInformation())) { /* -> at it 1 */
        DbgPrint("written\n"); /* -> c0000005 with 2: 1 1000 */
    } /* -> written */
    return STATUS_UNSUCCESSFUL;
}
