"""What a build server sees: no failure of a driver ends in a clean exit code, and each has one clear line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ENTRY = "NTSTATUS DriverEntry(PDRIVER_OBJECT D, PUNICODE_STRING R)"
CASES = {
    "no entry": ("VOID U(PDRIVER_OBJECT D) { }", "g", 3, "has no DriverEntry"),
    "missing routine": (
        f"{ENTRY} {{ ZwFrobnicate(3); return 0; }}",
        "g; unload; g",
        1,
        "ZwFrobnicate is not in ntshell",
    ),
    "hangs": (
        f"KEVENT E; {ENTRY} {{ KeInitializeEvent(&E, NotificationEvent, FALSE);\n"
        "KeWaitForSingleObject(&E, Executive, KernelMode, FALSE, NULL); return 0; }",
        "g",
        4,
        "DriverEntry waits",
    ),
    "fails": (f"{ENTRY} {{ return STATUS_NO_SUCH_DEVICE; }}", "g; unload; g", 1, "DriverEntry returned 0xc000000e"),
    "leaks": (
        f"VOID U(PDRIVER_OBJECT D) {{ }} {ENTRY} {{ D->DriverUnload = U;\n"
        "ExAllocatePoolWithTag(NonPagedPool, 8, 'kaeL'); return 0; }",
        "g; unload; g",
        1,
        "LEAK",
    ),
    "no unload": (f"{ENTRY} {{ return 0; }}", "g; unload; .expect has no Unload routine", 0, ""),
    "left standing": (
        f"VOID U(PDRIVER_OBJECT D) {{ }} {ENTRY} {{ D->DriverUnload = U; return 0; }}",
        "g; unload",
        0,
        "stands in its Unload",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_exit_code_and_the_line(name: str, tmp_path: Path) -> None:
    source, commands, code, words = CASES[name]
    file = tmp_path / "driver.c"
    file.write_text(f"#include <ntddk.h>\n{source}\n", encoding="utf-8")

    argv = [sys.executable, "-m", "ntshell", "run", "-c", f"load {file}; {commands}"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == code, done.stdout + done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_what_leaked_stays_on_the_ledger(tmp_path: Path) -> None:
    file = tmp_path / "driver.c"
    file.write_text(f"#include <ntddk.h>\n{CASES['leaks'][0]}\n", encoding="utf-8")

    commands = f"load {file}; g; unload; g; .expect_finding LEAK; .assert @$ledger = 1; !ledger; .expect driver (gone)"
    argv = [sys.executable, "-m", "ntshell", "run", "-c", commands]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
