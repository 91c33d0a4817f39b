#include "report.h"
static int next(void) { static int n; return ++n; }
static int other(void) { static int n = 100; { static int n = 7; n += 2; if (n > 10) { static int n = 1; n *= 3; return n; } } return n++; }
static int *handle(int i) { static int cells[3] = {5, [2] = 9}; return cells + i; }
static const char *text(int i) { static const char *const list[] = {"zero", "one", "two"}; return list[i]; }
static int deep(int n) { static int depth, most; int r; depth++; if (depth > most) most = depth; r = n ? deep(n - 1) : most; depth--; return r; }
static int seen(int v) { static struct { int used; struct { short k[4]; } in; } s = {.in.k = {[1] = 3}}; s.in.k[s.used++ & 3] += v; return s.in.k[0] + s.in.k[1] * 10 + s.in.k[2] * 100 + s.in.k[3] * 1000; }
static int target = 3; static int *chase(void) { static int *p = &target, **pp = &p; return *pp; } static int self(void) { static void *me = &me; return me == (void *)&me; }
static int shared = 1; static int hide(void) { int shared = 5; { extern int target2; shared += target2; } { static int shared = 50; shared++; return shared; } } int target2 = 4;
static long long big(void) { static long long v = 1; static unsigned char wrap = 254; v *= -3; wrap++; return v + wrap; } static double slow(void) { static double d = 0.5; static float f = 3; d *= 2; f /= 2; return d + f; }
inline static int inlined(void) { static int n = 3; return n++; } static int each(void) { int r = 0, i; for (i = 0; i < 4; i++) { static int total = 10; int fresh = 1; total += fresh++; r += total; } return r; }
int main(void)
{
    int i; for (i = 0; i < 4; i++) { REPORT(next()); REPORT(other()); REPORT(seen(i)); REPORT(big()); REPORT(slow() * 8); REPORT(hide()); REPORT(inlined()); REPORT(each()); }
    *handle(1) = 6; REPORT(*handle(0) + *handle(1) * 10 + *handle(2) * 100); REPORT(text(2)[1]); REPORT(deep(5)); REPORT(deep(2)); *chase() = 8; REPORT(target); REPORT(self()); REPORT(shared); return 0;
}
