"""From pcpp's tokens to pycparser's: each spelling is sorted once, Microsoft's words are told in standard C.

`TokenFeed` stands in for pycparser's lexer (its `lexer=` argument).  A token's column is its number on its line, so that it
does not hang on what came before in the unit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import attrs
from pycparser import c_lexer
from pycparser.c_lexer import Token

from ntshell.compiler import dialect, literal

_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)((?:[uU]|[lL]|[iI](?:8|16|32|64))*)$")
_PUNCTUATION = {each.literal: each.tok_type for each in c_lexer._fixed_tokens}
_KEYWORDS = dict(c_lexer._keyword_map)


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


Mark = tuple[str, int, int]


def _mark(token: Token) -> Mark:
    return token.filename, token.lineno, token.column


@attrs.define(eq=False, repr=False)
class _Around:
    """Follows tokens and knows the name of the function that they are in: the first one with arguments in its declaration."""

    given: str
    seen: int = 0
    depth: int = 0
    declared: str = ""
    ended: bool = False

    def name(self, tokens: list[Token]) -> str:
        """The name after all the tokens."""
        for at in range(self.seen, len(tokens)):
            value = tokens[at].value
            if value == "{":
                self.depth += 1
            elif value == "}":
                self.depth -= 1
                self.ended = self.ended or not self.depth
            elif not self.depth:
                self._outside(value, tokens[at - 1])
        self.seen = len(tokens)
        return self.declared if self.depth else self.given

    def _outside(self, value: str, before: Token) -> None:
        if value == ";":
            self.ended = True
        elif value == "(" and before.type == "ID" and (self.ended or not self.declared):
            self.declared, self.ended = before.value, False


class Translator:
    """Turns the preprocessor's tokens into the parser's."""

    def __init__(self, function: str = "") -> None:
        self.kinds = _KINDS
        self.out: list[Token] = []
        self.selectany: set[tuple[str, int]] = set()  # lines with __declspec(selectany)
        self.problems: list[tuple[str, int, str]] = []
        self.warnings: list[tuple[str, int, str]] = []
        self._in: list[Any] = []
        self._aligned: list[tuple[int, int]] = []  # structs by the index of a token, and what alignment they ask for
        self._packed: list[int] = []
        self._tries = 0  # that have no handler yet
        self._around = _Around(function)

    @property
    def aligned(self) -> dict[Mark, int]:
        """What `__declspec(align(n))` asks of a struct, by the place that it has in the tree."""
        return {_mark(self.out[index]): size for index, size in self._aligned}

    @property
    def packed(self) -> frozenset[Mark]:
        """The structs with gcc's attribute `packed`."""
        return frozenset(_mark(self.out[index]) for index in self._packed)

    def translate(self, tokens: list[Any]) -> list[Token]:
        """The parser's tokens."""
        self._in = tokens
        kinds, out = self.kinds, self.out
        index, count, column, line, source = 0, len(tokens), 0, -1, ""
        while index < count:
            token = tokens[index]
            if token.lineno != line or token.source != source:
                column, line, source = 0, token.lineno, token.source
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
        if value in dialect.ASSEMBLY or value in dialect.FUNCTION_NAMES:
            return "DIALECT"
        kind = classify(value) if value not in ('"', "'") else ""
        if value in ('"', "'"):
            what = "string" if value == '"' else "character"
            self.problems.append((token.source, token.lineno, f"this {what} does not end on its line"))
        elif not kind:
            self.problems.append((token.source, token.lineno, f"{value!r} has no meaning in C"))
        return kind

    def _dialect(self, token: Any, index: int, column: int) -> int:
        """Tell a word of the dialect; gives the index of the token after it."""
        word = token.value
        if word in dialect.DROPPED:
            return index
        if word in dialect.ASSEMBLY:
            return self._assembly(token, index)
        if word in dialect.FUNCTION_NAMES:
            name = f'L"{self._function()}"' if word[0] == "L" else f'"{self._function()}"'
            self.out.append(Token(classify(name), name, token.lineno, column, token.source))
            return index
        if word in dialect.DROPPED_WITH_ARGUMENT:
            argument, index = self._argument(index)
            if "declspec" in word:
                self._declspec(argument, token, index, column)
            elif word == "__attribute__":
                self._attribute(argument)
            elif "_macro" in argument:
                message = f"write #pragma {argument.strip()[1:-1]} on a line of its own: here it does nothing"
                self.warnings.append((token.source, token.lineno, message))
            elif argument.lstrip('(" ').startswith("pack"):
                self._add_pragma(argument.strip()[1:-1].strip('"'), token, column)
            return index
        if word.endswith("try"):
            self._tries += 1
        elif word.endswith(("except", "finally")):
            self._tries -= 1
            if self._tries < 0:
                self._tries = 0
                self.problems.append((token.source, token.lineno, f"{word} without a __try"))
        for part in dialect.REPLACED[word]:
            self.out.append(Token(classify(part), part, token.lineno, column, token.source))
        if word.endswith("except"):
            first = index
            _, index = self._argument(index)
            if index == first:
                self.problems.append((token.source, token.lineno, f"{word} needs a filter in parentheses"))
            column = self._inner(first, index, column)
            self.out.append(Token("RPAREN", ")", token.lineno, column, token.source))
        return index

    def _inner(self, first: int, last: int, column: int) -> int:
        inner = Translator(self._function())
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

    def _function(self) -> str:
        """The name of the function that what comes next stands in; nothing outside of one."""
        return self._around.name(self.out)

    def _declspec(self, argument: str, token: Any, index: int, column: int) -> None:
        if "selectany" in argument:
            self.selectany.add((token.source, token.lineno))
        following = self._values(index, 3)
        begins = not self.out or self.out[-1].value in (";", "}") or self.out[-1].type == "PPPRAGMASTR"
        if "dllimport" in argument and begins and following[0] != "extern":
            self.out.append(Token("EXTERN", "extern", token.lineno, column, token.source))
        found = re.search(r"\balign\s*\((.*)\)\s*\)$", argument)
        if found is None:
            return
        try:
            align = literal.number(found[1].strip()).lo
        except literal.BadConstant:
            message = f"an alignment is a number here, not {found[1].strip()}"
            self.problems.append((token.source, token.lineno, message))
            return
        if self.out and self.out[-1].value in ("struct", "union"):
            self._aligned.append((len(self.out), align))
            return
        if following[0] in ("struct", "union") and "{" in following[1:]:
            self._aligned.append((len(self.out) + 1, align))
            return
        for part in ("_Alignas", "(", str(align), ")"):
            self.out.append(Token(classify(part), part, token.lineno, column, token.source))

    def _values(self, index: int, count: int) -> list[str]:
        """The spellings of the next tokens, spaces left out; nothing where there are none."""
        found: list[str] = []
        while index < len(self._in) and len(found) < count:
            if self._in[index].value.strip():
                found.append(self._in[index].value)
            index += 1
        return [*found, *[""] * (count - len(found))]

    def _attribute(self, argument: str) -> None:
        """gcc's attributes: `packed` and `aligned` of a struct, before its tag or behind its members."""
        struct = self._struct()
        if struct is None:
            return
        if re.search(r"\b_*packed_*\b", argument):
            self._packed.append(struct)
        found = re.search(r"\b_*aligned_*\s*\(\s*([0-9]+)\s*\)", argument)
        if found is not None:
            self._aligned.append((struct, int(found[1])))

    def _struct(self) -> int | None:
        """The index of the token by which the tree knows the struct that has just begun or ended: its tag, or its brace."""
        out = self.out
        at = len(out)
        if out and out[-1].value == "}":
            depth = 0
            for at in range(len(out) - 1, -1, -1):
                depth += {"}": 1, "{": -1}.get(out[at].value, 0)
                if not depth:
                    break
            if at and out[at - 1].type == "ID":
                at -= 1
        return at if at and out[at - 1].value in ("struct", "union") else None

    def _assembly(self, token: Any, index: int) -> int:
        """Inline assembly becomes a call that stops the driver; outside functions it cannot stand, but as a label."""
        first, index = index, self._after_assembly(token, index)
        text = "".join(each.value for each in self._in[first:index] if each.value.strip())
        if re.match(r'(?:_*volatile_*)?\(""', text):  # a barrier for the compiler, no instruction
            return index
        if sum({"{": 1, "}": -1}.get(each.value, 0) for each in self.out):
            self.warnings.append((token.source, token.lineno, f"{dialect.NO_ASSEMBLY}; the driver stops there"))
            ended = index < len(self._in) and self._in[index].value == ";"
            for part in (dialect.ASSEMBLER, "(", ")", *(() if ended else (";",))):
                self.out.append(Token(classify(part), part, token.lineno, 0, token.source))
        elif not self.out or self.out[-1].value in (";", "}"):
            self.problems.append((token.source, token.lineno, dialect.NO_ASSEMBLY))
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
