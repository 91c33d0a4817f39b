"""What the app remembers from one run to the next: layout, moved boundaries, theme; in `$XDG_STATE_HOME/ntshell/app.json`.

Nothing is written before the user changes one of them.  A file that is damaged or somebody else's counts as none, and that
is told; a folder that cannot be written costs the memory, never the session.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import attrs
from textual.app import App

from ntshell.base import folders
from ntshell.base.errors import FileUnreadable, NtshellError, UsageError
from ntshell.debugger.inspect import guess
from ntshell.faces.tui.layouts import LAYOUTS, Split, part_at
from ntshell.faces.tui.layouts import Path as TreePath
from ntshell.faces.tui.workspace import Moved

THEME = "textual-dark"


@attrs.frozen
class Settings:
    """What the user has chosen; `shares` are the sizes of a split's parts by `layout/variant` and path."""

    layout: str = "learn"
    theme: str = THEME
    shares: Moved = attrs.Factory(dict)

    def arranged(self) -> tuple[str, Moved]:
        """What a workspace begins with; the shares are its own to change."""
        return self.layout, copied(self.shares)


def copied(shares: Moved) -> Moved:
    """Shares that do not change when the workspace's do."""
    return {key: dict(moved) for key, moved in shares.items()}


def apply_theme(app: App[Any], settings: Settings) -> NtshellError | None:
    """Give the app its theme: that of $TEXTUAL_THEME, else the remembered one; what is wrong with it."""
    given = os.environ.get("TEXTUAL_THEME", "")
    theme = given or settings.theme
    known = theme in app.available_themes
    app.theme = theme if known else THEME
    if known:
        return None
    where = "$TEXTUAL_THEME" if given else str(file())
    return UsageError(
        f"{where}: there is no theme {theme}", hint=guess(theme, app.available_themes, "Ctrl+P lists them")
    )


def file() -> Path:
    """Where they are kept."""
    return folders.state() / "app.json"


def read() -> tuple[Settings, NtshellError | None]:
    """The settings, and what is wrong with the file if they cannot be had from it."""
    try:
        return _settings(json.loads(file().read_text(encoding="utf-8"))), None
    except FileNotFoundError:
        return Settings(), None
    except OSError as error:
        return Settings(), FileUnreadable(f"cannot read {file()}: {error.strerror}")
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        hint = "the app starts as if new; the next choice of a layout or theme replaces the file"
        return Settings(), FileUnreadable(f"{file()} is damaged, or not ntshell's", hint=hint)


def write(settings: Settings) -> None:
    """Keep the settings: the file is the old one or the new one, never half of it."""
    data = attrs.asdict(settings, recurse=False)
    data["shares"] = {
        key: {".".join(map(str, path)): sizes for path, sizes in moved.items()}
        for key, moved in settings.shares.items()
    }
    target = file()
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        fresh.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink()


def _settings(data: Any) -> Settings:
    """Plain data as settings; what another version meant (a layout, a boundary) is left out.  Anything else raises."""
    layout, theme, shares = data["layout"], data["theme"], data["shares"]
    if not isinstance(layout, str) or not isinstance(theme, str):
        raise TypeError
    kept = {key: {_path(path): tuple(sizes) for path, sizes in moved.items()} for key, moved in shares.items()}
    return Settings(
        layout if layout in LAYOUTS else Settings().layout,
        theme,
        {key: fit for key, moved in kept.items() if (fit := _fitting(key, moved))},
    )


def _path(text: str) -> TreePath:
    return tuple(int(part) for part in text.split(".")) if text else ()


def _fitting(key: str, moved: dict[TreePath, tuple[int, ...]]) -> dict[TreePath, tuple[int, ...]]:
    """The boundaries that the layout has."""
    name, _, variant = key.partition("/")
    variants = LAYOUTS.get(name, ())
    if not variant.isdecimal() or int(variant) >= len(variants):
        return {}
    tree = variants[int(variant)].tree
    found = {}
    for path, sizes in moved.items():
        try:
            split = part_at(tree, path)
        except IndexError:
            continue
        good = all(type(size) is int and 0 < size < 10_000 for size in sizes)
        if isinstance(split, Split) and len(split.parts) == len(sizes) and good:
            found[path] = sizes
    return found
