/*
 * dispatch.c - the dispatch routines: each completes its IRP or queues it.
 */
#include "lab.h"

/* The IRP is not the driver's any more when this returns. */
NTSTATUS
LabComplete(PIRP Irp, NTSTATUS Status, ULONG Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

/* Nothing to prepare and nothing to give back: the I/O manager counts the opens. */
NTSTATUS NTAPI
LabCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    return LabComplete(Irp, STATUS_SUCCESS, 0);
}

/*
 * With the cancel spin lock held: takes one request of this file object out
 * of the device queue, or returns NULL. Requests go into and out of that queue
 * only under the cancel spin lock, since all are queued with a cancel routine:
 * so the list can be walked here.
 */
static PIRP
LabTakeQueued(PDEVICE_OBJECT DeviceObject, PFILE_OBJECT FileObject)
{
    PLIST_ENTRY Head = &DeviceObject->DeviceQueue.DeviceListHead;
    PLIST_ENTRY Entry;
    PIRP Irp;

    for (Entry = Head->Flink; Entry != Head; Entry = Entry->Flink) {
        Irp = CONTAINING_RECORD(Entry, IRP, Tail.Overlay.DeviceQueueEntry.DeviceListEntry);
        if (IoGetCurrentIrpStackLocation(Irp)->FileObject == FileObject) {
            KeRemoveEntryDeviceQueue(&DeviceObject->DeviceQueue, &Irp->Tail.Overlay.DeviceQueueEntry);
            IoSetCancelRoutine(Irp, NULL);
            return Irp;
        }
    }
    return NULL;
}

/*
 * The last handle of a file object was closed: its requests have nobody left
 * to answer to, and Close does not come before they are completed.
 */
NTSTATUS NTAPI
LabCleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PLAB_EXTENSION Extension = DeviceObject->DeviceExtension;
    PFILE_OBJECT FileObject = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    PIRP Active = NULL;
    PIRP Queued;
    BOOLEAN Held = FALSE;
    KIRQL CancelIrql;
    KIRQL OldIrql;

    /* The queue first, or ending the active read would start one of these. */
    do {
        IoAcquireCancelSpinLock(&CancelIrql);
        Queued = LabTakeQueued(DeviceObject, FileObject);
        IoReleaseCancelSpinLock(CancelIrql);
        if (Queued != NULL) {
            LabComplete(Queued, STATUS_CANCELLED, 0);
        }
    } while (Queued != NULL);

    IoAcquireCancelSpinLock(&CancelIrql);
    if (Extension->ActiveIrp != NULL &&
        IoGetCurrentIrpStackLocation(Extension->ActiveIrp)->FileObject == FileObject) {
        Active = LabClaimActive(Extension, &Held);
    }
    IoReleaseCancelSpinLock(CancelIrql);

    if (Active != NULL) {
        KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);
        LabFinishActive(DeviceObject, Active, Held, STATUS_CANCELLED, 0);
        KeLowerIrql(OldIrql);
    }
    return LabComplete(Irp, STATUS_SUCCESS, 0);
}

/* Read.Length and Write.Length lie at one place: either may be asked for. */
NTSTATUS NTAPI
LabReadWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (IoGetCurrentIrpStackLocation(Irp)->Parameters.Read.Length == 0) {
        return LabComplete(Irp, STATUS_SUCCESS, 0);
    }

    /* StartIo may run, and the IRP be completed, before IoStartPacket returns. */
    IoMarkIrpPending(Irp);
    IoStartPacket(DeviceObject, Irp, NULL, LabCancel);
    return STATUS_PENDING;
}

NTSTATUS NTAPI
LabDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PLAB_EXTENSION Extension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG Room = Stack->Parameters.DeviceIoControl.OutputBufferLength;
    LAB_COUNTS_COPY Copy;
    LAB_BYTES Bytes;

    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_LAB_GET_COUNTS:
        if (Room < sizeof(LAB_COUNTS)) {
            return LabComplete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
        }
        Copy.Extension = Extension;
        Copy.Counts = Irp->AssociatedIrp.SystemBuffer;
        LabSynchronize(Extension->Board, LabCopyCounts, &Copy);
        return LabComplete(Irp, STATUS_SUCCESS, sizeof(LAB_COUNTS));

    case IOCTL_LAB_RESET:
        LabSynchronize(Extension->Board, LabResetUnit, Extension);
        return LabComplete(Irp, STATUS_SUCCESS, 0);

    case IOCTL_LAB_GET_BYTE:
        /* As a read of one byte, but it does not wait. */
        if (Room < 1) {
            return LabComplete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
        }
        Bytes.Extension = Extension;
        Bytes.Buffer = Irp->AssociatedIrp.SystemBuffer;
        Bytes.Length = 1;
        if (!LabSynchronize(Extension->Board, LabTakeBytes, &Bytes)) {
            return LabComplete(Irp, STATUS_DEVICE_NOT_READY, 0);
        }
        return LabComplete(Irp, STATUS_SUCCESS, 1);

    default:
        return LabComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}
