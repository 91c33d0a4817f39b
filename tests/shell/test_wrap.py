"""Reports in a narrow terminal: nothing is lost, words stay whole."""

from __future__ import annotations

import pytest

from ntshell.debugger.session import Session
from ntshell.shell.report import Line, Look, Report, Table, Text, cell
from ntshell.shell.shell import Shell
from ntshell.shell.wrap import broken, fitted, wrapped


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


def test_a_pane_leaves_out_what_a_table_can_spare() -> None:
    row = (cell("alpha", link=Look("!a")), cell("beta"), cell("gamma", mark="!"), cell("d" * 30))
    table = Table("t", ("one", "two", "three", "four"), (row,), title="Title", spare=("one", "three"))
    report = Report((table, Text((Line("x" * 60),))))
    assert [each.text for each in fitted(report, 0)] == report.text.split("\n")
    assert fitted(report, 60)[0].text == "Title"
    for width, heads in (
        (60, "one    two   three   four"),
        (45, "two   three   four"),
        (38, "two   four"),
        (9, "two   four"),
    ):
        lines = fitted(report, width)
        assert lines[1].text == heads
        assert (lines[2].link, lines[2].kind) == (Look("!a"), "bad")
        assert len(lines) == 4 and lines[3].text == "x" * 60
    assert fitted(Report((Table("t", ("one",), (), empty="none at all", spare=("one",)),)), 4) == [
        Line("none at all", "note")
    ]
