"""Syntax errors as a driver's author makes them: one message each, at the line that is to be mended."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntshell.compiler import CompileFailed
from tests.compiler.harness import compiled, compiled_text

ENDED = "a ; seems to be missing at the end of this line"
FAULTS = {
    "extern int a\ntypedef void (*B)(int);\nextern int c;\nvoid f(int d)\n{\n}": [(1, ENDED)],
    "int f(int n)\n\nint g(int m)\n{ return m; }": [(1, ENDED)],
    "struct s { int a; }\nint b;": [(1, ENDED)],
    "extern int a\n#pragma alloc_text(PAGE, f)\nint f(void) { return a; }": [(1, ENDED)],
    "enum e { A, B }\nint x;": [(1, ENDED)],
    "typedef struct { int a; } T, *P\nT t; P p;\nint f(P p) { return p->a; }": [(1, ENDED)],
    "struct s { int a\nint b; };": [(1, ENDED)],
    "int g(void);\nint f(void)\n{ int s;\ns = g()\nif (s) return 1;\nreturn 0; }": [(4, ENDED)],
    "int f(void)\n{ int a = 1\nint b = 2;\nreturn a + b; }": [(2, ENDED)],
    "int f(void)\n{ int a = 1; do a--\nwhile (a); return a\n}": [(2, ENDED), (3, ENDED)],
    "int f(int s)\n{ whlie (s)\n{ s--; }\nreturn 0; }": [(2, ENDED)],
    "int f(int s)\n{ switch (s) { case 1\nreturn 2; } return 0; }": [(3, "syntax error before return")],
    "enum e { A\nB };": [(2, "syntax error before B")],
    "int t[] = { 1\n2 };": [(2, "syntax error before 2")],
    "int f(void)\nint a = 1;\na = 2;\nreturn a; }\nint g(void) { return 1; }": [
        (2, "syntax error before int: is a { missing?")
    ],
    "int f(int a)\n{ if (a) {\na = 2;\nreturn a; }\nint g(void) { return 1; }": [
        (5, "syntax error before {: a function cannot be defined inside another, is a } missing above?")
    ],
    "typedef unsinged char byte, *pbyte;\nbyte b; pbyte p;": [(1, "unsinged is not known here, is unsigned meant?")],
    "static unsinged int f(void) { return 1; }\nint g(void) { return f(); }": [
        (1, "unsinged is not known here, is unsigned meant?")
    ],
    "DRIVER_DISPACH f;\nint f(int a) { return a; }": [(1, "DRIVER_DISPACH is not a type that is known here")],
    "void\nU(\nint d\n)\n{\nif (d) {\nd = 1;\n\n}\n\nint\nE(\nint d\n)\n{\nreturn d;\n}": [
        (15, "syntax error before {: a function cannot be defined inside another, is a } missing above?")
    ],
    "int f(int s) {\nif (!(s) {\nreturn 1; }\nreturn 0; }": [(2, "syntax error before {: is a ) missing?")],
    "int f(int s) {\nswich (s) {\ncase 1: return 1; }\nreturn 0; }": [(2, "syntax error before {")],
    "int f(void) { int x;\n__try {\nx = 1;\n__except (1) {\nx = 2; }\nreturn x; }": [
        (4, "syntax error before __except: is a } missing above?")
    ],
    "int f(int s) {\nif (s)\ns = 2;\n}\ns = 3;\nif (s) { s = 4; }\nreturn s;\n}\nint g(void) { return 1; }": [
        (5, "this stands outside of a function: is there a } too many above?")
    ],
    "typdef struct _E { int a; } E, *P;\nint f(P p) { return p->a; }": [
        (1, "typdef is not known here, is typedef meant?")
    ],
    "#include\nint f(void) { return 1; }": [(1, "#include needs the name of a header")],
    "#ifndef H\n/* never closed\n#endif\nint f(void) { return a; }": [(2, "this comment does not end")],
    'int f(char *p);\nint g(void) { return f("\\\\Device\\\\Mut); }': [(2, "this string does not end on its line")],
    "VIOD f(int a);\nvoid f(int a) { }": [(1, "VIOD is not a type that is known here")],
    "int x[3]; int f(void) { x[0] = ; return 0; }": [(1, "syntax error before ;")],
    '#include "sport.h\n#include <none.h>\nint f(void) { return a; }': [
        (1, 'the name of this header does not end: "sport.h'),
        (2, "there is no header called none.h"),
    ],
}
GOOD = """
typedef struct _T { int a; struct _T *next; } T, *PT;
enum { A, B = 2 };
static int table[] = { 1, A, B };
int old(a, b) int a; PT b; { return a + b->a; }
int now(PT p, int n)
{
    int i;
    for (i = 0; i < n && p != 0; i++) p = p->next;
    switch (n) { case 1: return table[i]; default: break; }
    __try { if (n) __leave; } __finally { n = 3; }
    return p ? old(n, p) : (int)sizeof(T);
}
"""
TOKENS = re.findall(r"\w+|\s+|\S", GOOD)


def found(text: str) -> list[tuple[int, str]]:
    """The errors that a text is told."""
    with TemporaryDirectory() as folder:
        try:
            compiled_text(Path(folder), text)
        except CompileFailed as failed:
            return [(each.place.line, each.message) for each in failed.problems if each.kind == "error" and each.place]
    return []


@pytest.mark.parametrize("text", FAULTS)
def test_is_told_once_and_where_it_is(text: str) -> None:
    assert found(text + "\n") == FAULTS[text]


def test_old_style_functions_need_no_type(tmp_path: Path) -> None:
    program = compiled_text(tmp_path, "int f(a, b)\nint a;\nchar b;\n{ return a; }\ng(a)\nint a;\n{ return a; }\n")
    assert [each.message for each in program.warnings] == ["g has no type, int is taken"]
    assert set(program.functions) == {"f", "g"}


def test_the_good_text_is_good() -> None:
    assert found(GOOD) == []


@given(
    st.integers(0, len(TOKENS) - 1),
    st.integers(1, 4),
    st.sampled_from(["", ";", "{", "}", "(", ")", "x y", "int", "\n"]),
)
def test_a_spoiled_text_is_never_more_than_told(at: int, count: int, instead: str) -> None:
    found("".join([*TOKENS[:at], instead, *TOKENS[at + count :]]))


def test_macros_that_never_end_are_told() -> None:
    lines = [f"#define M{n} M{n + 1} M{n + 1}" for n in range(24)]
    assert found("\n".join([*lines, "#define M24 ;", "int main(void) { M0 return 0; }"])) == [
        (26, "macros make more than 3 million tokens of this")
    ]


def test_a_prototype_in_a_block_is_one(tmp_path: Path) -> None:
    text = "int g(void)\n{\nint f(int);\nint (*p)(int) = f;\nreturn f(1) + p(2);\n}\nint f(int a) { return a; }\n"
    assert compiled_text(tmp_path, text).warnings == ()


def test_a_header_whose_comment_does_not_end_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "h.h").write_text("#ifndef H\nint a;\n/* never closed\n#endif\n")
    units = [tmp_path / "one.c", tmp_path / "two.c"]
    for unit in units:
        unit.write_text('#include "h.h"\nint f(void) { return b; }\n')
    with pytest.raises(CompileFailed) as caught:
        compiled(*units)
    assert [each.message for each in caught.value.problems] == ["this comment does not end"]
