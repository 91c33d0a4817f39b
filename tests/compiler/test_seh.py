"""Structured exception handling: what runs, in which order, on every way out of a `__try`."""
# ruff: noqa: E501 - one program a line

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compiler.harness import Harness, compiled_text

HEAD = """
void note(int n); void ExRaiseStatus(long status); unsigned long _exception_code(void); int _abnormal_termination(void);
#define GetExceptionCode _exception_code
#define AbnormalTermination _abnormal_termination
"""
CASES = {
    "except_taken": (
        "int main(void) { int r = 1; __try { note(1); *(int *)0 = 1; note(2); } __except (1) { r = 5; note(3); } return r; }",
        5,
        [1, 3],
    ),
    "except_not_needed": ("int main(void) { int r = 1; __try { r = 2; } __except (1) { r = 3; } return r; }", 2, []),
    "code": (
        "int main(void) { int r = 0; __try { ExRaiseStatus(0xC000000D); } __except (GetExceptionCode() == 0xC000000D ? 1 : 0) { r = GetExceptionCode() & 0xff; } return r; }",
        13,
        [],
    ),
    "filter_passes": (
        "int main(void) { int r = 0; __try { __try { *(int *)4 = 1; } __except (note(7), 0) { r = 1; } } __except (1) { r = 2; } return r; }",
        2,
        [7],
    ),
    "finally_falls_through": (
        "int main(void) { int r = 0; __try { r = 1; } __finally { note(AbnormalTermination()); r += 10; } return r; }",
        11,
        [0],
    ),
    "finally_on_exception": (
        "int main(void) { int r = 0; __try { __try { *(int *)4 = 1; } __finally { note(AbnormalTermination()); r += 10; } } __except (1) { r += 100; } return r; }",
        110,
        [1],
    ),
    "finally_on_return": (
        "int f(void) { int r = 3; __try { __try { return r; } __finally { note(1); r = 9; } } __finally { note(2); } return 0; } int main(void) { return f(); }",
        3,
        [1, 2],
    ),
    "finally_on_goto": (
        "int main(void) { int i = 0; again: __try { note(i); if (i++ < 2) goto again; if (i == 3) goto out; } __finally { note(10); } note(99); out: return i; }",
        3,
        [0, 10, 1, 10, 2, 10],
    ),
    "finally_on_break": (
        "int main(void) { int i; for (i = 0; i < 5; i++) { __try { if (i == 1) continue; if (i == 3) break; note(i); } __finally { note(20 + i); } } return i; }",
        3,
        [0, 20, 21, 2, 22, 23],
    ),
    "leave": (
        "int main(void) { int r = 0; __try { r = 1; if (r) __leave; r = 2; } __finally { note(AbnormalTermination()); } __try { __leave; r = 7; } __except (1) { r = 8; } return r; }",
        1,
        [0],
    ),
    "through_calls": (
        "int deep(int n) { __try { if (n) return deep(n - 1); return *(int *)8; } __finally { note(n); } } int main(void) { int r = 0; __try { r = deep(2); } __except (1) { r = 4; } return r; }",
        4,
        [0, 1, 2],
    ),
    "within_handler": (
        "int main(void) { int r = 0; __try { __try { *(int *)8 = 0; } __except (1) { note(1); *(int *)8 = 0; } } __except (1) { r = 6; } return r; }",
        6,
        [1],
    ),
    "dangling_else": (
        "int main(void) { int r = 0; if (r) __try { r = 1; } __finally { note(1); } else r = 4; if (!r) ; else __try { r++; } __finally { note(2); } return r; }",
        5,
        [2],
    ),
    "filters_before_handlers": (
        "int main(void) { int r = 0; __try { __try { *(int *)4 = 1; } __finally { note(2); } } __except (note(1), 1) { note(3); } return r; }",
        0,
        [1, 2, 3],
    ),
    "filters_before_handlers_of_callees": (
        "void deep(void) { __try { *(int *)4 = 1; } __finally { note(2); } } int main(void) { int seen = 0; __try { deep(); } __except (seen = 5, note(1), 1) { note(3); } return seen; }",
        5,
        [1, 2, 3],
    ),
    "tried_again": (
        "int mend(int **p, int *good) { note(1); *p = good; return -1; } int main(void) { int good = 7, *p = (int *)4, r = 0; __try { r = *p + 1; } __except (mend(&p, &good)) { r = 9; } return r; }",
        8,
        [1],
    ),
    "the_code_outlives_another": (
        "int main(void) { __try { ExRaiseStatus(0xC0000001); } __except (1) { __try { ExRaiseStatus(0xC0000002); } __except (1) { note(GetExceptionCode() & 15); } return GetExceptionCode() & 15; } return 0; }",
        1,
        [2],
    ),
    "in_a_filter": (
        "int ask(void) { __try { *(int *)4 = 1; } __except (1) { note(1); } return 1; } int main(void) { __try { *(int *)8 = 1; } __except (ask() && GetExceptionCode() == 0xC0000005) { return 3; } return 0; }",
        3,
        [1],
    ),
    "divide": (
        "int main(void) { int z = 0; __try { return 5 / z; } __except (GetExceptionCode() == 0xC0000094) { return 2; } }",
        2,
        [],
    ),
}


@pytest.mark.parametrize("arch", ["x86", "x64"])
@pytest.mark.parametrize("name", sorted(CASES))
def test_order(name: str, arch: str, tmp_path: Path) -> None:
    text, result, notes = CASES[name]
    told: list[int] = []
    harness = Harness(compiled_text(tmp_path, HEAD + text, arch), {"note": told.append})
    assert (harness.run("main"), told) == (result, notes)
