"""What is said of a mistake: the same words on stderr and in a pane."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ntshell.base.errors import NtshellError, UsageError
from ntshell.base.place import Place
from ntshell.compiler import CompileFailed
from ntshell.debugger.session import Session
from ntshell.faces.talk import complaint, error_report
from ntshell.shell.report import Line, lines_of


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (UsageError("no such thing"), "ntshell: no such thing"),
        (UsageError("no such thing", hint="look there"), "ntshell: no such thing (look there)"),
        (UsageError("wrong", Place("a/x.nts", 3), "mend it"), "ntshell: x.nts:3: wrong (mend it)"),
    ],
)
def test_a_mistake_is_one_line(error: NtshellError, told: str) -> None:
    assert complaint(error) == [told]
    assert told == f"ntshell: {error}"


def test_a_pane_gets_the_hint_as_a_note_and_the_place_as_a_link() -> None:
    place = Place("a/x.nts", 3)
    assert lines_of(error_report(UsageError("wrong", place, "mend it"))) == [
        Line("x.nts:3: wrong", "bad", place),
        Line("mend it", "note"),
    ]


def test_a_compilers_complaint_has_its_line_below(driver: Callable[[str], str]) -> None:
    file = driver("header")
    with pytest.raises(CompileFailed) as caught:
        Session().load(file)
    first, below = lines_of(error_report(caught.value))[:2]
    assert (first.kind, first.link) == ("bad", Place(file, 1)) and first.text.startswith(f"{Path(file).name}:1: ")
    assert below == Line('    #include "nowhere.h"', "source", Place(file, 1))
    assert complaint(caught.value)[:2] == [f"ntshell: {first.text}", below.text]
