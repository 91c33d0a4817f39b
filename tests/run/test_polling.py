"""A driver that polls a port half a million times in one DriverEntry: it ends, and its history is cut, not exhausted."""

from __future__ import annotations

from pathlib import Path

from ntshell.machine import journal
from tests.run.rig import rig

SOURCE = """
ULONG Sum;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    ULONG i;

    for (i = 0; i < 500000; i++)
        Sum += READ_PORT_UCHAR((PUCHAR)(ULONG_PTR)0x3F8);
    return STATUS_UNSUCCESSFUL;
}
"""


def test_half_a_million_reads_end(tmp_path: Path) -> None:
    world = rig(tmp_path)
    stop = world.start(world.write(SOURCE))
    kept = world.session.k.journal
    assert (stop.kind, world.value("Sum")) == ("idle", 500_000 * 0xFF)
    assert kept.last > 1_000_000
    assert len(kept.log) <= journal.LIMIT
