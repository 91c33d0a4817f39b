"""Looking without touching: memory, types, lists and names for a debugger's eye.

Rules: nothing here changes the machine or the journal; memory is peeked at, so a device's registers are never read and a
guard is never asked.  What cannot be read raises AccessFault, which callers turn into one readable line; a list is walked
at most `LONGEST` entries far, and a broken one says where it broke.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from ntshell.base.errors import UsageError
from ntshell.ctype.table import TypeTable, UnknownType
from ntshell.ctype.text import unicode_string
from ntshell.ctype.types import CType
from ntshell.ctype.value import Value
from ntshell.machine.memory import AccessFault, Memory
from ntshell.nt.kernel import Image, Kernel

LONGEST = 4096
LEVELS = {0: "PASSIVE_LEVEL", 1: "APC_LEVEL", 2: "DISPATCH_LEVEL"}
X86_LEVELS = {27: "PROFILE_LEVEL", 28: "CLOCK2_LEVEL", 29: "IPI_LEVEL", 30: "POWER_LEVEL", 31: "HIGH_LEVEL"}
X64_LEVELS = {13: "CLOCK_LEVEL", 14: "IPI_LEVEL", 15: "HIGH_LEVEL"}


class Eye:
    """Memory as a debugger sees it: what is freed, unloaded or unmapped cannot be read, and nothing can be written."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def read(self, address: int, size: int) -> bytes:
        """Bytes; raises AccessFault where there are none."""
        if size <= 0:
            return b""
        region = self.memory.find(address)
        data = None if region is None or region.kind in ("freed", "unloaded") else self.memory.peek(address, size)
        if data is None:
            raise AccessFault(address, size, False, region, "nothing can be read there")
        return data

    def load(self, address: int, size: int) -> int:
        """An unsigned integer."""
        return int.from_bytes(self.read(address, size), "little")

    def store(self, address: int, size: int, value: int) -> None:
        """A debugger's eye writes nothing."""
        raise AccessFault(address, size, True, None, "inspection writes nothing")

    def write(self, address: int, data: bytes) -> None:
        """A debugger's eye writes nothing."""
        raise AccessFault(address, len(data), True, None, "inspection writes nothing")


@attrs.define(eq=False, repr=False)
class BrokenList(Exception):
    """A linked list that does not come back to its head."""

    why: str


class Inspector:
    """Typed looks into a kernel's memory."""

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.eye = Eye(k.memory)

    # --- types -----------------------------------------------------------------------------------------------------
    def struct(self, name: str, address: int) -> Value:
        """A structure that NT declares, at an address."""
        return Value(self.k.types[name], address, self.eye)

    def tables(self, module: str = "") -> Iterator[TypeTable]:
        """Tables of types to look a name up in: the module's first, then every other driver's, then NT's."""
        images = [image for image in reversed(self.k.images) if image.program is not None]
        images.sort(key=lambda image: image.name != module)
        for image in images:
            yield image.program.types
        yield self.k.types

    def type(self, name: str, module: str = "") -> CType:
        """The type that C writes so; `nt!` or a driver's name may stand before it."""
        prefix, _, bare = name.rpartition("!")
        for table in self.tables(prefix or module):
            for each in (bare, "_" + bare):
                try:
                    return table.parse(each)
                except UnknownType:
                    continue
        raise UsageError(f"there is no type {bare}", hint=guess(bare, self.type_names(module)))

    def type_names(self, module: str = "") -> list[str]:
        """Every name of a type, sorted."""
        return sorted({name for table in self.tables(module) for name in table.names()})

    # --- reading ---------------------------------------------------------------------------------------------------
    def pointer(self, address: int) -> int:
        """A pointer-sized value."""
        return self.eye.load(address, self.k.arch.pointer)

    def text(self, value: Value) -> str:
        """The text of a UNICODE_STRING; '' when it cannot be read."""
        try:
            return unicode_string(value) or ""
        except (AccessFault, AttributeError):
            return ""

    def readable(self, address: int, size: int = 1) -> bool:
        """Whether bytes can be read there."""
        try:
            self.eye.read(address, size)
        except AccessFault:
            return False
        return True

    def where(self, address: int) -> str:
        """In words, what lies or lay at an address; '' when that is unknown."""
        region = self.k.memory.find(address)
        if region is None:
            return ""
        state = {"freed": " (freed)", "unloaded": " (unloaded)"}.get(region.kind, "")
        inside = address - region.base
        return f"{region.note or region.kind}{f'+{inside:#x}' if inside else ''}{state}"

    # --- lists -----------------------------------------------------------------------------------------------------
    def links(self, head: int) -> Iterator[int]:
        """Addresses of the LIST_ENTRYs on a list; raises BrokenList where it is damaged."""
        form, width = self.k.arch.format, self.k.arch.pointer
        before, count = head, 0
        while True:
            try:
                here = self.pointer(before)
                if here == head:
                    return
                back = self.pointer(here + width)
            except AccessFault as fault:
                lay = self.where(fault.address)
                why = f"entry {form(fault.address)}{f', {lay},' if lay else ''} cannot be read"
                raise BrokenList(f"the list at {form(head)} is broken: {why}") from None
            if back != before:
                raise BrokenList(
                    f"the list at {form(head)} is broken: Blink of {form(here)} is {form(back)}, not {form(before)}"
                )
            if count >= LONGEST:
                raise BrokenList(f"the list at {form(head)} has more than {LONGEST} entries")
            yield here
            before, count = here, count + 1

    def entries(self, head: int, struct: str, path: str) -> Iterator[Value]:
        """The structures on a list, linked by their member `path`."""
        offset = self.struct(struct, 0).at(path)
        for link in self.links(head):
            yield self.struct(struct, link - offset)

    # --- the world -------------------------------------------------------------------------------------------------
    def level(self, irql: int) -> str:
        """An IRQL by name; device levels have none."""
        if irql in LEVELS:
            return LEVELS[irql]
        known = X86_LEVELS if self.k.arch.pointer == 4 else X64_LEVELS
        top = min(known)
        return known[irql] if irql in known and irql > top else f"DIRQL {irql}"

    def image(self, name: str) -> Image | None:
        """The loaded driver with a name."""
        for image in reversed(self.k.images):
            if image.name.lower() == name.lower():
                return image
        return None

    def status_name(self, status: int) -> str:
        """The name of an NTSTATUS, '' when the headers have none."""
        wanted = (status & 0xFFFFFFFF, (status & 0xFFFFFFFF) - (1 << 32))
        for name, value in self.k.types.constants.items():
            if name.startswith("STATUS_") and value in wanted:
                if name != "STATUS_WAIT_0" and not name.startswith("STATUS_SEVERITY"):
                    return name
        return ""

    def status(self, status: int) -> str:
        """`0xc0000120 (STATUS_CANCELLED)`."""
        name = self.status_name(status)
        return f"{status & 0xFFFFFFFF:#010x}" + (f" ({name})" if name else "")


def guess(word: str, known: Any, also: str = "", cutoff: float = 0.6) -> str:
    """A hint that names what may have been meant; `also` when nothing is near (to 1 with one letter in many wrong)."""
    from difflib import get_close_matches

    names = list(known)
    by_case = {name.lower(): name for name in names}
    near = get_close_matches(word.lower(), list(by_case), n=1, cutoff=cutoff)
    return f"did you mean {by_case[near[0]]}?" if near else also
