"""The devices pane: the chain as it grows and goes, counted in the title."""

from __future__ import annotations

from tests.faces.tui.conftest import Hand, Opened


def marked(hand: Hand) -> list[str]:
    return [line for line in hand.text("devices").splitlines() if line[0] != " "]


async def test_the_chain_as_it_grows_and_goes(opened: Opened) -> None:
    async with opened("lab") as hand:
        pane = hand.app.workspace.panes["devices"]
        assert "none" in str(pane.border_title) and "+-> NULL" in hand.text("devices")
        await hand.do("g `init.c:176`", "p")
        assert "1" in str(pane.border_title)
        assert all(line[0] == "+" for line in marked(hand)) and "\\Device\\Lab0" in marked(hand)[0]
        await hand.do("p-")
        assert all(line[0] == "-" for line in marked(hand)) and "\\Device\\Lab0" in marked(hand)[0]
        await hand.do("g", "unload", "g")
        assert pane.folded and "no driver" in str(pane.border_title)


async def test_what_only_moved_is_not_marked(opened: Opened) -> None:
    async with opened("lab") as hand:
        await hand.do("g", "unload")
        assert [line[:3] for line in marked(hand)] == [
            "* \\",
            "+ |",
            "+ |",
        ]  # its state, and DOE_UNLOAD_PENDING of both
