"""A booted machine on which small C drivers are loaded and played with, through the engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from ntshell.compiler import Options, compile_driver, kernel_types
from ntshell.machine.arch import ARCHES
from ntshell.machine.config import DEFAULT
from ntshell.nt.export import prototypes
from ntshell.nt.io import request
from ntshell.nt.io.state import RequestRecord
from ntshell.run import drivers
from ntshell.run.boot import boot
from ntshell.run.delivery import advance
from ntshell.run.engine import Engine, Halt

HEAD = """
#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
static PDEVICE_OBJECT Device;
static VOID NTAPI Unload(PDRIVER_OBJECT Driver)
{
    UNICODE_STRING Link = RTL_CONSTANT_STRING(L"\\\\??\\\\T1");
    IoDeleteSymbolicLink(&Link);
    if (Driver->DeviceObject != NULL) {
        IoDeleteDevice(Driver->DeviceObject);
    }
}
static NTSTATUS Finish(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}
static NTSTATUS NTAPI Succeed(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    return Finish(Irp, STATUS_SUCCESS, 0);
}
static NTSTATUS MakeDevice(PDRIVER_OBJECT Driver, ULONG Flags)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\\\Device\\\\T0");
    UNICODE_STRING Link = RTL_CONSTANT_STRING(L"\\\\??\\\\T1");
    NTSTATUS Status = IoCreateDevice(Driver, 64, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Device->Flags |= Flags;
    Driver->MajorFunction[IRP_MJ_CREATE] = Succeed;
    Driver->MajorFunction[IRP_MJ_CLOSE] = Succeed;
    Driver->MajorFunction[IRP_MJ_CLEANUP] = Succeed;
    Driver->DriverUnload = Unload;
    return IoCreateSymbolicLink(&Link, &Name);
}
"""


@attrs.define(eq=False)
class World:
    """An engine, and what a test does with it."""

    engine: Engine
    folder: Path
    record: Any = None

    @property
    def k(self) -> Any:
        return self.engine.k

    def load(self, source: str, name: str = "t", head: str = HEAD) -> Any:
        """Compile and start a driver; its record."""
        path = self.folder / f"{name}.c"
        path.write_text(head + source)
        program = compile_driver(name, (path,), Options(self.k.arch.name), prototypes)
        assert not [name for name in program.imports if name not in self.k.addresses], program.imports
        self.engine.input()
        drivers.load(self.engine, program, str(path))
        self.record = self.k.io.drivers[-1]
        self.run()
        return self.record

    def run(self) -> Halt:
        return self.engine.run(200_000)

    def ask(self, operation: str, **args: Any) -> RequestRecord:
        """A request of the user program, run as far as it goes."""
        self.engine.input()
        record = request.start(self.k, operation, **args)
        self.engine.foreground = next(t for t in self.k.machine.threads if t.number == record.thread)
        self.run()
        return record

    def open(self, path: str = "\\\\.\\T1") -> int:
        record = self.ask("open", path=path)
        assert record.state == "done" and record.status == 0, hex(record.status)
        return record.handle

    def unload(self) -> None:
        self.engine.input()
        drivers.unload(self.engine, self.record)
        self.run()

    def crash(self) -> tuple[int, int]:
        """Code and first parameter of the bug check."""
        assert self.k.crash is not None
        return self.k.crash.code, self.k.crash.parameters[0]

    def findings(self) -> list[tuple[int, int]]:
        return [(each.code, each.parameters[0] if each.parameters else 0) for each in self.k.findings]

    def tick(self, seconds: float) -> None:
        """Let time pass."""
        self.engine.input()
        advance(self.k, self.k.machine.now + int(seconds * 10_000_000))
        self.run()

    def variable(self, name: str, size: int = 4) -> int:
        return int(self.k.memory.load(self.k.images[-1].names[name], size))


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """A fresh machine; x86 unless the test asks for another by indirect parametrization."""
    arch = ARCHES[getattr(request, "param", "x86")]
    engine = boot(arch, DEFAULT, kernel_types(arch.name))
    drivers.hook(engine)
    return World(engine, tmp_path)
