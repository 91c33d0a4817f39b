"""The ledger for a debugger's eye: what drivers hold, what Unload gave back, and what was lost when a driver went.

An entry belongs to the driver that took it and names the line that did.
"""

from __future__ import annotations

import attrs

from ntshell.base.place import Place
from ntshell.debugger.timeline import began
from ntshell.nt.export import EXPORTS
from ntshell.nt.kernel import Finding, Held, Kernel, lost

NAMED = 2  # routines that give a kind of thing back, where there are several


@attrs.frozen
class Returned:
    """Something that a driver took before its Unload began and has given back since: by which line, and which one took it."""

    kind: str
    text: str
    place: Place | None
    taken: Place | None
    position: int


def outstanding(k: Kernel, driver: str = "") -> list[Held]:
    """What a driver (or any) still owes, or had not given back when it went, oldest first."""
    return [held for held in k.owed() if not driver or held.driver in (driver, lost(driver))]


def returned(k: Kernel, driver: str) -> list[Returned]:
    """What a driver has given back since its Unload began, the first thing first; none when it has not begun."""
    since = began(k, "Unload", driver)
    found: list[Returned] = []
    for event in reversed(k.events) if since >= 0 else ():
        if event.position < since:
            break
        if event.kind == "release" and event.get("driver") == driver and event.get("since", since) < since:
            taken = event.get("taken")
            found.append(
                Returned(
                    str(event.get("what")), event.text, event.place, Place(*taken) if taken else None, event.position
                )
            )
    return found[::-1]


def gone(k: Kernel, driver: str) -> bool:
    """Whether a driver was loaded and is so no more."""
    loaded = any(image.name == driver for image in k.images)
    return not loaded and any(image.name == driver for image in k.unloaded)


def leaked(k: Kernel, driver: str) -> Finding | None:
    """The finding that tells what a driver still held when it went the last time; None when it held nothing."""
    for finding in reversed(k.findings):
        if finding.held and finding.driver == driver:
            later = any(
                event.position > finding.position and event.kind == "load" and event.get("name") == driver
                for event in k.events
                if event.get("what") == "loaded"
            )
            return None if later else finding
    return None


def remedy(kind: str) -> str:
    """The routines that give a kind of thing back; '' when none is known."""
    names = [each.name for each in EXPORTS.values() if kind in each.releases]
    unload = [name for name in names if EXPORTS[name].stage.unload] or names
    return " or ".join(unload[:NAMED])
