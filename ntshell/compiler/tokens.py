"""From pcpp's tokens to pycparser's: each spelling is sorted once, Microsoft's words are told in standard C.

`TokenFeed` stands in for pycparser's lexer (its `lexer=` argument).  Besides the tokens it keeps `aligned`: what
`__declspec(align(n))` between `struct` and its tag asked for, by the place of the token that follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pycparser import c_lexer
from pycparser.c_lexer import Token

from ntshell.compiler import dialect

_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)((?:[uU]|[lL]|[iI](?:8|16|32|64))*)$")
_PUNCTUATION = {each.literal: each.tok_type for each in c_lexer._fixed_tokens}
_KEYWORDS = dict(c_lexer._keyword_map)


_ASSEMBLY = "inline assembly cannot be run here: write it in C"

_KINDS: dict[str, str] = {}  # what each spelling met so far is


def classify(value: str) -> str:
    """pycparser's name for a token's spelling."""
    if value == "#":
        return "PPHASH"
    kind: str | None = _PUNCTUATION.get(value) or _KEYWORDS.get(value)
    if kind is not None:
        return kind
    first = value[0]
    if value[-1] == '"':
        return "WSTRING_LITERAL" if first == "L" else "STRING_LITERAL"
    if value[-1] == "'":
        return "WCHAR_CONST" if first == "L" else "CHAR_CONST"
    if first.isdigit() or (first == "." and len(value) > 1):
        return "INT_CONST_DEC" if _NUMBER.match(value) else "FLOAT_CONST"
    if first.isalpha() or first in "_$":
        return "ID"
    return ""


class TokenFeed:
    """Gives pycparser the tokens of a unit; made by `feed_of`, since pycparser makes its own lexer."""

    def __init__(self, error_func: Callable[[str, int, int], None], **_: Any) -> None:
        self.error_func = error_func
        self.filename = ""
        self._tokens: list[Token] = []
        self._next = 0

    def load(self, tokens: list[Token]) -> None:
        """Set what will be given."""
        self._tokens = tokens

    def input(self, text: str, filename: str = "") -> None:
        """pycparser starts."""
        self._next = 0

    def token(self) -> Token | None:
        """The next token."""
        index = self._next
        if index >= len(self._tokens):
            return None
        self._next = index + 1
        token = self._tokens[index]
        self.filename = token.filename
        return token


class Translator:
    """Turns the preprocessor's tokens into the parser's."""

    def __init__(self) -> None:
        self.kinds = _KINDS
        self.out: list[Token] = []
        self.aligned: dict[tuple[str, int, int], int] = {}
        self.selectany: set[tuple[str, int]] = set()  # lines with __declspec(selectany)
        self.problems: list[tuple[str, int, str]] = []
        self.warnings: list[tuple[str, int, str]] = []
        self._in: list[Any] = []

    def translate(self, tokens: list[Any]) -> list[Token]:
        """The parser's tokens."""
        self._in = tokens
        kinds, out = self.kinds, self.out
        index, count, column = 0, len(tokens), 0
        while index < count:
            token = tokens[index]
            value = token.value
            kind = kinds.get(value)
            if kind is None:
                kind = self._kind(token, value)
                if kind:
                    kinds[value] = kind
                else:
                    index += 1
                    continue
            index += 1
            if kind == "WS":
                continue
            column += 1
            if kind == "DIALECT":
                index = self._dialect(token, index, column)
            elif kind == "PPHASH":
                index = self._pragma(index, token, column)
            else:
                out.append(Token(kind, value, token.lineno, column, token.source))
        return out

    def _kind(self, token: Any, value: str) -> str:
        if not value.strip() or value[:2] in ("//", "/*", "\\\n"):
            return "WS"
        if value in dialect.REPLACED or value in dialect.DROPPED or value in dialect.DROPPED_WITH_ARGUMENT:
            return "DIALECT"
        if value in dialect.ASSEMBLY:
            return "DIALECT"
        kind = classify(value)
        if not kind:
            self.problems.append((token.source, token.lineno, f"{value!r} has no meaning in C"))
        return kind

    def _dialect(self, token: Any, index: int, column: int) -> int:
        """Tell a word of the dialect; gives the index of the token after it."""
        word = token.value
        if word in dialect.DROPPED:
            return index
        if word in dialect.ASSEMBLY:
            return self._assembly(token, index)
        if word in dialect.DROPPED_WITH_ARGUMENT:
            argument, index = self._argument(index)
            if "declspec" in word:
                self._declspec(argument, token, index, column)
            elif argument.lstrip("( ").startswith("pack"):
                self._add_pragma(argument.strip()[1:-1], token, column)
            return index
        for part in dialect.REPLACED[word]:
            self.out.append(Token(classify(part), part, token.lineno, column, token.source))
        if word.endswith("except"):
            first = index
            _, index = self._argument(index)
            column = self._inner(first, index, column)
            self.out.append(Token("RPAREN", ")", token.lineno, column, token.source))
        return index

    def _inner(self, first: int, last: int, column: int) -> int:
        inner = Translator()
        self.out += inner.translate(self._in[first:last])
        self.problems += inner.problems
        self.warnings += inner.warnings
        return column + 1

    def _argument(self, index: int) -> tuple[str, int]:
        """The text of a parenthesised argument and the index after it; nothing when there is none."""
        tokens, depth, start = self._in, 0, index
        while index < len(tokens):
            value = tokens[index].value
            if value == "(":
                depth += 1
            elif value == ")":
                depth -= 1
            index += 1
            if not depth and value.strip():
                break
        if tokens[index - 1].value != ")":
            return "", start
        return "".join(token.value for token in tokens[start:index]), index

    def _declspec(self, argument: str, token: Any, index: int, column: int) -> None:
        if "selectany" in argument:
            self.selectany.add((token.source, token.lineno))
        found = re.search(r"align\s*\(\s*([0-9]+)\s*\)", argument)
        if found is None:
            return
        if self.out and self.out[-1].value in ("struct", "union"):
            while self._in[index].value.isspace():
                index += 1
            after = self._in[index]
            self.aligned[after.source, after.lineno, column + 1] = int(found[1])
            return
        for part in ("_Alignas", "(", found[1], ")"):
            self.out.append(Token(classify(part), part, token.lineno, column, token.source))

    def _assembly(self, token: Any, index: int) -> int:
        """Inline assembly becomes a call that stops the driver; outside functions it cannot stand, but as a label."""
        index = self._after_assembly(token, index)
        depth = sum({"{": 1, "}": -1}.get(each.value, 0) for each in self.out)
        if depth:
            self.warnings.append((token.source, token.lineno, f"{_ASSEMBLY}; the driver stops there"))
            ended = index < len(self._in) and self._in[index].value == ";"
            for part in (dialect.ASSEMBLER, "(", ")", *(() if ended else (";",))):
                self.out.append(Token(classify(part), part, token.lineno, 0, token.source))
        elif not self.out or self.out[-1].value in (";", "}"):
            self.problems.append((token.source, token.lineno, _ASSEMBLY))
        return index

    def _after_assembly(self, token: Any, index: int) -> int:
        """The index after a braced block, a parenthesised text with its operands, or the rest of the line."""
        tokens = self._in
        while index < len(tokens) and tokens[index].value in ("volatile", "__volatile__", "__volatile", "goto"):
            index += 1
        if index < len(tokens) and tokens[index].value == "{":
            while index < len(tokens) and tokens[index].value != "}":
                index += 1
            return index + 1
        if index < len(tokens) and tokens[index].value == "(":
            return self._argument(index)[1]
        while index < len(tokens) and tokens[index].lineno == token.lineno:
            if tokens[index].value == "}" or tokens[index].value in dialect.ASSEMBLY:
                break
            index += 1
        return index

    def _pragma(self, index: int, token: Any, column: int) -> int:
        words: list[str] = []
        while index < len(self._in) and "\n" not in self._in[index].value:
            words.append(self._in[index].value)
            index += 1
        text = "".join(words).strip()
        if text.startswith("pragma"):
            self._add_pragma(text[6:].strip(), token, column)
        return index

    def _add_pragma(self, text: str, token: Any, column: int) -> None:
        self.out.append(Token("PPPRAGMA", "pragma", token.lineno, column, token.source))
        self.out.append(Token("PPPRAGMASTR", text, token.lineno, column, token.source))
