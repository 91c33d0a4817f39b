"""The workspace: all panes of the app, placed by the layout that is chosen.

The panes are mounted once and stay; a layout only says where each stands, so changing it loses nothing that a pane shows.
A pane is resized by dragging its title or its left edge, or by keys; zoomed, it has the whole workspace.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import events
from textual.containers import Container
from textual.geometry import Offset, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from ntshell.faces.tui import layouts
from ntshell.faces.tui.layouts import LAYOUTS, Path, Tree
from ntshell.faces.tui.pane import Pane

if TYPE_CHECKING:
    from textual.app import ComposeResult

Moved = dict[str, dict[Path, tuple[int, ...]]]  # layout and variant -> the shares that the user made


class SplitLayout(Layout):
    """Places panes by the workspace's tree."""

    name = "split"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Where each pane stands; those that the tree lacks have no room."""
        assert isinstance(parent, Workspace)
        parent.pre_layout(self)
        regions = parent.regions(size)
        nowhere = Region(0, 0, 0, 0)
        return [
            WidgetPlacement(regions.get(child.id or "", nowhere), Offset(0, 0), child.styles.margin, child)
            for child in children
        ]


class Workspace(Container):
    """Panes, arranged."""

    layout_name: reactive[str] = reactive("learn", init=False)
    zoomed: reactive[str] = reactive("", init=False)

    class Arranged(Message):
        """Other panes are seen, or the user has moved a boundary."""

    def __init__(self, panes: Iterable[Pane], layout_name: str, shares: Moved) -> None:
        super().__init__(id="workspace")
        self.set_reactive(Workspace.layout_name, layout_name)
        self.panes = {pane.id or "": pane for pane in panes}
        self.shares = shares
        self.drag: tuple[Path, int, bool, list[int], Offset] | None = None
        self._split = SplitLayout()

    @property
    def layout(self) -> Layout:
        """By the tree: CSS knows no such layout."""
        return self._split

    def compose(self) -> ComposeResult:
        """All panes; which of them are seen the layout says."""
        yield from self.panes.values()

    # --- where panes stand -------------------------------------------------------------------------------------------
    def _tree(self, size: Size) -> tuple[str, Tree]:
        """The tree for a size, and the key of its shares."""
        if self.zoomed:
            return f"zoom/{self.zoomed}", self.zoomed
        app = self.app.size
        variant, tree = layouts.chosen(self.layout_name, size.width or app.width, app.height)
        return f"{self.layout_name}/{variant}", tree

    def regions(self, size: Size) -> dict[str, Region]:
        """The regions of the panes that are seen."""
        key, tree = self._tree(size)
        folded = set() if self.zoomed else {name for name, pane in self.panes.items() if pane.folded}
        return layouts.place(tree, size.region, self.shares.get(key, {}), folded)

    @property
    def seen(self) -> list[Pane]:
        """The panes that the layout shows, in reading order."""
        _, tree = self._tree(self.size)
        return [self.panes[name] for name in layouts.leaves(tree)]

    def arrange_anew(self) -> None:
        """Panes that the tree lacks take no part; the others are laid out again."""
        seen = self.seen
        if [pane for pane in self.panes.values() if pane.display is not (pane in seen)]:
            for pane in self.panes.values():
                pane.display = pane in seen
                if pane not in seen:
                    pane.forget()
            self._keep_focus(seen)
            self.post_message(self.Arranged())
        self.lay_out()

    def _keep_focus(self, seen: list[Pane]) -> None:
        """A pane that goes gives the focus to one that is seen, the source if it is."""
        focused = self.screen.focused
        if focused is not None and any(pane in focused.ancestors for pane in self.panes.values() if pane not in seen):
            (self.panes["source"] if self.panes["source"] in seen else seen[0]).focus_body()

    def lay_out(self) -> None:
        """Place the panes anew."""
        for pane in self.panes.values():
            pane.refresh(layout=True)  # a child's word is what makes a container arrange again

    def on_mount(self) -> None:
        """Show what the layout has."""
        self.arrange_anew()

    def on_resize(self) -> None:
        """Another size may mean another variant."""
        self.arrange_anew()

    def watch_layout_name(self) -> None:
        """The user chose another layout."""
        self.set_reactive(Workspace.zoomed, "")
        self.arrange_anew()

    def watch_zoomed(self) -> None:
        """One pane has all the room, or gives it back."""
        self.arrange_anew()

    def next_layout(self) -> None:
        """The layout after the present one."""
        names = list(LAYOUTS)
        self.layout_name = names[(names.index(self.layout_name) + 1) % len(names)]

    def show_pane(self, name: str) -> Pane:
        """Bring a pane to view and focus it; one that the layout lacks is zoomed."""
        pane = self.panes[name]
        if pane not in self.seen:
            self.zoomed = name
        pane.focus_body()
        return pane

    # --- resizing ----------------------------------------------------------------------------------------------------
    def resize(self, pane: Pane, across: bool, by: int) -> None:
        """Make a pane larger (or smaller: by < 0) in width or height; takes from, or gives to, the neighbour before it."""
        key, tree = self._tree(self.size)
        found = layouts.boundary(tree, pane.id or "", across)
        if found is None:
            found, by = layouts.boundary(tree, pane.id or "", across, behind=True), -by
        if found is not None:
            sizes = layouts.sizes_in(tree, found[0], self.regions(self.size))
            self._keep(key, found[0], layouts.moved(sizes, found[1], -by, across))
            self.post_message(self.Arranged())

    def _keep(self, key: str, path: Path, sizes: tuple[int, ...]) -> None:
        self.shares.setdefault(key, {})[path] = sizes
        self.lay_out()

    def on_pane_grabbed(self, message: Pane.Grabbed) -> None:
        """The mouse went down on a pane's title or left edge."""
        message.stop()
        _, tree = self._tree(self.size)
        found = layouts.boundary(tree, message.pane.id or "", message.across)
        if found is not None:
            sizes = layouts.sizes_in(tree, found[0], self.regions(self.size))
            self.drag = (*found, message.across, sizes, message.at)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The boundary follows the mouse."""
        if self.drag is None:
            return
        path, index, across, sizes, start = self.drag
        by = event.screen_offset.x - start.x if across else event.screen_offset.y - start.y
        key, _ = self._tree(self.size)
        self._keep(key, path, layouts.moved(sizes, index, by, across))

    def on_mouse_up(self) -> None:
        """The boundary stays."""
        if self.drag is not None:
            self.drag = None
            self.release_mouse()
            self.post_message(self.Arranged())
