"""Reports in a narrow terminal: nothing is lost, words stay whole."""

from __future__ import annotations

import pytest

from ntshell.debugger.session import Session
from ntshell.shell.report import Line, Report, Table, Text, cell
from ntshell.shell.shell import Shell
from ntshell.shell.wrap import broken, wrapped


@pytest.mark.parametrize("line", ["!ledger", "!events", ".help", "!lines", "!findings", "k", "!devobj Lab0", "lm"])
def test_a_terminal_of_80_columns(line: str) -> None:
    shell = Shell(Session())
    shell.run("load lab; g")
    report = shell.run(line)[-1][2]
    lines = wrapped(report, 80)
    assert all(len(each.text) <= 80 for each in lines if each.kind != "source")
    told = "".join(each.text for each in lines)
    assert sorted(told.replace(" ", "")) == sorted("".join(report.text.split()))
    assert "\n".join(each.text for each in wrapped(report, 0)) == report.text


def test_words_stay_whole_behind_a_hanging_indent() -> None:
    assert broken("one two three", 8) == ["one two", "three"]
    assert broken("one two three", 8, 4) == ["one two", "three"]
    assert broken("abcdefghijkl mno", 5) == ["abcdefghijkl", "mno"]
    assert broken("", 5) == [""]
    shown = wrapped(Report((Text((Line("  alpha beta gamma delta epsilon", "bad"),)),)), 20)
    assert [each.text for each in shown] == ["  alpha beta gamma", "      delta epsilon"]
    assert {each.kind for each in shown} == {"bad"}
    source = Line("   12: " + "x + " * 20, "source")
    assert wrapped(Report((Text((source,)),)), 20) == [source]


def test_the_widest_column_goes_on_below_itself() -> None:
    rows = tuple((cell(n), cell("some words that go on and on"), cell("end")) for n in (1, 2))
    shown = [each.text for each in wrapped(Report((Table("t", ("n", "what", "last"), rows),)), 26)]
    assert shown[:3] == ["n  what               last", "1  some words that    end", "    go on and on"]
    whole = (cell("x" * 40), cell("y" * 40))
    assert len(wrapped(Report((Table("t", ("a", "b"), (whole,)),)), 50)) == 3
