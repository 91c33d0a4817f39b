"""What looks like a call but is none: variable arguments, exception information, `__debugbreak`, hints to a compiler.

Rule: further arguments of a variadic function lie right above its frame, each rounded up to whole pointers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pycparser import c_ast

from ntshell.compiler.body import IN_FILTER, Body
from ntshell.compiler.expression import lvalue, rvalue
from ntshell.compiler.flow import Label
from ntshell.compiler.lvalue import Where, converted, displaced, load, steady, store
from ntshell.compiler.operand import Operand, constant, proper, read
from ntshell.compiler.scope import wrong
from ntshell.ctype.basic import CHAR, INT, UINT, ULONG, ULONGLONG, VOID
from ntshell.ctype.types import Array, Pointer, Struct

Special = Callable[[Body, Any], Operand]


def find(name: str) -> Special | None:
    """What is done instead of calling `name`, if it is no function."""
    return _SPECIAL.get(name)


def _va_start(body: Body, node: Any) -> Operand:
    where = lvalue(body, node.args.exprs[0])
    store(body.flow, where, read(where.type, _further(body, node).code))
    return Operand(VOID, "0")


def _further(body: Body, node: Any) -> Operand:
    """The address of the first unnamed argument."""
    if body.routine is None or not body.routine.type.variadic:
        wrong("va_start in a function without further arguments", node)
    return read(Pointer(VOID, body.pointer_size), "(L[0] + @=frame@)")


def _va_end(body: Body, node: Any) -> Operand:
    return Operand(VOID, "0")


def _va_copy(body: Body, node: Any) -> Operand:
    where = lvalue(body, node.args.exprs[0])
    store(body.flow, where, converted(rvalue(body, node.args.exprs[1]), where.type))
    return Operand(VOID, "0")


def _va_arg(body: Body, node: Any) -> Operand:
    where = steady(lvalue(body, node.args.exprs[0]), body.temporary)
    ctype = body.unit.type_of(node.args.exprs[1])
    old = read(where.type, body.temporary(load(where, body.pointer_size).code))
    in_memory = isinstance(ctype, Struct) and ctype.size not in (1, 2, 4, 8)  # then the cell holds where a copy is
    cells = 1 if in_memory else -(-ctype.size // body.pointer_size)
    store(body.flow, where, proper(displaced(old, cells * body.pointer_size, CHAR)))
    address = read(Pointer(ctype, body.pointer_size), old.code)
    if in_memory:
        address = load(Where(address.type, address=address), body.pointer_size)
    return load(Where(ctype, address=address), body.pointer_size)


def _debug_break(body: Body, node: Any) -> Operand:
    flow = body.flow
    after = Label()
    flow.call('trap("breakpoint"', "", after)
    flow.place(after)
    return Operand(VOID, "0")


def _exception_code(body: Body, node: Any) -> Operand:
    if not body.codes:
        wrong("GetExceptionCode() may be asked in an __except's filter and block only", node)
    body.flow.step()
    code = f"L[{body.codes[-1]}]" if body.codes[-1] > 0 else "exception_code()"
    return Operand(ULONG, code, -1 << 31, (1 << 32) - 1)


def _exception_info(body: Body, node: Any) -> Operand:
    if not body.codes or body.codes[-1] != IN_FILTER:
        wrong("GetExceptionInformation() may be asked in an __except's filter only", node)
    body.flow.step()
    return read(Pointer(VOID, body.pointer_size), "exception_pointers()")


def _abnormal(body: Body, node: Any) -> Operand:
    if not body.terminations:
        wrong("AbnormalTermination() is asked outside a termination handler", node)
    return Operand(INT, f"(1 if L[{body.terminations[-1]}] != 1 else 0)", 0, 1)


def _offsetof(body: Body, node: Any) -> Operand:
    ctype = body.unit.type_of(node.args.exprs[0])
    total, here = 0, ctype
    for part in _path(node.args.exprs[1]):
        if isinstance(part, str) and isinstance(here, Struct):
            field = here.lookup(part)
            if field is None:
                wrong(f"{here} has no member called {part}", node)
            total, here = total + field.offset, field.type
        elif not isinstance(part, str) and isinstance(here, Array):
            total, here = total + body.unit.fold(part) * here.element.size, here.element
        else:
            wrong(f"offsetof does not understand this member of {ctype}", node)
    return constant(total, ULONGLONG if body.pointer_size == 8 else UINT)


def _path(node: Any) -> list[Any]:
    if isinstance(node, c_ast.ID):
        return [node.name]
    if isinstance(node, c_ast.StructRef):
        return [*_path(node.name), node.field.name]
    return [*_path(node.name), node.subscript]


def _nothing(body: Body, node: Any) -> Operand:
    return constant(0)


def _expect(body: Body, node: Any) -> Operand:
    return rvalue(body, node.args.exprs[0])


_SPECIAL: dict[str, Special] = {
    "__builtin_va_start": _va_start,
    "va_start": _va_start,
    "__va_start": _further,
    "__builtin_va_end": _va_end,
    "va_end": _va_end,
    "__builtin_va_copy": _va_copy,
    "va_copy": _va_copy,
    "__builtin_va_arg": _va_arg,
    "__debugbreak": _debug_break,
    "_exception_code": _exception_code,
    "__exception_code": _exception_code,
    "GetExceptionCode": _exception_code,
    "_exception_info": _exception_info,
    "__exception_info": _exception_info,
    "GetExceptionInformation": _exception_info,
    "_abnormal_termination": _abnormal,
    "__abnormal_termination": _abnormal,
    "AbnormalTermination": _abnormal,
    "offsetof": _offsetof,
    "__noop": _nothing,
    "__assume": _nothing,
    "_ReadWriteBarrier": _nothing,
    "_ReadBarrier": _nothing,
    "_WriteBarrier": _nothing,
    "__builtin_constant_p": _nothing,
    "__builtin_expect": _expect,
}
