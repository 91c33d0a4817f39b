"""Macros: definition and expansion, by the algorithm of the C standard's committee (each token carries its hide set).

Rules: `#` and `##` take arguments as written, all else takes them expanded; a comma before an empty `__VA_ARGS__` goes,
as Microsoft's preprocessor has it; a wrong number of arguments is a warning, as it is there.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import attrs

from ntshell.compiler.scan import Token, tokens_of

_NONE: frozenset[str] = frozenset()
_MOST = 3_000_000  # tokens that macros may make of the lines between two directives


class BadMacro(Exception):
    """A definition or use that is no macro's: the message, and the token it is at."""

    def __init__(self, message: str, token: Any) -> None:
        super().__init__(message)
        self.message, self.token = message, token


@attrs.define(eq=False, repr=False)
class Macro:
    """A macro; `arglist` None when it takes no arguments."""

    name: str
    value: list[Token]
    arglist: list[str] | None = None
    variadic: bool = False
    source: str = ""
    lineno: int = 0
    pastes: bool = False


def define(tokens: list[Any]) -> Macro:
    """A macro from the tokens after `#define`, spaces still among them."""
    name = tokens[0]
    if name.type != "CPP_ID":
        raise BadMacro("a macro's name is missing", name)
    at, arglist, variadic = 1, None, False
    if len(tokens) > 1 and tokens[1].value == "(" and not tokens[1].space:
        at, arglist, variadic = _parameters(tokens)
    value: list[Token] = []
    space = False
    for token in tokens[at:]:
        if token.type == "CPP_WS":
            space = True
            continue
        value.append(Token(token.type, token.value, token.lineno, token.source, space))
        space = False
    if arglist is not None:
        _judge(name, value, arglist)
    pastes = any(token.value in ("#", "##", "#@") for token in value)
    return Macro(name.value, value, arglist, variadic, name.source, name.lineno, pastes)


def _judge(name: Any, value: list[Token], arglist: list[str]) -> None:
    """Complain of `#` and `##` where they have nothing to work on, and of a parameter that stands twice."""
    for token, after in itertools.zip_longest(value, value[1:]):
        if token.value in ("#", "#@") and (after is None or after.value not in arglist):
            raise BadMacro(f"{token.value} must stand before a parameter of {name.value}", name)
    if value and "##" in (value[0].value, value[-1].value):
        raise BadMacro(f"## must stand between two things in {name.value}", name)
    if len(set(arglist)) != len(arglist):
        raise BadMacro(f"a parameter of {name.value} stands twice", name)


def _parameters(tokens: list[Any]) -> tuple[int, list[str], bool]:
    names: list[str] = []
    variadic = False
    for at in range(2, len(tokens)):
        token = tokens[at]
        if token.value == ")":
            return at + 1, names, variadic
        if token.value == "...":
            variadic = True
            if tokens[at - 1].type != "CPP_ID":
                names.append("__VA_ARGS__")
        elif token.type == "CPP_ID":
            names.append(token.value)
    raise BadMacro("the parameters of this macro do not end", tokens[0])


