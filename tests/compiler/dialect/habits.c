/* What strict front ends refuse and Microsoft's takes; the rest of a real driver's habits. */
#include <NTDDK.H>
#include <Ddk\NtDdStor.h>

DRIVER_INITIALIZE DriverEntry;

/* A tag that is first seen in a prototype belongs to the file. */
NTSTATUS Early(struct _LATE *Late, int n);
typedef struct _LATE { int n; } LATE, *PLATE;
NTSTATUS Early(PLATE Late, int n) { return Late->n + n; }

/* Structures by value. */
typedef struct _PAIR { ULONG a; USHORT b; } PAIR;
typedef struct _BIG { ULONG a[5]; } BIG;
static PAIR Pair(ULONG a, USHORT b) { PAIR made; made.a = a; made.b = b; return made; }
static BIG Grown(BIG big) { big.a[4] += big.a[0]; return big; }
static LARGE_INTEGER Negative(LONGLONG n) { LARGE_INTEGER made; made.QuadPart = -n; return made; }

/* A tail of one, allocated with what it lacks. */
typedef struct _TAIL { ULONG Count; ULONG Items[1]; } TAIL, *PTAIL;

/* Types of ntifs.h that ntddk.h does not have. */
typedef struct _TOKEN_USER_ { PVOID Sid; } MINE;
typedef struct _FILE_DIRECTORY_INFORMATION { ULONG NextEntryOffset; ULONG FileIndex; } FILE_DIRECTORY_INFORMATION;
typedef struct _SYSTEM_THREAD_INFORMATION { LARGE_INTEGER KernelTime; } SYSTEM_THREAD_INFORMATION;
typedef enum _SYSTEM_INFORMATION_CLASS { SystemModuleInformation = 11 } SYSTEM_INFORMATION_CLASS;
typedef struct _KAPC_STATE { LIST_ENTRY ApcListHead[2]; PVOID Process; } KAPC_STATE, *PKAPC_STATE;
NTSYSAPI NTSTATUS NTAPI ZwQuerySystemInformation(SYSTEM_INFORMATION_CLASS Class, PVOID Buffer, ULONG Length, PULONG Needed);
NTKERNELAPI PCHAR PsGetProcessImageFileName(PEPROCESS Process);

/* An old definition, an implicit int, an unfinished array of another unit. */
static add(a, b) int a; int b; { return a + b; }
extern POBJECT_TYPE *IoFileObjectType;
static NTSTATUS (*Functions[IRP_MJ_MAXIMUM_FUNCTION + 1])(PDEVICE_OBJECT, PIRP);

NTSTATUS DriverEntry(IN PDRIVER_OBJECT DriverObject, IN PUNICODE_STRING RegistryPath)
{
    LATE late = {4};
    UCHAR bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    PVOID p = bytes;
    PTAIL tail;
    BIG big = {{1, 2, 3, 4, 5}};
    ULONG n = 0;
    ;
    KdPrint("single %d\n", 1);
    DbgPrint("%d\n", Early(&late, 3)); /* -> 7 */
    DbgPrint("%x\n", *((PUSHORT)p)++); /* -> 201 */
    DbgPrint("%x\n", *(PUCHAR)p); /* -> 3 */
    ((PUCHAR)p) += 2;
    DbgPrint("%x\n", *(PUCHAR)p); /* -> 5 */
    (ULONG_PTR)p = (ULONG_PTR)bytes + 7;
    DbgPrint("%x\n", *(PUCHAR)p); /* -> 8 */
    DbgPrint("%u %u\n", Pair(7, 8).a, Pair(7, 8).b); /* -> 7 8 */
    big = Grown(Grown(big));
    DbgPrint("%u\n", big.a[4]); /* -> 7 */
    DbgPrint("%I64d\n", Negative(5).QuadPart); /* -> -5 */
    tail = ExAllocatePoolWithTag(NonPagedPool, sizeof(TAIL) + 2 * sizeof(ULONG), 'liaT');
    tail->Count = 3;
    for (n = 0; n < tail->Count; n++)
        tail->Items[n] = n * n;
    DbgPrint("%u\n", tail->Items[2]); /* -> 4 */
    ExFreePool(tail);
    tail = ExAllocatePoolWithTag(PagedPool, 16, "Text");
    ExFreePoolWithTag(tail, "Text");
    int mixed = add(1, 2);
    DbgPrint("%d\n", mixed); /* -> 3 */
    for (int i = 0; i < 1; i++)
        DbgPrint("%d\n", i); /* -> 0 */
    DbgPrint("two " "parts " /* and */ "%s\n", "joined"); /* -> two parts joined */
    DbgPrint("%ws\n", L"wide " L"parts"); /* -> wide parts */
    DriverObject->DriverUnload = (PDRIVER_UNLOAD)NULL;
    Functions[IRP_MJ_CREATE] = (PVOID)NULL;
    if (!Functions[0] && IOCTL_STORAGE_BASE == 0x2D) {
        DbgPrint("functions\n"); /* -> functions */
    };
    switch (n) { case 3: { DbgPrint("case\n"); /* -> case */ break; } default: ; }
    return STATUS_UNSUCCESSFUL;
}
