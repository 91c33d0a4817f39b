#include "report.h"
static float f = 1.1f, g = 3; static double d = 2.5, e = -7.75;
static double half(double x) { return x / 2; }
static float third(float x) { return x / 3; }
static int trunc_it(double x) { return (int)x; }
int main(void)
{
    int i = 7; unsigned char c; double *p = &d, z = 0;
    REPORT((long long)(f * 1000000000.0)); REPORT(f * 10 == 11.0f); REPORT((long long)(third(g * 10) * 1e6)); REPORT(half(i) * 100); REPORT(trunc_it(e)); REPORT((int)e % 4);
    REPORT(d + e < 0); REPORT(d > f); REPORT(!d); REPORT(d && e); REPORT(-e * 4); *p += 0.25; REPORT(d * 100); i += 2.9; REPORT(i); i *= 1.5; REPORT(i); c = 200.7; REPORT(c);
    d++; REPORT(d * 4); --d; REPORT(d * 4); REPORT((float)16777217 == 16777216.0f); REPORT((double)0xffffffffffffffffULL > 1e19); REPORT(1 / z > 1e300); REPORT(z / z == z / z);
    REPORT(i > 3 ? 2.5 : 1); REPORT(1e3 + .5e1 + 5.); REPORT(0x1.8p1 * 2); REPORT(sizeof(1.0f) + sizeof 1.0); f = d = i = 3.99; REPORT(f * 10); REPORT((unsigned)3000000000.0); REPORT((long long)-1e15);
    return 0;
}
