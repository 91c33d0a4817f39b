"""What the kernel core keeps that drivers cannot see, and where its own structures lie.

The processor blocks, the timer list and the list of bug check callbacks are real bytes in one region at
`k.arch.data`; `KeState` holds their addresses and the bookkeeping that NT has in registers, in its dispatcher lock
or under Verifier.

Rule: the attributes change through the journal only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ntshell.base.place import Place
from ntshell.machine.memory import PAGE, Region

if TYPE_CHECKING:
    from ntshell.nt.kernel import Kernel

DATA_SIZE = 4 * PAGE  # the region at k.arch.data; whoever else keeps data there begins after it
PCR_OFFSET = 0
LISTS_OFFSET = 3 * PAGE

READY, RUNNING, TERMINATED, WAITING = 1, 2, 4, 5  # KTHREAD.State
PRIORITIES = 32
PROCESSORS = 1  # active processors, as a mask


@attrs.frozen(repr=False)
class Holder:
    """Who holds a spin lock: the thread, the IRQL from before, and the line that took it."""

    thread: int
    irql: int
    place: Place | None


@attrs.define(eq=False, repr=False)
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
    adapters: dict[int, int] = attrs.Factory(dict)  # system DMA channel -> its adapter object
    wait_array: int = 0  # the caller's wait blocks for the wait that begins next
    io_map: bytes = b""  # the I/O permission map; empty until a driver sets it: nothing is allowed
    readied: int = 0  # threads made ready so far: orders them


def boot(k: Kernel) -> KeState:
    """Lay out the processor's blocks and the list heads, and hang the state at `k.ke`; memory must be there."""
    base = k.arch.data
    k.memory.add(Region(base, DATA_SIZE, "nt", bytearray(DATA_SIZE), note="nt data: processor blocks and lists"))
    pcr = base + PCR_OFFSET
    prcb = k.struct("_KPCR", pcr).at("PrcbData")
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


def _fill(k: Kernel, state: KeState) -> None:
    processor = k.processor
    k.journal.set(processor, "pcr", state.pcr)
    k.journal.set(processor, "prcb", state.prcb)
    pcr, prcb = k.struct("_KPCR", state.pcr), k.struct("_KPRCB", state.prcb)
    pcr.SelfPcr, pcr.Prcb = state.pcr, state.prcb
    pcr.MajorVersion = prcb.MajorVersion = pcr.MinorVersion = 1
    prcb.MinorVersion = 1
    pcr.Number = prcb.Number = processor.number
    pcr.SetMember = prcb.SetMember = 1 << processor.number
    prcb.MaximumDpcQueueDepth, prcb.MinimumDpcRate = 4, 3
    k.list_init(prcb.at("WaitListHead"))
    ready = prcb.at("DispatcherReadyListHead")
    for priority in range(PRIORITIES):
        k.list_init(ready + priority * 2 * k.arch.pointer)
