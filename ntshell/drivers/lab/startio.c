/*
 * startio.c - a read's way from the queue to its completion.
 *
 *   StartIo -> (wait for the controller) -> ControllerControl starts a
 *   transfer -> interrupt -> DpcForIsr copies the bytes and completes
 *
 * From StartIo on the read is the unit's ActiveIrp. The DPC, the IoTimer, the
 * cancel routine and Cleanup may all want to end it: whoever takes it out of
 * ActiveIrp, under the cancel spin lock, is the one who does.
 */
#include "lab.h"

/* DISPATCH_LEVEL. The IRP has its cancel routine still set. */
VOID NTAPI
LabStartIo(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PLAB_EXTENSION Extension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    BOOLEAN Read = Stack->MajorFunction == IRP_MJ_READ;
    BOOLEAN Canceled;
    KIRQL CancelIrql;

    IoAcquireCancelSpinLock(&CancelIrql);
    Canceled = Irp->Cancel;
    if (Canceled || !Read) {
        IoSetCancelRoutine(Irp, NULL);
    } else {
        Extension->ActiveIrp = Irp;
    }
    IoReleaseCancelSpinLock(CancelIrql);

    if (Canceled) {
        /* LabCancel came between the queue and here, and left it to us. */
        IoStartNextPacket(DeviceObject, TRUE);
        LabComplete(Irp, STATUS_CANCELLED, 0);
    } else if (Read) {
        IoAllocateController(Extension->Board->Controller, DeviceObject, LabControllerControl, NULL);
    } else {
        LabStartWrite(DeviceObject, Irp);
    }
}

/* The FIFO takes bytes at any time: no transfer, so no controller and no wait. */
VOID
LabStartWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    LAB_BYTES Bytes;

    Bytes.Extension = DeviceObject->DeviceExtension;
    Bytes.Buffer = Irp->AssociatedIrp.SystemBuffer;
    Bytes.Length = Stack->Parameters.Write.Length;
    LabSynchronize(Bytes.Extension->Board, LabPutBytes, &Bytes);

    IoStartNextPacket(DeviceObject, TRUE);
    LabComplete(Irp, STATUS_SUCCESS, Bytes.Length);
}

/*
 * DISPATCH_LEVEL: the board is this unit's. While the unit waited for it the
 * read may have been cancelled: Irp may be gone, so only ActiveIrp counts.
 */
IO_ALLOCATION_ACTION NTAPI
LabControllerControl(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID MapRegisterBase, PVOID Context)
{
    PLAB_EXTENSION Extension = DeviceObject->DeviceExtension;
    BOOLEAN Gone;
    KIRQL CancelIrql;

    IoAcquireCancelSpinLock(&CancelIrql);
    Gone = Extension->ActiveIrp == NULL;
    if (!Gone) {
        Extension->HoldsController = TRUE;
        Extension->SecondsLeft = LAB_READ_SECONDS;
        LabSynchronize(Extension->Board, LabStartTransfer, Extension);
    }
    IoReleaseCancelSpinLock(CancelIrql);

    if (Gone) {
        IoStartNextPacket(DeviceObject, TRUE);
        return DeallocateObject;
    }
    return KeepObject;
}

/* With the cancel spin lock held, and an ActiveIrp: the read is the caller's. */
PIRP
LabClaimActive(PLAB_EXTENSION Extension, PBOOLEAN Held)
{
    PIRP Irp = Extension->ActiveIrp;

    IoSetCancelRoutine(Irp, NULL);
    *Held = Extension->HoldsController;
    Extension->ActiveIrp = NULL;
    Extension->HoldsController = FALSE;
    return Irp;
}

/*
 * DISPATCH_LEVEL, no locks held. A unit that still waits for the controller
 * cannot leave that queue: ControllerControl will find no read and go on to
 * the next. Otherwise the board is handed on and the next request started
 * before this one completes, so that the device does not idle.
 */
VOID
LabFinishActive(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Held, NTSTATUS Status, ULONG Information)
{
    PLAB_EXTENSION Extension = DeviceObject->DeviceExtension;

    if (Held) {
        IoFreeController(Extension->Board->Controller);
        IoStartNextPacket(DeviceObject, TRUE);
    }
    LabComplete(Irp, Status, Information);
}

/* From the DpcForIsr: gives the read what the ring holds, if both are there. */
VOID
LabServiceRead(PDEVICE_OBJECT DeviceObject)
{
    PLAB_EXTENSION Extension = DeviceObject->DeviceExtension;
    LAB_BYTES Bytes;
    PIRP Irp = NULL;
    BOOLEAN Held = FALSE;
    KIRQL CancelIrql;

    IoAcquireCancelSpinLock(&CancelIrql);
    if (Extension->ActiveIrp != NULL && Extension->HoldsController) {
        Bytes.Extension = Extension;
        Bytes.Buffer = Extension->ActiveIrp->AssociatedIrp.SystemBuffer;
        Bytes.Length = IoGetCurrentIrpStackLocation(Extension->ActiveIrp)->Parameters.Read.Length;
        if (LabSynchronize(Extension->Board, LabTakeBytes, &Bytes)) {
            Irp = LabClaimActive(Extension, &Held);
        }
    }
    IoReleaseCancelSpinLock(CancelIrql);

    if (Irp != NULL) {
        LabFinishActive(DeviceObject, Irp, Held, STATUS_SUCCESS, Bytes.Length);
    }
}

/* The IoTimer, about once a second: a read that holds the board may not do so for ever. */
VOID NTAPI
LabTimer(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    PLAB_EXTENSION Extension = DeviceObject->DeviceExtension;
    PIRP Irp = NULL;
    BOOLEAN Held = FALSE;
    KIRQL CancelIrql;

    IoAcquireCancelSpinLock(&CancelIrql);
    if (Extension->ActiveIrp != NULL && Extension->HoldsController) {
        Extension->SecondsLeft--;
        if (Extension->SecondsLeft == 0) {
            Irp = LabClaimActive(Extension, &Held);
        }
    }
    IoReleaseCancelSpinLock(CancelIrql);

    if (Irp != NULL) {
        LabFinishActive(DeviceObject, Irp, Held, STATUS_IO_TIMEOUT, 0);
    }
}

/* Entered with the cancel spin lock held; every way out releases it. */
VOID NTAPI
LabCancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PLAB_EXTENSION Extension = DeviceObject->DeviceExtension;
    KIRQL OldIrql;
    BOOLEAN Held;

    if (Irp == Extension->ActiveIrp) {
        LabClaimActive(Extension, &Held);
        IoReleaseCancelSpinLock(Irp->CancelIrql);

        KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);
        LabFinishActive(DeviceObject, Irp, Held, STATUS_CANCELLED, 0);
        KeLowerIrql(OldIrql);
    } else if (KeRemoveEntryDeviceQueue(&DeviceObject->DeviceQueue,
                                        &Irp->Tail.Overlay.DeviceQueueEntry)) {
        IoReleaseCancelSpinLock(Irp->CancelIrql);
        LabComplete(Irp, STATUS_CANCELLED, 0);
    } else {
        /* On its way to StartIo, which looks at Irp->Cancel. */
        IoReleaseCancelSpinLock(Irp->CancelIrql);
    }
}
