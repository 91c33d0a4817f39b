"""The walkthroughs can be followed as they stand: every command in them runs, and does what the text says it does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ntshell.debugger.session import Session
from ntshell.shell.script import run_lines
from ntshell.shell.shell import Shell
from ntshell.tutor import walkthrough

LESSONS = walkthrough.shipped()


def test_there_are_walkthroughs() -> None:
    assert LESSONS


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_it_can_be_followed(lesson: Path) -> None:
    script = walkthrough.read(lesson).script
    shell = Shell(Session())

    for _ in run_lines(shell, script, lesson.name):
        pass

    assert shell.session.unexpected() == []
    assert any(line.startswith(".expect") for line in script)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_its_links_lead_somewhere(lesson: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", lesson.read_text(encoding="utf-8")):
        assert (lesson.parent / target).exists(), target
