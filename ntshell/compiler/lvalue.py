"""Objects that an expression may name: a slot, memory, or bits of memory; reading and writing them.

Rules: an address is masked to the target's width only if it may leave it, but for the displacement of a member: `ld` and
`st` may be given an address up to 64 KB beyond the top.  Arrays read as the address of their first element, a struct as
its address.  A slot's store is journaled here, memory's by memory itself.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from ntshell.compiler.flow import Flow
from ntshell.compiler.operand import Operand, Symbol, cast, is_integral, limits, proper, read, signed
from ntshell.compiler.scope import wrong
from ntshell.ctype.basic import BOOL
from ntshell.ctype.types import Array, CType, Field, Floating, Function, Pointer, Struct, Void

_SLACK = 0x10000


@attrs.define(slots=True)
class Where:
    """An object: in `slot`, or at `address`; `bits` is (offset, width) of a bit-field, `const` whether C lets it be changed."""

    type: CType
    slot: int = -1
    address: Operand | None = None
    bits: tuple[int, int] | None = None
    const: bool = False


def address_code(op: Operand) -> str:
    """The code of an address to be read or written."""
    top = (1 << op.type.size * 8) - 1
    if op.lo >= 0 and op.hi <= top + _SLACK:
        return op.code
    return proper(op).code


def displaced(op: Operand, offset: int, target: CType) -> Operand:
    """The address `offset` bytes further, as a pointer to `target`."""
    ctype = Pointer(target, op.type.size, isinstance(op.type, Pointer) and op.type.const)
    if offset >> (8 * ctype.size - 1) > 0:
        offset -= 1 << 8 * ctype.size  # what an unsigned type makes of a step back
    if op.symbol is not None and not op.symbol.function:
        return symbol(Symbol(op.symbol.name, op.symbol.addend + offset), ctype)
    if not offset:
        return attrs.evolve(op, type=ctype, routine="", text=False)
    base = op.base or op.code
    displacement = offset + (op.displacement if op.base else 0)
    known = op.const
    if known is not None:
        return Operand(ctype, str(known + offset), known + offset, known + offset)
    lo, hi = op.lo + offset, op.hi + offset
    if base in ("L[0]", "B"):
        lo, hi = limits(ctype)
    sign = "-" if displacement < 0 else "+"
    code = f"({base} {sign} {abs(displacement)})" if displacement else base
    return Operand(ctype, code, lo, hi, base=base, displacement=displacement)


def symbol(name: Symbol, ctype: CType) -> Operand:
    """The address of something in the image, or of a function anywhere."""
    if name.function:
        return attrs.evolve(read(ctype, f'F("{name.name}")'), symbol=name, routine=name.name)
    code = f"(B + (@{name.name}@ + {name.addend}))" if name.addend else f"(B + @{name.name}@)"
    return attrs.evolve(read(ctype, code), symbol=name)


def frame(offset: int, target: CType, pointer_size: int) -> Operand:
    """The address of a local in the frame."""
    base = read(Pointer(target, pointer_size), "L[0]")
    return displaced(base, offset, target)


def load(where: Where, pointer_size: int) -> Operand:
    """The value of an object."""
    ctype = where.type
    if where.slot >= 0:
        return read(ctype, f"L[{where.slot}]")
    assert where.address is not None
    if isinstance(ctype, Array):
        pointer = Pointer(ctype.element, pointer_size, where.const)
        return attrs.evolve(displaced(where.address, 0, ctype.element), type=pointer)
    if isinstance(ctype, Function):
        return attrs.evolve(where.address, type=Pointer(ctype, pointer_size))
    code = address_code(where.address)
    if isinstance(ctype, Struct):
        return Operand(ctype, code, symbol=where.address.symbol)
    if isinstance(ctype, Void):
        return Operand(ctype, "0")
    if where.bits is not None:
        return _load_bits(code, ctype, *where.bits)
    return read(ctype, f"{_loader(ctype)}({code})")


def _loader(ctype: CType) -> str:
    if isinstance(ctype, Floating):
        return f"ldf{ctype.size}"
    return f"lds{ctype.size}" if signed(ctype) else f"ld{ctype.size}"


def _load_bits(address: str, ctype: CType, offset: int, width: int) -> Operand:
    mask = (1 << width) - 1
    code = f"ld{ctype.size}({address})"
    code = f"({code} >> {offset} & {mask})" if offset else f"({code} & {mask})"
    if signed(ctype):
        half = 1 << width - 1
        return Operand(ctype, f"(({code} ^ {half}) - {half})", -half, half - 1, width=width)
    return Operand(ctype, code, 0, mask, width=width)


def store(flow: Flow, where: Where, op: Operand) -> None:
    """Write a value, already of the object's type, into the object."""
    ctype = where.type
    if isinstance(ctype, Struct):
        assert where.address is not None
        flow.line(f"copy({address_code(where.address)}, {op.code}, {ctype.size})")
        return
    if where.slot >= 0:
        flow.set_slot(where.slot, proper(op).code)
        return
    assert where.address is not None
    address = address_code(where.address)
    if where.bits is not None:
        _store_bits(flow, address, ctype, where.bits, op)
    elif isinstance(ctype, Floating):
        flow.line(f"stf{ctype.size}({address}, {op.code})")
    else:
        op = op if ctype != BOOL else proper(op)
        flow.line(f"st{ctype.size}({address}, {op.code})")


def _store_bits(flow: Flow, address: str, ctype: CType, bits: tuple[int, int], op: Operand) -> None:
    offset, width = bits
    mask = (1 << width) - 1
    keep = ((1 << ctype.size * 8) - 1) & ~(mask << offset)
    value = f"({op.code} & {mask})" if op.const is None else str(op.const & mask)
    if offset:
        value = f"{value} << {offset}"
    size = ctype.size
    if not keep:
        flow.line(f"st{size}({address}, {value})")
        return
    if not address.isidentifier():
        address = flow.local(address)
    flow.line(f"st{size}({address}, ld{size}({address}) & {keep} | {value})")


def steady(where: Where, keep: Callable[[str], str]) -> Where:
    """The object with an address that may be used twice: what is not plain goes to a temporary, which `keep` makes."""
    address = where.address
    if where.slot >= 0 or address is None or address.symbol is not None or address.code.isidentifier():
        return where
    if address.base == "L[0]" or address.const is not None:
        return where
    return attrs.evolve(where, address=read(address.type, keep(address_code(address))))


def member(where: Where, field: Field) -> Where:
    """A member of a struct in memory."""
    assert where.address is not None
    address = displaced(where.address, field.offset, field.type)
    bits = (field.bit_offset, field.bit_width) if field.bit_width else None
    return Where(field.type, address=address, bits=bits, const=where.const)


def converted(op: Operand, ctype: CType) -> Operand:
    """The value as an object of the type would hold it."""
    return proper(cast(op, ctype)) if is_integral(ctype) else cast(op, ctype)


def require_complete(ctype: CType, node: object) -> None:
    """Complain about a struct whose members are not known."""
    if isinstance(ctype, Struct) and not ctype.complete:
        wrong(f"the members of {ctype} are not known here", node)
