"""What a syntax error comes of: the word that nobody knows, the semicolon or brace that is not there, and where.

Rule: nothing here changes anything; each question gives the index of a token, or None.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from pycparser.c_lexer import Token

_TYPE_WORDS = frozenset("VOID CHAR SHORT INT LONG FLOAT DOUBLE SIGNED UNSIGNED _BOOL STRUCT UNION ENUM".split())
_BEFORE_TYPE = frozenset("CONST VOLATILE STATIC EXTERN REGISTER AUTO TYPEDEF INLINE".split())
_CALLS = frozenset("ID RPAREN IF WHILE SWITCH FOR".split())  # before a parenthesis that holds an expression
_STATEMENT = frozenset("IF WHILE SWITCH FOR DO RETURN GOTO BREAK CONTINUE".split())
_ENDS = frozenset(  # what a statement may end in, but for a parenthesis
    """ID PLUSPLUS MINUSMINUS INT_CONST_DEC FLOAT_CONST CHAR_CONST WCHAR_CONST STRING_LITERAL WSTRING_LITERAL BREAK CONTINUE
    RETURN""".split()
)
_BEYOND = Token("", "", 0, 0, "")


@attrs.frozen(repr=False)
class Trouble:
    """A declaration at file scope that begins at `start`, with an error at `at`; `known` tells of names: a type, or not."""

    tokens: list[Token]
    known: Mapping[str, bool]
    start: int
    at: int

    # --- the declaration as a whole ------------------------------------------------------------------------------------
    def end(self) -> int:
        """The index after the declaration or function."""
        depth, function = 0, False
        for index in range(self.start, len(self.tokens)):
            value = self.tokens[index].value
            ends = value == ";"
            if value == "{":
                function = function or (not depth and self.tokens[index - 1].value in (")", ";"))
                depth += 1
            elif value == "}":
                ends = function or not depth
                depth = max(depth - 1, 0)
            if ends and not depth and index >= self.at:
                return index + 1
        return len(self.tokens)

    def depth(self, index: int) -> int:
        """How many braces are open before a token."""
        return sum({"{": 1, "}": -1}.get(token.value, 0) for token in self.tokens[self.start : index])

    def unopened(self, index: int) -> int | None:
        """The first brace that closes what was not opened from a token on."""
        depth = 0
        for here in range(index, len(self.tokens)):
            depth += {"{": 1, "}": -1}.get(self.tokens[here].value, 0)
            if depth < 0:
                return here
        return None

    # --- types that are not there --------------------------------------------------------------------------------------
    def untyped(self) -> int | None:
        """The name of a variable before which no type stands (`static count;`)."""
        for index in range(min(self.at, len(self.tokens) - 2), self.start, -1):
            bare = self.tokens[index].type == "ID" and self.tokens[index - 1].type in _BEFORE_TYPE
            if bare and self.tokens[index + 1].value in ("=", ",", ";", "["):
                return index
        return None

    def untyped_function(self) -> int | None:
        """The name of a function that is defined in the old style and without a type."""
        name = self.start + (self.tokens[self.start].value in ("static", "extern"))
        token = self._token(name)
        if token.type != "ID" or token.value in self.known or self._token(name + 1).value != "(":
            return None
        close = next((n for n in range(name, len(self.tokens)) if self.tokens[n].value == ")"), name)
        return name if self._old_style(close + 1) else None

    def _old_style(self, end: int) -> bool:
        """Whether a declarator's parentheses, which end before `end`, hold names only, and declarations and a body follow."""
        opening = next((n for n in range(end - 1, self.start, -1) if self.tokens[n].value == "("), end)
        brace = next((n for n in range(end, len(self.tokens)) if self.tokens[n].value == "{"), end)
        names = self.tokens[opening + 1 : end - 1 : 2]
        follows = self._declares(self._token(end)) and self.tokens[brace - 1].value == ";"
        return follows and bool(names) and all(t.type == "ID" and not self.known.get(t.value) for t in names)

    # --- words that are not known --------------------------------------------------------------------------------------
    def unknown_specifier(self) -> int | None:
        """A word before the type that the declaration begins with (`static unsinged int x`)."""
        index = self.start
        while self._token(index).type in _BEFORE_TYPE:
            index += 1
        token, after = self._token(index), self._token(index + 1)
        typed = after.type in _TYPE_WORDS or (after.type == "ID" and self.known.get(after.value))
        return index if token.type == "ID" and token.value not in self.known and typed else None

    def unknown(self) -> int | None:
        """A name near the error where a type, or a word of a declaration, must stand."""
        for index in range(max(self.at - 2, self.start), min(self.at + 3, len(self.tokens) - 2)):
            if (
                self.tokens[index].type == "ID"
                and not self.known.get(self.tokens[index].value)
                and self._is_type(index)
            ):
                return index
        return None

    def _is_type(self, index: int) -> bool:
        token, after, beyond = self.tokens[index : index + 3]
        before = self.tokens[index - 1] if index > self.start else None
        if before is not None and self.ends_type(before) and after.type == "ID" and beyond.value == "(":
            return True
        if token.value in self.known:
            return False
        inside = self.depth(index) > 0
        if before is not None and before.value in ("(", ",") and inside and after.type == "ID":
            return False  # arguments with no comma between
        if self._begins(before) and (after.type == "ID" or after.value == "*" or after.type in _TYPE_WORDS):
            return True
        if before is None:
            return False
        second = self.tokens[index - 2].type
        cast = before.value == "(" and after.value == ")" and beyond.value not in ("{", ";", ")", ",")
        cast = cast and index < self.at and second not in _CALLS
        of_function = self._begins(before) and after.value == "(" and beyond.value == "*"
        listed = not inside and (before.value == "," or (before.value == "(" and second == "ID"))
        return cast or of_function or (listed and after.value in (")", ",") and index >= self.at - 2)

    # --- a semicolon that is not there ---------------------------------------------------------------------------------
    def unended(self) -> int | None:
        """What begins a line and should come after a `;`."""
        opened: list[int] = []
        for index in range(self.start, min(self.at, len(self.tokens) - 1) + 1):
            if index > self.start and self._may_end(index):
                if not opened and self._follows(index):
                    return None if self._old_style(index) else index
                if opened and index == self.at and self._in_block(opened[-1]):
                    return index if self._is_statement(index) else None
            value = self.tokens[index].value
            if value in ("(", "[", "{"):
                opened.append(index)
            elif value in (")", "]", "}") and opened:
                opened.pop()
        return None

    def _may_end(self, index: int) -> bool:
        """Whether the line before a token ends as a statement or declaration may."""
        token, before = self.tokens[index], self.tokens[index - 1]
        fresh = (token.lineno, token.filename) != (before.lineno, before.filename)
        return fresh and (before.value in (")", "]", "}") or before.type in _ENDS)

    def _follows(self, index: int) -> bool:
        """Whether a declaration begins at a token of the file scope."""
        token, before = self.tokens[index], self.tokens[index - 1]
        if self.ends_type(before) and self.tokens[index - 2].value not in ("*", ",", "}"):
            return False
        if self._declares(token) or token.type == "PPPRAGMA":
            return True
        two_names = index == self.at and token.type == before.type == "ID" and index - 1 > self.start
        named = self.tokens[self.start].type in ("TYPEDEF", "STRUCT", "UNION", "ENUM")
        return two_names and (named or self._token(index + 1).value != "(")

    def _is_statement(self, index: int) -> bool:
        """Whether a statement, or a block's end, may begin at a token."""
        token = self.tokens[index]
        if self.tokens[index - 1].value == "}":
            return False
        begins = token.type in _STATEMENT or token.value in ("{", "}") or token.type == "ID" or self._declares(token)
        first = self._statement(index)
        header = token.value == "{" and self._declares(first)  # of a function, within another
        return begins and not header and first.type not in ("CASE", "DEFAULT")  # those want a colon

    def _statement(self, index: int) -> Token:
        """The first token of the statement or declaration that a token follows in."""
        return self.tokens[self._after(index, (";", "{", "}", ":"))]

    def _after(self, index: int, marks: tuple[str, ...]) -> int:
        """Where what a token stands in begins: after the latest of some marks."""
        while index > self.start and self.tokens[index - 1].value not in marks:
            index -= 1
        return index

    def _in_block(self, brace: int) -> bool:
        """Whether a bracket opens a block or a struct, rather than an initial value or an enum."""
        before = [self.tokens[brace - 1].value, self.tokens[brace - 2].value]
        return self.tokens[brace].value == "{" and before[0] not in ("=", ",", "{") and "enum" not in before

    # --- words ---------------------------------------------------------------------------------------------------------
    def bodiless(self, index: int) -> int | None:
        """The brace that closes the function whose own `{` is missing before a token."""
        header = self._token(index - 1).value == ")" and not self.depth(index)
        return self.unopened(index) if header else None

    def hint(self) -> str:
        """What to say of a bracket that seems to be missing before the error."""
        if not 0 < self.at < len(self.tokens):
            return ""
        token, first = self.tokens[self.at], self._statement(self.at)
        if (
            (token.value == "{" or token.type in _STATEMENT)
            and first.type in ("IF", "WHILE", "SWITCH")
            and self._open()
        ):
            return ": is a ) missing?"
        if self.word(self.at) in ("__except", "__finally"):
            return ": is a } missing above?"
        if token.value == "{" and self.tokens[self.at - 1].value == ")" and self._declares(first):
            return ": a function cannot be defined inside another, is a } missing above?"
        return ""

    def _open(self) -> bool:
        """Whether a parenthesis is open at the error, in its statement."""
        start = self._after(self.at, (";", "{", "}"))
        return sum({"(": 1, ")": -1}.get(token.value, 0) for token in self.tokens[start : self.at]) > 0

    def word(self, index: int) -> str:
        """How the source has a token: the words of exception handling come in other words."""
        told: list[str] = [self._token(index + n).value for n in range(4)]
        if told[0] == "else" and told[1] == "if" and told[3].startswith("__seh_"):
            return told[3].replace("seh_", "")
        if told[0] == "if" and told[2] == "__seh_try":
            return "__try"
        return told[0].replace("__seh_", "__")

    def stray(self) -> bool:
        """Whether a statement stands at file scope, where none may."""
        first, after = self._token(self.start), self._token(self.start + 1)
        assigns = first.type == "ID" and after.value in ("=", "->", ".", "++", "--", "+=", "-=", "|=", "&=")
        return first.type in (*_STATEMENT, "ELSE", "CASE", "DEFAULT") or first.value == "}" or assigns

    def ends_type(self, token: Token) -> bool:
        """Whether a token may be the last one of a type."""
        return token.value == "*" or token.type in _TYPE_WORDS or bool(self.known.get(token.value))

    def is_statement_word(self, index: int) -> bool:
        """Whether a token is a word that only a statement begins with."""
        return self._token(index).type in _STATEMENT

    def begins_type(self, token: Token) -> bool:
        """Whether a token is one of C's own words for types."""
        return token.type in _TYPE_WORDS

    def _declares(self, token: Token) -> bool:
        """Whether a token begins a declaration."""
        return token.type in _TYPE_WORDS or token.type in _BEFORE_TYPE or bool(self.known.get(token.value))

    def _begins(self, before: Token | None) -> bool:
        """Whether a declaration may begin after a token."""
        return before is None or before.value in ("{", "}", ";", "(", ",") or before.type in _BEFORE_TYPE

    def _token(self, index: int) -> Token:
        return self.tokens[index] if index < len(self.tokens) else _BEYOND
