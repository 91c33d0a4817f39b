"""A picture of a whole machine: every byte, every table, as plain data, so that two moments can be compared."""

from __future__ import annotations

from typing import Any

import attrs

from ntshell.machine.memory import Region
from ntshell.machine.thread import Code, Frame, Pending, Thread
from ntshell.run.engine import Engine


def picture(engine: Engine, memory: bool = True) -> dict[str, Any]:
    """All that the journal answers for."""
    k, machine = engine.k, engine.k.machine
    return {
        "memory": {base: _region(region) for base, region in k.memory.regions.items()} if memory else {},
        "pages": {page: region.base for page, region in k.memory.pages.items()},
        "lines": [attrs.asdict(line) for line in machine.lines.by_irq.values()],
        "devices": [(d.name, d.registers(), d.enabled(), d.pending()) for d in machine.devices.values()],
        "processor": [(p.irql, p.interrupts, p.nesting, p.in_dpc, _name(p.thread)) for p in machine.processors],
        "threads": [_thread(thread) for thread in machine.threads],
        "now": machine.now,
        "codes": {address: (code.symbol, code.hazard) for address, code in k.codes.items()},
        "images": [image.name for image in k.images],
        "held": sorted(map(str, k.held)),
        "findings": list(k.findings),
        "crash": k.crash,
        "events": len(k.events),
        "registry": _registry(k.registry.root),
        "objects": [(entry.path, entry.type, entry.address) for entry in k.objects.walk()],
        "requests": [attrs.asdict(request) for request in k.io.requests],
        "drivers": [(r.name, r.state, r.status) for r in k.io.drivers],
        "foreground": _name(engine.foreground),
    }


def _region(region: Region) -> Any:
    return (region.kind, region.size, bytes(region.data), region.note, region.guard is None)


def _name(thread: Thread | None) -> str:
    return "" if thread is None else f"{thread.number}:{thread.name}"


def _thread(thread: Thread) -> Any:
    facts = {name: str(value) for name, value in sorted(thread.facts.items()) if value is not None}
    return (
        _name(thread),
        thread.state,
        thread.stack,
        thread.irql,
        thread.wait,
        facts,
        [_frame(f) for f in thread.frames],
    )


def _frame(frame: Frame | Pending) -> Any:
    if isinstance(frame, Frame):
        return (frame.code.symbol, list(frame.slots), frame.pc, frame.at, frame.out, frame.stack)
    return (frame.name, frame.kind, frame.value, frame.pc, frame.out, frame.args)


def _registry(key: Any) -> Any:
    values = [(value.name, value.type, value.data) for value in key.values]
    return (key.name, values, [_registry(each) for each in key.sorted()])


def difference(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Names of what differs, with a first detail: for a message that helps."""
    found = []
    for name, value in one.items():
        if value == other[name]:
            continue
        if isinstance(value, dict):
            keys = [key for key in {*value, *other[name]} if value.get(key) != other[name].get(key)]
            found.append(f"{name}: {[hex(key) if isinstance(key, int) else key for key in keys[:4]]}")
        else:
            found.append(f"{name}: {str(value)[:300]} != {str(other[name])[:300]}")
    return found


@attrs.define(eq=False)
class Painter:
    """Digests of pictures, cheap enough for one at each position."""

    engine: Engine

    def digest(self) -> int:
        """One number for the whole machine."""
        tables = picture(self.engine, memory=False)
        unordered = [frozenset(tables.pop(name).items()) for name in ("pages", "codes")]  # a dict's order is no state
        memory = frozenset((base, hash(_region(region))) for base, region in self.engine.k.memory.regions.items())
        return hash((str(tables), memory, *unordered))


__all__ = ["Code", "Painter", "difference", "picture"]
