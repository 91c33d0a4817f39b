"""Finding the files that ship with ntshell, from a checkout and from an installed wheel alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """The shipped folder `include`, `drivers`, `machines`, `commands` or `sessions`.

    `commands` and `sessions` lie beside the package in a checkout and in `ntshell/shipped/` in a wheel.
    """
    if name in ("commands", "sessions"):
        installed = _PACKAGE / "shipped" / name
        return installed if installed.is_dir() else _PACKAGE.parent / name
    return _PACKAGE / name
