"""What ntshell adds: the ladder of stages, findings, and what !analyze says."""

from __future__ import annotations

from typing import Any

from ntshell.base.errors import UsageError
from ntshell.base.place import Place
from ntshell.debugger.analyze import Analysis, Fact, analyze
from ntshell.debugger.inspect_frame import stack_rows
from ntshell.debugger.pseudo import climb
from ntshell.debugger.timeline import RungView, began, ladder
from ntshell.shell import source
from ntshell.shell.command import command
from ntshell.shell.kinds import Words
from ntshell.shell.report import Address, Block, Line, Report, Text, text
from ntshell.shell.shell import Shell
from ntshell.shell.stops import finding_facts, finding_lines, hexadecimal
from ntshell.shell.verbs.stack import stack_report

GROUP = "Rules and findings"
STARS = "*" * 79
WIDTH = 78  # of what !analyze says in sentences
TELLING = {"What happened": "bad", "To mend it": "good"}  # how a fact is shown
MARKS = {"done": "[x]", "current": "[>]", "left": "[ ]", "skipped": "[!]"}


@command("!stages", group=GROUP, examples=("load lab; g; !stages", "!stages Unload"), button="Stages")
def stages(shell: Shell, ladder_name: Words = "") -> Report:
    """Show the ladder of the current driver's DriverEntry or Unload: [x] done, [>] current, [ ] left, with the calls.

    [!] is a stage of Unload that was passed over, although the driver still holds what it should give back there.
    """
    session, scope = shell.session, shell.scope
    k, driver, rung = session.k, session.current, climb(scope)
    names = {"driverentry": "DriverEntry", "entry": "DriverEntry", "unload": "Unload"}
    if ladder_name and ladder_name.lower() not in names:
        raise UsageError(f"there is no ladder {ladder_name}", hint="!stages DriverEntry, or !stages Unload")
    name = names.get(ladder_name.lower()) or (rung.ladder if rung is not None else "")
    if not name:
        name = "Unload" if began(k, "Unload", driver) > began(k, "DriverEntry", driver) else "DriverEntry"
    now = rung.number if rung is not None and rung.ladder == name else None
    begun = began(k, name, driver) >= 0
    views = ladder(k, name, driver, now)
    lines = [Line(f"{name} of {driver or 'no driver'}" + ("" if begun else ": not begun"), "head")]
    for view in views:
        lines += _rung_lines(view)
    facts = (
        ("ladder", name),
        ("begun", begun),
        ("driver", driver),
        ("drivers", session.loaded),
        ("stage", now or 0),
        ("stages", len(views)),
        ("done", [view.number for view in views if view.state == "done"]),
        ("skipped", [view.number for view in views if view.state == "skipped"]),
    )
    return Report((Text(tuple(lines)),), facts)


def _rung_lines(view: RungView) -> list[Line]:
    """A rung, and below it what did it; the place comes first, so that a pane that crops keeps it."""
    kind = {"current": "current", "done": "good", "left": "note", "skipped": "bad"}[view.state]
    first = next((place for _, place in view.calls if place is not None), None)
    lines = [Line(f"{MARKS[view.state]} {view.number}  {view.words}", kind, first)]
    lines += [Line(f"    {view.note}", kind)] if view.note else []
    width = max((len(str(place)) for _, place in view.calls if place is not None), default=0)
    for call, place in view.calls:
        lines.append(Line(f"    {place or ''!s:<{width}}  {call}", "plain", place))
    return lines


@command("!findings", group=GROUP, examples="!findings")
def findings(shell: Shell) -> Report:
    """List the rules that were broken since the last load, with their lines and how to mend them."""
    found = shell.session.findings
    lines = [line for finding in found for line in finding_lines(finding)]
    shown = lines or [Line("no rule was broken since the last load", "good")]
    return Report((Text(tuple(shown)),), (("findings", [finding_facts(shell.session.k, each) for each in found]),))


# --- bug checks ----------------------------------------------------------------------------------------------------------
@command(".bugcheck", group=GROUP, examples=".bugcheck")
def bugcheck(shell: Shell) -> Report:
    """Show the bug check's code and parameters; code 0 when there was none."""
    k = shell.session.k
    code = k.crash.code if k.crash is not None else 0
    lines = [f"Bugcheck code {code:08X}"]
    if k.crash is not None:
        lines.append("Arguments " + " ".join(k.arch.format(value) for value in k.crash.parameters))
    if k.crash is None:
        return text(*lines, code=code)
    return text(*lines, code=code, name=k.crash.name, parameters=hexadecimal(k, k.crash))


