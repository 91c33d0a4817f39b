#include "report.h"
static int i = -1000003, one = 1, thirty = 30; static unsigned u = 0xdeadbeef; static signed char c = -100; static unsigned char b = 200; static short s = -30000; static unsigned short h = 60000; static long long l = -123456789012345LL; static unsigned long long w = 0xfedcba9876543210ULL;
int main(void)
{
    int k; unsigned v; struct { unsigned f : 7; int g : 9; } x = {100, -200};
    for (k = 0; k < 32; k++) { REPORT(i >> k); REPORT(u >> k); REPORT(i << k); REPORT(u << k); REPORT(c >> k); REPORT(b << k); REPORT(s >> k); REPORT(h << k); REPORT(1 << k); REPORT(1u << k); REPORT(-1 << k); REPORT(l >> k); REPORT(w << k); REPORT(x.f << k); REPORT(x.g >> k); REPORT((unsigned char)(b << k)); REPORT((short)(i >> k)); }
    for (k = 32; k < 64; k++) { REPORT(l >> k); REPORT(w >> k); REPORT(l << k); REPORT(1ULL << k); } REPORT(u >> (unsigned char)4); REPORT(u << 4LL); REPORT(b >> 1 << 1); REPORT(i >> 31); REPORT(u >> 31); REPORT(1 << thirty << one); REPORT((one << 31) < 0); REPORT((1u << 31) > 0); REPORT(~0u >> 1); REPORT(~0 >> 1); REPORT(-1 >> 1u);
    v = u; v <<= 5; REPORT(v); v >>= 3; REPORT(v); c >>= 2; REPORT(c); c <<= 4; REPORT(c); b <<= 3; REPORT(b); b >>= 1; REPORT(b); s <<= 1; REPORT(s); h >>= 5; REPORT(h); i >>= 4LL; REPORT(i); x.f <<= 1; REPORT(x.f); x.g >>= 1; REPORT(x.g); l >>= one; REPORT(l); w <<= thirty; REPORT(w); REPORT(1 << 3 + 1); REPORT(256 >> 2 << 1); REPORT(u >> 8 & 0xff); REPORT((u & 0xff00) >> 8 | u << 24); REPORT((char)0x80 >> 1); REPORT((unsigned char)0x80 << 1); return 0;
}
