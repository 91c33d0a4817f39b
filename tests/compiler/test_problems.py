"""What does not compile says where and what, several problems in one go; what is doubtful is a warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from ntshell.compiler import CompileFailed, Options, compile_driver
from tests.compiler.harness import Harness, compiled_text

ERRORS = {
    "int main(void) { return nowhere; }": "nowhere is not declared",
    "int f(int a); int main(void) { return f(); }": "too few arguments to f: 0, not 1",
    "int main(void) { int x; x(3); return 0; }": "x is not a function",
    "struct s { int a; }; int main(void) { struct s v; return v.b; }": "struct s has no member called b",
    "int main(void) { struct s *p; return p->b; }": "the members of struct s are not known here",
    "int main(void) { int a = 1 return a; }": "syntax error before return",
    "int main(void) { goto out; }": "there is no label called out",
    "int main(void) { break; }": "break outside a loop or switch",
    "int a[-1];": "the size of an array is negative",
    "#include <nothing.h>": "there is no header called nothing.h",
    "#error stop here": "#error stop here",
    '__asm__("nop");': "inline assembly cannot be run here: write it in C",
    "int main(void) { FOO x; return 0; }": "FOO is not a type that is known here",
    "FOO main(void) { return 0; }": "FOO is not a type that is known here",
    "int main(void) { switch (1) { case 1: case 1: ; } return 0; }": "case 1 stands twice in this switch",
    '_Static_assert(sizeof(int) == 8, "wide");': 'the assertion fails: "wide"',
    "int f(void) { return 1; } int f(void) { return 2; }": "f is defined twice",
    "int main(void) { 3 = 4; return 0; }": "this is not something that can be changed or pointed to",
    "int main(void) { double d = 1; return d % 2; }": "% does not apply to floating numbers",
    "int g = main; int x = g + 1;": "main is not declared",
    "const int c = 1; int main(void) { c = 2; return c; }": "c is const and cannot be changed",
    "int f(const int n) { return n++; }": "n is const and cannot be changed",
    "int f(const char *p) { *p = 1; return 0; }": "this is const and cannot be changed",
    "int f(const char p[4]) { p++; p[1] += 1; return 0; }": "this is const and cannot be changed",
    "struct s { int a[2]; }; void f(const struct s *p) { p->a[1] = 1; }": "this is const and cannot be changed",
    "struct s { int a; }; void f(struct s *const p) { p->a = 1; p = 0; }": "p is const and cannot be changed",
    "int f(int); double f(int a) { return a; }": "f was declared to return an int, not a double",
    "typedef int T; typedef char T;": "T was defined as an int, not as a char",
    "enum { A, A };": "A is already declared here",
    "struct s { int a; char a; };": "a is a member twice",
    "struct s { float f : 3; };": "a bit-field cannot be of type float",
    "struct s { int a : 0; };": "a bit-field of int cannot have 0 bits",
    "double f(double d) { return ~d; }": "~ does not apply to floating numbers",
    "static int f(int); int main(void) { return f(1); }": "f is static and defined nowhere",
    "#define P(a) #b": "# must stand before a parameter of P",
    "#define P(a, a) a": "a parameter of P stands twice",
    "#define P(a) a ##": "## must stand between two things in P",
    "int main(void) { /* never closed": "this comment does not end",
    'char *p = "never closed;': "this string does not end on its line",
    "int main(void) { int x = 0; x[0] = 1; return x; }": "an int cannot be indexed with an int",
    "int main(void) { __except (1) { } return 0; }": "__except without a __try",
    "int main(void) { return GetExceptionCode(); }": "GetExceptionCode() may be asked in an "
    "__except's filter and block only",
    "int main(void) { __try { } __except (1) { GetExceptionInformation(); } return 0; }": "GetExceptionInformation() may be "
    "asked in an __except's filter only",
    "int f(int); int main(void) { int n = 1, m = 2; return f(n m); }": "syntax error before m",
    "int main(void) { int x = 3; whlie (x) x--; return 0; }": "syntax error before x",
    "#if defined": "defined needs a name",
    "#undef": "#undef needs a name",
    "__declspec(align(4 + 4)) int x;": "an alignment is a number here, not 4+4",
    "typedef long N; typedef unsigned long N;": "N was defined as a long, not as an unsigned long",
    "#line none": "#line takes a number, and perhaps a file's name",
    f"int x = {'(' * 4000}1{')' * 4000};": "this is nested too deeply",
}
WARNINGS = {
    "int f(int a) { return a; } int main(void) { return f(1, 2); }": "too many arguments to f: 2, not 1",
    "int main(void) { missing(1); return 0; }": "missing is not declared",
    "void (**p)(int); int main(void) { int x = p; return x; }": "a void (**)(int) is the initial value of an int",
    "static a, b, c, d, e; int main(void) { return a; }": "a has no type, int is taken",
    '__pragma(push_macro("X")) int main(void) { return 0; }': 'write #pragma push_macro("X") on a line of its own: here '
    "it does nothing",
    "int main(void) { switch (1) { defualt: return 2; } return 1; }": "nothing goes to the label defualt",
    "int main(void) { int x = 1; x == 4; return x; }": "the value of this == is not used, is = meant?",
    '#pragma alloc_text("PAGE", mian)': "no function called mian is declared above",
    "#pragma pack(push 1)": "this #pragma is not understood: pack([push | pop,] [name,] [1 | 2 | 4 | 8 | 16])",
    "#pragma pack(3)": "this #pragma is not understood: pack([push | pop,] [name,] [1 | 2 | 4 | 8 | 16])",
    "int main(void) { char *p = 5; return 0; }": "an int is the initial value of a char *",
    "int main(void) { }": "main must return a value",
    "int main(void) { int x; return x; }": "x is used but never given a value",
    "int main(void) { int a; short *p = &a; return *p; }": "an int * is the initial value of a short *",
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


def test_what_a_constant_leads_to_may_be_changed(tmp_path: Path) -> None:
    text = """struct s { int a; int *p; };
    int f(const struct s *p, const int **q, struct s *const r, char *const t[2])
    {
        struct s copy = *p;
        const struct s *other = p;
        other = &copy, copy.a = 1, *p->p = 2, *q = 0, r->a = 3, *t[1] = 4;
        ((struct s *)p)->a = 5;
        return other->a;
    }
    """
    assert compiled_text(tmp_path, text).warnings == ()


def test_a_call_of_a_macro_that_does_not_end_spoils_nothing_else(tmp_path: Path) -> None:
    text = "#define LOG(x) take x\n#define TYPE int\nTYPE f(TYPE a)\n{\n    LOG((1);\n    return a;\n}\n"
    with pytest.raises(CompileFailed) as caught:
        compiled_text(tmp_path, text)
    told = [(each.place.line, each.message) for each in caught.value.problems if each.place]
    assert told == [(5, "the arguments of LOG do not end")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("int f(int a) {\n if (a) {\n return 1;\n}\nint g(void) { return 1; }\n", (5, "is a } missing above?")),
        ("int f(int a)\n if (a) return 1;\n return 2;\n}\nint g(void) { return 1; }\n", (2, "is a { missing?")),
        ("typedef struct { int a int b; } S, *PS;\nint f(PS p, S s) { return 1; }\n", (1, "syntax error before int")),
    ],
)
def test_a_brace_or_semicolon_that_is_missing_is_one_line(text: str, told: tuple[int, str], tmp_path: Path) -> None:
    with pytest.raises(CompileFailed) as caught:
        compiled_text(tmp_path, text)
    (problem,) = caught.value.problems
    assert problem.place is not None and problem.place.line == told[0] and told[1] in problem.message


@pytest.mark.parametrize("wrong", ["nowhere", "v.nothing", "f()", "f(1, 2, 3) + nowhere"])
@pytest.mark.parametrize(
    "form",
    [
        "if (f(1) && {}) f(2);",
        "f(1) ? {} : f(2);",
        "f(1) ? f(2) : {};",
        "while (f(1) || {}) f(2);",
        "for (; f(1) && {}; ) f(2);",
        "do {{ f(1); }} while (f(1) && {});",
        "return f(f(1) && {});",
        "switch (f(1) || {}) {{ case 1: f(2); }}",
        "__try {{ f(1); }} __except ({}) {{ f(2); }}",
        "__try {{ f(f(1) && {}); }} __finally {{ f(2); }}",
        "again: if (f(1) || {}) goto again;",
    ],
)
def test_an_error_amid_branches_is_told(form: str, wrong: str, tmp_path: Path) -> None:
    head = "struct s { int a; } v; int f(int x) { return x; }\nint g(void)\n{\n"
    text = f"{head}    {form.format(wrong)}\n    return 0;\n}}\n"
    with pytest.raises(CompileFailed) as caught:
        compiled_text(tmp_path, text)
    assert {each.place.line for each in caught.value.problems if each.place and each.kind == "error"} == {4}


def test_several_in_one_go(tmp_path: Path) -> None:
    text = "int f(void) { return a; }\nint g(void) { b = 1; c = 2; }\nint h( { }\nint i(void) { return d; }\n"
    with pytest.raises(CompileFailed) as caught:
        compiled_text(tmp_path, text)
    lines = [each.place.line for each in caught.value.problems if each.place and each.kind == "error"]
    assert lines == [3]
    with pytest.raises(CompileFailed) as caught:
        compiled_text(tmp_path, text.replace("int h( { }", ""))
    assert [each.message[0] for each in caught.value.problems if each.kind == "error"] == ["a", "b", "c", "d"]


def test_syntax_errors_do_not_hide_each_other(tmp_path: Path) -> None:
    """The parser goes on at the next declaration at file scope, whatever the one before was."""
    text = """int f(void) { int a = 1 return a; }
    int g(void) { if (x { return 2; } return 1; }
    typedef struct { int a int b; } S;
    int h(void) { for (;;) { } } }
    int fine(void) { return 1; }
    int last(void) { return = 1; }
    """
    with pytest.raises(CompileFailed) as caught:
        compiled_text(tmp_path, text)
    assert [each.place.line for each in caught.value.problems if each.place] == [1, 2, 3, 4, 6]


UNKNOWN = """struct a {
    int first;
    UINT second;          /*! UINT is not a type that is known here */
    UINT third;
};
struct b
{
    BYTE first;           /*! BYTE is not a type that is known here */
};
struct a *f(int a,
            FILE *g);     /*! FILE is not a type that is known here */
