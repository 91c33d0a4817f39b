"""Bit maps (RTL_BITMAP): a number of bits in ULONGs that the driver keeps.

Rules: a search begins at its hint and wraps round once; 0xFFFFFFFF when nothing is found; ranges are cut at the map's end
when they are looked at and must lie inside when they are changed.
"""

from __future__ import annotations

import re

from ntshell.nt.export import export
from ntshell.nt.kernel import Kernel

APC = "_IRQL_requires_max_(APC_LEVEL) NTSYSAPI"
NONE = 0xFFFFFFFF
_MAP = "_In_ PRTL_BITMAP BitMapHeader"
_RANGE = f"({_MAP}, _In_ ULONG StartingIndex, _In_ ULONG NumberToSet);"
_FIND = f"({_MAP}, _In_ ULONG NumberToFind, _In_ ULONG HintIndex);"


def _bits(k: Kernel, header: int) -> tuple[int, int]:
    """The bits as one integer, and how many there are."""
    bitmap = k.struct("_RTL_BITMAP", header)
    count = bitmap.SizeOfBitMap
    data = k.memory.read(bitmap.Buffer, (count + 31) // 32 * 4)
    return int.from_bytes(data, "little") & (1 << count) - 1, count


def _text(k: Kernel, header: int) -> str:
    bits, count = _bits(k, header)
    return f"{bits:0{count}b}"[::-1] if count else ""


def _change(k: Kernel, header: int, start: int, count: int, value: int) -> None:
    """Set or clear bits, whole words at a time."""
    if not count:
        return
    buffer = k.struct("_RTL_BITMAP", header).Buffer
    first, last = start // 32, (start + count - 1) // 32
    at, size = buffer + 4 * first, 4 * (last - first + 1)
    bits = int.from_bytes(k.memory.read(at, size), "little")
    mask = ((1 << count) - 1) << (start - 32 * first)
    k.memory.write(at, (bits | mask if value else bits & ~mask).to_bytes(size, "little"))


def _find(k: Kernel, header: int, count: int, hint: int, bit: str) -> int:
    text = _text(k, header)
    if count == 0:
        return hint & ~7 if hint < len(text) else 0
    hint = hint if hint < len(text) else 0
    found = text.find(bit * count, hint & ~7)
    if found < 0:
        found = text.find(bit * count)
    return found if found >= 0 else NONE


def _are(k: Kernel, header: int, start: int, count: int, bit: str) -> int:
    text = _text(k, header)
    return int(0 < count <= len(text) - start and text[start : start + count] == bit * count)


def _longest(k: Kernel, header: int, starting: int, bit: str) -> int:
    runs = list(re.finditer(f"{bit}+", _text(k, header)))
    best = max(runs, key=lambda run: len(run[0]), default=None)
    k.memory.store(starting, 4, best.start() if best is not None else 0)
    return len(best[0]) if best is not None else 0


@export("""_IRQL_requires_max_(HIGH_LEVEL) NTSYSAPI VOID NTAPI RtlInitializeBitMap(_Out_ PRTL_BITMAP BitMapHeader,
_In_ PULONG BitMapBuffer, _In_ ULONG SizeOfBitMap);""")
def RtlInitializeBitMap(k: Kernel, BitMapHeader: int, BitMapBuffer: int, SizeOfBitMap: int) -> None:
    """Describe a buffer of bits; the bits stay as they are."""
    bitmap = k.struct("_RTL_BITMAP", BitMapHeader)
    bitmap.SizeOfBitMap, bitmap.Buffer = SizeOfBitMap, BitMapBuffer


@export(f"{APC} VOID NTAPI RtlSetBits{_RANGE}")
def RtlSetBits(k: Kernel, BitMapHeader: int, StartingIndex: int, NumberToSet: int) -> None:
    """Set bits."""
    _change(k, BitMapHeader, StartingIndex, NumberToSet, 1)


@export(f"{APC} VOID NTAPI RtlClearBits{_RANGE}")
def RtlClearBits(k: Kernel, BitMapHeader: int, StartingIndex: int, NumberToSet: int) -> None:
    """Clear bits."""
    _change(k, BitMapHeader, StartingIndex, NumberToSet, 0)


@export(f"{APC} VOID NTAPI RtlSetAllBits({_MAP});")
def RtlSetAllBits(k: Kernel, BitMapHeader: int) -> None:
    """Set every bit."""
    _change(k, BitMapHeader, 0, _bits(k, BitMapHeader)[1] + 31 & ~31, 1)


@export(f"{APC} VOID NTAPI RtlClearAllBits({_MAP});")
def RtlClearAllBits(k: Kernel, BitMapHeader: int) -> None:
    """Clear every bit."""
    _change(k, BitMapHeader, 0, _bits(k, BitMapHeader)[1] + 31 & ~31, 0)


@export(f"{APC} VOID NTAPI RtlSetBit({_MAP}, _In_ ULONG BitNumber);")
def RtlSetBit(k: Kernel, BitMapHeader: int, BitNumber: int) -> None:
    """Set a bit."""
    _change(k, BitMapHeader, BitNumber, 1, 1)


@export(f"{APC} VOID NTAPI RtlClearBit({_MAP}, _In_ ULONG BitNumber);")
def RtlClearBit(k: Kernel, BitMapHeader: int, BitNumber: int) -> None:
    """Clear a bit."""
    _change(k, BitMapHeader, BitNumber, 1, 0)


@export(f"{APC} BOOLEAN NTAPI RtlTestBit({_MAP}, _In_ ULONG BitNumber);")
def RtlTestBit(k: Kernel, BitMapHeader: int, BitNumber: int) -> int:
    """A bit."""
    return _bits(k, BitMapHeader)[0] >> BitNumber & 1


@export(f"{APC} BOOLEAN NTAPI RtlAreBitsSet({_MAP}, _In_ ULONG StartingIndex, _In_ ULONG Length);")
def RtlAreBitsSet(k: Kernel, BitMapHeader: int, StartingIndex: int, Length: int) -> int:
    """Whether all bits of a range are set."""
    return _are(k, BitMapHeader, StartingIndex, Length, "1")


@export(f"{APC} BOOLEAN NTAPI RtlAreBitsClear({_MAP}, _In_ ULONG StartingIndex, _In_ ULONG Length);")
def RtlAreBitsClear(k: Kernel, BitMapHeader: int, StartingIndex: int, Length: int) -> int:
    """Whether all bits of a range are clear."""
    return _are(k, BitMapHeader, StartingIndex, Length, "0")


@export(f"{APC} ULONG NTAPI RtlNumberOfSetBits({_MAP});")
def RtlNumberOfSetBits(k: Kernel, BitMapHeader: int) -> int:
    """How many bits are set."""
    return _bits(k, BitMapHeader)[0].bit_count()


@export(f"{APC} ULONG NTAPI RtlNumberOfClearBits({_MAP});")
def RtlNumberOfClearBits(k: Kernel, BitMapHeader: int) -> int:
    """How many bits are clear."""
    bits, count = _bits(k, BitMapHeader)
    return count - bits.bit_count()


@export(f"{APC} ULONG NTAPI RtlFindClearBits{_FIND}")
def RtlFindClearBits(k: Kernel, BitMapHeader: int, NumberToFind: int, HintIndex: int) -> int:
    """Find a run of clear bits."""
    return _find(k, BitMapHeader, NumberToFind, HintIndex, "0")


@export(f"{APC} ULONG NTAPI RtlFindSetBits{_FIND}")
def RtlFindSetBits(k: Kernel, BitMapHeader: int, NumberToFind: int, HintIndex: int) -> int:
    """Find a run of set bits."""
    return _find(k, BitMapHeader, NumberToFind, HintIndex, "1")


@export(f"{APC} ULONG NTAPI RtlFindClearBitsAndSet{_FIND}")
def RtlFindClearBitsAndSet(k: Kernel, BitMapHeader: int, NumberToFind: int, HintIndex: int) -> int:
    """Find a run of clear bits and set them."""
    found = _find(k, BitMapHeader, NumberToFind, HintIndex, "0")
    if found != NONE:
        _change(k, BitMapHeader, found, NumberToFind, 1)
    return found


@export(f"{APC} ULONG NTAPI RtlFindSetBitsAndClear{_FIND}")
def RtlFindSetBitsAndClear(k: Kernel, BitMapHeader: int, NumberToFind: int, HintIndex: int) -> int:
    """Find a run of set bits and clear them."""
    found = _find(k, BitMapHeader, NumberToFind, HintIndex, "1")
    if found != NONE:
        _change(k, BitMapHeader, found, NumberToFind, 0)
    return found


@export(f"{APC} ULONG NTAPI RtlFindLongestRunClear({_MAP}, _Out_ PULONG StartingIndex);")
def RtlFindLongestRunClear(k: Kernel, BitMapHeader: int, StartingIndex: int) -> int:
    """The longest run of clear bits: its length, and where it begins."""
    return _longest(k, BitMapHeader, StartingIndex, "0")


@export(f"{APC} ULONG NTAPI RtlFindNextForwardRunClear({_MAP}, _In_ ULONG FromIndex, _Out_ PULONG StartingRunIndex);")
def RtlFindNextForwardRunClear(k: Kernel, BitMapHeader: int, FromIndex: int, StartingRunIndex: int) -> int:
    """The next run of clear bits from an index on: its length, and where it begins."""
    text = _text(k, BitMapHeader)
    found = re.compile("0+").search(text, FromIndex)
    k.memory.store(StartingRunIndex, 4, found.start() if found is not None else len(text))
    return len(found[0]) if found is not None else 0
