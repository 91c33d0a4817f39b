"""Why the machine stopped, told for somebody who has to mend it.

WinDbg's frame (name, cause, arguments), then what the reader needs: the statement at fault, what it touched and whose that
was, who freed it, what was interrupted, the rule, how to mend it, the stack.  Pure facts: faces lay them out.
"""

from __future__ import annotations

from typing import Any

import attrs

from ntshell.base.place import Place
from ntshell.debugger.inspect import Inspector
from ntshell.debugger.symbols import Symbols
from ntshell.machine.thread import Frame, Pending
from ntshell.nt.bugcodes import bugchecks, meaning
from ntshell.nt.kernel import Finding, Kernel
from ntshell.nt.status import STATUS_ACCESS_VIOLATION

CAUSES = {
    0x0A: "A kernel routine touched, at DISPATCH_LEVEL or above, memory that is paged, freed or not there: as a rule the "
    "address that a driver passed to it.",
    0x50: "An address was touched where no memory is: a wild pointer, or a block that has gone.",
    0x7E: "A system thread raised an exception that nobody took.",
    0x3B: "A driver raised an exception, in a system service of a user program, that nobody took.",
    0x8E: "A driver raised an exception, in a thread of a user program, that nobody took.",
    0xBE: "A driver wrote to memory that may only be read.",
    0xCC: "A kernel routine touched pool that had been freed, through an address that a driver passed to it.",
    0xCD: "A kernel routine touched memory beyond the end of a block that a driver passed to it.",
    0xCE: "Code or data of a driver that has been unloaded was called or touched: something that could still call into the "
    "driver was left behind.",
    0xD1: "A driver touched, at DISPATCH_LEVEL or above, memory that is paged, freed or not there.",
    0xD5: "A driver touched pool that it had freed.",
    0xD6: "A driver touched memory beyond the end of a block of pool.",
}
VAGUE = frozenset({"", "reserved", "(not documented)", "not documented"})


@attrs.frozen
class Fact:
    """A labelled fact; `place` is the source line that it speaks of, to be shown with its text."""

    label: str
    text: str
    place: Place | None = None


@attrs.frozen
class Analysis:
    """All there is to say of a finding; `arguments` are value and meaning."""

    finding: Finding
    title: str
    cause: str
    arguments: tuple[tuple[int, str], ...]
    facts: tuple[Fact, ...]


def analyze(k: Kernel, finding: Finding) -> Analysis:
    """Explain a finding."""
    code = f" ({finding.code:x})" if finding.code else ""
    return Analysis(finding, f"{finding.name}{code}", _cause(finding), _arguments(finding), tuple(_facts(k, finding)))


def _cause(finding: Finding) -> str:
    known = bugchecks().get(finding.code)
    if known is None:
        return ""
    if finding.code in CAUSES:
        return CAUSES[finding.code]
    sub = meaning(finding.code, finding.parameters[0]) if finding.parameters else None
    text = known.cause.removesuffix(" [inferred from the name; page gives none]")
    return f"{sub[1]}" if sub is not None else text


def _arguments(finding: Finding) -> tuple[tuple[int, str], ...]:
    known = bugchecks().get(finding.code)
    if known is None or not finding.parameters:
        return ()
    words = list(known.arguments)
    sub = meaning(finding.code, finding.parameters[0])
    if sub is not None:
        words = [f"sub-code: {sub[1]}", *sub[0]]
    if finding.code in (0x7E, 0x8E) and finding.parameters[0] == STATUS_ACCESS_VIOLATION:
        words[2:] = ["address that was touched", "0 read, 1 write, 8 execute"]
    return tuple((value, "" if word in VAGUE else word) for value, word in zip(finding.parameters, words, strict=False))


# --- the heart -------------------------------------------------------------------------------------------------------
def _facts(k: Kernel, finding: Finding) -> list[Fact]:
    known = dict(finding.facts)
    look, symbols = Inspector(k), Symbols(k)
    found = [Fact("What happened", _sentence(finding.rule), None)]
    if finding.place is not None:
        found.append(Fact("At fault", _who(k, finding), finding.place))
    if "irql" in known:
        found.append(Fact("IRQL", f"{known['irql']} ({look.level(known['irql'])})"))
    found += _touched(k, known, symbols)
    if known.get("during"):
        found.append(_interrupted(k, known))
    found += _rule(k, known, symbols)
    found += [Fact("Still held", f"{held.kind}: {held.text}", held.place) for held in finding.held]
    if finding.mend:
        found.append(Fact("To mend it", _sentence(finding.mend)))
    return found


