"""The line shell: highlighting, rendering, history, completion, and the loop itself on a terminal."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import fragment_list_to_text
from prompt_toolkit.output.color_depth import ColorDepth
from pygments.token import Comment, Keyword, Name, Number, String

from ntshell.debugger.session import Session
from ntshell.faces import history
from ntshell.faces.lexer import CommandLexer
from ntshell.faces.prompt import theme
from ntshell.faces.prompt.completer import ShellCompleter
from ntshell.faces.prompt.history import History
from ntshell.faces.prompt.render import formatted
from ntshell.faces.prompt.toolbar import toolbar
from ntshell.shell import verbs
from ntshell.shell.report import Line, Report, Table, Text, cell
from ntshell.shell.shell import Shell


def tokens(text: str) -> list[tuple[object, str]]:
    return [(kind, value) for kind, value in CommandLexer(ensurenl=False).get_tokens(text) if value.strip()]


def test_commands_are_highlighted() -> None:
    verbs.load()
    assert tokens('bp `init.c:12`; io write 1 "hi" $$ so') == [
        (Keyword, "bp"),
        (String.Backtick, "`init.c:12`"),
        (tokens(";")[0][0], ";"),
        (Keyword, "io"),
        *tokens("io write")[1:],
        (Number, "1"),
        (String.Double, '"hi"'),
        *tokens("g $$ so")[1:],
    ]
    assert tokens("nowhere 1")[0] == (Name, "nowhere")
    assert tokens("* all of it")[0][0] is Comment
    assert (Name.Variable, "@$irql") in tokens("? @$irql + 2")


@pytest.mark.parametrize("text", ["", "p", ";;", '"', "`x", "? (", "io open \\\\.\\LAB1", "é \x1b"])
def test_every_text_can_be_highlighted(text: str) -> None:
    assert "".join(value for _, value in CommandLexer(ensurenl=False, stripnl=False).get_tokens(text)) == text


def test_nothing_of_a_report_is_lost_on_a_terminal() -> None:
    lines = (
        Line("stopped", "head"),
        Line("     41:     /* before */", "source"),
        Line(">    42:     IoDeleteDevice(Device);    /* gone */", "current"),
        Line("      43:  * inside a comment", "source"),
        Line('     44: #define X "a\\', "source"),
        Line("!    broken", "bad"),
    )
    table = Table("rows", ("a", "b"), ((cell(1), cell(2, mark="!")),))
    report = Report((Text(lines), table))
    assert fragment_list_to_text(formatted(report)) == report.text
    styles = {style for style, *_ in formatted(report)}
    assert any("pygments.comment" in style for style in styles)
    assert any("line.current" in style for style in styles)


def test_the_history_is_the_one_that_every_face_keeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    history.append("bl")
    shown = History()
    assert list(shown.load_history_strings()) == ["bl"]
    for line in ("p", "p", "", "  ", "g", "p"):
        shown.append_string(line)
    assert shown.get_strings() == ["p", "g", "p"]
    assert list(History().load_history_strings()) == ["p", "g", "p", "bl"]


def test_completion_has_notes_and_starts_at_the_word() -> None:
    completer = ShellCompleter(Shell(Session()))
    found = list(completer.get_completions(Document("p; unl"), CompleteEvent()))
    assert [(each.text, each.start_position) for each in found] == [("unload", -3)]
    assert found[0].display_meta_text


def test_themes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert theme.color_depth() is ColorDepth.DEPTH_1_BIT
    monkeypatch.delenv("NO_COLOR")
    assert theme.color_depth() is None
    for name in ("", "monokai"):
        monkeypatch.setenv("NTSHELL_THEME", name)
        assert theme.style().get_attrs_for_style_str("class:pygments.keyword").color
    monkeypatch.setenv("NTSHELL_THEME", "nowhere")
    assert theme.style().get_attrs_for_style_str("class:line.bad").bold
    assert capsys.readouterr().err == "ntshell: NTSHELL_THEME: Pygments has no style called nowhere\n"


def test_the_toolbar_says_where_we_are() -> None:
    session = Session()
    assert "no driver" in fragment_list_to_text(toolbar(session))
    session.load("hello")
    shown = fragment_list_to_text(toolbar(session))
    assert "hello" in shown
    assert "IRQL 0 PASSIVE_LEVEL" in shown
    assert "DPCs 0" in shown


# --- on a terminal ---------------------------------------------------------------------------------------------------
class Terminal:
    """A child on a pseudo terminal."""

    def __init__(self, pid: int, handle: int) -> None:
        self.pid = pid
        self.handle = handle
        self.seen = ""
        self.rest = ""  # what came and was not waited for yet

    def type(self, text: str) -> None:
        os.write(self.handle, text.encode())

    def until(self, *texts: str, seconds: float = 30) -> None:
        """Read until these have come, one after the other."""
        end = time.monotonic() + seconds
        for text in texts:
            while text not in self.rest:
                assert time.monotonic() < end, f"waited for {text!r} in {self.rest!r}"
                if select.select([self.handle], [], [], 0.1)[0]:
                    self.rest += self._read()
            self.rest = self.rest[self.rest.index(text) + len(text) :]

    def _read(self) -> str:
        data = os.read(self.handle, 65536).decode(errors="replace")
        if "\x1b[6n" in data:  # asked where the cursor is
            os.write(self.handle, b"\x1b[1;1R")
        self.seen += data
        return data

    def leave(self, keys: str) -> int:
        """Type what ends the session, again if it came too early to be seen; the exit code."""
        for _ in range(20):
            with suppress(OSError):
                self.type(keys)
            end = time.monotonic() + 1.5
            while time.monotonic() < end:
                if select.select([self.handle], [], [], 0.05)[0]:
                    with suppress(OSError):  # its other end is closed
                        self._read()
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    return os.waitstatus_to_exitcode(status)
        raise AssertionError(f"still running: {self.seen!r}")


@contextmanager
def terminal(*argv: str, **environment: str) -> Iterator[Terminal]:
    pty = pytest.importorskip("pty")
    pid, handle = pty.fork()
    if pid == 0:
        os.environ.update(environment)
        os.execv(sys.executable, [sys.executable, "-m", "ntshell", *argv])
    child = Terminal(pid, handle)
    try:
        yield child
    finally:
        try:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(handle)


@pytest.mark.parametrize("kind", ["xterm-256color", "dumb"])
def test_a_session_on_a_terminal(kind: str, tmp_path: Path) -> None:
    with terminal("shell", "hello", TERM=kind, XDG_STATE_HOME=str(tmp_path)) as child:
        child.until("hello!DriverEntry", "kd>")
        child.type("lm\r")
        child.until("hello", "kd>")
        child.type("nowhere\r")
        child.until("ntshell: there is no command nowhere", "kd>")
        child.type("\x03")
        assert child.leave("q\r") == 0
        assert "Traceback" not in child.seen
    assert "+lm" in (tmp_path / "ntshell" / "history").read_text(encoding="utf-8")


def test_ctrl_c_breaks_in_and_the_session_goes_on(tmp_path: Path) -> None:
    source = tmp_path / "endless.c"
    source.write_text(
        "#include <ntddk.h>\nULONG Spins;\nNTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT D, PUNICODE_STRING R)\n"
        "{\n    for (;;) {\n        Spins++;\n    }\n    return STATUS_SUCCESS;\n}\n",
        encoding="utf-8",
    )
    with terminal(str(source), TERM="dumb", XDG_STATE_HOME=str(tmp_path)) as child:
        child.until("endless!DriverEntry", "kd>")
        child.type("g\r")
        time.sleep(0.7)
        child.type("\x03")
        child.until("Ctrl+C", "kd>")
        child.type("? 1 + 1\r")
        child.until("= 00000002", "kd>")
        assert child.leave("\x04") == 0


def test_commands_given_beforehand_come_first() -> None:
    with terminal("hello", "-c", "p; .echo so far", TERM="dumb") as child:
        child.until("so far", "kd>")
        assert child.leave("q\r") == 0
