"""Reports in a given width.

`wrapped`: what does not fit goes on in the next line, broken between words, and nothing is left out.  A table gives its widest
columns less room until it fits, and their cells go on below themselves; what is too wide even so, and a long line of text,
goes on with a hanging indent.  Source is left as it is.  A width of 0 is no bound.

`fitted`: for a pane that crops: one line a row, nothing is broken, and tables leave out what they can spare.
"""

from __future__ import annotations

import re

import attrs

from ntshell.shell.report import Block, Line, Report, Table, lines_of, row_line

GAP = 2  # between columns
HANG = 4  # how far a line goes on to the right of where it began
NARROW = 10  # characters that a column keeps
_BREAKS = re.compile(r"[\\!]")
VERBATIM = frozenset({"source", "current", "print"})


def wrapped(report: Report, width: int) -> list[Line]:
    """All lines of a report, none wider than a terminal as far as words allow."""
    lines: list[Line] = []
    for block in report.blocks:
        if isinstance(block, Table) and width:
            lines += _table(block, width)
        else:
            lines += lines_of(Report((block,)))
    return [part for line in lines for part in _line(line, width)]


def fitted(report: Report, width: int) -> list[Line]:
    """The lines of a report for a pane that crops: tables leave out their spare columns until they fit."""
    return [line for block in report.blocks for line in _fitted(block, width)]


def _fitted(block: Block, width: int) -> list[Line]:
    lines = lines_of(Report((block,)))
    if not isinstance(block, Table) or not width:
        return lines
    left = block
    while left.spare and max((len(line.text) for line in lines), default=0) > width:
        left = _without(left, left.spare[0])
        lines = lines_of(Report((left,)))
    if not block.rows or left is block:
        return lines
    begin = len(lines) - len(block.rows)  # a row leads to where it did, whatever columns are left
    return lines[:begin] + [row_line(row, line.text) for row, line in zip(block.rows, lines[begin:], strict=True)]


def _without(table: Table, name: str) -> Table:
    """The table without a column that it can spare."""
    kept = [n for n, column in enumerate(table.columns) if column != name]
    rows = tuple(tuple(row[n] for n in kept) for row in table.rows)
    return attrs.evolve(table, columns=tuple(table.columns[n] for n in kept), rows=rows, spare=table.spare[1:])


def _line(line: Line, width: int) -> list[Line]:
    if not width or len(line.text) <= width or line.kind in VERBATIM:
        return [line]
    indent = len(line.text) - len(line.text.lstrip()) + HANG
    if indent > width // 2:
        indent = HANG
    first, *rest = broken(line.text, width, indent)
    return [Line(first, line.kind, line.link), *[Line(" " * indent + each, line.kind, line.link) for each in rest]]


def broken(text: str, width: int, indent: int = 0, paths: bool = False) -> list[str]:
    r"""A text broken between words; the lines after the first are shorter by an indent.

    A longer word stays whole, but for `paths`, which may be broken before a `\` and after a `!`.
    """
    found, room = [], width
    while len(text) > room:
        start = len(text) - len(text.lstrip())
        at = text.rfind(" ", start, room + 1)
        if at <= start and paths:
            at = max(text.rfind("\\", start, room), text.rfind("!", start, room) + 1)
        at = at if at > start else text.find(" ", room)
        if at < 0:
            break
        found.append(text[:at].rstrip())
        text, room = text[at:].lstrip(), max(width - indent, 1)
    return [*found, text] if text or not found else found


def _table(table: Table, width: int) -> list[Line]:
    """A table's lines; as everywhere when it fits."""
    plain = lines_of(Report((table,)))
    if not table.rows or max(len(line.text) for line in plain) <= width:
        return plain
    texts = [[f"{each.mark}{each.text}" for each in row] for row in table.rows]
    heads = list(table.columns) if table.headed else [""] * len(table.columns)
    rooms = _rooms([heads, *texts], width)
    if rooms is None:
        return plain
    lines = [Line(table.title, "head")] if table.title else []
    if any(heads):
        lines += [Line(each, "head") for each in _row(heads, rooms)]
    for row, shown in zip(table.rows, texts, strict=True):
        lines += [row_line(row, each) for each in _row(shown, rooms)]
    return lines


def _rooms(rows: list[list[str]], width: int) -> list[int] | None:
    """How wide each column may be; None when whole words do not fit."""
    columns = list(zip(*rows, strict=True))
    rooms = [max(map(len, column)) for column in columns]
    least = [min(room, max(NARROW, _longest(column))) for room, column in zip(rooms, columns, strict=True)]
    over = sum(rooms) + GAP * (len(rooms) - 1) - width
    while over > 0:
        spare = [(room, n) for n, room in enumerate(rooms) if room > least[n]]
        if not spare:
            return None
        rooms[max(spare)[1]] -= 1
        over -= 1
    return rooms


def _longest(column: tuple[str, ...]) -> int:
    return max((len(word) for text in column for word in _BREAKS.sub(" ", text).split()), default=0) + 1


def _row(texts: list[str], rooms: list[int]) -> list[str]:
    """A row, with as many lines as its longest cell needs; what a cell goes on with is indented."""
    parts = [_cell(text, room) for text, room in zip(texts, rooms, strict=True)]
    lines = []
    for n in range(max(map(len, parts))):
        here = [part[n] if n < len(part) else "" for part in parts]
        lines.append((" " * GAP).join(each.ljust(room) for each, room in zip(here, rooms, strict=True)).rstrip())
    return lines


def _cell(text: str, room: int) -> list[str]:
    first, *rest = broken(text, room, 1, paths=True)
    return [first, *[" " + each if len(each) < room else each for each in rest]]
