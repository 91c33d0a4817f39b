"""How a session stands, in one block of fields: what a face shows all the time.  Cheap: it is asked for after every key."""

from __future__ import annotations

from ntshell.debugger.inspect import BrokenList, Inspector
from ntshell.debugger.leaks import outstanding
from ntshell.debugger.session import Session
from ntshell.nt.kernel import Kernel
from ntshell.shell.report import Cell, Fields, Report, cell


def status(session: Session) -> Report:
    """One block `status`; `state` is the kind of the stop, `level` the name of the IRQL, `time` counts 100 ns."""
    k = session.k
    journal, now = k.journal, k.machine.now
    owed = len(outstanding(k, session.current)) if session.current else 0
    items: dict[str, Cell] = {
        "driver": cell(session.current, session.current or "no driver"),
        "state": cell(session.stop.kind),
        "position": _hexadecimal(journal.position),
        "last": _hexadecimal(journal.last),
        "irql": cell(k.irql),
        "level": cell(Inspector(k).level(k.irql).split()[0]),
        "dpcs": _queued(k),
        "owed": cell(owed),
        "time": cell(now, f"{now // 10_000_000}.{now // 10_000 % 1000:03d} s"),
        "crash": cell(k.crash.name if k.crash is not None else ""),
    }
    return Report((Fields("status", tuple(items.items())),))


def _hexadecimal(position: int) -> Cell:
    return cell(position, f"{position:x}")


def _queued(k: Kernel) -> Cell:
    """How many DPCs are queued, as far as the list can be read."""
    try:
        return cell(sum(1 for _ in Inspector(k).links(k.ke.dpc_list)))
    except BrokenList:
        return cell(None, "?", mark="!")
