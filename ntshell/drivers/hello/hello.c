/* The smallest clean driver: one device, one link, and an Unload that takes both back. */
#include <ntddk.h>

static VOID NTAPI
HelloUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING Link;

    RtlInitUnicodeString(&Link, L"\\??\\HELLO");
    IoDeleteSymbolicLink(&Link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

/* Opens and closes need no work; whatever else is asked, the I/O manager refuses. */
static NTSTATUS NTAPI
HelloCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI
DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Name;
    UNICODE_STRING Link;
    PDEVICE_OBJECT DeviceObject;
    NTSTATUS Status;

    DriverObject->MajorFunction[IRP_MJ_CREATE] = HelloCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = HelloCreateClose;
    DriverObject->DriverUnload = HelloUnload;

    RtlInitUnicodeString(&Name, L"\\Device\\Hello");
    Status = IoCreateDevice(DriverObject, 0, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &DeviceObject);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }

    RtlInitUnicodeString(&Link, L"\\??\\HELLO");
    Status = IoCreateSymbolicLink(&Link, &Name);
    if (!NT_SUCCESS(Status)) {
        IoDeleteDevice(DeviceObject);       /* Unload is not called after a failure */
    }
    return Status;
}
