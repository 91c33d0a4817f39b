"""Preprocessing with pcpp, made to look for headers, report errors and count lines as this compiler needs.

The result stays a list of pcpp tokens (type, value, lineno, source): no text is written and scanned again.
Rules: nothing here depends on the date (`__DATE__` and `__TIME__` are fixed); `#error` and a missing header are problems
with their place, and preprocessing goes on after them; `#pragma` lines pass through, but `once` and `message`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from pcpp.preprocessor import Action, OutputDirective, Preprocessor

from ntshell.base.place import Place
from ntshell.compiler.include import Reader
from ntshell.compiler.program import Problem

_QUIET_PRAGMAS = frozenset(("message", "comment", "region", "endregion", "warning", "deprecated", "hdrstop", "optimize"))


class Source(Preprocessor):  # type: ignore[misc]
    """One translation unit on its way through the preprocessor."""

    def __init__(self, reader: Reader, defines: Mapping[str, str]) -> None:
        super().__init__()
        self.reader = reader
        self.problems: list[Problem] = []
        self.line_directive = None
        self.auto_pragma_once_enabled = True
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
        return list(self.parsegen(text if text.endswith("\n") else text + "\n", path, path))

    def include(self, tokens: list[Any], original_line: list[Any]) -> Iterator[Any]:
        """The tokens of an included file."""
        if tokens and tokens[0].value != "<" and tokens[0].type != self.t_STRING:
            tokens = self.tokenstrip(self.expand_macros(tokens))
        if not tokens:
            return
        spelled = "".join(token.value for token in tokens)
        quoted = tokens[0].type == self.t_STRING
        name = spelled[1 : spelled.find('"' if quoted else ">", 1)]
        path = self.reader.find(name, self.temp_path if quoted else [])
        if path is None:
            self.problem(tokens[0], f"there is no header called {name}")
        elif path not in self.include_once:
            self.temp_path.insert(0, os.path.dirname(path))
            yield from self.parsegen(self.reader.read(path) + "\n", path, path)
            del self.temp_path[0]

    def problem(self, token: Any, message: str, kind: str = "error") -> None:
        """Note a problem at a token."""
        self.on_problem(token.source or "", token.lineno, message, kind)

    def on_problem(self, path: str, line: int, message: str, kind: str) -> None:
        """Note a problem at a line."""
        lines = self.reader.texts.get(path, "").split("\n")
        source = lines[line - 1] if 0 < line <= len(lines) else ""
        self.problems.append(Problem(Place(path, line), message, source, kind))

    def on_error(self, file: str, line: int, msg: str) -> None:
        """pcpp's own complaints."""
        self.on_problem(file, line, msg[:1].lower() + msg[1:], "error")

    def on_comment(self, tok: Any) -> bool:
        """Comments go."""
        return False

    def on_directive_handle(self, directive: Any, toks: list[Any], ifpassthru: bool, precedingtoks: list[Any]) -> bool:
        """Every directive is executed and leaves nothing behind."""
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
        elif directive.value == "line":
            raise OutputDirective(Action.IgnoreAndRemove)
        elif directive.value not in ("pragma", "ident", "warning"):
            self.problem(directive, f"unknown directive #{directive.value}")
        return True

    def on_unknown_macro_in_defined_expr(self, tok: Any) -> bool | None:
        """Unknown names are not defined."""
        return False

    def on_unknown_macro_in_expr(self, ident: str) -> int | None:
        """Unknown names are 0 in `#if`."""
        return 0
