"""Parsing with pycparser: a unit's tokens become its syntax tree, a syntax error becomes a Problem.

Rules: a place is (file, line) as the tokens have it.  After a syntax error the parser goes on at the next declaration at
file scope, so that several problems are reported in one go.  If `recovery` sees what it comes of, that is told once and
mended (a name is taken for a type or left out, a `;` put in), and the declaration is read again: nothing that hangs on it is
reported.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from pycparser import c_ast
from pycparser.c_lexer import Token
from pycparser.c_parser import CParser, ParseError, _TokenStream

from ntshell.compiler.dialect import BUILTIN_TYPES
from ntshell.compiler.recovery import Trouble
from ntshell.compiler.tokens import TokenFeed, classify

_ENOUGH = 30  # problems after which nobody reads on
_WORDS = "typedef static extern const volatile unsigned signed struct union double float".split()
_LACKS_BODY = ": is a { missing?"
_ERROR = re.compile(r"(?s)(.*?):(\d+)(?::(\d+))?: (.*)")


class Parser(CParser):  # type: ignore[misc]
    """pycparser on ready-made tokens."""

    def __init__(self, typedefs: dict[str, bool] | None = None) -> None:
        super().__init__(lexer=TokenFeed)
        self.known = typedefs if typedefs is not None else dict.fromkeys(BUILTIN_TYPES, True)
        self.problems: list[tuple[str, int, str]] = []
        self.warnings: list[tuple[str, int, str]] = []
        self.began = 0  # where the declaration begins that is being read
        self.skipped = 0  # tokens that were parsed before
        self.assumed: set[str] = set()  # names that are not known and were taken for types
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
                    self.began = self._position()
                    declarations.extend(self._parse_external_declaration())
                self.known = self._scope_stack[0]
                return declarations
            except (ParseError, ValueError, RecursionError) as error:
                self.known = self._scope_stack[0]
                rest = self._recover(rest, error)
                if len(self.problems) >= _ENOUGH or not rest:
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
        """Note the error; where to go on: behind the declaration it is in, or there again, mended."""
        at = max(self._position() - 1, 0)
        trouble = Trouble(tokens, self.known, min(self.began, at), at)
        if isinstance(error, RecursionError):
            self._note(tokens[min(at, len(tokens) - 1)], "this is nested too deeply")
            return tokens[trouble.end() :]
        if trouble.stray():
            self._note(tokens[trouble.start], "this stands outside of a function: is there a } too many above?")
            closing = trouble.unopened(trouble.start + (tokens[trouble.start].value == "}"))
            return tokens[trouble.end() if closing is None else closing + 1 :]
        untyped = trouble.untyped() if "Missing type" in str(error) else trouble.untyped_function()
        if untyped is not None:
            name = tokens[untyped]
            self.warnings.append((name.filename, name.lineno, f"{name.value} has no type, int is taken"))
            return _inserted(trouble, untyped, Token("INT", "int", name.lineno, 0, name.filename))
        unknown = trouble.unknown_specifier()
        if unknown is None and (after := trouble.unended()) is not None:
            return self._end_line(trouble, after)
        unknown = trouble.unknown() if unknown is None else unknown
        if unknown is not None:
            return self._assume(trouble, unknown)
        return self._give_up(trouble, str(error))

    def _give_up(self, trouble: Trouble, error: str) -> list[Token]:
        """Tell the error as the parser has it, and go on behind the declaration."""
        tokens, at, end = trouble.tokens, trouble.at, trouble.end()
        self._assume_named(tokens[trouble.start : end])
        closing = trouble.bodiless(at) if trouble.is_statement_word(at) else None
        hint = trouble.hint() if closing is None else _LACKS_BODY
        match = _ERROR.fullmatch(error)
        if match and at < len(tokens) and match[4] == f"before: {tokens[at].value}":
            self._note(tokens[at], f"syntax error before {trouble.word(at)}{hint}")
        elif match and match[1] and match[1] != "?":
            self.problems.append((match[1], int(match[2]), _said(match[4]) + hint))
        else:
            token = tokens[min(at + 1, len(tokens) - 1)]  # it was looked at, and not taken
            message = "at the end of the file" if at >= len(tokens) - 1 else f"before {trouble.word(at + 1)}"
            self._note(token, f"syntax error {message}{hint}")
        return tokens[end if closing is None else closing + 1 :]

    def _end_line(self, trouble: Trouble, after: int) -> list[Token]:
        """Put a `;` where one seems to be missing; or a `{` is, before the body of a function."""
        tokens = trouble.tokens
        last, closing = tokens[after - 1], trouble.bodiless(after)
        if closing is not None:
            self._note(tokens[after], f"syntax error before {trouble.word(after)}{_LACKS_BODY}")
            return tokens[closing + 1 :]
        self._note(last, "a ; seems to be missing at the end of this line")
        return _inserted(trouble, after, Token("SEMI", ";", last.lineno, 0, last.filename))

    def _note(self, token: Token, message: str) -> None:
        self.problems.append((token.filename, token.lineno, message))

    def _assume_named(self, tokens: list[Token]) -> None:
        """A typedef that is wrong still names its types: what uses them is not reported."""
        if not tokens or tokens[0].type != "TYPEDEF":
            return
        brace = max((n for n, token in enumerate(tokens) if token.value == "}"), default=0)
        for token in tokens[brace:]:
            if token.type == "ID" and token.value not in self.known:
                self.known[token.value] = True
                self.assumed.add(token.value)

    def _assume(self, trouble: Trouble, index: int) -> list[Token]:
        """Take an unknown name for a type from now on, or leave it out where there is a type already."""
        tokens, start = trouble.tokens, trouble.start
        token = tokens[index]
        before = index - 1 if index == start or tokens[index - 1].value != "(" else index - 2  # int (WORD *name)(...)
        typed = before >= start and trouble.ends_type(tokens[before])
        meant = get_close_matches(token.value, _WORDS, 1, 0.8)
        if meant:
            self._note(token, f"{token.value} is not known here, is {meant[0]} meant?")
            word = Token(classify(meant[0]), meant[0], token.lineno, token.column, token.filename)
            return [*tokens[start:index], word, *tokens[index + 1 :]]
        if typed or trouble.begins_type(tokens[index + 1]):
            self._note(token, f"{token.value} is not known here")
            self.known.pop(token.value, None)
            return tokens[start:index] + tokens[index + 1 :]
        self._note(token, f"{token.value} is not a type that is known here")
        self.known[token.value] = True
        self.assumed.add(token.value)
        return tokens[start:]

    def _position(self) -> int:
        """How many tokens were consumed (or looked at)."""
        return int(self._stream()._index)


def _inserted(trouble: Trouble, index: int, token: Token) -> list[Token]:
    """The tokens from the declaration on, with one more."""
    return [*trouble.tokens[trouble.start : index], token, *trouble.tokens[index:]]


def _said(message: str) -> str:
    """pycparser's complaint in our words."""
    if message.startswith("before: "):
        return f"syntax error before {message[8:]}"
    taken = re.match(r"Non-typedef '(\w+)' previously", message)
    if taken is not None:
        return f"{taken[1]} is a type, nothing else can be called so here"
    if message.startswith("Invalid multiple types"):
        return "two types in one declaration"
    return message[:1].lower() + message[1:]
