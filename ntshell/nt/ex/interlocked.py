"""Interlocked arithmetic and the lists under a spin lock.

Rules: an operation is one step, so nothing comes between; operands must be resident, so paged pool at DISPATCH_LEVEL
faults here as anywhere.  The ExInterlocked routines take the caller's spin lock with interrupts off: the lock must not be
held already by this processor.
"""

from __future__ import annotations

from collections.abc import Callable

from ntshell.nt.export import export
from ntshell.nt.kernel import Kernel

SPIN_LOCK_ALREADY_OWNED = 0x0F
ANY = "_IRQL_requires_max_(HIGH_LEVEL) NTKERNELAPI"
Step = Callable[[int, int], int]


def change(k: Kernel, address: int, size: int, value: int, step: Step) -> int:
    """Replace the integer at an address by `step(old, value)`; the old one."""
    old = k.memory.load(address, size)
    k.memory.store(address, size, step(old, value))
    return old


def compare(k: Kernel, address: int, size: int, new: int, comparand: int) -> int:
    """Store `new` if the integer there equals `comparand`; the old one."""
    old = k.memory.load(address, size)
    if old == comparand & ((1 << 8 * size) - 1):
        k.memory.store(address, size, new)
    return old


def take_lock(k: Kernel, lock: int) -> None:
    """What taking a spin lock for one step comes to on this processor: it must be free and resident."""
    if k.pointer(lock) & 1:
        k.bugcheck(
            SPIN_LOCK_ALREADY_OWNED, lock,
            rule=f"an ExInterlocked routine was given the spin lock at {k.arch.format(lock)}, which is held already",
            mend="do not hold the lock while calling it; use the plain list routines under the lock instead",
        )  # fmt: skip


def _add(old: int, value: int) -> int:
    return old + value


def _exchange(old: int, value: int) -> int:
    return value


def _and(old: int, value: int) -> int:
    return old & value


def _or(old: int, value: int) -> int:
    return old | value


def _xor(old: int, value: int) -> int:
    return old ^ value


def _by_one(name: str, ctype: str, size: int, delta: int, word: str) -> None:
    def run(k: Kernel, Addend: int) -> int:
        return change(k, Addend, size, delta, _add) + delta

    _name(run, name, f"{word} by one; the new value.")
    export(f"{ANY} {ctype} {name}(_Inout_ {ctype} volatile *Addend);")(run)


def _by_value(name: str, ctype: str, size: int, step: Step, word: str, new: bool = False) -> None:
    def run(k: Kernel, Target: int, Value: int) -> int:
        old = change(k, Target, size, Value, step)
        return old + Value if new else old

    _name(run, name, f"{word}; the {'new' if new else 'old'} value.")
    export(f"{ANY} {ctype} {name}(_Inout_ {ctype} volatile *Target, _In_ {ctype} Value);")(run)


def _compare(name: str, ctype: str, size: int) -> None:
    def run(k: Kernel, Destination: int, Exchange: int, Comparand: int) -> int:
        return compare(k, Destination, size or k.arch.pointer, Exchange, Comparand)

    _name(run, name, "Store a value if the old one is as expected; the old value.")
    params = f"_Inout_ {ctype} volatile *Destination, _In_ {ctype} Exchange, _In_ {ctype} Comparand"
    export(f"{ANY} {ctype} {name}({params});")(run)


def _bit(name: str, step: Step, word: str) -> None:
    def run(k: Kernel, Base: int, Bit: int) -> int:
        at = Base + (Bit >> 5) * 4
        old = k.memory.load(at, 4)
        k.memory.store(at, 4, step(old, 1 << (Bit & 31)))
        return old >> (Bit & 31) & 1

    _name(run, name, f"{word} a bit; what it was.")
    export(f"{ANY} BOOLEAN {name}(_Inout_ LONG volatile *Base, _In_ LONG Bit);")(run)


def _name(run: Callable[..., int], name: str, text: str) -> None:
    run.__name__ = run.__qualname__ = name
    run.__doc__ = text


def _clear(old: int, value: int) -> int:
    return old & ~value


