"""Walkthroughs are read into text, commands and promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.base.errors import FileUnreadable
from ntshell.tutor import walkthrough

TEXT = """# A title

Words.

```kd
load lab
g
```

<!-- .expect idle -->

More words, and C that is no command:

```c
DriverEntry();
```

```kd
unload
```

The end.
"""


def test_parts(tmp_path: Path) -> None:
    file = tmp_path / "it.md"
    file.write_text(TEXT)

    found = walkthrough.read(file)

    assert found.title == "A title"
    assert found.commands == ["load lab", "g", "unload"]
    assert found.script == ["load lab", "g", ".expect idle", "unload"]
    assert found.parts[0].text.endswith("Words.") and found.parts[-1].text == "The end."
    assert any("DriverEntry();" in part.text for part in found.parts)
    assert not any("<!--" in part.text or "```kd" in part.text for part in found.parts)


def test_those_that_ship_begin_with_the_first_steps() -> None:
    assert walkthrough.shipped()[0].stem == "first-steps"
    assert walkthrough.title(walkthrough.shipped()[0]) == "First steps: stop, look, step, step back"


def test_one_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_bytes(b"\xff\xfe")
    with pytest.raises(FileUnreadable, match="no text file"):
        walkthrough.read(tmp_path / "bad.md")
    with pytest.raises(FileUnreadable, match="cannot read"):
        walkthrough.read(tmp_path / "none.md")
