"""A few of NT's structs, made by hand for the tests of C types."""

from __future__ import annotations

from ntshell.ctype.basic import CHAR, LONG, LONGLONG, SHORT, UCHAR, ULONG, USHORT, VOID, WCHAR
from ntshell.ctype.layout import Member, lay_out
from ntshell.ctype.table import TypeTable, encode
from ntshell.ctype.types import Array, CType, Enum, Function, Pointer, Struct, unnamed


def kernel(pointer_size: int = 4) -> TypeTable:
    """A table of them, read back from its spec."""

    def to(target: CType) -> Pointer:
        return Pointer(target, pointer_size)

    link = Struct("_LIST_ENTRY")
    lay_out(link, [Member("Flink", to(link)), Member("Blink", to(link))])
    string = lay_out(
        Struct("_UNICODE_STRING"),
        [Member("Length", USHORT), Member("MaximumLength", USHORT), Member("Buffer", to(WCHAR))],
    )
    halves = [Member("LowPart", ULONG), Member("HighPart", LONG)]
    large = lay_out(
        Struct("_LARGE_INTEGER", is_union=True),
        [
            Member(None, lay_out(Struct(unnamed(1)), halves)),
            Member("u", lay_out(Struct(unnamed(2)), halves)),
            Member("QuadPart", LONGLONG),
        ],
    )
    kind = Enum("_INTERFACE_TYPE", (("Internal", 0), ("Isa", 1), ("Undefined", -1)))
    driver, device = Struct("_DRIVER_OBJECT"), Struct("_DEVICE_OBJECT")
    routine = to(Function(LONG, (to(device), to(VOID))))
    members = [
        Member("Type", SHORT),
        Member("Size", USHORT),
        Member("DeviceObject", to(device)),
        Member("Flags", ULONG),
        Member("DriverStart", to(VOID)),
        Member("DriverName", string),
        Member("DriverUnload", to(Function(VOID, (to(driver),)))),
        Member("MajorFunction", Array(routine, 28)),
    ]
    lay_out(driver, members)
    members = [
        Member("DriverObject", to(driver)),
        Member("StackSize", CHAR),
        Member("Letter", UCHAR),
        Member("Bus", kind),
        Member("Queue", link),
        Member("Due", large),
        Member("Busy", ULONG, 1),
        Member("Mode", LONG, 3),
        Member("Text", to(CHAR)),
        Member("Name", Array(WCHAR, 8)),
        Member("Next", to(to(device))),
    ]
    lay_out(device, members)
    typedefs: dict[str, CType] = {"DRIVER_OBJECT": driver, "PDRIVER_OBJECT": to(driver), "PDEVICE_OBJECT": to(device)}
    typedefs |= {"ULONG": ULONG, "INTERFACE_TYPE": kind, "LARGE_INTEGER": large, "PDRIVER_DISPATCH": routine}
    return TypeTable(encode(typedefs, {"_DRIVER_OBJECT": driver}, {"IRP_MJ_READ": 3}), pointer_size)
