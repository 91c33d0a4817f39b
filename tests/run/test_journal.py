"""Time: every byte and table comes back at every position, whatever the user did in between; memory stays bounded."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ntshell.base.errors import NtshellError
from ntshell.debugger.session import Session, SessionOptions
from ntshell.debugger.timeline import began, ladder
from ntshell.machine.journal import Journal
from tests.run.picture import Painter, difference, picture
from tests.run.rig import rig


@pytest.mark.parametrize("driver", ["lab", "lab_late"])
def test_every_position_looks_the_same_backwards_and_forwards(driver: str) -> None:
    session = Session()
    paint = Painter(session.engine)
    journal = session.k.journal
    session.load(driver)
    session.fire("lab0")
    seen = {journal.position: paint.digest()}
    while session.stepper.advance(1, traps=False).why == "count":
        seen[journal.position] = paint.digest()
    session.io("open", path="\\\\.\\LAB1")
    session.io("read", handle=1, length=4)
    session.fire("lab0")
    session.io("close", handle=1)
    session.unload()
    session.fire("lab0")
    seen[journal.position] = paint.digest()
    while session.stepper.advance(1, traps=False).why == "count":
        seen[journal.position] = paint.digest()
    whole, end = picture(session.engine), journal.position
    assert len(seen) > 600

    while journal.back():
        if journal.position in seen:
            assert paint.digest() == seen[journal.position], journal.position
    assert journal.position == 0
    while journal.forward():
        if journal.position in seen:
            assert paint.digest() == seen[journal.position], journal.position
    assert journal.position == end
    assert difference(whole, picture(session.engine)) == []


@pytest.mark.parametrize("arch", ["x86", "x64"])
def test_exceptions_look_the_same_backwards_and_forwards(arch: str) -> None:
    """Filters, termination handlers and handlers: frames come, go, and jump."""
    session = Session(SessionOptions(arch=arch))
    journal = session.k.journal
    session.load(str(Path(__file__).parent.parent / "compiler" / "dialect" / "exceptions.c"))
    seen = {journal.position: picture(session.engine)}
    while session.stepper.advance(1, traps=False).why == "count":
        seen[journal.position] = picture(session.engine)
    assert len(seen) > 100
    while journal.back():
        if journal.position in seen:
            assert difference(seen[journal.position], picture(session.engine)) == [], journal.position
    while journal.forward():
        if journal.position in seen:
            assert difference(seen[journal.position], picture(session.engine)) == [], journal.position


ACTIONS = st.sampled_from(
    ["into", "over", "out", "stage", "go", "back_into", "back_over", "back_stage", "back_go", "travel", "fire", "stray",
     "tick", "open", "read", "ioctl", "cancel", "close", "load", "unload", "bp"]
)  # fmt: skip


def act(session: Session, what: str, number: int) -> None:
    """One thing that a user may do."""
    journal = session.k.journal
    if what == "travel":
        session.travel(journal.oldest + number * 7919 % (journal.last - journal.oldest + 1))
    elif what in ("fire", "stray"):
        session.fire(f"lab{number % 2}", force=what == "stray")
    elif what == "tick":
        session.tick(1 + number * 100_000)
    elif what == "load":
        session.load("lab")
    elif what == "unload":
        session.unload()
    elif what == "bp":
        session.breakpoints.add(session.k, ("LabIsr", "LabUnload", "LabDpcForIsr", "LabStartIo")[number % 4])
    elif what == "open":
        session.io("open", path=f"\\\\.\\LAB{1 + number % 2}")
    elif what == "read":
        session.io("read", handle=1, length=1 + number % 20)
    elif what == "ioctl":
        session.io("ioctl", handle=1, code=0x222000 + 4 * (number % 4), data=b"x" * (number % 5), outlen=number % 32)
    elif what in ("cancel", "close"):
        session.io(what, handle=1)
    else:
        getattr(session, what)()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from([(), ("go",), ("go", "open"), ("go", "unload")]),
    st.lists(st.tuples(ACTIONS, st.integers(0, 40)), min_size=5, max_size=25),
)
def test_whatever_the_user_does_every_position_is_what_it_was(
    first: tuple[str, ...], walk: list[tuple[str, int]]
) -> None:
    session = Session()
    paint, journal = Painter(session.engine), session.k.journal
    session.load("lab")
    seen: dict[int, int] = {}
    turned: list[int] = []  # positions from which another history was made
    forget = Journal.forget_future

    def noting(self: Journal) -> None:
        if self.future:
            turned.append(self.position)
        forget(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "forget_future", noting)
        for what, number in [(each, 0) for each in first] + walk:
            with suppress(NtshellError):
                act(session, what, number)
            assert journal.oldest <= journal.position <= journal.last
            seen = {position: digest for position, digest in seen.items() if position <= min(turned, default=position)}
            turned.clear()
            check(session, paint, seen)


def check(session: Session, paint: Painter, seen: dict[int, int]) -> None:
    """Where it stands now, and every place seen before, looks as it looked; and now again."""
    journal = session.k.journal
    here = journal.position
    seen[here] = paint.digest()
    for position in sorted(seen, reverse=True):
        session.stepper.travel(position)
        assert paint.digest() == seen[position], (position, here)
    session.stepper.travel(here)
    assert paint.digest() == seen[here]


LOOP = """
static ULONG Count;
static VOID Work(ULONG Size)
{
    PULONG Block = ExAllocatePoolWithTag(NonPagedPool, Size, 'pooL');
    Block[0] = Count;
    ExFreePoolWithTag(Block, 'pooL');
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    for (;;) {
        Count++;
        Work(Count % 32 + 4);
        DbgPrint("%u", Count);
    }
}
"""


def test_an_endless_run_keeps_a_bounded_past(tmp_path: Path) -> None:
    found = rig(tmp_path, steps=60_000)
    session = found.session
    journal = session.k.journal
    journal.limit = 40_000
    found.load(found.write(LOOP, "loop"))

    stop = session.go()

    assert stop.kind == "budget"
    assert len(journal.log) <= 40_000 + 4096 * 4
    assert 30_000 < journal.oldest < journal.position == 60_001
    assert len(session.k.events) < 20_000
    kept = [event for event in session.k.events if event.position < journal.oldest]
    assert kept[0].kind == "load"
    assert len(kept) < 10
    assert stop.news[-1].kind == "print"
    assert session.told == session.k.forgotten + len(session.k.events)

    assert session.travel(journal.oldest).position == journal.oldest
    then = found.value("Count")
    assert then > 1000
    assert session.back_into().kind == "oldest"
    assert session.stop.news == ()
    assert session.travel(journal.last).position == 60_001
    assert found.value("Count") > then


STAGES = """
static ULONG Count;
static PDEVICE_OBJECT Device;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle;
    UNICODE_STRING Link = RTL_CONSTANT_STRING(L"\\\\??\\\\T1"), Name = RTL_CONSTANT_STRING(L"\\\\Device\\\\T0");
    InitializeObjectAttributes(&Attributes, Path, 0, NULL, NULL);
    if (NT_SUCCESS(ZwOpenKey(&Handle, 1, &Attributes))) { ZwClose(Handle); }
    IoCreateDevice(Driver, 0, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    IoCreateSymbolicLink(&Link, &Name);
    IoDeleteSymbolicLink(&Link);
    for (Count = 0; Count < 4000; Count++) { DbgPrint("%u", Count); }
    return (NTSTATUS)0x105;
}
"""


def test_what_was_reached_and_returned_is_known_after_a_long_run(tmp_path: Path) -> None:
    short, long = rig(tmp_path), rig(tmp_path)
    long.session.k.journal.limit = 4000
    ladders = []
    for found in (short, long):
        found.start(found.write(STAGES, "stages"))
        k = found.session.k
        assert found.session.status == 0x105
        assert began(k, "DriverEntry", "stages") == 1
        ladders.append(ladder(k, "DriverEntry", "stages"))
    assert ladders[0] == ladders[1]
    assert sum(rung.state == "done" for rung in ladders[1]) >= 3
    assert long.session.k.forgotten > 1000


def test_each_prints_once_in_the_news(tmp_path: Path) -> None:
    found = rig(tmp_path, steps=3000)
    session = found.session
    session.k.journal.limit = 2000
    found.load(found.write(LOOP, "loop"))
    told = []
    for _ in range(40):
        told += [event.text for event in session.over().news if event.kind == "print"]
    while session.go().kind != "budget":
        pass
    told += [event.text for event in session.stop.news if event.kind == "print"]
    session.back_into(3)
    assert [event.kind for event in session.stop.news] == []

    assert told == sorted(set(told), key=told.index)
