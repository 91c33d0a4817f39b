"""The ladder of stages: which rung of DriverEntry or Unload the driver is on.

Only calls that the routine itself makes count, not those of an ISR or a DPC that came in between.  The rung moves when a
call that belongs to another rung is made; each move is an event, which the debugger stops before.
"""

from __future__ import annotations

from typing import Any

import attrs

from ntshell.machine.thread import Thread
from ntshell.nt.export import Export
from ntshell.nt.kernel import Kernel

ENTRY = {
    1: "find the hardware and its configuration",
    2: "set the entry points in the driver object",
    3: "claim the hardware and translate its addresses",
    4: "make the device objects and the system objects in them",
    5: "connect interrupts and start the device",
    6: "make the names known, register for more",
}
UNLOAD = {
    1: "disable and disconnect interrupts",
    2: "make sure that nothing else can reference what will go",
    3: "release device-specific resources and memory",
    4: "let go of the system objects in the extensions",
    5: "give back the hardware claims",
    6: "take back the names: DeviceMap, symbolic links",
    7: "delete devices and controllers, put the counts back",
}
LADDERS = {"DriverEntry": ENTRY, "Unload": UNLOAD}


@attrs.frozen
class Rung:
    """Where a thread is on its ladder; rung 0 before the first."""

    ladder: str
    number: int

    @property
    def words(self) -> str:
        """What the rung is about."""
        return LADDERS[self.ladder].get(self.number, "before the first stage")


def start(k: Kernel, thread: Thread, ladder: str) -> str:
    """The thread begins DriverEntry or Unload."""
    k.journal.put(thread.facts, "rung", Rung(ladder, 0))
    return ladder


def entered(k: Kernel, thread: Thread, address: int) -> str:
    """The kernel calls a routine of a driver: its ladder, on which the thread then is, or '' when it has none."""
    for record in k.io.drivers:
        if record.entry == address and record.state == "starting":
            return start(k, thread, "DriverEntry")
        if record.state == "unloading" and k.struct("_DRIVER_OBJECT", record.object).DriverUnload == address:
            return start(k, thread, "Unload")
    return ""


def current(thread: Thread | None) -> Rung | None:
    """The rung of a thread that is in DriverEntry or Unload."""
    rung: Any = None if thread is None else thread.facts.get("rung")
    return rung if isinstance(rung, Rung) else None


def note(engine: Any, thread: Thread, routine: Export) -> None:
    """A routine is called: note it if it belongs to another rung."""
    stage = routine.stage
    if stage.entry or stage.unload:
        k: Kernel = engine.k
        rung = current(thread)
        if rung is not None and not k.processor.nesting and not k.processor.in_dpc:
            move(k, thread, rung, stage.entry if rung.ladder == "DriverEntry" else stage.unload, routine.name)


def move(k: Kernel, thread: Thread, rung: Rung, number: int, what: str) -> None:
    """Go to another rung, if it is one."""
    if number in (0, rung.number):
        return
    k.journal.put(thread.facts, "rung", Rung(rung.ladder, number))
    k.emit(
        "stage",
        f"{rung.ladder} stage {number}: {LADDERS[rung.ladder][number]}",
        rung=number,
        ladder=rung.ladder,
        call=what,
    )
