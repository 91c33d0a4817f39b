"""What has happened: !events lists it, !timeline draws the IRQL over it, with the recorded future after a step back."""

from __future__ import annotations

from typing import Annotated

import attrs

from ntshell.base.errors import UsageError
from ntshell.base.event import KINDS
from ntshell.debugger.inspect import guess
from ntshell.debugger.timeline import SIGNS, Column, columns, events
from ntshell.shell.command import Kind, command
from ntshell.shell.report import Line, Report, Table, Text, cell
from ntshell.shell.shell import Shell

GROUP = "Rules and findings"
SHOWN = 40  # events, without a count
WIDEST = 4096  # columns
LABEL = 16  # characters before the first column
PAST, FUTURE = "#", ":"
EventKinds = Annotated[str, Kind("kind", lambda shell, text: text, lambda shell, prefix: list(KINDS.items()), "rest")]
Width = Annotated[int, Kind("columns", lambda shell, text: shell.evaluate(text))]


@command("!events", group=GROUP, examples=("!events", "load lab; g; !events interrupt dpc", "!events 0n100"))
def list_events(shell: Shell, kinds_and_count: EventKinds = "") -> Report:
    """List what has happened, oldest first: the last 40 events; kinds pick some, `all` shows every kind, a number more."""
    words = kinds_and_count.split()
    count = next((shell.evaluate(word) for word in words if word[:1].isdigit()), SHOWN)
    kinds = [word for word in words if not word[:1].isdigit() and word != "all"]
    for word in kinds:
        if word not in KINDS:
            raise UsageError(f"there are no events of kind {word}", hint=guess(word, KINDS, ", ".join(KINDS)))
    found = events(shell.session.k, frozenset(kinds), "all" in words)
    rows = []
    for event in found[-count:]:
        place = cell(event.place, str(event.place or ""), event.place)
        rows.append(
            (
                cell(event.position, f"{event.position:04x}"),
                cell(event.irql, f"{event.irql:x}"),
                cell(event.kind),
                cell(event.text, event.text.strip().replace("\n", " ")),
                place,
            )
        )
    table = Table("events", ("position", "IRQL", "kind", "what", "where"), tuple(rows), empty="nothing has happened")
    more = len(found) - len(rows)
    return Report((table, Text((Line(f"{more} earlier events are not shown", "note"),) if more > 0 else ())))


@command("!timeline", group=GROUP, examples=("!timeline", "load lab; g; fire lab0; g; p-; !timeline 30"))
def timeline(shell: Shell, width: Width = 64) -> Report:
    """Draw the IRQL over the recorded positions, with marks for what happened and `^` under the present one.

    After a step back the recorded future is drawn too, with `:`; `!tt POSITION` goes there.
    """
    if not 1 <= width <= WIDEST:
        raise UsageError(
            f"!timeline draws 1 to {WIDEST} columns", hint="!timeline 40 draws 64: a bare number is hexadecimal"
        )
    journal = shell.session.k.journal
    found = columns(shell.session.k, width)
    levels = [{"irql": each, "name": shell.look.level(each)} for each in sorted({each.irql for each in found} | {0, 2})]
    ends = ("oldest", journal.oldest), ("position", journal.position), ("last", journal.last)
    return Report(
        (Text(tuple(_drawn(shell, found))),),
        (*ends, ("levels", levels), ("columns", [attrs.asdict(each) for each in found])),
    )


def _drawn(shell: Shell, found: list[Column]) -> list[Line]:
    """A row for each level that occurs, the marks, the present, and the positions at the ends."""
    journal = shell.session.k.journal
    here = next(n for n, each in enumerate(found) if each.here)
    lines = []
    for level in sorted({each.irql for each in found} | {0}, reverse=True):
        bars = "".join(" " if each.irql < level else PAST if n <= here else FUTURE for n, each in enumerate(found))
        lines.append(_row(shell.look.level(level), bars))
    lines.append(_row("", "".join(each.marks[:1] or " " for each in found)))
    lines.append(_row("", " " * here + "^"))
    first, last = f"{journal.oldest:04x}", f"{journal.last:04x}"
    lines.append(
        _row(f"at {journal.position:04x}", f"{first}{last.rjust(max(len(found) - len(first), len(last) + 1))}")
    )
    occurring = [f"{sign} {word}" for sign, word in SIGNS.items() if any(sign in column.marks for column in found)]
    lines.append(Line("  ".join(occurring), "note"))
    return lines


def _row(label: str, drawn: str) -> Line:
    return Line(f"{label:<{LABEL}}{drawn}".rstrip())
