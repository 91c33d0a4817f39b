"""Steps: where each stands, which begin statements, what they call; sections, variables and the image's layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.compiler import Options, compile_driver, kernel_types
from tests.compiler.harness import compiled_text

LOOP = """int twice(int n);
int sum(int n)
{
    int i = 0, s;
    s = 0;
    while (i < n) {
        s += twice(i) + twice(n);
        if (s > 100)
            continue;
        i++;
    }
    for (i = 0;
         i < 3;
         i++) {
        twice(i);
    }
    return s;
}
void nothing(void)
{
}
"""


def test_statements(tmp_path: Path) -> None:
    program = compiled_text(tmp_path, LOOP)
    function = program.functions["sum"]
    lines = [line for _, line in function.places]
    starts = [line for line, flag in zip(lines, function.statements, strict=True) if flag]
    assert starts == [4, 5, 6, 7, 8, 10, 12, 13, 15, 14, 17]
    assert lines == [4, 5, 6, 7, 7, 7, 8, 10, 12, 13, 15, 14, 17]
    assert [name for name in function.callees if name] == ["twice", "twice", "twice"]
    assert (function.place[1], function.end_place[1]) == (2, 18)
    nothing = program.functions["nothing"]
    assert [line for _, line in nothing.places] == [21]


@pytest.mark.parametrize("loop", ["for (;;) {}", "for (;;);", "while (1) {}", "do { } while (1);"])
def test_an_endless_loop_without_a_body_has_a_place(loop: str, tmp_path: Path) -> None:
    program = compiled_text(tmp_path, f"void take(int);\nvoid f(void) {{\n take(1);\n {loop}\n}}\n")

    assert program.functions["f"].places[-1][1] == 4


def test_variables_and_sections(tmp_path: Path) -> None:
    text = """void f(int a, char *b);
#pragma alloc_text(PAGE, f)
#pragma alloc_text(INIT, g)
static int count; const char name[] = "n"; int *where = &count; void (*how)(int, char *) = f;
void take(int *p);
void f(int a, char *b) { int local; take(&a); { short inner = 1; local = inner; } take(&local); }
int g(void) { return count; }
"""
    program = compiled_text(tmp_path, text)
    f = program.functions["f"]
    assert [(v.name, v.type, v.slot, v.offset) for v in f.params] == [
        ("a", "int", 1, 0),
        ("b", ("*", "char", 4), 2, -1),
    ]
    assert f.spills == ((1, 0, 4),)
    assert [(v.name, v.offset >= 0) for v in f.locals] == [("local", True), ("inner", False)]
    assert (f.section, program.functions["g"].section) == ("PAGE", "INIT")
    assert [each.name for each in program.sections] == [".text", "PAGE", "INIT", ".rdata", ".data"]
    assert all(not each.rva & 0xFFF for each in program.sections)
    assert program.globals["name"].section == ".rdata" and program.globals["count"].static
    assert sorted(symbol for _, _, symbol, _ in program.relocations) == [".data", "f"]


@pytest.mark.parametrize("arch", ["x86", "x64"])
def test_shipped_headers(arch: str, tmp_path: Path) -> None:
    types = kernel_types(arch)
    assert types.constants["IRP_MJ_DEVICE_CONTROL"] == 14
    assert types.struct("_IRP").size == {"x86": 112, "x64": 208}[arch]
    source = tmp_path / "d.c"
    source.write_text(
        "#include <ntddk.h>\nDRIVER_INITIALIZE DriverEntry;\nDRIVER_UNLOAD Unload;\n"
        "VOID NTAPI Unload(PDRIVER_OBJECT d) { UNREFERENCED_PARAMETER(d); PAGED_CODE(); }\n"
        'NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING p)\n{ d->DriverUnload = Unload; KdPrint(("x")); '
        "return p->Length ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL; }\n"
    )
    program = compile_driver(
        "d", [source], Options(arch), {f"{n}.exports.h": "" for n in ("wdm", "ntddk", "ntifs")}, ""
    )
    assert set(program.functions) == {"Unload", "DriverEntry"}
    assert program.types["PIRP"] == types["PIRP"]
    assert not program.types.spec["tags"]
