#include "report.h"
#include <stdarg.h>
/* Structs among further arguments, and as results of functions that take some. */
typedef struct { char c[5]; } five;
typedef struct { int a[5]; } twenty;
typedef struct { double d; } real;
static int sum(const char *what, ...)
{
    va_list list;
    int total = 0;

    va_start(list, what);
    for (; *what; what++) {
        switch (*what) {
        case 'i': total += va_arg(list, int); break;
        case '5': total += va_arg(list, five).c[4]; break;
        case 'r': total += va_arg(list, real).d * 2; break;
        case 't': { twenty t = va_arg(list, twenty); total += t.a[4]; break; }
        }
        REPORT(total);
    }
    va_end(list);
    return total;
}
static twenty collect(int n, ...)
{
    va_list list;
    twenty made = {{0}};

    va_start(list, n);
    for (int i = 0; i < n; i++)
        made.a[i] = va_arg(list, int);
    va_end(list);
    return made;
}
int main(void)
{
    five f = {{1, 2, 3, 4, 5}};
    twenty t = {{1, 2, 3, 4, 20}};
    real r = {2.5};

    sum("i5itri", 1, f, 2, t, r, 3); REPORT(collect(5, 1, 2, 3, 4, 5).a[4]); REPORT(collect(1, 9).a[0]);
    return 0;
}
