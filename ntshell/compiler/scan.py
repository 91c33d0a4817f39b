"""The scanner under pcpp: text to preprocessing tokens, a logical line at a time.

Rules: comments and spaces leave only a flag on the token that follows; lines of directives keep their spaces and end with
a newline token, since pcpp reads those; a backslash at a line's end joins lines but every token keeps its own line number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

_PUNCTUATION = """... <<= >>= #@ ## -> ++ -- << >> <= >= == != && || += -= *= /= %= &= |= ^= + - * / % & | ~ ^ < > = ! ? ( ) [ ]
 { } . , ; : #""".split()
_TOKEN = re.compile(
    r"(?P<WS>[ \t\f\v]+)"
    r"|(?P<NL>\n)"
    r"|(?P<COMMENT>//[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|(?P<CPP_ID>(?!L['\"])[A-Za-z_$][\w$]*)"
    r'|(?P<CPP_STRING>L?"(?:[^"\\\n]|\\.)*")'
    r"|(?P<CPP_INTEGER>\.?[0-9](?:[eEpP][+-]|[\w.])*)"
    r"|(?P<CPP_CHAR>L?'(?:[^'\\\n]|\\.)+')"
    r"|(?P<OP>" + "|".join(map(re.escape, _PUNCTUATION)) + ")"
    r"|(?P<OTHER>.)",
    re.DOTALL,
)
_SPLICE = re.compile(r"\\[ \t]*\n")
_NONE: frozenset[str] = frozenset()
_SPECIAL = {"##": "CPP_DPOUND", "?": "CPP_QUESTION", ":": "CPP_COLON", "#": "CPP_POUND"}


class Token:
    """A preprocessing token: `space` tells that white space stood before it, `hide` which macros may not expand it."""

    __slots__ = ("hide", "lineno", "source", "space", "type", "value")

    def __init__(
        self, kind: str, value: str, lineno: int, source: str, space: bool = False, hide: frozenset[str] = _NONE
    ) -> None:
        self.type, self.value, self.lineno, self.source, self.space, self.hide = (
            kind,
            value,
            lineno,
            source,
            space,
            hide,
        )

    def __repr__(self) -> str:
        return f"{self.value!r}@{self.lineno}"


def lines_of(text: str, source: str, on_problem: Callable[[int, str], None] | None = None) -> Iterator[list[Token]]:
    """The lines of a text that have anything on them; a comment that does not end is told to `on_problem`."""
    text, splices = _joined(text)
    line: list[Token] = []
    number, space, directive = 1, False, False
    for match in _TOKEN.finditer(text):
        while splices and splices[-1] <= match.start():
            splices.pop()
            number += 1
        kind = match.lastgroup
        if kind == "WS":
            space = True
            if directive:
                line.append(Token("CPP_WS", " ", number, source))
            continue
        if kind == "NL":
            if line:
                if directive:
                    line.append(Token("CPP_WS", "\n", number, source))
                yield line
                line = []
            number += 1
            space = directive = False
            continue
        value = match.group()
        if kind == "COMMENT":
            if on_problem is not None and value[:2] == "/*" and (len(value) < 4 or value[-2:] != "*/"):
                on_problem(number, "this comment does not end")
            number += value.count("\n")
            space = True
            if directive:
                line.append(Token("CPP_WS", " ", number, source))
            continue
        if kind == "OP" or kind == "OTHER":
            kind = _SPECIAL.get(value, "CPP_OP")
            if value == "#" and not line:
                directive = True
        line.append(Token(kind or "", value, number, source, space))
        space = False
    if line:
        if directive:
            line.append(Token("CPP_WS", "\n", number, source))
        yield line


def _joined(text: str) -> tuple[str, list[int]]:
    """A text without the backslashes at its lines' ends; where they were in what is left, the last one first."""
    if "\\\n" not in text and _SPLICE.search(text) is None:
        return text, []
    parts = _SPLICE.split(text)
    splices, at = [], 0
    for part in parts[:-1]:
        at += len(part)
        splices.append(at)
    return "".join(parts), splices[::-1]


def tokens_of(text: str, source: str = "", lineno: int = 0) -> list[Token]:
    """The tokens of one line of text, spaces left out."""
    found = []
    for line in lines_of(text, source):
        for token in line:
            if token.type != "CPP_WS":
                token.lineno = lineno
                found.append(token)
    return found


class Lexer:
    """What pcpp asks about token types when it starts; it scans nothing else with it."""

    lineno = 1

    def __init__(self) -> None:
        self._tokens: Iterator[Any] = iter(())

    def input(self, text: str) -> None:
        """Set the text."""
        kinds = {"\n": "CPP_WS", "  ": "CPP_WS", "\\     \n": "CPP_LINECONT"}
        if text in kinds:
            value = text[1:-1] if text[0] == "\\" else text
            self._tokens = iter([Token(kinds[text], value, 1, "")])
        elif text.startswith(("/*", "//")):
            self._tokens = iter([Token("CPP_COMMENT1" if text[1] == "*" else "CPP_COMMENT2", text, 1, "")])
        else:
            self._tokens = iter(tokens_of(text))

    def token(self) -> Any:
        """The next token."""
        return next(self._tokens, None)

    def clone(self) -> Lexer:
        """Another one."""
        return Lexer()
