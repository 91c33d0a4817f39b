"""Bug checks: name, meaning of the four parameters, usual cause; from the tables beside this module, read when first asked.

Sources: Bug Check Code Reference, Driver Verifier's documentation.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import attrs

_HERE = Path(__file__).parent


@attrs.frozen(repr=False)
class BugCode:
    """A bug check as the reference has it."""

    code: int
    name: str
    arguments: tuple[str, str, str, str]
    cause: str


@cache
def bugchecks() -> dict[int, BugCode]:
    """All bug checks by code."""
    import csv

    with (_HERE / "bugchecks.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        int(row["code"], 16): BugCode(
            int(row["code"], 16), row["name"], (row["arg1"], row["arg2"], row["arg3"], row["arg4"]), row["cause"]
        )
        for row in rows
    }


@cache
def subcodes() -> tuple[tuple[int, str, tuple[str, str, str], str], ...]:
    """Sub-codes: bug check, first parameter as written (`0x11`, `0x51-0x59`), the other parameters, meaning."""
    import csv

    with (_HERE / "bugcheck_subcodes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        (int(row["code"].split()[0], 16), row["arg1"], (row["arg2"], row["arg3"], row["arg4"]), row["meaning"])
        for row in rows
        if "(" not in row["code"]
    )


def name_of(code: int) -> str:
    """A bug check's symbolic name, or its number where the reference has none."""
    found = bugchecks().get(code)
    return found.name if found is not None else f"BUGCODE_{code:X}"


def code_of(name: str) -> int | None:
    """The code of a symbolic name, in any case."""
    for each in bugchecks().values():
        if each.name == name.upper():
            return each.code
    return None


def meaning(code: int, first: int) -> tuple[tuple[str, str, str], str] | None:
    """Parameters 2 to 4 and the meaning of a sub-code, for bug checks whose first parameter is one."""
    for each, text, others, words in subcodes():
        low, _, high = text.partition("-")
        try:
            if each == code and int(low, 16) <= first <= int(high or low, 16):
                return others, words
        except ValueError:
            continue
    return None