typedef struct {
    int x;
    NODE (*fn)(int);      /*! NODE is not a type that is known here */
} d;
int g(d *p)
{
    int a;
    THING t;              /*! THING is not a type that is known here */
    THING *u = &t;
    a = (OTHER)a;         /*! OTHER is not a type that is known here */
    return sizeof(WHAT *) /*! WHAT is not a type that is known here */
        + p->x;
}
EXT int k;                /*! EXT is not known here */
int DDKAPI h(d *p);       /*! DDKAPI is not known here */
int (NT *i)(int);         /*! NT is not known here */
int j(IN int x)           /*! IN is not known here */
{
    return x = 1 x;       /*! syntax error before x */
}
extern LOCAL_T z;         /*! LOCAL_T is not a type that is known here */
int last(PVOID, UINT);    /*! PVOID is not a type that is known here */
"""


def test_a_name_that_is_not_known_is_told_once_and_brings_no_other_complaint(tmp_path: Path) -> None:
    with pytest.raises(CompileFailed) as caught:
        compiled_text(tmp_path, UNKNOWN)
    said = [(each.place.line, each.message) for each in caught.value.problems if each.place]
    wanted = [
        (n, line.split("/*! ")[1].removesuffix(" */")) for n, line in enumerate(UNKNOWN.split("\n"), 1) if "/*!" in line
    ]
    assert said == wanted


@pytest.mark.parametrize(
    "assembly",
    [
        "__asm { mov eax, 1 }",
        "__asm mov eax, 1\n",
        "__asm push eax __asm pop eax\n",
        '__asm__ __volatile__ ("inb %%dx, %0" : "=a"(x) : "d"(1));',
        'if (x) __asm__("cli"); else x = 1;',
        "int y; __asm { mov y, eax } x = y;",
    ],
)
def test_inline_assembly_stops_the_driver_and_nothing_else(assembly: str, tmp_path: Path) -> None:
    program = compiled_text(tmp_path, f"int f(int x) {{\n {assembly} return x; }}\nint g(void) {{ return 1; }}\n")
    assert {name: place.line for name, place in program.imports.items()} == {"__asm": 2}
    message = "inline assembly cannot be run here: write it in C; the driver stops there"
    assert {(each.message, each.kind) for each in program.warnings} == {(message, "warning")}
    assert Harness(program).run("g") == 1


def test_a_constant_of_a_header_is_placed_if_it_is_used(tmp_path: Path) -> None:
    """DEFINE_GUID after <initguid.h> defines in every unit that asks; the units share one."""
    first = tmp_path / "first.c"
    first.write_text(
        "#include <initguid.h>\n#include <ntddstor.h>\n"
        "DEFINE_GUID(OWN, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);\nconst GUID *Table[] = {&GUID_DEVINTERFACE_DISK};\n"
        "unsigned long second(void);\nunsigned long main(void) { return Table[0]->Data1 + second(); }\n"
    )
    second = tmp_path / "second.c"
    second.write_text(
        "#include <initguid.h>\n#include <ntddstor.h>\nDEFINE_GUID(OWN, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);\n"
        "unsigned long second(void) { return OWN.Data1 - GUID_DEVINTERFACE_DISK.Data1; }\n"
    )
    program = compile_driver("driver", [first, second], Options(), {}, "")
    assert Harness(program).run("main") == 7
    assert "GUID_DEVINTERFACE_TAPE" not in program.globals


def test_units_share_what_a_header_declares(tmp_path: Path) -> None:
    """A variable of a struct type, an inline function: each unit reads the header anew."""
    (tmp_path / "own.h").write_text(
        "typedef struct { int a; } PAIR;\nextern PAIR Pair;\nint second(void);\n"
        "__inline int twice(int n) { return 2 * n; }\n"
    )
    first, other = tmp_path / "first.c", tmp_path / "second.c"
    first.write_text('#include "own.h"\nPAIR Pair = {3};\nint main(void) { return twice(Pair.a) + second(); }\n')
    other.write_text('#include "own.h"\nint second(void) { return twice(Pair.a * 10); }\n')
    assert Harness(compile_driver("driver", [other, first], Options(), {}, "")).run("main") == 66
    assert Harness(compile_driver("driver", [first, other], Options(), {}, "")).run("main") == 66


@pytest.mark.parametrize("arch", ["x86", "x64"])
def test_a_cast_as_an_lvalue(tmp_path: Path, arch: str) -> None:
    """Microsoft's C takes it when the object is not lengthened: what lies beyond the shorter type stays."""
    text = (
        "struct s { void *p; int b : 4; } v = {(void *)0x12345678};\n"
        "int main(void) { unsigned long n = 0xABCD; (unsigned char)n |= 0x32; (short)v.p += 1; ((char *)v.p)++;\n"
        "return n == 0xABFF && v.p == (void *)0x1234567A; }"
    )
    program = compiled_text(tmp_path, text, arch)
    assert Harness(program).run("main") == 1
    assert program.warnings == ()
    for target in ("(long long)n", "(char)v.b"):
        with pytest.raises(CompileFailed, match="not something that can be changed"):
            compiled_text(tmp_path, text.replace("(unsigned char)n", target), arch)


