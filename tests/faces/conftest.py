"""The command line, called in this process or in one of its own; small drivers to give it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from ntshell.cli import main

HEAD = "#include <ntddk.h>\n"
CLEAN = """
static VOID NTAPI MyUnload(PDRIVER_OBJECT DriverObject)
{
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    DriverObject->DriverUnload = MyUnload;
    return STATUS_SUCCESS;
}
"""
DRIVERS = {
    "clean": HEAD + CLEAN,
    "leak": HEAD
    + CLEAN.replace("    DriverObject->", "    ExAllocatePoolWithTag(NonPagedPool, 64, 'kaeL');\n    DriverObject->"),
    "null": HEAD + CLEAN.replace("    DriverObject->", "    *(volatile ULONG *)0 = 1;\n    DriverObject->"),
    "fails": HEAD + CLEAN.replace("STATUS_SUCCESS", "STATUS_UNSUCCESSFUL"),
    "endless": HEAD
    + "ULONG Spins;"
    + CLEAN.replace("    DriverObject->", "    for (;;) {\n        Spins++;\n    }\n    DriverObject->"),
    "syntax": HEAD + "NTSTATUS DriverEntry(\n{ return 0; }\n",
    "header": '#include "nowhere.h"\n' + CLEAN,
    "missing": HEAD
    + "NTSTATUS NTAPI ExFlyToTheMoon(VOID);\n"
    + CLEAN.replace("    DriverObject->", "    ExFlyToTheMoon();\n    DriverObject->"),
}


@attrs.frozen
class Result:
    """What a command line gave."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The lines of stdout as JSON."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Result]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in this process; `stdin` is what is piped in."""

    def call(*argv: str, stdin: str = "") -> Result:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = main(list(argv))
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err, shown.err
        return Result(code, shown.out, shown.err)

    return call


@pytest.fixture
def process() -> Run:
    """The command line in a process of its own."""

    def call(*argv: str, stdin: str = "", **environment: str) -> Result:
        command = [sys.executable, "-m", "ntshell", *argv]
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, **environment},
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def driver(tmp_path: Path) -> Callable[[str], str]:
    """Writes one of `DRIVERS` into a file and names it."""

    def write(name: str) -> str:
        file = tmp_path / f"{name}.c"
        file.write_text(DRIVERS[name], encoding="utf-8")
        return str(file)

    return write
