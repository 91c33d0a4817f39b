"""Reports on a terminal: the same words as everywhere, source in colours, the rest by what a line is.

What is wider than the terminal goes on in the next line, broken between words.
"""

from __future__ import annotations

import re

from prompt_toolkit.application import get_app_session
from prompt_toolkit.formatted_text import FormattedText, PygmentsTokens, to_formatted_text
from pygments.lexers.c_cpp import CLexer

from ntshell.shell.report import Line, Report
from ntshell.shell.wrap import wrapped

_SOURCE = re.compile(r"^(\s*[>*!]*\s*\d+[: ]\s?)(.*)$")
_LEXER = CLexer(stripnl=False, ensurenl=False)


def formatted(report: Report, width: int | None = None) -> FormattedText:
    """All lines of a report, in the width of the terminal, or another; 0 is no bound."""
    parts: list[tuple[str, str]] = []
    columns = get_app_session().output.get_size().columns if width is None else width
    for line in wrapped(report, columns):
        parts.extend(_line(line))
        parts.append(("", "\n"))
    if parts:
        parts.pop()
    return FormattedText(parts)


def _line(line: Line) -> list[tuple[str, str]]:
    if line.kind in ("source", "current"):
        return _source(line)
    return [(f"class:line.{line.kind}", line.text)]


def _source(line: Line) -> list[tuple[str, str]]:
    """The number in front apart, then C; a line inside a longer comment is one."""
    found = _SOURCE.match(line.text)
    before, code = (found[1], found[2]) if found else ("", line.text)
    marked = "class:line.current " if line.kind == "current" else ""
    if code.lstrip().startswith("*") and not code.lstrip().startswith("*="):
        return [(f"{marked}class:number", before), (f"{marked}class:pygments.comment", code)]
    tokens = to_formatted_text(PygmentsTokens(list(_LEXER.get_tokens(code))))
    return [(f"{marked}class:number", before), *((f"{marked}{style}", text) for style, text, *_ in tokens)]
