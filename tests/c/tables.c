#include "report.h"
typedef int (*OP)(int, int); typedef struct { const char *name; OP op; int (*one)(int); } ROW;
static int add(int a, int b) { return a + b; } static int sub(int a, int b) { return a - b; } static int mul(int a, int b) { return a * b; } static int neg(int a) { return -a; } static int same(int a) { return a; }
static ROW rows[] = {{"add", add, neg}, {"sub", &sub, same}, {.one = neg, .op = mul, .name = "mul"}, {0}};
static OP grid[2][2] = {{add, sub}, {mul}}; static OP *const cursor = &grid[1][0]; static void *opaque[] = {(void *)add, rows, &rows[1].op};
static int (*pick(int n))(int, int) { return rows[n].op; } static OP (*picker(void))(int) { return pick; } static int (*const fixed)(int) = neg; typedef int FN(int, int); static FN later; static FN *early = later;
static int run(FN *f, int n) { return n ? f(run(f, n - 1), n) : 1; } static int named(int (int, int)); static int named(int f(int, int)) { return (***f)(2, 3); } static int count; static OP tick(void) { count++; return count & 1 ? add : mul; }
struct ops { struct ops *self; int base; int (*call)(struct ops *, int); }; static int method(struct ops *o, int n) { return o->base + n; } static struct ops obj = {&obj, 40, method};
typedef void (*VISIT)(int *, void *); static void each(int *v, int n, VISIT f, void *context) { while (n--) f(v++, context); } static void total(int *v, void *context) { *(int *)context += *v; } static void square(int *v, void *context) { *v *= *v; }
static int later(int a, int b) { return a * 100 + b; }
int main(void)
{
    ROW *r; int i, s = 0, v[] = {1, 2, 3, 4}; OP local[3] = {sub, 0, mul}, p; int (*arr[2])(int) = {neg, same};
    for (r = rows; r->name; r++) { REPORT(r->op(7, 3)); REPORT(r->one(r->op(2, 5))); REPORT(r->name[0]); } for (i = 0; i < 3; i++) REPORT(grid[i / 2][i % 2](6, 4)); REPORT(grid[1][1] == 0); REPORT((*cursor)(5, 5)); REPORT(((OP)opaque[0])(8, 9));
    REPORT((*(OP *)opaque[2])(8, 9)); REPORT(((ROW *)opaque[1])[2].op(8, 9)); REPORT(pick(1)(9, 1)); REPORT(picker()(2)(9, 2)); REPORT(fixed(5)); REPORT(early(1, 2)); REPORT(run(add, 4)); REPORT(run(mul, 5)); REPORT(named(sub)); REPORT(tick()(3, 4) + tick()(3, 4)); REPORT(count);
    REPORT(obj.call(&obj, 2)); REPORT(obj.self->self->call(obj.self, 3)); each(v, 4, square, 0); each(v, 4, total, &s); REPORT(s); p = local[0]; REPORT(p(1, 2)); REPORT(local[1] ? 1 : 2); REPORT((s ? add : sub)(1, 2)); REPORT((s, mul)(3, 4)); p = s > 5 ? local[2] : 0; REPORT(p && p(2, 2) == 4); REPORT(arr[0](arr[1](6)));
    local[1] = tick(); REPORT(local[1](5, 6)); REPORT(add == rows[0].op); REPORT(&add == *add); REPORT(sizeof p == sizeof(void *)); p = (OP)(void *)neg; REPORT(p != add); return 0;
}
