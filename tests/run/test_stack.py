"""Kernel stacks: every frame has a room of its own, and the bytes of a stack say who called whom."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from ntshell.debugger.inspect_frame import StackRow, stack_rows
from ntshell.debugger.session import Session
from ntshell.debugger.symbols import Symbols
from tests.run.rig import Rig, rig

SOURCE = """
static LONG NTAPI Inner(ULONG A, ULONG B) { return A + B; }
static KDPC Dpc;
static ULONG Done;
static VOID NTAPI Later(PKDPC D, PVOID Context, PVOID One, PVOID Two) { Done += Inner(3, 4); }
static VOID NTAPI Thread(PVOID Context)
{
    LARGE_INTEGER T;
    T.QuadPart = -100000;
    KeDelayExecutionThread(KernelMode, FALSE, &T);
    PsTerminateSystemThread(STATUS_SUCCESS);
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    HANDLE Handle;
    KeInitializeDpc(&Dpc, Later, NULL);
    KeInsertQueueDpc(&Dpc, NULL, NULL);
    PsCreateSystemThread(&Handle, 0, NULL, NULL, NULL, Thread, NULL);
    ZwClose(Handle);
    return STATUS_SUCCESS;
}
"""


def check(found: Rig) -> list[StackRow]:
    """Every thread's stack hangs together; the rows of the one that runs."""
    k = found.session.k
    symbols, cell = Symbols(k), k.arch.pointer
    for thread in k.machine.threads:
        rows = stack_rows(thread, symbols)
        assert all(row.back for row in rows[:-1])
        assert [row.child for row in rows] == sorted({row.child for row in rows})
        assert all(thread.stack_limit <= row.child < thread.stack_base for row in rows)
        assert not thread.stack % (2 * cell)
        for row, below in pairwise(rows):
            entry, caller = thread.frames[-1 - row.number], thread.frames[-2 - row.number]
            assert k.pointer(entry.stack - cell) == row.back == below.ip
            assert k.pointer(entry.stack - 2 * cell) == caller.stack - 2 * cell
            assert symbols.name_of(row.back) == below.symbol
    return stack_rows(k.thread, symbols)


@pytest.mark.parametrize("arch", ["x86", "x64"])
def test_who_called_whom_can_be_read_from_the_stack(tmp_path: Path, arch: str) -> None:
    found = rig(tmp_path, arch)
    session = found.session
    found.load(found.write(SOURCE, "s"))
    idle = session.k.machine.threads[0]
    top = idle.stack
    found.break_at("Inner")

    stop = session.go()

    assert stop.kind == "breakpoint"
    rows = check(found)
    names = [row.symbol.partition("+")[0] for row in rows]
    assert names == ["s!Inner", "s!Later", "nt!KiRetireDpcList", "s!DriverEntry", "nt!IopLoadDriver",
                     "nt!PspSystemThreadStartup"]  # fmt: skip
    while session.into().kind != "idle":
        check(found)
    assert idle.stack == top


def test_a_waiting_thread_has_a_stack_too(tmp_path: Path) -> None:
    found = rig(tmp_path)
    found.start(found.write(SOURCE, "s"))
    k = found.session.k
    waiting = next(thread for thread in k.machine.threads if thread.state == "waiting")

    check(found)

    names = [row.symbol.partition("+")[0] for row in stack_rows(waiting, Symbols(k))]
    assert names == ["nt!KeDelayExecutionThread", "s!Thread", "nt!PspSystemThreadStartup"]


def test_an_interrupt_and_a_request_stand_on_the_stack() -> None:
    found = Rig(Session(), Path())
    session = found.session
    session.load("lab")
    session.go()
    session.io("open", path="\\\\.\\LAB1")
    found.break_at("LabStartIo")
    session.io("read", handle=1, length=4)
    check(found)
    session.fire("lab0")
    rows = check(found)
    assert rows[0].symbol.startswith("lab!LabIsr")
    for _ in range(40):
        session.into()
        check(found)
