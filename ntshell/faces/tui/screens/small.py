"""The cover of a terminal that is too small: it says so, and nothing below it is lost; no key does anything there but leave."""

from __future__ import annotations

from textual.app import App
from textual.geometry import Size
from textual.widgets import Static

LEAST = Size(60, 16)


class TooSmall(Static):
    """The cover."""

    DEFAULT_CSS = """
    TooSmall { layer: cover; dock: top; width: 100%; height: 100%; content-align: center middle; text-align: center; }
    TooSmall { background: $background; color: $foreground; text-style: bold; }
    """


def fits(size: Size) -> bool:
    """Whether a terminal has room for the app."""
    return size.width >= LEAST.width and size.height >= LEAST.height


def cover(app: App[int], size: Size) -> None:
    """Put the cover over the screen, or take it away."""
    covers = [cover for screen in app.screen_stack for cover in screen.query(TooSmall)]
    if fits(size):
        for each in covers:
            each.remove()
        return
    if not covers:
        covers = [TooSmall(markup=False)]
        app.screen.mount(covers[0])
    for each in covers:
        each.update(
            f"ntshell needs {LEAST.width}x{LEAST.height}, this terminal has {size.width}x{size.height}.\n"
            "Enlarge it, nothing is lost; Ctrl+Q leaves."
        )
