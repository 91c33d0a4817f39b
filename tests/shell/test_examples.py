"""Every command has help, and its examples run."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.debugger.session import Session, SessionOptions
from ntshell.shell import verbs
from ntshell.shell.command import TABLE, Command
from ntshell.shell.report import as_json
from ntshell.shell.shell import Shell

verbs.load()
COMMANDS = list(dict.fromkeys(TABLE.values()))
WITHOUT = {"q", ".expect_finding"}  # one ends the shell, the other needs a driver that breaks a rule


@pytest.mark.parametrize("each", COMMANDS, ids=lambda each: each.name)
def test_help(each: Command) -> None:
    assert each.summary.endswith(".")
    assert each.usage.startswith(each.name)
    assert each.examples or each.name in WITHOUT
    Shell(Session()).run(f".help {each.name}")


@pytest.mark.parametrize("arch", ["x86", "x64"])
@pytest.mark.parametrize(
    ("each", "example"),
    [(each, example) for each in COMMANDS for example in each.examples],
    ids=lambda it: getattr(it, "name", it),
)
def test_example(each: Command, example: str, arch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # an example may write a file
    shell = Shell(Session(SessionOptions(arch=arch)))
    if "load " not in example:
        shell.run("load lab")
    for found, _, report in shell.execute(example):
        assert found is not None
        as_json(report)
