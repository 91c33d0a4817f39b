"""IoReportResourceUsage and IoAssignResources: how a driver claims its hardware, and gives it back.

Rules: a list with Count 0, or none, gives the claim back; only `ConflictDetected` tells of a conflict, the status does
not; without OverrideConflict a list that conflicts is not written.  IoAssignResources picks what is free: preferred
descriptors first, then alternatives, then the next alternative list.
"""

from __future__ import annotations

from struct import unpack_from

import attrs

from ntshell.ctype.value import Value
from ntshell.nt.cm import resourcemap as map_
from ntshell.nt.cm.lists import DMA, INTERRUPT, MEMORY, PORT, Claim, pack_list, parse_list
from ntshell.nt.cm.resourcemap import Claimant
from ntshell.nt.export import Stage, export
from ntshell.nt.flow import Result
from ntshell.nt.kernel import Kernel
from ntshell.nt.status import (
    STATUS_CONFLICTING_ADDRESSES,
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
    STATUS_SUCCESS,
)

PREFERRED, ALTERNATIVE = 1, 8


def _list(k: Kernel, address: int, size: int) -> list[Claim]:
    """A driver's CM_RESOURCE_LIST; NULL is an empty one."""
    if not address:
        return []
    if not size:
        return [] if not k.memory.load(address, 4) else parse_list(_rest(k, address), k.arch.pointer)
    return parse_list(k.memory.read(address, max(size, 4)), k.arch.pointer)


def _rest(k: Kernel, address: int) -> bytes:
    region = k.memory.find(address)
    assert region is not None
    return k.memory.read(address, region.end - address)


def _report(k: Kernel, who: Claimant, claims: list[Claim], override: bool) -> bool:
    """Check and write one list; whether it conflicts."""
    found = map_.conflicts(k, who, claims)
    if found and not override:
        map_.log_conflict(k, who, found)
        return True
    map_.write(k, who, claims)
    return bool(found)


def _usage(
    k: Kernel, class_name: int, driver: int, lists: tuple[tuple[int, int], ...], device: int, override: bool
) -> bool:
    """Report the driver's list and the device's; whether one conflicts.  Lists are (address, size)."""
    (driver_list, driver_size), (device_list, device_size) = lists
    conflict = False
    if driver_list or not device:
        who = map_.claimant(k, class_name, driver, 0)
        conflict = _report(k, who, _list(k, driver_list, driver_size), override)
    if device and not (conflict and not override):
        who = map_.claimant(k, class_name, driver, device)
        conflict |= _report(k, who, _list(k, device_list, device_size), override)
    return conflict


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoReportResourceUsage(_In_opt_ PUNICODE_STRING DriverClassName,
        _In_ PDRIVER_OBJECT DriverObject, _In_opt_ PCM_RESOURCE_LIST DriverList, _In_opt_ ULONG DriverListSize,
        _In_ PDEVICE_OBJECT DeviceObject, _In_opt_ PCM_RESOURCE_LIST DeviceList, _In_opt_ ULONG DeviceListSize,
        _In_ BOOLEAN OverrideConflict, _Out_ PBOOLEAN ConflictDetected);""",
    acquires="claim",
    releases="claim",
    stage=Stage(entry=3, unload=5),
    header="ntddk.h",
    fails=(STATUS_INSUFFICIENT_RESOURCES,),
)
def IoReportResourceUsage(
    k: Kernel, DriverClassName: int, DriverObject: int, DriverList: int, DriverListSize: int, DeviceObject: int,
    DeviceList: int, DeviceListSize: int, OverrideConflict: int, ConflictDetected: int,
) -> Result:  # fmt: skip
    """Claim hardware in the ResourceMap, or give it back with an empty list."""
    lists = ((DriverList, DriverListSize), (DeviceList, DeviceListSize))
    conflict = _usage(k, DriverClassName, DriverObject, lists, DeviceObject, bool(OverrideConflict))
    k.memory.store(ConflictDetected, 1, int(conflict))
    return STATUS_SUCCESS


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoReportResourceForDetection(_In_ PDRIVER_OBJECT DriverObject,
        _In_opt_ PCM_RESOURCE_LIST DriverList, _In_opt_ ULONG DriverListSize, _In_opt_ PDEVICE_OBJECT DeviceObject,
        _In_opt_ PCM_RESOURCE_LIST DeviceList, _In_opt_ ULONG DeviceListSize, _Out_ PBOOLEAN ConflictDetected);""",
    acquires="claim",
    releases="claim",
    stage=Stage(entry=3, unload=5),
    header="ntddk.h",
    fails=(STATUS_CONFLICTING_ADDRESSES,),
)
def IoReportResourceForDetection(
    k: Kernel, DriverObject: int, DriverList: int, DriverListSize: int, DeviceObject: int, DeviceList: int,
    DeviceListSize: int, ConflictDetected: int,
) -> Result:  # fmt: skip
    """Claim hardware for as long as the driver looks whether its device is there."""
    lists = ((DriverList, DriverListSize), (DeviceList, DeviceListSize))
    conflict = _usage(k, 0, DriverObject, lists, DeviceObject, False)
    k.memory.store(ConflictDetected, 1, int(conflict))
    return STATUS_CONFLICTING_ADDRESSES if conflict else STATUS_SUCCESS


