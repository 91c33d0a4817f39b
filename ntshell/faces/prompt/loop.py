"""The loop of the line shell: read a line, do it, show what it says.

Ctrl+C breaks into a running target and the session goes on; at the prompt it clears the line.  Ctrl+D and `q` leave.
A bare Enter goes to the shell as it is: what it repeats is the shell's affair.
"""

from __future__ import annotations

import gc
import traceback

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.shortcuts import CompleteStyle

from ntshell import __version__
from ntshell.base.errors import Exit, NtshellError
from ntshell.debugger.session import Session, SessionOptions
from ntshell.faces.interrupts import breaking_in
from ntshell.faces.lexer import CommandLexer
from ntshell.faces.prompt.completer import ShellCompleter
from ntshell.faces.prompt.history import History
from ntshell.faces.prompt.render import formatted
from ntshell.faces.prompt.theme import color_depth, style
from ntshell.faces.prompt.toolbar import toolbar
from ntshell.faces.talk import complain, say
from ntshell.shell import verbs
from ntshell.shell.shell import QuitShell, Shell

WELCOME = f"ntshell {__version__} · .help lists the commands, Tab completes, Enter repeats, q leaves"


class LineShell:
    """A shell on a terminal."""

    def __init__(self, options: SessionOptions) -> None:
        verbs.load()  # to be completed and highlighted, commands must be known
        self.shell = Shell(Session(options))
        gc.enable()
        self.style = style()
        self.depth = color_depth()
        self.reader: PromptSession[str] = PromptSession(
            history=History(),
            auto_suggest=AutoSuggestFromHistory(),
            completer=ShellCompleter(self.shell),
            complete_style=CompleteStyle.COLUMN,
            enable_history_search=True,
            lexer=PygmentsLexer(CommandLexer),
            style=self.style,
            color_depth=self.depth,
            bottom_toolbar=lambda: toolbar(self.shell.session),
            reserve_space_for_menu=6,
        )

    def run(self, sources: list[str], commands: list[str]) -> int:
        """Load sources, do the commands given beforehand, then what is typed."""
        print(WELCOME)
        first = [f'load "{source}"' if " " in source else f"load {source}" for source in sources]
        for line in [*first, *commands]:
            if not self.does(line):
                return int(Exit.CLEAN)
        while True:
            try:
                line = self.reader.prompt(FormattedText([("class:prompt", self.shell.prompt())]))
            except KeyboardInterrupt:
                continue
            except EOFError:
                return int(Exit.CLEAN)
            if not self.does(line):
                return int(Exit.CLEAN)

    def does(self, line: str) -> bool:
        """Do a line; False when it was the last."""
        try:
            with breaking_in(self.shell.session):
                for _, _, report in self.shell.execute(line):
                    if report.text:
                        print_formatted_text(formatted(report), style=self.style, color_depth=self.depth)
        except QuitShell:
            return False
        except NtshellError as error:
            complain(error)
        except KeyboardInterrupt:
            say("given up in the middle of a command; .restart begins again on a fresh machine")
        except Exception:
            traceback.print_exc()
            say(f"this is a bug of ntshell's ({__version__}), not yours; the session goes on, .restart begins again")
        return True


def interact(options: SessionOptions, sources: list[str], commands: list[str]) -> int:
    """Open the line shell; returns the exit code."""
    return LineShell(options).run(sources, commands)
