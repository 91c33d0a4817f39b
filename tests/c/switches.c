#include "report.h"
enum E { LOW = -2, MID, HIGH = 0x7fffffff };
static int kind(int c) { switch (c) { case 'a': case 'b': return 1; case '0' + 1: return 2; case -1: return 3; case 0x7fffffff: return 4; case (int)0x80000000: return 5; case sizeof(int) * 25: return 6; } return 0; }
static int early(int n) { int r = 0; switch (n) { default: r += 1; case 1: r += 10; if (n > 5) { case 2: r += 100; } break; case 3: do { r += 1000; case 4: r += 10000; } while (n++ < 5); } return r; }
static int byte(unsigned char c) { switch (c) { case 255: return 1; case 128: return 2; case 0: return 3; } return 4; } static int schar(signed char c) { switch (c) { case -1: return 1; case -128: return 2; case 127: return 3; } return 4; }
static int wide(unsigned long long v) { switch (v) { case 1ULL << 40: return 1; case ~0ULL: return 2; case 5: return 3; } return 4; } static int big(long long v) { switch (v) { case -1: return 1; case 1LL << 33: return 2; case -(1LL << 33): return 3; } return 4; }
static int enums(enum E e) { switch (e) { case LOW: return 1; case MID: return 2; case HIGH: return 3; } return 4; } static int uns(unsigned u) { switch (u) { case -1: return 1; case 4000000000u: return 2; case 7: return 3; } return 4; }
static int nested(int a, int b) { switch (a) { case 1: switch (b) { case 1: return 11; case 2: break; default: a = 5; break; } a += 20; break; case 2: { int k; switch (b) case 1: k = 3; k = b; a += k; break; } } return a; }
static int loops(int n) { int i, r = 0; for (i = 0; i < n; i++) { switch (i % 4) { case 0: continue; case 1: break; case 2: r += 5; break; default: if (i > 8) return r; } r++; } return r; }
static int copy(short *to, const short *from, int count) { int n = (count + 7) / 8; switch (count & 7) { case 0: do { *to++ = *from++; case 7: *to++ = *from++; case 6: *to++ = *from++; case 5: *to++ = *from++; case 4: *to++ = *from++; case 3: *to++ = *from++; case 2: *to++ = *from++; case 1: *to++ = *from++; } while (--n > 0); } return n; }
static int odd(int n) { switch (n) { int hidden; case 1: hidden = 5; return hidden; case 2: hidden = 7; n = hidden; default: ; } switch (n); switch (n) case 7: n++; switch (n) { } return n; } static int side; static int tick(void) { return side++; } static int bits(int n) { struct { unsigned a : 3; int b : 3; } s = {n, n}; switch (s.a) { case 7: n = 100; } switch (s.b) { case -1: n += 1000; } return n; }
int main(void)
{
    int i; short from[40], to[40] = {0}; int probe[] = {'a', 'b', '1', -1, 0x7fffffff, -2147483647 - 1, 100, 5};
    for (i = 0; i < 8; i++) { REPORT(kind(probe[i])); REPORT(early(i)); REPORT(nested(i % 3, i % 4)); REPORT(loops(i * 2)); REPORT(odd(i)); REPORT(bits(i)); }
    for (i = -130; i < 260; i += 1) { REPORT(byte(i)); REPORT(schar(i)); } REPORT(wide(1ULL << 40)); REPORT(wide(-1)); REPORT(wide(5)); REPORT(wide(0x100000005ULL)); REPORT(big(-1)); REPORT(big(1LL << 33)); REPORT(big(-(1LL << 33))); REPORT(big(0)); REPORT(enums(LOW)); REPORT(enums(MID)); REPORT(enums(HIGH)); REPORT(enums(3));
    REPORT(uns(-1)); REPORT(uns(4000000000u)); REPORT(uns(7)); REPORT(uns(8)); for (i = 0; i < 40; i++) from[i] = i * 3; for (i = 1; i < 30; i += 4) { REPORT(copy(to, from, i)); REPORT(to[i - 1]); REPORT(to[i]); } switch (tick()) { case 0: REPORT(side); tick(); case 1: REPORT(side); } switch (tick() + tick()) { default: REPORT(side); } return 0;
}
