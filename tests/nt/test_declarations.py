"""What the exports' declarations say is what their bodies do, what the driver kit says, and what the stages' ladder has."""

from __future__ import annotations

import ast
import csv
import inspect
from functools import cache
from pathlib import Path

import pytest

from ntshell.compiler import build as compiler
from ntshell.compiler.include import Reader
from ntshell.compiler.options import Options
from ntshell.compiler.scope import Problems
from ntshell.compiler.unit import Image
from ntshell.nt.export import EXPORTS, LEDGER, Stage, declared_name, prototypes
from ntshell.run import boot

assert boot  # imports all that declares exports

ROOT = Path(__file__).resolve().parent.parent.parent
NT = ROOT / "ntshell" / "nt"
LEVELS = {"PASSIVE_LEVEL": 0, "APC_LEVEL": 1, "DISPATCH_LEVEL": 2, "DIRQL": 99, "HIGH_LEVEL": 99}


# --- prototypes ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("arch", ["x86", "x64"])
def test_prototypes_compile(arch: str) -> None:
    image = Image(Reader((), prototypes()), Problems({}))
    source = "#include <ntifs.h>\n#include <string.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <ctype.h>\n"
    compiler.unit_of(image, "<prototypes>", Options(arch), source)
    assert not image.problems.errors, [str(each) for each in image.problems.errors]
    assert set(EXPORTS) <= set(image.routines)


def test_python_matches_the_prototype() -> None:
    for name, each in EXPORTS.items():
        found = [parameter for parameter in inspect.signature(each.run).parameters if parameter != "rest"][1:]
        assert found == [parameter for _, parameter in each.contract.params], name
        assert declared_name(each.prototype) == name
        assert each.summary.endswith((".", ":", ";")) or ":" in each.summary or ";" in each.summary, name


# --- the ledger ------------------------------------------------------------------------------------------------------
# Helpers whose kind is in a variable: what it may be.
VARIABLE = {"kind": {"devicemap", "registry"}}
# Routines whose body does not show it, and why.
BY_OTHERS = {
    "IoGetConfigurationInformation": "the driver's own stores into the counts are watched (cm.config.CountGuard)",
    "PsTerminateSystemThread": "the engine ends the thread (EndThread, ps.thread.terminate)",
}
# Kinds that a helper may touch, but not on behalf of this routine.
NEVER = {
    **dict.fromkeys(
        (
            "ExDeleteNPagedLookasideList",
            "ExDeletePagedLookasideList",
            "ExFreeToNPagedLookasideList",
            "ExFreeToPagedLookasideList",
        ),
        ({"string"}, "no block of a lookaside list is a string's buffer"),
    ),
    **dict.fromkeys(
        ("RtlFreeUnicodeString", "RtlFreeAnsiString"), ({"pool"}, "a string's buffer is on the ledger as a string")
    ),
    "RtlIntegerToUnicodeString": ({"string"}, "rtl.string.assign allocates only when it is told to"),
    "RtlInt64ToUnicodeString": ({"string"}, "rtl.string.assign allocates only when it is told to"),
}


class Body:
    """What a function of nt does to the ledger, and which other functions it names."""

    def __init__(self, node: ast.FunctionDef, module: str, imports: dict[str, tuple[str, str]]) -> None:
        self.acquires: set[str] = set()
        self.releases: set[str] = set()
        self.named: list[tuple[str, str]] = []
        imports = imports | imported(node)
        own = {each.name for each in ast.walk(node) if isinstance(each, ast.FunctionDef)} - {node.name}
        for each in ast.walk(node):
            if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
                self._attribute(each, imports)
            elif isinstance(each, ast.Name) and each.id not in own:
                self.named.append(imports.get(each.id, (module, each.id)))
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.args:
                self._call(each)

    def _attribute(self, node: ast.Attribute, imports: dict[str, tuple[str, str]]) -> None:
        assert isinstance(node.value, ast.Name)
        if node.value.id in imports:
            package, name = imports[node.value.id]
            self.named.append((f"{package}.{name}", node.attr))

    def _call(self, node: ast.Call) -> None:
        assert isinstance(node.func, ast.Attribute)
        if ast.unparse(node.func) in ("k.acquire", "k.release", "kernel.release"):
            first = node.args[0]
            kinds = {first.value} if isinstance(first, ast.Constant) else VARIABLE[ast.unparse(first)]
            (self.acquires if node.func.attr == "acquire" else self.releases).update(map(str, kinds))


def imported(node: ast.AST) -> dict[str, tuple[str, str]]:
    return {
        name.asname or name.name: (each.module or "", name.name)
        for each in ast.iter_child_nodes(node)
        if isinstance(each, ast.ImportFrom)
        for name in each.names
    }


