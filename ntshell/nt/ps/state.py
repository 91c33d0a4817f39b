"""Processes, and what ps keeps that drivers cannot see.

Two processes: System, whose threads are drivers' and nt's own, and the user's program, made when its first thread is.
"""

from __future__ import annotations

import attrs

from ntshell.nt.kernel import Kernel

SYSTEM_ID = 4
CLIENT_IDS = 4  # client ids are multiples of this


@attrs.define(eq=False, repr=False)
class PsState:
    """State of ps: addresses of EPROCESSes, the last client id, threads that are over."""

    system_process: int = 0
    user_process: int = 0
    last_id: int = SYSTEM_ID
    stack_cursor: int = 0
    dying: list[object] = attrs.Factory(list)  # Threads whose stack and reference ps has still to give back


def next_id(k: Kernel) -> int:
    """A fresh client id."""
    k.journal.set(k.ps, "last_id", k.ps.last_id + CLIENT_IDS)
    return int(k.ps.last_id)


def make_process(k: Kernel, name: str, number: int) -> int:
    """An EPROCESS object; returns its address."""
    from ntshell.nt.ke.dispatcher import PROCESS, initialize
    from ntshell.nt.ke.iomap import NO_MAP
    from ntshell.nt.ob import object as ob

    entry = ob.make(k, "Process", k.sizeof("_EPROCESS"), f"process {name}", number=number)
    process = k.struct("_EPROCESS", entry.address)
    initialize(k, entry.address, PROCESS, k.sizeof("_KPROCESS"), 0)
    for head in (
        "Pcb.ProfileListHead",
        "Pcb.ReadyListHead",
        "Pcb.ThreadListHead",
        "ActiveProcessLinks",
        "ThreadListHead",
    ):
        k.list_init(process.at(head))
    process.member("Pcb").BasePriority = 8
    process.member("Pcb").IopmOffset = NO_MAP
    process.UniqueProcessId = number
    k.memory.write(process.at("ImageFileName"), name.encode()[:15])
    return entry.address


def user_process(k: Kernel) -> int:
    """The process of the user's program."""
    if not k.ps.user_process:
        k.journal.set(k.ps, "user_process", make_process(k, "user.exe", next_id(k)))
    return int(k.ps.user_process)


def boot(k: Kernel) -> None:
    """Make the system process."""
    k.ps = PsState(stack_cursor=k.arch.stacks)
    k.ps.system_process = make_process(k, "System", SYSTEM_ID)
