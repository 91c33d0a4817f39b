"""What has happened, as folds over events: the ladder of stages, the list of events, and the IRQL over time.

Rule: only events up to the present position count; after stepping back, later ones are not there.  The IRQL over time alone
looks ahead as well, at what is recorded and can be gone to again.
"""

from __future__ import annotations

from itertools import pairwise

import attrs

from ntshell.base.event import Event
from ntshell.base.place import Place
from ntshell.debugger.fold import fold
from ntshell.nt.export import EXPORTS
from ntshell.nt.kernel import Kernel, lost
from ntshell.nt.ladder import LADDERS

QUIET = frozenset({"irql", "switch", "export", "call", "return"})
CLIMBING = {"stage": "", "acquire": "took", "release": "gave back"}  # events that a ladder is made of
SIGNS = {  # marks of a column and what they mean, the weightiest first
    "!": "finding",
    ">": "input",
    "i": "interrupt",
    "d": "DPC",
    "b": "break",
    "s": "stage",
    "c": "call",
}
MARKS = {
    "finding": "!",
    "bugcheck": "!",
    "input": ">",
    "interrupt": "i",
    "dpc": "d",
    "stop": "b",
    "stage": "s",
    "call": "c",
}


@attrs.frozen
class Column:
    """Positions from one `until` another: the highest IRQL there, marks of what happened, whether the present is `here`.

    `text` tells of the weightiest mark's first event.
    """

    position: int
    until: int
    irql: int
    marks: str
    here: bool
    text: str


@attrs.frozen
class RungView:
    """A rung of a ladder: `calls` are the calls that did it, with their lines.

    `state` is done, current, left, or skipped: another came before it, although the driver owes what is given back here;
    `note` then says so.
    """

    number: int
    words: str
    state: str
    calls: tuple[tuple[str, Place | None], ...]
    note: str = ""


def events(k: Kernel, kinds: frozenset[str] = frozenset(), everything: bool = False) -> list[Event]:
    """The events so far, oldest first; without `everything` the noisy ones are left out unless they are asked for."""
    if kinds:
        return [event for event in k.events if event.kind in kinds]
    return [event for event in k.events if everything or event.kind not in QUIET]


@fold
def ladder(k: Kernel, name: str, driver: str, now: int | None = None) -> list[RungView]:
    """The rungs of a driver's DriverEntry or Unload; `now` is the rung that the routine is on, None when it is not running."""
    done: dict[int, dict[tuple[str, Place | None], None]] = {}  # each call once, in the order of their first time
    since = began(k, name, driver)
    for event in k.events if since >= 0 else ():
        rung = event.get("rung") if event.kind in CLIMBING and event.position >= since else 0
        if not rung or event.get("ladder") != name:
            continue
        if event.kind == "stage" and event.get("driver") == driver:
            done.setdefault(rung, {})[str(event.get("call", "")), event.place] = None
        elif event.kind != "stage" and event.get("climber") == driver and event.place is not None:
            done.setdefault(rung, {})[f"{CLIMBING[event.kind]} {event.text}", event.place] = None
    owed = _owed(k, driver) if name == "Unload" and since >= 0 else frozenset()
    found = []
    for number, words in LADDERS[name].items():
        state = "current" if number == now else "done" if number in done else "left"
        calls = tuple(call for call in done.get(number, ()) if call[0])
        later = min((n for n in done if n > number), default=0)
        note = ""
        if state == "left" and number in owed and (later or now is None):
            state, note = (
                "skipped",
                "not done, and Unload has returned" if now is None else f"not yet, though {later} has begun",
            )
        found.append(RungView(number, words, state, calls, note))
    return found


def _owed(k: Kernel, driver: str) -> frozenset[int]:
    """The rungs of Unload that would give back what a driver still holds, or held when it went."""
    found = set()
    for held in k.owed():
        if held.driver in (driver, lost(driver)):
            stages = {each.stage.unload for each in EXPORTS.values() if held.kind in each.releases}
            found.add(min(stages - {0}, default=0))
    return frozenset(found)


@fold
def began(k: Kernel, name: str, driver: str) -> int:
    """The position at which a driver's latest DriverEntry or Unload began; -1 when there was none."""
    first = -1  # of the rungs that the latest Unload has reached: its call may be forgotten by now
    for event in reversed(k.events):
        if event.kind == "load" and event.get("what") == "loaded" and event.get("name") == driver:
            return event.position if name == "DriverEntry" else first
        if name == "Unload" and event.get("ladder") == name and event.get("driver") == driver:
            if event.kind == "call":
                return event.position
            if event.kind == "stage":
                first = event.position
    return first


def columns(k: Kernel, count: int) -> list[Column]:
    """Recorded time, past and future, as at most `count` columns of about as many positions each."""
    journal = k.journal
    oldest, span = journal.oldest, journal.last - journal.oldest + 1
    count = min(count, span)
    highest = [0] * count
    marks: list[dict[str, str]] = [{} for _ in range(count)]  # the text of the first event by its mark
    level, since = 0, 0  # the IRQL, and the position from which on it holds, counted from the oldest
    for event in (*k.events, *reversed(journal.undone)):
        kind, at = event.kind, event.position - oldest
        if kind == "irql" and at >= 0:
            for n in range(since * count // span, (at - 1) * count // span + 1 if at > since else 0):
                highest[n] = max(highest[n], level)
            level, since = event.irql, at
        elif kind in MARKS and at >= 0 and event.get("action") is None:
            marks[at * count // span].setdefault(MARKS[kind], event.text)
    for n in range(since * count // span, count):
        highest[n] = max(highest[n], level)
    starts = [oldest - (-n * span // count) for n in range(count + 1)]
    found = []
    for n, (start, end) in enumerate(pairwise(starts)):
        shown = "".join(sign for sign in SIGNS if sign in marks[n])
        text = marks[n][shown[0]] if shown else ""
        found.append(Column(start, end - 1, highest[n], shown, start <= journal.position < end, text))
    return found


def last_status(k: Kernel) -> int:
    """The latest NTSTATUS that DriverEntry or a user program's request ended with; 0 before any."""
    for event in reversed(k.events):
        ended = event.kind == "irp" and event.get("what") == "done"
        if ended or (event.kind == "return" and event.text.startswith("DriverEntry")):
            return int(event.get("status", 0)) & 0xFFFFFFFF
    return 0
