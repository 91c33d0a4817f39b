"""The one journal: every change records its undo, so time can go both ways.

The log is a flat list of entries `(undo, *args)`.  Calling `undo(*args)` puts the old thing back and returns the entry
that would do the change again; so undoing a position fills the future, and redoing it fills the log.  A *mark* opens
each position: `(restore_pc, frame, pc)` before a step of code, `(boundary,)` before anything else.

Rule: no attribute, list, dict or byte of the machine changes except by an entry here.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, MutableSequence
from contextlib import contextmanager
from typing import Any

import attrs

Entry = tuple[Any, ...]

LIMIT = 4_000_000  # entries kept before the older half of the positions is dropped


def restore_pc(frame: Any, pc: int) -> Entry:
    """Mark: put a frame's program counter back."""
    old = frame.pc
    frame.pc = pc
    return (restore_pc, frame, old)


def boundary() -> Entry:
    """Mark: a position that begins with no step of code (an input, a delivery, time moving)."""
    return (boundary,)


def outside() -> Entry:
    """Mark: a position at which somebody outside the machine acts; only time travel goes over it again by itself."""
    return (outside,)


MARKS = (restore_pc, boundary, outside)


def slot(slots: MutableSequence[Any], index: int, value: Any) -> Entry:
    """Undo of a store into a frame's slot or any list item."""
    old = slots[index]
    slots[index] = value
    return (slot, slots, index, old)


def attribute(target: Any, name: str, value: Any) -> Entry:
    """Undo of setting an attribute."""
    old = getattr(target, name)
    setattr(target, name, value)
    return (attribute, target, name, old)


def poke(data: bytearray, offset: int, old: bytes) -> Entry:
    """Undo of a store into memory."""
    end = offset + len(old)
    now = bytes(data[offset:end])
    data[offset:end] = old
    return (poke, data, offset, now)


def insert(items: MutableSequence[Any], index: int, value: Any) -> Entry:
    """Undo of a removal."""
    items.insert(index, value)
    return (remove, items, index)


def remove(items: MutableSequence[Any], index: int) -> Entry:
    """Undo of an insertion."""
    return (insert, items, index, items.pop(index))


def shorten(items: MutableSequence[Any]) -> Entry:
    """Undo of appending; the list may have lost items at its front since."""
    return (lengthen, items, items.pop())


def lengthen(items: MutableSequence[Any], value: Any) -> Entry:
    """Undo of that."""
    items.append(value)
    return (shorten, items)


def unrecord(journal: Journal, items: list[Any]) -> Entry:
    """Undo of putting something on record."""
    journal.undone.append(items.pop())
    return (record_again, journal, items)


def record_again(journal: Journal, items: list[Any]) -> Entry:
    """Undo of that."""
    items.append(journal.undone.pop())
    return (unrecord, journal, items)


def put(mapping: dict[Any, Any], key: Any, value: Any) -> Entry:
    """Undo of a change or deletion in a dict."""
    old = mapping.get(key, _ABSENT)
    mapping[key] = value
    return (take, mapping, key) if old is _ABSENT else (put, mapping, key, old)


def take(mapping: dict[Any, Any], key: Any) -> Entry:
    """Undo of a key that was not there."""
    return (put, mapping, key, mapping.pop(key))


_ABSENT = object()


