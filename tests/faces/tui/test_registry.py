"""The registry pane: what a driver writes comes and goes; what any PC has stands back."""

from __future__ import annotations

from ntshell.debugger.session import Session
from ntshell.faces.tui.panes.registry import without_notes
from ntshell.shell.report import Line, lines_of
from ntshell.shell.shell import Shell
from tests.faces.tui.conftest import Hand, Opened


def marked(hand: Hand) -> list[str]:
    return [line for line in hand.text("registry").splitlines() if line[0] != " "]


async def test_values_come_and_go(opened: Opened) -> None:
    async with opened("lab") as hand:
        hand.app.workspace.layout_name = "full"
        await hand.idle()
        pane = hand.app.workspace.panes["registry"]
        await hand.do("g `names.c:114`")
        assert "LAB" in hand.text("registry")
        await hand.do("p")
        assert [line.split() for line in marked(hand)] == [["*", "LAB"], ["+", "\\Device\\Lab1", "=", "REG_SZ", "LAB2"]]
        assert "\\Device\\Lab1 = REG_SZ LAB2" in hand.screen() and "SERIALCOMM" not in hand.text("registry")
        assert "7 values" in str(pane.border_title)
        await hand.do("g", "unload")
        assert not marked(hand)
        await hand.do("g `names.c:135`")
        assert [line[0] for line in marked(hand)] == ["-"] * 4 and "LAB" in marked(hand)[0]  # ResourceMap's
        await hand.do("p")
        assert [line.split()[:2] for line in marked(hand)] == [["-", "\\Device\\Lab1"]]
        await hand.do("g")
        assert pane.folded


def test_what_any_pc_has_is_a_note() -> None:
    shell = Shell(Session())
    lines = lines_of(shell.view("!reg"))
    assert {line.kind for line in lines} == {"head", "note"}
    assert [line.text for line in without_notes(lines)] == [line.text for line in lines if line.kind == "head"]
    shell.run("load lab; g")
    kinds = {line.text.strip(): line.kind for line in lines_of(shell.view("!reg"))}
    assert kinds["\\Device\\Lab0 = REG_SZ LAB1"] == "plain"
    assert kinds["Serial0 = REG_SZ COM1"] == "note"


def test_a_note_above_something_stays() -> None:
    texts = [("A", "head"), ("  S", "note"), ("    x = 1", "note"), ("    y = 2", "plain"), ("  T", "note")]
    kept = without_notes([Line(text, kind) for text, kind in texts])
    assert [line.text.strip() for line in kept] == ["A", "S", "y = 2"]
