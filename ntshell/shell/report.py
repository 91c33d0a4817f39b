"""Reports: what commands return.  Frozen values that every face renders in its own way; nothing here prints.

A report is a sequence of blocks: `Text` (lines as WinDbg would print them), `Table` (columns and rows of cells) and
`Fields` (names and values).  A cell or a line may link to an address, a place or a command that shows more (see links.py).
Rule: a face shows nothing that is not in here.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import attrs

from ntshell.base.place import Place


@attrs.frozen(repr=False)
class Address:
    """An address, shown in the target's width; in JSON a string, since it may exceed 2**53."""

    value: int
    width: int  # bytes of a pointer

    def __str__(self) -> str:
        if self.width == 4:
            return f"{self.value & 0xFFFFFFFF:08x}"
        value = self.value & 0xFFFFFFFFFFFFFFFF
        return f"{value >> 32:08x}`{value & 0xFFFFFFFF:08x}"


@attrs.frozen(repr=False)
class Look:
    """A command that shows more."""

    command: str


Link: TypeAlias = Address | Place | Look


@attrs.frozen(repr=False)
class Cell:
    """A value, how it is shown, what it leads to, and how it stands out (`mark`: a sign such as `>`, `*`, `!`)."""

    value: Any
    text: str
    link: Link | None = None
    mark: str = ""


Row: TypeAlias = tuple[Cell, ...]


def cell(value: Any, text: str | None = None, link: Link | None = None, mark: str = "") -> Cell:
    """A cell; an Address or a Place links to itself."""
    if link is None and isinstance(value, Address | Place):
        link = value
    return Cell(value, str(value) if text is None else text, link, mark)


@attrs.frozen(repr=False)
class Line:
    """A line of text; `kind` tells faces how to show it: `plain`, `source`, `current`, `good`, `bad`, `note`, `head`."""

    text: str
    kind: str = "plain"
    link: Link | None = None


@attrs.frozen(repr=False)
class Text:
    """Lines, as they are."""

    lines: tuple[Line, ...]


@attrs.frozen(repr=False)
class Table:
    """Rows under headings; a face aligns the columns.  `name` is the key of the rows in JSON."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    title: str = ""
    empty: str = ""  # what to say when there are no rows
    headed: bool = True  # whether the columns' names are shown; JSON has them anyway
    spare: tuple[str, ...] = ()  # columns that a narrow face may leave out, the first one first


@attrs.frozen(repr=False)
class Fields:
    """Names and values, one a line."""

    name: str
    items: tuple[tuple[str, Cell], ...]
    title: str = ""


Block: TypeAlias = Text | Table | Fields


@attrs.frozen(repr=False)
class Report:
    """What a command has to say; `data` are the facts for `--json`, beside those of tables and fields."""

    blocks: tuple[Block, ...] = ()
    data: tuple[tuple[str, Any], ...] = ()

    @property
    def text(self) -> str:
        """The report as plain lines, for `.expect`, files and pipes."""
        return "\n".join(line.text for line in lines_of(self))


def text(*lines: str, kind: str = "plain", **data: Any) -> Report:
    """A report of plain lines."""
    return Report((Text(tuple(Line(each, kind) for each in lines)),), tuple(data.items()))


def lines_of(report: Report) -> list[Line]:
    """All lines of a report, tables laid out with aligned columns."""
    lines: list[Line] = []
    for block in report.blocks:
        if isinstance(block, Text):
            lines.extend(block.lines)
        elif isinstance(block, Table):
            lines.extend(_table_lines(block))
        else:
            lines.extend(_field_lines(block))
    return lines


def _table_lines(table: Table) -> list[Line]:
    lines = [Line(table.title, "head")] if table.title else []
    if not table.rows:
        return [*lines, Line(table.empty, "note")] if table.empty else lines
    shown = [[f"{each.mark}{each.text}" for each in row] for row in table.rows]
    heads = table.columns if table.headed else ("",) * len(table.columns)
    widths = [max(map(len, column)) for column in zip(heads, *shown, strict=True)]
    if any(heads):
        lines.append(Line(_aligned(table.columns, widths), "head"))
    return lines + [row_line(row, _aligned(texts, widths)) for row, texts in zip(table.rows, shown, strict=True)]


def row_line(row: Row, shown: str) -> Line:
    """A row as a line of text: it leads to where its first link does, and is bad when one of its cells is."""
    link = next((each.link for each in row if each.link is not None), None)
    return Line(shown, "bad" if any(each.mark == "!" for each in row) else "plain", link)


def _aligned(texts: Any, widths: list[int]) -> str:
    return "  ".join(each.ljust(width) for each, width in zip(texts, widths, strict=True)).rstrip()


def _field_lines(fields: Fields) -> list[Line]:
    lines = [Line(fields.title, "head")] if fields.title else []
    width = max((len(name) for name, _ in fields.items), default=0)
    return lines + [Line(f"{name.ljust(width)}  {each.text}", "plain", each.link) for name, each in fields.items]


def as_json(report: Report) -> dict[str, Any]:
    """Plain data for one JSON object: addresses as strings `0x...`, numbers as numbers, tables as lists of objects."""
    found: dict[str, Any] = {name: _plain(value) for name, value in report.data}
    lines: list[str] = []
    for block in report.blocks:
        if isinstance(block, Table):
            found[block.name] = [
                {
                    name or str(n): _plain(each.value)
                    for n, (name, each) in enumerate(zip(block.columns, row, strict=True))
                }
                for row in block.rows
            ]
        elif isinstance(block, Fields):
            found[block.name] = {name: _plain(each.value) for name, each in block.items}
        else:
            lines.extend(line.text for line in block.lines)
    if lines:
        found["text"] = lines
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Address):
        return f"0x{value.value:0{2 * value.width}x}"
    if isinstance(value, Place):
        return {"file": value.file, "line": value.line}
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value
