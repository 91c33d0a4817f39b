"""The drivers that are measured."""

HEAD = "#include <ntddk.h>\n"
ENTRY = "NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)\n{\n"
UNLOAD = "static VOID NTAPI BenchUnload(PDRIVER_OBJECT DriverObject)\n{\n}\n\n"

TEN_LINES = (
    HEAD
    + UNLOAD
    + ENTRY
    + """\
    DriverObject->DriverUnload = BenchUnload;
    return STATUS_SUCCESS;
}
"""
)


def loop(count: int) -> str:
    """The loop that is set against Python's own; every statement is a place to stop."""
    return (
        HEAD
        + UNLOAD
        + "ULONG Sum;\n\n"
        + ENTRY
        + f"""\
    ULONG i = 0;
    ULONG s = 0;
    ULONG n = {count};

    while (i < n) {{
        s += i * 3;
        i++;
    }}
    Sum = s;
    DriverObject->DriverUnload = BenchUnload;
    return STATUS_SUCCESS;
}}
"""
    )


def calls(count: int) -> str:
    """Three calls of the kernel a round: into the HAL, the executive and the run-time library."""
    return (
        HEAD
        + UNLOAD
        + ENTRY
        + f"""\
    ULONG i;
    KEVENT Event;
    UNICODE_STRING Name;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    for (i = 0; i < {count}; i++) {{
        RtlInitUnicodeString(&Name, L"\\\\Device\\\\Bench");
        KeReadStateEvent(&Event);
        KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
    }}
    DriverObject->DriverUnload = BenchUnload;
    return STATUS_SUCCESS;
}}
"""
    )


def pool(count: int) -> str:
    """A pair of allocate and free a round, on the ledger."""
    return (
        HEAD
        + UNLOAD
        + ENTRY
        + f"""\
    ULONG i;
    PVOID Block;

    for (i = 0; i < {count}; i++) {{
        Block = ExAllocatePoolWithTag(NonPagedPool, 64, 'hcnB');
        ExFreePool(Block);
    }}
    DriverObject->DriverUnload = BenchUnload;
    return STATUS_SUCCESS;
}}
"""
    )
