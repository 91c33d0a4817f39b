"""What is kept of events that history no longer reaches: enough for the ladder of stages and the latest results.

Rule: what is kept is bounded by the size of the drivers, however long they run: of events that say the same from the same
line, the first and the last.  The stage that an event belongs to is kept with it.
"""

from __future__ import annotations

from typing import Any

from ntshell.base.event import Event


def worth_keeping(events: list[Event]) -> list[Event]:
    """Of events that are about to be forgotten, those that are told of later all the same, in their order."""
    first: dict[Any, int] = {}
    last: dict[Any, int] = {}
    stage = -1  # the event that began the rung of those that follow
    stage_of: dict[int, int] = {}
    for n, event in enumerate(events):
        key = _key(event)
        if key is None:
            continue
        if event.kind == "stage":
            stage = n
        first.setdefault(key, n)
        last[key] = n
        stage_of[n] = stage
    said = [*first.values(), *last.values()]
    kept = frozenset([*said, *(stage_of[n] for n in said)])
    return [event for n, event in enumerate(events) if n in kept]


def _key(event: Event) -> Any:
    """What makes two events alike; None for one that nobody asks for later."""
    if event.kind == "irp" and event.get("what") == "done":
        return ("irp",)
    if event.kind in ("load", "return"):
        return (event.kind, event.text)
    if event.kind == "stage":
        return (event.kind, event.text, event.place, event.get("call"))
    if event.kind in ("acquire", "release") and event.get("driver") and event.place is not None:
        return (event.kind, event.get("what"), event.place)
    return None
