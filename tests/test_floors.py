"""The house rules: imports point down only, cold imports stay lazy, files and functions stay small, every module opens with
what it holds."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LONGEST_FILE = 600
LONGEST_FUNCTION = 60
ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "ntshell").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
HEADLESS = {
    "textual",
    "rich",
    "asyncio",
    "aiohttp",
    "textual_serve",
    "prompt_toolkit",
    "pygments",
    "dataclasses",
    "tomllib",
    "socket",
    "ssl",
    "concurrent",
    "multiprocessing",
    "unittest",
}
PARSERS = {"pcpp", "pycparser"}
SCRIPT = """
import sys
from ntshell.cli import main
code = main({argv!r})
print(*sorted({{name.partition(".")[0] for name in sys.modules}}), file=sys.stderr)
raise SystemExit(code)
"""


def test_imports_point_down(root: Path) -> None:
    found = shutil.which("lint-imports") or str(Path(sys.executable).parent / "lint-imports")
    done = subprocess.run([found, "--no-cache"], cwd=root, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def loaded_by(*argv: str) -> set[str]:
    """Top-level modules that are there when a command line has been done."""
    script = SCRIPT.format(argv=list(argv))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return set(done.stderr.strip().splitlines()[-1].split())


@pytest.mark.parametrize("argv", [("drivers",), ("run", "-c", "load hello; g; unload; g; lm")], ids=["drivers", "run"])
def test_headless_is_light(argv: tuple[str, ...]) -> None:
    loaded_by(*argv)  # compiles, with all that takes, and keeps what came of it
    assert not loaded_by(*argv) & HEADLESS


def test_what_is_compiled_already_needs_no_parser() -> None:
    loaded_by("run", "-c", "load hello")
    assert not loaded_by("run", "-c", "load hello") & PARSERS


def test_every_module_opens_with_what_it_holds() -> None:
    for path in MODULES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_files_and_functions_stay_small() -> None:
    long = []
    for path in [*MODULES, *TESTS]:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > LONGEST_FILE:
            long.append(f"{path}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{path}:{node.lineno}: {node.name} has {lines} lines")
    assert not long, "\n".join(long)


def test_types_and_style(root: Path) -> None:
    for command in (["mypy"], ["ruff", "check", "ntshell", "tests"], ["ruff", "format", "--check", "ntshell", "tests"]):
        done = subprocess.run([sys.executable, "-m", *command], cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_no_top_level_but_the_agreed_one(root: Path) -> None:
    done = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in done.stdout.splitlines()}
    agreed = {
        "ntshell",
        "commands",
        "sessions",
        "tests",
        "docs",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "pyproject.toml",
    }
    assert {name for name in top if not name.startswith(".")} <= agreed
