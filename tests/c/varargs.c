#include "report.h"
typedef __builtin_va_list va_list;
#define va_start(l, p) __builtin_va_start(l, p)
#define va_arg(l, t) __builtin_va_arg(l, t)
#define va_end(l) __builtin_va_end(l)
#define va_copy(to, from) __builtin_va_copy(to, from)
typedef struct { int a, b; } P;
static long long walk(const char *f, va_list l)
{
    long long r = 0; va_list again; va_copy(again, l);
    for (; *f; f++) switch (*f) {
        case 'c': r = r * 7 + (char)va_arg(again, int); break;
        case 'i': r = r * 7 + va_arg(again, int); break;
        case 'u': r = r * 7 + va_arg(again, unsigned); break;
        case 'l': r = r * 7 + va_arg(again, long long); break;
        case 'd': r = r * 7 + (long long)(va_arg(again, double) * 16); break;
        case 'p': r = r * 7 + *va_arg(again, int *); break;
        case 's': r = r * 7 + va_arg(again, const char *)[1]; break;
        case 'f': r = r * 7 + va_arg(again, int (*)(int))(3); break;
    }
    va_end(again); return r;
}
static long long go(const char *f, ...) { long long r; va_list l; va_start(l, f); r = walk(f, l); r = r * 3 + walk(f, l); va_end(l); return r; }
static long long late(int a, char b, double c, const char *f, ...) { long long r; va_list l; va_start(l, f); r = walk(f, l) + a * b + (int)c; va_end(l); return r; }
static int triple(int x) { return x * 3; }
static int take(va_list *l) { return va_arg(*l, int); }
static int two(int n, ...) { int a, b; va_list l; va_start(l, n); a = take(&l); b = take(&l); va_end(l); return a * n + b; }
static P add(int n, ...) { P s = {0, 0}; va_list l; va_start(l, n); while (n--) { s.a += va_arg(l, int); s.b += va_arg(l, int); } va_end(l); return s; }
static int most(int n, ...) { int best = -1, v; va_list l; va_start(l, n); for (; n; n--) if ((v = va_arg(l, int)) > best) best = v; va_end(l); return n + best; }
static long long (*table[])(const char *, ...) = {go};
int main(void)
{
    signed char c = -5; unsigned char uc = 250; short s = -300; unsigned short us = 65000; unsigned u = 4000000000u; float f = 1.25f; int x = 11; struct { unsigned b : 5; int n : 4; } bits = {21, -3};
    REPORT(go("")); REPORT(go("iiii", c, uc, s, us)); REPORT(go("uiu", u, -1, 7u)); REPORT(go("ilili", 1, 1LL << 40, -2, -5LL, 3)); REPORT(go("dfd", f, triple, 2.5)); REPORT(go("spi", "abc", &x, x)); REPORT(go("cc", 200, 'z')); REPORT(go("ii", bits.b, bits.n));
    REPORT(late(2, 3, 4.5, "ild", 1, 2LL, f)); REPORT(two(10, 3, 4)); REPORT(add(2, 1, 2, 3, 4).b); REPORT(most(5, 3, 9, triple(4), 1, 2)); REPORT(most(0)); REPORT(table[0]("il", most(1, 5), 9LL)); REPORT(go("lddl", 1LL, 1.0, f * 2, (long long)x)); REPORT(go("iiiiiiiiii", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    return 0;
}
