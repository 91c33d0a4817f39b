"""The layouts that a driver kit's own compiler gives, as the two CSV files beside this module hold them.

A row is struct, field path, offset, size, type; an empty path is the struct itself.  Members of anonymous structs and
unions stand in their parent.
"""

from __future__ import annotations

import csv
from pathlib import Path

import attrs

HERE = Path(__file__).parent
INCLUDE = HERE.parent.parent / "ntshell" / "include"
ARCHES = ("x86", "x64")
EXPORTS = ("wdm.exports.h", "ntddk.exports.h", "ntifs.exports.h")


@attrs.frozen
class Row:
    """One member of one struct, or (with an empty path) the struct."""

    struct: str
    path: str
    offset: int
    size: int
    type: str


def rows(arch: str) -> list[Row]:
    with (HERE / f"layouts-{arch}.csv").open(newline="") as file:
        return [
            Row(line["struct"], line["field"], int(line["offset"]), int(line["size"]), line["type"])
            for line in csv.DictReader(file)
        ]
