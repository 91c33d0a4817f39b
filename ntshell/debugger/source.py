"""Finding a driver's source: a bundled driver's name, a `.c` file, or a folder of `.c` files (one driver)."""

from __future__ import annotations

from pathlib import Path

import attrs

from ntshell.base.errors import FileUnreadable
from ntshell.base.shipped import folder


@attrs.frozen
class Source:
    """A driver's source as it was named; `name` is what its module and driver object are called."""

    given: str
    name: str
    files: tuple[Path, ...]


def find_source(given: str) -> Source:
    """What a SOURCE word means; raises FileUnreadable that says what there is instead."""
    path = Path(given)
    if path.suffix.lower() == ".c":
        if not path.is_file():
            raise FileUnreadable(f"no such file: {given}")
        return Source(given, _module(path.stem), (path,))
    bundled = folder("drivers") / given
    if not path.is_dir() and bundled.is_dir() and "/" not in given and given not in ("", ".", ".."):
        path = bundled
    if path.is_dir():
        files = tuple(sorted(path.glob("*.c")) or sorted(path.glob("*.C")))
        if not files:
            raise FileUnreadable(f"no .c file in the folder {given}")
        return Source(given, _module(path.resolve().name), files)
    if path.exists():
        raise FileUnreadable(f"{given} is neither a .c file nor a folder of .c files")
    import difflib

    near = difflib.get_close_matches(given, bundled_names(), 1)
    hint = f"did you mean {near[0]}?" if near else f"bundled drivers: {', '.join(bundled_names())}; or name a .c file"
    raise FileUnreadable(f"no driver, .c file or folder called {given}", hint=hint)


def bundled_names() -> list[str]:
    """Names of the drivers that ship."""
    return sorted(each.name for each in folder("drivers").iterdir() if each.is_dir())


def described(name: str) -> str:
    """A bundled driver's first comment line."""
    for file in sorted((folder("drivers") / name).glob("*.c")):
        first = file.read_text(encoding="utf-8").split("\n", 1)[0].strip()
        if "DriverEntry" in file.read_text(encoding="utf-8") and first.startswith(("/*", "//")):
            return first.strip("/* ").strip()
    return ""


def _module(stem: str) -> str:
    """A module name: what NT would call the .sys file, without what C symbols cannot hold."""
    name = "".join(each if each.isalnum() or each == "_" else "_" for each in stem)
    return name or "driver"