# --- IoAssignResources -----------------------------------------------------------------------------------------------
@attrs.frozen(repr=False)
class Wish:
    """One IO_RESOURCE_DESCRIPTOR: `length` and `alignment` of ports or memory, `low` to `high` where it may lie."""

    option: int
    type: int
    share: int
    flags: int
    length: int
    alignment: int
    low: int
    high: int

    def candidates(self, bus: int, number: int) -> list[Claim]:
        """Every place that would do, lowest first; at most a thousand."""
        if self.type in (PORT, MEMORY):
            step = max(self.alignment, 1)
            first = (self.low + step - 1) // step * step
            starts = range(first, self.high - self.length + 2, step)[:1000]
            return [Claim(self.type, self.share, self.flags, n, self.length, 0, bus, number) for n in starts]
        numbers = range(self.low, self.high + 1)[:1000]
        return [Claim(self.type, self.share, self.flags, n, 0, n, bus, number) for n in numbers]


def _wish(option: int, type: int, share: int, flags: int, raw: bytes) -> Wish | None:
    if type in (PORT, MEMORY):
        length, alignment, low, high = unpack_from("<IIQQ", raw)
        return Wish(option, type, share, flags, length, alignment, low, high)
    if type in (INTERRUPT, DMA):
        low, high = unpack_from("<II", raw)
        return Wish(option, type, share, flags, 1, 1, low, high)
    return None


def _alternatives(k: Kernel, requested: Value) -> list[list[list[Wish]]]:
    """The alternative lists; each a list of needs, each need the wishes that would meet it, preferred ones first."""
    head, size = k.types["_IO_RESOURCE_LIST"].size, k.sizeof("_IO_RESOURCE_DESCRIPTOR")
    address = requested.at("List")
    found = []
    for _ in range(requested.AlternativeLists):
        needs: list[list[Wish]] = []
        count = k.struct("_IO_RESOURCE_LIST", address).Count
        address += head - size
        for _ in range(count):
            option, type, share, _, flags, _, raw = unpack_from("<BBBBHH24s", k.memory.read(address, size))
            address += size
            wish = _wish(option, type, share, flags, raw)
            if wish is None:
                continue
            if option & ALTERNATIVE and needs:
                needs[-1].append(wish)
            else:
                needs.append([wish])
        found.append([sorted(need, key=lambda wish: not wish.option & PREFERRED) for need in needs])
    return found


def _solve(k: Kernel, who: Claimant, needs: list[list[Wish]], bus: int, number: int) -> list[Claim] | None:
    taken: list[Claim] = []
    for need in needs:
        places = (place for wish in need for place in wish.candidates(bus, number))
        for place in places:
            if not map_.conflicts(k, who, [place]) and not any(place.overlaps(each) for each in taken):
                taken.append(place)
                break
        else:
            return None
    return taken


def _allocated(k: Kernel, claims: list[Claim]) -> int:
    """The CM_RESOURCE_LIST that the driver gets, in paged pool that it frees."""
    data = pack_list(claims, k.arch.pointer)
    address: int = k.pool.allocate(len(data), "paged", "CmRl", k.caller)
    k.memory.write(address, data)
    k.acquire("pool", address, f"tag 'CmRl', {len(data)} bytes paged (list from IoAssignResources)")
    return address


@export(
    """_IRQL_requires_max_(PASSIVE_LEVEL)
    NTKERNELAPI NTSTATUS IoAssignResources(_In_ PUNICODE_STRING RegistryPath, _In_opt_ PUNICODE_STRING DriverClassName,
        _In_ PDRIVER_OBJECT DriverObject, _In_opt_ PDEVICE_OBJECT DeviceObject,
        _In_opt_ PIO_RESOURCE_REQUIREMENTS_LIST RequestedResources, _Inout_ PCM_RESOURCE_LIST *AllocatedResources);""",
    acquires=("claim", "pool"),
    releases="claim",
    stage=Stage(entry=3, unload=5),
    header="ntddk.h",
    fails=(STATUS_CONFLICTING_ADDRESSES, STATUS_INSUFFICIENT_RESOURCES),
)
def IoAssignResources(
    k: Kernel, RegistryPath: int, DriverClassName: int, DriverObject: int, DeviceObject: int, RequestedResources: int,
    AllocatedResources: int,
) -> Result:  # fmt: skip
    """Have the system pick free resources and claim them, or give them back when none are requested."""
    who = map_.claimant(k, DriverClassName, DriverObject, DeviceObject)
    if AllocatedResources:
        k.set_pointer(AllocatedResources, 0)
    if not RequestedResources:
        map_.write(k, who, [])
        return STATUS_SUCCESS
    if not AllocatedResources:
        return STATUS_INVALID_PARAMETER
    requested = k.struct("_IO_RESOURCE_REQUIREMENTS_LIST", RequestedResources)
    for needs in _alternatives(k, requested):
        claims = _solve(k, who, needs, requested.InterfaceType, requested.BusNumber)
        if claims is not None:
            map_.write(k, who, claims)
            k.set_pointer(AllocatedResources, _allocated(k, claims))
            return STATUS_SUCCESS
    k.emit("registry", f"no resources are free for {who.text}", what="conflict", driver=who.driver)
    return STATUS_CONFLICTING_ADDRESSES
