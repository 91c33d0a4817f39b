/* SAL of every age and shape: on parameters, results, members, locals, statements, types and the roles of functions. */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;
_Dispatch_type_(IRP_MJ_CREATE) _Dispatch_type_(IRP_MJ_CLOSE) DRIVER_DISPATCH Dispatch;
__drv_dispatchType(IRP_MJ_DEVICE_CONTROL) DRIVER_DISPATCH Control;
DRIVER_UNLOAD Unload;
KDEFERRED_ROUTINE Deferred;
KSTART_ROUTINE Start;
IO_COMPLETION_ROUTINE Completed;
IO_WORKITEM_ROUTINE Work;
KSERVICE_ROUTINE Interrupt;
_Function_class_(KSYNCHRONIZE_ROUTINE) _IRQL_requires_same_ KSYNCHRONIZE_ROUTINE Together;

_Struct_size_bytes_(Size) typedef struct _SIZED {
    ULONG Size;
    _Field_size_(Count) PULONG List;
    _Field_range_(0, 10) ULONG Count;
    __field_ecount(Count) PULONG Old;
    _Field_size_bytes_part_opt_(Size, Count) PVOID Part;
} SIZED;

_Must_inspect_result_ _Check_return_ _Success_(return >= 0) _IRQL_requires_max_(APC_LEVEL)
static NTSTATUS New(
    _In_ _Const_ PVOID In,
    _In_opt_ PVOID InOpt,
    _Inout_ PULONG InOut,
    _Out_writes_bytes_to_opt_(Size, *Done) PVOID Buffer,
    _In_reads_(Size / sizeof(ULONG)) const ULONG *Values,
    _In_range_(1, 64) ULONG Size,
    _Out_ _When_(Size > 3, _At_(*Done, _Post_satisfies_(*Done >= 4))) PULONG Done,
    _Outptr_result_maybenull_ PVOID *Result,
    _In_z_ PCSTR Text,
    _Reserved_ PVOID Reserved)
{
    _Analysis_assume_(In != NULL);
    __analysis_assume(Values != NULL);
    *InOut += Size;
    *Done = Size;
    *Result = NULL;
    return STATUS_SUCCESS;
}

__checkReturn __drv_maxIRQL(PASSIVE_LEVEL) __drv_requiresIRQL(PASSIVE_LEVEL) __drv_sameIRQL
static NTSTATUS Old(
    __in PVOID In,
    __in_opt PVOID InOpt,
    __inout __drv_aliasesMem PULONG InOut,
    __out_bcount_part_opt(Size, *Done) PVOID Buffer,
    __in_ecount(Size) const ULONG *Values,
    __in ULONG Size,
    __out __deref_out_range(0, 4) PULONG Done,
    __deref_out_opt PVOID *Result,
    __in_z PCSTR Text,
    __reserved PVOID Reserved);

_Use_decl_annotations_
static NTSTATUS Old(PVOID In, PVOID InOpt, PULONG InOut, PVOID Buffer, const ULONG *Values, ULONG Size, PULONG Done, PVOID *Result, PCSTR Text, PVOID Reserved)
{
    *InOut += 2 * Size;
    *Done = 0;
    return STATUS_SUCCESS;
}

static NTSTATUS Oldest(IN PVOID In, OUT PULONG Out OPTIONAL, IN OUT PULONG Both, CONST ULONG Size)
{
    *Both += 3 * Size;
    return STATUS_SUCCESS;
}

_Acquires_lock_(*Lock) _IRQL_saves_ _IRQL_raises_(DISPATCH_LEVEL) static KIRQL Take(_Inout_ PKSPIN_LOCK Lock)
{
    KIRQL Irql;

    KeAcquireSpinLock(Lock, &Irql);
    return Irql;
}

_Releases_lock_(*Lock) _Requires_lock_held_(*Lock) static void Give(_Inout_ PKSPIN_LOCK Lock, _In_ _IRQL_restores_ KIRQL Irql)
{
    KeReleaseSpinLock(Lock, Irql);
}

static __drv_allocatesMem(Mem) _Ret_maybenull_ _Post_writable_byte_size_(Size) PVOID Allocate(ULONG Size) { return NULL; }
static VOID Free(__drv_freesMem(Mem) _Post_ptr_invalid_ _Frees_ptr_opt_ PVOID Block) { }
static int Print(_Printf_format_string_ PCSTR Format, ...) { return 1; }

_Use_decl_annotations_ NTSTATUS Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp) { return STATUS_SUCCESS; }
NTSTATUS Control(_In_ PDEVICE_OBJECT DeviceObject, _Inout_ PIRP Irp) { return STATUS_SUCCESS; }
VOID Unload(_In_ struct _DRIVER_OBJECT *DriverObject) { DbgPrint("unload\n"); }
_Use_decl_annotations_ VOID Deferred(PKDPC Dpc, PVOID Context, PVOID One, PVOID Two) { }
VOID Start(PVOID Context) { }
NTSTATUS Completed(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) { return STATUS_SUCCESS; }
VOID Work(PDEVICE_OBJECT DeviceObject, PVOID Context) { }
BOOLEAN Interrupt(PKINTERRUPT Object, PVOID Context) { return FALSE; }
BOOLEAN Together(PVOID Context) { return TRUE; }

NTSTATUS DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING RegistryPath)
{
    ULONG Sum = 0, Done = 0, Values[2] = {1, 2};
    PVOID Result = NULL;
    KSPIN_LOCK Lock;
    KIRQL Irql;

    DriverObject->MajorFunction[IRP_MJ_CREATE] = Dispatch;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Control;
    DriverObject->DriverUnload = Unload;
    New(DriverObject, NULL, &Sum, NULL, Values, 2, &Done, &Result, "x", NULL);
    DbgPrint("%u %u\n", Sum, Done); /* -> 2 2 */
    Old(DriverObject, NULL, &Sum, NULL, Values, 2, &Done, &Result, "x", NULL);
    DbgPrint("%u %u\n", Sum, Done); /* -> 6 0 */
    Oldest(DriverObject, NULL, &Sum, 2);
    DbgPrint("%u\n", Sum); /* -> 12 */
    KeInitializeSpinLock(&Lock);
    Irql = Take(&Lock);
    Give(&Lock, Irql);
    _Analysis_assume_lock_held_(Lock);
    Free(Allocate(8));
    DbgPrint("%d\n", Print("%d", 1) + Together(NULL)); /* -> 2 */
    return STATUS_UNSUCCESSFUL;
}
