/* Every pair of types under every operator: promotions, the usual conversions, compound assignment, casts, arguments. */
#include "report.h"
typedef signed char sc; typedef unsigned char uc; typedef unsigned short us; typedef unsigned int ui; typedef long long ll; typedef unsigned long long ul; typedef _Bool bo;
#define TYPES(X, A) X(sc, A) X(uc, A) X(short, A) X(us, A) X(int, A) X(ui, A) X(ll, A) X(ul, A)
#define OTHERS(X, A) X(sc, A) X(us, A) X(int, A) X(ui, A) X(ul, A)
#define VALUES(T) static T v_##T[] = {(T)0, (T)1, (T)-1, (T)0x7f, (T)0x80, (T)-129, (T)0x7fffffff, (T)0x80000000u, (T)0x8000000000000001ULL, (T)1234567890123LL};
#define V_(T, A) VALUES(T)
TYPES(V_, 0)
enum { COUNT = 10 };
static unsigned hash; static void mix(ll v) { hash = (hash ^ (unsigned)v) * 16777619u; hash = (hash ^ (unsigned)(v >> 32)) * 16777619u; }
#define PAIR(B, A) static void A##_##B(void) { int i, j; for (i = 0; i < COUNT; i += 1) for (j = i & 1; j < COUNT; j += 2) { A a = v_##A[i], c = a; B b = v_##B[j]; \
    mix(a + b); mix(a - b); mix(a * b); mix(a & b); mix(a | b); mix(a ^ b); mix((a < b) | (a > b) << 1 | (a <= b) << 2 | (a >= b) << 3 | (a == b) << 4 | (a != b) << 5 | (a && b) << 6 | (a || b) << 7); \
    if (b != 0 && b != (B)-1) { mix(a / b); mix(a % b); c = a; c /= b; mix(c); c = a; c %= b; mix(c); } mix(a << (b & 7)); mix(a >> (b & 7)); mix(-a); mix(~a + b); mix(!b); mix(i ? a : b); mix((B)a); mix((A)(B)a); mix((ll)(A)(a + b)); \
    c = a; c += b; mix(c); c = a; c -= b; mix(c); c *= b; mix(c); c &= b; mix(c); c |= b; c ^= a; mix(c); c <<= (b & 3); mix(c); c >>= (b & 3); mix(c); c = b; mix(c); mix(c++ + --b); mix(a - b < 0); mix((a, b)); mix((bo)a + b); } \
    REPORT(hash); hash = 2166136261u; }
#define ROW(A, X) OTHERS(PAIR, A)
TYPES(ROW, 0)
#define CALL(B, A) A##_##B();
#define CALLS(A, X) OTHERS(CALL, A)
int main(void) { TYPES(CALLS, 0) return 0; }
