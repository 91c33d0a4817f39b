"""`python -m tests.benchmarks`: figures and ratios of one run, printed.  They decide nothing."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Measure everything, in folders of its own."""
    scale = 0.02 if "--quick" in sys.argv[1:] else 1.0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        from tests.benchmarks import app, measure

        place = Path(folder)
        for group in (
            lambda: measure.start(place),
            lambda: measure.compiling("hello"),
            lambda: measure.compiling("lab"),
            lambda: measure.loop(place, int(300_000 * scale)),
            lambda: measure.calls(place, int(20_000 * scale)),
            lambda: measure.steps(place, int(2_000 * scale)),
            lambda: measure.long_run(place, int(1_000_000 * scale)),
            lambda: app.start(place),
            lambda: app.keys(place, max(int(100 * scale), 8)),
        ):
            for each in group():
                aim = f"   aim: {each.aim}" if each.aim else ""
                print(f"{each.name:45} {each.value:12.1f} {each.unit:4}{aim}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
