"""The benchmarks run; what they measure is for people to judge (`python -m tests.benchmarks`, or `-m benchmark -s`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "speed", [pytest.param(["--quick"], id="quick"), pytest.param([], id="full", marks=pytest.mark.benchmark)]
)
def test_figures_are_printed(speed: list[str], root: Path) -> None:
    command = [sys.executable, "-m", "tests.benchmarks", *speed]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=600, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stderr
    assert "ratio" in done.stdout
