/* What Microsoft's compiler knows besides C: a function's name as a string, characters made by macros, its order of words. */
#include <ntddk.h>
#include <intrin.h>

#define WIDEN(x) WIDEN_(x)
#define WIDEN_(x) L##x
#define CHARACTER(x) #@x
#define TRACE(text) DbgPrint("[" __FUNCTION__ "] " text "\n")

__declspec(align(16)) struct _BEFORE { UCHAR c; };
typedef __declspec(align(16)) struct _DEFINED { UCHAR c; } DEFINED;
typedef struct _NARROW { char a; int b; } __attribute__((packed)) NARROW;
struct __attribute__((packed, aligned(2))) _EVEN { char a; int b; };
C_ASSERT(sizeof(struct _BEFORE) == 16 && sizeof(DEFINED) == 16 && sizeof(NARROW) == 5 && sizeof(struct _EVEN) == 6);

static int (*Chosen(int n))(int)
{
    TRACE("chosen"); /* -> [Chosen] chosen */
    return NULL;
}

_IRQL_requires_max_(PASSIVE_LEVEL) static VOID Named(_In_ ULONG n, _In_opt_ PVOID (*Callback)(int))
{
    static const char here[] = __FUNCTION__;

    DbgPrint(__FUNCTION__ ": %d %d\n", n, sizeof here); /* -> Named: 1 6 */
    DbgPrint("%s %ws\n", here, WIDEN(__FUNCTION__)); /* -> Named Named */
    __try {
        ExRaiseStatus(STATUS_UNSUCCESSFUL);
    } __except (DbgPrint("filter of %s\n", __FUNCTION__), 1) { /* -> filter of Named */
        TRACE("handled"); /* -> [Named] handled */
    }
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    char a;
    __declspec(align(16)) char b;
    static __declspec(align(32)) char c;
    ULONG first, last;
    LARGE_INTEGER x, y;
    UCHAR data[3] = {1, 2, 0xff};
    int i;

    Chosen(1);
    Named(1, NULL);
    a = b = c = CHARACTER(Z);
    DbgPrint("%c %d %d\n", a, (int)((ULONG_PTR)&b & 15), (int)((ULONG_PTR)&c & 31)); /* -> Z 0 0 */
    _BitScanForward(&first, 0x50);
    _BitScanReverse(&last, 0x50);
    DbgPrint("%d %d %x %hhx\n", first, last, _byteswap_ulong(0x12345678), 0x41); /* -> 4 6 78563412 41 */
    x.QuadPart = -5;
    y.QuadPart = 7;
    DbgPrint("%d %d\n", RtlLargeIntegerLessThan(x, y), RtlLargeIntegerGreaterThanZero(x)); /* -> 1 0 */
    DbgPrint("bytes"); /* -> bytes 01 02 ff */
    for (i = 0; i < 3; i++)
        DbgPrint(" %02x", data[i]);
    DbgPrint("\n");
    __noop;
    return STATUS_UNSUCCESSFUL;
}
