"""Values: a C type at an address in simulated memory.

Rules: a scalar member (integer, float, pointer, enum, bit-field) reads as a Python number, an aggregate one as a Value;
members of anonymous structs and unions count as their parent's.  Stores go through the memory, which journals them; a
bit-field is read, changed and written back whole.  A path is `Tail.Overlay.ListEntry.Flink` or `MajorFunction[3]`.

NT's members are CamelCase, a Value's own names are lower case and win over a member of the same name (`v.size`, `v.type`);
such a member is read and stored as `v["size"]`.  `u` is free.
"""

from __future__ import annotations

import re
import struct as packing
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from ntshell.ctype.types import Array, CType, Enum, Floating, Integer, Pointer, Struct


class MemoryAccess(Protocol):
    """What a Value needs of memory; integers are little-endian and unsigned."""

    def load(self, address: int, size: int) -> int:
        """The integer at an address."""

    def store(self, address: int, size: int, value: int) -> None:
        """Put an integer; it is cut to `size` bytes."""

    def read(self, address: int, size: int) -> bytes:
        """Bytes."""

    def write(self, address: int, data: bytes) -> None:
        """Put bytes."""


Getter = Callable[[MemoryAccess, int], Any]
Setter = Callable[[MemoryAccess, int, Any], None]
Accessor = tuple[Getter, Setter, int, CType, int, int]  # read, write, offset, type, bit offset, bit width


class Value:
    """`type` at `address` in `memory`; a struct's Value is of a class of its own, with a property for each member."""

    __slots__ = ("address", "memory", "type")

    def __init__(self, type: CType, address: int, memory: MemoryAccess) -> None:
        self.type = type
        self.address = address
        self.memory = memory
        if isinstance(type, Struct):
            self.__class__ = type.view or _view(type)

    # --- members and elements ----------------------------------------------------------------------------------------
    def __getattr__(self, name: str) -> Any:
        return _accessor(self.type, name)[0](self.memory, self.address)

    if TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None: ...

    def __getitem__(self, key: int | str) -> Any:
        if isinstance(key, str):
            return _accessor(self.type, key)[0](self.memory, self.address)
        return self.element(key).get()

    def __setitem__(self, key: int | str, value: Any) -> None:
        if isinstance(key, str):
            _accessor(self.type, key)[1](self.memory, self.address, value)
        else:
            self.element(key).set(value)

    def __len__(self) -> int:
        if not isinstance(self.type, Array):
            raise TypeError(f"{self.type} is no array")
        return self.type.count

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return True

    def element(self, index: int) -> Value:
        """The element of an array, or of what a pointer points at; arrays of 0 or 1 are tails without a bound."""
        ctype = self.type
        if isinstance(ctype, Array):
            if index < 0 or (index >= ctype.count > 1):
                raise IndexError(f"{index} is outside {ctype}")
            return Value(ctype.element, self.address + index * ctype.element.size, self.memory)
        if isinstance(ctype, Pointer):
            return Value(ctype.target, self.get() + index * ctype.target.size, self.memory)
        raise TypeError(f"{ctype} has no elements")

    def at(self, path: str) -> int:
        """The address of a member; of a bit-field, its unit's."""
        return self.address + _accessor(self.type, path)[2]

    def member(self, path: str) -> Value:
        """A member with its type, scalars too."""
        _, _, offset, ctype, bit, width = _accessor(self.type, path)
        if width:
            return BitValue(ctype, self.address + offset, self.memory, bit, width)
        return Value(ctype, self.address + offset, self.memory)

    def deref(self, path: str = "") -> Value:
        """What a pointer member (or this pointer) points at."""
        if path:
            get, _, _, pointer, _, _ = _accessor(self.type, path)
            address = get(self.memory, self.address)
        else:
            pointer, address = self.type, self.get()
        if not isinstance(pointer, Pointer):
            raise TypeError(f"{path or 'this'} is no pointer but {pointer}")
        return Value(pointer.target, address, self.memory)

    # --- the whole ---------------------------------------------------------------------------------------------------
    @property
    def size(self) -> int:
        """Bytes."""
        return self.type.size

    def get(self) -> Any:
        """The number that is here; an aggregate is itself."""
        return _getter(self.type, 0)(self.memory, self.address)

    def set(self, value: Any) -> None:
        """Store a number; a pointer also takes a Value (its address), an aggregate a Value of its size or bytes."""
        _setter(self.type, 0)(self.memory, self.address, value)

    def raw(self) -> bytes:
        """The bytes that are here."""
        return self.memory.read(self.address, self.type.size)

    def clear(self) -> None:
        """Make every byte zero."""
        self.memory.write(self.address, bytes(self.type.size))

    def cast(self, ctype: CType) -> Value:
        """The same address seen as another type."""
        return Value(ctype, self.address, self.memory)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Value):
            return NotImplemented
        return self.address == other.address and self.memory is other.memory and self.type == other.type

    def __hash__(self) -> int:
        return hash(self.address)

    def __repr__(self) -> str:
        return f"<{self.type} at {self.address:#x}>"


_OWN = frozenset(dir(Value))


def _start(self: Value, type: CType, address: int, memory: MemoryAccess) -> None:
    self.type = type
    self.address = address
    self.memory = memory


def _view(struct: Struct) -> type[Value]:
    """The class of a struct's Values: reading a property is three times as quick as `__getattr__`."""
    if not struct.complete:
        return Value
    members: dict[str, Any] = {"__slots__": (), "__init__": _start, "__module__": __name__}
    for field in struct.flat():
        if field.name not in _OWN:
            members[field.name] = _property(_accessor(struct, field.name))
    struct.view = view = type(struct.tag, (Value,), members)
    return view