def test_a_kit_header_under_ddk(tmp_path: Path) -> None:
    program = compiled_text(tmp_path, "#include <ddk/ntddstor.h>\nint main(void) { return IOCTL_STORAGE_BASE; }")
    assert Harness(program).run("main") == 0x2D


MESSAGES = """; // made of messages
MessageIdTypedef=NTSTATUS
SeverityNames=(Fine=0x0:SEVERITY_FINE
               Bad=0x3:SEVERITY_BAD
              )
FacilityNames=(Card=0x7:FACILITY_CARD)
LanguageNames=(English=0x409:MSG00001)
MessageId=0x0010 Facility=Card Severity=Bad SymbolicName=CARD_BROKEN
Language=English
#error this = a text, (not closed
.
MessageId= Severity=Bad SymbolicName=CARD_LOST
Language=English
Lost.
.
MessageId=+5 Severity=Fine SymbolicName=CARD_FOUND
Language=English
Found.
.
;#define LAST 1
"""


def test_a_header_is_made_of_its_message_file(tmp_path: Path) -> None:
    (tmp_path / "CardLog.mc").write_text(MESSAGES.replace("\n", "\r\n"))
    program = compiled_text(
        tmp_path,
        '#include <ntdef.h>\n#include "cardlog.h"\nint main(void) { return CARD_BROKEN < 0; }',
    )
    found = program.types.constants
    values = [found[name] & 0xFFFFFFFF for name in ("CARD_BROKEN", "CARD_LOST", "CARD_FOUND", "FACILITY_CARD", "LAST")]
    assert values == [0xC0070010, 0xC0070011, 0x00070016, 7, 1]
    assert "MSG00001" not in found
    assert Harness(program).run("main") == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("MessageId=zork SymbolicName=A", "#error zork is no number of a message"),
        ("MessageId=1 Severity=Eror SymbolicName=A", "#error there is no severity called Eror"),
        ("MessageId=1 Facility=Nosuch SymbolicName=A", "#error there is no facility called Nosuch"),
    ],
)
def test_a_mistake_in_a_message_file_is_told_at_its_line(line: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "log.mc").write_text(f"; // of a card\n{line}\nLanguage=English\nText.\n.\n")
    with pytest.raises(CompileFailed) as caught:
        compiled_text(tmp_path, '#include "log.h"\nint main(void) { return 0; }')
    first = caught.value.problems[0]
    assert first.place is not None and (first.place.name, first.place.line, first.message) == ("log.mc", 2, message)


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
