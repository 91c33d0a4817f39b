r"""io: a user program that opens devices, reads, writes, controls, cancels and closes.

Every request runs in a thread of its own and goes on while others wait.  Numbers here are decimal, or hexadecimal with 0x;
handles are small, from 1; data is `"text"` or bytes in hexadecimal.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from ntshell.base.errors import UsageError
from ntshell.debugger.inspect import guess
from ntshell.debugger.stop import Stop
from ntshell.shell import stops
from ntshell.shell.command import Kind, Offer, command, words_of
from ntshell.shell.kinds import decimal, offer_handles, offer_links
from ntshell.shell.report import Line, Report, Text
from ntshell.shell.shell import Shell
from ntshell.shell.user import request_lines

GROUP = "Outside world"
USAGE = {
    "open": "io open \\\\.\\NAME",
    "read": "io read HANDLE LENGTH [OFFSET]",
    "write": 'io write HANDLE "TEXT"|HEX [OFFSET]',
    "ioctl": 'io ioctl HANDLE CODE [HEX|"TEXT"] [OUTLEN]',
    "close": "io close HANDLE",
    "cancel": "io cancel HANDLE",
    "list": "io list",
}


def offer_operations(shell: Any, prefix: str) -> list[Offer]:
    """The operations."""
    return list(USAGE.items())


def offer_rest(shell: Any, prefix: str) -> list[Offer]:
    """Handles and names."""
    return [*offer_handles(shell, prefix), *offer_links(shell, prefix)]


Operation = Annotated[str, Kind("operation", lambda shell, text: text, offer_operations)]
Arguments = Annotated[str, Kind("arguments", lambda shell, text: text, offer_rest, "rest")]


@command(
    "io",
    group=GROUP,
    repeats=False,
    needs="driver",
    examples=(
        'load lab; g; io open \\\\.\\LAB1; io write 1 "ab"; io close 1',
        "load lab; g; io open \\\\.\\LAB1; io read 1 4",
    ),
)
def io(shell: Shell, operation: Operation, arguments: Arguments = "") -> Report:
    r"""Play a user program: a real request to a device, in a thread of its own.

    io open \\.\LAB1            open a device; the handle is a small number
    io read 1 16                ReadFile: 16 bytes (decimal; 0x10 is 16 too)
    io write 1 "text"           WriteFile; also bytes: io write 1 41 42 43, or 414243
    io ioctl 1 0x222000 "in" 64 DeviceIoControl: code (a number or a constant's name), input, room for output
    io cancel 1                 CancelIoEx: all that is outstanding on the handle
    io close 1                  CloseHandle
    io list                     requests and open files

    The result (NTSTATUS, bytes, data) is shown when it comes; what is pending goes on with `g`, `fire`, `tick`.
    """
    if operation == "list":
        return _listing(shell)
    if operation not in USAGE:
        raise UsageError(f"io: there is no operation {operation}", hint=guess(operation, USAGE, ", ".join(USAGE)))
    args = _arguments(shell, operation, words_of(arguments))
    before = len(shell.session.k.io.requests)
    stop = shell.session.io(operation, **args)
    return outcome(shell, stop, before)


# --- arguments ---------------------------------------------------------------------------------------------------------
def _arguments(shell: Shell, operation: str, words: list[str]) -> dict[str, Any]:
    if not words:
        raise UsageError(f"io {operation}: something is missing", hint=f"usage: {USAGE[operation]}")
    if operation == "open":
        return {"path": " ".join(words).strip('"')}
    handle, rest = _handle(shell, words[0]), words[1:]
    if operation in ("close", "cancel"):
        return {"handle": handle} if not rest else _too_much(operation, rest)
    if operation == "read":
        if not 1 <= len(rest) <= 2:
            raise UsageError("io read: the length is missing", hint=f"usage: {USAGE[operation]}")
        return {"handle": handle, "length": decimal(rest[0]), "offset": decimal(rest[1]) if rest[1:] else 0}
    if operation == "write":
        data, left = _data(rest)
        if not rest:
            raise UsageError("io write: the data is missing", hint=f"usage: {USAGE[operation]}")
        return {"handle": handle, "data": data, "offset": decimal(left[0]) if left else 0}
    return {"handle": handle, **_control(shell, rest)}


def _too_much(operation: str, rest: list[str]) -> dict[str, Any]:
    raise UsageError(f"io {operation}: '{' '.join(rest)}' is too much", hint=f"usage: {USAGE[operation]}")


def _handle(shell: Shell, word: str) -> int:
    handle = decimal(word)
    if shell.session.k.io.file(handle) is None:
        known = [str(file.handle) for file in shell.session.k.io.files if file.handle]
        raise UsageError(
            f"no file is open with handle {word}", hint=f"open: {', '.join(known)}" if known else "io open \\\\.\\NAME"
        )
    return handle


def _data(words: list[str]) -> tuple[bytes, list[str]]:
    """Bytes from a quoted text or hexadecimal words, and the words after them."""
    if words and words[0].startswith('"'):
        return words[0][1:-1].encode("latin-1", "replace").decode("unicode_escape").encode("latin-1"), words[1:]
    data = b""
    for word in words:
        if not re.fullmatch(r"(0x)?([0-9A-Fa-f]{2})+", word):
            raise UsageError(f"'{word}' is no data", hint='data is "text" or bytes in hexadecimal: 41 42 or 4142')
        data += bytes.fromhex(word.removeprefix("0x"))
    return data, []


def _control(shell: Shell, words: list[str]) -> dict[str, Any]:
    """Code, input, and how much room there is for output."""
    if not words:
        raise UsageError("io ioctl: the code is missing", hint=f"usage: {USAGE['ioctl']}")
    code = _code(shell, words[0])
    rest = words[1:]
    data, outlen = b"", 0
    if rest and rest[0].startswith('"'):
        data, rest = _data(rest[:1])[0], rest[1:]
        outlen = decimal(rest[0]) if rest else 0
    elif len(rest) == 1:
        outlen = decimal(rest[0])  # a lone number is the room for output
    elif rest:
        data, outlen = _data(rest[:1])[0], decimal(rest[1])
    return {"code": code, "data": data, "outlen": outlen}


def _code(shell: Shell, word: str) -> int:
    if word[:1].isdigit():
        return decimal(word)
    return shell.evaluate(word) & 0xFFFFFFFF


# --- results -----------------------------------------------------------------------------------------------------------
def outcome(shell: Shell, stop: Stop, before: int) -> Report:
    """The stop, whose news tell what is done; and what is pending."""
    found = shell.session.k.io.requests[before:]
    lines = [line for record in found if record.state != "done" for line in request_lines(shell.look, record)]
    rest = stops.report(shell.session, stop)
    facts: list[tuple[str, Any]] = []
    for record in found:
        facts += [("request", record.number), ("state", record.state), ("handle", record.handle)]
    return Report((*((Text(tuple(lines)),) if lines else ()), *rest.blocks), (*rest.data, *facts))


def _listing(shell: Shell) -> Report:
    k = shell.session.k
    lines = [Line(f"handle {file.handle}: {file.path}") for file in k.io.files if file.handle]
    lines = lines or [Line("no file is open", "note")]
    for record in k.io.requests:
        lines += request_lines(shell.look, record)
    facts = (("handles", [file.handle for file in k.io.files if file.handle]),)
    return Report((Text(tuple(lines)),), facts)
