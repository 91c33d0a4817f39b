"""Expressions: numbers, operators, names, memory, and what is said of mistakes."""

from __future__ import annotations

import pytest

from ntshell.base.errors import UsageError
from ntshell.debugger.expression import Scope, evaluate, scope_of
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
        ("STATUS_CANCELLED", 0xC0000120), ("-0n1073741536 = c0000120", 1),
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
