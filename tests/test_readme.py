"""The README is true: its transcript is what ntshell says, its commands exist, its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from ntshell.shell import verbs
from ntshell.shell.command import TABLE

LEFT_OUT = "[...]"
COMMAND = re.compile(r"kd> (.+)$", re.M)


def text(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def transcript(root: Path) -> list[str]:
    """The lines of the transcript: the block that opens ntshell."""
    blocks = re.findall(r"^```console\n(\$ ntshell .*?)^```", text(root), re.M | re.S)
    return next(block for block in blocks if "kd> " in block).splitlines()


def matches(shown: list[str], wanted: list[str]) -> str:
    """'' when the wanted lines come in this order, with nothing between but where lines are left out; else the first lost."""
    at, free = 0, False
    for line in wanted:
        if line == LEFT_OUT:
            free = True
            continue
        found = next(
            (n for n in range(at, len(shown) if free else at + 1) if n < len(shown) and shown[n] == line), None
        )
        if found is None:
            return f"{line!r} is not after {shown[max(at - 1, 0)]!r}"
        at, free = found + 1, False
    return ""


def test_the_transcript_is_real(root: Path) -> None:
    first, *wanted = transcript(root)
    commands = COMMAND.findall("\n".join(wanted))
    argv = [sys.executable, "-m", "ntshell", *first.split()[2:]]
    done = subprocess.run(argv, input="\n".join(commands), capture_output=True, text=True, timeout=120, check=False)
    assert matches(done.stdout.splitlines(), wanted) == "", done.stdout + done.stderr


def test_commands_named_are_commands(root: Path) -> None:
    verbs.load()
    section = text(root).split("\n## Commands\n")[1].split("\n## ")[0]
    named = re.findall(r"`` (.+?) ``|`([^`]+)`", section.split("| | |")[1])
    words = {(one or two).split()[0] for one, two in named} - {"*", "$$", "commands/", "sessions/"}
    assert len(words) > 30
    assert not {word for word in words if word not in TABLE}


def test_links_lead_somewhere(root: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", text(root)):
        assert "://" in target or (root / target).exists(), target
