"""Climbing the ladders: a thread begins DriverEntry or Unload, and its rung moves with the calls that it makes.

The rung moves when a call that belongs to another rung is made; each move is an event, which the debugger stops before.
"""

from __future__ import annotations

from typing import Any

from ntshell.machine.thread import Frame, Thread
from ntshell.nt.export import Export
from ntshell.nt.kernel import Kernel
from ntshell.nt.ladder import Rung, own


def entered(k: Kernel, thread: Thread, frame: Frame) -> str:
    """The kernel has called a routine of a driver: its ladder, on which the thread now is, or '' when it has none."""
    ladder = _ladder(k, frame.code.address)
    if ladder:
        k.journal.put(thread.facts, "rung", Rung(ladder, 0, frame))
    return ladder


def _ladder(k: Kernel, address: int) -> str:
    for record in k.io.drivers:
        if record.entry == address and record.state == "starting":
            return "DriverEntry"
        if record.state == "unloading" and k.struct("_DRIVER_OBJECT", record.object).DriverUnload == address:
            return "Unload"
    return ""


def note(engine: Any, thread: Thread, routine: Export) -> None:
    """A routine is called: note it if it belongs to another rung."""
    stage = routine.stage
    if stage.entry or stage.unload:
        rung = own(thread)
        if rung is not None:
            move(engine.k, thread, rung, stage.entry if rung.ladder == "DriverEntry" else stage.unload, routine.name)


def move(k: Kernel, thread: Thread, rung: Rung, number: int, what: str) -> None:
    """Go to another rung, if it is one."""
    if number in (0, rung.number):
        return
    after = Rung(rung.ladder, number, rung.frame)
    k.journal.put(thread.facts, "rung", after)
    k.emit(
        "stage",
        f"{after.ladder} stage {number}: {after.words}",
        rung=number,
        ladder=after.ladder,
        driver=after.driver,
        call=what,
    )
