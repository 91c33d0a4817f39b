"""Booting: a fresh kernel on a fresh machine, ready to load drivers.

Read from top to bottom: what NT's own start-up would be, in its order.
"""

from __future__ import annotations

from ntshell.ctype.table import TypeTable
from ntshell.machine.arch import Arch
from ntshell.machine.config import MachineSpec
from ntshell.machine.machine import build
from ntshell.machine.memory import PAGE, Region
from ntshell.machine.thread import Pending, Thread
from ntshell.nt import cm, data_exports, dbg, ex, hal, io, ke, mm, ob, ps, rtl, se
from ntshell.nt.export import EXPORTS
from ntshell.nt.internal import INTERNALS
from ntshell.nt.kernel import Image, Kernel
from ntshell.nt.mm.pool import Pool
from ntshell.run.drivers import hook
from ntshell.run.engine import Engine
from ntshell.run.image import ReadOnly

PACKAGES = (cm, dbg, ex, hal, io, ke, mm, ob, ps, rtl, se)  # importing them declares their exports
ROUTINE = 16  # bytes of address space that a kernel routine takes
DATA_OFFSET = 0x20000  # nt's exported variables, in its image
INSIDE = (  # routines of nt that nobody can call, but that stand on stacks
    "KeUpdateSystemTime", "KiChainedDispatch", "KiIdleLoop", "KiInterruptDispatch", "KiRetireDpcList",
    "PspSystemThreadStartup",
)  # fmt: skip


def boot(arch: Arch, spec: MachineSpec, types: TypeTable) -> Engine:
    """A machine with NT on it, idle."""
    machine = build(arch, spec)
    k = Kernel(machine, types, machine.journal, machine.memory, arch)
    _map_images(k)
    k.pool = Pool(k)
    ke.boot(k)  # processor blocks, timer and DPC lists
    ob.boot(k)  # the namespace and object types
    ps.boot(k)  # the system process
    cm.boot(k)  # the registry, hardware description, configuration information
    io.boot(k)  # lists of the I/O manager
    ex.boot(k)  # work queues and other lists
    data_exports.fill(k)
    engine = Engine(k)
    hook(engine)
    engine.idle = _idle_thread(k)
    engine.switch_first(engine.idle)
    k.journal.log.clear()  # history begins here
    k.journal.position = k.journal.oldest = k.journal.last = 0
    return engine


def _map_images(k: Kernel) -> None:
    """The images of nt and hal: an address for each routine, and room for exported variables."""
    names = {"nt": sorted(n for n, e in EXPORTS.items() if e.module == "nt") + sorted(INTERNALS)}
    names["hal"] = sorted(n for n, e in EXPORTS.items() if e.module == "hal")
    for module, base, file in (("nt", k.arch.nt, "ntoskrnl.exe"), ("hal", k.arch.hal, "hal.dll")):
        size = -(-(len(names[module]) + len(INSIDE) + 1) * ROUTINE // PAGE) * PAGE
        image = Image(module, base, size, file)
        for n, name in enumerate(names[module], 1):
            k.routines[base + n * ROUTINE] = name
            k.addresses[name] = image.names[name] = base + n * ROUTINE
        if module == "nt":
            for n, name in enumerate(INSIDE, len(names["nt"]) + 1):
                k.addresses[f"nt!{name}"] = base + n * ROUTINE  # by its whole name: no driver can import it
        k.images.append(image)
        k.memory.add(Region(base, size, "image", bytearray(b"\xcc" * size), ReadOnly(), f"the code of {file}"))
    _map_variables(k)


def _map_variables(k: Kernel) -> None:
    base, at = k.arch.nt + DATA_OFFSET, 0
    for name, (_, size) in sorted(data_exports.DATA_EXPORTS.items()):
        k.addresses[name] = k.images[0].names[name] = base + at
        at += size(k.arch)
    k.images[0].size = DATA_OFFSET + PAGE
    k.memory.add(Region(base, PAGE, "nt", bytearray(PAGE), None, "nt's exported variables"))


def _idle_thread(k: Kernel) -> Thread:
    """The thread that runs when no other can; interrupts then run on its stack."""
    thread = ps.new_thread(k, "idle", 0, 0)
    thread.priority, thread.facts["start"] = -1, None
    bottom = thread.frames[0]
    assert isinstance(bottom, Pending)
    bottom.name = "nt!KiIdleLoop"
    return thread
