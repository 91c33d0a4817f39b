"""What a Stop looks like: the reason first, then what has happened since the last stop, the source, and where we are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ntshell.base.errors import BudgetSpent, DriverFailed, NtshellError
from ntshell.base.event import Event
from ntshell.base.place import Place
from ntshell.debugger.inspect import Inspector
from ntshell.debugger.stop import Stop
from ntshell.debugger.stops import conflict
from ntshell.debugger.timeline import last_status
from ntshell.nt.kernel import Finding, Kernel
from ntshell.shell import source
from ntshell.shell.report import Address, Line, Report, Text
from ntshell.shell.user import request_facts, request_lines

MOST_NEWS = 14  # lines of what drivers need not be told of one by one
BAD = frozenset({"bugcheck", "missing", "budget"})
ALWAYS = frozenset({"print", "finding"})
UNSAID = frozenset({"bugcheck", "irp"})


def report(session: Any, stop: Stop) -> Report:
    """A stop as a report."""
    k: Kernel = session.k
    lines = [*_reason(k, stop), *_dropped(stop), *_news(k, stop)]
    if stop.kind == "bugcheck" and k.crash is not None:
        lines += banner(k, k.crash)
    if stop.place is not None and stop.kind != "idle":
        shown = source.around(session, stop.place)
        lines += [Line(f"{stop.place}", "head", stop.place)] if shown else []
        lines += shown
    lines.append(Line(where(k, stop), "note"))
    return Report((Text(tuple(lines)),), _facts(session, stop))


def brief(report: Report) -> Report:
    """A stop with only the statement that comes next, for a face that shows the source around it elsewhere."""
    if "stop" not in dict(report.data):
        return report
    blocks = [Text(tuple(_brief(block.lines))) if isinstance(block, Text) else block for block in report.blocks]
    return Report(tuple(blocks), report.data)


def _brief(lines: tuple[Line, ...]) -> Iterator[Line]:
    for n, line in enumerate(lines):
        before_source = n + 1 < len(lines) and lines[n + 1].kind in ("source", "current")
        if line.kind != "source" and not (line.kind == "head" and isinstance(line.link, Place) and before_source):
            yield line


def ended(session: Any) -> NtshellError | None:
    """Why no command file goes on after a stop; None after any other stop than the two that end one."""
    stop: Stop = session.stop
    place = stop.place if stop.place and stop.place.line else None
    if stop.kind == "missing":
        return DriverFailed(stop.reason, place)
    if stop.kind == "budget":
        return BudgetSpent(f"the budget of {session.options.steps} steps is spent", place)
    return None


def _facts(session: Any, stop: Stop) -> tuple[tuple[str, Any], ...]:
    """What `--json` has of a stop: `findings` are those reported since the stop before, the bug check among them."""
    k: Kernel = session.k
    crash = k.crash
    done = [record for record in map(partial(request_of, k), stop.news) if record is not None]
    crashed = () if crash is None else (("name", crash.name), ("parameters", hexadecimal(k, crash)))
    return (
        ("stop", stop.kind),
        ("reason", stop.reason),
        ("position", stop.position),
        ("irql", stop.irql),
        ("symbol", stop.symbol),
        ("place", stop.place),
        ("bugcheck", crash.code if crash is not None else 0),
        *crashed,
        *((("dropped", stop.dropped),) if stop.dropped is not None else ()),
        ("status", last_status(k)),
        ("findings", [finding_facts(k, finding) for finding in map(partial(finding_of, k), stop.news) if finding]),
        ("requests", [request_facts(record) for record in done]),
    )


def finding_of(k: Kernel, event: Event) -> Finding | None:
    """The finding that an event tells of; None for any other event."""
    if event.kind == "bugcheck":
        return k.crash
    if event.kind == "finding":
        for finding in k.findings:
            if not finding.fatal and finding.position == event.position and finding.rule == event.text:
                return finding
    return None


def finding_facts(k: Kernel, finding: Finding) -> dict[str, Any]:
    """A finding as plain data; `held` is what was left behind."""
    return {
        "code": finding.code,
        "name": finding.name,
        "parameters": hexadecimal(k, finding),
        "rule": finding.rule,
        "mend": finding.mend,
        "place": finding.place,
        "position": finding.position,
        "driver": finding.driver,
        "fatal": finding.fatal,
        "held": [
            {"kind": held.kind, "text": held.text, "driver": held.driver, "place": held.place, "routine": held.routine}
            for held in finding.held
        ],
    }


def hexadecimal(k: Kernel, finding: Finding) -> list[Address]:
    """Parameters of a bug check; in JSON strings, since they may be addresses."""
    return [Address(value, k.arch.pointer) for value in finding.parameters]


def _dropped(stop: Stop) -> list[Line]:
    """What was recorded ahead and can be gone to no more, since something else has happened."""
    if stop.dropped is None:
        return []
    first, last = stop.dropped
    words = f"positions {first:x} to {last:x}, which were recorded ahead, are dropped"
    return [Line(words if first < last else f"position {first:x}, which was recorded ahead, is dropped", "note")]


def _reason(k: Kernel, stop: Stop) -> list[Line]:
    lines = []
    if stop.reason:
        lines.append(Line(stop.reason, "bad" if stop.kind in BAD else "head"))
    if stop.symbol and stop.kind not in ("idle", "input") and not stop.reason.startswith(stop.symbol):
        lines.append(Line(f"{stop.symbol}:", "head", stop.place))
    return lines or [Line(stop.kind, "head")]


def where(k: Kernel, stop: Stop) -> str:
    """The last line: IRQL, processor, thread, position."""
    name = next((thread.name for thread in k.machine.threads if thread.number == stop.thread), "")
    level = Inspector(k).level(stop.irql)
    thread = f"thread {stop.thread:x}" + (f" ({name})" if name else "")
    shown = level if level.startswith("DIRQL") else f"IRQL {stop.irql} ({level})"
    return f"{shown}, processor {stop.processor}, {thread}, position {stop.position:04x}"


# --- news ------------------------------------------------------------------------------------------------------------
def _news(k: Kernel, stop: Stop) -> list[Line]:
    told: list[Line] = []
    plain = [event for event in stop.news if event.kind not in ALWAYS and not conflict(event)]
    plain = [event for event in plain if event.kind not in UNSAID]
    dropped = set(map(id, plain[MOST_NEWS // 2 : -MOST_NEWS // 2])) if len(plain) > MOST_NEWS else set()
    said, look = False, Inspector(k)
    unended = False
    for event in stop.news:
        if id(event) in dropped:
            if not said:
                told.append(Line(f"  ... {len(dropped)} more events (!events shows them)", "note"))
            said = True
        elif event.kind == "print":
            first, *more = event.text.removesuffix("\n").split("\n")
            if unended:  # one line may be printed in several calls
                first = told.pop().text + first
            told += [Line(text, "print") for text in (first, *more)]
            unended = bool(event.get("unended"))
            continue
        elif event.kind == "finding":
            found = finding_of(k, event)
            told += finding_lines(found) if found is not None else [Line(f"! {event.text}", "bad", event.place)]
        elif (record := request_of(k, event)) is not None:
            told += request_lines(look, record)
        elif conflict(event):
            told += _conflict_lines(k, event)
        elif event.kind not in UNSAID and event.text not in stop.reason:
            name = look.status_name(event.get("status", 0)) if event.get("status") is not None else ""
            told.append(Line(f"  {event.text}" + (f" ({name})" if name else ""), "note", event.place))
        unended = False
    return told


def _conflict_lines(k: Kernel, event: Event) -> list[Line]:
    """Hardware that a driver did not get: who has it, and what to do if that is another driver."""
    holder = event.get("holder", "")
    others = holder.lower() != event.get("driver", "").lower() and k.io.named(holder) is not None
    return [Line(f"! {event.text}" + (f": unload {holder} first" if others else ""), "bad", event.place)]


def request_of(k: Kernel, event: Event) -> Any:
    """The user program's request whose end an event tells of; None for any other event."""
    number = event.get("request", 0) if event.kind == "irp" and event.get("what") == "done" else 0
    return k.io.requests[number - 1] if 0 < number <= len(k.io.requests) else None


