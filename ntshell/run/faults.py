"""From a fault to NT's bug check: which code, which parameters, which rule, and what the reader needs to know.

Sources: Bug Check Code Reference; the trap handler turns a bad touch at DISPATCH_LEVEL or above into 0xD1 (in a driver) or
0xA (in nt), below it into 0x50 and its special-pool forms 0xD5 and 0xD6, or 0xCE for an unloaded image; an address in the user
half is an exception (0x7E in a system thread; elsewhere 0x8E, on x64 0x3B).
"""

from __future__ import annotations

from typing import Any

from ntshell.base.place import Place
from ntshell.machine.memory import PAGE, AccessFault, Region
from ntshell.machine.thread import Code, Frame, Pending, Thread
from ntshell.nt.bugcodes import name_of
from ntshell.nt.flow import BugCheck, Raise
from ntshell.nt.kernel import Finding, Kernel
from ntshell.nt.status import STATUS_ACCESS_VIOLATION
from ntshell.run.unwind import Record

STATUS_INTEGER_DIVIDE_BY_ZERO = 0xC0000094
STATUS_INTEGER_OVERFLOW = 0xC0000095
READ, WRITE, EXECUTE = 0, 1, 8
DISPATCH_LEVEL = 2
SYSTEM_SERVICE_EXCEPTION = 0x3B


class BadCall(AccessFault):
    """A call to where no code is."""


class BadReturn(BadCall):
    """A return to where the overwritten return address says."""


class QuotientTooLarge(ZeroDivisionError):
    """The least integer divided by -1: the processor traps as it does for a division by zero."""


def exception(k: Kernel, problem: Exception) -> Record | None:
    """The NT exception that a problem raises, if a driver's __try may have it; None when NT stops at once."""
    ip = instruction(k)
    if isinstance(problem, Raise):
        return Record(problem, problem.status, ip, continuable=False)
    if isinstance(problem, BadReturn):
        return None  # the stack that the handlers are found by is what was written over
    if isinstance(problem, AccessFault):
        if problem.address > k.arch.mask >> 1 or k.irql >= DISPATCH_LEVEL:
            return None
        if isinstance(problem, BadCall):
            return Record(problem, STATUS_ACCESS_VIOLATION, problem.address, (EXECUTE, problem.address))
        return Record(problem, STATUS_ACCESS_VIOLATION, ip, (WRITE if problem.write else READ, problem.address))
    if isinstance(problem, QuotientTooLarge):
        return Record(problem, STATUS_INTEGER_OVERFLOW, ip)
    return Record(problem, STATUS_INTEGER_DIVIDE_BY_ZERO, ip) if isinstance(problem, ArithmeticError) else None


def crash(k: Kernel, problem: Exception) -> None:
    """NT stops: the finding is recorded, nothing runs any more."""
    facts: tuple[tuple[str, Any], ...] = ()
    if isinstance(problem, AccessFault):
        facts = _facts(k, problem)
        check = _access(k, problem)
    elif isinstance(problem, BugCheck):
        check = problem
        facts = (*_held_facts(k), ("irql", k.irql))
    else:
        record = exception(k, problem)
        check = unhandled(k, record.status if record is not None else 0)
    frame = k.driver_frame()
    driver = check.module or (frame.code.module if frame is not None else "")
    place = check.place or (frame.place if frame is not None else None)
    finding = Finding(
        check.code, name_of(check.code), check.parameters, check.rule, check.mend, place,
        k.journal.position, driver, True, facts=facts,
    )  # fmt: skip
    k.journal.set(k, "crash", finding)
    k.journal.append(k.findings, finding)
    k.emit("bugcheck", f"bug check {check.code:#x} {finding.name}", code=check.code, parameters=check.parameters)


def blame(check: BugCheck, code: Code | None) -> None:
    """The fault is that of a driver's routine which has returned, or was to be called: name its end."""
    if code is not None and check.place is None:
        check.module, check.place = code.module, Place(code.places[0].file, code.info.end_place[1])


