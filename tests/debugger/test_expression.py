"""Expressions: numbers, operators, names, memory, and what is said of mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.base.errors import UsageError
from ntshell.debugger.expression import Scope, evaluate, evaluate_typed, scope_of
from ntshell.debugger.session import Session, SessionOptions


@pytest.fixture(scope="module", params=["x86", "x64"])
def session(request: pytest.FixtureRequest) -> Session:
    made = Session(SessionOptions(arch=request.param))
    made.load("lab")
    return made


@pytest.fixture
def scope(session: Session) -> Scope:
    return scope_of(session)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10", 16), ("0n10", 10), ("0x1f", 31), ("1fh", 31), ("0t17", 15), ("0y101", 5), ("beef", 0xBEEF), ("0", 0),
        ("fffff800`01000000", 0xFFFFF80001000000),
        ("2+3*4", 14), ("(2+3)*4", 20), ("-1", -1), ("10 mod 3", 1), ("10%3", 1), ("7/2", 3), ("1<<4", 16), ("ff>>4", 15),
        ("1 = 1", 1), ("1 == 2", 0), ("1 != 2", 1), ("2 > 1", 1), ("2 <= 1", 0), ("3 >= 3", 1), ("f0 and 3c", 0x30),
        ("f0 & 3c", 0x30), ("1 or 2", 3), ("3 xor 1", 2), ("3 ^ 1", 2), ("1 | 4", 5), ("not 0", 1), ("not 5", 0),
        ("hi(12345678)", 0x1234), ("low 12345678", 0x5678), ("1+1 = 2 and 2 > 1", 1),
        ("@$irql", 0), ("$irql", 0), ("@$stage", 0), ("@$bugcheck", 0), ("@$ledger", 0), ("@$t0", 0), ("@$devices", 0),
        ("STATUS_CANCELLED", 0xC0000120), ("IOCTL_DISK_CHECK_VERIFY", 0x74800), ("-0n1073741536 = c0000120", 1),
        ("DriverObject->Type", 4), ("DriverObject->DriverName.Length", 2 * len("\\Driver\\lab")), ("Status", 0),
        ("wo(DriverObject)", 4), ("by(DriverObject)", 4), ("dwo(DriverObject) and ffff", 4),
    ],
)  # fmt: skip
def test_value(scope: Scope, text: str, value: int) -> None:
    assert evaluate(scope, text) == value


def test_names(session: Session, scope: Scope) -> None:
    entry = evaluate(scope, "lab!DriverEntry")
    assert entry == evaluate(scope, "DriverEntry") == evaluate(scope, "@$exentry")
    assert evaluate(scope, "@$ip") >= entry
    assert evaluate(scope, "nt!KeSetEvent") == session.k.addresses["KeSetEvent"]
    assert evaluate(scope, "lab") == session.k.images[-1].base
    assert scope.symbols.name_of(entry) == "lab!DriverEntry"
    assert scope.symbols.name_of(entry + 4) == "lab!DriverEntry+0x4"
    assert scope.symbols.name_of(session.k.addresses["KeSetEvent"]) == "nt!KeSetEvent"
    assert evaluate(scope, "poi(DriverObject+0n28*0)") == evaluate(scope, "poi(DriverObject)")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("LabUnlod", "did you mean LabUnload"),
        ("lab!LabIsrr", "did you mean lab!LabIsr"),
        ("@$irq", "did you mean irql"),
        ("1 +", "Syntax error"),
        ("(1", "')' is missing"),
        ("1 2", "Extra character"),
        ("1/0", "Divide by zero"),
        ("poi(0)", "Memory access error"),
        ("DriverObject->DeviceObjct", "did you mean DeviceObject"),
        ("DriverObject->Type->X", "no structure"),
        ("#", "Syntax error"),
        ("", "Syntax error"),
    ],
)
def test_mistake(scope: Scope, text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        evaluate(scope, text)
    assert words in str(caught.value)


GLOBALS = """#include <ntddk.h>
int Answer = 7;
LONG Table[4] = {1, 2, 3, -4};
LIST_ENTRY Head;
NTSTATUS DriverEntry(PDRIVER_OBJECT D, PUNICODE_STRING Path) { Answer += Path->Length; return D->Size; }
"""


@pytest.fixture(params=["x86", "x64"])
def globals_(request: pytest.FixtureRequest, tmp_path: Path) -> Scope:
    file = tmp_path / "g.c"
    file.write_text(GLOBALS)
    made = Session(SessionOptions(arch=request.param))
    made.load(str(file))
    return scope_of(made)


def test_globals_types_and_casts(globals_: Scope) -> None:
    scope, width = globals_, globals_.k.arch.pointer
    at = evaluate(scope, "g!Answer")
    assert evaluate_typed(scope, "Answer", values=True).number == 7
    assert str(evaluate_typed(scope, "Answer", values=True).type) == "int"
    assert evaluate_typed(scope, "Table[3]", values=True).number == -4
    assert evaluate_typed(scope, "Answer + 1", values=True).number == 8
    assert evaluate(scope, "Answer") == evaluate(scope, "&Answer") == at
    assert evaluate(scope, "&Head.Blink") == evaluate(scope, "Head") + width
    assert evaluate_typed(scope, "*&Answer").number == 7
    assert evaluate(scope, "sizeof(LIST_ENTRY)") == evaluate(scope, "sizeof(Head)") == 2 * width
    assert evaluate(scope, "sizeof(Table)") == 10 + 6 and evaluate(scope, "sizeof(PIRP)") == width
    assert evaluate(scope, "sizeof(unsigned long) + 1") == 5
    assert evaluate(scope, "(char)ff") == -1
    assert evaluate(scope, "((_DRIVER_OBJECT*)D->DriverInit)") == evaluate(scope, "D->DriverInit")
    assert evaluate(scope, "((PUNICODE_STRING)Path)->Length") == evaluate(scope, "Path->Length") > 0
    assert evaluate(scope, "(Answer)&ff") == at & 0xFF and evaluate(scope, "3 and (2) + 1") == 3


@pytest.mark.parametrize("text", ["sizeof(NOPE)", "&7", "&Nope", "(_IRP)7", "sizeof(", "sizeof()", "(PIRP)", "&"])
def test_types_mistakes(globals_: Scope, text: str) -> None:
    with pytest.raises(UsageError):
        evaluate(globals_, text)
