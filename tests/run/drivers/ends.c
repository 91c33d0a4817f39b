/* ends: goes wrong in one way, chosen by its variable Scenario. */
#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
typedef int (*OP)(int); typedef VOID (NTAPI *ROUTINE)(VOID); static ULONG Scenario, Done;
static int Zero, Least = -2147483647 - 1, Minus = -1;
static LONGLONG Wide = -9223372036854775807LL - 1;
static OP Table[2]; static const char Name[] = "constant"; static char *Text = "literal"; static int Data[4];
static int Deep(int n) { volatile char Room[200]; Room[0] = (char)n; /* @1 */ return Deep(n + 1) + Room[0]; }
static int Large(int n) { char Room[13000]; Room[n] = 1; return Room[n]; }
static int Huge(int n) { char Room[25000]; Room[n] = 1; return Room[n]; }
static VOID Smash(int n) { char Room[8]; int i; for (i = 0; i < n; i++) Room[i] = 0x41; /* @4 */ }
static int Same(int n) { return n; }
static int *Dangling(int n) { int Local = n; int *p = &Local; return p; }
static int Taken(int n) {
    int *p = &n, a[3] = {1, 2, 3}; struct { int x, y; } s = {n, n + 1}, *q = &s; *p += 5; q->y = 9; p = a + 1; p[1] = 40;
    return n + s.y + a[2];
}
static VOID Go(VOID)
{
    PUCHAR Block; OP f;
    switch (Scenario) {
    case 1: Deep(0); break;
    case 2: Done = Large(5); /* @2 */ break;
    case 3: Done = Huge(5); /* @3 */ break;
    case 4: Smash(60); break;
    case 10: Done = 5 / Zero; /* @10 */ break;
    case 11: Done = 5 % Zero; /* @11 */ break;
    case 12: Done = (ULONG)(Wide / Zero); /* @12 */ break;
    case 13: Done = Least / Minus; /* @13 */ break;
    case 14: Done = Least % Minus; /* @14 */ break;
    case 15: Zero /= Zero; /* @15 */ break;
    case 16: Done = 7u / (unsigned)Zero; /* @16 */ break;
    case 20: f = NULL; f(1); /* @20 */ break;
    case 21: f = Table[1]; Done = f(1); /* @21 */ break;
    case 22: ((ROUTINE)(PVOID)Data)(); /* @22 */ break;
    case 23: Block = ExAllocatePool(NonPagedPool, 64); Block[0] = 0xC3; f = (OP)(PVOID)Block; ExFreePool(Block);
        f(2); /* @23 */ break;
    case 24: ((ROUTINE)((PUCHAR)Same + 1))(); /* @24 */ break;
    case 25: ((ROUTINE)(ULONG_PTR)0x7FFE1234)(); /* @25 */ break;
    case 26: __try { Table[0](1); } __except (EXCEPTION_EXECUTE_HANDLER) { Done = GetExceptionCode(); } break;
    case 30: *(PUCHAR)Same = 0xC3; /* @30 */ break;
    case 31: Text[0] = 'L'; /* @31 */ break;
    case 32: *(char *)Name = 'C'; /* @32 */ break;
    case 33: __try { Text[1] = 'x'; /* @33 */ } __except (EXCEPTION_EXECUTE_HANDLER) { Done = 1; } break;
    case 34: RtlZeroMemory(Text, 3); /* @34 */ break;
    case 40: Done = Taken(3); break;
    case 41: Done = Deep != NULL && *Dangling(7) == 7; break;
    case 42: __try { Done = 5 / Zero; }
        __except (GetExceptionCode() == STATUS_INTEGER_DIVIDE_BY_ZERO) { Done = GetExceptionCode(); } break;
    case 43: Done = Large(5) + 6; break;
    case 44: __try { Done = Least / Minus; } __except (EXCEPTION_EXECUTE_HANDLER) { Done = GetExceptionCode(); } break;
    case 45: Done = (ULONG)((Wide / Minus) >> 32); break;
    }
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) { Go(); return STATUS_UNSUCCESSFUL; }
