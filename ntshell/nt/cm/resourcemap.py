r"""Who has claimed which hardware: `Hardware\ResourceMap\<Class>\<Driver>`, one value for the driver, one for each device.

Rules: the registry is the only record of claims; a new list replaces the old one of the same class, driver and device;
what one driver shares with itself is no conflict unless a device wants it for itself; shared means both say so.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ntshell.nt.cm.hardware import RESOURCE_MAP
from ntshell.nt.cm.lists import (
    DEVICE_EXCLUSIVE,
    INTERRUPT,
    SHARED,
    Claim,
    describe,
    pack_list,
    parse_list,
)
from ntshell.nt.cm.registry import REG_RESOURCE_LIST, Key
from ntshell.nt.kernel import Kernel

RAW, TRANSLATED = ".Raw", ".Translated"
OTHER = "Other"


@attrs.frozen(repr=False)
class Claimant:
    """Whose claim it is: class, driver, and the device's name, '' for the driver as a whole."""

    class_name: str
    driver: str
    device: str = ""

    @property
    def text(self) -> str:
        """In words."""
        return self.device or f"driver {self.driver}"

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells claimants apart; names have no case."""
        return (self.class_name.upper(), self.driver.upper(), self.device.upper())


@attrs.frozen(repr=False)
class Conflict:
    """A resource that another has already."""

    wanted: Claim
    held: Claim
    holder: Claimant


def claimant(k: Kernel, class_name: int, driver_object: int, device: int) -> Claimant:
    """The claimant that a call of IoReportResourceUsage or IoAssignResources speaks for."""
    entry = k.objects.at(driver_object)
    name = entry.name if entry is not None else ""
    if not name:
        name = k.unicode(k.struct("_DRIVER_OBJECT", driver_object).at("DriverName")).rpartition("\\")[2]
    return Claimant(k.unicode(class_name) or OTHER, name, _device_name(k, device))


def _device_name(k: Kernel, device: int) -> str:
    if not device:
        return ""
    entry = k.objects.at(device)
    return entry.path if entry is not None and entry.path else f"Device {k.arch.format(device)}"


def all_claims(k: Kernel) -> list[tuple[Claimant, list[Claim]]]:
    """Every claim of the machine, by class, driver and device."""
    top: Key | None = k.registry.open(RESOURCE_MAP)
    found = []
    for each in top.sorted() if top is not None else []:
        for driver in each.sorted():
            for value in driver.values:
                if value.type == REG_RESOURCE_LIST and value.name.endswith(RAW):
                    who = Claimant(each.name, driver.name, value.name.removesuffix(RAW))
                    found.append((who, parse_list(value.data, k.arch.pointer)))
    return found


def conflicts(k: Kernel, who: Claimant, wanted: Iterable[Claim]) -> list[Conflict]:
    """What of a list others have; what the same claimant had before is replaced and no conflict."""
    claims = [(other, held) for other, list_ in all_claims(k) if other.key != who.key for held in list_]
    found = []
    for want in wanted:
        for other, held in claims:
            if want.overlaps(held) and not _may_share(who, want, other, held):
                found.append(Conflict(want, held, other))
    return found


def _may_share(who: Claimant, want: Claim, other: Claimant, held: Claim) -> bool:
    if want.share == SHARED and held.share == SHARED:
        return True
    if who.driver.upper() != other.driver.upper():
        return False
    devices = who.device and other.device
    return not devices or DEVICE_EXCLUSIVE not in (want.share, held.share)


def write(k: Kernel, who: Claimant, wanted: list[Claim]) -> None:
    """Put a list in the place of the claimant's former one, and on the ledger; an empty one takes the claim away."""
    ledger = "\\".join(who.key)
    k.release("claim", ledger)
    if not wanted:
        _erase(k, who)
        return
    key = k.registry.create(RESOURCE_MAP, True, f"{who.class_name}\\{who.driver}")
    assert isinstance(key, Key)
    pointer = k.arch.pointer
    k.registry.set_value(key, who.device + RAW, REG_RESOURCE_LIST, pack_list(wanted, pointer))
    translated = [_translate(k, each) for each in wanted]
    k.registry.set_value(key, who.device + TRANSLATED, REG_RESOURCE_LIST, pack_list(translated, pointer))
    k.acquire("claim", ledger, f"{describe(wanted)} for {who.text}")


def _erase(k: Kernel, who: Claimant) -> None:
    key = k.registry.open(RESOURCE_MAP, f"{who.class_name}\\{who.driver}")
    if key is None:
        return
    for suffix in (RAW, TRANSLATED):
        k.registry.delete_value(key, who.device + suffix)
    # A key that says nothing any more goes, so that the map reads as it did before the driver came.
    above = key.parent
    if not key.values and not key.subkeys:
        k.registry.delete(key)
        if above is not None and not above.subkeys and not above.values:
            k.registry.delete(above)


def _translate(k: Kernel, claim: Claim) -> Claim:
    """What the HAL makes of a raw resource: the system's vector and IRQL for a line."""
    if claim.type != INTERRUPT:
        return claim
    from ntshell.nt.hal.irq import dirql_of, vector_of

    name = k.arch.name
    return attrs.evolve(claim, start=dirql_of(name, claim.start), vector=vector_of(name, claim.start))


def log_conflict(k: Kernel, who: Claimant, found: list[Conflict]) -> None:
    """The error-log entry that NT writes for a conflict, as an event."""
    for each in found:
        text = f"{who.text} wants {each.wanted.text}, which {each.holder.text} ({each.holder.class_name}) has"
        k.emit("registry", text, what="conflict", driver=who.driver, holder=each.holder.driver)
