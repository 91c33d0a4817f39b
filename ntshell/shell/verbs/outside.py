"""What comes from outside the machine by hand: interrupts and time."""

from __future__ import annotations

from ntshell.base.errors import UsageError
from ntshell.shell import stops
from ntshell.shell.command import command
from ntshell.shell.kinds import Target, Time, Word
from ntshell.shell.report import Report
from ntshell.shell.shell import Shell

GROUP = "Outside world"


@command(
    "fire",
    group=GROUP,
    repeats=False,
    examples=("load lab; g; fire lab0", "load lab; g; fire lab0 --force"),
    key="f6,i",
    button="Fire",
)
def fire(shell: Shell, device: Target, force: Word = "") -> Report:
    """Raise a device's interrupt line now: by device (lab0) or by IRQ (5).

    The reply says what becomes of it: taken, held off by the IRQL (then it stays pending), masked by the device, or
    nobody is connected.  --force makes a stray or shared interrupt whatever the device says.
    """
    if device == "--force":
        device, force = force, device
    if force not in ("", "--force", "-f"):
        raise UsageError(f"fire: '{force}' is too much", hint="usage: fire DEVICE [--force]")
    return stops.report(shell.session, shell.session.fire(device, bool(force)))


@command("tick", group=GROUP, repeats=False, examples=("tick 100ms", "tick 1s"), button="Tick")
def tick(shell: Shell, time: Time = 100_000) -> Report:
    """Move virtual time on: 100ms, 1s, 10us, 5min (decimal); a bare number counts milliseconds, nothing is one tick of 10 ms."""
    return stops.report(shell.session, shell.session.tick(time))
