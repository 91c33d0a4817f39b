/*
 * unload.c - gives everything back, in an order that an interrupt cannot upset.
 *
 * An interrupt, or a timer, may come between any two statements here. What
 * makes that harmless is the order: first nothing can start (stage 1), then
 * nothing is still running (stage 2), and only then does anything go away.
 */
#include "lab.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text(PAGE, LabUnload)
#endif

VOID NTAPI
LabUnload(PDRIVER_OBJECT DriverObject)
{
    PDEVICE_OBJECT DeviceObject;
    PLAB_EXTENSION Extension;
    PLAB_BOARD Board;
    PCONTROLLER_OBJECT Controller;

    PAGED_CODE();

    Extension = DriverObject->DeviceObject->DeviceExtension;
    Board = Extension->Board;
    Controller = Board->Controller;

    /*
     * Stage 1: disable interrupts at the device, then disconnect. An interrupt
     * that comes before a unit is disabled is served as ever: all is in place.
     */
    for (DeviceObject = DriverObject->DeviceObject;
         DeviceObject != NULL;
         DeviceObject = DeviceObject->NextDevice) {
        LabSynchronize(Board, LabDisableUnit, DeviceObject->DeviceExtension);
    }
    IoDisconnectInterrupt(LabTakeInterrupt(Board));

    /*
     * Stage 2: nothing else may refer to what will go. No ISR runs any more;
     * what it asked for may, and so may the timers and the thread.
     */
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

    /* Stage 3: device-specific resources: pool and mappings. */
    for (DeviceObject = DriverObject->DeviceObject;
         DeviceObject != NULL;
         DeviceObject = DeviceObject->NextDevice) {
        Extension = DeviceObject->DeviceExtension;
        ExFreePool(Extension->Ring);
    }
    if (Board->Mapped) {
        MmUnmapIoSpace(Board->Ports, Board->PortLength);
    }

    /*
     * Stage 4: system objects that the extensions refer to. Events, timers and
     * DPCs that lie in an extension are at rest, and go with it.
     */
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
}
