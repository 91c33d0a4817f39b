"""The IRQL over time: what the columns say is what one sees by going there, before and after stepping back."""

from __future__ import annotations

from itertools import pairwise

import attrs

from ntshell.debugger.session import Session
from ntshell.debugger.timeline import Column, columns


def raced() -> Session:
    """A session whose ISR met the freed block in Unload."""
    session = Session()
    session.load("lab_late")
    session.go()
    session.unload()
    for _ in range(3):
        session.stage()
    session.fire("lab0")
    session.go()
    assert session.k.crash is not None
    return session


def drawn(found: list[Column]) -> list[Column]:
    return [attrs.evolve(each, here=False) for each in found]


def test_every_position_has_the_irql_that_was_there() -> None:
    session = raced()
    journal = session.k.journal
    whole = columns(session.k, 100_000)
    assert [each.position for each in whole] == list(range(journal.oldest, journal.last + 1))
    assert [each.position for each in whole if each.here] == [journal.position]
    while journal.back():
        assert session.k.irql == whole[journal.position].irql, journal.position
    assert drawn(columns(session.k, 100_000)) == drawn(whole)


def test_columns_cover_time_and_gather_what_happened_in_them() -> None:
    session = raced()
    journal = session.k.journal
    whole = columns(session.k, 100_000)
    for count in (1, 7, 64):
        found = columns(session.k, count)
        assert len(found) == count
        assert (found[0].position, found[-1].until) == (journal.oldest, journal.last)
        for before, after in pairwise(found):
            assert before.until + 1 == after.position
        for each in found:
            inside = whole[each.position : each.until + 1]
            assert each.irql == max(one.irql for one in inside)
            assert set(each.marks) == {mark for one in inside for mark in one.marks}
            assert each.text == next((one.text for one in inside if one.marks[:1] == each.marks[:1]), "")
        assert sum(each.here for each in found) == 1


def test_marks_and_the_recorded_future() -> None:
    session = raced()
    journal = session.k.journal
    end = journal.position
    marks = {mark for each in columns(session.k, 64) for mark in each.marks}
    assert {"!", ">", "i", "s", "c"} <= marks
    session.travel(10)
    told = len(session.k.events)
    assert {mark for each in columns(session.k, 64) for mark in each.marks} == marks
    assert all(event.position <= 10 for event in session.k.events)
    session.tick(10_000)
    assert journal.last < end
    assert "!" not in {mark for each in columns(session.k, 64) for mark in each.marks}
    assert len(session.k.events) > told


def test_breakpoints_that_stopped_are_marked_once() -> None:
    session = Session()
    session.load("lab")
    session.breakpoints.add(session.k, "LabReleaseHardware")
    session.go()
    session.unload()
    assert session.go().kind == "breakpoint"
    where = session.k.journal.position
    session.back_over()
    assert session.go().kind == "breakpoint"  # what was recorded, once more
    assert [event.position for event in session.k.events if event.kind == "stop"] == [where]
    assert [column.position for column in columns(session.k, 1 << 20) if "b" in column.marks] == [where]
