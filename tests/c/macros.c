#include "report.h"
static int foo = 10;
#define foo foo + 1
#define f(x) x f
#define g(x) f(x)(x)
#define self(x) (x + self_(x))
#define self_(x) self(x)
#define str(x) #x
#define xstr(x) str(x)
#define cat(a, b) a ## b
#define xcat(a, b) cat(a, b)
#define cat3(a, b, c) a ## b ## c
#define EMPTY
#define LP (
#define RP )
#define call(m, args) m args
#define sum(...) add3(__VA_ARGS__)
#define log(fmt, ...) text(fmt, ## __VA_ARGS__)
#define first(a, ...) a
#define rest(a, ...) first(__VA_ARGS__, 0)
#define COUNT(...) NTH(__VA_ARGS__, 5, 4, 3, 2, 1)
#define NTH(a, b, c, d, e, n, ...) n
#define PAIRS(X) X(red, 1) X(green, 2) X(blue, 4)
#define AS_ENUM(n, v) c_##n = v,
#define AS_NAME(n, v) #n,
#define SWAP(T, a, b) do { T t_ = a; a = b; b = t_; } while (0)
#define max(a, b) ((a) > (b) ? (a) : (b))
#define long_one(a, \
                 b) \
    (a * \
     b)
#define OBJECT (1)
#define hash_hash # ## #
#define nothing(x)
#define opt(x, y) x ## _ ## y
#define one 1
#define plus1(x) x + one
#define DEFER(x) x EMPTY
_Pragma("warning(disable: 4100)")
enum { PAIRS(AS_ENUM) c_last };
static const char *names[] = { PAIRS(AS_NAME) };
static int cat(va, lue) = 20, xcat(v, one) = 30, cat(v, one) = 40, cat3(a, b, c) = 50, opt(p, q) = 60; static int add3(int a, int b, int c) { return a * 100 + b * 10 + c; }
static int text(const char *s, ...) { int n = 0; while (s[n]) n++; return n; }
#undef self
#define self(x) twice_##x
static int twice_3 = 33;
static int same(const char *a, const char *b) { while (*a && *a == *b) a++, b++; return *a == *b; }
int main(void)
{
    int a = 3, b = 8; REPORT(foo); REPORT(value); REPORT(v1); REPORT(vone); REPORT(abc); REPORT(p_q); REPORT(self(3)); REPORT(sum(1, 2, 3)); REPORT(log("four")); REPORT(log("fives", 1, 2)); REPORT(rest(1, 2, 3)); REPORT(COUNT(a, b, c)); REPORT(COUNT(a)); REPORT(c_green + c_blue + c_last); REPORT(names[2][1]);
    SWAP(int, a, b); REPORT(a * 10 + b); REPORT(max(a++, b)); REPORT(a); REPORT(long_one(6, 7)); REPORT(OBJECT + 1); REPORT(call(add3, (4, 5, 6))); REPORT(add3 LP 7, 8, 9 RP); REPORT(plus1(2) * 3); REPORT(nothing(junk " here ") 5); REPORT(same(str( a  +   "q\n" '\0' ), "a + \"q\\n\" '\\0'")); REPORT(same(xstr(one EMPTY two), "1 two")); REPORT(same(str(foo), "foo")); REPORT(same(xstr(OBJECT), "(1)"));
    REPORT(same(xstr(f(2)(9)), "2 f(9)") + same(xstr(g(2)), "2 2 f")); REPORT(same(xstr(hash_hash), "##")); REPORT(same(str(), "")); REPORT(same(xstr(cat(, x)), "x")); REPORT(same(xstr(foo), "foo + 1")); REPORT(__LINE__); REPORT(
        __LINE__ > 5); _Pragma("once") REPORT(xcat(1, one)); REPORT(xcat(0x, ff)); REPORT(cat(1, .5) * 2); REPORT(cat(1e, 2)); REPORT(cat(L, 'a')); REPORT(cat(L, "ab")[1]); REPORT(a cat(<, <) 2); REPORT(a cat(+, =) 5);
#if one == 1 && defined(foo) && !defined(bar) && max(2, 3) == 3 && (-1 > 0u) && 'a' == 97 && (1 ? 2 : 3) == 2 && undefined == 0
    REPORT(1);
#if 0
#error not here
#else
    REPORT(2);
#endif
#ifndef foo
    REPORT(3);
#elif defined one
    REPORT(4);
#endif
#else
    REPORT(5);
#endif
#undef foo
    REPORT(foo);
#define foo 70
    REPORT(foo);
    REPORT(__LINE__);
    return 0;
}
