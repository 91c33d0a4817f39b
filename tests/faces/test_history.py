"""The history file: prompt_toolkit's format, one write an entry, and never the session's fault."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from prompt_toolkit.history import FileHistory

from ntshell.faces import history


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path


def test_lines_are_kept_without_repetitions() -> None:
    assert history.read() == []
    assert not history.history_file().parent.exists()
    for line in ("p", "p", "", "  ", "g", "p"):
        history.append(line)
    assert history.read() == ["p", "g", "p"]


@pytest.mark.parametrize("line", ["p", "a\nb", "a\n\n+b\n", "# no comment", "+", " é ☃\r", "x\x0cy\u2028z"])
def test_the_format_is_prompt_toolkits(line: str) -> None:
    theirs = FileHistory(history.history_file())
    history.append("first")
    theirs.store_string(line)
    assert history.read() == ["first", line]
    history.append("between")
    history.append(line)
    assert list(theirs.load_history_strings()) == [line, "between", line, "first"]


def test_a_file_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    history.append("p")
    with history.history_file().open("ab") as file:
        file.write(b"\n# now\n+\xff broken")
    assert history.read() == ["p", "\ufffd broken"]
    history.append("g")
    assert history.read()[-1] == "g"


def test_a_folder_that_cannot_be_written_is_no_fault(home: Path) -> None:
    (home / "ntshell").write_text("", encoding="utf-8")
    history.append("p")
    assert history.read() == []


def test_two_writers_do_not_mix() -> None:
    script = (
        "import sys\nfrom ntshell.faces.history import append\nfor n in range(50): append(f'{sys.argv[1]} {n}\\nmore')"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, name]) for name in "ab"]
    assert [each.wait(60) for each in writers] == [0, 0]
    lines = history.read()
    for name in "ab":
        assert [line for line in lines if line.startswith(name)] == [f"{name} {n}\nmore" for n in range(50)]
    assert len(lines) == 100