@contextmanager
def journaling() -> Iterator[None]:
    """While many entries are made: Python's collector rests, since walking millions of them costs more than the work.

    Afterwards it leaves them alone for good: they go by their reference counts when history is cut.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


@attrs.define(eq=False, repr=False)
class Journal:
    """The log, the future that was stepped back from, and the position between them."""

    log: list[Entry] = attrs.Factory(list)
    future: list[Entry] = attrs.Factory(list)
    undone: list[Any] = attrs.Factory(list)  # what was on record and is so no more, the next to come last
    position: int = 0
    oldest: int = 0
    last: int = 0  # the furthest position recorded; equals `position` when there is no future
    limit: int = LIMIT
    dropped: tuple[int, int] | None = None  # first and last position of a future that was given up; for whoever tells

    # --- changing things -------------------------------------------------------------------------------------------
    def set(self, target: Any, name: str, value: Any) -> None:
        """Set an attribute."""
        self.log.append((attribute, target, name, getattr(target, name)))
        setattr(target, name, value)

    def append(self, items: MutableSequence[Any], value: Any) -> None:
        """Append to a list."""
        self.log.append((shorten, items))
        items.append(value)

    def record(self, items: list[Any], value: Any) -> None:
        """Append to a record of what happened; stepped back from, it is kept in `undone` for as long as there is a future."""
        self.log.append((unrecord, self, items))
        items.append(value)

    def insert(self, items: MutableSequence[Any], index: int, value: Any) -> None:
        """Insert into a list at an index from 0."""
        self.log.append((remove, items, index))
        items.insert(index, value)

    def pop(self, items: MutableSequence[Any], index: int = -1) -> Any:
        """Take an item out of a list."""
        index = index if index >= 0 else len(items) + index
        value = items.pop(index)
        self.log.append((insert, items, index, value))
        return value

    def put(self, mapping: dict[Any, Any], key: Any, value: Any) -> None:
        """Set a dict's key; the order of a deleted and restored key may differ, so never rely on a dict's order."""
        if key in mapping:
            self.log.append((put, mapping, key, mapping[key]))
        else:
            self.log.append((take, mapping, key))
        mapping[key] = value

    def delete(self, mapping: dict[Any, Any], key: Any) -> Any:
        """Take a key out of a dict."""
        value = mapping.pop(key)
        self.log.append((put, mapping, key, value))
        return value

    # --- positions -------------------------------------------------------------------------------------------------
    def begin(self, mark: Callable[[], Entry] = boundary) -> None:
        """Open a position that is no step of code; the recorded future, if any, is given up."""
        self.forget_future()
        self.log.append((mark,))
        self.position += 1
        self.last = self.position

    def forget_future(self) -> None:
        """Give up what was stepped back from: from here on another history is made."""
        if self.future:
            self.dropped = (self.position + 1, self.last)
            self.future.clear()
            self.undone.clear()
        self.last = self.position

    def withdraw(self) -> None:
        """Undo what the latest position has done so far; it stays open."""
        kept = len(self.undone)
        while self.log[-1][0] not in MARKS:
            entry = self.log.pop()
            entry[0](*entry[1:])
        del self.undone[kept:]

    def retract(self) -> None:
        """Undo the latest position; if none was recorded beyond it, as if it had never been taken."""
        newest = not self.future
        self.back()
        if newest:
            self.future.clear()
            self.undone.clear()
            self.last = self.position

    def back(self) -> bool:
        """Undo one position; False at the oldest one."""
        if self.position <= self.oldest:
            return False
        log, future = self.log, self.future
        while True:
            entry = log.pop()
            undo = entry[0]
            if undo is restore_pc:  # steps and slots are nearly all of a long history: no call for them
                frame = entry[1]
                future.append((restore_pc, frame, frame.pc))
                frame.pc = entry[2]
                break
            if undo is slot:
                _, slots, index, value = entry
                future.append((slot, slots, index, slots[index]))
                slots[index] = value
                continue
            future.append(undo(*entry[1:]))
            if undo in MARKS:
                break
        self.position -= 1
        return True

    def forward(self) -> bool:
        """Redo one position; False when there is no future."""
        future, log = self.future, self.log
        if not future:
            return False
        entry = future.pop()
        log.append(entry[0](*entry[1:]))
        while future and future[-1][0] not in MARKS:
            entry = future.pop()
            log.append(entry[0](*entry[1:]))
        self.position += 1
        return True

    @property
    def runs_on(self) -> bool:
        """Whether the next recorded position is one that the machine took by itself."""
        return bool(self.future) and self.future[-1][0] is not outside

    def trim(self) -> bool:
        """Drop the older half of the history when it has grown past its limit; whether it did."""
        if len(self.log) <= self.limit:
            return False
        log = self.log
        cut = len(log) // 2
        while cut < len(log) and log[cut][0] not in MARKS:
            cut += 1
        dropped = sum(1 for entry in log[:cut] if entry[0] in MARKS)
        del log[:cut]
        self.oldest += dropped
        return True


Undo = Callable[..., Entry]
