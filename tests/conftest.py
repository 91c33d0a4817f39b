"""What all tests share: no test reads or writes the user's own history and caches, nor sees their colours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Folders of this run's own; the cache of compiled drivers is kept from test to test."""
    home = tmp_path_factory.getbasetemp() / "home"
    for name in ("STATE", "CACHE", "CONFIG", "DATA"):
        os.environ[f"XDG_{name}_HOME"] = str(home / name.lower())
    os.environ.pop("NTSHELL_THEME", None)
    os.environ["NO_COLOR"] = "1"


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT
