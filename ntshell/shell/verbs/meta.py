"""About the shell itself: help, versions, numbers in words, expectations for command files."""

from __future__ import annotations

import re
from pathlib import Path

from ntshell import __version__
from ntshell.base.errors import ExpectationFailed, UsageError
from ntshell.debugger import pseudo
from ntshell.debugger.inspect import guess
from ntshell.nt.bugcodes import code_of
from ntshell.shell import verbs
from ntshell.shell.command import TABLE, Command, command, key_name
from ntshell.shell.kinds import CommandName, Expression, Word, Words
from ntshell.shell.record import command_line
from ntshell.shell.report import Line, Report, Table, Text, cell, text
from ntshell.shell.shell import Shell

GROUP = "Shell"
_MESSAGE = re.compile(r'(.*?)\s*"((?:[^"\\]|\\.)*)"\s*')
METHODS = ("METHOD_BUFFERED", "METHOD_IN_DIRECT", "METHOD_OUT_DIRECT", "METHOD_NEITHER")
ACCESS = ("FILE_ANY_ACCESS", "FILE_READ_ACCESS", "FILE_WRITE_ACCESS", "FILE_READ_ACCESS | FILE_WRITE_ACCESS")


# --- help ------------------------------------------------------------------------------------------------------------------
@command(".help", ".hh", "help", group=GROUP, examples=(".help", ".help irp", ".help !drvobj"))
def show_help(shell: Shell, word: CommandName = "") -> Report:
    """List the commands by family; `.help WORD` explains a command, or lists those that have to do with a word.

    `.help @$` lists the pseudo-registers.
    """
    verbs.load()
    if word.startswith("@") or word == "$":
        rows = tuple((cell(name), cell(words)) for name, words in pseudo.names())
        return Report((Table("registers", ("", ""), rows),))
    if word in TABLE:
        return _explain(TABLE[word])
    for prefix in ("!", "."):
        if prefix + word in TABLE:
            found = TABLE[prefix + word]
            also = [each.name for each in _commands() if each is not found and _about(each, word.lower())]
            line = Line(f"See also: {', '.join(also)}", "note")
            return Report((*_explain(found).blocks, *((Text((line,)),) if also else ())), (("command", found.name),))
    return _overview(word)


def _commands() -> list[Command]:
    return list(dict.fromkeys(TABLE.values()))


def _overview(word: str) -> Report:
    found = [each for each in _commands() if not word or _about(each, word.lower())]
    if not found:
        raise UsageError(f"no command has to do with {word}", hint=guess(word, TABLE, ".help lists all"))
    width = max(len(each.usage) for each in found)
    lines: list[Line] = []
    for group in dict.fromkeys(each.group for each in found):
        lines += [Line(""), Line(group, "head")] if lines else [Line(group, "head")]
        lines += [Line(f"  {each.usage:<{min(width, 34)}}  {each.summary}") for each in found if each.group == group]
    if not word:
        lines += [
            Line(""),
            Line(".help COMMAND explains one, .help WORD finds them, .help @$ lists pseudo-registers", "note"),
        ]
    return Report((Text(tuple(lines)),), (("commands", [each.name for each in found]),))


def _about(each: Command, word: str) -> bool:
    return word in each.doc.lower() or any(word in name.lower() for name in each.names) or word == each.group.lower()


def _explain(each: Command) -> Report:
    names = f"  (also {', '.join(each.names[1:])})" if each.names[1:] else ""
    lines = [Line(each.usage + names, "head"), *[Line(f"    {part}".rstrip()) for part in each.doc.split("\n")]]
    if each.examples:
        lines += [Line("Examples:"), *[Line(f"    {example}") for example in each.examples]]
    notes = []
    if each.repeats:
        notes.append("Enter alone does it again.")
    if each.key:
        notes.append(f"Keys in the app: {', '.join(map(key_name, each.key.split(',')))}.")
    return Report((Text((*lines, *([Line(" ".join(notes), "note")] if notes else []))),), (("command", each.name),))


# --- talk ------------------------------------------------------------------------------------------------------------------
@command(".echo", group=GROUP, repeats=False, examples=".echo hello")
def echo(shell: Shell, words: Words = "") -> Report:
    """Print a text."""
    shown = words[1:-1] if len(words) > 1 and words[0] == words[-1] == '"' else words
    return text(shown)


