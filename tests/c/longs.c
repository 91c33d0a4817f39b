/* `long` has 32 bits for Microsoft on both targets: the host's program is a 32-bit one. */
#include "report.h"
static long l = 0x7fffffffL; static unsigned long u = 0x80000000UL; static unsigned n = 4000000000u; static int i = -5; static long table[] = {-1L, 1L << 31, 0xffffffffL, 4294967295UL}; typedef unsigned long ULONG; typedef long LONG; static ULONG flags = 1UL << 31 | 1;
static long keep(long x) { return x; } static unsigned long ukeep(unsigned long x) { return x; } static long long widen(long x, unsigned long y) { return (long long)x * y; } struct mixed { long a; char b; long c : 12; unsigned long d : 20; } m = {-1, 2, -3, 0xfffff};
int main(void)
{
    int k; LONG *p = table; ULONG w = 7;
    REPORT(sizeof(long)); REPORT(sizeof l); REPORT(sizeof 1L); REPORT(sizeof 0xffffffffL); REPORT(sizeof 4294967295L); REPORT(sizeof 4294967296L); REPORT(sizeof(unsigned long)); REPORT(l + 1); REPORT(u + u); REPORT(u * 2 + 1); REPORT(l + n); REPORT(u + i); REPORT(n + l > 0); REPORT(i < u); REPORT(i < n * 1L); REPORT(-1L < 1u); REPORT(-1L < 1UL); REPORT(-1 < 1L); REPORT(l * l); REPORT((long)n); REPORT((unsigned long)i); REPORT((long)0x1ffffffffLL); REPORT(l << 1); REPORT(u >> 31); REPORT(-l >> 3);
    for (k = 0; k < 4; k++) REPORT(p[k]); REPORT(keep(n)); REPORT(ukeep(i)); REPORT(widen(-2, 0xffffffff)); REPORT(flags); REPORT(~flags); REPORT(flags & ~1L); REPORT(!flags); REPORT(sizeof m); REPORT(m.a + m.c); REPORT(m.d << 8); REPORT(m.d > 0xfffffUL - 1); w -= 8; REPORT(w); w /= 3; REPORT(w); w <<= 4; REPORT(w); l++; REPORT(l); l /= 2; REPORT(l); l %= 7; REPORT(l); REPORT(1 ? -1 : 1UL); REPORT((1 ? -1 : 1UL) + 0LL); REPORT((0 ? 1u : -1L) + 0LL); REPORT(2147483648L + 0LL); REPORT(-2147483648L + 0LL); REPORT(0x80000000L + 0LL); REPORT(037777777777 + 0LL); return 0;
}
