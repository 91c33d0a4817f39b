"""What a C loop costs with the journal on, beside the same loop in Python: `python -m tests.compiler.loop_speed`."""

from __future__ import annotations

import gc
import tempfile
import time
from pathlib import Path
from typing import Any

from ntshell.compiler import Options
from ntshell.compiler.build import build

TEXT = """int loop(int n)
{
    int i = 0, s = 0;
    while (i < n) {
        s += i * 3;
        i++;
    }
    return s;
}
"""
COUNT = 200_000


def plain(n: int) -> int:
    """The loop in Python."""
    i = s = 0
    while i < n:
        s += i * 3
        i += 1
    return s


def main() -> None:
    """Print seconds and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "loop.c"
        path.write_text(TEXT)
        program, _ = build("loop", [path], Options(), {})
    log: list[Any] = []
    names: dict[str, Any] = {"J": log.append, "SLOT": None, "B": 0, "ret": lambda value: -1}
    exec(program.python, names)
    steps, slots = names["STEPS"]["loop"], [0, COUNT, *[0] * program.functions["loop"].slots]
    gc.disable()
    pc, mark, started = 0, log.append, time.perf_counter()
    while pc >= 0:
        mark((None, None, pc))
        pc = steps[pc](slots)
    ours = time.perf_counter() - started
    started = time.perf_counter()
    plain(COUNT)
    theirs = time.perf_counter() - started
    print(f"{ours:.3f} s, plain Python {theirs:.3f} s: {ours / theirs:.1f} times")


if __name__ == "__main__":
    main()
