"""Commands: declared once, as one decorated function with typed parameters.

Syntax, help, completion, examples (tested), the palette's entry, its key and button all come from the declaration.

    @command("dt", group="Types", example="dt _DRIVER_OBJECT")
    def show_type(shell: Shell, type: TypeName, address: OptionalAddress = None) -> Report:
        '''Show a structure's fields.

        Without an address the layout is shown.'''

A parameter's annotation is `Annotated[T, Kind(...)]`: how the word is read, completed and called.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import attrs

from ntshell.base.errors import UsageError
from ntshell.shell.report import Report

Offer = tuple[str, str]  # what may be typed, and a note


@attrs.frozen(repr=False)
class Kind:
    """What a word means: how it is called, read, and completed.  `takes`: `word`, or `rest` of the line."""

    label: str
    read: Callable[[Any, str], Any]
    offer: Callable[[Any, str], Iterable[Offer]] = lambda shell, prefix: ()
    takes: str = "word"


@attrs.frozen(repr=False)
class Argument:
    """A parameter of a command."""

    name: str
    kind: Kind
    default: Any = inspect.Parameter.empty
    many: bool = False

    @property
    def required(self) -> bool:
        """Whether the word must be there."""
        return self.default is inspect.Parameter.empty and not self.many

    @property
    def usage(self) -> str:
        """As the usage line shows it."""
        plain = self.kind.label in ("text", "word")
        label = (self.name.replace("_", " ") if plain else self.kind.label) + ("..." if self.many else "")
        return f"<{label}>" if self.required else f"[{label}]"


@attrs.frozen(eq=False, repr=False)
class Command:
    """A declared command.

    `repeats`: a bare Enter does it again, as it does what shows or steps; `needs`: what must be loaded (`driver` or nothing);
    `key`: the keys of the app that run it, with commas between, as Textual spells them; `button`: its word in the app's footer.
    """

    names: tuple[str, ...]
    group: str
    doc: str
    run: Callable[..., Report]
    examples: tuple[str, ...] = ()
    repeats: bool = True
    needs: str = ""
    key: str = ""
    button: str = ""

    @property
    def name(self) -> str:
        """The name that help shows first."""
        return self.names[0]

    @property
    def summary(self) -> str:
        """First line of the help."""
        return self.doc.split("\n")[0]

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """The parameters, read from the signature when first asked."""
        return _arguments(self.run)

    @property
    def usage(self) -> str:
        """Name and arguments."""
        return " ".join([self.name, *(each.usage for each in self.arguments)])


TABLE: dict[str, Command] = {}


def command(
    *names: str,
    group: str,
    examples: str | tuple[str, ...] = (),
    repeats: bool = True,
    needs: str = "",
    key: str = "",
    button: str = "",
) -> Callable[[Callable[..., Report]], Callable[..., Report]]:
    """Declare a command."""

    def bind(run: Callable[..., Report]) -> Callable[..., Report]:
        shown = (examples,) if isinstance(examples, str) else examples
        made = Command(names, group, inspect.cleandoc(run.__doc__ or ""), run, shown, repeats, needs, key, button)
        for name in names:
            if name in TABLE:
                raise ValueError(f"two commands named {name}")
            TABLE[name] = made
        return run

    return bind


@cache
def _arguments(run: Callable[..., Report]) -> tuple[Argument, ...]:
    hints = get_type_hints(run, include_extras=True)
    found = []
    for param in list(inspect.signature(run).parameters.values())[1:]:
        hint = hints[param.name]
        kind = next((part for part in get_args(hint) if isinstance(part, Kind)), None)
        if kind is None or get_origin(hint) is not Annotated:
            raise TypeError(f"{run.__name__}: parameter {param.name} has no Kind")
        found.append(Argument(param.name, kind, param.default, param.kind is inspect.Parameter.VAR_POSITIONAL))
    return tuple(found)


_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`|\S+')


def words_of(text: str) -> list[str]:
    """The words of a line: quoted strings and `` `file:line` `` positions are one word each."""
    return _WORD.findall(text)


def bind(shell: Any, each: Command, text: str) -> list[Any]:
    """Read a command's words; raises UsageError that says what is missing or too much."""
    values: list[Any] = []
    rest = text.strip()
    for argument in each.arguments:
        if argument.kind.takes == "rest":
            values.append(argument.kind.read(shell, rest) if rest else _default(each, argument))
            rest = ""
            continue
        while (found := _WORD.match(rest)) is not None:
            values.append(argument.kind.read(shell, found[0]))
            rest = rest[found.end() :].lstrip()
            if not argument.many:
                break
        else:
            if not argument.many:
                values.append(_default(each, argument))
    if rest:
        raise UsageError(f"{each.name}: '{rest}' is too much", hint=f"usage: {each.usage}")
    return values


def _default(each: Command, argument: Argument) -> Any:
    if argument.required:
        raise UsageError(f"{each.name}: {argument.kind.label} is missing", hint=f"usage: {each.usage}")
    return argument.default


KEY_NAMES = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "question_mark": "?",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "slash": "/",
    "colon": ":",
    "full_stop": ".",
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "backspace": "Bksp",
}


def key_name(key: str) -> str:
    """A key as people write it, from Textual's name: `shift+f11` is S-F11."""
    *modifiers, last = key.split("+")
    short = "".join({"shift": "S-", "ctrl": "^", "alt": "M-"}.get(each, f"{each}-") for each in modifiers)
    return short + KEY_NAMES.get(last, last.capitalize() if len(last) > 1 else last)
