"""Colours: the terminal's own sixteen by default, so that dark and light backgrounds both read.

`NTSHELL_THEME` names one of Pygments' styles instead; `NO_COLOR` takes all colour away and loses nothing, since no state
is told by colour alone.
"""

from __future__ import annotations

import os

from prompt_toolkit.output.color_depth import ColorDepth
from prompt_toolkit.styles import BaseStyle, Style, merge_styles, style_from_pygments_cls, style_from_pygments_dict
from pygments.styles import get_style_by_name
from pygments.token import Comment, Keyword, Name, Number, String
from pygments.util import ClassNotFound

from ntshell.faces.talk import say

_LINES = Style.from_dict(
    {
        "prompt": "bold",
        "line.head": "bold",
        "line.current": "bold",
        "line.good": "ansigreen",
        "line.bad": "ansired bold",
        "line.note": "italic",
        "number": "ansibrightblack",
        "bottom-toolbar": "noreverse",
        "bottom-toolbar.name": "bold",
        "bottom-toolbar.raised": "ansired bold",
        "auto-suggestion": "ansibrightblack",
    }
)
_TOKENS = {
    Comment: "ansigreen",
    Comment.Preproc: "ansimagenta",
    Comment.PreprocFile: "ansicyan",
    Keyword: "ansiblue",
    Keyword.Type: "ansicyan",
    Name.Variable: "ansimagenta",
    Name.Function: "ansiyellow",
    Name.Attribute: "ansicyan",
    Number: "ansimagenta",
    String: "ansired",
}


def style() -> BaseStyle:
    """The style of all that the line shell shows."""
    wanted = os.environ.get("NTSHELL_THEME", "")
    if wanted:
        try:
            return merge_styles([style_from_pygments_cls(get_style_by_name(wanted)), _LINES])
        except ClassNotFound:
            say(f"NTSHELL_THEME: Pygments has no style called {wanted}")
    return merge_styles([style_from_pygments_dict(_TOKENS), _LINES])


def color_depth() -> ColorDepth | None:
    """No colour where `NO_COLOR` says so, else what the terminal can."""
    return ColorDepth.DEPTH_1_BIT if os.environ.get("NO_COLOR") else None
