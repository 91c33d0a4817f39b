"""`python -m tests.snapshots [NAME ...]`: take the pictures anew, and note the version of Textual that drew them."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import textual

from tests.snapshots.scenes import FOLDER, SCENES, picture


def main() -> int:
    """Take all pictures, or those that are named."""
    for scene in SCENES:
        if scene.name in sys.argv[1:] or not sys.argv[1:]:
            with tempfile.TemporaryDirectory() as home:
                scene.file.write_text(asyncio.run(picture(scene, Path(home))), encoding="utf-8")
            print(scene.file.relative_to(FOLDER.parent.parent))
    (FOLDER / "textual-version").write_text(textual.__version__ + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
