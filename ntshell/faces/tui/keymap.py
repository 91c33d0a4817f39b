"""The user's keys: `$XDG_CONFIG_HOME/ntshell/keymap.toml` gives bindings other keys, by their ids (the help lists them).

    "command.p" = "f10,n"
    "app.zoom" = "ctrl+z"

What is wrong in the file is told, with its line where there is one; the rest applies.  Without a file nothing is read.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import punctuation
from typing import Any

import attrs
from textual.app import App
from textual.binding import Binding, BindingsMap, InvalidBinding
from textual.dom import DOMNode
from textual.keys import Keys

from ntshell.base import folders
from ntshell.base.errors import FileUnreadable, NtshellError, UsageError
from ntshell.base.place import Place
from ntshell.debugger.inspect import guess
from ntshell.faces.tui import screens
from ntshell.faces.tui.keys import ALWAYS

MODIFIERS = frozenset({"ctrl", "shift", "alt", "super", "hyper", "meta"})
SIGNS = [Binding(sign, "") for sign in punctuation if sign != ","]
NAMES = {key.value.rpartition("+")[2] for key in Keys} | {each.key for each in Binding.make_bindings(SIGNS)} | {"comma"}


@attrs.frozen
class Bound:
    """A binding as it stands: what it does, who has it (a class of widgets, or the app), and its keys."""

    binding: Binding
    owner: str
    keys: tuple[str, ...]


def file() -> Path:
    """Where the user's keys are."""
    return folders.config() / "keymap.toml"


def bound(app: App[Any], whole: bool = True) -> dict[str, Bound]:
    """The bindings that have an id, with the keys that they have now: the app's, and then (`whole`) everybody's."""
    found: dict[str, Bound] = {}
    for owner, table in _tables(app) if whole else [("", app._bindings)]:
        keys: dict[str, list[str]] = {}
        for key, binding in table:
            if binding.id and key not in keys.setdefault(binding.id, []):
                keys[binding.id].append(key)
                found.setdefault(binding.id, Bound(binding, owner, ()))
        for name, each in keys.items():
            if found[name].owner == owner:
                found[name] = attrs.evolve(found[name], keys=tuple(each))
    return found


def always(app: App[Any]) -> set[str]:
    """The keys that come even while others wait, or nothing can be seen."""
    return {key for name, each in bound(app, whole=False).items() if name in ALWAYS for key in each.keys}


def _tables(app: App[Any]) -> Iterator[tuple[str, BindingsMap]]:
    """The tables of the app, of each class of widgets, and of what may come over them."""
    yield "", app._bindings
    seen = set()
    for node in app.screen_stack[0].walk_children():
        if type(node) not in seen:
            seen.add(type(node))
            table = node._bindings.copy()
            table.apply_keymap(app._keymap)
            yield type(node).__name__, table
    for found in pkgutil.iter_modules(screens.__path__, f"{screens.__name__}."):
        for name, made in vars(importlib.import_module(found.name)).items():
            if isinstance(made, type) and issubclass(made, DOMNode) and made.__module__ == found.name:
                table = BindingsMap(made.BINDINGS)
                table.apply_keymap(app._keymap)
                yield name, table


def apply(app: App[Any]) -> list[NtshellError]:
    """Give bindings the keys of the user's file; what is wrong with it."""
    if not file().exists():
        return []
    known = bound(app)
    chosen, wrong = read(known)
    own = {name: keys for name, keys in chosen.items() if not known[name].owner}
    # the app's table is changed itself: with set_keymap alone a binding whose keys an input consumes could not get others
    app._bindings.apply_keymap(own)
    app.set_keymap({name: keys for name, keys in chosen.items() if name not in own})
    return wrong


def read(known: Mapping[str, Bound]) -> tuple[dict[str, str], list[NtshellError]]:
    """The keys of the file by binding, and what is wrong with it."""
    import tomllib

    try:
        text = file().read_text(encoding="utf-8")
        entries = dict(_flat(tomllib.loads(text)))
    except OSError as error:
        return {}, [FileUnreadable(f"cannot read {file()}: {error.strerror}")]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [FileUnreadable(f"{file()} is not TOML: {error}", hint="all keys are as they were")]
    chosen: dict[str, tuple[str, ...]] = {}
    wrong: list[NtshellError] = []
    for name, value in entries.items():
        try:
            chosen[name] = _keys(name, value, known, chosen)
        except UsageError as error:
            error.place = _place(text, name)
            wrong.append(error)
    clashes = {told: name for name in reversed(chosen) for told in _clashes(name, chosen, known)}
    wrong += [UsageError(told, _place(text, name)) for told, name in reversed(clashes.items())]
    return {name: ",".join(keys) for name, keys in chosen.items()}, wrong


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Entries by their whole names: TOML takes the dot of an unquoted `command.p` for a table."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _place(text: str, name: str) -> Place | None:
    """The line of an entry."""
    words = [rf'"?{re.escape(name)}"?', rf'"?{re.escape(name.rpartition(".")[2])}"?']
    lines = text.splitlines()
    for word in words:
        for number, line in enumerate(lines, 1):
            if re.match(rf"\s*{word}\s*=", line):
                return Place(str(file()), number)
    return None


def _keys(
    name: str, value: object, known: Mapping[str, Bound], chosen: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """The keys of an entry, as Textual spells them; those that an entry before it has are not among them."""
    if name not in known:
        raise UsageError(f"there is no binding {name}", hint=guess(name, known, "F1 lists them"))
    try:
        keys = [each.key for each in Binding.make_bindings([Binding(value, "")])] if isinstance(value, str) else []
    except InvalidBinding:
        keys = []
    if not keys:
        raise UsageError(f"{name} needs keys in quotes, with commas between", hint=f'"{name}" = "f7,n"')
    for key in keys:
        *modifiers, last = key.split("+")
        if not (MODIFIERS.issuperset(modifiers) and (last in NAMES or len(last) == 1)):
            raise UsageError(f"{name}: there is no key {key}", hint="keys are named as in f10, ctrl+g, shift+f5, n")
    for other, taken in chosen.items():
        if known[other].owner == known[name].owner and (both := set(keys) & set(taken)):
            raise UsageError(f"{name}: {', '.join(sorted(both))} is {other}'s already", hint=f"{name} keeps its keys")
    return tuple(keys)


def _clashes(name: str, chosen: Mapping[str, tuple[str, ...]], known: Mapping[str, Bound]) -> Iterator[str]:
    """What loses a key to an entry, or has it elsewhere."""
    mine = known[name]
    for other, each in known.items():
        same = each.owner == mine.owner
        if other == name or (same and other in chosen) or (each.owner and mine.owner and not same):
            continue
        for key in sorted(set(chosen[name]) & set(chosen.get(other, each.keys))):
            inner, outer = (name, other) if mine.owner else (other, name)
            yield (
                f"{key} is {name}'s now, {other} has it no more"
                if same
                else f"{key} is {inner}'s where that has the focus, {outer}'s elsewhere"
            )
