"""Keys, one at a time: what is typed ahead waits until the key before it has had its effect.

Textual hands a key to what has the focus now, while what the key before it does is still on its way through the queues of
widgets: the letters behind `/` would run as commands.  Here a key (or what is pasted) is handed on only when nothing is under
way any more: every queue of the screen has been emptied, what was to open stands, and the focus is there.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any

from textual.app import App
from textual.events import Event
from textual.message_pump import MessagePump
from textual.widget import Widget
from textual.worker import Worker, WorkerCancelled

OPENS = "opens"  # the group of the app's workers that are about to open something
ROUNDS = 2  # through the queues: the key, and then what it has posted

Give = Callable[[Any], Awaitable[None]]


class Typeahead:
    """The keys that wait, and whether one is under way."""

    def __init__(self, app: App[Any], give: Give) -> None:
        self.app, self.give = app, give
        self.waiting: deque[Event] = deque()
        self.busy = False
        self.path: list[MessagePump] = []  # where the key that is under way goes through

    async def take(self, event: Event) -> None:
        """Hand a key on, at once or in its turn."""
        if self.busy:
            self.waiting.append(event)
            return
        self.busy = True
        self.path = self._path()
        await self.give(event)
        _: Worker[None] = self.app.run_worker(
            self._go_on, exit_on_error=True
        )  # made when it runs, if the app still does

    def drop(self) -> bool:
        """Forget the keys that wait; whether there were any."""
        any_waited = bool(self.waiting)
        self.waiting.clear()
        return any_waited

    def _path(self) -> list[MessagePump]:
        """Where a key goes through, the app last."""
        return list((self.app.focused or self.app.screen).ancestors_with_self)

    async def _go_on(self) -> None:
        """Hand on what waits, each when the one before has had its effect."""
        try:
            await self._settled()
            while self.waiting:
                self.path = self._path()
                self.app.call_later(self.give, self.waiting.popleft())
                await self._settled()
        finally:
            self.busy = False

    async def _settled(self) -> None:
        """Wait until the key that is under way has had its effect."""
        for _ in range(ROUNDS):
            await _passed([self.app])
            await self._opened()
            await _passed(self._near())
            for node in self.path:
                await _passed([node])

    def _near(self) -> list[MessagePump]:
        """Where something may have opened: all of a screen that is new, else beside what the key went through."""
        if self.app.screen not in self.path:
            return list(self.app.screen.walk_children(with_self=True))
        here = [*self.path, *self._path()]
        return [child for node in here if isinstance(node, Widget) for child in (node, *node.children)]

    async def _opened(self) -> None:
        """Wait for what is about to open, and for what widgets are looking up."""
        for worker in list(self.app.workers):
            if not worker.is_finished and (worker.group == OPENS or worker.node is not self.app):
                with suppress(WorkerCancelled):
                    await worker.wait()


def opens(app: App[Any], job: Coroutine[Any, Any, None]) -> None:
    """Run what asks the target and then opens something: keys wait for it; once it is dropped it opens nothing."""

    async def quietly() -> None:
        with suppress(asyncio.CancelledError):
            await job

    app.run_worker(quietly(), group=OPENS, exit_on_error=True)


async def _passed(nodes: Iterable[MessagePump]) -> None:
    """Wait until all of these have done what is in their queues; those that are gone do nothing more."""
    marks = []
    for node in nodes:
        mark = asyncio.Event()
        if node.call_later(mark.set):
            marks.append(mark)
    for mark in marks:
        await mark.wait()
