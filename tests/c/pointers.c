#include "report.h"
typedef int (*OP)(int, int);
static int add(int a, int b) { return a + b; }
static int sub(int a, int b) { return a - b; }
static OP table[] = {add, sub, &add};
static int apply(OP op, int a, int b) { return op(a, b) + (*op)(b, a); }
static OP choose(int i) { return table[i]; }
static void swap(int *a, int *b) { int t = *a; *a = *b; *b = t; }
static int length(const char *s) { const char *p = s; while (*p) p++; return (int)(p - s); }
static char *copy(char *to, const char *from) { char *r = to; while ((*to++ = *from++) != 0) ; return r; }
static int matrix[3][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};
static int total(int (*m)[4], int rows) { int i, j, s = 0; for (i = 0; i < rows; i++) for (j = 0; j < 4; j++) s += m[i][j] * (i + 1); return s; }
static int fact(int n) { return n < 2 ? 1 : n * fact(n - 1); }
static const char *names[] = {"zero", "one", "two"};
static int *cell = &matrix[1][2];
static char text[] = "static";
struct node { int value; struct node *next; };
static struct node n3 = {3, 0}, n2 = {2, &n3}, n1 = {1, &n2};
int main(void)
{
    int a = 1, b = 2, *p = &a, **pp = &p, v[5] = {1, 2, 3}, i, s = 0;
    char buffer[20];
    struct node *n;
    unsigned char *bytes = (unsigned char *)&a;
    void *raw = v;
    swap(&a, &b); REPORT(a * 10 + b); **pp = 55; REPORT(a); *pp = &b; *p = 66; REPORT(b);
    REPORT(apply(add, 5, 3)); REPORT(apply(sub, 5, 3)); REPORT(choose(1)(9, 4)); REPORT((*table[2])(9, 4)); REPORT(table[0] == table[2]); REPORT(choose(0) != sub);
    REPORT(length("hello")); REPORT(copy(buffer, names[2])[1]); REPORT(length(copy(buffer, "")));
    REPORT(total(matrix, 3)); REPORT(*cell); REPORT(matrix[1][5]); REPORT(*(*(matrix + 2) + 1)); REPORT(&matrix[2][0] - &matrix[0][0]);
    REPORT(fact(10)); for (n = &n1; n; n = n->next) s = s * 10 + n->value; REPORT(s);
    a = 0x04030201; REPORT(bytes[0]); REPORT(bytes[3]); REPORT(v[2]); REPORT(v[4]); REPORT(2[v]); REPORT(*(int *)((char *)raw + 4));
    for (i = 0, p = v; p < v + 5; *p++ = i++ * i) ; for (i = 0; i < 5; i++) REPORT(v[i] >= 0);
    REPORT(text[6]); REPORT(sizeof text); REPORT(names[1][2]); REPORT("abc"[1]); REPORT(*"x"); REPORT(p == v + 5); REPORT(!p); REPORT(p - 2 == &v[3]); REPORT(sizeof(names) / sizeof(names[0]));
    text[0] = 'S'; REPORT(text[0]); p = 0; REPORT(p ? 1 : 2); REPORT(p == 0 && !p); REPORT((p && *p) || a);
    { short *h = (short *)(v + 1); h[0] = -1; h[1] = -1; REPORT(v[1]); h += 2; *h++ = 7; REPORT(v[2] & 0xffff); }
    return 0;
}
