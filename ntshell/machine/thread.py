"""Threads and their frames: what runs, and what waits below it.

A thread's stack holds `Frame`s of C code and `Pending`s: kernel routines that asked for something (a driver's routine to
be called, a wait) and go on with its outcome.  No Python frame ever lies under a C frame.

Rule: frames are pushed and popped through the journal only; `Frame.pc` is restored by the position's mark.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs

from ntshell.base.place import Place

_NONE: Mapping[int, Any] = MappingProxyType({})
ROOM = 0x30  # bytes of stack that a kernel routine takes while it is held there


@attrs.define(eq=False, repr=False)
class Code:
    """A C function bound to its image: its steps, where each stands in the source, and its address.

    `active` is what runs: `steps` with breakpoints laid over.  The address of step n is `address + 4 * n`.
    """

    name: str
    module: str
    address: int
    steps: tuple[Callable[[list[Any]], int], ...]
    active: Sequence[Callable[[list[Any]], int]]
    places: tuple[Place, ...]
    statements: bytes
    slots: int
    frame_size: int
    spills: tuple[tuple[int, int, int], ...]
    info: Any  # the compiler's Function
    result_size: int  # bytes of its result, 0 for void
    hazard: str = ""  # why it may not run as it pleases: `paged`, `discarded` (INIT, after DriverEntry), `unloaded`

    @property
    def symbol(self) -> str:
        """`module!name`."""
        return f"{self.module}!{self.name}"


@attrs.define(eq=False, repr=False)
class Frame:
    """A C function being run: `slots[0]` is its base in the kernel stack, `out` the slot of the caller for its result."""

    code: Code
    slots: list[Any]
    pc: int
    out: int
    stack: int  # lowest stack address in use by the caller, restored on return
    at: int = -1  # the step whose call it waits for; -1 while none
    exception: Any = None  # what its handler deals with; or what it decides of, if it is a filter's frame
    unwinding: Mapping[int, Any] = _NONE  # what its termination handlers were entered for, by region

    @property
    def place(self) -> Place:
        """The line where it is, or will go on."""
        pc = self.at if self.at >= 0 else self.pc
        return self.code.places[min(pc, len(self.code.places) - 1)]

    @property
    def address(self) -> int:
        """The instruction pointer."""
        return self.code.address + 4 * self.pc


@attrs.define(eq=False, repr=False)
class Pending:
    """A kernel routine that goes on by `then(kernel, value)` when what it asked for is there.

    `kind` tells why it is on the stack: `export` (called by a driver), `interrupt`, `dpc`, `thread` (bottom of one),
    `apc`.  `value` is the outcome so far, `out` the caller's slot for the routine's own result.  `stack` is the lowest stack
    address that its caller uses; what it takes itself, `ROOM`, lies below that.
    """

    name: str
    kind: str
    then: Callable[[Any, Any], Any] | None
    out: int
    value: Any = 0
    args: tuple[Any, ...] = ()
    stack: int = 0
    pc: int = 0  # 0: waiting for what it asked; 1: `value` is there, go on
    exported: Any = None  # the Export, when kind is `export`
    callee: Code | None = None  # the driver's routine that has just returned to it


@attrs.define(eq=False, repr=False)
class Thread:
    """A kernel thread; `object` is the address of its ETHREAD, `number` its client id."""

    name: str
    number: int
    object: int = 0
    frames: list[Frame | Pending] = attrs.Factory(list)
    state: str = "ready"  # ready, running, waiting, terminated
    priority: int = 8
    stack: int = 0  # lowest address in use
    stack_base: int = 0
    stack_limit: int = 0
    wait: Any = None  # what it waits for, a record of the nt floor
    irql: int = 0  # saved while it is not running (PASSIVE or APC)
    user: bool = False
    order: int = 0  # when it became ready: first come, first served within a priority
    facts: dict[str, Any] = attrs.Factory(dict)
