"""What is kept of events that history no longer reaches: enough for the ladder of stages and the latest results.

Rule: what is kept is bounded by the size of the drivers, however long they run: of events that say the same from the same
line and at the same stage, the first and the last.
"""

from __future__ import annotations

from typing import Any

from ntshell.base.event import Event


def worth_keeping(events: list[Event]) -> list[Event]:
    """Of events that are about to be forgotten, those that are told of later all the same, in their order."""
    first: dict[Any, int] = {}
    last: dict[Any, int] = {}
    for n, event in enumerate(events):
        key = _key(event)
        if key is None:
            continue
        first.setdefault(key, n)
        last[key] = n
    kept = frozenset([*first.values(), *last.values()])
    return [event for n, event in enumerate(events) if n in kept]


def _key(event: Event) -> Any:
    """What makes two events alike; None for one that nobody asks for later."""
    if event.kind == "irp" and event.get("what") == "done":
        return ("irp",)
    if event.kind in ("load", "return"):
        return (event.kind, event.text)
    if event.kind == "stage":
        return (event.kind, event.text, event.place, event.get("call"), event.get("driver"))
    if event.kind in ("acquire", "release") and event.get("driver") and event.place is not None:
        return (event.kind, event.get("what"), event.place, event.get("ladder"), event.get("rung"))
    return None
