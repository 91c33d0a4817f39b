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


def many(devices: int, events: int = 10_000) -> str:
    """A driver that makes a thousand device objects with their names, and a long history, then goes on in small steps."""
    return (
        HEAD
        + "static VOID NTAPI BenchUnload(PDRIVER_OBJECT DriverObject)\n{\n"
        + "    while (DriverObject->DeviceObject) {\n        IoDeleteDevice(DriverObject->DeviceObject);\n    }\n}\n\n"
        + "ULONG Sum;\n\n"
        + ENTRY
        + f"""\
    ULONG i, j, k;
    PVOID Block;
    WCHAR Buffer[] = L"\\\\Device\\\\M0000";
    UNICODE_STRING Name;
    PDEVICE_OBJECT DeviceObject;

    DriverObject->DriverUnload = BenchUnload;
    for (i = 0; i < {devices}; i++) {{
        for (j = i, k = 12; k > 8; k--, j /= 10) {{
            Buffer[k] = (WCHAR)(L'0' + j % 10);
        }}
        RtlInitUnicodeString(&Name, Buffer);
        IoCreateDevice(DriverObject, 16, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &DeviceObject);
    }}
    for (i = 0; i < {events // 2}; i++) {{
        Block = ExAllocatePoolWithTag(NonPagedPool, 64, 'hcnB');
        ExFreePool(Block);
    }}
    for (i = 0; i < 1000; i++) {{
        Sum += i;
        Sum ^= 3;
    }}
    return STATUS_SUCCESS;
}}
"""
    )