def _sentence(text: str) -> str:
    text = text.strip()
    first = text.split(" ", 1)[0]
    start = text[:1].upper() if first.isalpha() and first.islower() else text[:1]
    return start + text[1:] + ("" if text.endswith((".", "?")) else ".")


def _who(k: Kernel, finding: Finding) -> str:
    frame = next((frame for frame in _frames(k) if frame.place == finding.place), None)
    if frame is None:
        return f"in driver {finding.driver}" if finding.driver else "in the kernel"
    callee = _callee(frame)
    called = f", in its call of {callee}" if callee and finding.code not in (0xD1, 0xD5, 0x3B, 0x7E, 0x8E) else ""
    return f"in {frame.code.symbol}{called}"


def _callee(frame: Frame) -> str:
    pc = frame.at if frame.at >= 0 else frame.pc
    names = frame.code.info.callees
    return str(names[pc]) if pc < len(names) else ""


def _frames(k: Kernel) -> list[Frame]:
    thread = k.machine.processor.thread
    return [entry for entry in reversed(thread.frames) if isinstance(entry, Frame)] if thread is not None else []


def _touched(k: Kernel, known: dict[str, Any], symbols: Symbols) -> list[Fact]:
    """What was touched, who took it, who gave it back."""
    address = known.get("address")
    if address is None:
        return []
    form = k.arch.format
    did = "wrote to" if known.get("write") else "read"
    text = f"{did} {form(address)}"
    base, size = known.get("block"), known.get("size", 0)
    state = {"freed": ", which has been freed", "unloaded": ", which has been unloaded"}.get(known.get("kind", ""), "")
    if base is None:
        text += ": a NULL pointer's member" if address < 0x10000 else ": nothing is mapped there"
    elif base <= address < base + size:
        text += f", byte {address - base:#x} of the {size:#x} bytes of {known.get('note') or 'a block'}{state}"
    else:
        side = "behind the end of" if address >= base + size else "before"
        text += f", {side} {known.get('note') or 'a block'} ({size:#x} bytes at {form(base)}){state}"
    name = symbols.name_of(address)
    found = [Fact("Touched", text + (f" [{name}]" if name else ""))]
    for label, key, driver in (("Allocated", "allocated_by", "driver"), ("Freed", "freed_by", "freed_driver")):
        place = known.get(key)
        if isinstance(place, Place):
            by = known.get(driver)
            found.append(Fact(label, f"by {by}" if by and by != "nt" else "by nt, for this call", place))
    return found


def _interrupted(k: Kernel, known: dict[str, Any]) -> Fact:
    """What was running when the interrupt or DPC came in."""
    what = "an interrupt" if known["during"] == "interrupt" else "the DPC queue"
    thread = k.machine.processor.thread
    names = [entry.kind for entry in thread.frames if isinstance(entry, Pending)] if thread is not None else []
    came = "a DPC" if "dpc" in names and known["during"] == "dpc" else what
    if known.get("interrupted"):
        return Fact(
            "Interrupted",
            f"{known['interrupted']}: {came} came in before this statement ran",
            known.get("interrupted_at"),
        )
    return Fact("Interrupted", f"{came} came in while no driver code ran")


def _rule(k: Kernel, known: dict[str, Any], symbols: Symbols) -> list[Fact]:
    """The order that Unload must keep, when an interrupt or a DPC found what it uses gone; and who was still connected."""
    if not known.get("during") or known.get("kind") not in ("freed", "unloaded"):
        return []
    found = []
    if known["during"] == "interrupt":
        entries = [held for held in k.owed() if held.kind == "interrupt"]
        found += [Fact("Still connected", held.text, held.place) for held in entries]
        rule = (
            "An ISR may run for as long as its interrupt is connected and its device may interrupt.  So Unload first disables "
            "and disconnects the interrupt (stage 1), and only then frees what the ISR uses (stages 3 to 7)."
        )
    else:
        rule = (
            "A DPC that is queued, or that a timer will queue, still runs.  So Unload first stops whatever queues DPCs, "
            "removes or waits for those that are queued (stage 2), and only then frees what they use."
        )
    return [*found, Fact("The rule", rule)]