@command("!analyze", group=GROUP, examples=("!analyze", "!analyze -v"), key="a", button="Analyze")
def show_analysis(shell: Shell, verbose: Words = "") -> Report:
    """Explain the bug check, or else the latest finding; -v says everything: statement, block, who freed it, rule, stack."""
    k = shell.session.k
    found = shell.session.findings
    finding = k.crash or (found[-1] if found else None)
    if finding is None:
        return text("no bug check and no finding: nothing to analyze", kind="good", bugcheck=0)
    analysis = analyze(k, finding)
    facts: tuple[tuple[str, Any], ...] = (
        ("bugcheck", finding.code),
        ("name", finding.name),
        ("rule", finding.rule),
        ("mend", finding.mend),
        ("place", finding.place),
        ("arguments", [Address(value, k.arch.pointer) for value in finding.parameters]),
        ("facts", {fact.label: fact.text for fact in analysis.facts}),
    )
    lines = _frame(analysis, shell)
    if not verbose.startswith("-v"):
        lines += [Line(""), *_brief(analysis)]
        return Report((Text(tuple(lines)),), facts)
    for fact in analysis.facts:
        lines += _fact_lines(shell, fact)
    blocks: list[Block] = [Text(tuple(lines))]
    if finding.fatal:
        rows = stack_rows(k.machine.processor.thread, shell.symbols)
        blocks += [
            Text((Line(""), Line("STACK_TEXT:", "head"))),
            *stack_report(shell, rows).blocks,
            Text(_ending(analysis)),
        ]
    return Report(tuple(blocks), facts)


def _frame(analysis: Analysis, shell: Shell) -> list[Line]:
    """The banner, the name, the cause, the arguments."""
    title = "Bugcheck Analysis" if analysis.finding.fatal else "Finding"
    middle = f"*{title:^77}*"
    lines = [Line(each, "head") for each in (STARS, f"*{'':77}*", middle, f"*{'':77}*", STARS, "")]
    lines.append(Line(analysis.title, "bad"))
    lines += [Line(part) for part in _wrapped(analysis.cause)]
    if analysis.arguments:
        lines.append(Line("Arguments:"))
    for n, (value, words) in enumerate(analysis.arguments, 1):
        shown = shell.session.k.arch.format(value)
        lines.append(Line(f"Arg{n}: {shown}" + (f", {words}" if words else "")))
    return lines


def _wrapped(words: str, indent: str = "") -> list[str]:
    from textwrap import wrap

    return wrap(words, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False) if words else []


def _fact_lines(shell: Shell, fact: Fact) -> list[Line]:
    where = f" [{fact.place}]" if fact.place else ""
    lines = [Line(""), Line(f"{fact.label}:{where}", "head", fact.place)]
    lines += [Line(part, TELLING.get(fact.label, "plain")) for part in _wrapped(fact.text, "    ")]
    if fact.label == "At fault":
        lines += source.around(shell.session, fact.place)
    elif fact.place is not None:
        lines += _one_line(shell, fact.place)
    return lines


def _one_line(shell: Shell, place: Place) -> list[Line]:
    return source.lines(shell.session, place.file, place.line, 1)


def _image(driver: str) -> str:
    return f"{driver}.sys" if driver else "ntoskrnl.exe (what the driver left behind)"


def _brief(analysis: Analysis) -> list[Line]:
    place = analysis.finding.place
    lines = [Line(part) for part in _wrapped(analysis.finding.rule)]
    lines.append(
        Line(
            f"Probably caused by : {_image(analysis.finding.driver)}" + (f" ( {place} )" if place else ""),
            "plain",
            place,
        )
    )
    return [*lines, Line("!analyze -v says more", "note")]


def _ending(analysis: Analysis) -> tuple[Line, ...]:
    finding = analysis.finding
    return (
        Line(""),
        Line(f"MODULE_NAME:  {finding.driver or 'nt'}"),
        Line(
            f"FAILURE_BUCKET_ID:  0x{finding.code:X}_{finding.driver or 'nt'}"
            + (f"_{finding.place}" if finding.place else "")
        ),
        Line(""),
        Line("p- steps back to before the fault, t- by statements, g- to a breakpoint; .restart begins again", "note"),
    )
