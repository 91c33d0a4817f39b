"""Parsing with pycparser: a unit's tokens become its syntax tree, a syntax error becomes a Problem.

Rules: a place is (file, line) as the tokens have it.  After a syntax error the parser goes on at the next declaration at
file scope, so that several problems are reported in one go.  If the error comes of a name that is not known, the name is told
once, taken for a type (or left out), and the declaration is read again: nothing that hangs on it is reported.
"""

from __future__ import annotations

import re
from typing import Any

from pycparser import c_ast
from pycparser.c_lexer import Token
from pycparser.c_parser import CParser, ParseError, _TokenStream

from ntshell.compiler.dialect import BUILTIN_TYPES
from ntshell.compiler.tokens import TokenFeed

_TYPE_WORDS = frozenset("VOID CHAR SHORT INT LONG FLOAT DOUBLE SIGNED UNSIGNED _BOOL STRUCT UNION ENUM".split())
_BEFORE_TYPE = frozenset("CONST VOLATILE STATIC EXTERN REGISTER TYPEDEF INLINE".split())
_ENOUGH = 30  # problems after which nobody reads on
_CALLS = frozenset("ID RPAREN IF WHILE SWITCH FOR".split())  # before a parenthesis that holds an expression
_STATEMENT = frozenset("IF WHILE SWITCH FOR DO RETURN GOTO BREAK CONTINUE".split())
_ENDS = frozenset(  # what a statement may end in, but for a parenthesis
    """ID PLUSPLUS MINUSMINUS INT_CONST_DEC FLOAT_CONST CHAR_CONST WCHAR_CONST STRING_LITERAL WSTRING_LITERAL BREAK CONTINUE
    RETURN""".split()
)
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
        """Note the error; where to go on: behind the declaration it is in, or there again, knowing an unknown name."""
        at = max(self._position() - 1, 0)
        match = _ERROR.fullmatch(str(error))
        token = tokens[min(at, len(tokens) - 1)]
        start = min(self.began, at)
        end = _end(tokens, start, at)
        if isinstance(error, RecursionError):
            self.problems.append((token.filename, token.lineno, "this is nested too deeply"))
            return tokens[end:]
        untyped = _untyped(tokens, start, at) if "Missing type" in str(error) else self._untyped_function(tokens, start)
        if untyped is not None:
            name = tokens[untyped]
            self.warnings.append((name.filename, name.lineno, f"{name.value} has no type, int is taken"))
            return [*tokens[start:untyped], Token("INT", "int", name.lineno, 0, name.filename), *tokens[untyped:]]
        unknown = self._unknown_specifier(tokens, start)
        if unknown is None and (after := self._unended(tokens, start, at)) is not None:
            last = tokens[after - 1]
            closing = _unopened(tokens, after)
            if last.value == ")" and not _depth(tokens[start:after]) and closing is not None:
                message = f"syntax error before {tokens[after].value}: is a {{ missing?"
                self.problems.append((tokens[after].filename, tokens[after].lineno, message))
                return tokens[closing + 1 :]
            self.problems.append((last.filename, last.lineno, "a ; seems to be missing at the end of this line"))
            return [*tokens[start:after], Token("SEMI", ";", last.lineno, 0, last.filename), *tokens[after:]]
        unknown = self._unknown(tokens, start, at) if unknown is None else unknown
        if unknown is not None:
            return self._assume(tokens, start, unknown)
        self._assume_named(tokens[start:end])
        hint, end = _brace(tokens, start, at, end)
        if match and match[1] and match[1] != "?":
            self.problems.append((match[1], int(match[2]), _said(match[4]) + hint))
        else:
            token = tokens[min(at + 1, len(tokens) - 1)]  # it was looked at, and not taken
            message = "at the end of the file" if at >= len(tokens) - 1 else f"before {token.value}"
            self.problems.append((token.filename, token.lineno, f"syntax error {message}{hint}"))
        return tokens[end:]

    def _assume_named(self, tokens: list[Token]) -> None:
        """A typedef that is wrong still names its types: what uses them is not reported."""
        if not tokens or tokens[0].type != "TYPEDEF":
            return
        brace = max((n for n, token in enumerate(tokens) if token.value == "}"), default=0)
        for token in tokens[brace:]:
            if token.type == "ID" and token.value not in self.known:
                self.known[token.value] = True
                self.assumed.add(token.value)

    def _unknown(self, tokens: list[Token], start: int, at: int) -> int | None:
        """The index of a name near an error that is not known where a type or a word of a declaration must stand."""
        for index in range(max(at - 2, start), min(at + 3, len(tokens) - 2)):
            token, before, after = tokens[index], tokens[index - 1] if index > start else None, tokens[index + 1]
            if token.type != "ID" or self.known.get(token.value):
                continue
            if before is not None and self._ends_type(before) and after.type == "ID" and tokens[index + 2].value == "(":
                return index
            if token.value in self.known:
                continue
            inner = before is not None and before.value in ("(", ",") and _depth(tokens[start:index])
            if inner and after.type == "ID":  # arguments with no comma between
                continue
            if self._begins(before) and (after.type == "ID" or after.value == "*" or after.type in _TYPE_WORDS):
                return index
            if before is None:
                continue
            closed = before.value == "(" and after.value == ")" and index < at and tokens[index - 2].type not in _CALLS
            of_function = self._begins(before) and after.value == "(" and tokens[index + 2].value == "*"
            listed = before.value == "," or (before.value == "(" and tokens[index - 2].type == "ID")
            listed = listed and not _depth(tokens[start:index])  # in a body these are arguments
            parameter = listed and after.value in (")", ",") and index >= at - 2
            if closed or of_function or parameter:
                return index
        return None

    def _unknown_specifier(self, tokens: list[Token], start: int) -> int | None:
        """The index of a word before the type that a declaration begins with (`static unsinged int x`)."""
        for index in range(start, len(tokens) - 1):
            token, after = tokens[index], tokens[index + 1]
            if token.type in _BEFORE_TYPE:
                continue
            typed = after.type in _TYPE_WORDS or (after.type == "ID" and self.known.get(after.value))
            return index if token.type == "ID" and token.value not in self.known and typed else None
        return None

    def _untyped_function(self, tokens: list[Token], start: int) -> int | None:
        """The index of the name of a function that is defined in the old style and without a type."""
        name = start + (tokens[start].value in ("static", "extern"))
        if tokens[name].type != "ID" or tokens[name].value in self.known or tokens[name + 1 : name + 2] == []:
            return None
        if tokens[name + 1].value != "(":
            return None
        close = next((n for n in range(name, len(tokens) - 1) if tokens[n].value == ")"), name)
        named = all(token.type == "ID" and not self.known.get(token.value) for token in tokens[name + 2 : close : 2])
        return name if close > name and named and self._declares(tokens[close + 1]) else None

    def _declares(self, token: Token) -> bool:
        """Whether a token begins a declaration."""
        return token.type in _TYPE_WORDS or token.type in _BEFORE_TYPE or bool(self.known.get(token.value))

    def _unended(self, tokens: list[Token], start: int, at: int) -> int | None:
        """The index of what stands on a line of its own and should come after a `;` that is not there, by a syntax error."""
        opened: list[int] = []
        for index in range(start, min(at, len(tokens) - 1) + 1):
            token, before = tokens[index], tokens[index - 1]
            fresh = index > start and (token.lineno, token.filename) != (before.lineno, before.filename)
            ends = before.value in (")", "]", "}") or before.type in _ENDS
            told = self._declares(token) or (index == at and self._names(tokens, start, index))
            a_type = self._ends_type(before) and tokens[index - 2].value not in ("*", ",", "}")
            if fresh and ends and not opened and told and not a_type:
                return None if self._old_style(tokens, start, index) else index
            if fresh and ends and index == at and opened and _in_block(tokens, opened[-1]) and before.value != "}":
                follows = (
                    token.type in _STATEMENT or token.value in ("{", "}") or token.type == "ID" or self._declares(token)
                )
                return index if follows and not _in_case(tokens, index) else None
            if token.value in ("(", "[", "{"):
                opened.append(index)
            elif token.value in (")", "]", "}") and opened:
                opened.pop()
        return None

    def _names(self, tokens: list[Token], start: int, at: int) -> bool:
        """Whether a name stands where no other name can come."""
        named = tokens[at].type == "ID" and tokens[at - 1].type == "ID" and at - 1 > start
        return named and (tokens[start].type in ("TYPEDEF", "STRUCT", "UNION", "ENUM") or tokens[at + 1].value != "(")

    def _old_style(self, tokens: list[Token], start: int, end: int) -> bool:
        """Whether a declarator's parentheses hold names only."""
        opening = next((n for n in range(end - 1, start, -1) if tokens[n].value == "("), None)
        names = tokens[opening + 1 : end - 1 : 2] if opening is not None else []
        return bool(names) and all(token.type == "ID" and not self.known.get(token.value) for token in names)

    def _begins(self, before: Token | None) -> bool:
        return before is None or before.value in ("{", "}", ";", "(", ",") or before.type in _BEFORE_TYPE

    def _ends_type(self, token: Token) -> bool:
        return token.value == "*" or token.type in _TYPE_WORDS or self.known.get(token.value, False)

    def _assume(self, tokens: list[Token], start: int, index: int) -> list[Token]:
        """Take an unknown name for a type from now on, or leave it out where there is a type already."""
        token = tokens[index]
        before = index - 1 if index == start or tokens[index - 1].value != "(" else index - 2  # int (WORD *name)(...)
        typed = before >= start and self._ends_type(tokens[before])
        if typed or tokens[index + 1].type in _TYPE_WORDS:
            self.problems.append((token.filename, token.lineno, f"{token.value} is not known here"))
            self.known.pop(token.value, None)
            return tokens[start:index] + tokens[index + 1 :]
        self.problems.append((token.filename, token.lineno, f"{token.value} is not a type that is known here"))
        self.known[token.value] = True
        self.assumed.add(token.value)
        return tokens[start:]

    def _position(self) -> int:
        """How many tokens were consumed (or looked at)."""
        return int(self._stream()._index)


