#include "report.h"
typedef struct { int a; struct { short b[2]; char c; } in; union { int i; char s[4]; } u; } T;
static T t1 = {1, {{2, 3}, 4}, {5}};
static T t2 = {1, 2, 3, 4, 5};
static T t3 = {.in.b[1] = 7, .u = {.s = "ab"}, .a = 9};
static int arr[] = {[3] = 4, 5, [1] = 6};
static char strs[][4] = {"abc", "de", {'x', 'y'}};
static unsigned short wide[] = L"hi";
static struct { char *name; int n; } list[] = {{"one", 1}, {"two", 2}};
static int part[2][3] = {1, 2, 3, 4};
static double d[] = {1, 2.5f, -3};
static long long big = 1LL << 40;
static int expr = sizeof(T) * 2 + ('a' == 97 ? 3 : 4) - (int)2.9;
enum { A, B = 5, C, D = -1, E };
static int enums[] = {A, B, C, D, E};
static int counter(void) { static int n = 10; static char log[3]; log[n % 3]++; return n++ + log[n % 3]; }
static int side(int *p) { return (*p)++; }
int main(void)
{
    int k = 3, i;
    T l1 = {k, {{k + 1}}, {side(&k)}};
    T l2 = t3, l3 = {0};
    int la[4] = {k, 0, k * 2}, lb[] = {1, 2, [5] = k};
    char ls[8] = "loc", le[] = "exact", *lp = "ptr";
    struct { int x, y; } pt[2] = {{.y = 1}, {k}};
    REPORT(t1.a + t1.in.b[1] * 10 + t1.in.c * 100 + t1.u.i * 1000); REPORT(t2.in.b[0] + t2.in.b[1] * 10 + t2.in.c * 100 + t2.u.i * 1000);
    REPORT(t3.a + t3.in.b[0] + t3.in.b[1] + t3.u.s[1]); for (i = 0; i < 5; i++) REPORT(arr[i]); REPORT(sizeof arr);
    REPORT(strs[1][1] + strs[2][1] + strs[2][2] + strs[0][3]); REPORT(wide[1] + wide[2]); REPORT(sizeof wide); REPORT(list[1].name[0] + list[0].n);
    REPORT(part[1][0] * 10 + part[1][1]); REPORT((int)(d[1] * 10 + d[2])); REPORT(big); REPORT(expr); for (i = 0; i < 5; i++) REPORT(enums[i]);
    REPORT(counter()); REPORT(counter()); REPORT(counter()); REPORT(k); REPORT(l1.a + l1.in.b[0] * 10 + l1.in.b[1] * 100 + l1.u.i * 1000);
    REPORT(l2.in.b[1]); REPORT(l3.u.i); REPORT(la[0] + la[1] + la[2] + la[3]); REPORT(lb[5] + lb[4]); REPORT(sizeof lb); REPORT(ls[2] + ls[3] + ls[7]); REPORT(sizeof le); REPORT(lp[2]);
    REPORT(pt[0].x + pt[0].y * 10 + pt[1].x * 100 + pt[1].y * 1000);
    for (i = 0; i < 3; i++) { int fresh[3] = {i}; fresh[1] += i; REPORT(fresh[0] + fresh[1] + fresh[2]); }
    return 0;
}
