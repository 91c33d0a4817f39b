/*
 * unload.c - as lab's, but for one mistake: stage 1 comes last.
 *
 * While nobody fires an interrupt all goes well, which is why such a mistake
 * lives long. One that comes after a ring was freed finds the ISR still
 * connected, and the ISR writes to memory that is not the driver's any more.
 */
#include "../lab/lab.h"

/* What has to outlive the extensions, because interrupts are disabled so late. */
typedef struct _LATE_UNITS {
    BOOLEAN Mapped;
    PUCHAR Base;
    ULONG Length;
    ULONG Count;
    PUCHAR Ports[LAB_MAX_UNITS];
} LATE_UNITS, *PLATE_UNITS;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(PAGE, LabUnload)
#endif

static BOOLEAN NTAPI
LateDisableUnits(PVOID Context)
{
    PLATE_UNITS Units = Context;
    ULONG Index;

    for (Index = 0; Index < Units->Count; Index++) {
        LabWriteRegister(Units->Mapped, Units->Ports[Index] + LAB_CONTROL, 0);
        LabWriteRegister(Units->Mapped, Units->Ports[Index] + LAB_STATUS, LAB_STATUS_PENDING);
    }
    return TRUE;
}

VOID NTAPI
LabUnload(PDRIVER_OBJECT DriverObject)
{
    PDEVICE_OBJECT DeviceObject;
    PLAB_EXTENSION Extension;
    PLAB_BOARD Board;
    PCONTROLLER_OBJECT Controller;
    PKINTERRUPT Interrupt;
    LATE_UNITS Units;

    PAGED_CODE();

    Extension = DriverObject->DeviceObject->DeviceExtension;
    Board = Extension->Board;
    Controller = Board->Controller;
    Interrupt = Board->Interrupt;
    Units.Mapped = Board->Mapped;
    Units.Base = Board->Ports;
    Units.Length = Board->PortLength;
    for (Units.Count = 0; Units.Count < Board->UnitCount; Units.Count++) {
        Units.Ports[Units.Count] = Board->Unit[Units.Count]->Ports;
    }

    /* Stage 2: nothing else may refer to what will go - but the ISR still can. */
    for (DeviceObject = DriverObject->DeviceObject;
         DeviceObject != NULL;
         DeviceObject = DeviceObject->NextDevice) {
        Extension = DeviceObject->DeviceExtension;
        IoStopTimer(DeviceObject);
        LabDrainDpc(Board, &DeviceObject->Dpc, &Extension->Input);
    }
    LabDrainDpc(Board, &Board->ActivityDpc, &Board->Activity);
    LabStopStatistics(Board);
    LabStopThread(Board);

    /* Stage 3: device-specific resources: pool. */
    for (DeviceObject = DriverObject->DeviceObject;
         DeviceObject != NULL;
         DeviceObject = DeviceObject->NextDevice) {
        Extension = DeviceObject->DeviceExtension;
        ExFreePool(Extension->Ring);
    }

    /* Stage 4: system objects that the extensions refer to. */
    ObDereferenceObject(Board->Thread);

    /* Stage 5: hardware claims. */
    LabReleaseHardware(DriverObject);

    /* Stage 6: names: DeviceMap values and symbolic links, then our key. */
    for (DeviceObject = DriverObject->DeviceObject;
         DeviceObject != NULL;
         DeviceObject = DeviceObject->NextDevice) {
        LabDeleteNames(DeviceObject->DeviceExtension);
    }
    LabDeleteDeviceMapKey();

    /* Stage 7: devices, the controller (Board goes with it) and the count. */
    while (DriverObject->DeviceObject != NULL) {
        IoDeleteDevice(DriverObject->DeviceObject);
        IoGetConfigurationInformation()->SerialCount--;
    }
    IoDeleteController(Controller);

    /* Stage 1, and this is the mistake: it belongs before all of the above. */
    KeSynchronizeExecution(Interrupt, LateDisableUnits, &Units);
    IoDisconnectInterrupt(Interrupt);
    if (Units.Mapped) {
        MmUnmapIoSpace(Units.Base, Units.Length);
    }
}
