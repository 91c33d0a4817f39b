"""Structured exception handling: what runs, in which order, on every way out of a `__try`."""
# ruff: noqa: E501 - one program a line

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run.rig import rig

HEAD = r"""
static void note(int n) { DbgPrint("%d\n", n); }
"""
ENTRY = r"""
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) { note(run()); return STATUS_SUCCESS; }
"""
CASES = {
    "except_taken": (
        "int run(void) { int r = 1; __try { note(1); *(int *)0 = 1; note(2); } __except (1) { r = 5; note(3); } return r; }",
        5,
        [1, 3],
    ),
    "except_not_needed": ("int run(void) { int r = 1; __try { r = 2; } __except (1) { r = 3; } return r; }", 2, []),
    "code": (
        "int run(void) { int r = 0; __try { ExRaiseStatus(0xC000000D); } __except (GetExceptionCode() == 0xC000000D ? 1 : 0) { r = GetExceptionCode() & 0xff; } return r; }",
        13,
        [],
    ),
    "filter_passes": (
        "int run(void) { int r = 0; __try { __try { *(int *)4 = 1; } __except (note(7), 0) { r = 1; } } __except (1) { r = 2; } return r; }",
        2,
        [7],
    ),
    "finally_falls_through": (
        "int run(void) { int r = 0; __try { r = 1; } __finally { note(AbnormalTermination()); r += 10; } return r; }",
        11,
        [0],
    ),
    "finally_on_exception": (
        "int run(void) { int r = 0; __try { __try { *(int *)4 = 1; } __finally { note(AbnormalTermination()); r += 10; } } __except (1) { r += 100; } return r; }",
        110,
        [1],
    ),
    "finally_on_return": (
        "int f(void) { int r = 3; __try { __try { return r; } __finally { note(1); r = 9; } } __finally { note(2); } return 0; } int run(void) { return f(); }",
        3,
        [1, 2],
    ),
    "finally_on_goto": (
        "int run(void) { int i = 0; again: __try { note(i); if (i++ < 2) goto again; if (i == 3) goto out; } __finally { note(10); } note(99); out: return i; }",
        3,
        [0, 10, 1, 10, 2, 10],
    ),
    "finally_on_break": (
        "int run(void) { int i; for (i = 0; i < 5; i++) { __try { if (i == 1) continue; if (i == 3) break; note(i); } __finally { note(20 + i); } } return i; }",
        3,
        [0, 20, 21, 2, 22, 23],
    ),
    "leave": (
        "int run(void) { int r = 0; __try { r = 1; if (r) __leave; r = 2; } __finally { note(AbnormalTermination()); } __try { __leave; r = 7; } __except (1) { r = 8; } return r; }",
        1,
        [0],
    ),
    "through_calls": (
        "int deep(int n) { __try { if (n) return deep(n - 1); return *(int *)8; } __finally { note(n); } } int run(void) { int r = 0; __try { r = deep(2); } __except (1) { r = 4; } return r; }",
        4,
        [0, 1, 2],
    ),
    "within_handler": (
        "int run(void) { int r = 0; __try { __try { *(int *)8 = 0; } __except (1) { note(1); *(int *)8 = 0; } } __except (1) { r = 6; } return r; }",
        6,
        [1],
    ),
    "dangling_else": (
        "int run(void) { int r = 0; if (r) __try { r = 1; } __finally { note(1); } else r = 4; if (!r) ; else __try { r++; } __finally { note(2); } return r; }",
        5,
        [2],
    ),
    "filters_before_handlers": (
        "int run(void) { int r = 0; __try { __try { *(int *)4 = 1; } __finally { note(2); } } __except (note(1), 1) { note(3); } return r; }",
        0,
        [1, 2, 3],
    ),
    "filters_before_handlers_of_callees": (
        "void deep(void) { __try { *(int *)4 = 1; } __finally { note(2); } } int run(void) { int seen = 0; __try { deep(); } __except (seen = 5, note(1), 1) { note(3); } return seen; }",
        5,
        [1, 2, 3],
    ),
    "tried_again": (
        "int mend(int **p, int *good) { note(1); *p = good; return -1; } int run(void) { int good = 7, *p = (int *)4, r = 0; __try { r = *p + 1; } __except (mend(&p, &good)) { r = 9; } return r; }",
        8,
        [1],
    ),
    "the_code_outlives_another": (
        "int run(void) { __try { ExRaiseStatus(0xC0000001); } __except (1) { __try { ExRaiseStatus(0xC0000002); } __except (1) { note(GetExceptionCode() & 15); } return GetExceptionCode() & 15; } return 0; }",
        1,
        [2],
    ),
    "in_a_filter": (
        "int ask(void) { __try { *(int *)4 = 1; } __except (1) { note(1); } return 1; } int run(void) { __try { *(int *)8 = 1; } __except (ask() && GetExceptionCode() == 0xC0000005) { return 3; } return 0; }",
        3,
        [1],
    ),
    "divide": (
        "int run(void) { int z = 0; __try { return 5 / z; } __except (GetExceptionCode() == 0xC0000094) { return 2; } }",
        2,
        [],
    ),
    "except_in_a_finally": (
        "int run(void) { int r = 0; __try { __try { *(int *)4 = 1; } __finally { __try { *(int *)8 = 1; } __except (1) { note(1); } note(2); } } __except (GetExceptionCode() == 0xC0000005) { note(3); r = 4; } return r; }",
        4,
        [1, 2, 3],
    ),
    "finally_in_a_finally": (
        "void deep(void) { __try { *(int *)8 = 1; } __finally { note(1); } } int run(void) { int r = 0; __try { __try { *(int *)4 = 1; } __finally { __try { __try { deep(); } __finally { note(2); } } __except (1) { note(3); } note(4); } } __except (1) { note(5); r = 6; } return r; }",
        6,
        [1, 2, 3, 4, 5],
    ),
    "a_filter_is_in_no_try": (
        "int bad(void) { return *(int *)8; } int run(void) { int n = 0; __try { __try { *(int *)4 = 1; } __except (n++ ? 0 : bad()) { note(1); } } __except (1) { note(n); return 7; } return 0; }",
        7,
        [2],
    ),
    "not_to_be_tried_again": (
        "int run(void) { __try { __try { ExRaiseStatus(0xC0000001); } __except (-1) { note(1); } } __except (GetExceptionCode() == 0xC0000025) { return 2; } return 0; }",
        2,
        [],
    ),
    "not_to_be_tried_again_says_a_filter": (
        "int run(void) { int n = -1; __try { __try { ExRaiseStatus(0xC0000001); } __except (n) { note(1); } } __except (GetExceptionCode() == 0xC0000025) { return 2; } return 0; }",
        2,
        [],
    ),
    "the_record_and_the_context": (
        "int ask(EXCEPTION_POINTERS *e) { note((int)e->ExceptionRecord->ExceptionInformation[1]); note((int)((ULONG_PTR)e->ContextRecord & 15)); return e->ExceptionRecord->ExceptionCode == 0xC0000005; } int run(void) { __try { *(int *)20 = 1; } __except (ask(GetExceptionInformation())) { return 1; } return 0; }",
        1,
        [20, 0],
    ),
}


