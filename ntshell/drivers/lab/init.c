/* Lab card driver: two units behind one interrupt; its Unload undoes everything in stages. */
/*
 * init.c - DriverEntry, what it alone needs, and Reinitialize.
 *
 * Everything here but Reinitialize lies in section INIT and is gone once
 * DriverEntry has returned, so nothing that runs later may call it.
 */
#include "lab.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(INIT, LabCreateBoard)
#pragma alloc_text(INIT, LabCreateUnits)
#pragma alloc_text(INIT, LabCreateUnit)
#pragma alloc_text(INIT, LabConnect)
#pragma alloc_text(INIT, LabUndo)
#pragma alloc_text(PAGE, LabReinitialize)
#endif

NTSTATUS NTAPI
DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    LAB_CONFIG Config;
    PLAB_BOARD Board;
    PDEVICE_OBJECT DeviceObject;
    NTSTATUS Status;

    LabReadConfiguration(&Config);

    DriverObject->MajorFunction[IRP_MJ_CREATE] = LabCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = LabCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = LabCleanup;
    DriverObject->MajorFunction[IRP_MJ_READ] = LabReadWrite;
    DriverObject->MajorFunction[IRP_MJ_WRITE] = LabReadWrite;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = LabDeviceControl;
    DriverObject->DriverStartIo = LabStartIo;
    DriverObject->DriverUnload = LabUnload;

    /* No register may be touched before the claim has succeeded. */
    Status = LabClaimHardware(DriverObject, &Config);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }

    Board = NULL;
    Status = LabCreateBoard(&Config, &Board);
    if (NT_SUCCESS(Status)) {
        Status = LabCreateUnits(DriverObject, Board);
    }
    if (NT_SUCCESS(Status)) {
        Status = LabStartThread(Board);
    }
    if (NT_SUCCESS(Status)) {
        Status = LabConnect(Board, &Config);
    }
    if (NT_SUCCESS(Status)) {
        Status = LabCreateDeviceMapKey();
        Board->MapKeyMade = NT_SUCCESS(Status);
    }

    for (DeviceObject = DriverObject->DeviceObject;
         NT_SUCCESS(Status) && DeviceObject != NULL;
         DeviceObject = DeviceObject->NextDevice) {
        Status = LabCreateNames(DeviceObject->DeviceExtension);
    }

    if (!NT_SUCCESS(Status)) {
        /* Unload is not called after this: nobody else will clean up. */
        LabUndo(DriverObject, Board);
        return Status;
    }

    /* From here on nothing fails, so what runs by itself may start. */
    for (DeviceObject = DriverObject->DeviceObject;
         DeviceObject != NULL;
         DeviceObject = DeviceObject->NextDevice) {
        IoStartTimer(DeviceObject);
    }

    IoRegisterDriverReinitialization(DriverObject, LabReinitialize, Board);
    return STATUS_SUCCESS;
}

/*
 * The board is one set of registers behind two device objects: a controller
 * object keeps their transfers apart, and its extension is where they meet.
 */
