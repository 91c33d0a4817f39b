#include "shared.h"
static int hidden = 10;
static int helper(int x) { return x + hidden++; }
int second(int x) { return helper(x) + helper(x); }
int later = 60; int tentative;
int count(void) { static int n = 3; common += n; return n++; }
int grow(int by) { int i; for (i = 0; i < (int)SIZE; i++) table[i] *= by; return table[2]; }
static int replaced(int x) { return x * hidden; }
void install(void) { hook = replaced; tentative = 8; }
int sum(const struct point *p) { return p->x * 10 + p->y; }
int deep = 41; int peek(void) { return deep; }
int total(int n, ...) { __builtin_va_list l; int s = 0; __builtin_va_start(l, n); while (n--) s += __builtin_va_arg(l, int); __builtin_va_end(l); return s; }
