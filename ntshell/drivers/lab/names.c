/*
 * names.c - what others find the units by: object names, symbolic links and
 * the DeviceMap. DriverEntry and Unload both come here for them, so that what
 * is removed is spelt exactly as what was made, and nothing has to be kept.
 * Buffers are the caller's: Unload must not depend on an allocation.
 */
#include "lab.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text(PAGE, LabNameUnit)
#pragma alloc_text(PAGE, LabBuildDeviceMapPath)
#pragma alloc_text(INIT, LabCreateDeviceMapKey)
#pragma alloc_text(PAGE, LabDeleteDeviceMapKey)
#pragma alloc_text(INIT, LabCreateNames)
#pragma alloc_text(PAGE, LabDeleteNames)
#endif

/* Characters of a link's name before the part that users type. */
#define LAB_LINK_DIRECTORY_CHARS 4

/* Object names count from zero, the names that users see from one. */
VOID
LabNameUnit(ULONG Number, PLAB_NAMES Names)
{
    WCHAR Digit[2];

    PAGED_CODE();

    RtlZeroMemory(Names, sizeof(LAB_NAMES));
    Names->Device.Buffer = Names->DeviceBuffer;
    Names->Device.MaximumLength = sizeof(Names->DeviceBuffer);
    Names->Link.Buffer = Names->LinkBuffer;
    Names->Link.MaximumLength = sizeof(Names->LinkBuffer);
    Names->Dos = Names->LinkBuffer + LAB_LINK_DIRECTORY_CHARS;
    Digit[1] = 0;

    RtlAppendUnicodeToString(&Names->Device, L"\\Device\\Lab");
    Digit[0] = (WCHAR)(L'0' + Number);
    RtlAppendUnicodeToString(&Names->Device, Digit);

    RtlAppendUnicodeToString(&Names->Link, L"\\??\\LAB");
    Digit[0] = (WCHAR)(L'1' + Number);
    RtlAppendUnicodeToString(&Names->Link, Digit);
}

/* The one place that knows the path of our key under DeviceMap. */
VOID
LabBuildDeviceMapPath(PWCHAR Buffer, USHORT Size, PUNICODE_STRING Path)
{
    PAGED_CODE();

    RtlZeroMemory(Buffer, Size);        /* the Rtl routines want a final zero */
    Path->Buffer = Buffer;
    Path->Length = 0;
    Path->MaximumLength = Size;
    RtlAppendUnicodeToString(Path, L"\\Registry\\Machine\\Hardware\\DeviceMap");
    RtlAppendUnicodeToString(Path, L"\\LAB");
}

/* What lies under Hardware is made anew at each boot: the key is volatile. */
NTSTATUS
LabCreateDeviceMapKey(VOID)
{
    WCHAR Buffer[LAB_PATH_CHARS];
    UNICODE_STRING Path;
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Key;
    NTSTATUS Status;

    LabBuildDeviceMapPath(Buffer, sizeof(Buffer), &Path);
    InitializeObjectAttributes(&Attributes, &Path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    Status = ZwCreateKey(&Key, KEY_WRITE, &Attributes, 0, NULL, REG_OPTION_VOLATILE, NULL);
    if (NT_SUCCESS(Status)) {
        ZwClose(Key);
    }
    return Status;
}

VOID
LabDeleteDeviceMapKey(VOID)
{
    WCHAR Buffer[LAB_PATH_CHARS];
    UNICODE_STRING Path;
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Key;

    PAGED_CODE();

    LabBuildDeviceMapPath(Buffer, sizeof(Buffer), &Path);
    InitializeObjectAttributes(&Attributes, &Path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (NT_SUCCESS(ZwOpenKey(&Key, DELETE, &Attributes))) {
        ZwDeleteKey(Key);
        ZwClose(Key);
    }
}

NTSTATUS
LabCreateNames(PLAB_EXTENSION Extension)
{
    WCHAR Buffer[LAB_PATH_CHARS];
    UNICODE_STRING Path;
    LAB_NAMES Names;
    NTSTATUS Status;

    LabNameUnit(Extension->Number, &Names);
    Status = IoCreateSymbolicLink(&Names.Link, &Names.Device);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Extension->LinkMade = TRUE;

    /* REG_SZ: the final zero is part of the data. */
    LabBuildDeviceMapPath(Buffer, sizeof(Buffer), &Path);
    Status = RtlWriteRegistryValue(
        RTL_REGISTRY_ABSOLUTE, Path.Buffer, Names.Device.Buffer, REG_SZ, Names.Dos,
        Names.Link.Length + sizeof(WCHAR) - LAB_LINK_DIRECTORY_CHARS * sizeof(WCHAR));
    if (NT_SUCCESS(Status)) {
        Extension->MapValueMade = TRUE;
    }
    return Status;
}

VOID
LabDeleteNames(PLAB_EXTENSION Extension)
{
    WCHAR Buffer[LAB_PATH_CHARS];
    UNICODE_STRING Path;
    LAB_NAMES Names;

    PAGED_CODE();

    LabNameUnit(Extension->Number, &Names);
    if (Extension->MapValueMade) {
        LabBuildDeviceMapPath(Buffer, sizeof(Buffer), &Path);
        RtlDeleteRegistryValue(RTL_REGISTRY_ABSOLUTE, Path.Buffer, Names.Device.Buffer);
        Extension->MapValueMade = FALSE;
    }
    if (Extension->LinkMade) {
        IoDeleteSymbolicLink(&Names.Link);
        Extension->LinkMade = FALSE;
    }
}