def _untyped(tokens: list[Token], start: int, at: int) -> int | None:
    """The index of a variable's name near an error before which no type stands (`static count;`), if there is one."""
    for index in range(min(at, len(tokens) - 2), start, -1):
        bare = tokens[index].type == "ID" and tokens[index - 1].type in _BEFORE_TYPE
        if bare and tokens[index + 1].value in ("=", ",", ";", "["):
            return index
    return None


def _in_block(tokens: list[Token], brace: int) -> bool:
    """Whether a brace opens a block or a struct, rather than an initial value or an enum."""
    if tokens[brace].value != "{" or tokens[brace - 1].value in ("=", ",", "{", "enum"):
        return False
    return bool(tokens[brace - 2].value != "enum")


def _in_case(tokens: list[Token], at: int) -> bool:
    """Whether what ends before `at` is a `case` without its colon."""
    while at and tokens[at - 1].value not in (";", "{", "}", ":"):
        at -= 1
    return tokens[at].type in ("CASE", "DEFAULT")


def _depth(tokens: list[Token]) -> int:
    """How many braces are open after some tokens."""
    return sum({"{": 1, "}": -1}.get(token.value, 0) for token in tokens)


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


def _brace(tokens: list[Token], start: int, at: int, end: int) -> tuple[str, int]:
    """What to say of a brace that seems to be missing, and where to go on then."""
    if not 0 < at < len(tokens) or tokens[at - 1].value != ")":
        return "", end
    if tokens[at].value == "{":
        return ": a function cannot be defined inside another, is a } missing above?", end
    closing = _unopened(tokens, at)
    if tokens[at].type not in _STATEMENT or _depth(tokens[start:at]) or closing is None:
        return "", end
    return ": is a { missing?", closing + 1


def _unopened(tokens: list[Token], start: int) -> int | None:
    """The index of the first brace that closes what was not opened since `start`."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[index].value, 0)
        if depth < 0:
            return index
    return None


def _end(tokens: list[Token], start: int, at: int) -> int:
    """The index after the declaration or function at file scope that a token belongs to; it begins at `start`."""
    depth, function = 0, False
    for index in range(start, len(tokens)):
        value = tokens[index].value
        ends = value == ";"
        if value == "{":
            function = function or (not depth and tokens[index - 1].value in (")", ";"))
            depth += 1
        elif value == "}":
            ends = function or not depth
            depth = max(depth - 1, 0)
        if ends and not depth and index >= at:
            return index + 1
    return len(tokens)
