/*
 * board.c - the registers, and every SynchCritSection routine.
 *
 * What the ISR touches is touched elsewhere only by the routines in the lower
 * half of this file, and those run only through LabSynchronize.
 */
#include "lab.h"

UCHAR
LabReadRegister(BOOLEAN Mapped, PUCHAR Register)
{
    if (Mapped) {
        return READ_REGISTER_UCHAR(Register);
    }
    return READ_PORT_UCHAR(Register);
}

VOID
LabWriteRegister(BOOLEAN Mapped, PUCHAR Register, UCHAR Value)
{
    if (Mapped) {
        WRITE_REGISTER_UCHAR(Register, Value);
    } else {
        WRITE_PORT_UCHAR(Register, Value);
    }
}

/*
 * Runs Routine so that the ISR does not run at the same time, on any
 * processor. Without an interrupt object there is no ISR to keep out, and the
 * spin lock keeps out all others: so a timer or DPC that comes late may still
 * call this after the interrupt was disconnected.
 */
BOOLEAN
LabSynchronize(PLAB_BOARD Board, PKSYNCHRONIZE_ROUTINE Routine, PVOID Context)
{
    KIRQL OldIrql;
    BOOLEAN Result;

    KeAcquireSpinLock(&Board->Lock, &OldIrql);
    if (Board->Interrupt != NULL) {
        Result = KeSynchronizeExecution(Board->Interrupt, Routine, Context);
    } else {
        Result = Routine(Context);
    }
    KeReleaseSpinLock(&Board->Lock, OldIrql);
    return Result;
}

/*
 * Takes the interrupt object out of everybody's reach, so that its owner can
 * disconnect it: whoever was using it held the lock.
 */
PKINTERRUPT
LabTakeInterrupt(PLAB_BOARD Board)
{
    KIRQL OldIrql;
    PKINTERRUPT Interrupt;

    KeAcquireSpinLock(&Board->Lock, &OldIrql);
    Interrupt = Board->Interrupt;
    Board->Interrupt = NULL;
    KeReleaseSpinLock(&Board->Lock, OldIrql);
    return Interrupt;
}

BOOLEAN NTAPI
LabEnableUnit(PVOID Context)
{
    PLAB_EXTENSION Extension = Context;

    LabWriteRegister(Extension->Board->Mapped, Extension->Ports + LAB_CONTROL, LAB_CONTROL_ENABLE);
    return TRUE;
}

/*
 * For good: the unit is masked, what it had pending is dismissed, and should
 * an interrupt that was on its way still reach the ISR, it queues nothing.
 */
BOOLEAN NTAPI
LabDisableUnit(PVOID Context)
{
    PLAB_EXTENSION Extension = Context;

    LabWriteRegister(Extension->Board->Mapped, Extension->Ports + LAB_CONTROL, 0);
    LabWriteRegister(Extension->Board->Mapped, Extension->Ports + LAB_STATUS, LAB_STATUS_PENDING);
    Extension->Stopping = TRUE;
    return TRUE;
}

BOOLEAN NTAPI
LabResetUnit(PVOID Context)
{
    PLAB_EXTENSION Extension = Context;
    UCHAR Control = LAB_CONTROL_ENABLE;

    /* A read may be waiting: it goes on waiting, for a byte after the reset. */
    if (Extension->Transfer) {
        Control |= LAB_CONTROL_START;
    }
    Extension->Head = 0;
    Extension->Buffered = 0;
    LabWriteRegister(Extension->Board->Mapped, Extension->Ports + LAB_CONTROL, LAB_CONTROL_RESET);
    LabWriteRegister(Extension->Board->Mapped, Extension->Ports + LAB_CONTROL, Control);
    return TRUE;
}

/* What came in before anybody asked is served at once, but from the DPC too. */
BOOLEAN NTAPI
LabStartTransfer(PVOID Context)
{
    PLAB_EXTENSION Extension = Context;

    if (Extension->Buffered != 0) {
        LabRequestInputDpc(Extension);
        return FALSE;
    }
    Extension->Transfer = TRUE;
    LabWriteRegister(Extension->Board->Mapped, Extension->Ports + LAB_CONTROL,
                     LAB_CONTROL_ENABLE | LAB_CONTROL_START);
    return TRUE;
}

BOOLEAN NTAPI
LabTakeBytes(PVOID Context)
{
    PLAB_BYTES Bytes = Context;
    PLAB_EXTENSION Extension = Bytes->Extension;
    ULONG Index;

    if (Bytes->Length > Extension->Buffered) {
        Bytes->Length = Extension->Buffered;
    }
    for (Index = 0; Index < Bytes->Length; Index++) {
        Bytes->Buffer[Index] = Extension->Ring[Extension->Head];
        Extension->Head = (Extension->Head + 1) % LAB_RING_SIZE;
    }
    Extension->Buffered -= Bytes->Length;
    return Bytes->Length != 0;
}

/* The FIFO does not say when it is full: no more is written than it can hold. */
BOOLEAN NTAPI
LabPutBytes(PVOID Context)
{
    PLAB_BYTES Bytes = Context;
    PLAB_EXTENSION Extension = Bytes->Extension;
    ULONG Index;

    if (Bytes->Length > LAB_FIFO_SIZE) {
        Bytes->Length = LAB_FIFO_SIZE;
    }
    for (Index = 0; Index < Bytes->Length; Index++) {
        LabWriteRegister(Extension->Board->Mapped, Extension->Ports + LAB_DATA, Bytes->Buffer[Index]);
    }
    return TRUE;
}

BOOLEAN NTAPI
LabCopyCounts(PVOID Context)
{
    PLAB_COUNTS_COPY Copy = Context;
    PLAB_EXTENSION Extension = Copy->Extension;

    Copy->Counts->Interrupts = Extension->Interrupts;
    Copy->Counts->Bytes = Extension->Bytes;
    Copy->Counts->Lost = Extension->Lost;
    Copy->Counts->Buffered = Extension->Buffered;
    Copy->Counts->Rate = Extension->Board->Rate;
    Copy->Counts->Wakeups = Extension->Board->Wakeups;
    return TRUE;
}
