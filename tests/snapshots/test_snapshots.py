"""The app looks as it did when its pictures were taken; they are kept for one version of Textual."""

from __future__ import annotations

from pathlib import Path

import pytest
import textual

from tests.snapshots.scenes import FOLDER, SCENES, Scene, picture

DRAWN_BY = (FOLDER / "textual-version").read_text(encoding="utf-8").strip()


@pytest.mark.skipif(textual.__version__ != DRAWN_BY, reason=f"the pictures were drawn by Textual {DRAWN_BY}")
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_looks_as_it_did(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.chdir(tmp_path)
    seen = await picture(scene, tmp_path)
    if seen != scene.file.read_text(encoding="utf-8"):
        (tmp_path / scene.file.name).write_text(seen, encoding="utf-8")
        pytest.fail(
            f"{scene.name} looks different: compare {tmp_path / scene.file.name}; python -m tests.snapshots keeps it"
        )
