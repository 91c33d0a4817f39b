"""Microsoft's words, told to a parser of standard C token by token.

Rules: a word here is dropped, replaced by standard words, dropped with its argument in parentheses, told as a string (the
name of the function around it), or, for structured exception handling, turned into an `if` on a call that `statement` knows:
`__try` is `if (__seh_try())`, `__except (e)` is `else if (__seh_except(e))`, `__finally` is `else if (__seh_finally())`.
"""

from __future__ import annotations

DROPPED = frozenset(
    """__stdcall _stdcall __cdecl _cdecl __fastcall _fastcall __thiscall __vectorcall __clrcall __pascal _pascal
    __unaligned _unaligned __ptr32 __ptr64 __sptr __uptr __w64 __extension__ __export _export __far _far __near _near
    __nothrow __possibly_notnull __restrict""".split()
)
DROPPED_WITH_ARGUMENT = frozenset("__declspec _declspec __attribute__ __pragma _pragma __based _Pragma".split())
FUNCTION_NAMES = frozenset("__FUNCTION__ __FUNCDNAME__ __FUNCSIG__ L__FUNCTION__ L__FUNCDNAME__ L__FUNCSIG__".split())
REPLACED: dict[str, tuple[str, ...]] = {
    "__int8": ("char",),
    "_int8": ("char",),
    "__int16": ("short",),
    "_int16": ("short",),
    "__int32": ("int",),
    "_int32": ("int",),
    "__int64": ("long", "long"),
    "_int64": ("long", "long"),
    "__forceinline": ("static", "inline"),
    "_forceinline": ("static", "inline"),
    "__inline": ("inline",),
    "_inline": ("inline",),
    "__inline__": ("inline",),
    "__const": ("const",),
    "__const__": ("const",),
    "__volatile__": ("volatile",),
    "__signed__": ("signed",),
    "__alignof": ("_Alignof",),
    "_alignof": ("_Alignof",),
    "__wchar_t": ("unsigned", "short"),
    "static_assert": ("_Static_assert",),
    "__try": ("if", "(", "__seh_try", "(", ")", ")"),
    "_try": ("if", "(", "__seh_try", "(", ")", ")"),
    "__finally": ("else", "if", "(", "__seh_finally", "(", ")", ")"),
    "_finally": ("else", "if", "(", "__seh_finally", "(", ")", ")"),
    "__except": ("else", "if", "(", "__seh_except"),  # and one ")" after its argument
    "_except": ("else", "if", "(", "__seh_except"),
    "__leave": ("__seh_leave", "(", ")"),
    "_leave": ("__seh_leave", "(", ")"),
}
ASSEMBLY = frozenset("__asm _asm __asm__ asm".split())
NO_ASSEMBLY = "inline assembly cannot be run here: write it in C"
ASSEMBLER = "__asm"  # the routine that inline assembly calls: no kernel has it, so the driver stops there
BUILTIN_TYPES = ("__builtin_va_list",)  # each a pointer to char
