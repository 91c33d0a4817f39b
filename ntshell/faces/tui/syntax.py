"""C in colours: tokens of Pygments as spans, named after the component classes that the theme colours.

Tokens are made once for each text, of a long one only for the lines that are seen; which colour a name has is CSS, so a
change of theme needs no new tokens.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from pygments.lexers.c_cpp import CLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, _TokenType

Span = tuple[str, str]  # component class ("" for plain), text

NAMES: dict[_TokenType, str] = {
    Comment.Preproc: "code--directive",
    Comment.PreprocFile: "code--string",
    Comment: "code--comment",
    Keyword.Type: "code--type",
    Keyword: "code--keyword",
    Name.Function: "code--function",
    Number: "code--number",
    String: "code--string",
    Operator: "code--operator",
    Punctuation: "code--operator",
}
CLASSES = frozenset(NAMES.values()) | {"code--type"}
_LEXER = CLexer(stripnl=False, ensurenl=False)
# NT's own names for types: what a driver's C is full of, and Pygments does not know
_TYPE = re.compile(
    r"P?(?:[A-Z][A-Z0-9]*_)*(?:VOID|[UL]?CHAR|U?SHORT|U?LONG(?:LONG|_PTR)?|NTSTATUS|BOOLEAN|KIRQL)|PC?W?STR"
)


PIECE = 60  # lines that are coloured at a time
_LONG = re.compile(r"""//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|(/\*.*?(?:\*/|\Z))""", re.DOTALL)


class Coloured:
    """A long C text, coloured piece by piece as its lines are asked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.starts = _starts(lines)

    def line(self, index: int) -> tuple[Span, ...]:
        """A line as spans; counted from 0."""
        piece = bisect_right(self.starts, index)
        first, end = self.starts[piece - 1], [*self.starts[piece : piece + 1], len(self.lines)][0]
        return highlighted("\n".join(self.lines[first:end]))[index - first]


def _starts(lines: Sequence[str]) -> list[int]:
    """Lines at which a piece may begin: in no comment, and not behind a backslash."""
    inside, text = set[int](), "\n".join(lines)
    line = at = 0
    for found in _LONG.finditer(text):
        if found[1] and "\n" in found[1]:
            line += text.count("\n", at, found.start())
            after = line + found[1].count("\n")
            inside.update(range(line + 1, after + 1))
            line, at = after, found.end()
    starts = [0]
    for n in range(1, len(lines)):
        if n - starts[-1] >= PIECE and n not in inside and not lines[n - 1].endswith("\\"):
            starts.append(n)
    return starts


@lru_cache(maxsize=256)
def highlighted(text: str) -> tuple[tuple[Span, ...], ...]:
    """The lines of a C text as spans."""
    lines: list[tuple[Span, ...]] = []
    here: list[Span] = []
    tokens = list(_LEXER.get_tokens(text))
    for n, (kind, value) in enumerate(tokens):
        name = _named(kind, value) or (_by_what_follows(value, tokens[n + 1 : n + 4]) if kind in Name else "")
        first, *rest = value.split("\n")
        if first:
            here.append((name, first))
        for part in rest:
            lines.append(tuple(here))
            here = [(name, part)] if part else []
    return (*lines, tuple(here))


def _by_what_follows(value: str, after: list[tuple[_TokenType, str]]) -> str:
    """A name before `(` is a routine, one in capitals before another name a type; Pygments knows neither of drivers'."""
    parts = [*after, *[(Punctuation, "")] * 3]
    if parts[0][1].startswith("("):
        return "code--function"
    if not value.isupper() or parts[0][1].strip() or "\n" in parts[0][1]:
        return ""
    named = parts[2] if parts[1][1] == "*" else parts[1]
    return "code--type" if named[0] in Name else ""


def _named(kind: _TokenType, value: str) -> str:
    while kind is not None:
        if kind in NAMES:
            return NAMES[kind]
        if kind is Name and _TYPE.fullmatch(value):
            return "code--type"
        kind = kind.parent
    return ""
