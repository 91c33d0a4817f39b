"""The user's own folders: what is kept from one run to the next, and where.  The one place that knows.

XDG's variables count on every system (a relative path in one does not, as XDG says); without them it is XDG's defaults, and
`%LOCALAPPDATA%` on Windows.  Nothing is made here: whoever writes makes the folder.
"""

from __future__ import annotations

import os
from pathlib import Path

NAME = "ntshell"


def cache() -> Path:
    """What can be made again: compiled drivers.  `$NTSHELL_CACHE` names another folder for it."""
    chosen = os.environ.get("NTSHELL_CACHE")
    return Path(chosen) if chosen else _folder("XDG_CACHE_HOME", ".cache", "cache")


def state() -> Path:
    """What comes of using ntshell: the history."""
    return _folder("XDG_STATE_HOME", ".local/state", "state")


def config() -> Path:
    """What the user has chosen."""
    return _folder("XDG_CONFIG_HOME", ".config", "config")


def _folder(variable: str, usual: str, kind: str) -> Path:
    chosen = os.environ.get(variable, "")
    if os.path.isabs(chosen):
        return Path(chosen) / NAME
    local = os.environ.get("LOCALAPPDATA", "") if os.name == "nt" else ""
    return Path(local) / NAME / kind if local else Path(os.path.expanduser("~")) / usual / NAME
