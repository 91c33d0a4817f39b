"""DbgPrint and its kin: a line for the debugger.

Rules: at most 512 bytes a call are shown; the Unicode formats read tables that may be paged out, so they are not for
DISPATCH_LEVEL and above.
"""

from __future__ import annotations

import re
from typing import Any

from ntshell.nt.export import DISPATCH_LEVEL, export
from ntshell.nt.kernel import Kernel
from ntshell.nt.rtl.format import Arguments, Listed, Passed, format_text

LONGEST = 512
_UNICODE = re.compile(r"%[-+ #0\d*.]*(?:[CS]|[lw][csZ])")


def show(k: Kernel, form: int, args: Arguments, prefix: str = "") -> None:
    """Print what a format makes of its arguments."""
    text = k.ansi(form)
    found = _UNICODE.search(text)
    if found is not None and k.irql >= DISPATCH_LEVEL:
        k.bugcheck(
            0xC4, 0xE5, k.irql, 0, 0,
            rule=f"DbgPrint was given {found[0]} at IRQL {k.irql}; Unicode formats are for PASSIVE_LEVEL only",
            mend="print wide strings at PASSIVE_LEVEL, or convert them there",
        )  # fmt: skip
    printed = (prefix + format_text(k, text, args))[:LONGEST]
    k.emit("print", printed, unended=not printed.endswith("\n"))


@export("_IRQL_requires_max_(DIRQL) ULONG __cdecl DbgPrint(_In_ PCSTR Format, ...);")
def DbgPrint(k: Kernel, Format: int, *rest: Any) -> int:
    """Print a line in the kernel debugger."""
    show(k, Format, Passed(rest))
    return 0


@export(
    "_IRQL_requires_max_(DIRQL) ULONG __cdecl DbgPrintEx(_In_ ULONG ComponentId, _In_ ULONG Level, _In_ PCSTR Format, ...);"
)
def DbgPrintEx(k: Kernel, ComponentId: int, Level: int, Format: int, *rest: Any) -> int:
    """Print a line of a component and level; every level is shown."""
    show(k, Format, Passed(rest))
    return 0


@export("""_IRQL_requires_max_(DIRQL)
ULONG NTAPI vDbgPrintEx(_In_ ULONG ComponentId, _In_ ULONG Level, _In_ PCCH Format, _In_ va_list arglist);""")
def vDbgPrintEx(k: Kernel, ComponentId: int, Level: int, Format: int, arglist: int) -> int:
    """Print a line from a va_list."""
    show(k, Format, Listed(k, arglist))
    return 0


@export("""_IRQL_requires_max_(DIRQL) ULONG NTAPI vDbgPrintExWithPrefix(_In_ PCCH Prefix, _In_ ULONG ComponentId,
_In_ ULONG Level, _In_ PCCH Format, _In_ va_list arglist);""")
def vDbgPrintExWithPrefix(k: Kernel, Prefix: int, ComponentId: int, Level: int, Format: int, arglist: int) -> int:
    """Print a line from a va_list behind a prefix."""
    show(k, Format, Listed(k, arglist), k.ansi(Prefix))
    return 0
