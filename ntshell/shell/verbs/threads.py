"""Threads and processes: !thread, !process, !ready."""

from __future__ import annotations

from ntshell.base.errors import UsageError
from ntshell.debugger.inspect_frame import stack_rows
from ntshell.machine.memory import AccessFault
from ntshell.machine.thread import Thread
from ntshell.shell.command import command
from ntshell.shell.kinds import Words
from ntshell.shell.report import Address, Line, Report, Table, Text, cell
from ntshell.shell.shell import Shell
from ntshell.shell.verbs.stack import stack_report

GROUP = "Threads"
KINDS = {
    0: "NotificationEvent",
    1: "SynchronizationEvent",
    2: "Mutant",
    3: "Process",
    4: "Queue",
    5: "Semaphore",
    6: "Thread",
    8: "NotificationTimer",
    9: "SynchronizationTimer",
}


@command("!thread", group=GROUP, examples=("!thread", "!thread 8"))
def thread(shell: Shell, thread: Words = "") -> Report:
    """Show a thread, by its ETHREAD's address or its client id: state, what it waits for, and its stack.

    Without one, the thread that runs.
    """
    each = _find(shell, thread.strip())
    lines = _lines(shell, each)
    rows = stack_rows(each, shell.symbols)
    stack = stack_report(shell, rows, args=True)
    facts = (("thread", each.number), ("state", each.state), ("name", each.name))
    return Report((Text(tuple(lines)), *stack.blocks), facts)


def _find(shell: Shell, given: str) -> Thread:
    k = shell.session.k
    if not given or given == "-1":
        return k.thread
    wanted = shell.address(given)
    for each in k.machine.threads:
        if wanted in (each.object, each.number):
            return each
    raise UsageError(f"there is no thread {given}", hint="!process lists them")


def _lines(shell: Shell, each: Thread) -> list[Line]:
    k, look = shell.session.k, shell.look
    running = " on processor 0" if each is k.machine.processor.thread else ""
    state = each.state.upper() + running
    process = k.ps.user_process if each.user else k.ps.system_process
    lines = [
        Line(
            f"THREAD {k.arch.format(each.object)}  Cid {_cid(shell, process)}.{each.number:04x}  {state}  {each.name}",
            "head",
            Address(each.object, k.arch.pointer),
        )
    ]
    if each.wait is not None:
        lines.append(
            Line(f"WAIT: ({each.wait.reason}) KernelMode {'Alertable' if each.wait.alertable else 'Non-Alertable'}")
        )
        for address in each.wait.objects:
            lines.append(
                Line(
                    f"    {k.arch.format(address)}  {_kind(shell, address)}", "plain", Address(address, k.arch.pointer)
                )
            )
        if each.wait.deadline is not None:
            lines.append(Line(f"    until {(each.wait.deadline - k.machine.now) / 10_000:g} ms from now"))
    owner = "user program" if each.user else "System"
    lines.append(Line(f"Owning Process            {k.arch.format(process)}       Image:         {owner}"))
    try:
        start = look.struct("_ETHREAD", each.object).StartAddress
        lines.append(Line(f"Start Address             {shell.symbols.show(start)}"))
    except (AccessFault, AttributeError):
        pass
    lines.append(
        Line(
            f"Stack Base {k.arch.format(each.stack_base)} Limit {k.arch.format(each.stack_limit)} "
            f"Current {k.arch.format(each.stack)}"
        )
    )
    level = k.irql if each is k.machine.processor.thread else each.irql
    lines.append(Line(f"Priority {each.priority}  IRQL {level} ({look.level(level)})"))
    return lines


def _cid(shell: Shell, process: int) -> str:
    try:
        return f"{shell.look.struct('_EPROCESS', process).UniqueProcessId:04x}"
    except (AccessFault, AttributeError):
        return "0000"


def _kind(shell: Shell, address: int) -> str:
    try:
        kind = KINDS.get(shell.look.struct("_DISPATCHER_HEADER", address).Type, "object")
    except AccessFault:
        return "cannot be read"
    lay = shell.look.where(address)
    name = shell.symbols.name_of(address)
    return f"{kind}  {name or lay}".rstrip()


@command("!process", group=GROUP, examples="!process 0 0")
def process(shell: Shell, process_and_flags: Words = "") -> Report:
    """List the processes and their threads: System's are drivers' and nt's own, the user program's carry out `io`."""
    k = shell.session.k
    blocks: list[Text | Table] = [Text((Line("**** NT ACTIVE PROCESS DUMP ****", "head"),))]
    for address, name, user in ((k.ps.system_process, "System", False), (k.ps.user_process, "user program", True)):
        if not address:
            continue
        threads = [each for each in k.machine.threads if each.user == user]
        head = f"PROCESS {k.arch.format(address)}  Cid: {_cid(shell, address)}    Image: {name}"
        blocks.append(Text((Line(head, "head", Address(address, k.arch.pointer)),)))
        blocks.append(_table(shell, threads, "user" if user else "system"))
    return Report(tuple(blocks))


@command("!ready", group=GROUP, examples="!ready")
def ready(shell: Shell) -> Report:
    """List the threads that could run, in the order in which they would."""
    k = shell.session.k
    found = [each for each in k.machine.threads if each.state in ("ready", "running")]
    found.sort(key=lambda each: (each.state != "running", -each.priority, each.order))
    return Report((_table(shell, found, "threads"),))


def _table(shell: Shell, threads: list[Thread], name: str) -> Table:
    k = shell.session.k
    rows = []
    for each in threads:
        what = each.state
        if each.wait is not None:
            names = ", ".join(_kind(shell, address) for address in each.wait.objects) or "a time"
            what = f"waits ({each.wait.reason}) for {names}"
        rows.append(
            (
                cell(Address(each.object, k.arch.pointer), mark="    "),
                cell(each.number, f"{each.number:x}"),
                cell(each.name),
                cell(each.priority),
                cell(what),
            )
        )
    return Table(name, ("    THREAD", "id", "name", "priority", "state"), tuple(rows), empty="    no threads")
