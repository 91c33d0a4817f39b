"""The same commands give the same bytes: no clock, no chance and no order of a set below the debugger."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent / "ntshell"
FLOORS = ("base", "machine", "ctype", "compiler", "nt", "run")
CHANCE = {"time", "datetime", "random", "secrets", "uuid", "threading", "socket"}
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


def trees() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES]


def test_no_clock_and_no_chance() -> None:
    for path, tree in trees():
        for node in ast.walk(tree):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in names} & CHANCE, f"{path}:{getattr(node, 'lineno', 0)}"


def is_set(node: ast.expr) -> bool:
    made = isinstance(node, ast.Call) and ast.unparse(node.func) in ("set", "frozenset")
    return made or isinstance(node, ast.Set | ast.SetComp)


def test_no_set_is_walked_as_it_lies() -> None:
    for path, tree in trees():
        sets = {
            ast.unparse(target)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and is_set(node.value)
            for target in node.targets
        }
        for node in ast.walk(tree):
            walked = [node.iter] if isinstance(node, ast.For | ast.comprehension) else []
            for each in walked:
                assert not is_set(each) and ast.unparse(each) not in sets, f"{path}:{each.lineno}"
