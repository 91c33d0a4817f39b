"""What was typed before: walked by its beginning, suggested, searched, kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.faces import history
from ntshell.faces.tui.recall import Recall


@pytest.fixture
def recall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recall:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    for line in ("bp lab!LabUnload", "g", "k", "bl", "g"):
        history.append(line)
    return Recall()


def test_walks_all_from_an_empty_line(recall: Recall) -> None:
    shown, seen = "", []
    while (line := recall.walk(shown, -1)) is not None:
        seen.append(line)
        shown = line
    assert seen == ["g", "bl", "k", "g", "bp lab!LabUnload"]
    assert recall.walk(shown, 1) == "g"


def test_walks_what_begins_as_typed_and_back_to_it(recall: Recall) -> None:
    assert recall.walk("b", -1) == "bl"
    assert recall.walk("bl", -1) == "bp lab!LabUnload"
    assert recall.walk("bp lab!LabUnload", -1) is None
    assert recall.walk("bp lab!LabUnload", 1) == "bl"
    assert recall.walk("bl", 1) == "b"
    assert recall.walk("b", 1) is None


def test_typing_on_begins_another_walk(recall: Recall) -> None:
    assert recall.walk("b", -1) == "bl"
    assert recall.walk("k", -1) is None
    assert recall.walk("bp", -1) == "bp lab!LabUnload"


def test_suggests_the_latest_that_goes_on(recall: Recall) -> None:
    assert recall.suggested("b") == "bl"
    assert recall.suggested("bp") == "bp lab!LabUnload"
    assert recall.suggested("bl") is None
    assert recall.suggested(" ") is None


def test_finds_older_and_older(recall: Recall) -> None:
    first = recall.found("l")
    assert first is not None and recall.lines[first] == "bl"
    second = recall.found("l", first)
    assert second is not None and recall.lines[second] == "bp lab!LabUnload"
    assert recall.found("l", second) is None


def test_what_is_given_is_on_file_at_once(recall: Recall) -> None:
    for line in ("g", "", "p", "p"):
        recall.add(line)
    assert history.read() == ["bp lab!LabUnload", "g", "k", "bl", "g", "p"]
    assert recall.lines == history.read()
