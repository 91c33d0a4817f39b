"""The shell: lines, comments, repeating, mistakes, completion, the prompt, and inspection that touches nothing."""

from __future__ import annotations

from json import dumps
from pathlib import Path

import attrs
import pytest

from ntshell.base.errors import NotNow, NtshellError, UsageError
from ntshell.debugger.session import Session
from ntshell.shell import verbs
from ntshell.shell.command import TABLE
from ntshell.shell.report import as_json
from ntshell.shell.shell import QuitShell, Shell, split

LOOKING = (
    "k", "kn", "kb", "kp", ".frame", "dv", "dv /t /v /i", "r", "dt _IRP", "dt DriverObject -r1", "db DriverObject L40",
    "dd DriverObject", "dps DriverObject", "? 1", "?? DriverObject->DriverName", ".formats 41", "x lab!*", "ln @$ip", "lm", "lmv",
    "ls", "lsa @$ip", "!drvobj lab 7", "!devobj Lab0", "!devstack Lab0", "!object \\", "!object \\Device", "!handle", "!irql",
    "!dpcs", "!idt", "!timer", "!lines", "!pcr", "!irpfind", "!reg", "!pool", "!pool DriverObject", "!poolused", "!poolfind Lab*",
    "!thread", "!process 0 0", "!ready", "!ledger", "!stages", "!stages Unload", "!events all", "!findings", "!analyze -v",
    ".bugcheck", ".lastevent", ".help", "vertarget", "!error c0000120", "bl", "io list", "!irp", "!irp 12345",
)  # fmt: skip


@pytest.fixture
def shell() -> Shell:
    made = Shell(Session())
    made.run("load lab")
    return made


def output(shell: Shell, line: str) -> str:
    return "\n".join(report.text for _, _, report in shell.execute(line))


def test_split() -> None:
    assert split("p; t ;g") == ["p", "t", "g"]
    assert split('.echo "a;b"; p') == ['.echo "a;b"', "p"]
    assert split("* all of it; p") == []
    assert split("p; * the rest; t") == ["p"]
    assert split("p; $$ this; t") == ["p", "t"]
    assert split("bp `a;b.c:1`") == ["bp `a;b.c:1`"]
    assert split('p 2 $$ two "of them; t\t$$ one') == ["p 2", "t"]
    assert split('? @$t0+$$x; .echo "a $$ b"') == ["? @$t0+$$x", '.echo "a $$ b"']


def test_repeat(shell: Shell) -> None:
    shell.run("p")
    position = shell.session.k.journal.position
    shell.run("")
    assert shell.session.k.journal.position > position
    first = output(shell, "db DriverObject L10")
    assert output(shell, "") != first
    shell.run("k")
    assert output(shell, "") == output(shell, "k")
    for line in (".echo x", "bp LabIsr", "tick", "io list", ".restart"):
        shell.run(f"!irql; {line}")
        assert shell.run("") == [], line


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("lodd hello", "did you mean load"),
        ("!drvojb", "did you mean !drvobj"),
        ("u LabIsr", "ls lists the source"),
        ("dt _DRIVER_OBJEKT", "did you mean _DRIVER_OBJECT"),
        ("load nosuch", "nosuch"),
        ("load", "source is missing"),
        ("dd 0x12345678901", "nothing"),
        ("!devobj Lab9", "no device object"),
        ("!object \\Devise", "did you mean Device"),
        ("!irp 10", "Unable to read"),
        ("!reg \\Registry\\Machine\\Hardwear", "did you mean"),
        ("io read 7 4", "no file is open"),
        ("io raed 7 4", "did you mean read"),
        ("fire lab7", "no device"),
        ("tick soon", "is no time"),
        ("bc 9", "no breakpoint 9"),
        ("p zero", "resolve"),
        ("!tt ffffff", "not recorded"),
        ("r $irql = 3", "cannot be set"),
        (".frame 99", "no frame"),
        ("x nosuch!*", "no symbol"),
        ("!pool 0", "no pool address"),
        ("!events noise", "no events"),
        ("p 1 2", "too much"),
    ],
)
def test_mistake(shell: Shell, line: str, words: str) -> None:
    try:
        said = output(shell, line)
    except NtshellError as error:
        said = str(error)
    assert words in said


def test_without_driver() -> None:
    shell = Shell(Session())
    for line in ("unload", "!drvobj", "io open x", "dv"):
        with pytest.raises(NotNow):
            shell.run(line)


def test_prompt(shell: Shell) -> None:
    assert shell.prompt() == "0:0003 lab!DriverEntry kd> "
    shell.run("g; fire lab0")
    assert shell.prompt().endswith("lab!LabIsr DIRQL 22 kd> ")


def test_quit(shell: Shell) -> None:
    with pytest.raises(QuitShell):
        shell.run("q")


