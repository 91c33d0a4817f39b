#include "report.h"
typedef struct { int x, y; } P;
typedef struct { P at; short list[3]; const char *name; } Q;
static int sum(const int *p, int n) { int s = 0; while (n--) s = s * 3 + *p++; return s; }
static int dot(P a, P b) { return a.x * b.x + a.y * b.y; }
static int far(const Q *q) { return q->at.x + q->list[1] * 10 + q->name[0]; }
static P *where = &(P){11, 22};
static int *table = (int[]){5, 6, 7};
static P twice(P p) { return (P){p.x * 2, p.y * 2}; }
static int deep(int n) { P *p = &(P){n, n + 1}; return n ? deep(n - 1) + p->x * p->y : p->y; }
int main(void)
{
    int i, k = 4; P p, *all[3];
    REPORT(where->x + where->y); REPORT(table[2]); REPORT(sizeof((int[]){1, 2, 3})); REPORT(((P){3, 4}).x); REPORT((&(P){3, 4})->y);
    REPORT(sum((int[]){1, 2, 3}, 3)); REPORT(sum((int[4]){[2] = k, k + 1}, 4)); REPORT(dot((P){1, 2}, (P){.y = 3, .x = k}));
    REPORT(far(&(Q){{1, 2}, {3, 4, 5}, "abc"})); REPORT(far(&(Q){.name = "z", .list[1] = 7})); REPORT(((char[]){"hey"})[1]); REPORT(sizeof((char[]){"hey"}));
    p = (P){p.x = 5, k}; REPORT(p.y); p = twice((P){k, -k}); REPORT(p.x * p.y); REPORT(deep(5)); REPORT((int){k} + (short){70000}); (int){k}++; REPORT(k);
    for (i = 0; i < 3; i++) { all[i] = &(P){i, i * i}; all[i]->x += 10; REPORT(all[i]->x + all[i]->y); }
    { int *w = (int[]){1, 2, 3}; w[1] += 40; REPORT(w[0] + w[1]); *w = sum(w, 2); REPORT(w[0]); }
    REPORT(*(double[]){1.5, 2.5} * 2); REPORT(((union { int i; unsigned char c[4]; }){0x01020304}).c[1]); REPORT((P[2]){{1, 2}, {3, 4}}[1].x); p = k ? (P){1, 2} : (P){3, 4}; REPORT(p.x);
    return 0;
}
