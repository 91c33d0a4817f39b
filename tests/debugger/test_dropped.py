"""A recorded future that is given up is told of; one that is redone is not."""

from __future__ import annotations

from ntshell.debugger.session import Session
from ntshell.shell.shell import Shell


def test_what_was_recorded_ahead_and_goes_is_said() -> None:
    shell = Shell(Session())
    shell.run("load lab; g")
    session = shell.session
    last = session.k.journal.last
    shell.run("!tt a5")
    assert session.stop.dropped is None
    report = shell.run("fire lab0")[-1][2]
    assert session.stop.dropped == (0xA6, last)
    assert f"positions a6 to {last:x}, which were recorded ahead, are dropped" in report.text.split("\n")
    assert dict(report.data)["dropped"] == (0xA6, last)
    assert "dropped" not in shell.run("g")[-1][2].text


def test_what_is_redone_or_was_only_looked_at_is_not() -> None:
    shell = Shell(Session())
    session = shell.session
    shell.run("load lab; g; g-; p 5; g")
    assert session.stop.dropped is None and session.stop.kind == "idle"
    shell.run("unload; stage; stage; fire lab0")  # `stage` has seen one position ahead; nobody has been there
    assert session.stop.dropped is None
    shell.run("p-; p-; p-; g")  # back over the fire: from there on it goes anew
    assert session.stop.dropped is not None
