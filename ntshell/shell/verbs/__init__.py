"""The commands, one module a family; importing a module declares its commands."""

from __future__ import annotations

from importlib import import_module

FAMILIES = (
    "execution",
    "breakpoints",
    "stack",
    "data",
    "memory",
    "naming",
    "objects",
    "registry",
    "interrupts",
    "threads",
    "requests",
    "io",
    "outside",
    "pool",
    "rules",
    "meta",
)


def load() -> None:
    """Declare every command."""
    for family in FAMILIES:
        import_module(f"{__name__}.{family}")