@pytest.mark.parametrize("arch", ["x86", "x64"])
@pytest.mark.parametrize("name", sorted(CASES))
def test_order(name: str, arch: str, tmp_path: Path) -> None:
    text, result, notes = CASES[name]
    found = rig(tmp_path, arch)
    found.start(found.write(HEAD + text + ENTRY))
    k = found.session.k
    assert k.crash is None, k.crash.rule
    assert "".join(each.text for each in k.events if each.kind == "print").split() == [str(n) for n in (*notes, result)]


NOBODY = (
    "int run(void) { int n = 0; __try { *(int *)(ULONG_PTR)(4 + n) = 1; } __except (FILTER) { note(1); } return 0; }"
)


@pytest.mark.parametrize("filtering", ["0", "n", "EXCEPTION_CONTINUE_SEARCH"])
def test_what_no_filter_takes_is_told_as_what_it_was(filtering: str, tmp_path: Path) -> None:
    found = rig(tmp_path)
    found.start(found.write(HEAD + NOBODY.replace("FILTER", filtering) + ENTRY))
    assert (found.crash().code, found.crash().parameters[0]) == (0x7E, 0xC0000005)
    assert "wrote to 00000004" in found.crash().rule


def test_a_filter_that_faults_is_asked_again_until_the_stack_is_used_up(tmp_path: Path) -> None:
    text = "int run(void) { __try { *(int *)4 = 1; } __except (*(int *)8) { note(1); } return 0; }"
    found = rig(tmp_path)
    found.start(found.write(HEAD + text + ENTRY))
    assert (found.crash().code, found.crash().parameters[0]) == (0x7F, 8)
    assert "a filter of t!run" in found.crash().rule


def test_an_overwritten_return_address_is_no_exception_of_the_function_s_own(tmp_path: Path) -> None:
    text = "int run(void) { char b[8]; int i; __try { for (i = 0; i < 64; i++) b[i] = 0x41; } __except (1) { note(1); } return 0; }"
    found = rig(tmp_path)
    found.start(found.write(HEAD + text + ENTRY))
    assert found.crash().parameters[:2] == (0xC0000005, 0x41414141)
    assert "no __try" not in found.crash().rule
