#include "report.h"
/* Bit-fields and narrow integers keep their types through casts, and lose them where C says so. */
typedef unsigned ULONG;
struct { ULONG valid : 1, frame : 20, rest : 11; } entry = {1, 0xfffff, 5};
struct { unsigned u : 3; int i : 3; unsigned w : 32; } b = {7, -4, 0xffffffff};
int main(void)
{
    unsigned long long address = (ULONG)entry.frame << 12;
    long long big = 0x4000004000000001LL;
    float single = big, negative = -big, constant = 0x4000004000000001LL;
    static _Bool half = 0.5, none = 0.0;

    REPORT(address); REPORT(((ULONG)entry.frame << 12) >> 31); REPORT((ULONG)b.u - 8 < 0); REPORT((ULONG)b.u > -1);
    REPORT(b.u - 8 < 0); REPORT((b.u++) - 8 < 0); REPORT(b.u); REPORT((b.i--) - 1); REPORT(b.i); REPORT(b.w + 1 == 0);
    REPORT(single); REPORT(negative); REPORT(constant); REPORT(half + 2 * none);
    return 0;
}
