"""Buses: from bus-relative levels and addresses to what the processor uses, and configuration space.

There is one bus of each kind: an internal, an ISA (or EISA) and an empty PCI bus.  Their ports are the processor's
ports, and their memory is at the same physical address; ISA memory ends at 16 MB.
"""

from __future__ import annotations

from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.hal import irq
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import STATUS_NO_SUCH_DEVICE

INTERNAL, ISA, EISA, PCI = 0, 1, 2, 5
LAST_MEMORY = {INTERNAL: 0xFFFFFFFF, ISA: 0xFFFFFF, EISA: 0xFFFFFFFF, PCI: 0xFFFFFFFF}
LAST_PORT = 0xFFFF
MEMORY, IO = 0, 1
PCI_CONFIGURATION = 4
NO_DEVICE = b"\xff\xff"  # the vendor of an empty slot
CASCADE, REDIRECTED = 2, 9


def translate(interface: int, bus: int, address: int, space: int) -> tuple[int, int] | None:
    """Address space and address for the processor; None when there is no such range."""
    last = LAST_MEMORY.get(interface)
    if last is None or bus or space not in (MEMORY, IO):
        return None
    if not 0 <= address <= (LAST_PORT if space == IO else last):
        return None
    return space, address


def interrupt_vector(arch: str, interface: int, bus: int, level: int) -> tuple[int, int] | None:
    """Vector and DIRQL of a bus-relative level; None when there is none, or it is the system's own."""
    line = REDIRECTED if level == CASCADE and interface != INTERNAL else level
    if interface not in LAST_MEMORY or bus or not 0 <= line < irq.LINES or line in irq.SYSTEM:
        return None
    return irq.vector_of(arch, line), irq.dirql_of(arch, line)


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTHALAPI ULONG HalGetInterruptVector(_In_ INTERFACE_TYPE InterfaceType, _In_ ULONG BusNumber,
        _In_ ULONG BusInterruptLevel, _In_ ULONG BusInterruptVector, _Out_ PKIRQL Irql, _Out_ PKAFFINITY Affinity);""",
    header="ntddk.h",
    module="hal",
    stage=Stage(entry=5),
    fails=(0,),
)
def HalGetInterruptVector(
    k: Kernel,
    InterfaceType: int,
    BusNumber: int,
    BusInterruptLevel: int,
    BusInterruptVector: int,
    Irql: int,
    Affinity: int,
) -> Result:
    """Tells the system's vector, DIRQL and affinity for an interrupt of a bus; 0 when there is none."""
    found = interrupt_vector(k.arch.name, InterfaceType, BusNumber, BusInterruptLevel)
    vector, level = found or (0, 0)
    k.memory.store(Irql, 1, level)
    k.set_pointer(Affinity, 1 if found else 0)
    return vector


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTHALAPI BOOLEAN HalTranslateBusAddress(_In_ INTERFACE_TYPE InterfaceType, _In_ ULONG BusNumber,
        _In_ PHYSICAL_ADDRESS BusAddress, _Inout_ PULONG AddressSpace, _Out_ PPHYSICAL_ADDRESS TranslatedAddress);""",
    header="ntddk.h",
    module="hal",
    stage=Stage(entry=3),
    fails=(0,),
)
def HalTranslateBusAddress(
    k: Kernel, InterfaceType: int, BusNumber: int, BusAddress: int, AddressSpace: int, TranslatedAddress: int
) -> Result:
    """Turns a bus-relative address into a port (address space 1) or a physical address (0); FALSE if it is none."""
    found = translate(InterfaceType, BusNumber, BusAddress, k.memory.load(AddressSpace, 4))
    if found is None:
        return 0
    space, address = found
    k.memory.store(AddressSpace, 4, space)
    k.memory.store(TranslatedAddress, 8, address)
    return 1


def _read(k: Kernel, kind: int, bus: int, buffer: int, offset: int, length: int) -> int:
    """Configuration data: an empty PCI slot has its vendor only; of other kinds there is none."""
    if kind != PCI_CONFIGURATION or bus:
        return 0
    data = NO_DEVICE[offset : offset + length]
    k.memory.write(buffer, data)
    return len(data)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTHALAPI ULONG HalGetBusData(_In_ BUS_DATA_TYPE BusDataType, _In_ ULONG BusNumber, _In_ ULONG SlotNumber,
        _Out_ PVOID Buffer, _In_ ULONG Length);""",
    header="ntddk.h",
    module="hal",
    stage=Stage(entry=1),
)
def HalGetBusData(k: Kernel, BusDataType: int, BusNumber: int, SlotNumber: int, Buffer: int, Length: int) -> Result:
    """Reads a slot's configuration: 2 and a vendor of 0xFFFF for an empty slot, 0 when the bus is not there."""
    return _read(k, BusDataType, BusNumber, Buffer, 0, Length)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTHALAPI ULONG HalGetBusDataByOffset(_In_ BUS_DATA_TYPE BusDataType, _In_ ULONG BusNumber, _In_ ULONG SlotNumber,
        _Out_ PVOID Buffer, _In_ ULONG Offset, _In_ ULONG Length);""",
    header="ntddk.h",
    module="hal",
    stage=Stage(entry=1),
)
def HalGetBusDataByOffset(
    k: Kernel, BusDataType: int, BusNumber: int, SlotNumber: int, Buffer: int, Offset: int, Length: int
) -> Result:
    """Reads a slot's configuration from an offset on."""
    return _read(k, BusDataType, BusNumber, Buffer, Offset, Length)


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTHALAPI ULONG HalSetBusData(_In_ BUS_DATA_TYPE BusDataType, _In_ ULONG BusNumber, _In_ ULONG SlotNumber,
        _In_ PVOID Buffer, _In_ ULONG Length);""",
    header="ntddk.h",
    module="hal",
)
def HalSetBusData(k: Kernel, BusDataType: int, BusNumber: int, SlotNumber: int, Buffer: int, Length: int) -> Result:
    """Writes a slot's configuration; 0, for no slot has a device."""
    return 0


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTHALAPI ULONG HalSetBusDataByOffset(_In_ BUS_DATA_TYPE BusDataType, _In_ ULONG BusNumber, _In_ ULONG SlotNumber,
        _In_ PVOID Buffer, _In_ ULONG Offset, _In_ ULONG Length);""",
    header="ntddk.h",
    module="hal",
)
def HalSetBusDataByOffset(
    k: Kernel, BusDataType: int, BusNumber: int, SlotNumber: int, Buffer: int, Offset: int, Length: int
) -> Result:
    """Writes a slot's configuration from an offset on; 0, for no slot has a device."""
    return 0


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTHALAPI NTSTATUS HalAssignSlotResources(_In_ PUNICODE_STRING RegistryPath,
        _In_opt_ PUNICODE_STRING DriverClassName, _In_ PDRIVER_OBJECT DriverObject,
        _In_opt_ PDEVICE_OBJECT DeviceObject, _In_ INTERFACE_TYPE BusType,
        _In_ ULONG BusNumber, _In_ ULONG SlotNumber, _Out_ PCM_RESOURCE_LIST *AllocatedResources);""",
    header="ntddk.h",
    module="hal",
    stage=Stage(entry=3),
)
def HalAssignSlotResources(
    k: Kernel,
    RegistryPath: int,
    DriverClassName: int,
    DriverObject: int,
    DeviceObject: int,
    BusType: int,
    BusNumber: int,
    SlotNumber: int,
    AllocatedResources: int,
) -> Result:
    """Claims the resources of a device in a PCI slot; no slot has one."""
    k.set_pointer(AllocatedResources, 0)
    return STATUS_NO_SUCH_DEVICE
