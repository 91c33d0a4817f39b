/* order: notes what runs in which order and at which IRQL, on up to three interrupt lines. */
#include <ntddk.h>

typedef struct _LINE {
    PKINTERRUPT Interrupt;
    PUCHAR Port;
    KDPC Dpc;
    ULONG Number;
    ULONG Vector;
    KIRQL Irql;
} LINE, *PLINE;

DRIVER_INITIALIZE DriverEntry;
static ULONG Trace[200];
static ULONG Traced;
static ULONG Scenario;
static ULONG Quiet = 1;
static LINE Lines[4];
static ULONG Vectors[4];
static ULONG Levels[4];
static ULONG Statuses[4];

static VOID Note(ULONG What)
{
    if (Traced < 200) {
        Trace[Traced] = What << 8 | KeGetCurrentIrql();
        Traced = Traced + 1;
    }
}

static BOOLEAN NTAPI Isr(PKINTERRUPT Interrupt, PVOID Context)
{
    PLINE Line = Context;

    UNREFERENCED_PARAMETER(Interrupt);
    Note(0x10 + Line->Number);
    if ((READ_PORT_UCHAR(Line->Port + 1) & 1) == 0) {
        return FALSE;
    }
    if (Quiet) { /* @isr */
        WRITE_PORT_UCHAR(Line->Port + 1, 1);
    }
    if (!KeInsertQueueDpc(&Line->Dpc, NULL, NULL)) {
        Note(0x50 + Line->Number);
    }
    Note(0x20 + Line->Number); /* @isrend */
    return TRUE;
}

static VOID NTAPI Dpc(PKDPC Object, PVOID Context, PVOID One, PVOID Two)
{
    PLINE Line = Context;

    UNREFERENCED_PARAMETER(Object);
    UNREFERENCED_PARAMETER(One);
    UNREFERENCED_PARAMETER(Two);
    Note(0x30 + Line->Number);
    Note(0x40 + Line->Number); /* @dpc */
}

static VOID Connect(ULONG Number, ULONG Irq, ULONG Port, BOOLEAN Share, KINTERRUPT_MODE Mode)
{
    PLINE Line = &Lines[Number];
    KAFFINITY Affinity;

    Line->Number = Number;
    Line->Port = (PUCHAR)(ULONG_PTR)Port;
    KeInitializeDpc(&Line->Dpc, Dpc, Line);
    Line->Vector = HalGetInterruptVector(Isa, 0, Irq, Irq, &Line->Irql, &Affinity);
    Vectors[Number] = Line->Vector;
    Levels[Number] = Line->Irql;
    Statuses[Number] = IoConnectInterrupt(&Line->Interrupt, Isr, Line, NULL, Line->Vector, Line->Irql, Line->Irql,
                                          Mode, Share, Affinity, FALSE);
    WRITE_PORT_UCHAR(Line->Port, 1);
}

static VOID Disconnect(ULONG Number)
{
    WRITE_PORT_UCHAR(Lines[Number].Port, 0);
    if (Lines[Number].Interrupt != NULL) {
        IoDisconnectInterrupt(Lines[Number].Interrupt);
    }
}

static VOID NTAPI Unload(PDRIVER_OBJECT Driver)
{
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Driver);
    Note(1);
    Note(2); /* @second */
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    Note(3); /* @raised */
    KeRaiseIrql(Levels[0] ? (KIRQL)Levels[0] : DISPATCH_LEVEL, &Irql);
    Note(4); /* @dirql */
    KeLowerIrql(DISPATCH_LEVEL);
    Note(5); /* @lowered */
    KeLowerIrql(PASSIVE_LEVEL);
    Note(6); /* @passive */
    Disconnect(0);
    if (Scenario >= 1) {
        Disconnect(1);
    }
    if (Scenario >= 2) {
        Disconnect(2);
    }
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNREFERENCED_PARAMETER(Path);
    Driver->DriverUnload = Unload;
    if (Scenario == 0) {
        Connect(0, 5, 0x300, FALSE, Latched);
    } else if (Scenario == 1) {
        Connect(0, 5, 0x300, TRUE, Latched);
        Connect(1, 5, 0x304, TRUE, Latched);
    } else if (Scenario == 2) {
        Connect(0, 5, 0x300, FALSE, Latched);
        Connect(1, 3, 0x320, FALSE, Latched);
        Connect(2, 7, 0x340, FALSE, Latched);
    } else if (Scenario == 11) {
        Connect(0, 5, 0x300, TRUE, LevelSensitive);
        Connect(1, 5, 0x304, TRUE, LevelSensitive);
        Connect(3, 5, 0x304, FALSE, LevelSensitive);
    } else if (Scenario == 12) {
        Connect(0, 5, 0x300, FALSE, LevelSensitive);
    } else {
        Lines[0].Port = (PUCHAR)0x300;
        WRITE_PORT_UCHAR((PUCHAR)0x300, 1);
    }
    return STATUS_SUCCESS;
}
