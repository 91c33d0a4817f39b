"""The main job on the bundled drivers: step by step, with an interrupt at every place."""

from __future__ import annotations

import pytest

from ntshell.debugger.session import Session, SessionOptions
from tests.run.picture import difference, picture

UNTOUCHED = ("lines", "registry", "objects", "held", "drivers", "codes", "images", "now")


@pytest.fixture(params=["x86", "x64"])
def arch(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def loaded(driver: str, arch: str = "x86") -> Session:
    """A session in which the driver has started."""
    session = Session(SessionOptions(arch=arch))
    session.load(driver)
    stop = session.go()
    assert stop.kind == "idle", stop
    assert session.status == 0
    return session


def at_unload(driver: str, arch: str = "x86") -> Session:
    """A session at the first statement of Unload."""
    session = loaded(driver, arch)
    stop = session.unload()
    assert stop.kind == "unload", stop
    return session


def tables(session: Session) -> dict[str, object]:
    """What a driver that cleans up leaves as it was: names, registry, counts, claims, devices, lines."""
    k = session.k
    shot = picture(session.engine)
    counts = k.struct("_CONFIGURATION_INFORMATION", k.io_configuration()) if hasattr(k, "io_configuration") else None
    shown = {
        name: shot[name] for name in ("registry", "objects", "held", "images", "foreground") if name != "foreground"
    }
    shown["registers"] = shot["devices"] and [(d[0], d[2], d[3]) for d in shot["devices"]]
    shown["counts"] = counts and counts.raw()
    return shown


def test_stops_at_the_first_statement_of_driver_entry(arch: str) -> None:
    session = Session(SessionOptions(arch=arch))

    stop = session.load("lab")

    assert stop.kind == "load"
    assert stop.symbol == "lab!DriverEntry"
    assert stop.irql == 0


def test_unload_of_lab_leaves_every_table_as_it_was(arch: str) -> None:
    session = Session(SessionOptions(arch=arch))
    before = tables(session)
    session.load("lab")
    session.go()
    session.unload()

    stop = session.go()

    assert stop.kind == "idle"
    assert session.findings == []
    # the service key is the user's, made at load: it stays as in NT
    after = tables(session)
    assert after["objects"] == before["objects"]
    assert after["held"] == [] == before["held"]
    assert after["images"] == before["images"]


def steps_of_unload(session: Session) -> list[int]:
    """Positions of the statements of Unload and of the routines that it calls."""
    positions = [session.k.journal.position]
    while session.into().kind == "step":
        positions.append(session.k.journal.position)
    return positions


@pytest.mark.parametrize("line", ["lab0", "lab1"])
def test_an_interrupt_at_any_statement_of_labs_unload_does_no_harm(line: str) -> None:
    session = at_unload("lab")
    positions = steps_of_unload(session)
    assert len(positions) > 50
    clean = tables(session)

    for position in positions:
        reach(session, positions[0], position)
        assert "taken" in session.fire(line).reason or session.stop.reason, position
        stop = session.go()
        assert session.k.crash is None, (position, session.k.crash)
        assert stop.kind == "idle"
        assert session.unexpected() == [], position
        assert tables(session)["objects"] == clean["objects"]
        assert tables(session)["registry"] == clean["registry"]


def reach(session: Session, start: int, position: int) -> None:
    """Come to a position of the undisturbed run: back to its start, and on from there."""
    session.travel(start)
    session.stepper.advance(position - start, traps=False)
    assert session.k.journal.position == position


def test_an_interrupt_in_the_middle_of_lab_lates_unload_is_a_bug_check() -> None:
    session = at_unload("lab_late")
    positions = steps_of_unload(session)
    codes = set()

    for position in positions:
        reach(session, positions[0], position)
        session.fire("lab1")
        session.go()
        if session.k.crash is not None:
            codes.add(session.k.crash.code)
            facts = dict(session.k.crash.facts)

    assert codes == {0xD1}
    assert facts["freed_by"].name == "unload.c"


def test_lab_late_without_an_interrupt_unloads_clean() -> None:
    session = at_unload("lab_late")

    stop = session.go()

    assert stop.kind == "idle"
    assert session.findings == []


@pytest.mark.parametrize("driver", ["lab", "lab_late"])
def test_stepping_back_restores_every_byte_and_table(driver: str) -> None:
    session = Session()
    session.load(driver)
    engine = session.engine
    session.go()
    session.unload()
    session.fire("lab0")
    session.go()
    end = session.k.journal.position
    pictures = {end: picture(engine)}
    while session.k.journal.back():
        pictures[session.k.journal.position] = picture(engine)
    assert session.k.journal.position == 0

    for position in range(1, end + 1):
        assert session.k.journal.forward()
        assert difference(pictures[position], picture(engine)) == [], position
