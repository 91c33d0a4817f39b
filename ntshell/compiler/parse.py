"""Parsing with pycparser: a unit's tokens become its syntax tree, a syntax error becomes a Problem.

Rules: a place is (file, line) as the tokens have it.  After a syntax error the parser goes on at the next declaration at
file scope, so that several problems are reported in one go.
"""

from __future__ import annotations

import re
from typing import Any

from pycparser import c_ast
from pycparser.c_lexer import Token
from pycparser.c_parser import CParser, ParseError, _TokenStream

from ntshell.compiler.dialect import BUILTIN_TYPES
from ntshell.compiler.tokens import TokenFeed

_ERROR = re.compile(r"(?s)(.*?):(\d+)(?::(\d+))?: (.*)")


class Parser(CParser):  # type: ignore[misc]
    """pycparser on ready-made tokens."""

    def __init__(self, typedefs: dict[str, bool] | None = None) -> None:
        super().__init__(lexer=TokenFeed)
        self.known = typedefs if typedefs is not None else dict.fromkeys(BUILTIN_TYPES, True)
        self.problems: list[tuple[str, int, str]] = []
        self.skipped = 0  # tokens that were parsed before
        self.ends: dict[int, int] = {}  # last line of a compound statement, by its node

    def _parse_compound_statement(self, *, new_scope: bool = True) -> c_ast.Node:
        node = super()._parse_compound_statement(new_scope=new_scope)
        stream = self._stream()
        brace = stream._buffer[stream._index - 1]
        self.ends[id(node)] = brace.lineno
        return node

    def unit(self, tokens: list[Token]) -> list[c_ast.Node]:
        """The external declarations of a unit."""
        declarations: list[c_ast.Node] = []
        rest = tokens
        while True:
            self.clex.load(rest)
            try:
                self._start(rest)
                while self._peek() is not None:
                    declarations.extend(self._parse_external_declaration())
                self.known = self._scope_stack[0]
                return declarations
            except (ParseError, ValueError, RecursionError) as error:
                self.known = self._scope_stack[0]
                rest = self._recover(rest, error)
                if len(self.problems) >= 10 or not rest:
                    return declarations

    def expression(self, tokens: list[Token]) -> c_ast.Node | None:
        """The tree of an expression that the tokens make up entirely, else None."""
        try:
            self.clex.load(tokens)
            self._start(tokens)
            found = self._parse_expression()
            return found if self._peek() is None else None
        except (ParseError, ValueError, RecursionError, AttributeError):
            return None

    def _stream(self) -> Any:
        """pycparser's view of the tokens."""
        return vars(self)["_tokens"]

    def _start(self, tokens: list[Token]) -> None:
        self._scope_stack = [self.known]
        self._typedef_checked_token = None
        self.clex.input("")
        self._tokens = _TokenStream(self.clex.token)

    def _recover(self, tokens: list[Token], error: Exception) -> list[Token]:
        """Note the error; what is left after the declaration or function it is in."""
        at = max(self._position() - 1, 0)
        match = _ERROR.fullmatch(str(error))
        token = tokens[min(at, len(tokens) - 1)]
        start, end = _bounds(tokens, at)
        if match and match[1] and match[1] != "?":
            self.problems.append((match[1], int(match[2]), self._say(match[4], tokens, start, at)))
        elif isinstance(error, RecursionError):
            self.problems.append((token.filename, token.lineno, "this is nested too deeply"))
        else:
            message = "at the end of the file" if at >= len(tokens) - 1 else f"before {token.value}"
            self.problems.append((token.filename, token.lineno, f"syntax error {message}"))
        return tokens[end:]

    def _position(self) -> int:
        """How many tokens were consumed (or looked at)."""
        return int(self._stream()._index)

    def _say(self, message: str, tokens: list[Token], start: int, at: int) -> str:
        """pycparser's complaint in our words; a name where only a type makes sense is told as one that is not known."""
        for first in (at - 1, start):
            pair = tokens[max(first, 0) : first + 2]
            if len(pair) == 2 and pair[0].type == "ID" and pair[0].value not in self.known:
                if pair[1].type == "ID" or (first == start and pair[1].value == "*"):
                    return f"{pair[0].value} is not a type that is known here"
        if message.startswith("before: "):
            return f"syntax error before {message[8:]}"
        return message[:1].lower() + message[1:]


def _bounds(tokens: list[Token], at: int) -> tuple[int, int]:
    """Where the declaration or function at file scope that a token belongs to begins, and the index after it."""
    start = depth = 0
    function = False
    for index, token in enumerate(tokens):
        value = token.value
        ends = value == ";"
        if value == "{":
            function = function or (not depth and tokens[index - 1].value == ")")
            depth += 1
        elif value == "}":
            ends = function or not depth
            depth = max(depth - 1, 0)
        if ends and not depth:
            if index >= at:
                return start, index + 1
            start, function = index + 1, False
    return start, len(tokens)
