"""The kernel as its routines see it: memory by type, the present processor and thread, the ledger, bug checks.

Exports get a `Kernel` as their first argument, `k`.  What NT keeps in memory is read and written as Values
(`k.struct("_KDPC", address)`); what no driver can see hangs here as journaled objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from ntshell.base.event import Event
from ntshell.base.place import Place
from ntshell.ctype.table import TypeTable
from ntshell.ctype.value import Value
from ntshell.machine.arch import Arch
from ntshell.machine.journal import Journal
from ntshell.machine.machine import Machine
from ntshell.machine.memory import Memory
from ntshell.machine.processor import Processor
from ntshell.machine.thread import Code, Frame, Thread
from ntshell.nt.flow import BugCheck
from ntshell.nt.ladder import own
from ntshell.nt.past import worth_keeping


@attrs.frozen
class Held:
    """An entry of the ledger: what a driver took and has not given back."""

    kind: str
    key: Any
    text: str
    driver: str
    place: Place | None
    position: int
    routine: str


def lost(driver: str) -> str:
    """To whom the ledger books what a driver had not given back when it went: nobody is left to do so."""
    return f"{driver} (gone)"


@attrs.frozen
class Finding:
    """A rule that was broken: a bug check, a leak, a misuse; `code` 0 where NT has none, then `name` is ours."""

    code: int
    name: str
    parameters: tuple[int, ...]
    rule: str
    mend: str
    place: Place | None
    position: int
    driver: str
    fatal: bool
    held: tuple[Held, ...] = ()
    facts: tuple[tuple[str, Any], ...] = ()


@attrs.define(eq=False, repr=False)
class Image:
    """A loaded module: a driver's, nt or hal; `names` are its symbols, name -> address."""

    name: str
    base: int
    size: int
    file: str = ""
    program: Any = None
    codes: dict[str, Code] = attrs.Factory(dict)
    names: dict[str, int] = attrs.Factory(dict)
    loaded: bool = True


