"""Errors, places and events: how they read, and what code they end with."""

from __future__ import annotations

import pytest

from ntshell.base.errors import (
    BudgetSpent,
    Exit,
    ExpectationFailed,
    FileUnreadable,
    NotNow,
    NtshellError,
    UsageError,
)
from ntshell.base.event import KINDS, Event
from ntshell.base.place import Place
from ntshell.base.shipped import folder


def test_exit_codes_are_part_of_the_interface() -> None:
    assert {code.name: int(code) for code in Exit} == {
        "CLEAN": 0,
        "BROKEN": 1,
        "USAGE": 2,
        "COMPILE": 3,
        "BUDGET": 4,
        "INTERRUPTED": 130,
    }


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (NtshellError, Exit.USAGE),
        (UsageError, Exit.USAGE),
        (FileUnreadable, Exit.USAGE),
        (NotNow, Exit.USAGE),
        (ExpectationFailed, Exit.BROKEN),
        (BudgetSpent, Exit.BUDGET),
    ],
)
def test_every_mistake_has_its_code(kind: type[NtshellError], code: Exit) -> None:
    assert kind("x").exit_code == code


def test_an_error_says_where_what_and_what_to_do() -> None:
    error = UsageError("no such thing", Place("/a/b/file.nts", 12), hint="did you mean that?")
    assert str(error) == "file.nts:12: no such thing (did you mean that?)"
    assert str(UsageError("no such thing")) == "no such thing"


@pytest.mark.parametrize("path", ["init.c", "lab/init.c", "/x/lab/init.c", "C:\\lab\\init.c"])
def test_a_place_shows_the_file_without_its_folders(path: str) -> None:
    assert str(Place(path, 7)) == "init.c:7"


def test_events_hold_plain_values_by_name() -> None:
    event = Event("dpc", 5, 0, 1, 2, None, "queued", (("dpc", 0x1000),))
    assert (event.get("dpc"), event.get("other"), event.get("other", 3)) == (0x1000, None, 3)
    assert event.kind in KINDS


def test_shipped_folders() -> None:
    assert (folder("drivers") / "lab" / "init.c").is_file()
    assert (folder("machines") / "default.toml").is_file()
    assert folder("commands").name == "commands"
