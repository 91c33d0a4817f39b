"""Pageable code and data of a driver: sections locked by an address in them.

Rules: paged code (`Code.hazard`) of a locked section may run at any level.  A handle is the image's base, for it names all
pageable sections of that image; each lock is an entry of the ledger until it is undone, and that is where they are counted.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.kernel import Image, Kernel

APC = "_IRQL_requires_max_(APC_LEVEL) NTKERNELAPI"
MEMORY_MANAGEMENT = 0x1A


def _image(k: Kernel, address: int) -> Image:
    image = k.image_at(address)
    if image is None:
        k.bugcheck(
            MEMORY_MANAGEMENT, 0x1000, address,
            rule=f"{k.arch.format(address)} lies in no driver's image, so it names no pageable section",
            mend="pass the address of a routine or variable in the section",
        )  # fmt: skip
    assert image is not None
    return image


def _locks(k: Kernel, image: Image) -> int:
    """How often the pageable sections of an image are locked."""
    count = 0
    while ("section", (image.base, count)) in k.held:
        count += 1
    return count


def lock(k: Kernel, address: int) -> int:
    """Lock the pageable sections of the image that an address lies in; the handle."""
    image = _image(k, address)
    count = _locks(k, image)
    k.acquire("section", (image.base, count), f"pageable sections of {image.name}")
    if not count:
        _page(k, image.base, entire=False, locked=True)
    return image.base


def unlock(k: Kernel, handle: int) -> None:
    """Undo one lock; with the last one the sections are pageable again."""
    image = _image(k, handle)
    count = _locks(k, image)
    if not count:
        k.bugcheck(
            MEMORY_MANAGEMENT, 0x1001, image.base,
            rule=f"a pageable section of {image.name} was unlocked that is not locked",
            mend="unlock it as often as it was locked",
        )  # fmt: skip
    k.release("section", (image.base, count - 1))
    if count == 1:
        _page(k, image.base, entire=False)


@export(f"{APC} PVOID NTAPI MmLockPagableDataSection(_In_ PVOID AddressWithinSection);", acquires="section")
def MmLockPagableDataSection(k: Kernel, AddressWithinSection: int) -> int:
    """Lock a driver's pageable section into memory; the handle to unlock it by."""
    return lock(k, AddressWithinSection)


@export(f"{APC} PVOID NTAPI MmLockPagableCodeSection(_In_ PVOID AddressWithinSection);", acquires="section")
def MmLockPagableCodeSection(k: Kernel, AddressWithinSection: int) -> int:
    """Lock a driver's pageable code into memory; the handle to unlock it by."""
    return lock(k, AddressWithinSection)


@export(f"{APC} VOID NTAPI MmLockPagableSectionByHandle(_In_ PVOID ImageSectionHandle);", acquires="section")
def MmLockPagableSectionByHandle(k: Kernel, ImageSectionHandle: int) -> None:
    """Lock a section again by its handle."""
    lock(k, ImageSectionHandle)


@export(f"{APC} VOID NTAPI MmUnlockPagableImageSection(_In_ PVOID ImageSectionHandle);", releases="section")
def MmUnlockPagableImageSection(k: Kernel, ImageSectionHandle: int) -> None:
    """Make a locked section pageable again."""
    unlock(k, ImageSectionHandle)


def _page(k: Kernel, address: int, entire: bool, locked: bool = False) -> int:
    image = _image(k, address)
    for code in image.codes.values():
        own = code.info is not None and code.info.section.upper().startswith("PAGE")
        hazard = "paged" if (entire or own) and not locked else ""
        if code.hazard in ("", "paged") and code.hazard != hazard:
            k.journal.set(code, "hazard", hazard)
    return image.base


@export(f"{APC} PVOID NTAPI MmPageEntireDriver(_In_ PVOID AddressWithinSection);")
def MmPageEntireDriver(k: Kernel, AddressWithinSection: int) -> int:
    """Make all of a driver pageable; its image's base."""
    return _page(k, AddressWithinSection, True)


@export(f"{APC} VOID NTAPI MmResetDriverPaging(_In_ PVOID AddressWithinSection);")
def MmResetDriverPaging(k: Kernel, AddressWithinSection: int) -> None:
    """Make a driver pageable only where its sections say so."""
    _page(k, AddressWithinSection, False)
