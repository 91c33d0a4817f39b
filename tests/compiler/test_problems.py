"""What does not compile says where and what, several problems in one go; what is doubtful is a warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.compiler import CompileFailed, Options, compile_driver
from tests.compiler.harness import compiled_text

ERRORS = {
    "int main(void) { return nowhere; }": "nowhere is not declared",
    "int f(int a); int main(void) { return f(1, 2); }": "too many arguments to f: 2, not 1",
    "int main(void) { int x; x(3); return 0; }": "x is not a function",
    "struct s { int a; }; int main(void) { struct s v; return v.b; }": "struct s has no member called b",
    "int main(void) { struct s *p; return p->b; }": "the members of struct s are not known here",
    "int main(void) { int a = 1 return a; }": "syntax error before return",
    "int main(void) { goto out; }": "there is no label called out",
    "int main(void) { break; }": "break outside a loop or switch",
    "int a[-1];": "the size of an array is negative",
    "#include <nothing.h>": "there is no header called nothing.h",
    "#error stop here": "#error stop here",
    "int main(void) { __asm { mov eax, ebx } return 0; }": "inline assembly cannot be run here: write it in C",
    "int main(void) { switch (1) { case 1: case 1: ; } return 0; }": "case 1 stands twice in this switch",
    '_Static_assert(sizeof(int) == 8, "wide");': 'the assertion fails: "wide"',
    "int f(void) { return 1; } int f(void) { return 2; }": "f is defined twice",
    "int main(void) { 3 = 4; return 0; }": "this is not something that can be changed or pointed to",
    "int main(void) { double d = 1; return d % 2; }": "% does not apply to floating numbers",
    "int g = main; int x = g + 1;": "main is not declared",
}
WARNINGS = {
    "int main(void) { missing(1); return 0; }": "missing is not declared",
    "int main(void) { char *p = 5; return 0; }": "a int is the initial value of a char *",
    "int main(void) { }": "main must return a value",
    "int main(void) { int x; return x; }": "x is used but never given a value",
    "int main(void) { int a; short *p = &a; return *p; }": "a int * is the initial value of a short *",
    "int main(void) { return 1 / 0; }": "division by zero",
}


@pytest.mark.parametrize("text", sorted(ERRORS))
def test_error(text: str, tmp_path: Path) -> None:
    with pytest.raises(CompileFailed) as caught:
        compiled_text(tmp_path, "\n" + text + "\n")
    first = caught.value.problems[0]
    assert first.message == ERRORS[text]
    assert first.place is not None and (first.place.name, first.place.line, first.source) == ("test.c", 2, text)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("text", sorted(WARNINGS))
def test_warning(text: str, tmp_path: Path) -> None:
    warnings = compiled_text(tmp_path, text).warnings
    assert [(each.message, each.kind) for each in warnings] == [(WARNINGS[text], "warning")]


def test_several_in_one_go(tmp_path: Path) -> None:
    text = "int f(void) { return a; }\nint g(void) { b = 1; c = 2; }\nint h( { }\nint i(void) { return d; }\n"
    with pytest.raises(CompileFailed) as caught:
        compiled_text(tmp_path, text)
    lines = [each.place.line for each in caught.value.problems if each.place and each.kind == "error"]
    assert lines == [3]
    with pytest.raises(CompileFailed) as caught:
        compiled_text(tmp_path, text.replace("int h( { }", ""))
    assert [each.message[0] for each in caught.value.problems if each.kind == "error"] == ["a", "b", "c", "d"]


def test_undeclared_call_is_an_import(tmp_path: Path) -> None:
    program = compiled_text(tmp_path, "\n\nint main(void) { return missing(1); }")
    assert {name: place.line for name, place in program.imports.items()} == {"missing": 3}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "driver.c"
    path.write_bytes("// gr\u00fc\u00df\r\nint main(void)\r\n{\r\n    return '\u00e4' != 0;\r\n}\r\n".encode(encoding))
    program = compile_driver("driver", [path], Options(), {}, "")
    assert program.functions["main"].place == (0, 2)


def test_backslash_that_is_half_a_character(tmp_path: Path) -> None:
    path = tmp_path / "driver.c"
    path.write_bytes(b"int main(void)\n{\n    int x = 1; // \x95\\\n    x = 2;\n    return x;\n}\n")
    assert compile_driver("driver", [path], Options(), {}, "").functions["main"].steps == 3


def test_include_in_another_case(tmp_path: Path) -> None:
    (tmp_path / "Sub").mkdir()
    (tmp_path / "Sub" / "Head.h").write_text("#define VALUE 7\n")
    program = compiled_text(tmp_path, '#include "sub\\HEAD.H"\nint main(void) { return VALUE; }')
    assert program.types.constants["VALUE"] == 7
