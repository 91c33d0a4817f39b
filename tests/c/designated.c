#include "report.h"
typedef struct { int a; struct { int b, c; union { short d; char e[4]; }; } in; int tail[4]; } T;
static T one = {.in.c = 3, .in.e[1] = 5, .tail[1] = 7, 8, .a = 9};
static T two = {1, {.c = 2, {.e = {1, 2, 3}}}, .tail = {[2] = 4, 5}};
static T three[] = {[2] = {.a = 3}, [0].in.b = 1, 2, [1] = {4, 5, 6, 7, 8}, [2].tail[3] = 6};
static int again[6] = {[0] = 1, 2, 3, [1] = 20, [4] = 50, [4] = 60};
static struct { union { int i; struct { short lo, hi; }; }; int after; } anon = {.hi = 2, .after = 3}, anon2 = {{5}, 6}, anon3 = {.lo = 1, 2, 3};
static int grid[3][4] = {[1][2] = 5, 6, 7, 8, [0] = {[3] = 1}, {2}};
static struct { char s[8]; char *p; } text[2] = {[1].s = "right", [1].p = "far", [0] = {"left"}}, more = {.s[1] = 'b', 'c'}, braced = {{"in"}, "out"};
enum { RED, GREEN, BLUE, COLOURS };
static const char *names[COLOURS] = {[BLUE] = "blue", [RED] = "red"};
static struct { unsigned a : 3, : 2, b : 5; int c; } bits = {.b = 17, 5}, bits2 = {1, 2, 3};
static union { char c; int i; double d; } u = {.d = 2.5}, v = {300};
static int (*fn[])(void) = {[3] = 0};
static void all(const T *t) { int i; REPORT(t->a); REPORT(t->in.b); REPORT(t->in.c); REPORT(t->in.d); for (i = 0; i < 4; i++) { REPORT(t->in.e[i]); REPORT(t->tail[i]); } }
int main(void)
{
    int i, k = 3; T local = {.tail[2] = k, .in = {.b = k + 1}, .a = k * 2}, copy = {.in = one.in, .tail = {k}}; T list[2] = {[1] = local, [0].a = k};
    int some[] = {[RED ? 1 : 2] = 4, 5}; struct { T t; int z; } outer = {local, 5}, inner = {.t = {.a = 77}, .z = 1};
    all(&one); all(&two); for (i = 0; i < 3; i++) all(three + i); REPORT(sizeof three); for (i = 0; i < 6; i++) REPORT(again[i]);
    REPORT(anon.i); REPORT(anon.after); REPORT(anon2.lo); REPORT(anon2.after); REPORT(anon3.hi); REPORT(anon3.after); for (i = 0; i < 12; i++) REPORT(grid[i / 4][i % 4]);
    REPORT(text[1].s[4]); REPORT(text[1].p[2]); REPORT(text[0].s[3]); REPORT(text[0].p == 0); REPORT(more.s[0] + more.s[1] + more.s[2] * 2); REPORT(braced.s[1] + braced.p[0]);
    REPORT(names[1] == 0); REPORT(names[2][0]); REPORT(bits.a); REPORT(bits.b); REPORT(bits.c); REPORT(bits2.b); REPORT(bits2.c); REPORT(u.d * 2); REPORT(v.c); REPORT(sizeof fn / sizeof *fn);
    all(&local); all(&copy); all(&list[0]); all(&list[1]); REPORT(sizeof some); REPORT(some[2] + some[3]); all(&outer.t); REPORT(outer.z); REPORT(inner.t.a); REPORT(inner.z);
    return 0;
}
