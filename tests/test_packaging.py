"""The wheel: carries everything that ships, and works where no checkout is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import ntshell
from ntshell.base.shipped import folder

COPIED = ("include", "drivers", "machines")
MOVED = ("commands", "sessions")


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(target.glob("*.whl"))


def shipped(base: Path) -> set[str]:
    """Relative paths of a folder's files, but for what Python leaves behind."""
    files = (path.relative_to(base) for path in base.rglob("*") if path.is_file())
    return {path.as_posix() for path in files if "__pycache__" not in path.parts and not path.name.startswith(".")}


def test_the_wheel_holds_what_the_checkout_holds(wheel: Path, root: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for each in COPIED:
        assert {f"ntshell/{each}/{name}" for name in shipped(root / "ntshell" / each)} <= names
    for each in MOVED:
        assert {f"ntshell/shipped/{each}/{name}" for name in shipped(root / each)} <= names
    tables = {path.relative_to(root).as_posix() for path in (root / "ntshell").rglob("*.csv")}
    assert tables <= names
    assert "ntshell/py.typed" in names
    assert not [name for name in names if name.startswith("tests/") or name.endswith(".pyc")]


def test_the_wheel_runs_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    script = (
        "from ntshell.base.shipped import folder; import sys\n"
        "for name in ('include', 'drivers', 'machines', 'commands', 'sessions'): assert any(folder(name).iterdir()), name\n"
        "from ntshell.cli import main; sys.exit(main(['run', '-c', 'load hello; g; unload; g']))"
    )
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-P", "-c", script]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_version_and_entry_point(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    metadata = next(name for name in archive.namelist() if name.endswith("METADATA"))
    entries = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
    assert f"Version: {ntshell.__version__}" in archive.read(metadata).decode()
    assert "ntshell = ntshell.cli:main" in archive.read(entries).decode()


def test_shipped_folders_are_found_in_the_checkout() -> None:
    for name in (*COPIED, "commands"):
        assert any(folder(name).iterdir()), name


def test_ci_runs_the_line_of_the_readme(root: Path) -> None:
    """`.ci/run` takes its line out of the README: the second block there is the test command, in one line."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (root / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    first, second = (block.strip() for block in blocks[:2])
    assert "\n" not in first + second
    assert first.endswith("ntshell")
    assert "-m pytest" in second
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    assert "README.md" in script
    assert "pytest" not in script
