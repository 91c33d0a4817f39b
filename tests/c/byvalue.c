#include "report.h"
typedef struct { char c; } S1; typedef struct { short a; } S2; typedef struct { char c[3]; } S3; typedef struct { int a; } S4;
typedef struct { int a; short b; } S8; typedef struct { char c[5]; } S5; typedef struct { long long l; int i; } S16; typedef struct { int a[9]; char t; } S40;
typedef struct { float f; } SF; typedef struct { double d; } SD; typedef union { int i; char c[4]; } U4; typedef struct { S8 in; S3 list[2]; } NEST;
#define MAKE(T, code) static T make##T(int v) { T s; code; return s; }
MAKE(S1, s.c = v) MAKE(S2, s.a = v) MAKE(S3, s.c[0] = v; s.c[1] = v + 1; s.c[2] = v + 2) MAKE(S4, s.a = v) MAKE(S8, s.a = v; s.b = -v) MAKE(S5, s.c[0] = v; s.c[4] = v + 4)
MAKE(S16, s.l = v * 1000000007LL; s.i = v) MAKE(S40, int i; for (i = 0; i < 9; i++) s.a[i] = v * i; s.t = v) MAKE(SF, s.f = v / 2.0f) MAKE(SD, s.d = v / 4.0) MAKE(U4, s.i = v)
static NEST nest(S8 a, S3 b, S3 c) { NEST n; n.in = a; n.list[0] = b; n.list[1] = c; return n; }
static long long all(S1 a, S2 b, S3 c, S4 d, S8 e, S5 f, S16 g, S40 h, SF i, SD j, U4 k, int last)
{ a.c++; h.a[3]++; return a.c + b.a * 2 + c.c[2] * 3 + d.a * 4 + e.b * 5 + f.c[4] * 6 + g.l * 7 + h.a[3] * 8 + h.t + (int)(i.f * 4) + (int)(j.d * 8) + k.c[1] + last; }
static S40 chain(S40 s, int n) { if (!n) return s; s.a[n] += 100; return chain(s, n - 1); }
static S40 pick(int which, S40 *p, S40 *q) { return which ? *p : *q; }
static S8 swap(S8 s) { S8 t = {s.b, (short)s.a}; return t; }
static S16 (*maker)(int) = makeS16; static S40 stat, *ptr = &stat; static int n; static S8 *next(S8 *p) { n++; return p + n; }
int main(void)
{
    S40 a = makeS40(3), b = a, c[3]; S8 e[4] = {{1, 2}, {3, 4}}, f; NEST g; S16 h; S3 i; int k;
    REPORT(all(makeS1(1), makeS2(-2), makeS3(3), makeS4(4), makeS8(5), makeS5(6), makeS16(7), makeS40(8), makeSF(9), makeSD(10), makeU4(0x1234), 99));
    a.a[1] = 1000; REPORT(b.a[1]); REPORT(chain(a, 4).a[3]); REPORT(a.a[3]); REPORT(chain(chain(a, 2), 8).a[2]); c[1] = pick(1, &a, &b); c[2] = pick(0, &a, &b); REPORT(c[1].a[1] + c[2].a[1]);
    g = nest(makeS8(5), makeS3(6), makeS3(7)); REPORT(g.in.b + g.list[1].c[2]); REPORT(nest(e[1], g.list[1], g.list[0]).list[0].c[1]); e[2] = e[3] = e[1]; REPORT(e[2].a + e[3].b); f = (e[0] = e[1], e[1].a = 50, e[0]); REPORT(f.a);
    h = maker(5); REPORT(h.l + h.i); REPORT((*maker)(6).i); *ptr = chain(*ptr, 3); REPORT(stat.a[1] + stat.a[3]); stat = stat; ptr->a[0] = 7; *ptr = pick(1, ptr, &a); REPORT(stat.a[0]);
    *next(e) = makeS8(70); REPORT(e[1].a); REPORT(n); *next(e) = *next(e); i = *(S3 *)"xyz"; REPORT(i.c[2]); e[0] = swap(swap(e[1])); REPORT(e[0].a * 1000 + e[0].b); f = n ? e[0] : e[1]; REPORT(f.b); f = n > 100 ? makeS8(1) : makeS8(2); REPORT(f.a);
    for (k = 0; k < 3; k++) { S40 fresh = makeS40(k); c[k] = fresh; c[k].t += k; } REPORT(c[2].t + c[1].a[8]); REPORT((k ? a : b).a[1]); REPORT(makeS40(4).a[makeS4(2).a]); REPORT(sizeof(makeS40(1))); return 0;
}
