"""What NT 4.0 puts on the screen when it stops: the stop code, whose code the addresses lie in, the modules, the stack.

Rule: every number is the machine's own.  What this machine lacks (date stamps, the processor's id) is left out; a line of the
stack is a return address of a frame where it lies in memory, with the words behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ntshell.debugger.inspect_frame import stack_rows
from ntshell.machine.memory import AccessFault
from ntshell.nt.data_exports import BUILD, FREE_BUILD
from ntshell.nt.kernel import Finding, Image
from ntshell.run.faults import instruction
from ntshell.shell.command import command
from ntshell.shell.report import Line, Report, Text, text
from ntshell.shell.shell import Shell
from ntshell.shell.stops import hexadecimal

COLUMN = 40  # characters of a module, two to a line
WORDS = {4: ("dword", 6), 8: ("qword", 3)}  # what the stack's words are called, and how many fit in a line


@command(".bluescreen", group="Rules and findings", examples=".bluescreen")
def bluescreen(shell: Shell) -> Report:
    """Show what the screen of an NT 4.0 machine says that has stopped."""
    k = shell.session.k
    if k.crash is None:
        return text("the machine has not stopped: there is no blue screen", kind="good", code=0)
    lines = [
        *_stop(shell, k.crash),
        Line(""),
        *_modules(shell),
        Line(""),
        *_stack(shell),
        Line(""),
        Line(f"Nothing runs any more. Let the author of {_culprit(k.crash)} know; here that is you."),
        Line("!analyze -v says why, p- steps back to before the fault, .restart begins again.", "note"),
    ]
    facts = (("code", k.crash.code), ("name", k.crash.name), ("parameters", hexadecimal(k, k.crash)))
    return Report((Text(tuple(lines)),), facts)


def _plain(shell: Shell, address: int) -> str:
    """An address as NT's own screen has it, without WinDbg's mark in the middle."""
    return shell.session.k.arch.format(address).replace("`", "")


def _culprit(crash: Finding) -> str:
    return f"{crash.driver}.sys" if crash.driver else "the driver"


# --- the parts -------------------------------------------------------------------------------------------------------
def _stop(shell: Shell, crash: Finding) -> Iterator[Line]:
    """Code and name, then each parameter that is an address in a module; else where the driver stood."""
    k = shell.session.k
    values = ",".join(f"0x{_plain(shell, value).upper()}" for value in (*crash.parameters, 0, 0, 0, 0)[:4])
    yield Line(f"*** STOP: 0x{crash.code:08X} ({values})", "bad")
    yield Line(crash.name, "bad")
    found = [value for value in crash.parameters if _holder(shell, value) is not None]
    for value in found or [instruction(k)]:
        image = _holder(shell, value)
        if image is not None:
            where = f"{_plain(shell, value)} has base at {_plain(shell, image.base)} - {_named(image)}"
            yield Line(f"*** Address {where}", "bad", shell.symbols.place_of(value) or crash.place)
    yield Line("")
    yield Line(f"irql:{k.irql:02x}  SYSVER 0x{FREE_BUILD | BUILD:08x}")


def _holder(shell: Shell, address: int) -> Image | None:
    """The module, loaded or gone, that an address lies in."""
    k = shell.session.k
    images = (*k.images, *reversed(k.unloaded))
    return next((image for image in images if image.base <= address < image.base + image.size), None)


def _named(image: Image) -> str:
    return (image.file or image.name) + ("" if image.loaded else " (unloaded)")


def _modules(shell: Shell) -> Iterator[Line]:
    """The modules by address, two to a line."""
    k = shell.session.k
    head = f"{'Dll Base':{2 * k.arch.pointer}} - Name"
    images = sorted(k.images, key=lambda image: image.base)
    shown = [f"{_plain(shell, image.base)} - {_named(image)}" for image in images]
    yield Line(f"{head:{COLUMN}}{head}", "head")
    for n in range(0, len(shown), 2):
        yield Line("".join(f"{each:{COLUMN}}" for each in shown[n : n + 2]).rstrip())


def _stack(shell: Shell) -> Iterator[Line]:
    """The frames' return addresses where they lie on the stack, newest first, with the words behind them."""
    k = shell.session.k
    digits, (unit, count) = 2 * k.arch.pointer, WORDS[k.arch.pointer]
    head = f"{'Address':{digits}} {unit} dump   Build [{BUILD}]"
    yield Line(f"{head:{(digits + 1) * (count + 1)}}- Name", "head")
    for at, back in _returns(shell):
        words = [_plain(shell, at), *(_word(shell, at + n * k.arch.pointer) for n in range(count))]
        image = _holder(shell, back)
        yield Line(f"{' '.join(words)} - {_named(image) if image else '?'}", "plain", shell.symbols.place_of(back))


def _returns(shell: Shell) -> Iterator[tuple[int, int]]:
    """Where each frame's return address lies in memory, and what it is."""
    k = shell.session.k
    for row, caller in pairwise(stack_rows(k.machine.processor.thread, shell.symbols)):
        slots = range(row.child, caller.child, k.arch.pointer)
        at = next((at for at in slots if _load(shell, at) == row.back), None)
        if at is not None:
            yield at, row.back


def _load(shell: Shell, at: int) -> int | None:
    try:
        return shell.look.pointer(at)
    except AccessFault:
        return None


def _word(shell: Shell, at: int) -> str:
    """A word of the stack; question marks where nothing can be read."""
    value = _load(shell, at)
    return "?" * 2 * shell.session.k.arch.pointer if value is None else _plain(shell, value)
