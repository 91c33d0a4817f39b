#include "report.h"
#define CAT(a, b) a##b
#define XCAT(a, b) CAT(a, b)
#define STR(x) #x
#define XSTR(x) STR(x)
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define LOOP(n) for (i = 0; i < (n); i++)
#define SELF SELF + 1
#define VAR(f, ...) f(__VA_ARGS__)
#define EMPTY
#define NINE 9
static int x = 1, i; int CAT(na, me) = 7; int XCAT(v, NINE) = 99;
static int SELFx; static int two(int a, int b) { return a * 10 + b; }
typedef int T;
static T shadow(T T) { int x = T; { int x = T + 1; { extern int name; x += name; } T += x; } return T + x; }
struct s { int a; }; static int tags(void) { struct s { char b[9]; }; return sizeof(struct s); }
static int late(void); extern int defined_later; static int tentative; static int tentative;
int main(void)
{
    int SELF_ = 3; int x = 2;
    REPORT(x); { int x = 3; REPORT(x); } REPORT(name + v9); REPORT(sizeof XSTR(NINE + 1)); REPORT(STR(a "b\n")[3]); REPORT(MAX(x, SELF_)); LOOP(4) x += i; REPORT(x); REPORT(VAR(two, 4, 5));
    REPORT(shadow(4)); REPORT(tags()); REPORT(sizeof(struct s)); REPORT(late()); REPORT(defined_later); REPORT(tentative); REPORT(__LINE__); REPORT(sizeof(__FILE__) > 3);
#if defined(NINE) && NINE * 2 == 18 && !defined EMPTYX
    REPORT(1);
#elif 1
    REPORT(2);
#else
#error never
#endif
#ifdef EMPTY
    REPORT(3 EMPTY);
#endif
    REPORT(sizeof "a" "b" "c"); REPORT("\x1" "1"[0]); REPORT(L"wide"[3]); for (int q = 0, r = 5; q < r; q++, r--) x = q; REPORT(x);
    { enum { P = 3, Q }; int a[Q]; REPORT(sizeof a); } { int a = 1; int b = a + 1, c = b * 2; REPORT(c); } goto end; x = 1000; end: REPORT(x); return 0;
}
static int late(void) { return x; }
int defined_later = 1234;
