"""The record: the commands that were done, so that a command file can do them again from a fresh machine to the same state.

It has what was done, however it was given: typed, from a file, for a key, by a bare Enter.  What failed is not there, nor what
only concerns the record itself.  The commands of a breakpoint are done again by the `g` that ends there.
Rules: findings count since the last load, so what nobody expected is expected before a load puts it out of sight, and at the
end; `.restart` begins a new record, with what outlives the machine (breakpoints, `$t0` to `$t19`) and the drivers it loads.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import attrs

from ntshell import __version__
from ntshell.debugger.session import Session, SessionOptions
from ntshell.debugger.stop import Stop
from ntshell.nt.kernel import Finding, Kernel
from ntshell.shell.stops import ended, finding_of

LEFT_OUT = frozenset({".save"})


@attrs.frozen(repr=False)
class Before:
    """How a session stood before a command: where, and with which findings that nobody expected."""

    k: Kernel
    since: int
    stop: Stop
    unexpected: list[Finding]

    @classmethod
    def of(cls, session: Session) -> Before:
        """How it stands."""
        return cls(session.k, session.since, session.stop, session.unexpected())

    def lost(self, session: Session) -> list[Finding]:
        """The findings that can no longer be expected, since another load has come."""
        return self.unexpected if session.k is not self.k or session.since > self.since else []


@attrs.define(eq=False, repr=False)
class Record:
    """Lines of a command file."""

    lines: list[str] = attrs.Factory(list)

    def note(self, session: Session, name: str, text: str, before: Before) -> None:
        """A command has been done."""
        stop = session.stop
        moved = stop is not before.stop
        if name == ".restart":
            self.lines = _anew(session)
        elif moved and stop.kind == "interrupted":
            self.lines.append(f"* {text}: interrupted at position {stop.position:x}, left out")
        elif name not in LEFT_OUT:
            self.lines += _expected(before.lost(session))
            if moved and ended(session) is not None:
                self.lines.append(f"* this ends a command file: {stop.reason}")
            self.lines.append(text)

    def file(self, session: Session, path: Path) -> str:
        """The command file."""
        head = [f"* saved by ntshell {__version__}", f"* to do it again: {command_line(session.options, path)}"]
        return "\n".join([*head, *self.lines, *_expected(session.unexpected())]) + "\n"


def command_line(options: SessionOptions, path: Path) -> str:
    """What runs a command file on such a machine as the session's."""
    import shlex

    words = ["ntshell", "--arch", options.arch]
    words += [word for folder in options.include for word in ("-I", str(folder))]
    words += [word for name, value in options.defines for word in ("-D", f"{name}={value}")]
    words += ["--machine", str(options.machine)] if options.machine is not None else []
    words += ["--steps", str(options.steps)] if options.steps is not None else []
    return shlex.join([*words, "run", str(path)])


def _expected(findings: Iterable[Finding]) -> list[str]:
    return [f".expect_finding {name}" for name in dict.fromkeys(finding.name for finding in findings)]


def _anew(session: Session) -> list[str]:
    """What leads to a machine on which the drivers have just been loaded anew."""
    variables = [f"r $t{n} = {value:#x}" for n, value in enumerate(session.variables) if value]
    return [*variables, *_breakpoints(session), *_loads(session)]


def _breakpoints(session: Session) -> list[str]:
    """The breakpoints, with their ids: a cleared one is set too, and cleared."""
    table = session.breakpoints.table
    lines, gone, off = [], [], []
    for n in range(max(table, default=-1) + 1):
        each = table.get(n)
        if each is None:
            lines.append(f"bp Cleared{n}")
            gone.append(str(n))
            continue
        quoted = each.commands.replace('"', '\\"')
        lines.append(f'bp {each.where} "{quoted}"' if quoted else f"bp {each.where}")
        off += [] if each.enabled else [str(n)]
    return lines + [f"{verb} {' '.join(ids)}" for verb, ids in (("bc", gone), ("bd", off)) if ids]


def _loads(session: Session) -> list[str]:
    """The loads of a restarted session: all but the last driver has run, and what was found then counts no more."""
    lines: list[str] = []
    found: list[Finding] = []
    sources = {source.name: source.given for source in session.sources}
    for event in session.k.events:
        finding = finding_of(session.k, event)
        if finding is not None:
            found.append(finding)
        elif event.kind == "load" and event.get("what") == "loaded":
            given = sources[event.get("name")]
            lines += [
                *(["g"] if lines else []),
                *_expected(found),
                f'load "{given}"' if " " in given else f"load {given}",
            ]
            found = []
    return [*lines, "g"] if session.k.crash is not None else lines
