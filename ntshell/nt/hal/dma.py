"""DMA adapters, and the memory that a device and the processor share.

Common memory is contiguous nonpaged memory below 16 MB, where every device reaches it; its logical address is the physical
one.  An adapter of a system DMA channel is made once, a bus master gets one of its own; none is ever given back.  Rule: a
common buffer is freed once, with the length and addresses of its allocation (0xE6/0x3).
"""

from __future__ import annotations

from ntshell.machine.memory import PAGE
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.ke.checks import live_objects
from ntshell.nt.kernel import Kernel
from ntshell.nt.mm.space import frame_of

CHANNELS, CASCADE = 8, 4
CHANNEL_REGISTERS = 17  # a system DMA transfer has 64 KB at most, which may touch 17 pages
MASTER_REGISTERS = 64
COMMON_BUFFER_TAG = "Hal "


def _adapter(k: Kernel, channel: int, registers: int, master: bool) -> int:
    address: int = k.pool.allocate_system(k.sizeof("_ADAPTER_OBJECT"), "DMA adapter")
    adapter = k.struct("_ADAPTER_OBJECT", address)
    adapter["DmaHeader.Version"], adapter["DmaHeader.Size"] = 1, k.sizeof("_ADAPTER_OBJECT")
    adapter.MapRegistersPerChannel = adapter.NumberOfMapRegisters = registers
    adapter.ChannelNumber, adapter.MasterDevice = channel & 0xFF, master
    adapter.NeedsMapRegisters = not master
    adapter.Width16Bits = channel > CASCADE and not master
    k.list_init(adapter.at("AdapterQueue"))
    return address


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTHALAPI PADAPTER_OBJECT HalGetAdapter(_In_ PDEVICE_DESCRIPTION DeviceDescription,
        _Inout_ PULONG NumberOfMapRegisters);""",
    header="ntddk.h",
    module="hal",
    stage=Stage(entry=4),
    fails=(0,),
)
def HalGetAdapter(k: Kernel, DeviceDescription: int, NumberOfMapRegisters: int) -> Result:
    """Gives the adapter object of a DMA channel or bus master, and how many map registers it may use; NULL if none."""
    device = k.struct("_DEVICE_DESCRIPTION", DeviceDescription)
    pages = (device.MaximumLength + 2 * PAGE - 2) // PAGE  # that a transfer of that length may touch
    if device.Master:
        registers = min(pages, MASTER_REGISTERS)
        address = _adapter(k, 0xFF, registers, True)
    else:
        channel = device.DmaChannel
        if channel >= CHANNELS or channel == CASCADE:
            return 0
        registers = min(pages, CHANNEL_REGISTERS)
        address = k.ke.adapters.get(channel, 0)
        if not address:
            address = _adapter(k, channel, CHANNEL_REGISTERS, False)
            k.journal.put(k.ke.adapters, channel, address)
    k.memory.store(NumberOfMapRegisters, 4, registers)
    return address


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTHALAPI PVOID HalAllocateCommonBuffer(_In_ PADAPTER_OBJECT AdapterObject, _In_ ULONG Length,
        _Out_ PPHYSICAL_ADDRESS LogicalAddress, _In_ BOOLEAN CacheEnabled);""",
    header="ntddk.h",
    module="hal",
    acquires="memory",
    fails=(0,),
)
def HalAllocateCommonBuffer(
    k: Kernel, AdapterObject: int, Length: int, LogicalAddress: int, CacheEnabled: int
) -> Result:
    """Allocates memory that a device and the processor share, and tells the device's address of it; NULL if none."""
    k.memory.load(AdapterObject, 2)
    size = -(-max(Length, 1) // PAGE) * PAGE
    address: int = k.pool.allocate(size, "contiguous", COMMON_BUFFER_TAG, k.caller, use="common buffer")
    if not address:
        return 0
    k.journal.put(k.memory.regions[address].facts, "common", (AdapterObject, Length))
    k.memory.store(LogicalAddress, 8, (frame_of(k, address) or 0) * PAGE)
    k.acquire("memory", address, f"common buffer of {Length} bytes")
    return address


@export(
    """_IRQL_requires_max_(DISPATCH_LEVEL)
    NTHALAPI VOID HalFreeCommonBuffer(_In_ PADAPTER_OBJECT AdapterObject, _In_ ULONG Length,
        _In_ PHYSICAL_ADDRESS LogicalAddress, _In_ PVOID VirtualAddress, _In_ BOOLEAN CacheEnabled);""",
    header="ntddk.h",
    module="hal",
    releases="memory",
    stage=Stage(unload=3),
)
def HalFreeCommonBuffer(
    k: Kernel, AdapterObject: int, Length: int, LogicalAddress: int, VirtualAddress: int, CacheEnabled: int
) -> Result:
    """Frees a common buffer; every argument is that of its allocation."""
    region = k.memory.regions.get(VirtualAddress)
    known = region is not None and region.kind != "freed" and region.facts.get("common") == (AdapterObject, Length)
    if not known or LogicalAddress != (frame_of(k, VirtualAddress) or 0) * PAGE:
        k.bugcheck(
            0xE6,
            0x3,
            VirtualAddress,
            rule=f"HalFreeCommonBuffer was given {k.arch.format(VirtualAddress)}, which is no common buffer of that "
            "adapter, length and logical address",
            mend="free a common buffer once, with the arguments of HalAllocateCommonBuffer",
        )
    live_objects(k, VirtualAddress, Length)
    k.pool.free(VirtualAddress, k.caller)
    k.release("memory", VirtualAddress)
    return None
