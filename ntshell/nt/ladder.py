"""The ladders that the NT design guide gives a driver, and where a thread is on one.

Only what DriverEntry or Unload itself does counts, with the routines that it calls: not what an ISR or a DPC does on top of
it, and nothing once it has returned.
"""

from __future__ import annotations

from typing import Any

import attrs

from ntshell.machine.thread import Frame, Pending, Thread

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
ASIDE = frozenset({"interrupt", "dpc", "clock"})  # what comes in by itself, on top of any routine


@attrs.frozen
class Rung:
    """Where a thread is on its ladder; rung 0 before the first.  `frame` is that of DriverEntry or Unload."""

    ladder: str
    number: int
    frame: Frame

    @property
    def words(self) -> str:
        """What the rung is about."""
        return LADDERS[self.ladder].get(self.number, "before the first stage")

    @property
    def driver(self) -> str:
        """The module that climbs."""
        return self.frame.code.module


def current(thread: Thread | None) -> Rung | None:
    """The rung of a thread that is in DriverEntry or Unload, whatever runs on top of it."""
    rung: Any = None if thread is None else thread.facts.get("rung")
    return rung if isinstance(rung, Rung) and thread is not None and rung.frame in thread.frames else None


def own(thread: Thread | None) -> Rung | None:
    """The rung of a thread that runs DriverEntry or Unload, or a routine that was called from there."""
    rung = current(thread)
    if rung is None or thread is None:
        return None
    above = thread.frames[thread.frames.index(rung.frame) :]
    return None if any(isinstance(entry, Pending) and entry.kind in ASIDE for entry in above) else rung
