"""The shell: a line of commands in, Reports out.

The evaluator and the symbols are imported when an expression is met: a run that only loads and goes does without.
It holds what commands share: the frame in view, where the last memory display ended, what a bare Enter does again, and the
record of what was done.

A line holds commands with `;` between them; `*` in place of a command begins a comment to the end of the line, `$$` at the
beginning of a word one to the next `;`.  The position in the prompt is hexadecimal, as numbers are everywhere but in `io`,
`tick`, lines of source and ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs

from ntshell.base.errors import NotNow, UsageError
from ntshell.debugger.inspect import Inspector, guess
from ntshell.debugger.session import Session
from ntshell.debugger.stop import current_frame
from ntshell.shell import verbs
from ntshell.shell.command import TABLE, Command, bind
from ntshell.shell.record import Before, Record
from ntshell.shell.report import Report

if TYPE_CHECKING:
    from ntshell.debugger.expression import Scope
    from ntshell.debugger.symbols import Symbols

Result = tuple[Command | None, str, Report]
Offered = tuple[str, int, str]  # what completes, where it starts, a note

_NAME = re.compile(r"\?\??|[.!]?[A-Za-z_]\w*-?")


class QuitShell(Exception):
    """The user is done."""


@attrs.define(eq=False, repr=False)
class Shell:
    """Reads commands for a session."""

    session: Session
    last_output: str = ""
    again: str = ""  # what a bare Enter does
    doing: str = ""  # the command that is being done, or was last
    frame: int = 0  # the C frame in view, 0 on top
    cursor: int = 0  # where the last memory display ended
    listed: tuple[str, int] = ("", 0)  # file and line where the last source listing ended
    record: Record = attrs.Factory(Record)  # what was done, for `.save`
    _seen: Any = None  # the stop that the frame in view belongs to

    # --- what commands use -----------------------------------------------------------------------------------------
    @property
    def scope(self) -> Scope:
        """What names mean now."""
        from ntshell.debugger.expression import scope_of

        if self._seen is not self.session.stop:
            self._seen, self.frame = self.session.stop, 0
        return scope_of(self.session, self.frame)

    @property
    def look(self) -> Inspector:
        """Looks into memory."""
        return Inspector(self.session.k)

    @property
    def symbols(self) -> Symbols:
        """Names of addresses."""
        from ntshell.debugger.symbols import Symbols

        return Symbols(self.session.k)

    def evaluate(self, text: str) -> int:
        """The value of an expression."""
        from ntshell.debugger.expression import evaluate

        return evaluate(self.scope, text)

    def address(self, text: str) -> int:
        """An expression as an address of this machine."""
        return self.evaluate(text) & self.session.k.arch.mask

    # --- executing -------------------------------------------------------------------------------------------------
    def execute(self, line: str) -> Iterator[Result]:
        """Run the commands of a line; a bare Enter repeats the last one that can be repeated."""
        if not line.strip():
            if self.again:
                yield from self._do(self.again)
            return
        for text in split(line):
            yield from self._do(text)

    def _do(self, text: str) -> Iterator[Result]:
        """One command; when `g` ends at a breakpoint, its commands follow, which may go on to the next one."""
        waiting = [text]
        given = True
        while waiting:
            result = self._run(waiting.pop(0), given)
            yield result
            given = False
            if result[0] is TABLE.get("g") and self.session.stop.kind == "breakpoint":
                hit = self.session.breakpoints.at(current_frame(self.session.k))
                waiting[:0] = split(hit.commands) if hit is not None else []

    def _run(self, text: str, given: bool) -> Result:
        before = Before.of(self.session)
        self.doing = text
        each, report = self._call(text)
        if given:
            self.record.note(self.session, each.name, text, before)
        if each.name not in KEEPS_OUTPUT:
            self.last_output = report.text
        if each.repeats:
            self.again = each.name if each.group == "Memory" else text
        elif text:
            self.again = ""
        return each, text, report

    def _call(self, text: str) -> tuple[Command, Report]:
        each, rest = find(text)
        if each.needs == "driver" and not self.session.current:
            raise NotNow(f"{each.name}: no driver is loaded", hint="load SOURCE first")
        return each, each.run(self, *bind(self, each, rest))

    def run(self, line: str) -> list[Result]:
        """Run a line to its end: for a face that wants everything at once."""
        return list(self.execute(line))

    # --- for a face ------------------------------------------------------------------------------------------------
    def view(self, line: str) -> Report:
        """What one command that only looks has to say, for a pane: nothing that the user's own commands go on from changes."""
        return attrs.evolve(self)._call(line)[1]

    def prompt(self) -> str:
        """`0:012a lab!LabUnload DISPATCH_LEVEL kd>`; the IRQL is left out at PASSIVE_LEVEL."""
        k, stop = self.session.k, self.session.stop
        words = [f"{stop.processor}:{k.journal.position:04x}"]
        if k.crash is not None:
            words.append(k.crash.name)
        elif stop.symbol and stop.kind != "idle":
            words.append(stop.symbol)
        if k.irql:
            words.append(self.look.level(k.irql))
        return " ".join([*words, "kd> "])

    def complete(self, text: str) -> list[Offered]:
        """What may come next, for the text before the cursor."""
        verbs.load()
        begin = max((text.rfind(sign) for sign in ";"), default=-1) + 1
        part = text[begin:]
        lead = len(part) - len(part.lstrip())
        word, space, _ = part.lstrip().partition(" ")
        typed = part.lstrip()
        if not space and not typed.endswith(" "):
            start = begin + lead
            return [(name, start, TABLE[name].summary) for name in sorted(TABLE) if name.startswith(typed)]
        each = TABLE.get(word)
        if each is None:
            return []
        return self._complete_argument(each, typed[len(word) :], len(text))

    def _complete_argument(self, each: Command, rest: str, end: int) -> list[Offered]:
        words = rest.split(" ")
        prefix, index = words[-1], len([word for word in words[:-1] if word])
        arguments = each.arguments
        if not arguments:
            return []
        argument = arguments[min(index, len(arguments) - 1)]
        if index >= len(arguments) and not argument.many and argument.kind.takes != "rest":
            return []
        offers = argument.kind.offer(self, prefix)
        found = [(word, note) for word, note in offers if word.lower().startswith(prefix.lower())]
        return [(word, end - len(prefix), note) for word, note in found]


