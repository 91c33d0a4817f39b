#include "report.h"
#include "shared.h"
static int hidden = 1;
static int helper(int x) { return x + hidden; }
int common = 5, table[] = {1, 2, 3}, tentative;
const char *const title = "shared title"; struct point origin = {3, 4}; int (*hook)(int) = helper; int *reach = &later;
static const struct point local = {7, 8};
int main(void)
{
    int i; REPORT(helper(1)); REPORT(second(1)); REPORT(third(1)); REPORT(common); for (i = 0; i < 3; i++) REPORT(count()); REPORT(common); REPORT(tentative); REPORT(later); *reach = 90; REPORT(later); REPORT(grow(3)); REPORT(table[1]);
    REPORT(hook(5)); install(); REPORT(hook(5)); REPORT(sum(&origin)); move(&origin, local); REPORT(sum(&origin)); REPORT(make(6).y); REPORT(title[7]); REPORT(length(title)); { extern int deep; REPORT(deep); deep++; } REPORT(peek()); REPORT(same(helper)); REPORT(inlined(4)); REPORT(SIZE); REPORT(same2() == title); REPORT(total(3, 1, 2, 3)); return 0;
}
