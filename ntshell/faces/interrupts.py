"""Ctrl+C while a command runs: breaks into the target; the session goes on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ntshell.debugger.session import Session


@contextmanager
def breaking_in(session: Session) -> Iterator[list[int]]:
    """The first Ctrl+C stops what runs, a second one before it has stopped raises KeyboardInterrupt.  Gives those seen."""
    seen: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        session.interrupt()
        if len(seen) > 1:
            raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGINT, interrupt)
    except ValueError:  # not in the main thread: signals are the caller's affair
        yield seen
        return
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, before)
        session.engine.interrupted = False  # it may have come too late to stop anything