for _mark in ("", "_"):
    for _tail, _type, _size in (("", "LONG", 4), ("64", "LONGLONG", 8)):
        _by_one(f"{_mark}InterlockedIncrement{_tail}", _type, _size, 1, "Increment")
        _by_one(f"{_mark}InterlockedDecrement{_tail}", _type, _size, -1, "Decrement")
        _by_value(f"{_mark}InterlockedExchange{_tail}", _type, _size, _exchange, "Exchange")
        _by_value(f"{_mark}InterlockedExchangeAdd{_tail}", _type, _size, _add, "Add")
        _by_value(f"{_mark}InterlockedAnd{_tail}", _type, _size, _and, "And")
        _by_value(f"{_mark}InterlockedOr{_tail}", _type, _size, _or, "Or")
        _by_value(f"{_mark}InterlockedXor{_tail}", _type, _size, _xor, "Exclusive or")
        _compare(f"{_mark}InterlockedCompareExchange{_tail}", _type, _size)
    _compare(f"{_mark}InterlockedCompareExchangePointer", "PVOID", 0)
_by_value("InterlockedAdd", "LONG", 4, _add, "Add", new=True)
_by_value("InterlockedAdd64", "LONGLONG", 8, _add, "Add", new=True)
_bit("InterlockedBitTestAndSet", _or, "Set")
_bit("InterlockedBitTestAndReset", _clear, "Clear")
_bit("_interlockedbittestandset", _or, "Set")
_bit("_interlockedbittestandreset", _clear, "Clear")


@export(f"{ANY} PVOID InterlockedExchangePointer(_Inout_ PVOID volatile *Target, _In_ PVOID Value);")
def InterlockedExchangePointer(k: Kernel, Target: int, Value: int) -> int:
    """Exchange a pointer; the old one."""
    return change(k, Target, k.arch.pointer, Value, _exchange)


@export(f"{ANY} PVOID _InterlockedExchangePointer(_Inout_ PVOID volatile *Target, _In_ PVOID Value);")
def _InterlockedExchangePointer(k: Kernel, Target: int, Value: int) -> int:
    """Exchange a pointer; the old one."""
    return change(k, Target, k.arch.pointer, Value, _exchange)


# --- under a spin lock -----------------------------------------------------------------------------------------------
@export(f"""{ANY} PLIST_ENTRY FASTCALL ExInterlockedInsertHeadList(_Inout_ PLIST_ENTRY ListHead,
_Inout_ PLIST_ENTRY ListEntry, _Inout_ PKSPIN_LOCK Lock);""")
def ExInterlockedInsertHeadList(k: Kernel, ListHead: int, ListEntry: int, Lock: int) -> int:
    """Put an entry at the front of a list; the entry that was first, or NULL."""
    take_lock(k, Lock)
    old = k.pointer(ListHead)
    k.list_insert_head(ListHead, ListEntry)
    return old if old != ListHead else 0


@export(f"""{ANY} PLIST_ENTRY FASTCALL ExInterlockedInsertTailList(_Inout_ PLIST_ENTRY ListHead,
_Inout_ PLIST_ENTRY ListEntry, _Inout_ PKSPIN_LOCK Lock);""")
def ExInterlockedInsertTailList(k: Kernel, ListHead: int, ListEntry: int, Lock: int) -> int:
    """Put an entry at the end of a list; the entry that was last, or NULL."""
    take_lock(k, Lock)
    old = k.pointer(ListHead + k.arch.pointer)
    k.list_insert_tail(ListHead, ListEntry)
    return old if old != ListHead else 0


@export(
    f"{ANY} PLIST_ENTRY FASTCALL ExInterlockedRemoveHeadList(_Inout_ PLIST_ENTRY ListHead, _Inout_ PKSPIN_LOCK Lock);"
)
def ExInterlockedRemoveHeadList(k: Kernel, ListHead: int, Lock: int) -> int:
    """Take the first entry of a list, or NULL."""
    take_lock(k, Lock)
    entry = k.pointer(ListHead)
    if entry == ListHead:
        return 0
    k.list_remove(entry)
    return entry


@export(f"""{ANY} PSINGLE_LIST_ENTRY FASTCALL ExInterlockedPushEntryList(_Inout_ PSINGLE_LIST_ENTRY ListHead,
_Inout_ PSINGLE_LIST_ENTRY ListEntry, _Inout_ PKSPIN_LOCK Lock);""")
def ExInterlockedPushEntryList(k: Kernel, ListHead: int, ListEntry: int, Lock: int) -> int:
    """Put an entry at the front of a singly linked list; the entry that was first, or NULL."""
    take_lock(k, Lock)
    old = k.pointer(ListHead)
    k.set_pointer(ListEntry, old)
    k.set_pointer(ListHead, ListEntry)
    return old