KEEPS_OUTPUT = frozenset({".expect", ".expect_finding", ".assert", ".echo", ".help", ".save"})


_NO_CODE = "there is no machine code: ls lists the source, lsa ADDRESS the source at an address"
ELSEWHERE = {  # commands of WinDbg whose place another one takes here
    **dict.fromkeys(("u", "uf", "ub", "up"), _NO_CODE),
    **dict.fromkeys(
        ("eb", "ed", "ew", "eq", "ep"), "the machine's memory is the driver's: nothing writes to it from outside"
    ),
}


def find(text: str) -> tuple[Command, str]:
    """The command that a text begins with, and the rest; raises UsageError with what may have been meant."""
    word = text.split(None, 1)[0] if text.split() else ""
    if verbs.load_for(word):
        return TABLE[word], text[len(word) :].strip()
    match = _NAME.match(text)
    if match is not None and verbs.load_for(match[0]) and not text[match.end() : match.end() + 1].isalnum():
        return TABLE[match[0]], text[match.end() :].strip()
    verbs.load()
    by_case = {name.lower(): name for name in TABLE}
    if word.lower() in by_case:
        return TABLE[by_case[word.lower()]], text[len(word) :].strip()
    hint = ELSEWHERE.get(word) or guess(word, TABLE, ".help lists the commands")
    raise UsageError(f"there is no command {word}", hint=hint)


def split(line: str) -> list[str]:
    """The commands of a line, without comments."""
    found, here, quote, comment = [], "", "", False
    for n, char in enumerate(line):
        if comment:
            comment = char != ";"
        elif quote:
            here += char
            quote = "" if char == quote else quote
            continue
        elif not here.strip() and char == "*":
            break
        elif line.startswith("$$", n) and (not here or here[-1].isspace()):
            comment = True
        elif char != ";":
            here += char
            quote = char if char in '"`' else ""
        if char == ";":
            found.append(here)
            here = ""
    found.append(here)
    return [text.strip() for text in found if text.strip()]
