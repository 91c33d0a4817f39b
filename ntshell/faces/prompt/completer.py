"""Completion: what the shell offers as plain data, with its notes, for prompt_toolkit's menu."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from ntshell.shell.shell import Shell


class ShellCompleter(Completer):
    """Offers what may be typed where the cursor is."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Each with its note; a start is counted back from the cursor."""
        before = document.text_before_cursor
        for text, start, note in self.shell.complete(before):
            yield Completion(text, start - len(before), display_meta=note)