class Expander:
    """Expands with the macros in `macros`; what is doubtful is told to `warn`, what is wrong to `on_error`, with its token."""

    def __init__(
        self, macros: dict[str, Any], warn: Callable[[Any, str], None], on_error: Callable[[Any, str], None]
    ) -> None:
        self.macros, self.warn, self.on_error = macros, warn, on_error
        self.counter = 0
        self.made = 0  # tokens, of the lines that are being expanded
        self.overflown = False
        self._hides: dict[tuple[frozenset[str], frozenset[str]], frozenset[str]] = {}
        self.deciding = False  # in a condition: `defined X` is answered
        # by file: from a line on, the number and name that `#line` gave
        self.told: dict[str, list[tuple[int, int, str]]] = {}

    def expand(self, tokens: list[Any]) -> list[Any]:
        """The tokens with all macros expanded."""
        macros, out = self.macros, []
        stack = tokens[::-1]
        while stack:
            token = stack.pop()
            if token.type != "CPP_ID":
                out.append(token)
                continue
            macro = macros.get(token.value)
            if macro is not None and self.made > _MOST:
                self._overflow(token)
                macro = None
            if macro is None:
                if token.value == "defined" and self.deciding:
                    out.append(self._defined(stack, token))
                else:
                    out.append(self._special(token) if token.value[:2] == "__" else token)
            elif token.value in token.hide:
                out.append(token)
            elif macro.arglist is None:
                hide = self._united(token.hide, frozenset((macro.name,)))
                body = self._pasted(macro.value) if macro.pastes else macro.value
                self._push(stack, body, token, hide)
            else:
                try:
                    self._call(stack, token, macro, out)
                except BadMacro as error:
                    self.on_error(error.token, error.message)
                    out.append(token)
        return out

    def _overflow(self, token: Any) -> None:
        """Give up expanding: macros that use each other many times over would never come to an end."""
        if not self.overflown:
            self.on_error(token, f"macros make more than {_MOST // 1_000_000} million tokens of this")
        self.overflown = True

    def condition(self, tokens: list[Any]) -> list[Any]:
        """The tokens of a condition expanded, `defined X` and `defined(X)` answered wherever they come from."""
        self.deciding = True
        try:
            return self.expand([token for token in tokens if token.type != "CPP_WS"])
        finally:
            self.deciding = False

    def _defined(self, stack: list[Any], token: Any) -> Any:
        closed = stack[-1:] and stack[-1].value == "("
        words = [stack.pop() for _ in range(min(3 if closed else 1, len(stack)))]
        name = words[1] if closed and len(words) == 3 else words[0] if words else token
        if name.type != "CPP_ID" or name is token or (closed and words[-1].value != ")"):
            self.on_error(token, "defined needs a name")
        return Token("CPP_INTEGER", "1" if name.value in self.macros else "0", name.lineno, name.source)

    def _special(self, token: Any) -> Any:
        if token.value == "__LINE__":
            return Token("CPP_INTEGER", str(self._place(token)[1]), token.lineno, token.source, token.space)
        if token.value == "__FILE__":
            name = self._place(token)[0]
            return Token("CPP_STRING", f'"{name}"', token.lineno, token.source, token.space)
        if token.value == "__COUNTER__":
            self.counter += 1
            return Token("CPP_INTEGER", str(self.counter - 1), token.lineno, token.source, token.space)
        return token

    def _place(self, token: Any) -> tuple[str, int]:
        """The file and line that a token is said to be at."""
        name, number = token.source.replace("\\", "\\\\"), token.lineno
        for start, told, file in self.told.get(token.source, ()):
            if start <= token.lineno:
                name, number = file or name, told + token.lineno - start
        return name, number

    def _united(self, one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
        """Both hide sets in one; equal ones are the same object, for very many tokens have one."""
        found = self._hides.get((one, other))
        if found is None:
            union = one | other
            found = self._hides[one, other] = self._hides.setdefault((union, _NONE), union)
        return found

    def _push(self, stack: list[Any], body: list[Any], at: Any, hide: frozenset[str]) -> None:
        if self.made > _MOST:
            return
        line, source, space = at.lineno, at.source, at.space
        made = []
        for token in body:
            hidden = self._united(token.hide, hide) if token.hide else hide
            made.append(Token(token.type, token.value, line, source, space, hidden))
            space = token.space
        if made:
            made[0].space = at.space
            for new, token in zip(made[1:], body[1:], strict=True):
                new.space = token.space
        self.made += len(made)
        stack.extend(made[::-1])

    def _call(self, stack: list[Any], token: Any, macro: Macro, out: list[Any]) -> None:
        at = len(stack) - 1
        while at >= 0 and stack[at].type == "CPP_WS":
            at -= 1
        if at < 0 or stack[at].value != "(":
            out.append(token)
            return
        args, end = self._arguments(stack, at, macro, token)
        last = stack[end]
        del stack[end:]
        hide = self._united(token.hide & last.hide, frozenset((macro.name,)))
        self._push(stack, self._substitute(macro, args), token, hide)

    def _arguments(self, stack: list[Any], at: int, macro: Macro, token: Any) -> tuple[list[list[Any]], int]:
        """The arguments of a use and the index of its closing parenthesis in the (reversed) stack."""
        assert macro.arglist is not None
        args: list[list[Any]] = [[]]
        depth = 0
        index = at
        while index >= 0:
            each = stack[index]
            value = each.value
            if value == "(":
                depth += 1
                if depth > 1:
                    args[-1].append(each)
            elif value == ")":
                depth -= 1
                if not depth:
                    break
                args[-1].append(each)
            elif value == "," and depth == 1 and not (macro.variadic and len(args) >= len(macro.arglist)):
                args.append([])
            elif each.type != "CPP_WS":
                args[-1].append(each)
            index -= 1
        if index < 0:
            raise BadMacro(f"the arguments of {macro.name} do not end", token)
        wanted = len(macro.arglist)
        if args == [[]] and not wanted:
            args = []
        if len(args) == wanted - 1 and (macro.variadic or wanted == 1):
            args.append([])
        if len(args) != wanted:
            self.warn(token, f"{macro.name} takes {wanted} argument{'s' * (wanted != 1)}, not {len(args)}")
            args = args[:wanted] + [[] for _ in range(wanted - len(args))]
        return args, index

    def _substitute(self, macro: Macro, args: list[list[Any]]) -> list[Any]:
        assert macro.arglist is not None
        names = {name: n for n, name in enumerate(macro.arglist)}
        body, out = macro.value, []
        expanded: dict[int, list[Any]] = {}
        at = 0
        while at < len(body):
            token = body[at]
            following = body[at + 1] if at + 1 < len(body) else None
            if token.value == "#" and following is not None and following.value in names:
                out.append(_stringized(args[names[following.value]], token))
                at += 2
                continue
            if token.value == "#@" and following is not None and following.value in names:  # Microsoft's: a character
                text = "".join(each.value for each in args[names[following.value]])
                out.append(Token("CPP_CHAR", f"'{text}'", token.lineno, token.source, token.space))
                at += 2
                continue
            which = names.get(token.value) if token.type == "CPP_ID" else None
            if which is None:
                out.append(token)
            else:
                pasted = (following is not None and following.value == "##") or (at and body[at - 1].value == "##")
                if pasted:
                    given = args[which] or [Token("CPP_NONE", "", token.lineno, token.source)]
                else:
                    if which not in expanded:
                        expanded[which] = self.expand(list(args[which]))
                    given = expanded[which]
                if not args[which] and macro.variadic and which == len(args) - 1:
                    _drop_comma(out)
                out += _spaced(given, token)
            at += 1
        return self._pasted(out) if macro.pastes else out

    def _pasted(self, tokens: list[Any]) -> list[Any]:
        out: list[Any] = []
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.value == "##" and out and at + 1 < len(tokens):
                left, right = out.pop(), tokens[at + 1]
                made = tokens_of(left.value + right.value, left.source, left.lineno)
                for each in made:
                    each.hide = left.hide | right.hide
                if made:
                    made[0].space = left.space
                out += made or [Token("CPP_NONE", "", left.lineno, left.source)]
                at += 2
                continue
            out.append(token)
            at += 1
        return [token for token in out if token.value]


def _drop_comma(out: list[Any]) -> None:
    at = len(out) - 1
    if at >= 0 and out[at].value == "##":
        at -= 1
    if at >= 0 and out[at].value == ",":
        del out[at:]


def _spaced(tokens: list[Any], like: Any) -> list[Any]:
    """The tokens of an argument where a parameter stood: the first takes the parameter's space."""
    if not tokens:
        return []
    first = tokens[0]
    return [Token(first.type, first.value, first.lineno, first.source, like.space, first.hide), *tokens[1:]]


def _stringized(tokens: list[Any], like: Any) -> Any:
    parts: list[str] = []
    for token in tokens:
        if token.space and parts:
            parts.append(" ")
        text = token.value
        if token.type in ("CPP_STRING", "CPP_CHAR"):
            text = text.replace("\\", "\\\\").replace('"', '\\"')
        parts.append(text)
    return Token("CPP_STRING", '"' + "".join(parts) + '"', like.lineno, like.source, like.space)
