"""A kernel with its core booted, and threads to call it from; no engine runs."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from ntshell.compiler import kernel_types
from ntshell.machine.arch import ARCHES
from ntshell.machine.config import DEFAULT
from ntshell.machine.machine import build
from ntshell.machine.thread import Pending, Thread
from ntshell.nt import hal, ke
from ntshell.nt.export import EXPORTS
from ntshell.nt.flow import BugCheck, Wait
from ntshell.nt.ke.dispatcher import THREAD, initialize
from ntshell.nt.ke.wait import begin_wait
from ntshell.nt.kernel import Kernel
from ntshell.nt.mm.pool import Pool

assert hal


@attrs.define(eq=False)
class World:
    """A kernel, and what a test does with it."""

    k: Kernel

    def block(self, what: str | int) -> int:
        """Poisoned nonpaged pool for a structure, or of a size."""
        size = what if isinstance(what, int) else self.k.sizeof(what)
        return self.k.pool.allocate(size, "nonpaged", "Test", "test")

    def thread(self, name: str = "worker") -> Thread:
        k = self.k
        address = k.pool.allocate_system(k.sizeof("_ETHREAD"), name)
        initialize(k, address, THREAD, k.sizeof("_KTHREAD"), 0)
        kthread = k.struct("_KTHREAD", address)
        k.list_init(kthread.at("MutantListHead"))
        kthread.Priority = kthread.BasePriority = 8
        found = Thread(name, len(k.machine.threads) + 1, address)
        k.machine.threads.append(found)
        return found

    def run(self, thread: Thread) -> None:
        self.k.journal.set(self.k.processor, "thread", thread)

    def call(self, name: str, *args: int) -> Any:
        return EXPORTS[name].run(self.k, *args)

    def wait(self, thread: Thread, result: Any) -> int | None:
        """What the engine does with a Wait."""
        assert isinstance(result, Wait)
        self.k.journal.append(thread.frames, Pending("nt!wait", "export", result.then, -1))
        status = begin_wait(self.k, thread, result)
        if status is not None:
            self.k.journal.pop(thread.frames)
        return status

    def park(self, thread: Thread, *objects: int, timeout: int = 0, every: bool = False) -> int | None:
        """Have a thread wait for objects."""
        before = self.k.processor.thread
        self.run(thread)
        array = self.block(8 * len(objects))
        for n, address in enumerate(objects):
            self.k.set_pointer(array + n * self.k.arch.pointer, address)
        result = self.call("KeWaitForMultipleObjects", len(objects), array, 0 if every else 1, 0, 0, 0, timeout, 0)
        status = self.wait(thread, result)
        assert before is not None
        self.run(before)
        return status

    def result(self, thread: Thread) -> int:
        """The status with which a thread's wait ended."""
        assert thread.state == "ready"
        pending = thread.frames[-1]
        assert isinstance(pending, Pending) and pending.pc == 1
        return int(pending.value)

    def time(self, interval: int) -> int:
        address = self.block(8)
        self.k.memory.store(address, 8, interval)
        return address

    def event(self, kind: int = 1, state: int = 0) -> int:
        address = self.block("_KEVENT")
        self.call("KeInitializeEvent", address, kind, state)
        return address

    def dpc(self, routine: int = 0x1234, context: int = 0) -> int:
        address = self.block("_KDPC")
        self.call("KeInitializeDpc", address, routine, context)
        return address

    def timer(self, kind: int = 0) -> int:
        address = self.block("_KTIMER")
        self.call("KeInitializeTimerEx", address, kind)
        return address

    def dies(self, code: int, *parameters: int | None) -> Any:
        """A context in which a bug check with that code and these first parameters must come."""
        return _Dies(code, parameters)

    def picture(self) -> dict[int, bytes]:
        return {base: bytes(region.data) for base, region in self.k.memory.regions.items()}


class _Dies:
    def __init__(self, code: int, parameters: tuple[int | None, ...]) -> None:
        self.code, self.parameters = code, parameters

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        assert isinstance(error, BugCheck), f"no bug check {self.code:#x} but {error!r}"
        assert error.code == self.code and error.rule
        for wanted, found in zip(self.parameters, error.parameters, strict=False):
            assert wanted is None or wanted == found, error.parameters
        return True


def make_world(arch: str) -> World:
    machine = build(ARCHES[arch], DEFAULT)
    k = Kernel(machine, kernel_types(arch), machine.journal, machine.memory, machine.arch)
    k.pool = Pool(k)
    ke.boot(k)
    world = World(k)
    world.run(world.thread("main"))
    return world


@pytest.fixture(params=["x86", "x64"])
def w(request: pytest.FixtureRequest) -> World:
    return make_world(request.param)


@pytest.fixture
def x86() -> World:
    return make_world("x86")
