"""The timeline as text: a row for each level, the marks, the present and the ends."""

from __future__ import annotations

import pytest

from ntshell.base.errors import UsageError
from ntshell.debugger.session import Session
from ntshell.shell.report import as_json
from ntshell.shell.shell import Shell


def test_the_timeline_in_eighty_columns() -> None:
    shell = Shell(Session())
    shell.run("load lab_late; g; unload; stage; stage; stage; fire lab0; g")
    position = shell.session.k.journal.position
    lines = shell.run("!timeline")[-1][2].text.split("\n")
    assert max(map(len, lines)) <= 80
    assert [line.split()[0] for line in lines[:3]] == ["DIRQL", "DISPATCH_LEVEL", "PASSIVE_LEVEL"]
    assert len(lines[0]) == len(lines[2]) == 80 and lines[0].endswith("#")
    assert {"s", "c", ">", "!"} <= set(lines[3])
    assert lines[4] == " " * 79 + "^"
    assert lines[5] == f"at {position:04x}".ljust(16) + "0000" + f"{position:04x}".rjust(60)
    assert lines[6].startswith("! finding  > input")
    shell.run("!tt 20")
    behind = shell.run("!timeline 20")[-1][2]
    lines = behind.text.split("\n")
    assert lines[2].startswith("PASSIVE_LEVEL   #") and lines[2].endswith(":")
    assert lines[5].endswith(f"{position:04x}")
    data = as_json(behind)
    assert (data["oldest"], data["position"], data["last"]) == (0, 0x20, position)
    assert len(data["columns"]) == 32
    assert set(data["columns"][0]) == {"position", "until", "irql", "marks", "here", "text"}
    assert [each["name"] for each in data["levels"]] == ["PASSIVE_LEVEL", "DISPATCH_LEVEL", "DIRQL 22"]


def test_a_width_must_be_one() -> None:
    shell = Shell(Session())
    assert "PASSIVE_LEVEL" in shell.run("!timeline 1")[-1][2].text
    with pytest.raises(UsageError, match="columns"):
        shell.run("!timeline 0")
