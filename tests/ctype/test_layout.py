"""Layouts agree with a compiler for the same targets, bit for bit, and with Microsoft's rules where that one differs."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from ntshell.ctype.basic import CHAR, INT, LONG, LONGLONG, SHORT, UCHAR, UINT, ULONG, ULONGLONG, USHORT, VOID
from ntshell.ctype.layout import Member, lay_out, offset_of
from ntshell.ctype.types import Array, CType, Integer, Pointer, Struct

UNSIGNED = (UCHAR, USHORT, UINT, ULONGLONG)
TARGETS = {"i686-w64-mingw32": 4, "x86_64-w64-mingw32": 8}


def make_structs(count: int, pointer_size: int, packed: bool) -> list[tuple[Struct, list[Member], int, int]]:
    """Structs and unions of every kind of member, the same ones every time.

    Packed ones or aligned ones: gcc lets a pack value lower an alignment that was asked for, Microsoft's does not.
    """
    dice = random.Random(1996)
    made: list[tuple[Struct, list[Member], int, int]] = []
    for number in range(count):
        struct = Struct(f"S{number}", is_union=dice.random() < 0.15)
        members: list[Member] = []
        for at in range(dice.randint(1, 8)):
            members.append(make_member(dice, f"f{at}", struct.is_union, made, pointer_size, packed))
        pack = dice.choice((0, 0, 0, 1, 2, 4, 8)) if packed else 0
        align = 0 if packed else dice.choice((0, 0, 0, 4, 16))
        made.append((lay_out(struct, members, pack, align), members, pack, align))
    return made


def make_member(
    dice: random.Random,
    name: str,
    in_union: bool,
    made: list[tuple[Struct, list[Member], int, int]],
    pointer_size: int,
    packed: bool,
) -> Member:
    kind = dice.random()
    basic: Integer = dice.choice(UNSIGNED)
    if kind < 0.4 and not in_union:
        width = dice.randint(0, basic.size * 8)
        return Member(name if width else None, basic, width)
    if kind < 0.5:
        return Member(name, Pointer(VOID, pointer_size))
    if kind < 0.6:
        return Member(name, Array(basic, dice.randint(1, 5)))
    if kind < 0.75 and made:
        return Member(name, dice.choice(made)[0])
    return Member(name, basic, align=0 if packed else dice.choice((0, 0, 0, 8)))


def declare(struct: Struct, members: list[Member], pack: int, align: int) -> str:
    """The struct in C."""
    lines = [f"#pragma pack(push, {pack})" if pack else "#pragma pack(push)"]
    lines.append(f"{'union' if struct.is_union else 'struct'} {aligned(align)} {struct.tag} {{")
    lines += [f"  {declare_member(each)};" for each in members]
    return "\n".join([*lines, "};", "#pragma pack(pop)"])


def aligned(align: int) -> str:
    return f"__attribute__((aligned({align})))" if align else ""


def declare_member(member: Member) -> str:
    ctype, tail = member.type, ""
    if isinstance(ctype, Array):
        ctype, tail = ctype.element, f"[{ctype.count}]"
    if member.width is not None:
        tail = f" : {member.width}"
    return f"{aligned(member.align)} {ctype} {member.name or ''}{tail}"


def compiled(source: str, compiler: str, folder: Path) -> bytes:
    """The bytes of `.rdata` that a C source gives."""
    (folder / "a.c").write_text(source)
    subprocess.run([f"{compiler}-gcc", "-mms-bitfields", "-c", "-w", "a.c"], cwd=folder, check=True)
    copy = [f"{compiler}-objcopy", "-O", "binary", "-j", ".facts", "a.o", "a.bin"]
    subprocess.run(copy, cwd=folder, check=True)
    return (folder / "a.bin").read_bytes()


@pytest.mark.parametrize("packed", [False, True], ids=["aligned", "packed"])
@pytest.mark.parametrize("compiler", TARGETS)
def test_sizes_and_offsets_are_the_compilers(compiler: str, packed: bool, tmp_path: Path) -> None:
    if not shutil.which(f"{compiler}-gcc"):
        pytest.skip(f"{compiler}-gcc is not installed")
    structs = make_structs(150, TARGETS[compiler], packed)
    source = [declare(*each) for each in structs]
    facts, expected = [], []
    for struct, _, _, _ in structs:
        facts += [f"sizeof({struct})", f"_Alignof({struct})"]
        expected += [struct.size, struct.align]
        for field in struct.fields:
            if not field.bit_width:
                facts.append(f"__builtin_offsetof({struct}, {field.name})")
                expected.append(field.offset)
    source.append(f'__attribute__((section(".facts"))) const unsigned facts[] = {{ {", ".join(facts)} }};')
    data = compiled("\n".join(source), compiler, tmp_path)
    found = [int.from_bytes(data[at * 4 : at * 4 + 4], "little") for at in range(len(expected))]
    wrong = [(fact, theirs, ours) for fact, theirs, ours in zip(facts, found, expected, strict=True) if theirs != ours]
    assert not wrong


@pytest.mark.parametrize("compiler", TARGETS)
def test_bit_fields_lie_where_the_compiler_puts_them(compiler: str, tmp_path: Path) -> None:
    if not shutil.which(f"{compiler}-gcc"):
        pytest.skip(f"{compiler}-gcc is not installed")
    source, expected = [], b""
    for struct, members, pack, align in make_structs(150, TARGETS[compiler], packed=True):
        source.append(declare(struct, members, pack, align))
        for field in struct.fields:
            if field.bit_width:
                ones = (1 << field.bit_width) - 1
                name = f"{struct.tag}{field.name}"
                source.append(f"const struct {{ {struct} here; }} __attribute__((packed)) {name}")
                source.append(
                    f'  __attribute__((section(".facts"), aligned(1))) = {{ {{ .{field.name} = {ones}ull }} }};'
                )
                unit = (ones << field.bit_offset).to_bytes(field.type.size, "little")
                expected += (bytes(field.offset) + unit).ljust(struct.size, b"\0")
    assert compiled("\n".join(source), compiler, tmp_path)[: len(expected)] == expected


def test_a_bit_field_of_another_size_begins_a_new_unit() -> None:
    struct = lay_out(Struct("_S"), [Member("a", ULONG, 3), Member("b", UCHAR, 3), Member("c", ULONG, 3)])
    assert [field.offset for field in struct.fields] == [0, 4, 8]
    struct = lay_out(Struct("_S"), [Member("a", ULONG, 3), Member("b", INT, 3), Member("c", LONG, 27)])
    assert [(field.offset, field.bit_offset) for field in struct.fields] == [(0, 0), (0, 3), (4, 0)]


def test_a_bit_field_does_not_align_its_union() -> None:
    assert lay_out(Struct("_U", is_union=True), [Member("a", ULONG, 3), Member("b", UCHAR)]).align == 1


def test_a_tail_takes_no_room_but_aligns() -> None:
    struct = lay_out(Struct("_S"), [Member("a", UCHAR), Member("tail", Array(LONGLONG, 0))])
    assert (struct.size, struct.align, struct.fields[1].offset) == (8, 8, 8)


def test_packing_does_not_lower_what_declspec_demands() -> None:
    inner = lay_out(Struct("_I"), [Member("a", UCHAR)], align=16)
    struct = lay_out(Struct("_S"), [Member("a", UCHAR), Member("b", inner), Member("c", SHORT)], pack=1)
    assert (struct.fields[1].offset, struct.fields[2].offset, struct.size) == (16, 32, 48)


def test_members_of_anonymous_ones_are_their_parents() -> None:
    inner = lay_out(Struct("<unnamed-1>"), [Member("x", CHAR), Member("y", LONG)])
    outer = lay_out(Struct("<unnamed-2>", is_union=True), [Member(None, inner), Member("z", USHORT)])
    types: list[CType] = [outer, inner]
    struct = lay_out(Struct("_S"), [Member("a", ULONG), Member("", types[0])])
    assert [(field.name, field.offset) for field in struct.flat()] == [("a", 0), ("x", 4), ("y", 8), ("z", 4)]
    assert offset_of(struct, "y") == 8
    with pytest.raises(KeyError):
        offset_of(struct, "nothing")
