/* Microsoft's words for types, storage and calls, wherever they stand. */
#include <ntddk.h>

#pragma warning(disable : 4100 4201)
#pragma warning(push)
#pragma warning(pop)
#pragma code_seg("PAGE")
#pragma code_seg()
#pragma data_seg(push, "INIT")
#pragma data_seg(pop)
#pragma comment(lib, "none.lib")
#pragma intrinsic(memcpy)

DRIVER_INITIALIZE DriverEntry;
static void __stdcall After(int);
void static _cdecl Between(int);
static int __fastcall Paged(int);
static __forceinline int Twice(int n) { return 2 * n; }
_inline static int Thrice(int n) { return 3 * n; }

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, Paged)
#endif

typedef int (__stdcall *STANDARD)(int);
typedef int (__cdecl *C)(const char *, ...);
typedef NTSTATUS (NTAPI ROUTINE)(IN PVOID Context, OUT PULONG Out OPTIONAL);
typedef __declspec(align(16)) struct _WIDE { int a; } WIDE;

__declspec(dllexport) int Exported = 4;
__declspec(selectany) int Any = 5;
extern __declspec(dllimport) PUSHORT NtBuildNumber;
int __declspec(noinline) Noinline(void) { return 6; }
__declspec(noreturn) void Stop(void);
__declspec(deprecated("old")) int Old(void);
static __declspec(thread) int Thread = 7;

#pragma pack(push, 1)
typedef struct _PACKED { char a; int b; __int64 c; } PACKED;
#pragma pack(pop)
#pragma pack(2)
typedef struct _TWO { char a; int b; } TWO;
#pragma pack()
typedef struct _PLAIN { char a; __int64 b; } PLAIN;
#include <pshpack4.h>
typedef struct _FOUR { char a; __int64 b; } FOUR;
#include <poppack.h>

static void __stdcall After(int n) { DbgPrint("after %d\n", n); }
void static _cdecl Between(int n) { DbgPrint("between %d\n", n); }
static int __fastcall Paged(int n) { PAGED_CODE(); return n + 1; }
int __cdecl Many(int n, ...) { va_list list; int a, b; va_start(list, n); a = va_arg(list, int); b = (int)va_arg(list, __int64); va_end(list); return n + a + b; }
static ROUTINE Filled;
static NTSTATUS NTAPI Filled(IN PVOID Context, OUT PULONG Out OPTIONAL) { if (Out) *Out = 8; return STATUS_SUCCESS; }
static int __stdcall Standard(int n) { return n * n; }
static PVOID (__fastcall *Getter)(void);
STANDARD Table[] = {Standard, (int (__stdcall *)(int))Standard};

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    __int8 a = -1;
    unsigned __int8 b = 0xFFui8;
    __int16 c = -2i16;
    unsigned __int16 d = 0xFFFFui16;
    __int32 e = -3i32;
    unsigned __int32 f = 0xFFFFFFFFui32;
    __int64 g = -4i64;
    unsigned __int64 h = 0xFFFFFFFFFFFFFFFFui64;
    ROUTINE *routine = Filled;
    int (__cdecl *many)(int, ...) = Many;
    ULONG out;
    __wchar_t wide = L'x';
    const __int64 far_ = 10000000000i64;
    WIDE __unaligned *pointer = NULL;

    DbgPrint("%d %u %d %u\n", a, b, c, d);                                  /* -> -1 255 -2 65535 */
    DbgPrint("%d %u %I64d %I64u\n", e, f, g, h);                            /* -> -3 4294967295 -4 18446744073709551615 */
    DbgPrint("%d%d%d%d\n", sizeof(__int8), sizeof(__int16), sizeof(_int32), (int)sizeof(_int64)); /* -> 1248 */
    DbgPrint("%d %d %d %d\n", (int)sizeof(PACKED), (int)sizeof(TWO), (int)sizeof(PLAIN), (int)sizeof(FOUR)); /* -> 13 6 16 12 */
    DbgPrint("%d\n", (int)FIELD_OFFSET(PACKED, c));                         /* -> 5 */
    After(1);                                                               /* -> after 1 */
    Between(2);                                                             /* -> between 2 */
    DbgPrint("%d %d %d\n", Paged(2), Twice(3), Thrice(4));                  /* -> 3 6 12 */
    DbgPrint("%d %d\n", Table[0](5), ((STANDARD)Table[1])(6));              /* -> 25 36 */
    DbgPrint("%d\n", many(1, 2, 30i64));                                    /* -> 33 */
    DbgPrint("%d %u\n", routine(NULL, &out), out);                          /* -> 0 8 */
    DbgPrint("%d %d %d %d\n", Exported, Any, Noinline(), Thread);           /* -> 4 5 6 7 */
    DbgPrint("%d %d\n", pointer == NULL && Getter == NULL, (int)__alignof(__int64)); /* -> 1 8 */
    DbgPrint("%I64d %d %c\n", far_, 'ab' == 0x6162, wide);                  /* -> 10000000000 1 x */
    DbgPrint("%s\n", __FUNCTION__);                                         /* -> DriverEntry */
    return STATUS_UNSUCCESSFUL;
}
