#include "shared.h"
static const int hidden = 100;
static int helper(int x);
int third(int x) { return helper(x) + tentative; }
static int helper(int x) { return x * hidden + (int)sizeof(struct own { char c[9]; }); }
void move(struct point *p, struct point by) { p->x += by.x; p->y += by.y; }
struct point make(int n) { struct point p; p.x = n; p.y = -n; return p; }
int length(const char *s) { return *s ? 1 + length(s + 1) : 0; }
int same(int (*f)(int)) { return f == helper; }
const char *same2(void) { return title; }
