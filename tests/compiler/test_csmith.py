"""A fixed set of csmith's random programs means the same to our compiler as to the host's gcc.

Seeds are those that give a verdict soon; `python -m tests.compiler.csmith` tries any number.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.compiler.csmith import BITS, verdict
from tests.compiler.gcc import gcc

SEEDS = {"plain": (100, 101, 103), "bits": (104, 106, 107), "floats": (108, 111, 112)}


@pytest.mark.skipif(shutil.which("csmith") is None, reason="no csmith")
@pytest.mark.parametrize("arch", BITS)
@pytest.mark.parametrize(("kind", "seed"), [(kind, seed) for kind, seeds in SEEDS.items() for seed in seeds])
def test_as_gcc(kind: str, seed: int, arch: str, tmp_path: Path) -> None:
    if not gcc(BITS[arch]):
        pytest.skip(f"no gcc {BITS[arch]}")
    assert verdict(seed, kind, arch, tmp_path, limit=100_000) == "equal"