def test_completion(shell: Shell) -> None:
    def offered(text: str) -> list[str]:
        return [word for word, _, _ in shell.complete(text)]

    assert "!drvobj" in offered("!dr")
    assert "lab" in offered("load l")
    assert "LabUnload" in offered("bp LabUn")
    assert "LabIsr" in offered("x LabI")
    assert "_DRIVER_OBJECT" in offered("dt _DRIVER_O")
    assert "lab0" in offered("fire ")
    assert "read" in offered("io r")
    assert "@$irql" in offered("? @$ir")
    assert "DriverObject->DriverName" in offered("? DriverObject->Driv")
    assert "DriverObject->DriverName.Length" in offered("?? DriverObject->DriverName.")
    assert offered("? Nosuch->") == []
    assert "STATUS_CANCELLED" in offered("!error STATUS_CANC")
    assert "`init.c:" in offered("bp `in") and "lab!`init.c:" in offered("g lab!`in")
    assert len(offered("!tt ")) == 2
    for word, start, note in shell.complete("p; dt _DRIVER_O"):
        assert "p; dt _DRIVER_O"[start:] == word[: len("_DRIVER_O")]
        assert note


def test_looking_changes_nothing(shell: Shell) -> None:
    shell.run("g; io open \\\\.\\LAB1; io read 1 4; fire lab0")
    journal = shell.session.k.journal
    before = (journal.position, journal.last, len(journal.log), len(journal.future), len(shell.session.k.events))
    for line in LOOKING:
        try:
            shell.run(line)
        except UsageError:
            pass
        now = (journal.position, journal.last, len(journal.log), len(journal.future), len(shell.session.k.events))
        assert now == before, line


def test_broken_list(shell: Shell) -> None:
    shell.run("g")
    k = shell.session.k
    k.set_pointer(k.ke.dpc_list, 0x1234)
    assert "is broken" in output(shell, "!dpcs")
    k.set_pointer(k.ke.timer_list, k.ke.timer_list + 8)
    assert "is broken" in output(shell, "!timer")
    assert shell.evaluate("@$dpcs") == 0


def test_families() -> None:
    verbs.load()
    declared: dict[str, list[str]] = {}
    for name, each in TABLE.items():
        declared.setdefault(each.run.__module__.rpartition(".")[2], []).append(name)
    assert {family: names.split() for family, names in verbs.FAMILIES.items()} == declared


def test_every_command_has_a_group() -> None:
    assert all(each.group for each in TABLE.values())


def test_facts_of_findings(tmp_path: Path) -> None:
    file = tmp_path / "bad.c"
    file.write_text(
        "#include <ntddk.h>\nVOID Unload(PDRIVER_OBJECT D) { }\n"
        "NTSTATUS DriverEntry(PDRIVER_OBJECT D, PUNICODE_STRING R) {\n D->DriverUnload = Unload;\n"
        " ExAllocatePoolWithTag(NonPagedPool, 8, 'a');\n return 0; }\n"
    )
    shell = Shell(Session())
    before = as_json(shell.run(f"load {file}; g")[-1][2])
    assert (before["bugcheck"], before["findings"], "parameters" in before) == (0, [], False)
    shown = as_json(shell.run("unload; g")[-1][2])
    assert shown["findings"], shown
    found = shown["findings"][-1]
    assert found["held"][0]["place"] == {"file": str(file), "line": 5}
    assert {"code", "name", "rule", "mend", "place", "fatal", "driver"} <= set(found)
    if shown["stop"] == "bugcheck":
        assert shown["name"] == found["name"]
    assert as_json(shell.run("!findings")[-1][2])["findings"][-1] == found
    assert as_json(shell.run("p-")[-1][2])["findings"] == []
    dumps(shown)


def test_facts_of_a_bug_check(tmp_path: Path) -> None:
    file = tmp_path / "null.c"
    file.write_text(
        "#include <ntddk.h>\nNTSTATUS DriverEntry(PDRIVER_OBJECT D, PUNICODE_STRING R) {\n return *(int*)16; }\n"
    )
    shown = as_json(Shell(Session()).run(f"load {file}; g")[-1][2])
    assert shown["stop"] == "bugcheck" and isinstance(shown["bugcheck"], int)
    assert shown["parameters"][:1] == shown["findings"][0]["parameters"][:1]
    assert all(each.startswith("0x") for each in shown["parameters"]) and len(shown["parameters"]) == 4
    assert shown["findings"][0]["code"] == shown["bugcheck"] and shown["findings"][0]["fatal"]


def test_a_view_leaves_no_trace(shell: Shell) -> None:
    shell.run("g LabCreateBoard; ls; .frame 1; db DriverObject; .echo x; k")
    before = attrs.asdict(shell, recurse=False)
    for line in LOOKING:
        try:
            shown = shell.view(line).text
        except UsageError:
            continue
        assert attrs.asdict(shell, recurse=False) == before, line
        assert shown == output(attrs.evolve(shell), line), line


def test_a_view_means_the_frame_in_view(shell: Shell) -> None:
    shell.run("g LabCreateBoard")
    inner = shell.view("dv").text
    shell.run(".frame 1")
    assert shell.view("dv").text == output(shell, "dv") != inner
    shell.run("p")
    assert shell.view(".frame").text.startswith("00")
    assert output(shell, ".frame").startswith("00")


def test_a_view_tells_mistakes(shell: Shell) -> None:
    with pytest.raises(UsageError, match="no command"):
        shell.view("nowhere")
    with pytest.raises(NotNow):
        Shell(Session()).view("!drvobj")