def _property(accessor: Accessor) -> property:
    get, set, _, _, _, _ = accessor
    return property(
        lambda value: get(value.memory, value.address), lambda value, new: set(value.memory, value.address, new)
    )


class BitValue(Value):
    """A bit-field: `address` is its unit's."""

    __slots__ = ("bit_offset", "bit_width")

    def __init__(self, type: CType, address: int, memory: MemoryAccess, bit_offset: int, bit_width: int) -> None:
        super().__init__(type, address, memory)
        self.bit_offset = bit_offset
        self.bit_width = bit_width

    def get(self) -> Any:
        """The field's number."""
        return _bit_getter(self.type, 0, self.bit_offset, self.bit_width)(self.memory, self.address)

    def set(self, value: Any) -> None:
        """Change these bits only."""
        _bit_setter(self.type, 0, self.bit_offset, self.bit_width)(self.memory, self.address, value)


def containing(struct: Struct, path: str, address: int, memory: MemoryAccess) -> Value:
    """The struct whose member `path` lies at `address` (CONTAINING_RECORD)."""
    return Value(struct, address - _accessor(struct, path)[2], memory)


def entries(head: Value, struct: Struct, path: str, limit: int = 65536) -> Iterator[Value]:
    """The structs on a LIST_ENTRY list, each linked by its member `path`; a broken list ends at `limit` or faults."""
    link = head.Flink
    while link != head.address and limit:
        here = containing(struct, path, link, head.memory)
        link = here.member(path).Flink
        limit -= 1
        yield here


# --- accessors, made once a struct and path --------------------------------------------------------------------------
def _accessor(ctype: CType, path: str) -> Accessor:
    if not isinstance(ctype, Struct):
        raise _no_member(ctype, path)
    table = ctype.accessors
    if table is None:
        if not ctype.complete:
            return _make(ctype, path)
        ctype.accessors = table = {}
    found: Accessor | None = table.get(path)
    if found is None:
        found = table[path] = _make(ctype, path)
    return found


def _no_member(ctype: CType, name: str) -> AttributeError:
    return AttributeError(f"{ctype} has no member {name}")


def _make(struct: Struct, path: str) -> Accessor:
    offset = bit = width = 0
    here: CType = struct
    for name in re.findall(r"\[\w+\]|[^.\[\]]+", path):
        if name[0] == "[" and isinstance(here, Array):
            here = here.element
            offset += int(name[1:-1], 0) * here.size
            continue
        field = here.lookup(name) if isinstance(here, Struct) else None
        if field is None:
            raise _no_member(here, name)
        offset, here, bit, width = offset + field.offset, field.type, field.bit_offset, field.bit_width
    if width:
        return (_bit_getter(here, offset, bit, width), _bit_setter(here, offset, bit, width), offset, here, bit, width)
    return (_getter(here, offset), _setter(here, offset), offset, here, 0, 0)


def _getter(ctype: CType, offset: int) -> Getter:
    if isinstance(ctype, Struct | Array):
        return lambda memory, address: Value(ctype, address + offset, memory)
    size = ctype.size
    if isinstance(ctype, Floating):
        code = "<f" if size == 4 else "<d"
        return lambda memory, address: packing.unpack(code, memory.read(address + offset, size))[0]
    if isinstance(ctype, Integer | Enum) and ctype.signed:
        sign = 1 << (size * 8 - 1)
        return lambda memory, address: (memory.load(address + offset, size) ^ sign) - sign
    if isinstance(ctype, Integer | Enum | Pointer):
        return lambda memory, address: memory.load(address + offset, size)
    raise TypeError(f"{ctype} has no value")


def _setter(ctype: CType, offset: int) -> Setter:
    if isinstance(ctype, Struct | Array):
        return lambda memory, address, value: memory.write(address + offset, _bytes_of(ctype, value))
    size = ctype.size
    if isinstance(ctype, Floating):
        code = "<f" if size == 4 else "<d"
        return lambda memory, address, value: memory.write(address + offset, packing.pack(code, value))
    mask = (1 << size * 8) - 1
    if isinstance(ctype, Pointer):
        return lambda memory, address, value: memory.store(
            address + offset, size, (value.address if isinstance(value, Value) else value) & mask
        )
    if isinstance(ctype, Integer) and ctype.name == "_Bool":
        return lambda memory, address, value: memory.store(address + offset, size, 1 if value else 0)
    if isinstance(ctype, Integer | Enum):
        return lambda memory, address, value: memory.store(address + offset, size, value & mask)
    raise TypeError(f"{ctype} takes no value")


def _bytes_of(ctype: CType, value: Any) -> bytes:
    data: bytes = value.raw() if isinstance(value, Value) else bytes(value)
    if len(data) > ctype.size or (isinstance(value, Value) and len(data) != ctype.size):
        raise ValueError(f"{len(data)} bytes do not make {ctype} of {ctype.size}")
    return data


def _bit_getter(ctype: CType, offset: int, bit: int, width: int) -> Getter:
    size, mask = ctype.size, (1 << width) - 1
    if isinstance(ctype, Integer | Enum) and ctype.signed:
        sign = 1 << (width - 1)
        return lambda memory, address: ((memory.load(address + offset, size) >> bit & mask) ^ sign) - sign
    return lambda memory, address: memory.load(address + offset, size) >> bit & mask


def _bit_setter(ctype: CType, offset: int, bit: int, width: int) -> Setter:
    size, mask = ctype.size, (1 << width) - 1
    keep = ((1 << size * 8) - 1) ^ (mask << bit)

    def change(memory: MemoryAccess, address: int, value: int) -> None:
        unit = memory.load(address + offset, size)
        memory.store(address + offset, size, unit & keep | (value & mask) << bit)

    return change
