"""The cache gives the same program, notices every change, and takes damage for absence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ntshell.base import folders
from ntshell.compiler import Options, Program, compile_driver
from ntshell.compiler import cache as cache_module
from tests.compiler.harness import Harness

TEXT = '#include "head.h"\nint main(void) { static int n = VALUE; return n + (int)sizeof(struct pair); }\n'


class Driver:
    """A driver of two files, and how often it was really compiled."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.source, self.head = folder / "d.c", folder / "head.h"
        self.source.write_text(TEXT)
        self.head.write_text("#define VALUE 5\nstruct pair { int a, b; };\n")
        self.asked = 0
        monkeypatch.setattr(cache_module, "_kernels", {})

    def exports(self) -> dict[str, str]:
        self.asked += 1
        return {}

    def compile(self, key: str = "", **defines: str) -> Program:
        return compile_driver("d", [self.source], Options(defines=defines), self.exports, key)


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Driver:
    return Driver(tmp_path, monkeypatch)


def entry() -> Path:
    return next(folders.cache().glob("*.program"))


def test_same_program(driver: Driver) -> None:
    first, second = driver.compile(), driver.compile()
    assert driver.asked == 1
    assert (first.functions, first.data, first.globals) == (second.functions, second.data, second.globals)
    assert (first.sources, first.places if hasattr(first, "places") else 0) == (second.sources, 0)
    assert Harness(second).run("main") == 13
    assert second.types.struct("pair").size == 8


def test_every_change_is_noticed(driver: Driver, tmp_path: Path) -> None:
    driver.compile()
    driver.compile("other exports")
    driver.compile(DBG="1")
    assert driver.asked == 3
    driver.head.write_text("#define VALUE 6\nstruct pair { int a, b; };\n")
    assert Harness(driver.compile()).run("main") == 14
    driver.source.write_text(TEXT.replace("return n", "return 1 + n"))
    assert Harness(driver.compile()).run("main") == 15
    assert driver.asked == 5


def test_touched_header_is_no_change(driver: Driver) -> None:
    driver.compile()
    driver.head.touch()
    driver.compile()
    assert driver.asked == 1


@pytest.mark.parametrize("damage", [b"", b"ntshell1", b"\0" * 500, b"foreign"])
def test_damage_is_absence(driver: Driver, damage: bytes) -> None:
    driver.compile()
    whole = entry().read_bytes()
    entry().write_bytes(damage)
    assert Harness(driver.compile()).run("main") == 13
    entry().write_bytes(whole[:-9] + b"123456789")
    assert Harness(driver.compile()).run("main") == 13
    assert driver.asked == 3


def test_unwritable_folder_is_no_error(driver: Driver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("NTSHELL_CACHE", str(blocked))
    assert Harness(driver.compile()).run("main") == 13


def test_hit_imports_no_parser(driver: Driver) -> None:
    driver.compile()
    code = (
        "import sys; from pathlib import Path; from ntshell.compiler import *\n"
        f"compile_driver('d', [Path({str(driver.source)!r})], Options(), dict, '')\n"
        "print([name for name in ('pycparser', 'pcpp', 'dataclasses', 'asyncio') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
