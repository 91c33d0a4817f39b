#include "report.h"
/* Tags and initialisers in blocks; arrays that end a struct. */
struct S { int a; };
struct A { int x, y; };
union U { struct A a; int z; };
static struct F { int n; int a[]; } flexible = {2, {5, 6, 7}};
static struct { char n; char text[]; } named = {3, "hello"};
static int half(int n) { if (n) return n / 2; }
static void loose(void) { half(0); }
int main(void)
{
    struct M { struct N *n; };
    struct N { int v; };
    struct N n = {4};
    struct M m = {&n};
    struct A a = {1, 2};
    union U u = {a};
    typedef struct T T;
    struct T { int x; };
    T t = {3};

    {
        struct S;
        struct S *p;
        struct S { char c[7]; };
        REPORT(sizeof *p);
    }
    loose();
    REPORT(m.n->v); REPORT(sizeof(struct S)); REPORT(u.a.y); REPORT(t.x); REPORT(flexible.a[2]); REPORT(named.text[4]);
    REPORT(sizeof flexible); REPORT(half(8));
    return 0;
}
