"""Symbols: names of addresses and addresses of names."""

from __future__ import annotations

import pytest

from ntshell.base.errors import UsageError
from ntshell.debugger.session import Session
from ntshell.debugger.symbols import Symbols


@pytest.fixture(scope="module")
def session() -> Session:
    made = Session()
    made.load("lab")
    return made


def test_match(session: Session) -> None:
    symbols = Symbols(session.k)
    names = [symbol.full for symbol in symbols.match("lab!*Isr")]
    assert "lab!LabIsr" in names
    assert all(name.startswith("lab!") for name in names)
    assert [symbol.name for symbol in symbols.match("nt!KeSetEvent")] == ["KeSetEvent"]
    assert symbols.match("nosuch!*") == []
    assert not any(symbol.module == "nt" for symbol in symbols.match("*Unload"))


def test_places(session: Session) -> None:
    symbols = Symbols(session.k)
    found = symbols.find("labunload")
    assert found is not None
    assert found.full == "lab!LabUnload"
    place = symbols.place_of(found.address)
    assert place is not None
    assert place.name == "unload.c"
    assert symbols.place_of(session.k.addresses["KeSetEvent"]) is None


def test_complete(session: Session) -> None:
    symbols = Symbols(session.k)
    offers = dict(symbols.complete("LabU"))
    assert "LabUnload" in offers
    assert "function" in offers["LabUnload"]
    assert ("lab!", "module") in symbols.complete("l")
    assert any(name == "nt!KeSetEvent" for name, _ in symbols.complete("nt!KeSet"))


def test_unknown(session: Session) -> None:
    symbols = Symbols(session.k)
    assert symbols.name_of(0x1234) is None
    assert symbols.show(0x1234) == session.k.arch.format(0x1234)
    with pytest.raises(UsageError, match="did you mean LabUnload"):
        symbols.address_of("LabUnlaod")


def test_unloaded(session: Session) -> None:
    session = Session()
    session.load("hello")
    session.go()
    base = session.k.images[-1].base
    session.unload()
    session.go()
    assert Symbols(session.k).name_of(base + 0x10) == "<Unloaded_hello.sys>+0x10"
