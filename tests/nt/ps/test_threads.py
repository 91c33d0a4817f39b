from typing import Any

import pytest

from ntshell.machine.memory import AccessFault
from ntshell.machine.thread import Pending, Thread
from ntshell.nt import status
from ntshell.nt.flow import BugCheck, EndThread, Wait
from ntshell.nt.ke.wait import begin_wait
from ntshell.nt.ps.thread import new_thread, reap, terminate

ROUTINE = 0x1234560


def created(world: Any) -> tuple[Thread, int]:
    """A system thread made by the driver, and its handle."""
    out = world.block(8)
    assert world.call("PsCreateSystemThread", out, 0x1F03FF, 0, 0, 0, ROUTINE, 0x99) == 0
    return world.k.machine.threads[-1], world.k.pointer(out)


def test_a_system_thread_is_ready_to_enter_the_routine(world: Any) -> None:
    k, (thread, handle) = world.k, created(world)
    assert thread.facts["start"] == (ROUTINE, (0x99,)) and thread.state == "ready"
    assert [pending.kind for pending in thread.frames if isinstance(pending, Pending)] == ["thread"]
    ethread = k.struct("_ETHREAD", thread.object)
    assert (ethread.StartAddress, ethread.ThreadsProcess) == (ROUTINE, k.ps.system_process)
    assert ethread.member("Cid").UniqueThread == thread.number
    assert ethread.Tcb.StackBase - ethread.Tcb.StackLimit == k.arch.stack_size
    assert len(world.owed("thread")) == 1 and len(world.owed("handle")) == 1
    assert handle in k.objects.handles


def test_stacks_have_a_gap_on_both_sides(world: Any) -> None:
    k, (thread, _) = world.k, created(world)
    k.set_pointer(thread.stack_base - 8, 1)
    for address in (thread.stack_limit - 1, thread.stack_base):
        with pytest.raises(AccessFault):
            k.memory.load(address, 1)
    other, _ = created(world)
    assert other.stack_limit > thread.stack_base + 4096


def test_the_end_wakes_who_waits_and_the_rest_goes_later(world: Any) -> None:
    k, (thread, handle), out = world.k, created(world), world.block(8)
    waiter = k.thread
    thread_type = k.pointer(k.pointer(k.addresses["PsThreadType"]))
    assert world.call("ObReferenceObjectByHandle", handle, 0, thread_type, 0, out, 0) == 0
    assert k.pointer(out) == thread.object
    world.call("ZwClose", handle)
    waiter.frames.append(Pending("nt!KeWaitForSingleObject", "export", None, -1))
    assert begin_wait(k, waiter, Wait((thread.object,))) is None and waiter.state == "waiting"
    k.machine.processor.thread = thread
    result = world.call("PsTerminateSystemThread", 5)
    assert result == EndThread(5)
    terminate(k, thread, 5)
    assert waiter.state == "ready" and thread.state == "terminated" and world.owed("thread") == []
    ethread = k.struct("_ETHREAD", thread.object)
    assert ethread.ExitStatus == 5 and ethread.Tcb.Header.SignalState == 1
    k.memory.load(thread.stack_limit, 1)
    k.machine.processor.thread = waiter
    reap(k)
    with pytest.raises(AccessFault):
        k.memory.load(thread.stack_limit, 1)
    assert thread in k.machine.threads
    world.call("ObfDereferenceObject", thread.object)
    assert thread not in k.machine.threads
    with pytest.raises(AccessFault):
        world.call("ObfDereferenceObject", thread.object)


def test_a_thread_must_not_end_in_a_critical_region(world: Any) -> None:
    k, (thread, _) = world.k, created(world)
    k.struct("_KTHREAD", thread.object).KernelApcDisable = -1
    with pytest.raises(BugCheck) as caught:
        terminate(k, thread, 0)
    assert caught.value.code == 0x20


