"""Python for an image: one function a step, a tuple of them a C function, one `compile` for all.

Rule: `@key@` in a step's text stands for the offset of something in the image, `@call:name@` for how it is called,
`@two:name@` splits 8 bytes for a C function, and `@=frame@` stands for the size of the frame; Python sees none of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import CodeType

from ntshell.compiler.flow import Flow, Step
from ntshell.compiler.function import Lowered

_MARK = re.compile(r"@(call:|two:)?([\w$.]+)@")

_TWO = """
import struct as _struct
def two(v):
    if isinstance(v, float):
        v = _struct.unpack("<Q", _struct.pack("<d", v))[0]
    return v & 0xFFFFFFFF, v >> 32 & 0xFFFFFFFF
"""
_FLOATS = """
import struct as _struct
def r4(v):
    try:
        return _struct.unpack("<f", _struct.pack("<f", v))[0]
    except OverflowError:
        return v * float("inf")
def f2i(v):
    return int(v) if v - v == 0.0 else -(1 << 63)
def fdiv(a, b):
    if b:
        return a / b
    if a != a or not a:
        return float("nan")
    return float("inf") if (a > 0) == (str(b)[0] != "-") else float("-inf")
"""


def emit(name: str, lowered: list[Lowered], offset: Callable[[str], str], calls: Callable[[str], str]) -> CodeType:
    """The code object of an image: defines STEPS and what it needs."""
    parts: list[str] = []
    steps: list[str] = []
    tables: list[str] = []
    count = 0
    for each in lowered:
        first = count
        for step in each.steps:
            parts.append(_step(each.flow, step, count, tables, each.frame_size))
            count += 1
        names = "".join(f"s{number}, " for number in range(first, count))
        steps.append(f"    {each.routine.key!r}: ({names}),")
    text = "\n".join(parts)

    def replaced(match: re.Match[str]) -> str:
        if match[1] == "two:":
            return "*two" if calls(match[2]) == "enter" else ""
        return calls(match[2]) if match[1] else offset(match[2])

    text = _MARK.sub(replaced, text)
    helpers = _FLOATS if re.search(r"\b(r4|f2i|fdiv)\(", text) else ""
    helpers += _TWO if "*two(" in text else ""
    source = "\n".join([helpers, *tables, text, "STEPS = {", *steps, "}", ""])
    return compile(source, f"<{name}>", "exec", dont_inherit=True, optimize=0)


def _step(flow: Flow, step: Step, number: int, tables: list[str], frame_size: int) -> str:
    lines = flow.render(step)
    if step.table is not None:
        entries = ", ".join(f"{value}: {flow.number(label)}" for value, label in sorted(step.table.items()))
        tables.append(f"T{number} = {{{entries}}}")
        lines[-1] = lines[-1].replace("TABLE", f"T{number}", 1)
    body = "\n ".join(line.replace("    ", " ") for line in lines)
    return f"def s{number}(L):\n {body}".replace("@=frame@", str(frame_size))
