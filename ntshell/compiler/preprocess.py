"""Preprocessing with pcpp, made to look for headers, report errors and count lines as this compiler needs.

pcpp has the directives; scanning (`scan`), macros (`expand`) and conditions (`condition`) are ours, for speed and for
Microsoft's habits.  The result stays a list of tokens (type, value, lineno, source): no text is written and read again.
Rules: nothing here depends on the date (`__DATE__` and `__TIME__` are fixed); `#error` and a missing header are problems
with their place, and preprocessing goes on after them; `#pragma` lines pass through, but `once` and `message`.  `#line` is
for `__LINE__` and `__FILE__`: a place stays where the text was read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from pcpp.preprocessor import Action, OutputDirective, Preprocessor

from ntshell.base.place import Place
from ntshell.compiler.condition import BadCondition, Condition
from ntshell.compiler.expand import BadMacro, Expander, define
from ntshell.compiler.include import Reader
from ntshell.compiler.program import Problem
from ntshell.compiler.scan import Lexer, Token, lines_of, tokens_of

_QUIET_PRAGMAS = frozenset(
    ("message", "comment", "region", "endregion", "warning", "deprecated", "hdrstop", "optimize")
)
_KEPT_MACRO = re.compile(r'(push|pop)_macro\s*\(\s*"(\w+)"\s*\)')
_DEEPEST = 100  # levels of #include
_FEW = 200  # macros: more than that are a sign that headers came before


def _spelled(macro: Any) -> str:
    return f"{macro.name} {macro.arglist} {' '.join(token.value for token in macro.value)}"


def _pragma_as_undef(line: list[Any]) -> list[Any]:
    """A line of tokens; `#pragma push_macro` as an `#undef`."""
    if line[0].value == "#" and any(token.value in ("push_macro", "pop_macro") for token in line):
        return [
            Token(each.type, "undef", each.lineno, each.source) if each.value == "pragma" else each for each in line
        ]
    return line


class Source(Preprocessor):  # type: ignore[misc]
    """One translation unit on its way through the preprocessor."""

    def __init__(self, reader: Reader, defines: Mapping[str, str]) -> None:
        super().__init__(Lexer())
        self.reader = reader
        self.expander = Expander(self.macros, partial(self.problem, kind="warning"), self.problem)
        self.problems: list[Problem] = []
        self.kept: dict[str, list[Any]] = {}  # macros, by `#pragma push_macro`
        self.lost = False  # a header could not be had, or macros have no end: nothing more can be said of the unit
        self.line_directive = None
        self.expand_filemacro = False
        self.rewrite_paths: list[Any] = []
        self.auto_pragma_once_enabled = False  # it does not see an #else, nor an #undef of the guard
        for name, value in defines.items():
            self.define(f"{name} {value}")
        self.define('__DATE__ "Jul 29 1996"')
        self.define('__TIME__ "00:00:00"')

    def unit(self, path: str) -> list[Any]:
        """The tokens of a source file."""
        return self.text(self.reader.read(path), path)

    def text(self, text: str, path: str) -> list[Any]:
        """The tokens of a text that stands for a file."""
        self.temp_path = [os.path.dirname(path)]
        try:
            found = list(self.parsegen(text if text.endswith("\n") else text + "\n", path, path))
            self.lost = self.lost or self.expander.overflown
            return found
        except (IndexError, AttributeError, AssertionError):
            if self.lastdirective is None:
                raise
            self.problem(self.lastdirective, f"#{self.lastdirective.value} is not complete")
            return []

    def group_lines(self, input: str, abssource: str) -> Iterator[list[Any]]:
        """The logical lines of a file; files read before are not scanned again."""
        known = self.reader.scanned.get(abssource)
        if known is None:
            known = self.reader.scanned[abssource] = list(lines_of(input, abssource, partial(self._unended, abssource)))
        self.lost = self.lost or abssource in self.reader.unended
        for line in known:
            yield _pragma_as_undef(list(line))

    def _unended(self, path: str, line: int, message: str) -> None:
        self.reader.unended.add(path)
        self.on_problem(path, line, message, "error")

    def define(self, tokens: Any) -> None:
        """`#define`."""
        if isinstance(tokens, str):
            tokens = next(lines_of(f"#{tokens}", ""))[1:-1]
        try:
            macro = define(tokens)
            self._judge(macro, tokens[0])
            self.macros[macro.name] = macro
        except BadMacro as error:
            self.problem(error.token, error.message)

    def _judge(self, macro: Any, token: Any) -> None:
        """Warn of a macro that the driver defines a second time and otherwise; its words for the kit's are its own affair."""
        known = self.macros.get(macro.name)
        own = known is not None and known.source and not any(map(self.reader.system, (known.source, macro.source)))
        if own and _spelled(known) != _spelled(macro):
            name = os.path.basename(known.source)
            self.problem(token, f"{macro.name} was defined otherwise at {name}:{known.lineno}", "warning")

    def expand_macros(self, tokens: list[Any], expanding_from: Any = None) -> list[Any]:
        """The tokens with their macros expanded."""
        self.expander.macros, self.expander.made = self.macros, 0
        return self.expander.expand(tokens)

    def evalexpr(self, tokens: list[Any]) -> tuple[int, None]:
        """The value of a condition."""
        self.expander.macros = self.macros
        try:
            return Condition(self.expander.condition(tokens)).value() if tokens else 0, None
        except BadCondition as error:
            self.problem(tokens[0], str(error))
            return 0, None

    def include(self, tokens: list[Any], original_line: list[Any]) -> Iterator[Any]:
        """The tokens of an included file."""
        if tokens and tokens[0].value != "<" and tokens[0].type != self.t_STRING:
            tokens = self.tokenstrip(self.expand_macros(tokens))
        if not tokens:
            self.problem(self.lastdirective, "#include needs the name of a header")
            return
        spelled = "".join(token.value for token in tokens)
        quoted = tokens[0].type == self.t_STRING
        closed = spelled.find('"' if quoted else ">", 1)
        if closed < 0:
            self.lose(tokens[0], f"the name of this header does not end: {spelled}")
            return
        name = spelled[1:closed]
        path = self.reader.find(name, self.temp_path if quoted else [])
        if path is None:
            self.lose(tokens[0], f"there is no header called {name}")
        elif len(self.temp_path) > _DEEPEST:
            if not self.lost:
                self.lose(tokens[0], f"{name} is included {_DEEPEST} levels deep: does it include itself?")
        elif path not in self.include_once:
            yield from self._included(path)

    def _included(self, path: str) -> list[Any]:
        """The tokens of a header.  A shipped one gives the same again when the macros before it are the same."""
        signature = None
        if self.reader.system(path) and len(self.macros) < _FEW:
            signature = (path, frozenset(map(_spelled, self.macros.values())))
            known = self.reader.included.get(signature)
            if known is not None:
                tokens: list[Any] = known[0]
                self.macros.clear()
                self.macros.update(known[1])
                return tokens
        self.temp_path.insert(0, os.path.dirname(path))
        found = list(self.parsegen(self.reader.read(path) + "\n", path, path))
        del self.temp_path[0]
        if signature is not None:
            self.reader.included[signature] = (found, dict(self.macros))
        return found

    def lose(self, token: Any, message: str) -> None:
        """Note that a header cannot be had: what else there is to say of the unit would come of that."""
        self.problem(token, message)
        self.lost = True

    def problem(self, token: Any, message: str, kind: str = "error") -> None:
        """Note a problem at a token."""
        self.on_problem(token.source or "", token.lineno, message, kind)

    def on_problem(self, path: str, line: int, message: str, kind: str) -> None:
        """Note a problem at a line."""
        lines = self.reader.texts.get(path, "").split("\n")
        source = lines[line - 1] if 0 < line <= len(lines) else ""
        self.problems.append(Problem(Place(path, line), message, source, kind))

    def on_error(self, file: str, line: int, msg: str) -> None:
        """pcpp's own complaints; of an #if that has lost its #endif with the rest there is nothing to say."""
        if self.lost:
            return
        self.on_problem(file, line, (msg[:1].lower() + msg[1:]).strip(), "error")

    def on_comment(self, tok: Any) -> bool:
        """Comments go."""
        return False

    def on_directive_handle(self, directive: Any, toks: list[Any], ifpassthru: bool, precedingtoks: list[Any]) -> bool:
        """Every directive is executed and leaves nothing behind."""
        self.lastdirective = directive
        if directive.value == "pragma" and not toks:
            raise OutputDirective(Action.IgnoreAndRemove)
        return True

    def on_directive_unknown(
        self, directive: Any, toks: list[Any], ifpassthru: bool, precedingtoks: list[Any]
    ) -> bool | None:
        """`#error`, `#pragma` and what no preprocessor knows."""
        words = "".join(token.value for token in toks).strip()
        if directive.value == "error":
            self.problem(directive, f"#error {words}")
        elif directive.value == "pragma" and words.split("(")[0].split(" ")[0] not in _QUIET_PRAGMAS:
            return None
        elif directive.value == "line" or directive.value.isdigit():
            self._renumber(directive, words if directive.value == "line" else f"{directive.value} {words}")
        elif directive.value not in ("pragma", "ident", "warning"):
            self.problem(directive, f"unknown directive #{directive.value}")
        return True

    def undef(self, tokens: Any) -> None:
        """`#undef`; and `#pragma push_macro("NAME")` and `pop_macro`, which come as one, for the text before is then expanded."""
        words = tokens if isinstance(tokens, str) else "".join(token.value for token in tokens)
        if not words.strip():
            self.problem(self.lastdirective, "#undef needs a name")
            return
        found = _KEPT_MACRO.fullmatch(words)
        if found is None:
            super().undef(tokens)
            return
        name = found[2]
        kept = self.kept.setdefault(name, [])
        if found[1] == "push":
            kept.append(self.macros.get(name))
        elif kept:
            macro = kept.pop()
            self.macros.pop(name, None)
            if macro is not None:
                self.macros[name] = macro

    def _renumber(self, directive: Any, words: str) -> None:
        """`#line`: what `__LINE__` and `__FILE__` say from the next line on."""
        number, _, name = "".join(token.value for token in self.expand_macros(tokens_of(words))).partition('"')
        if not number.isdigit():
            self.problem(directive, "#line takes a number, and perhaps a file's name")
            return
        told = self.expander.told.setdefault(directive.source, [])
        told.append((directive.lineno + 1, int(number), name.partition('"')[0]))

    def on_unknown_macro_in_defined_expr(self, tok: Any) -> bool | None:
        """Unknown names are not defined."""
        return False

    def on_unknown_macro_in_expr(self, ident: str) -> int | None:
        """Unknown names are 0 in `#if`."""
        return 0
