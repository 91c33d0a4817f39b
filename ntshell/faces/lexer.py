"""Highlighting of what is typed, in the line shell and in the app: commands, numbers, names, strings, comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pygments.lexer import RegexLexer, bygroups
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text, _TokenType

from ntshell.shell.command import TABLE


def _verb(lexer: Any, match: Any) -> Iterator[tuple[int, _TokenType, str]]:
    """The first word of a command: known, or not (yet)."""
    yield match.start(), Keyword if match[0] in TABLE else Name, match[0]


class CommandLexer(RegexLexer):
    """The shell's language, as far as colours need it."""

    name = "ntshell"
    tokens: ClassVar[dict[str, Any]] = {
        "root": [
            (r"\s+", Text),
            (r"\$\$.*$|\*.*$", Comment),
            (r";", Punctuation),
            (r"\?", Keyword, "words"),
            (r"[^\s;]+", _verb, "words"),
        ],
        "words": [
            (r";", Punctuation, "#pop"),
            (r"\n", Text, "#pop"),
            (r"[ \t]+", Text),
            (r'"(?:[^"\\]|\\.)*"?', String.Double),
            (r"`[^`]*`?", String.Backtick),
            (r"@\$?\w+", Name.Variable),
            (r"\\\S*", String.Symbol),
            (r"(--?)([A-Za-z][\w-]*)", bygroups(Punctuation, Name.Attribute)),
            (r"\bL\?*[0-9a-fA-F]+\b", Number),
            (r"\b(?:0[xnty])?[0-9][0-9a-fA-F`]*(?:ns|us|ms|s)?\b", Number),
            (r"\w+!\w+", Name.Function),
            (r"\w+", Text),
            (r"[-+*/%&|^~<>=()!,:.\[\]]", Operator),
            (r".", Text),
        ],
    }
