"""Random C programs from csmith, run through our compiler and the host's gcc: `differs(seed, ...)` compares one.

By hand: `python -m tests.compiler.csmith --count 200 --start 1000 [--kind bits]`.  Rules: a program that takes too many
steps here, or too long there, gives no verdict, nor does one whose meaning C leaves open.  `long` is as wide as int for
Microsoft: the host reads constants without the suffix.  Bit-fields lie as Microsoft has them on both sides.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.compiler.gcc import C, expected, gcc
from tests.compiler.harness import Harness, compiled

FLAGS = """--no-argc --no-packed-struct --concise --max-funcs 6 --max-block-depth 4 --max-block-size 4
 --max-array-dim 2 --max-array-len-per-dim 5 --max-struct-fields 5""".split()
KINDS = {"plain": ["--no-bitfields"], "bits": ["--bitfields"], "floats": ["--no-bitfields", "--float"]}
BITS = {"x86": "-m32", "x64": "-m64"}
_SYSTEM = re.compile(r"#include <.*>")
_LONG = re.compile(r"\b(0[xX][0-9a-fA-F]+|[0-9]+)(U?)L\b")


def program(seed: int, kind: str, folder: Path) -> Path:
    """The source of a random program."""
    path = folder / f"{kind}{seed}.c"
    subprocess.run(
        ["csmith", "--seed", str(seed), *FLAGS, *KINDS[kind], "-o", str(path)], check=True, timeout=60, cwd=folder
    )
    path.write_text(_SYSTEM.sub("", path.read_text()))
    return path


def host(path: Path, arch: str) -> list[int] | None:
    """What gcc makes of it; None when it runs too long or does what C does not define."""
    text = path.read_text()
    narrow = path.with_name(f"host-{path.name}")
    narrow.write_text(_LONG.sub(r"\1\2", text))
    return expected(BITS[arch], path.parent, narrow, defined=True)


def ours(path: Path, arch: str, limit: int) -> list[int] | None:
    """What our compiler makes of it; None when it takes more steps than the limit."""
    told: list[int] = []
    try:
        Harness(compiled(path, arch=arch, include=(C,)), {"report": told.append}).run("main", limit=limit)
    except TimeoutError:
        return None
    return told


def verdict(seed: int, kind: str, arch: str, folder: Path, limit: int) -> str:
    """`equal`, `different` or `none`."""
    path = program(seed, kind, folder)
    here = ours(path, arch, limit)
    there = host(path, arch) if here is not None else None
    if here is None or there is None:
        return "none"
    return "equal" if here == there else "different"


def main() -> None:
    """The command line; says how many there were also when it is interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--start", type=int, default=1)
    parser.add_argument("--kind", choices=[*KINDS], action="append")
    parser.add_argument("--limit", type=int, default=300_000, help="steps of ours before there is no verdict")
    given = parser.parse_args()
    counts: collections.Counter[str] = collections.Counter()
    seeds = range(given.start, given.start + given.count)
    arches = [arch for arch, bits in BITS.items() if gcc(bits)]
    try:
        with tempfile.TemporaryDirectory() as name:
            os.environ["NTSHELL_CACHE"] = f"{name}/cache"
            for seed, kind, arch in itertools.product(seeds, given.kind or KINDS, arches):
                found = attempt(seed, kind, arch, Path(name), given.limit)
                counts[found.split(":")[0]] += 1
                if found not in ("equal", "none"):
                    print(f"seed {seed} {kind} {arch}: {found}", flush=True)
    finally:
        print(", ".join(f"{name} {count}" for name, count in counts.items()))
    sys.exit(bool(counts["different"] or counts["failed"]))


def attempt(seed: int, kind: str, arch: str, folder: Path, limit: int) -> str:
    """The verdict, or `failed: why` when something broke."""
    try:
        return verdict(seed, kind, arch, folder, limit)
    except Exception as error:
        return f"failed: {type(error).__name__}: {str(error)[:200]}"


if __name__ == "__main__":
    main()
