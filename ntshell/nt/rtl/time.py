"""System time in parts: 100 ns since 1601 to year, month, day and back.

Rules: years run from 1601 to 30827; a weekday counts from Sunday; parts that make no date are refused.
"""

from __future__ import annotations

from ntshell.nt.export import export
from ntshell.nt.kernel import Kernel

HIGH = "_IRQL_requires_max_(HIGH_LEVEL) NTSYSAPI"
MS, DAY_MS = 10_000, 86_400_000
TO_1970, TO_1980 = 11_644_473_600, 11_960_006_400
_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _length(year: int, month: int) -> int:
    return _MONTHS[month - 1] + (month == 2 and _leap(year))


def _days_before(year: int) -> int:
    """Days from the start of 1601 to the start of a year."""
    past = year - 1
    return (past - 1600) * 365 + past // 4 - past // 100 + past // 400 - 388


def fields(time: int) -> tuple[int, int, int, int, int, int, int, int]:
    """Year, month, day, hour, minute, second, milliseconds, weekday."""
    days, rest = divmod(time // MS, DAY_MS)
    year = 1601 + days * 400 // 146097
    while _days_before(year + 1) <= days:
        year += 1
    while _days_before(year) > days:
        year -= 1
    day = days - _days_before(year)
    month = 1
    while day >= _length(year, month):
        day -= _length(year, month)
        month += 1
    seconds, milliseconds = divmod(rest, 1000)
    return year, month, day + 1, seconds // 3600, seconds // 60 % 60, seconds % 60, milliseconds, (days + 1) % 7


@export(f"{HIGH} VOID NTAPI RtlTimeToTimeFields(_In_ PLARGE_INTEGER Time, _Out_ PTIME_FIELDS TimeFields);")
def RtlTimeToTimeFields(k: Kernel, Time: int, TimeFields: int) -> None:
    """Take a time apart."""
    data = b"".join(part.to_bytes(2, "little") for part in fields(k.memory.load(Time, 8)))
    k.memory.write(TimeFields, data)


@export(f"{HIGH} BOOLEAN NTAPI RtlTimeFieldsToTime(_In_ PTIME_FIELDS TimeFields, _Out_ PLARGE_INTEGER Time);")
def RtlTimeFieldsToTime(k: Kernel, TimeFields: int, Time: int) -> int:
    """Put a time together; FALSE when its parts make no date."""
    data = k.memory.read(TimeFields, 14)
    parts = [int.from_bytes(data[n : n + 2], "little", signed=True) for n in range(0, 14, 2)]
    year, month, day, hour, minute, second, milliseconds = parts
    if year < 1601 or not 1 <= month <= 12 or not 1 <= day <= _length(year, month):
        return 0
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and 0 <= milliseconds < 1000):
        return 0
    days = _days_before(year) + sum(_length(year, n) for n in range(1, month)) + day - 1
    time = days * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds
    k.memory.store(Time, 8, time * MS)
    return 1


def _seconds(k: Kernel, Time: int, origin: int, to: int) -> int:
    seconds = k.memory.load(Time, 8) // 10_000_000 - origin
    if not 0 <= seconds <= 0xFFFFFFFF:
        return 0
    k.memory.store(to, 4, seconds)
    return 1


@export(f"{HIGH} BOOLEAN NTAPI RtlTimeToSecondsSince1970(_In_ PLARGE_INTEGER Time, _Out_ PULONG ElapsedSeconds);")
def RtlTimeToSecondsSince1970(k: Kernel, Time: int, ElapsedSeconds: int) -> int:
    """Seconds since 1970; FALSE when they do not fit."""
    return _seconds(k, Time, TO_1970, ElapsedSeconds)


@export(f"{HIGH} BOOLEAN NTAPI RtlTimeToSecondsSince1980(_In_ PLARGE_INTEGER Time, _Out_ PULONG ElapsedSeconds);")
def RtlTimeToSecondsSince1980(k: Kernel, Time: int, ElapsedSeconds: int) -> int:
    """Seconds since 1980; FALSE when they do not fit."""
    return _seconds(k, Time, TO_1980, ElapsedSeconds)


@export(f"{HIGH} VOID NTAPI RtlSecondsSince1970ToTime(_In_ ULONG ElapsedSeconds, _Out_ PLARGE_INTEGER Time);")
def RtlSecondsSince1970ToTime(k: Kernel, ElapsedSeconds: int, Time: int) -> None:
    """The time so many seconds after 1970 began."""
    k.memory.store(Time, 8, (ElapsedSeconds + TO_1970) * 10_000_000)


@export(f"{HIGH} VOID NTAPI RtlSecondsSince1980ToTime(_In_ ULONG ElapsedSeconds, _Out_ PLARGE_INTEGER Time);")
def RtlSecondsSince1980ToTime(k: Kernel, ElapsedSeconds: int, Time: int) -> None:
    """The time so many seconds after 1980 began."""
    k.memory.store(Time, 8, (ElapsedSeconds + TO_1980) * 10_000_000)
