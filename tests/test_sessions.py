"""The walkthroughs can be followed as they stand: every command in them runs, and does what the text says it does.

Commands are the lines of ```kd blocks; what the text promises stands behind it as `<!-- .expect ... -->` and its kin.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ntshell.base.shipped import folder
from ntshell.debugger.session import Session
from ntshell.shell.script import run_lines
from ntshell.shell.shell import Shell

LESSONS = sorted(folder("sessions").glob("*.md"))
_PART = re.compile(r"^```kd\n(.*?)^```|^<!-- (\..*?) -->", re.S | re.M)


def commands(lesson: Path) -> list[str]:
    """Commands and promises, in their order."""
    text = lesson.read_text(encoding="utf-8")
    return [line for block, promise in _PART.findall(text) for line in (promise or block).strip().splitlines()]


def test_there_are_walkthroughs() -> None:
    assert LESSONS


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_it_can_be_followed(lesson: Path) -> None:
    shell = Shell(Session())

    for _ in run_lines(shell, commands(lesson), lesson.name):
        pass

    assert shell.session.unexpected() == []
    assert any(line.startswith(".expect") for line in commands(lesson))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_its_links_lead_somewhere(lesson: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", lesson.read_text(encoding="utf-8")):
        assert (lesson.parent / target).exists(), target