NTSTATUS
LabCreateBoard(PLAB_CONFIG Config, PLAB_BOARD *NewBoard)
{
    PCONTROLLER_OBJECT Controller;
    PLAB_BOARD Board;
    PHYSICAL_ADDRESS Translated;
    ULONG AddressSpace;

    AddressSpace = 1;                   /* ports, as far as the bus is concerned */
    if (!HalTranslateBusAddress(Config->BusType, Config->BusNumber,
                                Config->PortStart, &AddressSpace, &Translated)) {
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    }

    Controller = IoCreateController(sizeof(LAB_BOARD));
    if (Controller == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    Board = Controller->ControllerExtension;    /* zeroed by the I/O manager */
    Board->Controller = Controller;
    Board->PortLength = Config->PortLength;
    *NewBoard = Board;

    KeInitializeSpinLock(&Board->Lock);
    KeInitializeDpc(&Board->ActivityDpc, LabActivityDpc, Board);
    KeInitializeTimer(&Board->StatisticsTimer);
    KeInitializeDpc(&Board->StatisticsDpc, LabStatisticsDpc, Board);
    KeInitializeEvent(&Board->StatisticsStopped, NotificationEvent, FALSE);
    KeInitializeEvent(&Board->ThreadEvent, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Board->ThreadEnds, NotificationEvent, FALSE);

    /* Some machines turn the bus's ports into memory. */
    if (AddressSpace == 0) {
        Board->Ports = MmMapIoSpace(Translated, Config->PortLength, MmNonCached);
        if (Board->Ports == NULL) {
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        Board->Mapped = TRUE;
    } else {
        Board->Ports = (PUCHAR)(ULONG_PTR)Translated.LowPart;
    }
    return STATUS_SUCCESS;
}

/* A driver succeeds if at least one device works. */
NTSTATUS
LabCreateUnits(PDRIVER_OBJECT DriverObject, PLAB_BOARD Board)
{
    PUCHAR Ports;
    ULONG Number;
    NTSTATUS Status;

    for (Number = 0; Number < LAB_MAX_UNITS; Number++) {
        if ((Number + 1) * LAB_UNIT_PORTS > Board->PortLength) {
            break;
        }

        /* A reset leaves the unit quiet; what still reads as ones is not there. */
        Ports = Board->Ports + Number * LAB_UNIT_PORTS;
        LabWriteRegister(Board->Mapped, Ports + LAB_CONTROL, LAB_CONTROL_RESET);
        if (LabReadRegister(Board->Mapped, Ports + LAB_STATUS) == LAB_STATUS_ABSENT) {
            continue;
        }

        Status = LabCreateUnit(DriverObject, Board, Number);
        if (!NT_SUCCESS(Status)) {
            return Status;
        }
    }
    return Board->UnitCount != 0 ? STATUS_SUCCESS : STATUS_NO_SUCH_DEVICE;
}

NTSTATUS
LabCreateUnit(PDRIVER_OBJECT DriverObject, PLAB_BOARD Board, ULONG Number)
{
    LAB_NAMES Names;
    PUCHAR Ring;
    PDEVICE_OBJECT DeviceObject;
    PLAB_EXTENSION Extension;
    NTSTATUS Status;

    Ring = ExAllocatePoolWithTag(NonPagedPool, LAB_RING_SIZE, LAB_TAG);
    if (Ring == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    LabNameUnit(Number, &Names);
    Status = IoCreateDevice(DriverObject, sizeof(LAB_EXTENSION), &Names.Device,
                            FILE_DEVICE_UNKNOWN, 0, FALSE, &DeviceObject);
    if (!NT_SUCCESS(Status)) {
        ExFreePool(Ring);
        return Status;
    }

    DeviceObject->Flags |= DO_BUFFERED_IO;
    Extension = DeviceObject->DeviceExtension;  /* zeroed by the I/O manager */
    Extension->DeviceObject = DeviceObject;
    Extension->Board = Board;
    Extension->Number = Number;
    Extension->Ports = Board->Ports + Number * LAB_UNIT_PORTS;
    Extension->Ring = Ring;

    IoInitializeDpcRequest(DeviceObject, LabDpcForIsr);
    IoInitializeTimer(DeviceObject, LabTimer, NULL);

    Board->Unit[Board->UnitCount] = Extension;
    Board->UnitCount++;

    /* The system counts no lab cards; a byte device is nearest to a serial port. */
    IoGetConfigurationInformation()->SerialCount++;
    return STATUS_SUCCESS;
}

/*
 * One interrupt object serves both units. The ISR may be entered before
 * IoConnectInterrupt returns, so this comes when all that it uses is ready,
 * and the units may interrupt only afterwards.
 */
NTSTATUS
LabConnect(PLAB_BOARD Board, PLAB_CONFIG Config)
{
    ULONG Vector;
    ULONG Index;
    KIRQL Irql;
    KAFFINITY Affinity;
    NTSTATUS Status;

    Vector = HalGetInterruptVector(Config->BusType, Config->BusNumber,
                                   Config->Level, Config->Vector, &Irql, &Affinity);
    if (Vector == 0) {
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    }

    Status = IoConnectInterrupt(&Board->Interrupt, LabIsr, Board, NULL, Vector,
                                Irql, Irql, Config->Mode, Config->Shared, Affinity, FALSE);
    if (!NT_SUCCESS(Status)) {
        Board->Interrupt = NULL;
        return Status;
    }

    for (Index = 0; Index < Board->UnitCount; Index++) {
        LabSynchronize(Board, LabEnableUnit, Board->Unit[Index]);
    }
    return STATUS_SUCCESS;
}

/* Gives back what DriverEntry got so far, the last thing first. */
VOID
LabUndo(PDRIVER_OBJECT DriverObject, PLAB_BOARD Board)
{
    PDEVICE_OBJECT DeviceObject;
    PLAB_EXTENSION Extension;
    ULONG Index;

    if (Board != NULL) {
        for (Index = 0; Index < Board->UnitCount; Index++) {
            LabDeleteNames(Board->Unit[Index]);
        }
        if (Board->MapKeyMade) {
            LabDeleteDeviceMapKey();
        }

        if (Board->Interrupt != NULL) {
            for (Index = 0; Index < Board->UnitCount; Index++) {
                LabSynchronize(Board, LabDisableUnit, Board->Unit[Index]);
            }
            IoDisconnectInterrupt(LabTakeInterrupt(Board));
            for (Index = 0; Index < Board->UnitCount; Index++) {
                Extension = Board->Unit[Index];
                LabDrainDpc(Board, &Extension->DeviceObject->Dpc, &Extension->Input);
            }
            LabDrainDpc(Board, &Board->ActivityDpc, &Board->Activity);
        }

        if (Board->Thread != NULL) {
            LabStopThread(Board);
            ObDereferenceObject(Board->Thread);
        }

        while ((DeviceObject = DriverObject->DeviceObject) != NULL) {
            Extension = DeviceObject->DeviceExtension;
            IoGetConfigurationInformation()->SerialCount--;
            ExFreePool(Extension->Ring);
            IoDeleteDevice(DeviceObject);
        }

        if (Board->Mapped) {
            MmUnmapIoSpace(Board->Ports, Board->PortLength);
        }
        IoDeleteController(Board->Controller);
    }

    LabReleaseHardware(DriverObject);
}

/*
 * Called once, when the drivers that start together have all come up. What can
 * wait until then waits: here the statistics begin, and the debugger is told.
 */
VOID NTAPI
LabReinitialize(PDRIVER_OBJECT DriverObject, PVOID Context, ULONG Count)
{
    PLAB_BOARD Board = Context;

    PAGED_CODE();

    LabStartStatistics(Board);
    DbgPrint("LAB: %u unit(s) ready\n", Board->UnitCount);
}
