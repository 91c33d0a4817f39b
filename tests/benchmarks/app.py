"""The app on a pseudo-terminal: from its start to the first frame, and from a key press to the frame that it makes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from tests.benchmarks import sources
from tests.benchmarks.measure import Figure, timed
from tests.faces.terminal import Terminal, terminal

BARE = "import textual.app, textual.widgets"


def until(there: Terminal, mark: bytes, since: int) -> float:
    """When the process has written something, on the clock of `perf_counter`."""
    while mark not in there.written[since:]:
        if not there.read(5.0):
            raise AssertionError(f"not seen: {mark!r}\n{there.text}")
    return perf_counter()


def start(folder: Path) -> list[Figure]:
    """From the start of the process to the panes, and to the reason of the first stop; bytecode is kept, as it is where
    ntshell is installed."""
    kept = {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "PYTHONDONTWRITEBYTECODE": None}
    environment = {name: value for name, value in {**os.environ, **kept}.items() if value is not None}
    command = [sys.executable, "-c", BARE]
    frames, stops, bares = [], [], []
    for _ in range(8):
        bares.append(timed(lambda: subprocess.run(command, check=True, env=environment)))
        begin = perf_counter()
        with terminal("lab", **kept) as there:
            frames.append(until(there, b" Shell", 0) - begin)
            stops.append(until(there, b"DriverEntry is about to run", 0) - begin)
    bare = min(bares)
    return [
        Figure("python3 -c 'import textual.app, textual.widgets'", bare * 1000, "ms", ""),
        Figure("ntshell lab to the first frame", min(frames) * 1000, "ms", ""),
        Figure("  ratio", min(frames) / bare, "x", "3"),
        Figure("ntshell lab to the stop at DriverEntry shown", min(stops) * 1000, "ms", ""),
    ]


def keys(folder: Path, count: int) -> list[Figure]:
    """From a key press to the frame with the new position, at 120x40: steps into and over, forward and back."""
    many = folder / "many.c"
    many.write_text(sources.many(1000), encoding="utf-8")
    cases = (("lab", "lab", "", 0), ("1000 devices, 10000 events, full", str(many), "g `many.c:32`", 2))
    found = []
    for name, source, command, layouts in cases:
        argv = ("-c", command) if command else ()
        with terminal(source, *argv, PYTHONPYCACHEPREFIX=str(folder / "bytecode")) as there:
            there.tops("many.c:32" if command else "is about to run")
            there.press("\x1b")
            for _ in range(layouts):
                there.press("\x1bOQ")
            there.tops("position")
            settled(there)
            taken = pressed(there, count)
        found += [
            Figure(f"key to frame, {name}", median(taken) * 1000, "ms", "50"),
            Figure("  95th percentile", quantiles(taken, n=20)[-1] * 1000, "ms", "100"),
        ]
    return found


def settled(there: Terminal) -> None:
    """Take all that is still on its way."""
    end = perf_counter() + 2.0
    while perf_counter() < end:
        there.read(0.1)


def pressed(there: Terminal, count: int) -> list[float]:
    """Seconds from each key to the frame that tells the new place in the first line."""
    taken = []
    quarter = count // 4
    for key in [*["F11"] * quarter, *["T"] * quarter, *["F10"] * quarter, *["S-F10"] * quarter]:
        while there.read(0.05):
            pass
        since = len(there.written)
        begin = perf_counter()
        there.press(key)
        taken.append(until(there, b"position", since) - begin)
    return taken
