"""The user's own folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ntshell.base import folders

KINDS = {
    "CACHE": (folders.cache, ".cache"),
    "STATE": (folders.state, ".local/state"),
    "CONFIG": (folders.config, ".config"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_variables_count_and_defaults_stand_behind_them(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, usual = KINDS[kind]
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / "mine"))
    assert ask() == tmp_path / "mine" / "ntshell"
    for useless in ("", "relative/path"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", useless)
        assert ask() == Path(os.path.expanduser("~")) / usual / "ntshell"
    assert not (tmp_path / "mine").exists()


def test_the_cache_can_be_somewhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NTSHELL_CACHE", str(tmp_path))
    assert folders.cache() == tmp_path
