"""A real terminal for ntshell: a process on a pseudo-terminal, its screen as text and colours, and its settings."""

from __future__ import annotations

import os
import re
import select
import signal
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import attrs

try:  # not on Windows
    import fcntl
    import pty
    import termios
except ImportError:
    POSIX = False
else:
    POSIX = True

import pyte

PATIENCE = 20.0  # seconds; only what is broken takes them all
# what pyte takes for text: keyboard protocols, queries of modes
_UNKNOWN = re.compile(rb"\x1b\[[<>=][0-9;]*u|\x1b\[\?[0-9]+\$p")
KEYS = {"F5": "\x1b[15~", "F10": "\x1b[21~", "F11": "\x1b[23~", "S-F10": "\x1b[21;2~", "S-F11": "\x1b[23;2~"}


@attrs.define
class Terminal:
    """A process and what stands on its screen; `written` is all that it has written."""

    pid: int
    fd: int
    screen: pyte.Screen
    stream: pyte.ByteStream
    before: list[object]  # the terminal's settings before the process had it
    written: bytes = b""
    code: int | None = None
    fed: int = 0

    @property
    def text(self) -> str:
        """The screen."""
        whole = self.written.rfind(b"\x1b") if self.written[-16:].count(b"\x1b") else len(self.written)
        end = whole if whole >= self.fed else len(self.written)
        self.stream.feed(_UNKNOWN.sub(b"", self.written[self.fed : end]))
        self.fed = end
        return "\n".join(self.screen.display)

    def read(self, seconds: float) -> bool:
        """Take what the process writes within some time; False when there is nothing, or nobody to write."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        try:
            told = os.read(self.fd, 1 << 16) if ready else b""
        except OSError:  # how Linux says that nobody has the terminal any more
            told = b""
        self.written += told
        return bool(told)

    def tops(self, *words: str) -> str:
        """Wait until all these words are in the first line; the whole screen then."""
        return self.shows(*words, lines=1)

    def shows(self, *words: str, lines: int = 1000) -> str:
        """Wait until all these words are on the screen; the whole screen then."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            seen = "\n".join(self.text.splitlines()[:lines])
            if all(word in seen for word in words):
                return self.text
            if not self.read(0.2) and self.ended():
                break
        raise AssertionError(f"not seen: {words}, code {self.code}\n{self.text}")

    def press(self, *keys: str) -> None:
        """Press keys by name, or type text."""
        for key in keys:
            os.write(self.fd, KEYS.get(key, key).encode())

    def ended(self) -> bool:
        """Whether the process is gone; its exit code then is `code`."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code is not None

    def end(self) -> int:
        """Wait for the process to go, and take what it still writes; its exit code."""
        limit = time.monotonic() + PATIENCE
        while not self.ended() and time.monotonic() < limit:
            self.read(0.05)
        while self.read(0.05):
            pass
        assert self.code is not None, f"it still runs\n{self.text}"
        return self.code

    def is_sane(self) -> bool:
        """Whether the terminal is as it was: settings, cursor, its own screen, no reports of mouse, focus or paste."""
        modes: dict[bytes, bytes] = {}
        for numbers, switch in re.findall(rb"\x1b\[\?([0-9;]+)([hl])", self.written):
            modes.update(dict.fromkeys(numbers.split(b";"), switch))
        off = {each: modes.get(each, b"l") for each in (b"1049", b"1000", b"1003", b"1006", b"1015", b"1004", b"2004")}
        pushed = len(re.findall(rb"\x1b\[>[0-9]+u", self.written)) - len(re.findall(rb"\x1b\[<[0-9]*u", self.written))
        return (
            set(off.values()) == {b"l"}
            and modes.get(b"25", b"h") == modes.get(b"7", b"h") == b"h"
            and pushed <= 0
            and termios.tcgetattr(self.fd) == self.before
        )


@contextmanager
def terminal(
    *argv: str,
    size: tuple[int, int] = (120, 40),
    command: tuple[str, ...] = ("-m", "ntshell"),
    **environment: str | None,
) -> Iterator[Terminal]:
    """ntshell on a terminal of its own; a variable that is None is not set.  The process has ended when this is left."""
    columns, rows = size
    own = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": None, "COLUMNS": None, "LINES": None}
    wanted = {**os.environ, **own, **environment}  # the size is the terminal's, whatever the tests' own has
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    before = termios.tcgetattr(theirs)
    pid = os.fork()
    if not pid:
        os.close(ours)
        os.login_tty(theirs)
        os.execve(
            sys.executable,
            [sys.executable, *command, *argv],
            {name: value for name, value in wanted.items() if value is not None},
        )
    screen = pyte.Screen(columns, rows)
    there = Terminal(pid, ours, screen, pyte.ByteStream(screen), before)
    try:
        yield there
    finally:
        if not there.ended():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        os.close(ours)
        os.close(theirs)
