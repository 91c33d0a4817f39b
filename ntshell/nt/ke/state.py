"""What the kernel core keeps that drivers cannot see, and where its own structures lie.

The processor blocks, the timer list and the list of bug check callbacks are real bytes in one region at `k.arch.data`;
`KeState` holds their addresses and the bookkeeping that NT has in registers, in its dispatcher lock or under Verifier.

Rule: the attributes change through the journal only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from ntshell.base.place import Place
from ntshell.machine.memory import PAGE, Region

DATA_SIZE = 4 * PAGE  # the region at k.arch.data; whoever else keeps data there begins after it
PCR_OFFSET = 0
LISTS_OFFSET = 3 * PAGE

READY, RUNNING, TERMINATED, WAITING = 1, 2, 4, 5  # KTHREAD.State
PROCESSORS = 1  # active processors, as a mask


@attrs.frozen
class Holder:
    """Who holds a spin lock: the thread, the IRQL from before, and the line that took it."""

    thread: int
    irql: int
    place: Place | None


@attrs.frozen
class Hook:
    """Something of another part of the kernel that runs once a second, while it has work to do."""

    active: Callable[[Any], bool]
    run: Callable[[Any], None]


@attrs.define(eq=False)
class KeState:
    """State of the kernel core."""

    pcr: int
    prcb: int
    dpc_list: int  # KPRCB.DpcListHead
    timer_list: int  # all set timers, soonest first
    callback_list: int  # KBUGCHECK_CALLBACK_RECORDs
    locks: dict[int, Holder] = attrs.Factory(dict)  # held spin locks by address
    interrupts: dict[int, tuple[int, ...]] = attrs.Factory(dict)  # vector -> KINTERRUPTs in connection order
    float_saves: dict[int, tuple[int, int]] = attrs.Factory(dict)  # KFLOATING_SAVE -> thread, IRQL
    hooks: list[Hook] = attrs.Factory(list)
    wait_array: int = 0  # the caller's wait blocks for the wait that begins next
    readied: int = 0  # threads made ready so far: orders them
    seconds: int = 0  # whole seconds of interrupt time that the hooks have seen


def boot(k: Any) -> KeState:
    """Lay out the processor's blocks and the list heads, and hang the state at `k.ke`; memory must be there."""
    base = k.arch.data
    k.memory.add(Region(base, DATA_SIZE, "nt", bytearray(DATA_SIZE), note="nt data: processor blocks and lists"))
    pcr = base + PCR_OFFSET
    prcb = pcr + _aligned(k.sizeof("_KPCR"))
    lists = base + LISTS_OFFSET
    state = KeState(
        pcr=pcr,
        prcb=prcb,
        dpc_list=k.struct("_KPRCB", prcb).at("DpcListHead"),
        timer_list=lists,
        callback_list=lists + 2 * k.arch.pointer,
    )
    for head in (state.dpc_list, state.timer_list, state.callback_list):
        k.list_init(head)
    _fill(k, state)
    k.ke = state
    return state


def _fill(k: Any, state: KeState) -> None:
    processor = k.processor
    for name, value in (("pcr", state.pcr), ("prcb", state.prcb)):
        k.journal.set(processor, name, value)
    pcr = k.struct("_KPCR", state.pcr)
    names = {field.name for field in pcr.type.flat()}
    for name, value in (("Self", state.pcr), ("SelfPcr", state.pcr), ("Prcb", state.prcb), ("CurrentPrcb", state.prcb)):
        if name in names:
            pcr[name] = value
    k.struct("_KPRCB", state.prcb).Number = processor.number


def _aligned(size: int) -> int:
    return (size + 63) & ~63
