"""Routines of nt that no driver calls by name but that have an address and are entered by it.

    @internal("ExpWorkerThread")
    def worker_thread(k: Kernel, kind: int) -> Result: ...

A routine of this kind takes plain ints and returns what an export does.  Boot gives each an address beside the exports'.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

INTERNALS: dict[str, Callable[..., Any]] = {}


def internal(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an internal routine of nt by its NT name."""

    def bind(run: Callable[..., Any]) -> Callable[..., Any]:
        if name in INTERNALS:
            raise ValueError(f"two internal routines named {name}")
        INTERNALS[name] = run
        return run

    return bind
