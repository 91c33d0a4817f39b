"""Drivers coming and going: loading an image and having DriverEntry called, unloading, and what is left behind.

What the I/O manager does is nt.io's; here stands what belongs to the machine that runs it: images, threads, and the
ledger at the end.
"""

from __future__ import annotations

import attrs

from ntshell.compiler.program import Program
from ntshell.machine.thread import Thread
from ntshell.nt.cm.hardware import service_key
from ntshell.nt.flow import Call, Result
from ntshell.nt.internal import internal
from ntshell.nt.io.driver import call_driver_entry, create_driver_object
from ntshell.nt.io.state import DriverRecord
from ntshell.nt.io.unload import unload_driver
from ntshell.nt.ke.checks import live_objects
from ntshell.nt.kernel import Finding, Image, Kernel, lost
from ntshell.nt.ps.thread import new_thread
from ntshell.nt.status import STATUS_INVALID_DEVICE_REQUEST, nt_success
from ntshell.run.engine import Engine
from ntshell.run.image import bind, discard_init, unbind

LEAK = "LEAK"


def hook(engine: Engine) -> None:
    """Have the I/O manager tell when a driver object is gone, and when an Unload that had to wait begins."""
    engine.k.io.on_gone = lambda k, record: _gone(engine, record)
    engine.k.io.on_unload = lambda k, record, thread: engine.wait_for(thread)


def find(k: Kernel, name: str) -> DriverRecord | None:
    """The loaded driver of that name, without case."""
    found: DriverRecord | None = k.io.named(name)
    return found


def load(engine: Engine, program: Program, file: str) -> Image:
    """Bind the image, make the driver object, and begin a system thread that calls DriverEntry."""
    k = engine.k
    image = bind(engine, program, file)
    service_key(k.registry, program.name)
    driver = create_driver_object(k, program.name, image)
    engine.wait_for(new_thread(k, f"load {program.name}", k.address_of("IopLoadDriver"), driver))
    return image


@internal("IopLoadDriver")
def load_driver(k: Kernel, driver: int) -> Result:
    """The system thread in which a driver is started; its INIT section goes when DriverEntry has succeeded."""
    call = call_driver_entry(k, driver)

    def entered(k: Kernel, status: int) -> Result:
        image = k.image_at(call.routine)
        if image is not None and nt_success(status):
            discard_init(k, image)
        return call.then(k, status) if call.then is not None else status

    return Call(call.routine, call.args, entered)


def unload(engine: Engine, record: DriverRecord) -> Thread:
    """NtUnloadDriver, in a system thread."""
    k = engine.k
    thread = new_thread(k, f"unload {record.name}", k.address_of("NtUnloadDriver"), record.object)
    engine.wait_for(thread)
    return thread


@internal("NtUnloadDriver")
def nt_unload_driver(k: Kernel, driver: int) -> Result:
    """The system thread in which an unload is asked for."""
    result = unload_driver(k, driver)
    if isinstance(result, int) and not nt_success(result):
        why = ": the driver has no Unload routine" if result == STATUS_INVALID_DEVICE_REQUEST else ""
        k.emit("return", f"NtUnloadDriver returned {result:#010x}{why}", status=result)
    return result


def _gone(engine: Engine, record: DriverRecord) -> None:
    """The driver object is gone: so is the image, and whatever is still on the ledger is lost."""
    k = engine.k
    image = next((each for each in k.images if each.name == record.image), None)
    if image is None:
        return
    held = tuple(k.owed(record.image))
    if held:
        k.report(_leak(k, record, image, held))
    live_objects(k, image.base, image.size)
    for entry in held:  # lost, and still owed: nobody is left to give it back
        k.journal.put(k.held, (entry.kind, entry.key), attrs.evolve(entry, driver=lost(entry.driver)))
    unbind(engine, image)


def _leak(k: Kernel, record: DriverRecord, image: Image, held: tuple[object, ...]) -> Finding:
    failed = record.state == "failed"
    what = f"DriverEntry failed ({record.status:#010x})" if failed else "Unload returned"
    things = "1 thing is" if len(held) == 1 else f"{len(held)} things are"
    return Finding(
        0, LEAK, (), f"{what} and {things} still held by {image.file}",
        "give back in the failure path all that was taken" if failed else "release in Unload what DriverEntry took",
        k.place(), k.journal.position, record.image, False, held=held,  # type: ignore[arg-type]
    )  # fmt: skip