# --- touches -----------------------------------------------------------------------------------------------------------
def _access(k: Kernel, fault: AccessFault) -> BugCheck:
    region, called = _block(k, fault), isinstance(fault, BadCall)
    kind = EXECUTE if called else WRITE if fault.write else READ
    ip = fault.address if called else instruction(k)
    missing = _first_missing(fault, region)
    touched = f"{_verb(fault)} {k.arch.format(missing)}, {describe(k, missing, region)}"
    who, mend = _who(k), _mend(region, called)
    if isinstance(fault, BadReturn):
        touched += f": {fault.why}"
        mend = "stay within the bounds of the arrays among the locals"
    if region is not None and region.kind == "unloaded":
        return BugCheck(0xCE, missing, kind, ip, rule=f"{who} {touched}", mend=mend)
    if k.irql >= DISPATCH_LEVEL:
        code = 0xD1 if called or in_driver(k) else 0xA
        return BugCheck(code, missing, k.irql, kind, ip, rule=f"{who} at IRQL {k.irql} {touched}", mend=mend)
    if fault.address <= k.arch.mask >> 1:
        rule = f"{who} {touched}" + ("" if isinstance(fault, BadReturn) else "; no __try takes the exception")
        code, more = _nobody_took(k), (missing, kind)
        if code == SYSTEM_SERVICE_EXCEPTION:
            more = (0, 0)  # its third is the context record's address, which is not kept
        return BugCheck(code, STATUS_ACCESS_VIOLATION, ip, *more, rule=rule, mend=mend)
    return BugCheck(_fault_code(k, region, fault.write), missing, kind, ip, rule=f"{who} {touched}", mend=mend)


def _verb(fault: AccessFault) -> str:
    if isinstance(fault, BadReturn):
        return "returned to"
    return "called" if isinstance(fault, BadCall) else "wrote to" if fault.write else "read"


def _first_missing(fault: AccessFault, region: Region | None) -> int:
    """The first byte of a touch that is not there: it may begin within a region and reach beyond its end."""
    if region is not None and not isinstance(fault, BadCall):
        end = region.base + region.size
        if region.base <= fault.address < end < fault.address + fault.size:
            return end
    return fault.address


def _nobody_took(k: Kernel) -> int:
    """Code for an exception that came to the end: in a program's thread x64 meets it where a system service was entered."""
    if not k.thread.user:
        return 0x7E
    return SYSTEM_SERVICE_EXCEPTION if k.arch.pointer == 8 else 0x8E


def _block(k: Kernel, fault: AccessFault) -> Region | None:
    """What was meant: the region at the address, or the block of pool that ends on the page before it."""
    if fault.region is not None:
        return fault.region
    before = k.memory.find(fault.address - PAGE)
    return before if before is not None and "area" in before.facts else None


def _fault_code(k: Kernel, region: Region | None, write: bool) -> int:
    """Code of a page fault below DISPATCH_LEVEL at an address of the system half."""
    kind = "" if region is None else region.kind
    if kind == "image" and write:
        return 0xBE
    if kind == "freed":
        return 0xD5 if in_driver(k) else 0xCC
    if kind in ("nonpaged", "paged", "system"):
        return 0xD6 if in_driver(k) else 0xCD
    return 0x50


def _who(k: Kernel) -> str:
    """Who made the touch: the driver's routine, or the kernel routine that it called or that runs by itself."""
    thread = k.machine.processor.thread
    top = thread.frames[-1] if thread is not None and thread.frames else None
    if isinstance(top, Pending):
        return top.name
    if not isinstance(top, Frame):
        return "the kernel"
    return f"a routine called by {top.code.symbol}" if k.call_place else top.code.symbol


def describe(k: Kernel, address: int, region: Region | None) -> str:
    """In words: what lies, or lay, at an address."""
    if region is None:
        if address < 0x1000:
            return "a NULL pointer's target"
        return "an address for user programs" if address <= k.arch.mask >> 1 else "where nothing is mapped"
    offset = address - region.base
    inside = (
        "the start of "
        if not offset
        else f"{offset:#x} bytes into "
        if 0 < offset < region.size
        else "beyond the end of "
        if offset > 0
        else "before "
    )
    if region.kind == "freed":
        return f"{inside}{region.note or 'a block'}, which has been freed"
    if region.kind == "unloaded":
        return f"{inside}{region.note}, which has been unloaded"
    if region.kind == "paged" and 0 <= offset < region.size:
        return f"{inside}{region.note or 'paged pool'}, which may be paged out at this IRQL"
    return inside + (region.note or f"a {region.kind} region")


def _mend(region: Region | None, called: bool) -> str:
    kind = "" if region is None else region.kind
    if kind == "unloaded":
        return "Unload must wait for or cancel everything that can still call into the driver"
    if kind == "freed":
        return "free it only when no interrupt, DPC, timer or thread can reach it any more"
    if called:
        return "set the function pointer before it is called"
    if region is None:
        return "check the pointer before it is used"
    if kind == "paged":
        return "take memory that is used at DISPATCH_LEVEL or above from nonpaged pool"
    if kind == "image":
        return "write to variables only: code and constants are read-only"
    return "stay within the block"


