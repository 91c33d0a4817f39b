#include "report.h"
typedef struct { unsigned a : 3, b : 5; int c : 4; unsigned : 0; unsigned short d : 9; signed char e : 3; unsigned long long w : 40; } BITS;
static BITS g = {5, 17, -3, 300, -2, 0x123456789aULL};
int main(void)
{
    BITS s = {0}, *p = &s;
    s.a = 9; REPORT(s.a); s.b = 31; s.b += 2; REPORT(s.b); s.c = 7; REPORT(s.c); s.c++; REPORT(s.c); s.c = -9; REPORT(s.c);
    p->d = 511; p->d++; REPORT(p->d); p->e = 5; REPORT(p->e); REPORT(s.a = 12); REPORT(s.c = 9);
    s.w = 0xfffffffffffULL; REPORT(s.w); s.w >>= 3; REPORT(s.w); REPORT(sizeof(BITS));
    REPORT(g.a); REPORT(g.b); REPORT(g.c); REPORT(g.d); REPORT(g.e); REPORT(g.w); REPORT(g.a - 6 < 0); REPORT(-g.b);
    s = g; REPORT(s.a + s.b + s.c); REPORT(s.b++); REPORT(++s.b); REPORT(s.b-- + s.a); s.a ^= 7; REPORT(s.a); REPORT(~s.a);
    return 0;
}
