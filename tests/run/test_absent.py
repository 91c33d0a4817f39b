"""What a driver imports and nobody has stops it where it is used, the driver standing before the statement."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run.rig import rig

TEXT = """#include <ntddk.h>
extern ULONG NoVariable;
__declspec(dllimport) PULONG NoTable;
NTSTATUS NoRoutine(ULONG n);
static NTSTATUS (*Table[])(ULONG) = {NoRoutine};
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    NTSTATUS (*p)(ULONG) = NoRoutine;
    ULONG n = p != NULL && Table[0] == p && &NoVariable != NULL;
    USE;
    return STATUS_SUCCESS;
}
"""
USES = {
    "n = NoVariable": "NoVariable",
    "NoVariable = n": "NoVariable",
    "n = NoTable[1]": "NoTable",
    "RtlCopyMemory(&n, &NoVariable, sizeof n)": "NoVariable",
    "NoRoutine(n)": "NoRoutine",
    "p(n)": "NoRoutine",
    "Table[0](n)": "NoRoutine",
}


@pytest.mark.parametrize("arch", ["x86", "x64"])
@pytest.mark.parametrize("use", USES)
def test_stops_where_it_is_used(use: str, arch: str, tmp_path: Path) -> None:
    found = rig(tmp_path, arch)
    session = found.session
    session.load(found.write(TEXT.replace("USE", use), "absent", head=""))
    assert set(session.missing("absent")) == {"NoVariable", "NoRoutine", USES[use]}
    stop = session.go()
    assert (stop.kind, stop.reason) == ("missing", f"{USES[use]} is not in ntshell; the driver stops where it uses it")
    assert stop.place is not None and stop.place.line == 10
    assert session.k.crash is None and session.k.findings == []
