"""C in colours: tokens of Pygments as spans, named after the component classes that the theme colours.

Tokens are made once for each text; which colour a name has is CSS, so a change of theme needs no new tokens.
"""

from __future__ import annotations

import re
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


@lru_cache(maxsize=64)
def highlighted(text: str) -> tuple[tuple[Span, ...], ...]:
    """The lines of a C text as spans."""
    lines: list[tuple[Span, ...]] = []
    here: list[Span] = []
    for kind, value in _LEXER.get_tokens(text):
        name = _named(kind, value)
        first, *rest = value.split("\n")
        if first:
            here.append((name, first))
        for part in rest:
            lines.append(tuple(here))
            here = [(name, part)] if part else []
    return (*lines, tuple(here))


def _named(kind: _TokenType, value: str) -> str:
    while kind is not None:
        if kind in NAMES:
            return NAMES[kind]
        if kind is Name and _TYPE.fullmatch(value):
            return "code--type"
        kind = kind.parent
    return ""
