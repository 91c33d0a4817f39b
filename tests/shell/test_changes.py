"""What is different between two reports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntshell.debugger.session import Session
from ntshell.shell import changes
from ntshell.shell.changes import Marked, compared
from ntshell.shell.report import Line, lines_of
from ntshell.shell.shell import Shell

lines = st.lists(
    st.builds(Line, st.sampled_from(["", "a", "b", "c  ", "c", "dd", "e"]), st.sampled_from(["plain", "bad"]))
)


def signs(before: str, after: str) -> str:
    """The signs of one-letter lines, a dot for what is as it was, gone lines with their letter."""
    found = compared([Line(char) for char in before], [Line(char) for char in after])
    return " ".join((each.sign or ".") + each.line.text for each in found)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", ""),
        ("abc", "abc", ".a .b .c"),
        ("abc", "aXc", ".a *X .c"),
        ("abc", "abXc", ".a .b +X .c"),
        ("abc", "ac", ".a -b .c"),
        ("abcd", "aXYcd", ".a -b +X +Y .c .d"),
        ("", "ab", "+a +b"),
        ("ab", "", "-a -b"),
        ("aa", "aaa", ".a .a +a"),
        ("abcdef", "bcXefg", "-a .b .c *X .e .f +g"),
    ],
)
@pytest.mark.parametrize("long", [changes.LONG, 0])
def test_signs(before: str, after: str, expected: str, long: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "LONG", long)
    assert signs(before, after) == expected


def test_a_kind_is_a_change_and_a_trailing_blank_is_none() -> None:
    before = [Line("a"), Line("b", "current"), Line("c  ")]
    after = [Line("a", "current"), Line("b", "current"), Line("c")]
    assert [each.sign for each in compared(before, after)] == ["*", "", ""]


def test_alignment_is_no_change_and_indentation_is_one() -> None:
    before, after = [Line("a   b"), Line("  c"), Line("d  e")], [Line("a      b"), Line("    c"), Line("d  e")]
    assert [each.sign for each in compared(before, after)] == ["", "*", ""]


def test_lines_that_begin_alike_are_the_same_thing() -> None:
    several = compared([Line("a b c"), Line("d e f")], [Line("a b x"), Line("y e f")])
    assert [each.sign for each in several] == ["*", "-", "+"]
    grown = compared([Line("a"), Line("  b  (empty)")], [Line("a"), Line("  b"), Line("    c = 1")])
    assert [each.sign for each in grown] == ["", "*", "+"]
    before, after = ["  a b", "│ ▶ f  x.c:1"], ["  new", "│ ▶ g  x.c:2", "│ ‖ f  x.c:2  interrupted", "  c"]
    found = compared([Line(each) for each in before], [Line(each) for each in after])
    assert [each.sign for each in found] == ["-", "+", "+", "*", "+"]


def test_of_things_none_becomes_another() -> None:
    before, after = [Line("[ ] a"), Line("b")], [Line("[x] a"), Line("c")]
    assert [each.sign for each in compared(before, after, things=True)] == ["*", "-", "+"]


def test_a_mark_that_moves_changes_two_lines() -> None:
    before = ["[>] 1 a", "[ ] 2 b", "[ ] 3 c", "> 22 d", "   0 e", "  ▶ f"]
    after = ["[x] 1 a", "  call", "[>] 2 b", "[ ] 3 c", "  22 d", ">  0 e", "  g", "  ‖ f"]
    found = compared([Line(each) for each in before], [Line(each) for each in after])
    assert [each.sign for each in found] == ["*", "+", "*", "", "*", "*", "+", "*"]


@given(lines, lines, st.sampled_from([0, changes.LONG]))
def test_both_sides_can_be_told_from_the_signs(before: list[Line], after: list[Line], long: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "LONG", long)
        found = compared(before, after)
    assert [each.line for each in found if each.sign != "-"] == after
    was = [each for each in found if each.sign != "+"]
    assert len(was) == len(before)
    for each, line in zip(was, before, strict=True):
        if each.sign == "-":
            assert each.line == line
        elif not each.sign:
            assert (each.line.text.rstrip(), each.line.kind) == (line.text.rstrip(), line.kind)


def test_long_reports_keep_what_did_not_change() -> None:
    before = [Line(f"{n:x}") for n in range(6000)]
    after = [
        *before[:1000],
        Line("new"),
        *before[1000:3000],
        *before[3001:5000],
        Line("changed"),
        *before[5001:],
        Line("end"),
    ]
    found = compared([Line("first"), *before], after)
    assert [each for each in found if each.sign] == [
        Marked("-", Line("first")),
        Marked("+", Line("new")),
        Marked("-", before[3000]),
        Marked("*", Line("changed")),
        Marked("+", Line("end")),
    ]


def test_a_step_changes_the_stack() -> None:
    shell = Shell(Session())
    shell.run("load lab")
    before = lines_of(shell.view("k"))
    assert {each.sign for each in compared(before, lines_of(shell.view("k")))} == {""}
    shell.run("p")
    assert "*" in {each.sign for each in compared(before, lines_of(shell.view("k")))}
