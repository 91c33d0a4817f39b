"""Checks that several parts of the kernel make, and how Driver Verifier names a wrong IRQL.

`wrong_irql` gives the bug check for a routine that was called at a level its prototype forbids: Verifier has
sub-codes of its own for some, and 0xE5 for the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ntshell.nt.export import DISPATCH_LEVEL

if TYPE_CHECKING:
    from ntshell.nt.export import Export
    from ntshell.nt.kernel import Kernel

VERIFIER = 0xC4
TIMER_OR_DPC_INVALID = 0xC7
DPC_OBJECT, THREADED_DPC_OBJECT, TIMER_OBJECT = 19, 24, 8
LEVELS = ("PASSIVE_LEVEL", "APC_LEVEL", "DISPATCH_LEVEL")

# Routine -> sub-codes of 0xC4 when the IRQL is too low and too high.
IRQL_SUBCODES = {
    "KeReleaseSpinLock": (0x32, 0x32),
    "KfReleaseSpinLock": (0x32, 0x32),
    "KeAcquireSpinLock": (0x42, 0x42),
    "KeAcquireSpinLockRaiseToDpc": (0x42, 0x42),
    "KfAcquireSpinLock": (0x42, 0x42),
    "KeAcquireSpinLockAtDpcLevel": (0x40, 0xE5),
    "KefAcquireSpinLockAtDpcLevel": (0x40, 0xE5),
    "KeReleaseSpinLockFromDpcLevel": (0x41, 0xE5),
    "KefReleaseSpinLockFromDpcLevel": (0x41, 0xE5),
    "KeSetEvent": (0x80, 0x80),
    "KeWaitForSingleObject": (0x120, 0x120),
    "KeWaitForMultipleObjects": (0x120, 0x120),
    "KeEnterCriticalRegion": (0x11A, 0x11A),
    "KeLeaveCriticalRegion": (0x11B, 0x11B),
}


def level_name(level: int) -> str:
    """An IRQL in words."""
    return LEVELS[level] if level < len(LEVELS) else f"IRQL {level}"


def wrong_irql(k: Kernel, export: Export, args: tuple[int, ...]) -> None:
    """Bug check because `export` was called at an IRQL outside its contract."""
    low, high = IRQL_SUBCODES.get(export.name, (0xE5, 0xE5))
    first, contract = args[0] if args else 0, export.contract
    if k.irql > contract.high:
        code, allowed = high, f"at {level_name(contract.high)} or below"
    else:
        code, allowed = low, f"at {level_name(contract.low)} or above"
    if contract.low == contract.high:
        allowed = f"at {level_name(contract.low)} only"
    k.bugcheck(
        VERIFIER,
        code,
        k.irql,
        first if code != 0xE5 else 0,
        rule=f"{export.name} was called at {level_name(k.irql)}; it may be called {allowed}",
        mend="call it from a routine that runs at that level",
    )


def in_dpc(k: Kernel) -> bool:
    """Whether a DPC routine is running, or was interrupted."""
    return k.processor.in_dpc


def symbol(k: Kernel, address: int) -> str:
    """`module!Routine` of an address, or the address."""
    code = k.codes.get(address)
    if code is not None:
        return code.symbol
    name = k.routines.get(address)
    return f"nt!{name.rpartition('!')[2]}" if name is not None else k.arch.format(address)


def module_of(k: Kernel, address: int) -> str:
    """The driver whose routine lies at an address; '' when it is none's or the kernel's."""
    image = k.image_at(address)
    return image.name if image is not None and image.program is not None else ""


def live_objects(k: Kernel, start: int, size: int) -> None:
    """Bug check when memory about to go holds a set timer or a queued DPC."""
    state = k.ke
    if state is None:
        return
    _check(k, state.timer_list, "_KTIMER", "TimerListEntry", 0, start, size)
    _check(k, state.dpc_list, "_KDPC", "DpcListEntry", 1, start, size)


def _check(k: Kernel, head: int, ctype: str, link: str, kind: int, start: int, size: int) -> None:
    if k.pointer(head) == head:
        return
    offset = k.struct(ctype, 0).at(link)
    for entry in k.list_walk(head):
        found = entry - offset
        if start <= found < start + size:
            word, undo = (
                ("timer that is still set", "KeCancelTimer"),
                ("DPC that is still queued", "KeRemoveQueueDpc"),
            )[kind]
            k.bugcheck(
                TIMER_OR_DPC_INVALID,
                kind,
                found,
                start,
                start + size,
                rule=f"memory is given back that holds a {word}, at {k.arch.format(found)}",
                mend=f"call {undo} before the memory goes",
            )


def require_type(k: Kernel, address: int, kinds: tuple[int, ...], argument: int, what: str, init: str) -> None:
    """Bug check 0xC7 for a timer (`argument` 0) or DPC (1) that was never initialized."""
    if k.memory.load(address, 1) not in kinds:
        k.bugcheck(
            TIMER_OR_DPC_INVALID,
            argument,
            address,
            rule=f"the {what} at {k.arch.format(address)} was never initialized, or has been overwritten",
            mend=f"call {init} before it is used",
        )


def require_wait_level(k: Kernel, wait: int, subcode: int, routine: str) -> None:
    """Wait=TRUE announces a wait that comes next, so the level must allow one."""
    if wait and k.irql >= DISPATCH_LEVEL:
        k.bugcheck(
            VERIFIER,
            subcode,
            k.irql,
            rule=f"{routine} with Wait TRUE was called at {level_name(k.irql)}; it may be called at APC_LEVEL or below",
            mend="pass FALSE for Wait",
        )