def test_who_runs(world: Any) -> None:
    k = world.k
    process = world.call("IoGetCurrentProcess")
    assert process == k.ps.system_process == k.pointer(k.addresses["PsInitialSystemProcess"])
    assert world.call("PsGetCurrentProcessId") == 4
    assert world.call("PsGetCurrentThreadId") == k.thread.number
    out = world.block(8)
    assert world.call("PsLookupThreadByThreadId", k.thread.number, out) == 0 and k.pointer(out) == k.thread.object
    assert world.owed("reference")
    assert world.call("PsLookupProcessByProcessId", 0x9999, out) == status.STATUS_INVALID_PARAMETER
    k.machine.processor.thread = new_thread(k, "user", 0, 0, user=True)
    assert world.call("IoGetCurrentProcess") == k.ps.user_process != process
    assert world.call("PsTerminateSystemThread", 0) == status.STATUS_INVALID_PARAMETER
    assert world.call("SeSinglePrivilegeCheck", 7, 1) == 0 and world.call("SeSinglePrivilegeCheck", 10, 1) == 1


def test_version(world: Any) -> None:
    k, major, string = world.k, world.block(4), world.block("_UNICODE_STRING")
    k.set_unicode(string, world.block(64), "", 64)
    assert world.call("PsGetVersion", major, 0, 0, string) == 0
    assert k.memory.load(major, 4) == 4 and k.unicode(string).startswith("Service Pack")
    for name, filled in (("_OSVERSIONINFOW", False), ("_OSVERSIONINFOEXW", True)):
        info = k.struct("_OSVERSIONINFOEXW", world.block("_OSVERSIONINFOEXW"))
        info.dwOSVersionInfoSize, info.wServicePackMajor = k.sizeof(name), 99
        assert world.call("RtlGetVersion", info.address) == 0
        assert (info.dwMajorVersion, info.dwBuildNumber, k.wide(info.at("szCSDVersion"))) == (4, 1381, "Service Pack 6")
        assert info.wServicePackMajor == (6 if filled else 99)
    assert world.call("RtlIsNtDdiVersionAvailable", 0x05010000) == 0 == world.call("IoIsWdmVersionAvailable", 1, 0)


def test_whose_a_thread_is(world: Any) -> None:
    k, (thread, _) = world.k, created(world)
    assert world.call("PsGetThreadProcess", thread.object) == k.ps.system_process
    assert world.call("PsGetThreadProcessId", thread.object) == 4 and world.call("IoIsSystemThread", thread.object) == 1
    user = new_thread(k, "user", 0, 0, user=True)
    assert world.call("PsGetThreadProcess", user.object) == k.ps.user_process
    assert world.call("PsIsSystemThread", user.object) == 0
    assert world.call("IoIs32bitProcess", 0) == (k.arch.pointer == 4)


def test_a_thread_of_a_process_given_by_handle(world: Any) -> None:
    k, out, cid = world.k, world.block(8), world.block("_CLIENT_ID")
    assert world.call("PsCreateSystemThread", out, 0, 0, 0x1234, cid, ROUTINE, 0) == status.STATUS_INVALID_HANDLE
    assert world.call("PsCreateSystemThread", out, 0, 0, k.arch.mask, cid, ROUTINE, 0) == 0  # NtCurrentProcess()
    assert k.struct("_CLIENT_ID", cid).UniqueProcess == 4
    bad = k.pointer(out)
    assert world.call("PsCreateSystemThread", out, 0, 0, bad, cid, ROUTINE, 0) == status.STATUS_OBJECT_TYPE_MISMATCH
    assert world.call("ObCloseHandle", bad, 0) == 0
    assert world.call("ObCloseHandle", bad, 1) == status.STATUS_INVALID_HANDLE


def test_undoing_a_threads_life_restores_everything(world: Any) -> None:
    k = world.k

    def picture() -> Any:
        memory = {base: bytes(region.data) for base, region in k.memory.regions.items()}
        return (
            memory,
            [thread.number for thread in k.machine.threads],
            dict(k.held),
            sorted(k.objects.known),
            k.ps.last_id,
        )

    before = picture()
    thread, handle = created(world)
    terminate(k, thread, 0)
    world.call("ZwClose", handle)
    reap(k)
    assert k.objects.at(thread.object) is None
    world.undo_all()
    assert picture() == before
