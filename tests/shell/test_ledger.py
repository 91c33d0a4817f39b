"""The ledger as a report: what is held, what was given back, and the words when the driver is gone."""

from __future__ import annotations

from pathlib import Path

from ntshell.debugger.session import Session
from ntshell.shell.report import as_json, lines_of
from ntshell.shell.shell import Shell
from ntshell.shell.wrap import fitted
from tests.debugger.test_leaks import LEAKY
from tests.run.rig import HEAD


def texts(shell: Shell, line: str = "!ledger") -> list[str]:
    return shell.run(line)[-1][2].text.split("\n")


def test_in_unload_both_halves_stand_there() -> None:
    shell = Shell(Session())
    shell.run("load lab; g")
    assert "Given back" not in "\n".join(texts(shell))
    shell.run("unload; stage; stage")
    report = shell.run("!ledger")[-1][2]
    lines = lines_of(report)
    at = next(n for n, line in enumerate(lines) if line.text == "Given back since lab's Unload began:")
    assert (
        lines[at + 2].text.split() == "interrupt ISR lab!LabIsr on IRQ 5 (vector 0x35) unload.c:37 init.c:222".split()
    )
    assert str(lines[at + 2].link) == "unload.c:37"
    data = as_json(report)
    assert data["count"] == len(data["ledger"]) > 10
    assert data["given back"][0]["kind"] == "interrupt"
    assert any(line.text.endswith("init.c:176") for line in fitted(report, 60))


def test_after_unload_the_words_say_how_it_ended(tmp_path: Path) -> None:
    shell = Shell(Session())
    shell.run("load lab; g; unload; g")
    assert texts(shell)[0] == "the drivers owe nothing"
    assert texts(shell)[-1] == "lab is gone and has given back everything"
    shell.run("p-")
    assert "is gone" not in "\n".join(texts(shell))
    source = tmp_path / "leaky.c"
    source.write_text(HEAD + LEAKY)
    shell.run(f"load {source}; g; unload; g")
    assert texts(shell)[-5:] == [
        "leaky is gone and has leaked 1 thing:",
        "! pool: tag 'Leak', 64 bytes nonpaged",
        "    taken at leaky.c:8 in DriverEntry",
        "    ExFreePool or ExFreePoolWithTag gives it back",
        "To mend it: release in Unload what DriverEntry took",
    ]
    assert as_json(shell.run("!ledger")[-1][2])["leaked"] == 1


def test_stages_fit_a_narrow_pane() -> None:
    shell = Shell(Session())
    shell.run("load lab; g; unload; stage; stage; stage")
    lines = lines_of(shell.run("!stages")[-1][2])
    shown = [line.text for line in lines]
    assert shown[:4] == [
        "Unload of lab",
        "[x] 1  disable and disconnect interrupts",
        "    board.c:24   WRITE_PORT_UCHAR",
        "    unload.c:37  gave back ISR lab!LabIsr on IRQ 5 (vector 0x35)",
    ]
    assert str(lines[1].link) == "board.c:24" and str(lines[3].link) == "unload.c:37"
    assert [line[:5] for line in shown if line[0] == "["] == [
        "[x] 1",
        "[>] 2",
        "[ ] 3",
        "[ ] 4",
        "[ ] 5",
        "[ ] 6",
        "[ ] 7",
    ]
