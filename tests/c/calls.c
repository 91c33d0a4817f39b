#include "report.h"
typedef __builtin_va_list va_list;
#define va_start(l, p) __builtin_va_start(l, p)
#define va_arg(l, t) __builtin_va_arg(l, t)
#define va_end(l) __builtin_va_end(l)
static int sum(int n, ...) { int s = 0; va_list l; va_start(l, n); while (n--) s += va_arg(l, int); va_end(l); return s; }
static long long mixed(const char *f, ...)
{
    long long r = 0; va_list l; va_start(l, f);
    for (; *f; f++) switch (*f) {
        case 'i': r = r * 3 + va_arg(l, int); break;
        case 'l': r = r * 3 + va_arg(l, long long); break;
        case 'd': r = r * 3 + (long long)va_arg(l, double); break;
        case 's': r = r * 3 + *va_arg(l, char *); break;
    }
    va_end(l); return r;
}
static int vsum(int n, va_list l) { int s = 0; while (n--) s = s * 2 + va_arg(l, int); return s; }
static int through(int n, ...) { int s; va_list l; va_start(l, n); s = vsum(n, l); va_end(l); return s; }
static int ack(int m, int n) { return m == 0 ? n + 1 : n == 0 ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1)); }
static char narrow(int x) { return x; }
static unsigned char unarrow(int x) { return x; }
static void out(int *p, int v) { *p = v; }
static int taken(int a, int b) { int *p = &a; *p += b; out(&b, 9); return a * 100 + b; }
static int fib(int n) { if (n < 2) return n; return fib(n - 1) + fib(n - 2); }
static int even(int n); static int odd(int n) { return n ? even(n - 1) : 0; } static int even(int n) { return n ? odd(n - 1) : 1; }
static short order[4]; static int at; static int mark(int v) { order[at++] = v; return v; }
int main(void)
{
    int x = 5, a[3] = {1, 2, 3}; long long l = 1; signed char sc = -3; short sh = -300; unsigned char uc = 250;
    REPORT(sum(0)); REPORT(sum(4, 1, 2, 3, x)); REPORT(sum(3, sc, sh, uc)); REPORT(mixed("ilds", 7, -5000000000LL, 2.75, "z")); REPORT(mixed("lil", l << 35, 2, 3LL)); REPORT(through(3, 1, 2, 3));
    REPORT(ack(2, 3)); REPORT(narrow(200)); REPORT(unarrow(-1)); REPORT(taken(1, 2)); REPORT(fib(12)); REPORT(even(10) + odd(7) * 2);
    x = fib(fib(5)) + fib(4) * fib(3); REPORT(x); a[fib(2)] = fib(6); REPORT(a[1]); a[fib(1)] += fib(7); REPORT(a[1]); l = fib(8); l = l * fib(3) - narrow(300); REPORT(l);
    x = narrow(130); REPORT(x); uc = narrow(130); REPORT(uc); if (fib(5) == 5 && fib(6) > 7) REPORT(1); x = fib(3) ? fib(4) : fib(5); REPORT(x); x += fib(3) + x++ * 0; REPORT(x >= 5);
    mark(1) && mark(0) && mark(2); REPORT(at); REPORT(order[1]); x = (mark(4), mark(5)); REPORT(x); for (x = 0; x < fib(6); x += fib(3)) ; REPORT(x);
    switch (fib(4)) { case 3: REPORT(333); break; default: REPORT(0); } return 0;
}
