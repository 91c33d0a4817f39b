"""Folds over events are made again exactly when an event has come or gone."""

from __future__ import annotations

from ntshell.debugger.fold import fold
from ntshell.debugger.session import Session
from ntshell.nt.kernel import Kernel


def test_made_again_when_events_differ() -> None:
    made: list[int] = []

    @fold
    def count(k: Kernel, more: int = 0) -> int:
        made.append(more)
        return len(k.events) + more

    session = Session()
    session.load("lab")
    first = count(session.k)
    assert count(session.k) == first
    assert count(session.k, 1) == first + 1
    assert made == [0, 1]
    session.go()
    assert count(session.k) == len(session.k.events) > first
    session.back_go()
    assert count(session.k) == len(session.k.events) == first
    assert made == [0, 1, 0, 0]


def test_another_history_of_the_same_length() -> None:
    names = fold(lambda k: [event.text for event in k.events])
    session = Session()
    session.load("lab")
    session.go()
    session.fire("lab0")
    one = names(session.k)
    session.back_into()
    session.fire("lab1")
    other = names(session.k)
    assert other == [event.text for event in session.k.events] != one
