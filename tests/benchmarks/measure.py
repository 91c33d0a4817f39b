"""What is measured, and how: each function gives figures of this machine in this run, and what they are set against."""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import attrs
from pycparser import CParser

from ntshell.base.shipped import folder as shipped
from ntshell.compiler import Options, kernel_types
from ntshell.compiler.build import build
from ntshell.compiler.include import Reader
from ntshell.compiler.options import predefined
from ntshell.compiler.preprocess import Source
from ntshell.compiler.tokens import Translator
from ntshell.debugger.expression import evaluate, scope_of
from ntshell.debugger.session import Session
from ntshell.nt.export import prototypes
from tests.benchmarks import sources

_RUN = """
from ntshell.cli import main
main({argv!r})
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@attrs.frozen
class Figure:
    """A figure, its unit, and the bound that the project aims at."""

    name: str
    value: float
    unit: str
    aim: str


def timed(work: Callable[[], object]) -> float:
    """Seconds that some work takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def loaded(folder: Path, name: str, text: str) -> Session:
    """A session that stands at the first statement of a driver."""
    file = folder / f"{name}.c"
    file.write_text(text, encoding="utf-8")
    session = Session()
    session.load(str(file))
    return session


def start(folder: Path) -> list[Figure]:
    """From the start of the process to DriverEntry returned, the driver compiled before; memory at its peak."""
    file = folder / "ten.c"
    file.write_text(sources.TEN_LINES, encoding="utf-8")
    script = _RUN.format(argv=["run", "-c", f"load {file}; g"])

    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # bytecode is kept, as it is where ntshell is installed

    def spawn(code: str) -> str:
        command = [sys.executable, "-c", code]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout

    first = timed(lambda: spawn(script))
    bare = min(timed(lambda: spawn("pass")) for _ in range(10))
    best = min(timed(lambda: spawn(script)) for _ in range(10))
    peak = int(spawn(script).splitlines()[-1]) / 1024
    return [
        Figure("python3 -c pass", bare * 1000, "ms", ""),
        Figure("first run of a ten-line driver, compiling", first * 1000, "ms", ""),
        Figure("ntshell run of a ten-line driver", best * 1000, "ms", "250 where the line above is 16"),
        Figure("  ratio", best / bare, "x", "15.6"),
        Figure("  peak memory", peak, "MiB", "45"),
    ]


def compiling(name: str) -> list[Figure]:
    """Compiling a driver that ships, headers and all, beside pycparser alone on the same preprocessed text."""
    files = sorted((shipped("drivers") / name).glob("*.c"))
    exports, kernel, options = prototypes(), kernel_types("x86"), Options()
    texts = [preprocessed(file, options) for file in files]
    gc.collect()
    gc.disable()  # as the compiler does
    ours = min(timed(lambda: build(name, files, options, exports, kernel)) for _ in range(3))
    theirs = min(timed(lambda: [CParser().parse(text) for text in texts]) for _ in range(3))
    gc.enable()
    return [
        Figure(f"compiling {name}, {len(files)} file(s)", ours * 1000, "ms", ""),
        Figure("  pycparser alone on the preprocessed text", theirs * 1000, "ms", ""),
        Figure("  ratio", ours / theirs, "x", "5"),
    ]


def preprocessed(file: Path, options: Options) -> str:
    """The text of a unit as a standard parser takes it: preprocessed, Microsoft's words told in standard C."""
    source = Source(Reader((file.parent,), prototypes()), predefined(options))
    words = ["typedef char *__builtin_va_list;"]
    for token in Translator().translate(source.unit(str(file))):
        words.append({"PPPRAGMA": "\n#pragma", "PPPRAGMASTR": f"{token.value}\n"}.get(token.type, token.value))
    return " ".join(words)


def python_loop(n: int) -> int:
    """What the C loop is set against."""
    i = 0
    s = 0
    while i < n:
        s += i * 3
        i += 1
    return s


def loop(folder: Path, count: int) -> list[Figure]:
    """A C loop with the journal on."""
    bare = min(timed(lambda: python_loop(count)) for _ in range(5))
    session = loaded(folder, "loop", sources.loop(count))
    taken = timed(session.go)
    assert evaluate(scope_of(session), "dwo(Sum)") == python_loop(count) & 0xFFFFFFFF
    return [
        Figure(f"C loop of {count} rounds", taken * 1000, "ms", ""),
        Figure("  the same in Python", bare * 1000, "ms", ""),
        Figure("  ratio", taken / bare, "x", "15, better 10"),
        Figure("  statements", 3 * count / taken, "/s", ""),
    ]


def calls(folder: Path, count: int) -> list[Figure]:
    """Calls of the kernel's routines, and pairs of allocate and free."""
    session = loaded(folder, "calls", sources.calls(count))
    taken = timed(session.go)
    pairs = loaded(folder, "pool", sources.pool(count))
    spent = timed(pairs.go)
    return [
        Figure("DDI calls", 3 * count / taken, "/s", "50000"),
        Figure("ExAllocatePool and ExFreePool pairs", count / spent, "/s", "20000"),
    ]


def steps(folder: Path, count: int) -> list[Figure]:
    """Steps of the bundled driver, forwards and back."""
    gc.collect()
    session = Session()
    session.load("lab")
    forward = 0.0
    taken = 0
    while taken < count and session.stop.symbol:
        forward += timed(session.into)
        taken += 1
    back = sum(timed(session.back_into) for _ in range(taken - 1))
    return [
        Figure("a step forward (t)", forward / taken * 1e6, "us", ""),
        Figure("a step back (t-)", back / max(taken - 1, 1) * 1e6, "us", ""),
        Figure("  ratio", (back / max(taken - 1, 1)) / (forward / taken), "x", "3"),
    ]


def long_run(folder: Path, count: int) -> list[Figure]:
    """Steps back in a run of a million statements: at its end, and from places all over it."""
    session = loaded(folder, "long", sources.loop(count // 3))
    run = timed(session.go)
    journal = session.k.journal
    dice = random.Random(1996)
    worst = max(timed(session.back_into) for _ in range(500))
    for _ in range(20):
        position = dice.randint(journal.oldest + 100, journal.last)
        session.travel(position)
        worst = max(worst, *(timed(session.back_into) for _ in range(20)))
    return [
        Figure(f"a run of {journal.last - journal.oldest} positions", run, "s", ""),
        Figure("  worst step back in it", worst * 1000, "ms", "5"),
    ]