def _facts(k: Kernel, fault: AccessFault) -> tuple[tuple[str, Any], ...]:
    region = _block(k, fault)
    facts: list[tuple[str, Any]] = [("address", fault.address), ("irql", k.irql), ("write", fault.write)]
    if region is not None:
        facts += [("block", region.base), ("size", region.size), ("note", region.note), ("kind", region.kind)]
        facts += sorted((name, value) for name, value in region.facts.items())
    return (*facts, *_held_facts(k))


def _held_facts(k: Kernel) -> tuple[tuple[str, Any], ...]:
    """What was interrupted, if the fault came in an interrupt or a DPC."""
    thread = k.machine.processor.thread
    below: Frame | None = None
    delivered: Pending | None = None
    for entry in thread.frames if thread is not None else ():
        if isinstance(entry, Pending) and entry.kind in ("interrupt", "dpc"):
            delivered = entry
            break
        below = entry if isinstance(entry, Frame) else below
    if delivered is None:
        return ()
    facts: list[tuple[str, Any]] = [("during", delivered.kind)]
    if below is not None:
        facts += [("interrupted", below.code.symbol), ("interrupted_at", below.place)]
    return tuple(facts)


def instruction(k: Kernel) -> int:
    """The instruction pointer of what runs: the driver's statement, or the kernel routine it called."""
    frame = k.driver_frame()
    return 0 if frame is None else frame.code.address + 4 * (frame.at if frame.at >= 0 else frame.pc)


def in_driver(k: Kernel) -> bool:
    """Whether the touch was made by driver code itself and not by a kernel routine."""
    thread = k.machine.processor.thread
    return thread is not None and bool(thread.frames) and isinstance(thread.frames[-1], Frame) and not k.call_place


# --- jumps and stacks ----------------------------------------------------------------------------------------------------
def bad_jump(k: Kernel, address: int) -> Exception:
    """A call to where no routine is."""
    region = k.memory.find(address)
    if region is None or region.kind in ("freed", "unloaded") or not 0 <= address - region.base < region.size:
        return BadCall(address, 1, False, region, "no code is there")
    words = f"{_who(k)} called {k.arch.format(address)}, {describe(k, address, region)}: that is no routine"
    return BugCheck(0xFC, address, rule=words, mend="look where the function pointer was set")


def bad_return(k: Kernel, address: int) -> BadReturn:
    """A return through an address that the driver has written over."""
    region = k.memory.find(address)
    return BadReturn(address, 1, False, region, "the return address on the stack was written over")


def check_code(k: Kernel, code: Code) -> BugCheck | None:
    """Pageable code may not run at raised IRQL, discarded or unloaded code not at all."""
    if code.hazard == "paged" and k.irql < DISPATCH_LEVEL:
        return None
    if code.hazard == "paged":
        return BugCheck(
            0xD3, code.address, k.irql, EXECUTE, instruction(k),
            rule=f"{code.symbol} lies in a pageable section and runs at IRQL {k.irql}",
            mend="leave the routine out of alloc_text(PAGE...), or do not raise the IRQL in it",
        )  # fmt: skip
    why = "in the INIT section, which was discarded when DriverEntry had returned"
    mend = "keep what is called later out of alloc_text(INIT, ...)"
    if code.hazard == "unloaded":
        why = f"in {code.module}.sys, which has been unloaded"
        mend = "Unload must wait for or cancel everything that can still run in the driver"
    return BugCheck(0xCE, code.address, EXECUTE, code.address, rule=f"{code.symbol} runs, and it lies {why}", mend=mend)


def stack_overflow(k: Kernel, thread: Thread, name: str) -> BugCheck:
    """The kernel stack is used up: a double fault."""
    size = thread.stack_base - thread.stack_limit
    return BugCheck(
        0x7F, 8, thread.stack_limit,
        rule=f"calling {name} overran the kernel stack of {size // 1024} KB",
        mend="recurse less deeply, keep large buffers in pool",
    )  # fmt: skip


def fell_through(k: Kernel, frame: Frame) -> BugCheck:
    """The end of a function that owes a value."""
    return BugCheck(
        0x7F, 6, rule=f"{frame.code.symbol} ended without returning a value, and its caller uses it",
        mend="return a value on every path",
    )  # fmt: skip


def unhandled(k: Kernel, status: int) -> BugCheck:
    """An exception that nobody took."""
    what = {
        STATUS_INTEGER_DIVIDE_BY_ZERO: "divided by zero",
        STATUS_INTEGER_OVERFLOW: "divided the least integer by -1, which no integer holds",
        STATUS_ACCESS_VIOLATION: "touched a bad address",
    }
    return BugCheck(
        _nobody_took(k), status, instruction(k),
        rule=f"the driver {what.get(status, f'raised the exception {status:#x}')}, and no __try takes the exception",
        mend="check the operand first, or put the code under __try/__except",
    )  # fmt: skip
