#include "report.h"
typedef enum { A, B = 5, C, D = -3, E, F = B << 4 | 1, G = sizeof(int), H = 'x', I = C * D, J = (A < B) + 1, K = ~0, L = 0x7fffffff, M = 1 ? 8 : 9, } LETTER;
enum forward { ONE = 1, TWO, BOTH = ONE | TWO }; static enum forward next(enum forward f) { return f + 1; } static LETTER stat = C; static int sizes[B][C]; struct s { LETTER l; enum { IN = 77, INNER } in; unsigned char packed; };
static int count(LETTER l) { int n = 0; for (l = A; l < C; l++) n++; for (l = B; l > D; l -= 2) n += 10; return n; } static unsigned char narrow(LETTER l) { return l; } enum { MASK = 0xff, NOT = ~MASK, SHIFT = MASK >> 3, NEG = -MASK, LAST };
int main(void)
{
    LETTER x = B, *p = &x; struct s v = {D, INNER, K}; enum { A = 9, Z = A + 1 } y = Z; unsigned u = 7; enum forward f = 99; short h; long long l;
    REPORT(B + C); REPORT(D); REPORT(E); REPORT(F); REPORT(G); REPORT(H); REPORT(I); REPORT(J); REPORT(K); REPORT(L + 0LL); REPORT(M); REPORT(BOTH); REPORT(next(ONE)); REPORT(stat); REPORT(sizeof sizes); REPORT(v.l); REPORT(v.in); REPORT(v.packed); REPORT(A); REPORT(y); REPORT(f);
    x++; REPORT(x); x += 10; REPORT(x); --*p; REPORT(x); *p *= -1; REPORT(x); REPORT(x < 0); REPORT(x / 2); REPORT(x % 3); REPORT(x >> 1); REPORT(~x); REPORT(!x); REPORT(x == -15 ? 1 : 2); REPORT(D * 1LL); REPORT(D < (int)u); REPORT(sizeof(LETTER)); REPORT(sizeof x + sizeof A); x = 300; REPORT(narrow(x)); h = x = 70000; REPORT(h);
    REPORT(count(A)); REPORT(NOT); REPORT(SHIFT); REPORT(NEG); REPORT(LAST); x = (LETTER)2.9; REPORT(x); x = u; REPORT(x); l = x; l <<= 33; REPORT(l); x = D; REPORT((unsigned)x); REPORT((long long)x); REPORT(x * 1.5 * 2); REPORT(x ? TWO : C); switch (x) { case D: REPORT(1); break; case E: REPORT(2); } REPORT(x && y); REPORT(((LETTER)-1) < 0 || 1); return 0;
}
