"""What is doubtful is said at its line, as a good compiler would, and stops nothing; what is usual is not spoken of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compiler.harness import compiled_text

HEAD = """typedef long LONG; typedef unsigned long ULONG; typedef void *PVOID; struct s { int a, b; };
void KeBugCheckEx(ULONG, PVOID, PVOID, PVOID, PVOID); void ExRaiseStatus(LONG); int take(int); void give(int *); int c;
#define STOP KeBugCheckEx(1, 0, 0, 0, 0)
#define UNREFERENCED_PARAMETER(P) ((P) = (P))
"""

UNSET, DEAD = "x is used before it is given a value", "nothing ever comes to this line"

# The line that is spoken of is the one with the mark.
WARNED = {
    "int f(void) { int x;\n take(x); /*!*/\n x = 1;\n return x; }": UNSET,
    "int f(void) { int x, y;\n y = x + 1; /*!*/\n x = y;\n return x; }": UNSET,
    "int f(void) { int x;\n x += 2; /*!*/\n return x; }": UNSET,
    "int f(void) { int x;\n if (x) /*!*/\n x = 1;\n return 0; }": UNSET,
    "int f(void) { struct s *p;\n p->a = 1; /*!*/\n p = 0; return 0; }": "p is used before it is given a value",
    "int f(void) { int x;\n return x; /*!*/\n }": "x is used but never given a value",
    "int f(void) { int x;\n if (c) { return 1; }\n else take(x); /*!*/\n x = 2; return x; }": UNSET,
    "int f(void) { int x; switch (c) { case 1:\n take(x); /*!*/\n break; default: x = 2; } return 0; }": UNSET,
    "void f(void) { STOP;\n take(1); /*!*/\n }": DEAD,
    "int f(void) { if (c) { STOP; }\n else ExRaiseStatus(3);\n take(1); /*!*/\n return 0; }": DEAD,
    "int f(void) { return 1;\n take(2); /*!*/\n take(3); }": DEAD,
    "int f(void) { for (;;) { take(1); }\n c = 2; /*!*/\n return 0; }": DEAD,
    "int f(void) { while (1) { continue;\n c = 2; /*!*/\n } return 0; }": DEAD,
    "int f(void) { goto out;\n c = 2; /*!*/\n out: return 0; }": DEAD,
    "int f(int a) { if (a) return 1;\n } /*!*/": "f must return a value",
    "int f(int a) { switch (a) { case 1: return 1; }\n } /*!*/": "f must return a value",
    "int f(void) {\n return; /*!*/\n }": "f must return a value",
    "void f(void) {\n return 1; /*!*/\n }": "f returns nothing, this value is lost",
    "int f(void) { int *p;\n p = 5; /*!*/\n return *p; }": "an int is assigned to an int *",
    "int f(int *p) { int x;\n x = p; /*!*/\n return x; }": "an int * is assigned to an int",
    "int f(int *p) {\n return take(p); /*!*/\n }": "an int * is passed as argument 1 of take, which is an int",
    "int f(char *p) {\n give(p); /*!*/\n return 0; }": "a char * is passed as argument 1 of give, which is an int *",
    "int f(int *p) {\n return p == 7; /*!*/\n }": "an int is compared with an int *",
    "int f(char *p) {\n return p == \"x\"; /*!*/\n }": "a string literal is compared, not its characters",
    "int f(int *p) {\n return p; /*!*/\n }": "an int * is the result, an int",
    "int f(void) {\n return nowhere(1); /*!*/\n }": "nowhere is not declared",
    "int f(int a) {\n return a / 0; /*!*/\n }": "division by zero",
    "unsigned char f(void) { unsigned char c;\n c = 300; /*!*/\n return c; }": "300 is assigned to an unsigned char, "
    "which cannot hold it",
    "char *f(void) {\n return L\"wide\"; /*!*/\n }": "a wchar_t * is the result, a char *",
    "PVOID f(PVOID p) {\n p++; /*!*/\n p += 2; return p; }": "void has no size, 1 is taken (here and further on)",
    "int *f(void) { int x = 1; give(&x);\n return &x; /*!*/\n }": "x is gone when its address is used",
    "int f(void) {\n return take(1, 2); /*!*/\n }": "too many arguments to take: 2, not 1",
    "void g(int);\n void g(int a, int b) { take(a + b); } /*!*/": "g was declared with 1 parameters, not 2",
    "void g(int); int (*p)(int);\n void f(void) { p = g; } /*!*/": "a void (*)(int) is assigned to an int (*)(int)",
    "void g(void); void (*p)(int);\n void f(void) { p = g; } /*!*/": "a void (*)(void) is assigned to a void (*)(int)",
}  # fmt: skip

SILENT = [
    "int f(void) { int x; if (c) x = 1; return x; }",
    "int f(void) { int x, i; for (i = 0; i < 3; i++) { if (i) take(x); x = i; } return 0; }",
    "int f(void) { int x; again: if (c) take(x); x = 1; if (c) goto again; return 0; }",
    "int f(void) { int x; give(&x); return x; }",
    "int f(void) { int x; UNREFERENCED_PARAMETER(x); return 0; }",
    "int f(void) { int x; (void)x; return sizeof x; }",
    "int f(void) { int x; return c && (x = take(1)) && x; }",
    "int f(void) { int x; return (x = 1, x); }",
    "int f(void) { int x; while ((x = take(1)) > 0) take(x); return x; }",
    "int f(void) { int x; do { x = take(1); } while (x); return x; }",
    "int f(int x) { { int x; x = 1; take(x); } return x; }",
    "int f(void) { { int c; c = 1; take(c); } return c; }",
    "int f(void) { int x; switch (c) { case 1: x = 1; break; default: x = 2; } return x; }",
    "int f(void) { int x; struct s v = {.a = 1, .b = 2}; x = v.a; return x + v.b; }",
    "int f(void) { int x; __try { x = take(1); } __except (1) { x = 2; } return x; }",
    "int f(void) { int x; __try { x = take(1); } __finally { take(x); } return x; }",
    "int f(void) { __try { ExRaiseStatus(1); } __except (1) { take(1); } take(2); return 0; }",
    "int f(void) { __try { if (c) __leave; return 1; } __finally { take(1); } return 0; }",
    "int f(void) { STOP; return 0; }",
    "int f(int a) { switch (a) { case 1: STOP; break; default: return 2; } return 3; }",
    "int f(int a) { switch (a) { case 1: return 1; default: STOP; } }",
    "int f(void) { STOP; }",
    "int f(void) { for (;;) { if (c) break; } return 0; }",
    "int f(void) { while (1) { if (c) return 1; } }",
    "int f(void) { do { if (c) continue; return 1; } while (c); return 2; }",
    "int f(int a) { if (a) goto out; return 1; out: take(1); return 0; }",
    "int f(int a) { switch (a) { return 1; case 1: take(1); } return 0; }",
    "int f(int a) { return 1; { out: take(1); } if (a) goto out; return 2; }",
    "int f(char *p) { int *q = 0; PVOID v = p; q = v; p = v; return q == 0 && p != 0 && v == p; }",
    "unsigned char f(void) { unsigned char c = -1; c = 255; c = ~1; c = (unsigned char)300; return c; }",
    "void g(); void h(int a) { take(a); } void (*p)() = h, (*q)(int); void f(void) { q = g; p = h; }",
    "int f(int n) { return n == 1 ? 5 : n == 2 ? 6 : 7; } void g(int n) { (ULONG)n; (char)n = 3; }",
    "int f(int *p) { const int *q = p; ULONG *u = (ULONG *)p; return q == p && u; }",
]


def said(text: str, tmp_path: Path) -> list[tuple[int, str]]:
    """Lines and messages of the warnings, counted behind the head."""
    program = compiled_text(tmp_path, HEAD + text)
    assert all(each.kind == "warning" and each.place for each in program.warnings)
    return [(each.place.line - HEAD.count("\n"), each.message) for each in program.warnings if each.place]


@pytest.mark.parametrize("text", sorted(WARNED))
def test_warned_at_its_line(text: str, tmp_path: Path) -> None:
    line = next(n for n, each in enumerate(text.split("\n"), 1) if "/*!*/" in each)
    assert said(text, tmp_path) == [(line, WARNED[text])]


@pytest.mark.parametrize("text", SILENT)
def test_not_spoken_of(text: str, tmp_path: Path) -> None:
    assert said(text, tmp_path) == []
