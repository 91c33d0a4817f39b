"""Expressions as WinDbg's MASM evaluator reads them: hexadecimal unless a prefix says else, symbols stand for addresses.

Numbers: `1f`, `0x1f`, `1fh`, `0n31` (decimal), `0t37` (octal), `0y11111` (binary); a grave accent may stand in a 64-bit
number.  Operators, strongest first: unary `+ - not hi low by wo dwo qwo poi`; `* / mod %`; `+ -`; `<< >> >>>`;
`= == < > <= >= !=`; `and &`; `xor ^`; `or |`.

A name is, in this order: a number if it can be read as one; a parameter or local of the frame in view (its *value*); a
function or global (its *address*); a constant of the headers such as STATUS_CANCELLED.  `lab!Name` is always a symbol.
`@name` is a register or pseudo-register.  Beyond MASM, `Irp->IoStatus.Status`, `lab!Board->Ports` and `Names[1]` go
through types, as do `sizeof(TYPE)`, `&place` and casts such as `(PIRP)Context`.  Truth is 1 or 0; a 32-bit number equals
the negative one with the same bits.  With `values` (what `??` asks for) a global is its value, not its address.
"""

from __future__ import annotations

import re
from typing import Any

import attrs

from ntshell.base.errors import UsageError
from ntshell.ctype.types import Array, CType, Pointer, Struct
from ntshell.ctype.value import Value
from ntshell.debugger import pseudo
from ntshell.debugger.inspect import Inspector, guess
from ntshell.debugger.inspect_frame import local_named, locals_of
from ntshell.debugger.stepping import frame_of
from ntshell.debugger.symbols import Symbols
from ntshell.machine.memory import AccessFault
from ntshell.machine.thread import Frame
from ntshell.nt.kernel import Kernel

_TOKEN = (
    r"\s*(?:(?P<number>0n\d+|0t[0-7]+|0y[01]+|0x[0-9a-f`]+|[0-9][0-9a-f`]*h?(?![\w$!])|[a-f][0-9a-f`]*h?(?![\w$!]))"
    r"|(?P<source>`[^`]+`)|(?P<register>@?\$\w+|@\w+)|(?P<name>[A-Za-z_$][\w$]*(?:![A-Za-z_$?*][\w$]*)?|![A-Za-z_$][\w$]*)"
    r"|(?P<sign>->|>>>|<<|>>|<=|>=|==|!=|[-+*/%<>=&^|()\[\].,]))"
)
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("or", "|"),
    ("xor", "^"),
    ("and", "&"),
    ("=", "==", "<", ">", "<=", ">=", "!="),
    ("<<", ">>", ">>>"),
    ("+", "-"),
    ("*", "/", "mod", "%"),
)
_READS = {"by": 1, "wo": 2, "dwo": 4, "qwo": 8, "poi": 0}
_UNARY = ("not", "hi", "low", *_READS)
WORDS = frozenset({*_UNARY, "and", "or", "xor", "mod"})


@attrs.define(eq=False, repr=False)
class Scope:
    """What names mean: a kernel, the frame in view, the current driver, and what the session keeps."""

    k: Kernel
    look: Inspector
    symbols: Symbols
    frame: Frame | None = None
    module: str = ""
    user: list[int] = attrs.Factory(lambda: [0] * 20)  # $t0 to $t19
    number: int = 0  # of the frame in view
    driver: Any = None  # record of the current driver


def scope_of(session: Any, number: int = 0) -> Scope:
    """The scope of a session, seen from the C frame `number` of the thread that runs, 0 on top."""
    k: Kernel = session.k
    record = None
    if k.io is not None and session.current:
        record = next((each for each in reversed(k.io.drivers) if each.name == session.current), None)
        if record is not None and record.state == "unloaded":
            record = None
    frame = frame_of(k, number)
    return Scope(k, Inspector(k), Symbols(k), frame, session.current, session.variables, number, record)


@attrs.frozen
class Typed:
    """A number with what its type allows: `place` is the Value that it was read from."""

    number: int
    type: CType | None = None
    place: Value | None = None


