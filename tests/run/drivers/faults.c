/* faults: breaks one rule, chosen by its variable Scenario. */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;
typedef VOID (NTAPI *PROUTINE)(VOID);
static VOID NTAPI Paged(VOID);
static VOID NTAPI Init(VOID);
#pragma alloc_text(PAGE, Paged)
#pragma alloc_text(INIT, Init)

static ULONG Scenario;
static ULONG Done;
static ULONG Divisor;
static PUCHAR Null;
static PROUTINE Pointer;
static PKDPC Dpc;
static PKTIMER Timer;
static PUCHAR Block;
static KEVENT Event;
static const ULONG Constant[4] = { 1, 2, 3, 4 };

static VOID NTAPI Paged(VOID)
{
    Done = 1;
}

static VOID NTAPI Init(VOID)
{
    Done = 2;
}

static ULONG Recurse(ULONG Depth)
{
    UCHAR Room[256];

    Room[0] = (UCHAR)Depth;
    Done = Room[0];
    return Recurse(Depth + 1) + Room[0];
}

static VOID NTAPI Late(PKDPC Object, PVOID Context, PVOID One, PVOID Two)
{
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Object);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(One);
    UNREFERENCED_PARAMETER(Two);
    if (Scenario == 20) {
        KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
    } else if (Scenario == 27) {
        KeRaiseIrql(HIGH_LEVEL, &Irql);
    } else if (Scenario == 28) {
        Block[0] = 1;
    }
    Done = 3;
}

static VOID Queue(VOID)
{
    Dpc = ExAllocatePoolWithTag(NonPagedPool, sizeof(KDPC), 'tluF');
    KeInitializeDpc(Dpc, Late, NULL);
    KeInsertQueueDpc(Dpc, NULL, NULL);
}

static VOID SetTimer(VOID)
{
    LARGE_INTEGER Due;

    Due.QuadPart = -100000;
    Timer = ExAllocatePoolWithTag(NonPagedPool, sizeof(KTIMER), 'tluF');
    KeInitializeTimer(Timer);
    KeSetTimer(Timer, Due, NULL);
}

static VOID Touch(VOID)
{
    KIRQL Irql = PASSIVE_LEVEL;

    Block = ExAllocatePoolWithTag(NonPagedPool, 24, 'tluF');
    if (Scenario & 1) {
        ExFreePoolWithTag(Block, 'tluF'); /* @freed */
    }
    if (Scenario >= 42) {
        KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    }
    Block[Scenario & 1 ? 4 : 24] = 1; /* @touch */
}

static VOID High(VOID)
{
    KIRQL Irql;

    if (Scenario == 12) {
        Block = ExAllocatePoolWithTag(PagedPool, 16, 'tluF');
    }
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    switch (Scenario) {
    case 2: Null[8] = 1; break;
    case 12: Block[3] = 1; break;
    case 13: Paged(); break;
    case 15: ExAllocatePoolWithTag(PagedPool, 16, 'tluF'); break;
    case 16: IoDeleteSymbolicLink(NULL); break;
    case 19: Pointer(); break;
    case 31: Queue(); ExFreePoolWithTag(Dpc, 'tluF'); break;
    case 32: KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL); break;
    case 33: RtlZeroMemory(Null, 4); break;
    }
    Done = 4;
    KeLowerIrql(Irql);
}

static VOID Low(VOID)
{
    switch (Scenario) {
    case 1: Done = Null[4]; break;
    case 6: *(PUCHAR)Init = 0; break;
    case 7: *(PULONG)&Constant[1] = 5; break;
    case 8: Done = 7 / Divisor; break;
    case 9: Done = Recurse(0); break;
    case 10: Pointer(); break;
    case 11: ((PROUTINE)&Scenario)(); break;
    case 14: *(PULONG)(ULONG_PTR)0xFFFF0000 = 1; break;
    case 17: KeBugCheckEx(0xDEAD, 1, 2, 3, 4); break;
    case 18: Block = ExAllocatePoolWithTag(NonPagedPool, 8, 'tluF'); ExFreePool(Block); ExFreePool(Block); break;
    case 21: Block = ExAllocatePoolWithTag(NonPagedPool, 8, 'tluF'); ExFreePool(Block); ((PROUTINE)Block)(); break;
    case 30: SetTimer(); ExFreePoolWithTag(Timer, 'tluF'); break;
    case 34: ExRaiseStatus(STATUS_UNSUCCESSFUL); break;
    }
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Driver);
    UNREFERENCED_PARAMETER(Path);
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Low(); /* @low */
    if (Scenario >= 40) {
        Touch();
    } else if (Scenario == 20 || Scenario == 27) {
        Queue();
    } else if (Scenario == 28) {
        Block = ExAllocatePoolWithTag(NonPagedPool, 8, 'tluF');
        ExFreePool(Block);
        Queue(); /* @queue */
    } else if (Scenario == 26) {
        KeRaiseIrql(APC_LEVEL, &Irql);
    } else {
        High();
    }
    return STATUS_SUCCESS;
} /* @end */
