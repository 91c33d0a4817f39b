/*
 * isr.c - the interrupt service routine and the two DPCs that it asks for.
 *
 * A KDPC is queued at most once, so interrupts and DPC runs need not match:
 * the ISR leaves word in a LAB_WORK, and the DPC goes round until there is no
 * more. The DPC gives up its LAB_WORK as its very last act, which makes that
 * flag the way for Unload to know that the DPC has come to its end.
 */
#include "lab.h"

/* At DIRQL: takes what the unit has. The ring is nonpaged pool. */
static VOID
LabEmptyFifo(PLAB_EXTENSION Extension)
{
    BOOLEAN Mapped = Extension->Board->Mapped;
    ULONG Count;
    UCHAR Byte;

    for (Count = 0; Count < LAB_FIFO_SIZE; Count++) {
        if (!(LabReadRegister(Mapped, Extension->Ports + LAB_STATUS) & LAB_STATUS_DATA)) {
            break;
        }
        Byte = LabReadRegister(Mapped, Extension->Ports + LAB_DATA);
        Extension->Bytes++;
        Extension->Board->Bytes++;
        if (Extension->Buffered < LAB_RING_SIZE) {
            Extension->Ring[(Extension->Head + Extension->Buffered) % LAB_RING_SIZE] = Byte;
            Extension->Buffered++;
        } else {
            Extension->Lost++;
            Extension->Board->Lost++;
        }
    }
}

/* At DIRQL: TRUE if the unit had an interrupt pending, which it has no longer. */
static BOOLEAN
LabServiceUnit(PLAB_EXTENSION Extension)
{
    BOOLEAN Mapped = Extension->Board->Mapped;
    UCHAR Status;

    Status = LabReadRegister(Mapped, Extension->Ports + LAB_STATUS);
    if (!(Status & LAB_STATUS_PENDING)) {
        return FALSE;
    }
    LabWriteRegister(Mapped, Extension->Ports + LAB_STATUS, LAB_STATUS_PENDING);

    if (!Extension->Stopping) {
        Extension->Interrupts++;
        Extension->Transfer = FALSE;
        LabEmptyFifo(Extension);
        Extension->Board->Activity.Work = TRUE;
        LabRequestInputDpc(Extension);
    }
    return TRUE;
}

/*
 * Both units drive one line. If the line is latched, a unit that interrupts
 * while the other is being served makes no new edge: so the units are asked
 * again until neither has anything pending.
 */
BOOLEAN NTAPI
LabIsr(PKINTERRUPT Interrupt, PVOID Context)
{
    PLAB_BOARD Board = Context;
    BOOLEAN Ours = FALSE;
    BOOLEAN Again;
    ULONG Pass;
    ULONG Index;

    for (Pass = 0; Pass < LAB_ISR_PASSES; Pass++) {
        Again = FALSE;
        for (Index = 0; Index < Board->UnitCount; Index++) {
            if (LabServiceUnit(Board->Unit[Index])) {
                Again = TRUE;
            }
        }
        if (!Again) {
            break;
        }
        Ours = TRUE;
    }

    if (Board->Activity.Work && !Board->Activity.Queued) {
        Board->Activity.Queued = TRUE;
        KeInsertQueueDpc(&Board->ActivityDpc, NULL, NULL);
    }
    return Ours;                /* FALSE: it was not for us, somebody else may look */
}

/* In the ISR, or synchronized with it. */
VOID
LabRequestInputDpc(PLAB_EXTENSION Extension)
{
    Extension->Input.Work = TRUE;
    if (!Extension->Input.Queued) {
        Extension->Input.Queued = TRUE;
        IoRequestDpc(Extension->DeviceObject, NULL, NULL);
    }
}

/* Synchronized with the ISR. FALSE: the DPC must return without another look. */
BOOLEAN NTAPI
LabTakeWork(PVOID Context)
{
    PLAB_WORK Work = Context;

    if (Work->Work) {
        Work->Work = FALSE;
        return TRUE;
    }
    Work->Queued = FALSE;
    return FALSE;
}

BOOLEAN NTAPI
LabIsQueued(PVOID Context)
{
    PLAB_WORK Work = Context;

    return Work->Queued;
}

/* The DpcForIsr of a unit: bytes have come in. */
VOID NTAPI
LabDpcForIsr(PKDPC Dpc, PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    PLAB_EXTENSION Extension = DeviceObject->DeviceExtension;

    while (LabSynchronize(Extension->Board, LabTakeWork, &Extension->Input)) {
        LabServiceRead(DeviceObject);
    }
}

/* The CustomDpc of the board: an ISR may not set an event, a DPC may. */
VOID NTAPI
LabActivityDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    PLAB_BOARD Board = Context;

    while (LabSynchronize(Board, LabTakeWork, &Board->Activity)) {
        KeSetEvent(&Board->ThreadEvent, IO_NO_INCREMENT, FALSE);
    }
}

/*
 * Returns when the DPC is neither queued nor running. The caller has seen to
 * it that the ISR asks for no more. With one processor a DPC has run to its
 * end before a thread goes on; with more, it may be halfway on another one,
 * and KeRemoveQueueDpc does not wait for that.
 */
VOID
LabDrainDpc(PLAB_BOARD Board, PKDPC Dpc, PLAB_WORK Work)
{
    LARGE_INTEGER Interval;

    if (KeRemoveQueueDpc(Dpc)) {
        return;
    }
    Interval.QuadPart = LAB_MILLISECONDS(1);
    while (LabSynchronize(Board, LabIsQueued, Work)) {
        KeDelayExecutionThread(KernelMode, FALSE, &Interval);
    }
}