@command("vertarget", ".version", "version", group=GROUP, examples="vertarget")
def version(shell: Shell) -> Report:
    """Tell what machine this is: target, devices, time, and the version of ntshell."""
    k = shell.session.k
    now = k.machine.now
    hours, rest = divmod(now // 10_000_000, 3600)
    lines = [
        f"ntshell {__version__}",
        f"Windows NT {k.arch.name} target, {len(k.machine.processors)} processor, free build, Driver Verifier's checks on",
        f"Kernel base = 0x{k.arch.format(k.arch.nt)}",
        "Devices: " + ", ".join(f"{name} (IRQ {device.irq})" for name, device in sorted(k.machine.devices.items())),
        f"System Uptime: {hours // 24} days {hours % 24}:{rest // 60:02d}:{rest % 60:02d}.{now // 10_000 % 1000:03d}",
    ]
    return text(*lines, version=__version__, arch=k.arch.name, now=now)


@command("!error", group=GROUP, examples="!error c0000120")
def error(shell: Shell, value: Expression) -> Report:
    """Name an NTSTATUS."""
    status = shell.evaluate(value) & 0xFFFFFFFF
    name = shell.look.status_name(status) or "a status that the headers do not name"
    severity = ("success", "information", "warning", "error")[status >> 30]
    return text(f"Error code: (NTSTATUS) {status:#x} ({status}) - {name} [{severity}]", status=status, name=name)


@command("!ioctldecode", group=GROUP, examples="!ioctldecode 222000")
def decode(shell: Shell, code: Expression) -> Report:
    """Take an I/O control code apart: device type, function, method, access."""
    value = shell.evaluate(code) & 0xFFFFFFFF
    look, device = shell.look, value >> 16
    names = {
        number: name
        for table in look.tables(shell.session.current)
        for name, number in table.constants.items()
        if name.startswith(("FILE_DEVICE_", "IOCTL_")) and number in (device, value)
    }
    kind = names.get(device, "")
    lines = [
        names.get(value, f"Unknown IOCTL  : {value:#x}"),
        "",
        f"Device Type    : {device:#x}" + (f" ({kind})" if kind.startswith("FILE_DEVICE_") else ""),
        f"Method         : {value & 3:#x} {METHODS[value & 3]}",
        f"Access         : {ACCESS[value >> 14 & 3]}",
        f"Function       : {value >> 2 & 0xFFF:#x}",
    ]
    return text(*lines, device=device, method=value & 3, access=value >> 14 & 3, function=value >> 2 & 0xFFF)


# --- expectations ------------------------------------------------------------------------------------------------------------
@command(".assert", group=GROUP, repeats=False, examples=(".assert 1", '.assert @$irql = 0 "at PASSIVE_LEVEL"'))
def check(shell: Shell, expression: Expression) -> Report:
    """Fail unless an expression is true; a message in quotes may follow: `.assert @$ledger = 0 "all given back"`."""
    found = _MESSAGE.fullmatch(expression)
    condition, message = (found[1], found[2]) if found is not None else (expression.strip(), "")
    if not shell.evaluate(condition):
        said = f"{message}: " if message else ""
        raise ExpectationFailed(f"{said}{condition} does not hold", hint=_sides(shell, condition))
    return text()


def _sides(shell: Shell, condition: str) -> str:
    """What the left side of a failed comparison is."""
    found = re.fullmatch(r"\s*(.+?)\s*(?:[=!<>]=|[=<>])\s*(.+)", condition)
    try:
        return (
            f"{found[1]} is {shell.evaluate(found[1]):#x}"
            if found is not None
            else f"it is {shell.evaluate(condition):#x}"
        )
    except UsageError:
        return ""


@command(".expect", group=GROUP, repeats=False, examples=".echo a; vertarget; .expect ntshell")
def expect(shell: Shell, words: Words) -> Report:
    """Fail unless the last command's output contains a text."""
    wanted = words[1:-1] if len(words) > 1 and words[0] == words[-1] == '"' else words
    if wanted not in shell.last_output:
        first = shell.last_output.split("\n", 1)[0] or "nothing"
        raise ExpectationFailed(
            f"the output of the last command does not contain '{wanted}'", hint=f"it begins: {first}"
        )
    return text()


@command(".expect_finding", group=GROUP, repeats=False)
def expect_finding(shell: Shell, finding: Word) -> Report:
    """Fail unless such a finding (bug check, leak, rule broken) was reported since the last load; it no longer fails the run.

    By code in hexadecimal (d1, 0xD1) or by name (DRIVER_IRQL_NOT_LESS_OR_EQUAL, LEAK).
    """
    session = shell.session
    code = code_of(finding)
    if code is None and re.fullmatch(r"(0x)?[0-9A-Fa-f]+", finding):
        code = int(finding, 16)
    matching = [
        each
        for each in session.findings
        if each.name.upper() == finding.upper() or (code not in (None, 0) and each.code == code)
    ]
    if not matching:
        names = sorted({f"{each.name} ({each.code:#x})" if each.code else each.name for each in session.findings})
        raise ExpectationFailed(
            f"no finding {finding} was reported since the last load", hint=f"reported: {', '.join(names) or 'none'}"
        )
    session.expected = (*session.expected, *matching)
    return text()


# --- the record --------------------------------------------------------------------------------------------------------------
@command(".save", group=GROUP, repeats=False, examples=("load lab; g; .save tour", ".save tour.nts --force"))
def save(shell: Shell, file: Word, force: Word = "") -> Report:
    """Write what was done so far as a command file: `ntshell run FILE` does it again, to the same state.

    Since the latest .restart, and without commands that failed.  FILE gets `.nts` when it has no suffix; one that is there
    already is left alone, unless --force is given.  Findings are expected, so that the run ends with exit code 0.
    """
    if file in ("--force", "-f"):
        file, force = force, file
    if force not in ("", "--force", "-f"):
        raise UsageError(f".save: '{force}' is too much", hint="usage: .save FILE [--force]")
    path = Path(file)
    if not path.name:
        raise UsageError(".save: the file is missing", hint="usage: .save FILE [--force]")
    path = path if path.suffix else path.with_suffix(".nts")
    try:
        with path.open("w" if force else "x", encoding="utf-8", errors="replace", newline="\n") as out:
            out.write(shell.record.file(shell.session, path))
    except FileExistsError:
        raise UsageError(f"{path} is there already", hint=f'.save "{path}" --force overwrites it') from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    return text(f"saved; {command_line(shell.session.options, path)} does it again", file=str(path))