def evaluate(scope: Scope, text: str) -> int:
    """The value of an expression; raises UsageError that names the word it could not make sense of."""
    return evaluate_typed(scope, text).number


def evaluate_typed(scope: Scope, text: str, values: bool = False) -> Typed:
    """The value with its type, if it has one; with `values` a global's value."""
    parser = _Parser(scope, text, values)
    found = parser.binary(0)
    if parser.here[0] != "end":
        raise UsageError(f"Extra character error in '{text.strip()}'", hint=f"at '{parser.here[1]}'")
    return found


def tokens(text: str) -> list[tuple[str, str]]:
    """Kind and text of each token."""
    pattern = re.compile(_TOKEN, re.IGNORECASE)  # the compiled one is kept by re
    found, at = [], 0
    while text[at:].strip():
        match = pattern.match(text, at)
        if match is None:
            raise UsageError(f"Syntax error in '{text.strip()}'", hint=f"at '{text[at:].strip()[:20]}'")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return found


class _Parser:
    def __init__(self, scope: Scope, text: str, values: bool = False) -> None:
        self.scope = scope
        self.values = values
        self.text = text.strip()
        self.rest = [*tokens(text), ("end", "")]

    @property
    def here(self) -> tuple[str, str]:
        return self.rest[0]

    def take(self) -> tuple[str, str]:
        return self.rest.pop(0) if len(self.rest) > 1 else self.rest[0]

    def expect(self, sign: str) -> None:
        if self.here[1] != sign:
            raise UsageError(f"Syntax error in '{self.text}'", hint=f"'{sign}' is missing")
        self.take()

    # --- operators -------------------------------------------------------------------------------------------------
    def binary(self, level: int) -> Typed:
        if level == len(_LEVELS):
            return self.unary()
        left = self.binary(level + 1)
        while self.here[0] in ("sign", "name") and self.here[1].lower() in _LEVELS[level]:
            operator = self.take()[1].lower()
            right = self.binary(level + 1)
            left = Typed(self.combine(operator, left.number, right.number))
        return left

    def combine(self, operator: str, a: int, b: int) -> int:
        if operator in ("/", "mod", "%"):
            if b == 0:
                raise UsageError(f"Divide by zero in '{self.text}'")
            quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
            return quotient if operator == "/" else a - b * quotient
        if operator in ("<<", ">>", ">>>"):
            shift = b & 63
            return (a << shift) & _ALL if operator == "<<" else (a & _ALL if operator == ">>>" else a) >> shift
        return int(_PLAIN[operator](a, b))

    def unary(self) -> Typed:
        kind, text = self.here
        word = text.lower()
        if kind == "sign" and text in "+-*" and text:
            self.take()
            inner = self.unary()
            if text == "*":
                return self.deref(inner)
            return Typed(-inner.number if text == "-" else inner.number)
        if text == "&":
            self.take()
            return self.address_of()
        if kind == "name" and word == "sizeof" and self.rest[1][1] == "(":
            self.take()
            return Typed(self.size())
        if kind == "name" and word in _UNARY:
            self.take()
            number = self.unary().number
            if word in _READS:
                return Typed(self.read(number, _READS[word] or self.scope.k.arch.pointer, word))
            return Typed({"not": int(not number), "hi": number >> 16 & 0xFFFF, "low": number & 0xFFFF}[word])
        return self.postfix(self.primary())

    def deref(self, inner: Typed) -> Typed:
        if isinstance(inner.type, Pointer):
            return self.typed(Value(inner.type.target, inner.number, self.scope.look.eye))
        return Typed(self.read(inner.number, self.scope.k.arch.pointer, "*"))

    def read(self, address: int, size: int, word: str) -> int:
        address &= self.scope.k.arch.mask
        try:
            return self.scope.look.eye.load(address, size)
        except AccessFault:
            lay = self.scope.look.where(address)
            hint = f"there is {lay}" if lay else ""
            raise UsageError(
                f"Memory access error at '{word}({self.scope.k.arch.format(address)})'", hint=hint
            ) from None

    def address_of(self) -> Typed:
        """What `&` makes of the operand that follows."""
        name, self.values, before = self.here[1], True, self.values
        found, self.values = self.unary(), before
        if found.place is not None:
            return Typed(found.place.address, Pointer(found.place.type, self.scope.k.arch.pointer), None)
        if found.type is None and self.scope.symbols.find(name, self.scope.module) is not None:
            return found
        raise UsageError(f"{name} has no address in '{self.text}'", hint="what lies in a register lies nowhere else")

    def size(self) -> int:
        """What `sizeof` says of the type or expression in parentheses."""
        ctype = self.type_ahead(whole=True)
        if ctype is None:
            self.take()
            name, self.values, before = self.here[1], True, self.values
            found, self.values = self.binary(0), before
            self.expect(")")
            if found.type is None:
                raise UsageError(f"there is no type {name}", hint="sizeof takes a type or a variable")
            ctype = found.type
        return ctype.size

    def type_ahead(self, whole: bool = False) -> CType | None:
        """The type that stands between the parentheses ahead, which are taken then; None when it is an expression."""
        texts: list[str] = []
        for kind, text in self.rest[1:]:
            if text == ")":
                break
            if not (kind == "name" or text == "*") or (text != "*" and texts[-1:] == ["*"]):
                return None
            texts.append(text)
        after = self.rest[min(len(texts) + 2, len(self.rest) - 1)]
        operand = after[0] in ("number", "register", "name") or after[1] in ("(", "&")
        if not texts or texts[0] == "*" or not (whole or operand and after[1].lower() not in WORDS - set(_UNARY)):
            return None
        scope = self.scope
        if local_named(scope.frame, texts[0], scope.look) or scope.symbols.find(texts[0], scope.module):
            return None
        try:
            ctype = scope.look.type(" ".join(texts), scope.module)
        except UsageError:
            return None
        del self.rest[: len(texts) + 2]
        return ctype

    def cast(self, ctype: CType) -> Typed:
        """The operand that follows, as another type has it."""
        if isinstance(ctype, Struct | Array) or not ctype.size:
            raise UsageError(f"'{self.text}' casts to a structure", hint="cast to a pointer: (TYPE*)ADDRESS")
        number = self.unary().number & ((1 << 8 * ctype.size) - 1)
        if getattr(ctype, "signed", False) and number >> (8 * ctype.size - 1):
            number -= 1 << 8 * ctype.size
        return Typed(number, ctype)

    # --- operands --------------------------------------------------------------------------------------------------
    def primary(self) -> Typed:
        ctype = self.type_ahead() if self.here[1] == "(" else None
        if ctype is not None:
            return self.cast(ctype)
        kind, text = self.take()
        if text == "(":
            inner = self.binary(0)
            self.expect(")")
            return inner
        if kind == "number":
            word = (self.values or self.here[1] == "->") and not text[0].isdigit()  # `D->Size` means the variable D
            return self.name(text) if word and self.known(text) else Typed(number(text))
        if kind == "source":
            raise UsageError(f"{text} is a source position: it can be used with bp and g")
        if kind == "register":
            return Typed(pseudo.read(self.scope, text))
        if kind == "name":
            return self.name(text)
        if text == ".":
            return Typed(pseudo.read(self.scope, "$ip"))
        where = f" at '{text}'" if text else ": something is missing at its end"
        raise UsageError(f"Syntax error in '{self.text}'{where}")

    def name(self, text: str) -> Typed:
        scope = self.scope
        local = local_named(scope.frame, text, scope.look) if "!" not in text else None
        if local is not None:
            if local.value is not None:
                return self.typed(local.value)
            return Typed(int(local.number), local.type)
        symbol = scope.symbols.find(text.lstrip("!"), scope.module)
        if symbol is not None:
            value = self.global_value(text) if self.values or self.here[1] in ("->", ".", "[") else None
            return self.typed(value) if value is not None else Typed(symbol.address)
        constant = scope.k.types.constants.get(text)
        for table in scope.look.tables(scope.module) if constant is None else ():
            constant = table.constants.get(text) if constant is None else constant
        if constant is not None:
            return Typed(constant & 0xFFFFFFFF if -(1 << 31) <= constant < 0 else constant)
        image = scope.symbols.module(text)
        if image is not None:
            return Typed(image.base)
        raise UsageError(f"Couldn't resolve error at '{text}'", hint=self.suggestion(text))

    def known(self, text: str) -> bool:
        """Whether a variable has this name."""
        return local_named(self.scope.frame, text, self.scope.look) is not None or self.global_value(text) is not None

    def suggestion(self, text: str) -> str:
        scope = self.scope
        locals_ = [local.name for local in locals_of(scope.frame, scope.look)] if scope.frame is not None else []
        return guess(text, locals_) or scope.symbols.suggestion(text)

    def global_value(self, text: str) -> Value | None:
        """A driver's global with its type."""
        module, _, name = text.rpartition("!")
        for image in reversed(self.scope.symbols.drivers()):
            found = image.program.globals.get(name)
            if found is not None and module.lower() in ("", image.name.lower()):
                at = image.base + image.program.section(found.section).rva + found.offset
                return Value(image.program.types.decode(found.type), at, self.scope.look.eye)
        return None

    def postfix(self, found: Typed) -> Typed:
        while self.here[1] in ("->", ".", "["):
            sign = self.take()[1]
            if sign == "[":
                index = self.binary(0).number
                self.expect("]")
                found = self.element(found, index)
                continue
            kind, name = self.take()
            if kind not in ("name", "number"):
                raise UsageError(f"Syntax error in '{self.text}'", hint=f"a member's name is missing after '{sign}'")
            found = self.member(found, name, sign)
        return found

    def element(self, found: Typed, index: int) -> Typed:
        try:
            if found.place is not None and isinstance(found.type, Array):
                return self.typed(found.place.element(index))
            if isinstance(found.type, Pointer):
                target = found.type.target
                return self.typed(Value(target, found.number + index * target.size, self.scope.look.eye))
        except IndexError as error:
            raise UsageError(f"{self.text}: {error}") from None
        raise UsageError(f"Type information missing error for '{self.text}'", hint="that is neither array nor pointer")

    def member(self, found: Typed, name: str, sign: str) -> Typed:
        ctype = found.type.target if isinstance(found.type, Pointer) else found.type
        if not isinstance(ctype, Struct):
            raise UsageError(
                f"Type information missing error for '{self.text}'", hint=f"no structure before {sign}{name}"
            )
        try:
            member = Value(ctype, found.number, self.scope.look.eye).member(name)
        except AttributeError:
            hint = guess(name, [field.name for field in ctype.flat()], f"dt {ctype.tag} lists its members")
            raise UsageError(f"{ctype.tag} has no member {name}", hint=hint) from None
        return self.typed(member)

    def typed(self, place: Value) -> Typed:
        """A place in memory as a number: what it holds, or where an aggregate lies."""
        if isinstance(place.type, Struct | Array):
            return Typed(place.address, place.type, place)
        try:
            return Typed(int(place.get()), place.type, place)
        except AccessFault as fault:
            at = self.scope.k.arch.format(fault.address)
            raise UsageError(f"Memory access error at '{at}'", hint=self.scope.look.where(fault.address)) from None


_ALL = (1 << 64) - 1


def same(a: int, b: int) -> bool:
    """Whether two numbers are equal, or are the signed and the unsigned reading of the same 32 bits."""
    small = -(1 << 31) <= a < 1 << 32 and -(1 << 31) <= b < 1 << 32
    return a == b or (small and (a ^ b) & 0xFFFFFFFF == 0)


_PLAIN: dict[str, Any] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "=": same,
    "==": same,
    "!=": lambda a, b: not same(a, b),
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "and": lambda a, b: a & b,
    "&": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "|": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "^": lambda a, b: a ^ b,
}


def number(text: str) -> int:
    """A number as it is typed."""
    digits = text.replace("`", "").lower()
    prefix = digits[:2]
    if prefix in ("0n", "0t", "0y", "0x"):
        return int(digits[2:], {"0n": 10, "0t": 8, "0y": 2, "0x": 16}[prefix])
    return int(digits.removesuffix("h"), 16)
