"""What !analyze knows of the race in lab_late's Unload."""

from __future__ import annotations

import pytest

from ntshell.debugger.analyze import analyze
from ntshell.debugger.session import Session, SessionOptions
from ntshell.shell.shell import Shell


@pytest.mark.parametrize("arch", ["x86", "x64"])
def test_race(arch: str) -> None:
    shell = Shell(Session(SessionOptions(arch=arch)))
    shell.run("load lab_late; g; unload; g `unload.c:83`; fire lab0; g")
    k = shell.session.k
    assert k.crash is not None
    analysis = analyze(k, k.crash)
    assert analysis.title == "DRIVER_IRQL_NOT_LESS_OR_EQUAL (d1)"
    assert [value for value, _ in analysis.arguments] == list(k.crash.parameters)
    facts = {fact.label: fact for fact in analysis.facts}
    assert facts["At fault"].text == "in lab_late!LabEmptyFifo"
    assert "has been freed" in facts["Touched"].text
    freed, still = facts["Freed"].place, facts["Still connected"]
    assert freed is not None
    assert freed.name == "unload.c"
    assert "LabIsr" in still.text
    assert "LabUnload" in facts["Interrupted"].text
    assert "stage 1" in facts["The rule"].text


def test_nothing() -> None:
    shell = Shell(Session())
    ((_, _, report),) = shell.run("!analyze")
    assert "nothing to analyze" in report.text
