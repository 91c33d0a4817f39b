/*
 * config.c - where the card is, and the claim on what it occupies.
 *
 * The registry's description of the machine comes first; a card that the
 * firmware did not list is looked for where the jumpers leave the factory.
 */
#include "lab.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, LabReadConfiguration)
#pragma alloc_text(INIT, LabConfigCallback)
#pragma alloc_text(INIT, LabClaimHardware)
#pragma alloc_text(PAGE, LabReleaseHardware)
#endif

VOID
LabReadConfiguration(PLAB_CONFIG Config)
{
    INTERFACE_TYPE BusType = Isa;
    CONFIGURATION_TYPE ControllerType = OtherController;

    RtlZeroMemory(Config, sizeof(LAB_CONFIG));

    /* A machine without such a bus answers with an error: the defaults hold. */
    IoQueryDeviceDescription(&BusType, NULL, &ControllerType, NULL, NULL, NULL,
                             LabConfigCallback, Config);
    if (Config->Found) {
        return;
    }

    Config->BusType = Isa;
    Config->BusNumber = 0;
    Config->PortStart.QuadPart = 0x300;
    Config->PortLength = LAB_MAX_UNITS * LAB_UNIT_PORTS;
    Config->Level = 5;
    Config->Vector = 5;
    Config->Mode = Latched;
    Config->Shared = FALSE;
}

/*
 * Called for every "other" controller on every ISA bus. Other cards may be
 * described so too: ours is the one with eight ports and an interrupt. The
 * information goes away when this returns, so what is wanted is copied.
 */
NTSTATUS NTAPI
LabConfigCallback(
    PVOID Context, PUNICODE_STRING PathName, INTERFACE_TYPE BusType, ULONG BusNumber,
    PKEY_VALUE_FULL_INFORMATION *BusInformation, CONFIGURATION_TYPE ControllerType,
    ULONG ControllerNumber, PKEY_VALUE_FULL_INFORMATION *ControllerInformation,
    CONFIGURATION_TYPE PeripheralType, ULONG PeripheralNumber,
    PKEY_VALUE_FULL_INFORMATION *PeripheralInformation)
{
    PLAB_CONFIG Config = Context;
    PKEY_VALUE_FULL_INFORMATION Value;
    PCM_FULL_RESOURCE_DESCRIPTOR Full;
    PCM_PARTIAL_RESOURCE_DESCRIPTOR Partial;
    BOOLEAN Ports = FALSE;
    BOOLEAN Interrupt = FALSE;
    ULONG Index;

    Value = ControllerInformation[IoQueryDeviceConfigurationData];
    if (Config->Found || Value == NULL || Value->DataLength < sizeof(CM_FULL_RESOURCE_DESCRIPTOR)) {
        return STATUS_SUCCESS;
    }

    Full = (PCM_FULL_RESOURCE_DESCRIPTOR)((PUCHAR)Value + Value->DataOffset);
    for (Index = 0; Index < Full->PartialResourceList.Count; Index++) {
        Partial = &Full->PartialResourceList.PartialDescriptors[Index];
        if (Partial->Type == CmResourceTypePort) {
            Config->PortStart = Partial->u.Port.Start;
            Config->PortLength = Partial->u.Port.Length;
            Ports = TRUE;
        }
        if (Partial->Type == CmResourceTypeInterrupt) {
            Config->Level = Partial->u.Interrupt.Level;
            Config->Vector = Partial->u.Interrupt.Vector;
            Config->Shared = Partial->ShareDisposition == CmResourceShareShared;
            Config->Mode = LevelSensitive;
            if (Partial->Flags & CM_RESOURCE_INTERRUPT_LATCHED) {
                Config->Mode = Latched;
            }
            Interrupt = TRUE;
        }
    }

    if (Ports && Interrupt && Config->PortLength == LAB_MAX_UNITS * LAB_UNIT_PORTS) {
        Config->BusType = BusType;
        Config->BusNumber = BusNumber;
        Config->Found = TRUE;
    }
    return STATUS_SUCCESS;
}

/*
 * One list for the whole driver: the units share the board, and a second call
 * for the same driver would replace the first.
 */
NTSTATUS
LabClaimHardware(PDRIVER_OBJECT DriverObject, PLAB_CONFIG Config)
{
    UNICODE_STRING ClassName;
    PCM_RESOURCE_LIST List;
    PCM_PARTIAL_RESOURCE_DESCRIPTOR Partial;
    BOOLEAN Conflict;
    ULONG Size;
    NTSTATUS Status;

    /* The list has room for one descriptor; there are two. */
    Size = sizeof(CM_RESOURCE_LIST) + sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR);
    List = ExAllocatePoolWithTag(PagedPool, Size, LAB_TAG);
    if (List == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    RtlZeroMemory(List, Size);
    List->Count = 1;
    List->List[0].InterfaceType = Config->BusType;
    List->List[0].BusNumber = Config->BusNumber;
    List->List[0].PartialResourceList.Count = 2;

    Partial = &List->List[0].PartialResourceList.PartialDescriptors[0];
    Partial->Type = CmResourceTypePort;
    Partial->ShareDisposition = CmResourceShareDriverExclusive;
    Partial->Flags = CM_RESOURCE_PORT_IO;
    Partial->u.Port.Start = Config->PortStart;
    Partial->u.Port.Length = Config->PortLength;

    Partial = &List->List[0].PartialResourceList.PartialDescriptors[1];
    Partial->Type = CmResourceTypeInterrupt;
    Partial->ShareDisposition = CmResourceShareDriverExclusive;
    if (Config->Shared) {
        Partial->ShareDisposition = CmResourceShareShared;
    }
    Partial->Flags = CM_RESOURCE_INTERRUPT_LEVEL_SENSITIVE;
    if (Config->Mode == Latched) {
        Partial->Flags = CM_RESOURCE_INTERRUPT_LATCHED;
    }
    Partial->u.Interrupt.Level = Config->Level;
    Partial->u.Interrupt.Vector = Config->Vector;
    Partial->u.Interrupt.Affinity = (KAFFINITY)-1;

    RtlInitUnicodeString(&ClassName, L"LAB");
    Conflict = FALSE;
    Status = IoReportResourceUsage(&ClassName, DriverObject, List, Size,
                                   NULL, NULL, 0, FALSE, &Conflict);
    ExFreePool(List);

    /* The status alone does not tell: it is success on a conflict too. */
    if (NT_SUCCESS(Status) && Conflict) {
        Status = STATUS_CONFLICTING_ADDRESSES;
    }
    return Status;
}

/* An empty list replaces the claim. */
VOID
LabReleaseHardware(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING ClassName;
    CM_RESOURCE_LIST Empty;
    BOOLEAN Conflict;

    PAGED_CODE();

    RtlZeroMemory(&Empty, sizeof(Empty));
    RtlInitUnicodeString(&ClassName, L"LAB");
    IoReportResourceUsage(&ClassName, DriverObject, &Empty, sizeof(Empty),
                          NULL, NULL, 0, FALSE, &Conflict);
}