def finding_lines(finding: Finding) -> list[Line]:
    """A finding with its line, what was left behind, and how to mend it."""
    code = f" ({finding.code:#x})" if finding.code else ""
    at = f" [{finding.place}]" if finding.place else ""
    lines = [Line(f"! {finding.name}{code}: {finding.rule}{at}", "bad", finding.place)]
    for held in finding.held:
        place = f"{held.place} ({held.routine})" if held.routine else f"{held.place or 'nt'}"
        lines.append(Line(f"    {held.kind}: {held.text}, taken at {place}", "bad", held.place))
    if finding.mend:
        lines.append(Line(f"    to mend it: {finding.mend}", "note"))
    return lines


# --- the bug check ---------------------------------------------------------------------------------------------------
def banner(k: Kernel, crash: Finding) -> list[Line]:
    """What NT prints when it stops with a debugger attached."""
    values = [str(Address(value, k.arch.pointer)).replace("`", "").upper() for value in crash.parameters]
    text = ",".join(f"0x{value}" for value in values)
    lines = [
        Line(""),
        Line(f"*** Fatal System Error: {crash.code:#010x}", "bad"),
        Line(f"                       ({text})", "bad"),
        Line(""),
        Line(crash.rule, "bad", crash.place),
    ]
    return [*lines, Line("use !analyze -v to see why; p- steps back, .restart begins again", "note"), Line("")]