@export(f"""{ANY} PSINGLE_LIST_ENTRY FASTCALL ExInterlockedPopEntryList(_Inout_ PSINGLE_LIST_ENTRY ListHead,
_Inout_ PKSPIN_LOCK Lock);""")
def ExInterlockedPopEntryList(k: Kernel, ListHead: int, Lock: int) -> int:
    """Take the first entry of a singly linked list, or NULL."""
    take_lock(k, Lock)
    entry = k.pointer(ListHead)
    if entry:
        k.set_pointer(ListHead, k.pointer(entry))
    return entry


@export(
    f"{ANY} ULONG FASTCALL ExInterlockedAddUlong(_Inout_ PULONG Addend, _In_ ULONG Increment, _Inout_ PKSPIN_LOCK Lock);"
)
def ExInterlockedAddUlong(k: Kernel, Addend: int, Increment: int, Lock: int) -> int:
    """Add to a ULONG under a lock; the old value."""
    take_lock(k, Lock)
    return change(k, Addend, 4, Increment, _add)


@export(f"""{ANY} LARGE_INTEGER NTAPI ExInterlockedAddLargeInteger(_Inout_ PLARGE_INTEGER Addend,
_In_ LARGE_INTEGER Increment, _Inout_ PKSPIN_LOCK Lock);""")
def ExInterlockedAddLargeInteger(k: Kernel, Addend: int, Increment: int, Lock: int) -> int:
    """Add to a LARGE_INTEGER under a lock; the old value."""
    take_lock(k, Lock)
    return change(k, Addend, 8, Increment, _add)


@export(f"{ANY} VOID FASTCALL ExInterlockedAddLargeStatistic(_Inout_ PLARGE_INTEGER Addend, _In_ ULONG Increment);")
def ExInterlockedAddLargeStatistic(k: Kernel, Addend: int, Increment: int) -> None:
    """Add to a counter of 64 bits."""
    change(k, Addend, 8, Increment, _add)


@export(f"{ANY} INTERLOCKED_RESULT NTAPI ExInterlockedIncrementLong(_Inout_ PLONG Addend, _Inout_ PKSPIN_LOCK Lock);")
def ExInterlockedIncrementLong(k: Kernel, Addend: int, Lock: int) -> int:
    """Increment a LONG; the sign of the new value."""
    return _sign(change(k, Addend, 4, 1, _add) + 1)


@export(f"{ANY} INTERLOCKED_RESULT NTAPI ExInterlockedDecrementLong(_Inout_ PLONG Addend, _Inout_ PKSPIN_LOCK Lock);")
def ExInterlockedDecrementLong(k: Kernel, Addend: int, Lock: int) -> int:
    """Decrement a LONG; the sign of the new value."""
    return _sign(change(k, Addend, 4, -1, _add) - 1)


@export(
    f"{ANY} ULONG NTAPI ExInterlockedExchangeUlong(_Inout_ PULONG Target, _In_ ULONG Value, _Inout_ PKSPIN_LOCK Lock);"
)
def ExInterlockedExchangeUlong(k: Kernel, Target: int, Value: int, Lock: int) -> int:
    """Exchange a ULONG; the old value."""
    return change(k, Target, 4, Value, _exchange)


@export(f"""{ANY} LONGLONG FASTCALL ExInterlockedCompareExchange64(_Inout_ LONGLONG volatile *Destination,
_In_ PLONGLONG Exchange, _In_ PLONGLONG Comparand, _Inout_ PKSPIN_LOCK Lock);""")
def ExInterlockedCompareExchange64(k: Kernel, Destination: int, Exchange: int, Comparand: int, Lock: int) -> int:
    """Store 64 bits if the old ones are as expected; the old value."""
    return compare(k, Destination, 8, k.memory.load(Exchange, 8), k.memory.load(Comparand, 8))


def _sign(value: int) -> int:
    value &= 0xFFFFFFFF
    return 0 if value == 0 else 1 if value >> 31 else 2
