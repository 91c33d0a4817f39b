"""The app on a real terminal: sizes, few colours or none, and a terminal as it was however the app ends."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from ntshell.base.errors import Exit
from ntshell.cli import BUG

try:
    from tests.faces.terminal import POSIX, terminal
except ImportError:
    POSIX = False

pytestmark = pytest.mark.skipif(not POSIX, reason="no pseudo-terminals here")
Driver = Callable[[str], str]
STANDS = "lab!DriverEntry is about to run"
# what opens the app as `ntshell` does, with a mistake of ours in it
BROKEN = """
import sys
from ntshell.faces.tui.app import NtshellApp
NtshellApp.action_next_layout = lambda self: 1 // 0
from ntshell.cli import main
raise SystemExit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=["80x24", "120x40", "200x60"])
def test_sizes(size: tuple[int, int]) -> None:
    with terminal("lab", size=size) as there:
        there.shows("Source", "IRQL", "LabReadConfiguration(&Config);")
        there.tops(STANDS)
        there.press("F10")
        there.tops("init.c:30")
        there.press("S-F10")
        there.tops("init.c:28")
        there.press("\x1b")
        there.shows("┏━ Source")
        there.press("q")
        assert there.end() == Exit.CLEAN
        assert there.is_sane()


def test_it_opens_on_lab_and_takes_what_batch_takes(driver: Driver) -> None:
    with terminal("--arch", "x64", "-c", "? 8 + 1; ? nowhere", "lab") as there:
        there.shows("= 00000000`00000009", "nowhere")
        there.press("\x11")
        assert there.end() == Exit.CLEAN  # a mistake in -c is shown inside
    with terminal("--steps", "2000", driver("endless"), "-c", "g") as there:
        there.tops("the step budget is spent")
    with terminal() as there:
        there.shows(STANDS)


def test_the_line_shell_where_the_app_cannot_draw() -> None:
    for argv, variables in ((("shell", "lab"), {}), (("lab",), {"TERM": "dumb"})):
        with terminal(*argv, **variables) as there:
            there.shows(STANDS, "kd>")
            assert b"\x1b[?1049h" not in there.written


def test_mistakes_are_told_before_a_screen_is_opened() -> None:
    wrong = (("labb",), "did you mean lab?"), (("--machine", "no.toml"), "no.toml"), (("-I", "/nowhere"), "/nowhere")
    for argv, named in wrong:
        for verb in ((), ("shell",)):
            with terminal(*verb, *argv) as there:
                assert there.end() == Exit.USAGE
                assert named in there.text
                assert b"\x1b" not in there.written


def test_a_driver_that_does_not_compile_opens_the_app(driver: Driver) -> None:
    with terminal(driver("syntax")) as there:
        there.shows("syntax.c:3")
        there.press("\x11")
        assert there.end() == Exit.CLEAN


def test_no_color_loses_nothing() -> None:
    for no_color in ("1", None):
        with terminal("lab", NO_COLOR=no_color) as there:
            there.tops(f"> {STANDS}", "IRQL 0 PASSIVE")
            there.shows("> 28", "▶ ", "[ ] 6", "F10 Over", "kd>")  # what stands out does so by a sign
            sent = re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)[;m]", there.written)  # the last one may have come in half
            assert all(len(set(each)) == 1 for each in sent) is bool(no_color)  # only greys


@pytest.mark.parametrize("term", ["xterm", "xterm-16color", "screen"])
def test_sixteen_colours_are_the_terminals_own(term: str) -> None:
    with terminal("lab", TERM=term, COLORTERM=None) as there:
        there.shows(STANDS, "PASSIVE_LEVEL")
        assert not re.search(rb"[34]8;[25];", there.written)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_ended_by_others(ending: signal.Signals) -> None:
    with terminal("lab") as there:
        there.shows(STANDS)
        os.kill(there.pid, ending)
        assert there.end() == 128 + ending
        assert there.is_sane()


def test_a_driver_that_runs_for_ever_holds_nobody(driver: Driver) -> None:
    for leave in ("\x11", signal.SIGTERM):
        with terminal(driver("endless"), "-c", "g") as there:
            there.shows("running")
            there.press(leave) if isinstance(leave, str) else os.kill(there.pid, leave)
            assert there.end() == (0 if isinstance(leave, str) else 128 + leave)
            assert there.is_sane()


def test_a_bug_of_ours(tmp_path: Path) -> None:
    with terminal("lab", command=("-c", BROKEN), XDG_STATE_HOME=str(tmp_path)) as there:
        there.shows(STANDS)
        there.press(".echo remember me\r")
        there.shows("kd> .echo remember me")
        there.press("\x1bOQ")
        assert there.end() == BUG
        assert there.is_sane()
        shown = there.written.decode().rpartition("\x1b[?1049l")[2]
        assert "ZeroDivisionError" in shown
        assert "this is a bug of ntshell's" in shown.strip().splitlines()[-1]
    assert "+.echo remember me" in (tmp_path / "ntshell" / "history").read_text()
