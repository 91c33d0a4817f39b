"""Folds over events that are not made anew for every look: a pane asks after each step, and most steps add no event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import attrs

from ntshell.base.event import Event
from ntshell.nt.kernel import Kernel

P = ParamSpec("P")
T = TypeVar("T")


@attrs.define
class _Kept(Generic[T]):
    """What a fold has found for its arguments, and the events' end that it holds for."""

    last: Event | None
    forgotten: int
    found: dict[Any, T] = attrs.Factory(dict)


def fold(compute: Callable[Concatenate[Kernel, P], T]) -> Callable[Concatenate[Kernel, P], T]:
    """A fold over the events, made again only when one has come or gone: they are a stack, so the last one tells all below.

    It may also read what changes only together with an event, as the ledger does.
    """
    kept: WeakKeyDictionary[Kernel, _Kept[T]] = WeakKeyDictionary()

    def folded(k: Kernel, /, *args: P.args, **kwargs: P.kwargs) -> T:
        last = k.events[-1] if k.events else None
        here = kept.get(k)
        if here is None or here.last is not last or here.forgotten != k.forgotten:
            here = kept[k] = _Kept(last, k.forgotten)
        asked = (args, *kwargs.items())
        if asked not in here.found:
            here.found[asked] = compute(k, *args, **kwargs)
        return here.found[asked]

    return folded
