"""What was typed before: walked through, suggested from, searched.  The lines are those of the history that every face shares.

Rule: a line is on file before it is done, so that nothing that ends the app loses it.
"""

from __future__ import annotations

from ntshell.faces import history


class Recall:
    """The history, and where in it the user is."""

    def __init__(self) -> None:
        self.lines = history.read()
        self.typed = ""  # what stood there when the walk began
        self.shown: str | None = None  # the line that the walk has come to
        self.at = 0  # which one that is

    def add(self, line: str) -> None:
        """A line is given: remember it."""
        self.shown = None
        if history.worth_keeping(line, self.lines):
            self.lines.append(line)
            history.append(line)

    def walk(self, text: str, by: int) -> str | None:
        """The next older (by = -1) or newer line that begins with what was typed, behind the newest that itself; None is no more.

        A text that is not the line walked to begins another walk.
        """
        if text != self.shown:
            self.typed, self.at = text, len(self.lines)
        at = self.at + by
        while 0 <= at < len(self.lines) and (not self.lines[at].startswith(self.typed) or self.lines[at] == text):
            at += by
        if at < 0 or at > len(self.lines):
            return None
        self.at = at
        self.shown = self.lines[at] if at < len(self.lines) else self.typed
        return self.shown

    def suggested(self, text: str) -> str | None:
        """The latest line that goes on from a text."""
        if not text.strip():
            return None
        return next((line for line in reversed(self.lines) if line.startswith(text) and line != text), None)

    def found(self, text: str, before: int | None = None) -> int | None:
        """The index of the latest line that contains a text, older than one that was found before."""
        last = len(self.lines) if before is None else before
        return next((n for n in range(last - 1, -1, -1) if text in self.lines[n]), None)
