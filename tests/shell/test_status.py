"""How a session stands."""

from __future__ import annotations

from typing import Any

from ntshell.debugger.session import Session
from ntshell.shell.report import as_json
from ntshell.shell.shell import Shell
from ntshell.shell.status import status


def facts(session: Session) -> dict[str, Any]:
    found: dict[str, Any] = as_json(status(session))["status"]
    return found


def test_before_anything_is_loaded() -> None:
    found = facts(Session())
    assert (found["driver"], found["state"], found["owed"], found["crash"]) == ("", "idle", 0, "")
    assert "no driver" in status(Session()).text


def test_where_it_stands() -> None:
    shell = Shell(Session())
    shell.run("load lab; g; io open \\\\.\\LAB1; io read 1 4; fire lab0")
    found = facts(shell.session)
    journal = shell.session.k.journal
    assert found["driver"] == "lab" and found["state"] == shell.session.stop.kind
    assert found["position"] == found["last"] == journal.position
    assert found["irql"] == shell.evaluate("@$irql") > 2 and found["level"] == "DIRQL"
    assert found["owed"] == shell.evaluate("@$ledger") > 0
    shell.run("gu")
    assert (facts(shell.session)["level"], facts(shell.session)["irql"]) == ("DISPATCH_LEVEL", 2)
    shell.run("t-; t-")
    found = facts(shell.session)
    assert found["position"] < found["last"]
    shell.run("g; tick 1s")
    assert facts(shell.session)["time"] == shell.session.k.machine.now >= 10_000_000


def test_a_bug_check_is_named_and_a_broken_list_is_no_fault() -> None:
    shell = Shell(Session())
    shell.run("load lab_late; g; unload; g `unload.c:83`; fire lab0; g")
    assert facts(shell.session)["crash"] == "DRIVER_IRQL_NOT_LESS_OR_EQUAL"
    assert facts(shell.session)["state"] == "bugcheck"
    k = shell.session.k
    k.set_pointer(k.ke.dpc_list, 0x1234)
    assert facts(shell.session)["dpcs"] is None
