/* The macros that every driver uses, and the interlocked family. */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

typedef struct _CARD {
    ULONG Signature;
    LIST_ENTRY Link;
    KDPC Dpc;
    UCHAR Tail[ANYSIZE_ARRAY];
} CARD, *PCARD;

C_ASSERT(sizeof(CARD) > 8);
C_ASSERT(FIELD_OFFSET(CARD, Signature) == 0);
static UNICODE_STRING Constant = RTL_CONSTANT_STRING(L"\\Device\\Card");
static const ANSI_STRING Narrow = RTL_CONSTANT_STRING("narrow");

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    CARD Card = {0x1234};
    DECLARE_CONST_UNICODE_STRING(Declared, L"declared");
    volatile LONG n = 5;
    LONG64 wide = 5;
    PVOID pointer = &Card;
    LARGE_INTEGER Large;
    ULONG Array[7];
    UNICODE_STRING Slice = Constant;

    UNREFERENCED_PARAMETER(DriverObject);
    DBG_UNREFERENCED_LOCAL_VARIABLE(Array);
    PAGED_CODE();
    ASSERT(Card.Signature == 0x1234);
    ASSERTMSG("wrong", TRUE);
    NT_ASSERT(RegistryPath != NULL);
    NT_VERIFY(RegistryPath != NULL);
    C_ASSERT(sizeof(ULONG) == 4);
    DbgPrint("%wZ %Z %wZ\n", &Constant, &Narrow, &Declared); /* -> \Device\Card narrow declared */
    DbgPrint("%d %d\n", Constant.Length, Constant.MaximumLength); /* -> 24 26 */
    DbgPrint("%x\n", CONTAINING_RECORD(&Card.Link, CARD, Link)->Signature); /* -> 1234 */
    DbgPrint("%x\n", CONTAINING_RECORD(&Card.Dpc.DpcListEntry, CARD, Dpc.DpcListEntry)->Signature); /* -> 1234 */
    DbgPrint("%d\n", (int)(FIELD_OFFSET(CARD, Tail[3]) - FIELD_OFFSET(CARD, Tail))); /* -> 3 */
    DbgPrint("%d %d\n", (int)RTL_FIELD_SIZE(CARD, Signature), (int)RTL_NUMBER_OF(Array)); /* -> 4 7 */
    DbgPrint("%d %d\n", (int)ARRAYSIZE(Array), RTL_CONTAINS_FIELD(&Card, sizeof(Card), Link)); /* -> 7 1 */
    DbgPrint("%d %d %d\n", NT_SUCCESS(STATUS_PENDING), NT_ERROR(STATUS_UNSUCCESSFUL), NT_WARNING(STATUS_BUFFER_OVERFLOW)); /* -> 1 1 1 */
    DbgPrint("%d %d\n", InterlockedIncrement(&n), InterlockedDecrement(&n)); /* -> 6 5 */
    DbgPrint("%d %d\n", InterlockedExchange(&n, 9), n); /* -> 5 9 */
    DbgPrint("%d %d\n", InterlockedCompareExchange(&n, 3, 9), n); /* -> 9 3 */
    DbgPrint("%d %d\n", InterlockedExchangeAdd(&n, 4), n); /* -> 3 7 */
    DbgPrint("%d %d\n", InterlockedOr(&n, 8), n); /* -> 7 15 */
    DbgPrint("%d %d\n", InterlockedAnd(&n, 5), n); /* -> 15 5 */
    DbgPrint("%d %d\n", InterlockedXor(&n, 1), n); /* -> 5 4 */
    DbgPrint("%d\n", InterlockedExchangePointer(&pointer, NULL) == &Card && pointer == NULL); /* -> 1 */
    DbgPrint("%d\n", InterlockedCompareExchangePointer(&pointer, &Card, NULL) == NULL && pointer == &Card); /* -> 1 */
    DbgPrint("%I64d %I64d\n", InterlockedCompareExchange64(&wide, 7, 5), wide); /* -> 5 7 */
    DbgPrint("%d %d\n", min(3, 4), max(3, 4)); /* -> 3 4 */
    DbgPrint("%x %x\n", (int)ALIGN_UP_BY(0x1001, 16), (int)ROUND_TO_PAGES(1)); /* -> 1010 1000 */
    DbgPrint("%d\n", (int)ADDRESS_AND_SIZE_TO_SPAN_PAGES((PVOID)(ULONG_PTR)0xFFF, 2)); /* -> 2 */
    DbgPrint("%x %x\n", (USHORT)0x12345678, CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)); /* -> 5678 222000 */
    Large.QuadPart = -10000000i64;
    DbgPrint("%x %d\n", Large.LowPart, Large.HighPart); /* -> ff676980 -1 */
    RtlZeroMemory(&Card, sizeof(Card));
    DbgPrint("%d %d\n", Card.Signature, BooleanFlagOn(6, 4)); /* -> 0 1 */
    Slice.Length = 7 * sizeof(WCHAR);
    DbgPrint("%wZ\n", &Slice); /* -> \Device */
    return STATUS_UNSUCCESSFUL;
}