@cache
def bodies() -> dict[tuple[str, str], Body]:
    """Every function of nt's modules by module and name."""
    found = {}
    for path in sorted(NT.rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imports = imported(tree)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                found[module, node.name] = Body(node, module, imports)
    return found


def done(start: tuple[str, str]) -> tuple[set[str], set[str]]:
    """What a function and all that it names acquire and release."""
    acquires: set[str] = set()
    releases: set[str] = set()
    seen = {start}
    waiting = [start]
    while waiting:
        body = bodies().get(waiting.pop())
        if body is None:
            continue
        acquires |= body.acquires
        releases |= body.releases
        for each in body.named:
            if each not in seen:
                seen.add(each)
                waiting.append(each)
    return acquires, releases


def test_declarations_name_the_kinds_that_bodies_take_and_give() -> None:
    wrong = []
    for name, each in sorted(EXPORTS.items()):
        never = NEVER.get(name, (set[str](), ""))[0]
        takes, gives = (kinds - never for kinds in done((each.run.__module__, name)))
        if name not in BY_OTHERS and (takes, gives) != (set(each.acquires), set(each.releases)):
            wrong.append(f"{name}: declares +{each.acquires} -{each.releases}, does +{takes} -{gives}")
    assert not wrong, "\n".join(wrong)


def test_kinds_of_the_ledger_are_used() -> None:
    taken = {kind for each in EXPORTS.values() for kind in each.acquires}
    given = {kind for each in EXPORTS.values() for kind in each.releases}
    assert taken | given <= set(LEDGER)
    assert given <= taken | {"reinit"}, given - taken


# --- IRQL ------------------------------------------------------------------------------------------------------------
# Routine -> why its contract is not the table's.
OTHER_LEVELS = {
    "KeInitializeSemaphore": "Driver Verifier's rule IrqlKeDispatchLte lets it be called at DISPATCH_LEVEL",
    "KeReleaseInterruptSpinLock": "DIRQL differs from interrupt to interrupt; the lock itself is what is checked",
    "ObMakeTemporaryObject": "the reference page names no level; Driver Verifier's rule has APC_LEVEL",
}


def test_levels_are_the_kits() -> None:
    with (Path(__file__).parent / "ddi_irql.csv").open(newline="") as file:
        rows = {row["ddi"]: row for row in csv.DictReader(file)}
    assert set(rows) <= set(EXPORTS), "a row of a routine that is not declared"
    differ = {
        name
        for name, row in rows.items()
        if (EXPORTS[name].contract.low, EXPORTS[name].contract.high)
        != (LEVELS[row["min_irql"]], LEVELS[row["max_irql"]])
    }
    assert differ == set(OTHER_LEVELS)


# --- stages ----------------------------------------------------------------------------------------------------------
ENTRY = {
    1: "IoQueryDeviceDescription HalGetBusData HalGetBusDataByOffset RtlQueryRegistryValues ZwOpenKey",
    3: "IoReportResourceUsage IoAssignResources HalTranslateBusAddress MmMapIoSpace",
    4: "IoCreateDevice IoCreateController IoInitializeTimer KeInitializeDpc KeInitializeEvent KeInitializeMutex "
    "KeInitializeSemaphore KeInitializeSpinLock KeInitializeTimer KeInitializeTimerEx KeInitializeDeviceQueue",
    5: "HalGetInterruptVector IoConnectInterrupt WRITE_PORT_UCHAR WRITE_PORT_USHORT "
    "WRITE_PORT_ULONG WRITE_REGISTER_UCHAR PsCreateSystemThread",
    6: "IoCreateSymbolicLink RtlWriteRegistryValue IoGetConfigurationInformation IoRegisterDriverReinitialization "
    "IoRegisterShutdownNotification IoStartTimer",
}
UNLOAD = {
    1: "WRITE_PORT_UCHAR WRITE_PORT_USHORT WRITE_PORT_ULONG WRITE_REGISTER_UCHAR IoDisconnectInterrupt",
    2: "IoStopTimer KeCancelTimer KeRemoveQueueDpc KeWaitForSingleObject KeWaitForMultipleObjects "
    "IoUnregisterShutdownNotification",
    3: "ExFreePool ExFreePoolWithTag MmUnmapIoSpace MmFreeContiguousMemory HalFreeCommonBuffer",
    4: "KeResetEvent KeClearEvent ExDeleteResourceLite ExDeleteNPagedLookasideList ObfDereferenceObject",
    5: "IoReportResourceUsage IoAssignResources",
    6: "IoDeleteSymbolicLink RtlDeleteRegistryValue ZwDeleteKey ZwDeleteValueKey",
    7: "IoDeleteDevice IoDeleteController IoGetConfigurationInformation",
}


def test_routines_are_on_their_rungs() -> None:
    wanted: dict[str, Stage] = {}
    for field, ladder in (("entry", ENTRY), ("unload", UNLOAD)):
        for rung, names in ladder.items():
            for name in names.split():
                found = wanted.get(name, Stage())
                wanted[name] = Stage(rung, found.unload) if field == "entry" else Stage(found.entry, rung)
    assert {name: EXPORTS[name].stage for name in wanted} == wanted


# --- findings --------------------------------------------------------------------------------------------------------
def sentences() -> list[tuple[str, str, str]]:
    """Place, kind and beginning and end of every rule and mend that is written out in nt."""
    found = []
    for path in sorted(NT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            pairs = []
            if isinstance(node, ast.Call):
                pairs = [(word.arg, word.value) for word in node.keywords]
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                pairs = [(node.targets[0].id, node.value)]
            for name, value in pairs:
                if name in ("rule", "mend") and isinstance(value, ast.Constant | ast.JoinedStr):
                    text = value.value if isinstance(value, ast.Constant) else ast.unparse(value)[2:-1]
                    found.append((f"{path.relative_to(ROOT)}:{value.lineno}", name, str(text)))
    return found


def test_rules_and_mends_are_of_one_style() -> None:
    """They begin small unless with a name of NT's, end without a full stop, and come in pairs."""
    wrong = []
    for where, name, text in sentences():
        first = text.split()[0].strip(",:;") if text.strip() else ""
        named = first.startswith("{") or any(letter.isupper() for letter in first[1:])
        if text and (text.endswith(".") or first[:1].isupper() and not named):
            wrong.append(f"{where}: {name}: {text}")
    assert not wrong, "\n".join(wrong)


def test_no_rule_without_a_mend() -> None:
    for path in sorted(NT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("k.bugcheck", "BugCheck", "Finding"):
                words = {word.arg for word in node.keywords}
                if path.name != "kernel.py":
                    assert len(node.args) > 5 or {"rule", "mend"} <= words, f"{path}:{node.lineno}"