@attrs.define(eq=False, repr=False)
class Kernel:
    """NT on a machine.  Parts that other modules own are plain attributes set by `run.boot`."""

    machine: Machine
    types: TypeTable
    journal: Journal
    memory: Memory
    arch: Arch
    events: list[Event] = attrs.Factory(list)
    forgotten: int = 0  # events that lay before the oldest position and were dropped
    held: dict[tuple[str, Any], Held] = attrs.Factory(dict)
    findings: list[Finding] = attrs.Factory(list)
    crash: Finding | None = None
    images: list[Image] = attrs.Factory(list)
    unloaded: list[Image] = attrs.Factory(list)
    codes: dict[int, Code] = attrs.Factory(dict)  # entry address -> C function
    routines: dict[int, str] = attrs.Factory(dict)  # address in nt or hal -> export or internal routine
    addresses: dict[str, int] = attrs.Factory(dict)  # and back
    absent: dict[int, str] = attrs.Factory(dict)  # address -> what a driver imports and ntshell does not have
    call_place: Place | None = None  # of the export call being dispatched; transient
    caller: str = ""  # module that made it; transient
    pool: Any = None  # nt.mm.pool.Pool
    objects: Any = None  # nt.ob.namespace.Namespace
    registry: Any = None  # nt.cm.registry.Registry
    io: Any = None  # nt.io.state.IoState
    ke: Any = None  # nt.ke.state.KeState
    ps: Any = None  # nt.ps.state.PsState

    # --- the present -----------------------------------------------------------------------------------------------
    @property
    def processor(self) -> Processor:
        """The processor that runs."""
        return self.machine.processor

    @property
    def thread(self) -> Thread:
        """The thread whose stack is in use; an export is always called on one."""
        thread = self.machine.processor.thread
        assert thread is not None
        return thread

    @property
    def irql(self) -> int:
        """The processor's IRQL."""
        return self.machine.processor.irql

    def set_irql(self, level: int) -> None:
        """Change the processor's IRQL; what that lets in is delivered before the next step."""
        processor = self.machine.processor
        if processor.irql != level:
            self.journal.set(processor, "irql", level)
            self.emit("irql", f"IRQL {level}", level=level)

    # --- memory by type --------------------------------------------------------------------------------------------
    def struct(self, name: str, address: int) -> Value:
        """The structure `name` (a tag or typedef) at an address."""
        return Value(self.types[name], address, self.memory)

    def sizeof(self, name: str) -> int:
        """Bytes of a type."""
        return self.types[name].size

    def pointer(self, address: int) -> int:
        """Load a pointer-sized value."""
        return self.memory.load(address, self.arch.pointer)

    def set_pointer(self, address: int, value: int) -> None:
        """Store a pointer-sized value."""
        self.memory.store(address, self.arch.pointer, value)

    def unicode(self, address: int) -> str:
        """The text of a UNICODE_STRING at an address; '' for NULL."""
        if not address:
            return ""
        string = self.struct("_UNICODE_STRING", address)
        return (
            self.memory.read(string.Buffer, string.Length & ~1).decode("utf-16-le", "replace") if string.Length else ""
        )

    def set_unicode(self, address: int, buffer: int, text: str, maximum: int | None = None) -> None:
        """Fill a UNICODE_STRING and its buffer with a text and a terminating zero (as far as there is room)."""
        data = text.encode("utf-16-le")
        room = len(data) + 2 if maximum is None else maximum
        string = self.struct("_UNICODE_STRING", address)
        string.Length, string.MaximumLength, string.Buffer = len(data), room, buffer
        self.memory.write(buffer, (data + b"\0\0")[:room])

    def wide(self, address: int) -> str:
        """A zero-terminated wide string; '' for NULL."""
        return self._terminated(address, 2).decode("utf-16-le", "replace") if address else ""

    def ansi(self, address: int) -> str:
        """A zero-terminated byte string; '' for NULL."""
        return self._terminated(address, 1).decode("latin-1") if address else ""

    def _terminated(self, address: int, width: int) -> bytes:
        data = bytearray()
        while unit := self.memory.load(address, width):
            data += unit.to_bytes(width, "little")
            address += width
        return bytes(data)

    # --- lists -----------------------------------------------------------------------------------------------------
    def list_init(self, head: int) -> None:
        """InitializeListHead."""
        self.set_pointer(head, head)
        self.set_pointer(head + self.arch.pointer, head)

    def list_insert_tail(self, head: int, entry: int) -> None:
        """InsertTailList."""
        last = self.pointer(head + self.arch.pointer)
        self._link(last, entry)
        self._link(entry, head)

    def list_insert_head(self, head: int, entry: int) -> None:
        """InsertHeadList."""
        first = self.pointer(head)
        self._link(entry, first)
        self._link(head, entry)

    def list_remove(self, entry: int) -> None:
        """RemoveEntryList."""
        self._link(self.pointer(entry + self.arch.pointer), self.pointer(entry))

    def list_empty(self, head: int) -> bool:
        """IsListEmpty."""
        return self.pointer(head) == head

    def list_walk(self, head: int, limit: int = 100_000) -> Iterator[int]:
        """Addresses of the entries from the head on; the list must not change meanwhile."""
        entry = self.pointer(head)
        while entry != head and limit:
            yield entry
            entry = self.pointer(entry)
            limit -= 1

    def _link(self, before: int, after: int) -> None:
        self.set_pointer(before, after)
        self.set_pointer(after + self.arch.pointer, before)

    # --- symbols ---------------------------------------------------------------------------------------------------
    def address_of(self, routine: str) -> int:
        """Address of an export or an internal routine of nt or hal by name."""
        return self.addresses[routine]

    def image_at(self, address: int) -> Image | None:
        """The loaded module that an address lies in."""
        for image in self.images:
            if image.base <= address < image.base + image.size:
                return image
        return None

    # --- what the world hears --------------------------------------------------------------------------------------
    def place(self) -> Place | None:
        """The driver's line that is running, or called the routine that runs."""
        if self.call_place is not None:
            return self.call_place
        frame = self.driver_frame()
        return None if frame is None else frame.place

    def driver_frame(self) -> Frame | None:
        """The topmost C frame of the present thread."""
        thread = self.machine.processor.thread
        if thread is not None:
            for frame in reversed(thread.frames):
                if isinstance(frame, Frame):
                    return frame
        return None

    def emit(self, kind: str, text: str, **data: Any) -> None:
        """Record an event."""
        processor = self.machine.processor
        number = processor.thread.number if processor.thread is not None else 0
        event = Event(
            kind,
            self.journal.position,
            processor.number,
            number,
            processor.irql,
            self.place(),
            text,
            tuple(data.items()),
        )
        self.journal.record(self.events, event)

    def forget_events(self) -> None:
        """Drop the events that history no longer reaches, but for those that the latest results are read from."""
        oldest = self.journal.oldest
        count = next((n for n, event in enumerate(self.events) if event.position >= oldest), len(self.events))
        kept = worth_keeping(self.events[:count])
        self.events[:count] = kept
        self.forgotten += count - len(kept)

    def acquire(self, kind: str, key: Any, text: str, driver: str = "") -> None:
        """Enter something that the calling driver took and owes back."""
        owner = driver or self.caller
        if not owner:
            return
        frame = self.driver_frame()
        routine = frame.code.name if frame is not None else ""
        entry = Held(kind, key, text, owner, self.place(), self.journal.position, routine)
        self.journal.put(self.held, (kind, key), entry)
        self.emit("acquire", text, what=kind, key=key, driver=owner, **self._stage())

    def release(self, kind: str, key: Any) -> None:
        """Strike it out, whoever gave it back; nothing happens when it is not on the ledger."""
        entry = self.held.get((kind, key))
        if entry is not None:
            self.journal.delete(self.held, (kind, key))
            taken = (entry.place.file, entry.place.line) if entry.place is not None else ()
            data = {"what": kind, "key": key, "driver": entry.driver, "taken": taken, "since": entry.position}
            self.emit("release", entry.text, **data, **self._stage())

    def _stage(self) -> dict[str, Any]:
        """What an event says of the rung on which DriverEntry or Unload itself made it; nothing where it did not."""
        rung = own(self.machine.processor.thread)
        return {} if rung is None else {"ladder": rung.ladder, "rung": rung.number, "climber": rung.driver}

    def owed(self, driver: str | None = None) -> list[Held]:
        """What is outstanding, oldest first."""
        found = [entry for entry in self.held.values() if driver in (None, entry.driver)]
        return sorted(found, key=lambda entry: (entry.position, entry.kind, str(entry.key)))

    def bugcheck(self, code: int, *parameters: int, rule: str = "", mend: str = "") -> None:
        """KeBugCheckEx: nothing comes after it."""
        raise BugCheck(code, *parameters, rule=rule, mend=mend)

    def report(self, finding: Finding) -> None:
        """Record a finding that does not stop the machine, or the one that does."""
        self.journal.append(self.findings, finding)
        self.emit("finding", finding.rule, name=finding.name, code=finding.code)
