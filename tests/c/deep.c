/* Expressions nested far deeper than anybody writes and some macros make: 125 levels, and arms that must not be evaluated early. */
#include "report.h"
#define ADD(x) ((x) + a)
#define MORE(x) (b >= (x))
#define NOT(x) (!(x))
#define MINUS(x) (-(x))
#define NARROW(x) ((signed char)((x) * 3))
#define AND(x) (p && (x))
#define CHOICE(x) (a > 0 ? (x) : b)
#define OTHER(x) (a < 0 ? *(volatile int *)8 : (x))
#define TEST(x) ((x) ? a : b)
#define GUARD(x) (p && p->n > 0 && (x))
#define STEP(x) (a > 0 && (c++, (x)))
#define SKIP(x) (a < 0 && (c++, (x)))
#define COUNT(x) (a > 0 ? c++ + (x) : (c--, b))
#define CALL(x) one(x)
#define MASK(x) ((x) * 5 & 0xFFFF)
#define ITEM(x) t[(x) & 3]
#define HALF(x) ((x) / 2.0)
#define SHIFT(x) ((unsigned)(x) >> 1 ^ 5)
#define D25(f, x) f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(x)))))))))))))))))))))))))
#define DEEP(f, x) D25(f, D25(f, D25(f, D25(f, D25(f, x)))))

struct node { int n; struct node *next; };
static int calls;
static int one(int n) { calls++; return n + 1; }

int main(void)
{
    int a = 3, b = 70, c = 0, z = 0, t[4] = {1, 2, 3, 0};
    struct node node = {1, &node}, *p = &node, *none = 0;

    REPORT(DEEP(ADD, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(MORE, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(NOT, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(MINUS, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(NARROW, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(AND, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(CHOICE, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(OTHER, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(TEST, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(GUARD, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(STEP, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(SKIP, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(COUNT, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(CALL, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(MASK, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(ITEM, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(HALF, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(SHIFT, b - 69));
    REPORT(c + calls);
    REPORT(DEEP(ADD, DEEP(NOT, DEEP(CHOICE, b))));
    REPORT(none && DEEP(ADD, none->n) > 3);
    REPORT(none ? DEEP(NARROW, none->n) : DEEP(MINUS, b));
    REPORT(none && none->next->n + DEEP(TEST, none->next->n) ? 1 : 2);
    REPORT(!none || (a > 100 && DEEP(ADD, none->next->next->n)));
    REPORT(a > 100 && t[DEEP(ADD, 1 / z)] ? 5 : 6);
    if (none && DEEP(MORE, none->n)) REPORT(1); else REPORT(2);
    while (z < 2 && DEEP(MORE, z++) >= 0) REPORT(z);
    a = DEEP(ADD, a) + (b = DEEP(MASK, b));
    REPORT(a + b);
    return 0;
}
